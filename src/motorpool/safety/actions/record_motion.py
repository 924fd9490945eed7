"""Duty status from the motion of vehicles: trips of known drivers become driving records, where an organisation asks for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.claim_driving import DEVICE, PROVIDER
from motorpool.safety.actions.note_duty_violations import settle_duty_records
from motorpool.safety.queries.duty_log import COUNTS

#: `on`: trips of drivers who keep duty records are recorded. Without it drivers keep their logs by hand.
SETTING = "safety.automatic_driving"
#: How far back trips are looked at, and since when a driver must have kept a record.
DAYS, KEEPS_DAYS = 3, 30
IS_ON = f"""
SELECT trim('"' FROM setting_value::text) = 'on' FROM system_settings
WHERE (tenant_id = %(tenant)s OR tenant_id IS NULL) AND setting_key = '{SETTING}' ORDER BY tenant_id NULLS LAST LIMIT 1
"""
#: A trip is recorded once, also when the driver has rejected or edited it since; what the driver recorded by hand stands.
RECORD = f"""
INSERT INTO hours_of_service_logs (tenant_id, driver_id, vehicle_id, log_date, duty_status, status_start_time, status_end_time,
    location_start, location_end, latitude_start, longitude_start, odometer_start, odometer_end, origin, eld_provider, eld_device_id)
SELECT p.tenant_id, p.driver_id, p.vehicle_id, (p.started_at AT TIME ZONE coalesce(f.time_zone, z.time_zone))::date, 'driving',
       p.started_at, p.ended_at, p.start_address, p.end_address, p.start_location_lat, p.start_location_lng, p.start_odometer,
       greatest(p.end_odometer, p.start_odometer), 'automatic', %(provider)s, %(device)s
FROM trips p JOIN tenants z ON z.id = p.tenant_id
JOIN drivers d ON d.tenant_id = p.tenant_id AND d.id = p.driver_id
LEFT JOIN facilities f ON f.tenant_id = d.tenant_id AND f.id = d.home_facility_id
WHERE p.tenant_id = %(tenant)s AND p.started_at >= now() - %(days)s * interval '1 day' AND p.ended_at > p.started_at
  AND EXISTS (SELECT FROM hours_of_service_logs k WHERE k.tenant_id = p.tenant_id AND k.driver_id = p.driver_id
                AND k.status_start_time >= now() - %(keeps)s * interval '1 day' AND k.status_start_time < p.ended_at)
  AND NOT EXISTS (SELECT FROM hours_of_service_logs t WHERE t.tenant_id = p.tenant_id AND t.driver_id = p.driver_id
                AND t.status_start_time >= p.started_at - interval '2 days' AND t.status_start_time < p.ended_at
                AND coalesce(t.status_end_time, 'infinity') > p.started_at
                AND (t.eld_device_id IS NOT NULL OR (t.duty_status = 'driving' OR t.special_category IS NOT NULL) AND {COUNTS}))
RETURNING id
"""


async def record_motion(database: Database, logs: Resource, tenant_id: UUID) -> int:
    """How many trips became records. logs: the resource of hours_of_service_logs."""
    actor = system_actor(tenant_id, "motion of a vehicle with a known driver")
    where: dict[str, Any] = {
        "tenant": tenant_id,
        "days": DAYS,
        "keeps": KEEPS_DAYS,
        "provider": PROVIDER,
        "device": DEVICE,
    }
    rows = await database.read(actor, IS_ON, where)
    if not rows or not rows[0][0]:
        return 0
    async with database.transaction(actor) as session:
        connection = await session.connection()
        made = list((await connection.exec_driver_sql(RECORD, where)).scalars())
        if made:
            await settle_duty_records(session, actor, logs, made)
    return len(made)
