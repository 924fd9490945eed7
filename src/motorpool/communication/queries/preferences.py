"""How one wants to be told."""

from __future__ import annotations

from motorpool.communication.rules.delivery import Preference
from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

_OWN = """
    SELECT p.email_enabled, p.quiet_hours_enabled, p.quiet_hours_start, p.quiet_hours_end, p.notification_settings
    FROM notification_preferences p WHERE p.tenant_id = %(tenant)s AND p.user_id = %(user)s
"""


async def own_preference(database: Database, actor: Actor) -> Preference:
    """The actor's wishes; the defaults for somebody who never said anything."""
    rows = await database.read(actor, _OWN, {"tenant": actor.tenant_id, "user": actor.user_id})
    if not rows:
        return Preference()
    email, quiet, start, end, by_category = rows[0]
    return Preference(email, quiet, start, end, by_category or {})
