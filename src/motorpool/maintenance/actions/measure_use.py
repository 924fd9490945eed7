"""Measuring how much vehicles are used on an ordinary day, for predictions: kept beside their meters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.usage import WEEKS, DailyUse, daily_use

#: A span of readings that is trusted by itself, days; with less the trips are asked too.
TRUSTED_DAYS = 21
# One mark a week, the highest of it: what the readings come to, however many there are.
READINGS = f"""
SELECT r.vehicle_id, r.meter_type, max(extract(epoch FROM r.recorded_at))::float8 / 86400, max(r.value + r.replacement_offset)
FROM meter_readings r LEFT JOIN vehicle_meters m
    ON m.tenant_id = r.tenant_id AND m.vehicle_id = r.vehicle_id AND m.meter_type = r.meter_type
WHERE r.tenant_id = %(tenant)s AND r.recorded_at <= %(now)s AND r.recorded_at > %(now)s - interval '{WEEKS + 1} weeks'
  AND (m.counts_from IS NULL OR r.recorded_at >= m.counts_from)
GROUP BY r.vehicle_id, r.meter_type, floor(extract(epoch FROM %(now)s - r.recorded_at) / 604800)
"""
TRIPS = f"""
SELECT p.vehicle_id, floor(extract(epoch FROM %(now)s - p.started_at) / 604800)::int,
       coalesce(sum(p.distance_km), 0)::float8 * 1000, coalesce(sum(p.duration_minutes), 0)::float8 * 60
FROM trips p
WHERE p.tenant_id = %(tenant)s AND p.started_at <= %(now)s AND p.started_at > %(now)s - interval '{WEEKS} weeks'
GROUP BY 1, 2
"""
KEEP = """
INSERT INTO vehicle_meters (tenant_id, vehicle_id, meter_type, daily_use, use_basis, use_days, use_measured_at)
SELECT %(tenant)s, r.vehicle_id, r.meter_type, r.daily_use, r.use_basis, r.use_days, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS r (vehicle_id uuid, meter_type text, daily_use double precision, use_basis text, use_days int)
ORDER BY r.vehicle_id, r.meter_type
ON CONFLICT (tenant_id, vehicle_id, meter_type) DO UPDATE SET daily_use = excluded.daily_use,
    use_basis = excluded.use_basis, use_days = excluded.use_days, use_measured_at = excluded.use_measured_at
"""
Key = tuple[UUID, str]


async def measure_use(session: AsyncSession, actor: Actor, now: datetime | None = None) -> int:
    """Measure every vehicle of the tenant anew; how many meters have a measure.

    The basis is the readings where they span three weeks or more than the trips do, else the trips, whose hours stand for
    those of the engine.
    """
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "now": now or datetime.now(UTC)}
    readings = (await connection.exec_driver_sql(READINGS, parameters)).all()
    trips = (await connection.exec_driver_sql(TRIPS, parameters)).all()
    rows = measured([tuple(row) for row in readings], [tuple(row) for row in trips])
    if rows:
        document = msgspec.json.encode(rows).decode()
        await connection.exec_driver_sql(KEEP, parameters | {"rows": document})
    return len(rows)


def measured(
    readings: Iterable[tuple[UUID, str, float, float]], trips: Iterable[tuple[UUID, int, float, float]]
) -> list[dict[str, Any]]:
    """Rows of daily use. `readings`: vehicle, meter, day, value; `trips`: vehicle, weeks ago, metres, seconds."""
    marks: dict[Key, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for vehicle, meter, day, value in readings:
        marks[vehicle, meter][0].append(day)
        marks[vehicle, meter][1].append(value)
    weeks: dict[Key, dict[int, float]] = defaultdict(dict)
    for vehicle, week, metres, seconds in trips:
        weeks[vehicle, "odometer"][week] = metres
        weeks[vehicle, "engine_hours"][week] = seconds
    rows = []
    for key in sorted(marks.keys() | weeks.keys()):
        by_readings = daily_use(*marks[key]) if key in marks else None
        by_trips = _of_weeks(weeks[key]) if key in weeks else None
        found, basis = by_readings, "readings"
        if by_trips and (not found or (found.days < TRUSTED_DAYS and by_trips.days > found.days)):
            found, basis = by_trips, "trips"
        if found:
            rows.append(
                {
                    "vehicle_id": key[0],
                    "meter_type": key[1],
                    "daily_use": found.per_day,
                    "use_basis": basis,
                    "use_days": found.days,
                }
            )
    return rows


def _of_weeks(weeks: dict[int, float]) -> DailyUse | None:
    """From sums of whole weeks before now; weeks without trips since the first one count."""
    first = max(weeks)
    days, values, total = [0.0], [0.0], 0.0
    for week in range(first, -1, -1):
        total += weeks.get(week, 0.0)
        days.append(days[-1] + 7)
        values.append(total)
    return daily_use(days, values)
