"""What one person may do now, in one statement.

`PERSON` is an SQL expression over `users AS u` and `tenants AS t`; sign-in by cookie and by token select it
next to their own row, so that authentication stays one round trip. It reads `drivers` by name: which driver a
person is belongs to who is asking, although the table is the fleet's.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Access
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database, raw_connection
from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor
from motorpool.identity.rules.grants import role_rules

PERSON = """json_build_object(
    'tenant_id', u.tenant_id, 'user_id', u.id, 'name', u.display_name, 'email', u.email,
    'tenant_name', t.name,
    'user_status', u.status, 'tenant_status', t.status, 'is_demo', t.is_demo,
    'time_zone', coalesce(u.time_zone, t.time_zone), 'units', coalesce(u.units, t.units),
    'currency', t.currency,
    'driver_id', (SELECT d.id FROM drivers d
                  WHERE d.tenant_id = %(tenant)s AND d.user_id = u.id AND d.status <> 'retired'),
    'roles', (SELECT coalesce(json_agg(json_build_object(
                  'name', r.role_name, 'permissions', r.permissions,
                  'facility_ids', a.facility_ids, 'department_ids', a.department_ids) ORDER BY r.role_name),
                  '[]')
              FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
              WHERE a.tenant_id = %(tenant)s AND a.user_id = u.id AND a.is_active IS NOT FALSE
                AND r.is_active IS NOT FALSE AND (a.expires_at IS NULL OR a.expires_at > now())),
    'permissions', (SELECT coalesce(json_agg(json_build_object(
                        'key', p.permission_key, 'deny', o.permission_type = 'deny') ORDER BY
                        p.permission_key), '[]')
                    FROM user_permissions o JOIN permissions p ON p.id = o.permission_id
                    WHERE o.tenant_id = %(tenant)s AND o.user_id = u.id
                      AND (o.expires_at IS NULL OR o.expires_at > now())))"""

_QUERY = f"""SELECT {PERSON}
             FROM users u JOIN tenants t ON t.id = u.tenant_id
             WHERE u.tenant_id = %(tenant)s AND t.id = %(tenant)s AND u.id = %(user)s"""


async def load_access(database: Database, actor: Actor, user_id: UUID) -> Access:
    """The access of a person of the actor's tenant. Raises NotFound for an id of nobody there."""
    rows = await database.read(actor, _QUERY, {"tenant": actor.tenant_id, "user": user_id})
    if not rows:
        raise NotFound("There is no such user.")
    return access_of(rows[0][0])


async def load_actor(database: Database, tenant_id: UUID, user_id: UUID) -> Actor:
    """A person as an actor, for work that is done on their behalf later. Raises NotFound for an id of nobody there."""
    rows = await database.read(Actor(tenant_id), _QUERY, {"tenant": tenant_id, "user": user_id})
    if not rows:
        raise NotFound("There is no such user.")
    return actor_of(rows[0][0])


async def access_in(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> Access:
    """The same inside a running transaction, which sees what it has just changed."""
    await session.flush()
    connection = await raw_connection(session)
    cursor = await connection.execute(_QUERY, {"tenant": tenant_id, "user": user_id})
    row = await cursor.fetchone()
    return access_of(row[0]) if row is not None else Access()


def access_of(person: dict[str, Any]) -> Access:
    """The rules behind a `PERSON`; a disabled person and a suspended tenant have none."""
    if person["user_status"] != "active" or person["tenant_status"] != "active":
        return Access()
    rules: list[Rule] = []
    for override in person["permissions"]:
        origin = "a direct deny" if override["deny"] else "a direct grant"
        rules.append(Rule(override["key"], origin, deny=override["deny"]))
    for role in person["roles"]:
        rules += role_rules(
            role["permissions"],
            f"the role {role['name']}",
            _ids(role["facility_ids"]),
            _ids(role["department_ids"]),
        )
    return Access(tuple(rules))


def actor_of(person: dict[str, Any]) -> Actor:
    """The person as an actor, without address and without the session or token that they came with."""
    return Actor(
        tenant_id=UUID(person["tenant_id"]),
        user_id=UUID(person["user_id"]),
        name=person["name"],
        email=person["email"],
        tenant_name=person["tenant_name"],
        access=access_of(person),
        driver_id=UUID(person["driver_id"]) if person["driver_id"] else None,
        time_zone=person["time_zone"],
        units=person["units"],
        currency=person["currency"],
        is_demo=person["is_demo"],
    )


def _ids(values: list[str] | None) -> list[UUID] | None:
    return None if values is None else [UUID(value) for value in values]
