"""`GET /api/v1/me`: who is asking, and what they may do."""

from __future__ import annotations

from typing import Any

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

_QUERY = """
    SELECT json_build_object(
        'tenant', (SELECT json_build_object('id', t.id, 'slug', t.slug, 'name', t.name, 'currency',
        t.currency)
                   FROM tenants t WHERE t.id = %(tenant)s),
        'email', (SELECT u.email FROM users u WHERE u.tenant_id = %(tenant)s AND u.id = %(user)s),
        'keys', (SELECT coalesce(json_agg(p.permission_key ORDER BY p.permission_key), '[]') FROM permissions
        p))
"""


async def describe_actor(database: Database, actor: Actor) -> dict[str, Any]:
    """`permissions` has an entry for each key that is held: "all", "own", or the facilities and
    departments.
    """
    rows = await database.read(actor, _QUERY, {"tenant": actor.tenant_id, "user": actor.user_id})
    known = rows[0][0]
    return {
        "user": {
            "id": actor.user_id,
            "name": actor.name,
            "email": known["email"],
            "driver_id": actor.driver_id,
        },
        "tenant": known["tenant"],
        "time_zone": actor.time_zone,
        "units": actor.units,
        "is_demo": actor.is_demo,
        "session_id": actor.session_id,
        "token_id": actor.token_id,
        "scopes": actor.access.narrowed_to,
        "permissions": {key: _reach(actor, key) for key in known["keys"] if actor.access.allows(key)},
    }


def _reach(actor: Actor, key: str) -> Any:
    reach = actor.access.reach(key)
    if reach is None or reach.everything:
        return "all"
    if reach.facilities or reach.departments:
        return {
            "own": reach.own,
            "facility_ids": sorted(reach.facilities),
            "department_ids": sorted(reach.departments),
        }
    return "own"
