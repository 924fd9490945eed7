"""Duty status from the motion of vehicles: trips of known drivers become driving records, where an organisation asks for it.

A record follows its trip: a trip under way is a record that goes on, and one that is derived longer, shorter or from another start
later takes its record with it. What the driver has edited or certified is never made shorter.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.claim_driving import DEVICE, PROVIDER
from motorpool.safety.actions.find_unassigned_driving import DAYS as FOLLOWS_DAYS
from motorpool.safety.actions.note_duty_violations import settle_duty_records
from motorpool.safety.queries.duty_log import CARRIER_DAY, COUNTS, SETTING, day_start_within

#: `on`: trips of drivers who keep duty records are recorded. Without it drivers keep their logs by hand.
AUTOMATIC = "safety.automatic_driving"
#: How far back trips are looked at, and since when a driver must have kept a record.
DAYS, KEEPS_DAYS = 3, 30
FIELDS = """tenant_id, driver_id, vehicle_id, trip_id, log_date, duty_status, status_start_time, status_end_time,
    location_start, location_end, latitude_start, longitude_start, odometer_start, odometer_end, origin, eld_provider, eld_device_id"""
#: The driver's clock, by the home terminal.
HOME = """JOIN tenants z ON z.id = p.tenant_id
JOIN drivers d ON d.tenant_id = p.tenant_id AND d.id = p.driver_id
LEFT JOIN facilities f ON f.tenant_id = d.tenant_id AND f.id = d.home_facility_id"""
ZONE = "coalesce(f.time_zone, z.time_zone)"
#: A trip is recorded once, also when the driver has rejected or edited it since; what the driver recorded by hand stands.
RECORD = f"""
INSERT INTO hours_of_service_logs ({FIELDS})
SELECT p.tenant_id, p.driver_id, p.vehicle_id, p.id, {CARRIER_DAY.format(moment="p.started_at", zone=ZONE)}, 'driving',
       p.started_at, p.ended_at, p.start_address, p.end_address, p.start_location_lat, p.start_location_lng, p.start_odometer,
       greatest(p.end_odometer, p.start_odometer), 'automatic', %(provider)s, %(device)s
FROM trips p {HOME}
WHERE p.tenant_id = %(tenant)s AND p.started_at >= now() - %(days)s * interval '1 day' AND coalesce(p.ended_at, now()) > p.started_at
  AND EXISTS (SELECT FROM hours_of_service_logs k WHERE k.tenant_id = p.tenant_id AND k.driver_id = p.driver_id
                AND k.status_start_time >= now() - %(keeps)s * interval '1 day'
                AND k.status_start_time < coalesce(p.ended_at, 'infinity'))
  AND NOT EXISTS (SELECT FROM hours_of_service_logs o WHERE o.tenant_id = p.tenant_id AND o.trip_id = p.id)
  AND NOT EXISTS (SELECT FROM hours_of_service_logs t WHERE t.tenant_id = p.tenant_id AND t.driver_id = p.driver_id
                AND t.status_start_time >= p.started_at - interval '2 days' AND t.status_start_time < coalesce(p.ended_at, 'infinity')
                AND coalesce(t.status_end_time, 'infinity') > p.started_at
                AND (t.eld_device_id IS NOT NULL OR (t.duty_status = 'driving' OR t.special_category IS NOT NULL) AND {COUNTS}))
RETURNING id
"""
#: Records of trips, with what the trip is now. One that went on over midnight has two; what a driver rejected stays as it is.
FOLLOWED = """
    SELECT t.id, p.id AS trip_id, p.driver_id, t.status_start_time, t.status_end_time, t.certified_at IS NOT NULL AS is_certified,
        p.started_at, p.ended_at, p.end_address, greatest(p.end_odometer, p.start_odometer) AS end_odometer,
        EXISTS (SELECT FROM hours_of_service_logs r WHERE r.tenant_id = t.tenant_id AND r.replaces_log_id = t.id
                  AND r.driver_decision <> 'rejected') AS is_edited,
        row_number() OVER (PARTITION BY p.id ORDER BY t.status_start_time, t.id) = 1 AS is_first,
        row_number() OVER (PARTITION BY p.id ORDER BY t.status_start_time DESC, t.id DESC) = 1 AS is_last
    FROM hours_of_service_logs t JOIN trips p ON p.tenant_id = t.tenant_id AND p.id = t.trip_id
    WHERE t.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND t.eld_device_id IS NOT NULL
      AND t.replaces_log_id IS NULL AND t.duty_status = 'driving' AND t.driver_decision <> 'rejected'
      AND t.status_start_time >= now() - %(follows)s * interval '1 day'"""
#: A certified record only grows, and then its day is to be certified anew. A start moves only where nobody has said anything.
GROW = f"""
WITH followed AS ({FOLLOWED}
), wanted AS (
    SELECT w.*,
        CASE WHEN NOT w.is_first THEN w.status_start_time
             WHEN w.is_certified THEN least(w.status_start_time, w.started_at) ELSE w.started_at END AS begins,
        CASE WHEN w.ended_at IS NULL OR NOT w.is_last THEN w.status_end_time
             WHEN w.is_certified THEN greatest(w.ended_at, w.status_end_time) ELSE w.ended_at END AS ends
    FROM followed w WHERE NOT w.is_edited)
UPDATE hours_of_service_logs t SET status_start_time = w.begins, status_end_time = w.ends,
    location_end = CASE WHEN w.is_last THEN coalesce(w.end_address, t.location_end) ELSE t.location_end END,
    odometer_end = CASE WHEN w.is_last THEN greatest(w.end_odometer, t.odometer_start) ELSE t.odometer_end END, certified_at = NULL,
    driver_decision = CASE WHEN t.certified_at IS NULL THEN t.driver_decision ELSE 'undecided' END,
    decided_at = CASE WHEN t.certified_at IS NULL THEN t.decided_at END
FROM wanted w
WHERE t.tenant_id = %(tenant)s AND t.id = w.id AND (w.ends IS NULL OR w.ends > w.begins)
  AND (t.status_start_time, t.status_end_time) IS DISTINCT FROM (w.begins, w.ends)
RETURNING t.id
"""
#: Of what was edited, only the driving after it is added: the edit stands for what it is about.
ADD = f"""
WITH followed AS ({FOLLOWED}
), told AS (
    SELECT w.trip_id, max(greatest(w.status_end_time, e.until)) AS until
    FROM followed w LEFT JOIN LATERAL (
        SELECT max(coalesce(r.status_end_time, 'infinity')) AS until FROM hours_of_service_logs r
        WHERE r.tenant_id = %(tenant)s AND r.replaces_log_id = w.id AND r.driver_decision <> 'rejected') AS e ON true
    GROUP BY w.trip_id HAVING bool_or(w.is_edited) AND bool_and(w.status_end_time IS NOT NULL))
INSERT INTO hours_of_service_logs ({FIELDS})
SELECT p.tenant_id, p.driver_id, p.vehicle_id, p.id, {CARRIER_DAY.format(moment="told.until", zone=ZONE)}, 'driving',
       told.until, p.ended_at, NULL, p.end_address, NULL, NULL, NULL, greatest(p.end_odometer, p.start_odometer), 'automatic',
       %(provider)s, %(device)s
FROM told JOIN trips p ON p.tenant_id = %(tenant)s AND p.id = told.trip_id {HOME}
WHERE p.tenant_id = %(tenant)s AND p.ended_at > told.until
RETURNING id
"""


async def record_motion(database: Database, logs: Resource, tenant_id: UUID) -> int:
    """How many trips became records. logs: the resource of hours_of_service_logs."""
    actor = system_actor(tenant_id, "motion of a vehicle with a known driver")
    where: dict[str, Any] = {
        "tenant": tenant_id,
        "days": DAYS,
        "keeps": KEEPS_DAYS,
        # Positions may come late, as for driving that nobody has claimed.
        "follows": FOLLOWS_DAYS,
        "provider": PROVIDER,
        "device": DEVICE,
    }
    rows = await database.read(actor, SETTING.format(key=AUTOMATIC), where)
    is_on = bool(rows and rows[0][0] == "on")
    async with database.transaction(actor) as session:
        connection = await session.connection()
        where["day_start"] = await day_start_within(session, actor)
        made: list[UUID] = []
        changed: list[UUID] = []
        for statement, found in ((GROW, changed), (ADD, changed), *([(RECORD, made)] if is_on else [])):
            found += (await connection.exec_driver_sql(statement, where)).scalars()
        if made or changed:
            await settle_duty_records(session, actor, logs, [*made, *changed])
    return len(made)
