"""Keep `permissions` and the system roles of every tenant in step with the program (`db upgrade`)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, text

from motorpool.core.database.migrate import owner_engine
from motorpool.core.errors import ConfigurationError
from motorpool.identity.rules.grants import is_pattern
from motorpool.identity.rules.system_roles import SYSTEM_ROLES, PermissionFact

_PERMISSIONS = text("""
    INSERT INTO permissions (permission_key, permission_name, description, resource, action,
    permission_category) SELECT f.key, left(f.name, 255), f.description, split_part(f.key, '.', 1),
    split_part(f.key, '.', 2), f.category FROM json_to_recordset(:facts) AS f (key text, name text,
    description text, category text) ON CONFLICT (permission_key) DO UPDATE SET
        permission_name = excluded.permission_name, description = excluded.description,
        permission_category = excluded.permission_category
    WHERE (permissions.permission_name, permissions.description, permissions.permission_category)
        IS DISTINCT FROM (excluded.permission_name, excluded.description, excluded.permission_category)
""")
#: What the program knows no more goes, unless somebody was given or denied it: an older version may come
#: back.
_OBSOLETE = text("""
    DELETE FROM permissions p WHERE p.is_system_permission AND p.permission_key <> ALL (:keys)
    AND NOT EXISTS (SELECT FROM user_permissions o WHERE o.permission_id = p.id)
""")
_ROLES = text("""
    INSERT INTO roles (tenant_id, role_name, display_name, description, role_type, is_system_role,
    permissions) SELECT t.id, :name, :display_name, :description, 'system', true, CAST(:permissions AS jsonb)
    FROM tenants t ON CONFLICT (tenant_id, role_name) DO UPDATE SET
        display_name = excluded.display_name, description = excluded.description, role_type = 'system',
        is_system_role = true, permissions = excluded.permissions
    WHERE (roles.display_name, roles.description, roles.role_type, roles.is_system_role, roles.permissions)
        IS DISTINCT FROM
        (excluded.display_name, excluded.description, excluded.role_type, excluded.is_system_role,
        excluded.permissions)
""")


def sync_permissions_and_roles(owner_url: str, permissions: Iterable[tuple[str, str, str, str]]) -> None:
    """Write all permissions, given as (key, name, description, category), and the nine roles of every tenant.

    In one transaction, as the owner; what is in step already is not touched. Raises ConfigurationError for a
    key that is none.
    """
    engine = owner_engine(owner_url)
    try:
        with engine.begin() as connection:
            synchronise(connection, [PermissionFact(*fact) for fact in permissions])
    finally:
        engine.dispose()


def synchronise(connection: Connection, facts: list[PermissionFact]) -> None:
    """The same in a transaction of the caller, whose role must be the owner."""
    if wrong := [fact.key for fact in facts if not is_pattern(fact.key) or "*" in fact.key]:
        raise ConfigurationError(f"{wrong[0]!r} is no permission key; it must look like vehicles.read")
    unique = list({fact.key: fact for fact in facts}.values())
    connection.execute(_PERMISSIONS, {"facts": json.dumps([fact._asdict() for fact in unique])})
    connection.execute(_OBSOLETE, {"keys": [fact.key for fact in unique]})
    connection.execute(text("SET LOCAL motorpool.reason TO 'db upgrade'"))
    for role in SYSTEM_ROLES:
        connection.execute(
            _ROLES,
            {
                "name": role.name,
                "display_name": role.display_name,
                "description": role.description,
                "permissions": json.dumps(role.permissions(unique)),
            },
        )
