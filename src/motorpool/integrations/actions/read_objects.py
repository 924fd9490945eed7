"""The provider's list of vehicles and drivers: kept, and matched with ours where both sides are certain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Connection
from motorpool.core.tenancy import Actor
from motorpool.integrations.connectors.contract import Found, Kind
from motorpool.integrations.rules.matching import Ours, match

#: Lengths of the columns; a provider may allow more.
LENGTHS = {"name": 255, "vin": 50, "license_plate": 50, "serial": 100, "driver_number": 100}

KEEP = f"""
INSERT INTO connector_objects AS o (tenant_id, integration_id, entity_type, external_id, {", ".join(LENGTHS)})
SELECT %(tenant)s, %(integration)s, n.kind, n.external_id, {", ".join(f"n.{name}" for name in LENGTHS)}
FROM jsonb_to_recordset(%(found)s::text::jsonb)
    AS n (kind text, external_id text, {", ".join(f"{name} text" for name in LENGTHS)})
ON CONFLICT (tenant_id, integration_id, entity_type, external_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in LENGTHS)}, last_seen_at = now()
"""
OURS = """
SELECT 'vehicle', v.id, v.vin, v.license_plate,
       (SELECT array_agg(d.identifier) FROM devices d
        WHERE d.tenant_id = %(tenant)s AND d.vehicle_id = v.id AND d.status = 'active'), NULL
FROM vehicles v WHERE v.tenant_id = %(tenant)s AND v.status NOT IN ('retired', 'sold')
UNION ALL
SELECT 'driver', id, NULL, NULL, NULL, driver_number FROM drivers WHERE tenant_id = %(tenant)s AND status <> 'retired'
"""
MAPPED = """
SELECT entity_type, external_id, internal_id FROM external_system_mappings
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND entity_type IN ('vehicle', 'driver')
"""
IGNORED = """
SELECT entity_type, external_id FROM connector_objects
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND is_ignored
"""
ADD = """
INSERT INTO external_system_mappings (tenant_id, integration_id, entity_type, internal_id, external_id, external_system,
    metadata, last_synced_at)
SELECT %(tenant)s, %(integration)s, n.kind, n.internal_id, n.external_id, %(provider)s, '{"matched": "automatic"}', now()
FROM jsonb_to_recordset(%(made)s::text::jsonb) AS n (kind text, internal_id uuid, external_id text)
ON CONFLICT (tenant_id, integration_id, entity_type, external_id) DO NOTHING
"""
#: What was not stored before it was mapped is fetched again.
CATCH_UP = """
UPDATE connector_objects o SET catch_up_from = o.skipped_since, skipped_records = 0, skipped_since = NULL
FROM external_system_mappings m
WHERE o.tenant_id = %(tenant)s AND o.integration_id = %(integration)s AND o.skipped_since IS NOT NULL
  AND m.tenant_id = %(tenant)s AND m.integration_id = %(integration)s AND m.entity_type = o.entity_type
  AND m.external_id = o.external_id AND m.is_active
"""
READ_NOW = """
UPDATE connector_states SET objects_read_at = now() WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s
"""


async def keep_objects(
    connection: Connection, actor: Actor, integration_id: UUID, provider: str, found: Sequence[Found]
) -> int:
    """Keep what the provider lists, and map what is certain; how many were mapped now."""
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "integration": integration_id,
        "provider": provider,
    }
    rows: dict[tuple[str, str], dict[str, str | None]] = {
        (one.kind, one.external_id): {
            "kind": one.kind,
            "external_id": one.external_id,
            **{name: _short(getattr(one, name), length) for name, length in LENGTHS.items()},
        }
        for one in found
        if 0 < len(one.external_id) <= 255
    }
    await connection.execute(KEEP, parameters | {"found": msgspec.json.encode(list(rows.values())).decode()})
    known: dict[tuple[Kind, str], UUID] = {}
    for kind, external_id, key in await (await connection.execute(MAPPED, parameters)).fetchall():
        known[kind, external_id] = key
    ignored = set(await (await connection.execute(IGNORED, parameters)).fetchall())
    ours = [
        Ours(kind, key, vin, plate, tuple(serials or ()), number)
        for kind, key, vin, plate, serials, number in await (
            await connection.execute(OURS, parameters)
        ).fetchall()
    ]
    wanted = [one for one in found if (one.kind, one.external_id) not in ignored]
    made = [
        {"kind": kind, "external_id": external_id, "internal_id": key}
        for (kind, external_id), key in match(wanted, ours, known).items()
    ]
    if made:
        await connection.execute(ADD, parameters | {"made": msgspec.json.encode(made).decode()})
    await connection.execute(CATCH_UP, parameters)
    await connection.execute(READ_NOW, parameters)
    return len(made)


def _short(text: str | None, length: int) -> str | None:
    return text[:length].replace("\x00", "") if text else None
