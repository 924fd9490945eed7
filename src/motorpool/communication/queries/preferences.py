"""How one wants to be told."""

from __future__ import annotations

from datetime import time
from typing import Any

from motorpool.communication.rules.delivery import Preference
from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

#: What `preference_of` takes, over `notification_preferences AS p`.
WISHES = (
    "p.email_enabled, p.quiet_hours_enabled, p.quiet_hours_start, p.quiet_hours_end, p.notification_settings"
)
_OWN = f"""
    SELECT {WISHES} FROM notification_preferences p WHERE p.tenant_id = %(tenant)s AND p.user_id = %(user)s
"""


def preference_of(
    email: bool | None, quiet: bool | None, start: time | None, end: time | None, by_category: Any
) -> Preference:
    """The wishes in a row; the defaults where an outer join found none."""
    if email is None or quiet is None:
        return Preference()
    return Preference(email, quiet, start, end, by_category or {})


async def own_preference(database: Database, actor: Actor) -> Preference:
    """The actor's wishes; the defaults for somebody who never said anything."""
    rows = await database.read(actor, _OWN, {"tenant": actor.tenant_id, "user": actor.user_id})
    return preference_of(*rows[0]) if rows else Preference()
