"""Duty records of one driver as people read them: what counts, what waits for the driver, what became of the rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.drivers import RECORD_STATUS

ROWS = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.duty_status, t.special_category, coalesce(t.exceptions, ARRAY[]::text[]) AS exceptions,
        t.status_start_time, t.status_end_time, t.location_start, t.remarks, t.origin, t.certified_at,
        t.replaces_log_id, t.edit_reason, t.vehicle_id, v.vehicle_number, u.display_name AS made_by,
        ({RECORD_STATUS}) AS record_status
    FROM hours_of_service_logs t
    LEFT JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.created_by_user_id
    WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.status_start_time < %(until)s
      AND t.status_start_time >= %(since)s - interval '31 days' AND coalesce(t.status_end_time, 'infinity') > %(since)s
    ORDER BY t.status_start_time, t.created_at, t.id) AS q
"""


class DutyRow(msgspec.Struct):
    id: str
    duty_status: str
    special_category: str | None
    exceptions: list[str]
    status_start_time: datetime
    status_end_time: datetime | None
    location_start: str | None
    remarks: str | None
    origin: str
    certified_at: datetime | None
    replaces_log_id: str | None
    edit_reason: str | None
    vehicle_id: str | None
    vehicle_number: str | None
    made_by: str | None
    record_status: str


_DECODER = msgspec.json.Decoder(DutyRow)


async def duty_rows(
    database: Database, actor: Actor, driver: UUID, since: datetime, until: datetime
) -> list[DutyRow]:
    """In order of time. Whether the actor may see this driver was asked before."""
    where = {"tenant": actor.tenant_id, "driver": driver, "since": since, "until": until}
    return [_DECODER.decode(text) for (text,) in await database.read(actor, ROWS, where)]
