"""All that a person was ever given, in one statement: what holds now, what has expired, what is switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor
from motorpool.identity.rules.holdings import HeldRole, Holdings, Override

_QUERY = """
    SELECT json_build_object(
        'name', u.display_name, 'email', u.email, 'user_status', u.status, 'tenant_status', t.status,
        'driver_id', (SELECT d.id FROM drivers d
                      WHERE d.tenant_id = %(tenant)s AND d.user_id = u.id AND d.status <> 'retired'),
        'roles', (SELECT coalesce(json_agg(json_build_object(
                      'id', r.id, 'name', r.role_name, 'title', coalesce(r.display_name, r.role_name),
                      'permissions', r.permissions, 'facilities', a.facility_ids, 'departments', a.department_ids,
                      'expires_at', a.expires_at, 'is_active', a.is_active IS NOT FALSE,
                      'role_is_active', r.is_active IS NOT FALSE, 'given_at', a.assigned_at,
                      'given_by', (SELECT g.display_name FROM users g
                                   WHERE g.tenant_id = %(tenant)s AND g.id = a.assigned_by_user_id))
                      ORDER BY r.role_name), '[]')
                  FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
                  WHERE a.tenant_id = %(tenant)s AND a.user_id = u.id),
        'overrides', (SELECT coalesce(json_agg(json_build_object(
                          'key', p.permission_key, 'deny', o.permission_type = 'deny', 'expires_at', o.expires_at,
                          'reason', o.reason, 'given_at', o.granted_at,
                          'given_by', (SELECT g.display_name FROM users g
                                       WHERE g.tenant_id = %(tenant)s AND g.id = o.granted_by_user_id))
                          ORDER BY p.permission_key), '[]')
                      FROM user_permissions o JOIN permissions p ON p.id = o.permission_id
                      WHERE o.tenant_id = %(tenant)s AND o.user_id = u.id),
        'places', (SELECT coalesce(json_object_agg(place.id, place.name), '{}') FROM (
                       SELECT f.id, f.name FROM facilities f WHERE f.tenant_id = %(tenant)s
                       AND f.id IN (SELECT unnest(a.facility_ids) FROM user_roles a
                                    WHERE a.tenant_id = %(tenant)s AND a.user_id = %(user)s)
                       UNION ALL
                       SELECT d.id, d.name FROM departments d WHERE d.tenant_id = %(tenant)s
                       AND d.id IN (SELECT unnest(a.department_ids) FROM user_roles a
                                    WHERE a.tenant_id = %(tenant)s AND a.user_id = %(user)s)) place))
    FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE u.tenant_id = %(tenant)s AND t.id = %(tenant)s AND u.id = %(user)s
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an access page is about."""

    id: UUID
    name: str
    email: str
    status: str
    driver_id: UUID | None
    holdings: Holdings

    def as_actor(self, tenant_id: UUID, now: datetime) -> Actor:
        """The person as an actor at a moment, to ask what their rights reach."""
        return Actor(
            tenant_id, self.id, name=self.name, access=self.holdings.access(now), driver_id=self.driver_id
        )


async def load_person(database: Database, actor: Actor, user_id: UUID) -> Person:
    """Raises NotFound for an id of nobody in the actor's tenant."""
    rows = await database.read(actor, _QUERY, {"tenant": actor.tenant_id, "user": user_id})
    if not rows:
        raise NotFound("There is no such user.")
    found = rows[0][0]
    driver = found["driver_id"]
    return Person(
        user_id,
        found["name"],
        found["email"],
        found["user_status"],
        UUID(driver) if driver else None,
        holdings_of(found),
    )


def holdings_of(found: dict[str, Any]) -> Holdings:
    return Holdings(
        found["name"],
        found["user_status"],
        found["tenant_status"],
        tuple(
            HeldRole(
                UUID(role["id"]),
                role["name"],
                role["title"],
                role["permissions"],
                _ids(role["facilities"]),
                _ids(role["departments"]),
                _moment(role["expires_at"]),
                role["is_active"],
                role["role_is_active"],
                _moment(role["given_at"]),
                role["given_by"],
            )
            for role in found["roles"]
        ),
        tuple(
            Override(
                one["key"],
                one["deny"],
                _moment(one["expires_at"]),
                one["reason"],
                _moment(one["given_at"]),
                one["given_by"],
            )
            for one in found["overrides"]
        ),
        {UUID(key): name for key, name in found["places"].items()},
    )


def _ids(values: list[str] | None) -> tuple[UUID, ...] | None:
    return None if values is None else tuple(UUID(value) for value in values)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
