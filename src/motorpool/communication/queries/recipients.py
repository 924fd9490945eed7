"""Who is meant: people by name, by role, or by what they may do, and how they want to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from motorpool.communication.queries.preferences import WISHES, preference_of
from motorpool.communication.rules.delivery import Preference
from motorpool.core.access import Reach
from motorpool.core.database.database import Connection
from motorpool.identity.queries.held_roles import HELD_NOW
from motorpool.identity.queries.load_access import PERSON, access_of

_OF_ROLE = f"""
    SELECT DISTINCT a.user_id
    FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
    WHERE a.tenant_id = %(tenant)s AND r.tenant_id = %(tenant)s AND r.role_name = %(role)s
      AND {HELD_NOW}
"""
_EVERYBODY = f"""
    SELECT u.id, {PERSON}
    FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE u.tenant_id = %(tenant)s AND t.id = %(tenant)s AND u.status = 'active'
"""
_WISHES = f"""
    SELECT u.id, coalesce(u.time_zone, t.time_zone), {WISHES}
    FROM users u
    JOIN tenants t ON t.id = u.tenant_id
    LEFT JOIN notification_preferences p ON p.tenant_id = u.tenant_id AND p.user_id = u.id
    WHERE u.tenant_id = %(tenant)s AND t.id = %(tenant)s AND u.id = ANY (%(ids)s) AND u.status = 'active'
    ORDER BY u.id
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: UUID
    zone: ZoneInfo
    preference: Preference


async def people_of_role(connection: Connection, tenant_id: UUID, role: str) -> set[UUID]:
    """Ids of those who have a role now, wherever it holds."""
    cursor = await connection.execute(_OF_ROLE, {"tenant": tenant_id, "role": role})
    return {row[0] for row in await cursor.fetchall()}


async def people_with_permission(
    connection: Connection,
    tenant_id: UUID,
    permission: str,
    facility_id: UUID | None = None,
    department_id: UUID | None = None,
) -> set[UUID]:
    """Ids of those who may do this to others' rows.

    Whoever may do it for some facilities or departments only counts when it is about one of these; whoever may do it
    with their own rows only does not count.
    """
    cursor = await connection.execute(_EVERYBODY, {"tenant": tenant_id})
    found = set()
    for user_id, person in await cursor.fetchall():
        reach = access_of(person).reach(permission)
        if reach is not None and _covers(reach, facility_id, department_id):
            found.add(user_id)
    return found


def _covers(reach: Reach, facility_id: UUID | None, department_id: UUID | None) -> bool:
    return reach.everything or facility_id in reach.facilities or department_id in reach.departments


async def wishes_of(connection: Connection, tenant_id: UUID, ids: Collection[UUID]) -> Sequence[Recipient]:
    """The active ones among people, each with zone and wishes."""
    cursor = await connection.execute(_WISHES, {"tenant": tenant_id, "ids": list(ids)})
    return [
        Recipient(user_id, ZoneInfo(zone), preference_of(*wishes))
        for user_id, zone, *wishes in await cursor.fetchall()
    ]
