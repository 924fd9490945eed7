"""Unassigned driving that somebody claims becomes a duty record (49 CFR 395.32).

The driver's own claim counts at once, as driving that a device recorded. When somebody else says who it was, it is a proposal
that the driver accepts or rejects.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.reactions import Change
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import CARRIER_DAY, day_start_within

PROVIDER, DEVICE = "Motorpool", "telematics"
CLAIMED = """
SELECT u.id, u.claimed_by_driver_id FROM unassigned_driving u
WHERE u.tenant_id = %(tenant)s AND u.id = ANY (%(keys)s)
"""
#: `log_date`: the carrier's day at the home terminal. A claim that names a record of its own makes none.
GIVE = f"""
WITH made AS (
    INSERT INTO hours_of_service_logs (tenant_id, driver_id, vehicle_id, log_date, duty_status, status_start_time, status_end_time,
        location_start, location_end, odometer_start, odometer_end, remarks, origin, eld_provider, eld_device_id, created_by_user_id,
        trip_id)
    SELECT u.tenant_id, u.claimed_by_driver_id, u.vehicle_id,
           {CARRIER_DAY.format(moment="u.started_at", zone="coalesce(f.time_zone, z.time_zone)")}, 'driving', u.started_at, u.ended_at,
           u.location_start, u.location_end, u.odometer_start, u.odometer_end, 'Unassigned driving, claimed',
           CASE WHEN u.claimed_by_driver_id = %(own)s OR %(user)s::uuid IS NULL THEN 'automatic' ELSE 'carrier' END,
           %(provider)s, %(device)s, %(user)s, u.trip_id
    FROM unassigned_driving u JOIN tenants z ON z.id = u.tenant_id
    JOIN drivers d ON d.tenant_id = u.tenant_id AND d.id = u.claimed_by_driver_id
    LEFT JOIN facilities f ON f.tenant_id = u.tenant_id AND f.id = d.home_facility_id
    WHERE u.tenant_id = %(tenant)s AND u.id = ANY (%(keys)s) AND u.log_id IS NULL
    RETURNING id, vehicle_id, status_start_time)
UPDATE unassigned_driving u SET log_id = made.id FROM made
WHERE u.tenant_id = %(tenant)s AND u.id = ANY (%(keys)s) AND u.vehicle_id = made.vehicle_id AND u.started_at = made.status_start_time
RETURNING made.id
"""
TAKE_BACK = """
UPDATE hours_of_service_logs t SET driver_decision = 'rejected', decided_at = now()
FROM unassigned_driving u
WHERE u.tenant_id = %(tenant)s AND u.id = ANY (%(keys)s) AND t.tenant_id = u.tenant_id AND t.vehicle_id = u.vehicle_id
  AND t.status_start_time = u.started_at AND t.eld_provider = %(provider)s AND t.eld_device_id = %(device)s
  AND t.driver_decision <> 'rejected' AND t.replaces_log_id IS NULL
RETURNING t.id
"""
OPEN_AGAIN = """
UPDATE unassigned_driving u SET status = 'open', claimed_by_driver_id = NULL, log_id = NULL, resolved_at = NULL,
    resolved_by_user_id = NULL
WHERE u.tenant_id = %(tenant)s AND u.log_id = ANY (%(records)s) AND u.status = 'claimed'
"""


def is_own_only(actor: Actor) -> bool:
    """Whether the actor claims for themselves only, as drivers do."""
    reach = actor.access.reach("unassigned_driving.claim")
    return reach is not None and not (reach.everything or reach.facilities or reach.departments)


async def refuse_claims(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Raises Invalid for a driver who names somebody else."""
    connection = await session.connection()
    where = {"tenant": actor.tenant_id, "keys": list(change.keys)}
    found: Any = await connection.exec_driver_sql(CLAIMED, where)
    for key, driver in found:
        if is_own_only(actor) and driver != actor.driver_id:
            place = change.place(key, "claimed_by_driver_id")
            raise Invalid(fields=[FieldProblem(place, "must be yourself; the office names other drivers")])


async def give_to_driver(session: AsyncSession, actor: Actor, keys: Collection[UUID]) -> list[UUID]:
    """A driving record for each claim; their ids."""
    connection = await session.connection()
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "keys": list(keys),
        "own": actor.driver_id,
        "user": actor.user_id,
        "provider": PROVIDER,
        "device": DEVICE,
        "day_start": await day_start_within(session, actor),
    }
    return list((await connection.exec_driver_sql(GIVE, parameters)).scalars())


async def take_back(session: AsyncSession, actor: Actor, keys: Collection[UUID]) -> list[UUID]:
    """Driving that is open again: its records no longer count."""
    connection = await session.connection()
    parameters = {
        "tenant": actor.tenant_id,
        "keys": list(keys),
        "provider": PROVIDER,
        "device": DEVICE,
    }
    return list((await connection.exec_driver_sql(TAKE_BACK, parameters)).scalars())


async def open_again(session: AsyncSession, actor: Actor, records: Collection[UUID]) -> None:
    """Driving whose record the driver rejects is nobody's again."""
    connection = await session.connection()
    await connection.exec_driver_sql(OPEN_AGAIN, {"tenant": actor.tenant_id, "records": list(records)})
