"""What a hand-over and a return leave behind: meter readings, and who drove the vehicle in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor

SOURCE = "reservation"
#: What was read off; what earlier meters had shown is added by the table itself.
_READINGS = """
SELECT r.vehicle_id::text, {odometer} * 1000.0 AS value, {moment} AS recorded_at, r.reservation_number
FROM vehicle_reservations r
WHERE r.tenant_id = %(tenant)s AND r.id = ANY (%(keys)s) AND {odometer} IS NOT NULL
"""
#: Until the return, unless somebody else is assigned from now on.
_ASSIGN = """
INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at, source, notes)
SELECT %(tenant)s::uuid, r.vehicle_id, r.driver_id, r.handed_over_at, %(source)s, r.reservation_number
FROM vehicle_reservations r
WHERE r.tenant_id = %(tenant)s AND r.id = ANY (%(keys)s) AND r.driver_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM driver_assignments a WHERE a.tenant_id = %(tenant)s AND a.vehicle_id = r.vehicle_id
                  AND (a.ends_at IS NULL OR a.ends_at > r.handed_over_at))
RETURNING id
"""
_END = """
UPDATE driver_assignments a SET ends_at = greatest(r.returned_at, a.starts_at + interval '1 second'), updated_at = now()
FROM vehicle_reservations r
WHERE a.tenant_id = %(tenant)s AND r.tenant_id = %(tenant)s AND r.id = ANY (%(keys)s) AND a.vehicle_id = r.vehicle_id
  AND a.driver_id = r.driver_id AND a.starts_at = r.handed_over_at AND a.source = %(source)s AND a.ends_at IS NULL
"""


async def begin_use(
    session: AsyncSession, actor: Actor, meter_readings: Resource, keys: Sequence[UUID]
) -> None:
    """The vehicle is handed over: its driver drives it from now on, and what the odometer shows is a reading."""
    await _read_meters(session, actor, meter_readings, keys, "r.odometer_out", "r.handed_over_at")
    connection = await session.connection()
    await connection.exec_driver_sql(_ASSIGN, _parameters(actor, keys))


async def end_use(
    session: AsyncSession, actor: Actor, meter_readings: Resource, keys: Sequence[UUID]
) -> None:
    """The vehicle is back: nobody drives it any more, and what the odometer shows is a reading."""
    await _read_meters(session, actor, meter_readings, keys, "r.odometer_in", "r.returned_at")
    connection = await session.connection()
    await connection.exec_driver_sql(_END, _parameters(actor, keys))


def _parameters(actor: Actor, keys: Sequence[UUID]) -> dict[str, Any]:
    return {"tenant": actor.tenant_id, "keys": list(keys), "source": SOURCE}


async def _read_meters(
    session: AsyncSession,
    actor: Actor,
    meter_readings: Resource,
    keys: Sequence[UUID],
    odometer: str,
    moment: str,
) -> None:
    connection = await session.connection()
    sql = _READINGS.format(odometer=odometer, moment=moment)
    found: Any = await connection.exec_driver_sql(sql, _parameters(actor, keys))
    bodies = [
        {
            "vehicle_id": vehicle,
            "meter_type": "odometer",
            "value": float(value),
            "recorded_at": recorded_at.isoformat(),
            "source": SOURCE,
            "notes": number,
        }
        for vehicle, value, recorded_at, number in found
    ]
    if bodies:
        await create_rows(session, meter_readings, actor, Reach(everything=True), bodies)
