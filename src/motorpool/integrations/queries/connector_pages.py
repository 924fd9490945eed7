"""What the pages of connectors show, one question each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.integrations.connectors import CONNECTORS

Row = dict[str, Any]
Show = Literal["open", "mapped", "ignored", "all"]

#: Where a connection stands, in one word.
STANDING = """
CASE WHEN NOT i.is_active OR NOT i.sync_enabled THEN 'off'
     WHEN s.paused_at IS NOT NULL THEN 'paused'
     WHEN s.claimed_until > now() THEN 'running'
     WHEN s.failures > 0 THEN 'failing'
     ELSE 'waiting' END
"""
LIST = f"""
SELECT i.id, i.integration_name AS name, i.provider, i.api_endpoint, i.sync_frequency_minutes AS minutes, i.next_sync_at,
       i.last_error, i.credentials_encrypted AS masked, i.configuration, {STANDING} AS standing, s.paused_at,
       s.paused_because, s.last_success_at, s.last_attempt_at, s.objects_read_at,
       (SELECT coalesce(sum(l.records_succeeded), 0) FROM integration_logs l
        WHERE l.tenant_id = %(tenant)s AND l.integration_id = i.id AND l.occurred_at >= %(midnight)s) AS rows_today,
       (SELECT count(*) FROM connector_objects o
        WHERE o.tenant_id = %(tenant)s AND o.integration_id = i.id AND o.entity_type = 'vehicle' AND NOT o.is_ignored
          AND NOT EXISTS (SELECT FROM external_system_mappings m
              WHERE m.tenant_id = %(tenant)s AND m.integration_id = i.id AND m.entity_type = o.entity_type
                AND m.external_id = o.external_id AND m.is_active)) AS open_vehicles
FROM api_integrations i
LEFT JOIN connector_states s ON s.tenant_id = %(tenant)s AND s.integration_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.provider = ANY (%(providers)s)
  AND (%(integration)s::uuid IS NULL OR i.id = %(integration)s)
ORDER BY i.is_active DESC, i.integration_name, i.id
"""
FEEDS = """
SELECT feed, records, latest_record_at, cursor_saved_at FROM connector_feeds
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s
"""
#: Records that came but could not be stored stand first, then by name.
OBJECTS = """
SELECT o.id, o.entity_type, o.external_id, o.name, o.vin, o.license_plate, o.serial, o.driver_number, o.is_ignored,
       o.skipped_records, o.skipped_since, o.last_seen_at, m.internal_id, coalesce(v.vehicle_number, d.full_name) AS ours,
       m.metadata->>'matched' AS matched, count(*) OVER () AS total
FROM connector_objects o
LEFT JOIN external_system_mappings m ON m.tenant_id = %(tenant)s AND m.integration_id = %(integration)s
     AND m.entity_type = o.entity_type AND m.external_id = o.external_id AND m.is_active
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = m.internal_id AND o.entity_type = 'vehicle'
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = m.internal_id AND o.entity_type = 'driver'
WHERE o.tenant_id = %(tenant)s AND o.integration_id = %(integration)s
  AND CASE %(show)s WHEN 'open' THEN m.id IS NULL AND NOT o.is_ignored WHEN 'mapped' THEN m.id IS NOT NULL
      WHEN 'ignored' THEN o.is_ignored ELSE true END
ORDER BY o.skipped_records DESC, o.entity_type DESC, o.name, o.external_id
LIMIT %(limit)s OFFSET %(offset)s
"""
COUNTS = """
SELECT count(*) FILTER (WHERE m.id IS NULL AND NOT o.is_ignored), count(m.id), count(*) FILTER (WHERE o.is_ignored), count(*)
FROM connector_objects o
LEFT JOIN external_system_mappings m ON m.tenant_id = %(tenant)s AND m.integration_id = %(integration)s
     AND m.entity_type = o.entity_type AND m.external_id = o.external_id AND m.is_active
WHERE o.tenant_id = %(tenant)s AND o.integration_id = %(integration)s
"""
LOG = """
SELECT occurred_at, log_type, operation, status, records_processed, records_succeeded, records_failed, execution_time_ms,
       error_details, log_data
FROM integration_logs WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s
ORDER BY occurred_at DESC LIMIT %(limit)s
"""


async def connectors(
    database: Database, actor: Actor, midnight: datetime, integration_id: UUID | None = None
) -> list[Row]:
    """All connections that a connector serves, or one of them; `midnight` is when the actor's day began."""
    rows = await database.read(
        actor,
        LIST,
        {
            "tenant": actor.tenant_id,
            "midnight": midnight,
            "providers": list(CONNECTORS),
            "integration": integration_id,
        },
    )
    names = (
        "id name provider api_endpoint minutes next_sync_at last_error masked configuration standing paused_at "
        "paused_because last_success_at last_attempt_at objects_read_at rows_today open_vehicles"
    ).split()
    return [dict(zip(names, row, strict=True)) for row in rows]


async def feeds(database: Database, actor: Actor, integration_id: UUID) -> dict[str, Row]:
    """By the feed's name."""
    rows = await database.read(actor, FEEDS, {"tenant": actor.tenant_id, "integration": integration_id})
    names = ("records", "latest_record_at", "cursor_saved_at")
    return {feed: dict(zip(names, row, strict=True)) for feed, *row in rows}


async def objects(
    database: Database, actor: Actor, integration_id: UUID, show: Show, limit: int, offset: int
) -> tuple[list[Row], int]:
    """Vehicles and drivers as the provider lists them with what they are here, and how many there are."""
    rows = await database.read(
        actor,
        OBJECTS,
        {
            "tenant": actor.tenant_id,
            "integration": integration_id,
            "show": show,
            "limit": limit,
            "offset": offset,
        },
    )
    names = (
        "id entity_type external_id name vin license_plate serial driver_number is_ignored skipped_records skipped_since "
        "last_seen_at internal_id ours matched"
    ).split()
    return [dict(zip(names, row[:-1], strict=True)) for row in rows], rows[0][-1] if rows else 0


async def object_counts(database: Database, actor: Actor, integration_id: UUID) -> dict[Show, int]:
    """How many each view of the list has."""
    (row,) = await database.read(actor, COUNTS, {"tenant": actor.tenant_id, "integration": integration_id})
    shows: Sequence[Show] = ("open", "mapped", "ignored", "all")
    return dict(zip(shows, row, strict=True))


async def log_lines(database: Database, actor: Actor, integration_id: UUID, limit: int) -> list[Row]:
    """The latest lines of the log."""
    rows = await database.read(
        actor, LOG, {"tenant": actor.tenant_id, "integration": integration_id, "limit": limit}
    )
    names = "occurred_at log_type operation status processed succeeded failed took_ms problem data".split()
    return [dict(zip(names, row, strict=True)) for row in rows]
