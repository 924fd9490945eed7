"""A driver certifies a day: all of it is recorded, nothing waits, each record is true and correct (49 CFR 395.8(a), .30(b))."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_rows
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import as_time, driver_logs_within
from motorpool.safety.rules.duty_records import Day

WAITING = """
SELECT count(*) FROM hours_of_service_logs t
WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.origin = 'carrier' AND t.driver_decision = 'undecided'
  AND t.status_start_time < %(end)s AND coalesce(t.status_end_time, 'infinity') > %(start)s
"""
#: What goes on beyond the day is cut in two there; the second part is as old as the first, so that it covers nothing new.
CUT = """
WITH cut AS (
    UPDATE hours_of_service_logs t SET status_end_time = %(end)s
    WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(records)s) AND t.status_end_time IS NULL
    RETURNING t.*)
INSERT INTO hours_of_service_logs (tenant_id, driver_id, vehicle_id, co_driver_id, log_date, duty_status, special_category, exceptions,
    status_start_time, location_start, trailer_numbers, shipping_documents, remarks, origin, eld_provider, eld_device_id,
    trip_id, created_by_user_id, created_at)
SELECT c.tenant_id, c.driver_id, c.vehicle_id, c.co_driver_id, %(next)s, c.duty_status, c.special_category, c.exceptions,
    %(end)s, c.location_start, c.trailer_numbers, c.shipping_documents, c.remarks,
    CASE c.origin WHEN 'automatic' THEN c.origin ELSE 'driver' END, c.eld_provider, c.eld_device_id, c.trip_id, %(user)s, c.created_at
FROM cut c
RETURNING id
"""
UNCERTIFIED = """
SELECT t.id FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(records)s) AND t.certified_at IS NULL
"""


async def certify_duty_day(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, driver: UUID, day: date
) -> int:
    """How many records were certified; 0 for a day that is certified already.

    Raises: Conflict for a day that is not over, has a time without a record or holds an edit that waits, and for anybody else.
    """
    if actor.driver_id != driver:
        raise Conflict("Only the driver certifies a day.", code="move_forbidden")
    now = datetime.now(UTC)
    since = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=3)
    (log,) = await driver_logs_within(session, actor, resource, [driver], min(since, now), now)
    (found,) = log.days(day, 1)
    if found.end > log.as_of:
        raise Conflict("The day is not over yet.", code="day_not_over")
    _refuse_gaps(found, log.terms.zone)
    connection = await session.connection()
    records = list({UUID(one.record.id) for one in found.stretches if one.record})
    where: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "user": actor.user_id,
        "driver": driver,
        "start": as_time(found.start),
        "end": as_time(found.end),
        "next": day + timedelta(days=1),
        "records": records,
    }
    if (await connection.exec_driver_sql(WAITING, where)).scalar_one():
        raise Conflict("Accept or reject first what the office proposes for this day.", code="edit_waits")
    await connection.exec_driver_sql(CUT, where)
    keys = list((await connection.exec_driver_sql(UNCERTIFIED, where)).scalars())
    if keys:
        move = next(one for one in resource.moves if one.verb == "certify")
        await move_rows(session, resource, actor, reach, keys, move, {})
    return len(keys)


def _refuse_gaps(day: Day, zone: ZoneInfo) -> None:
    gaps = [(one.start, one.end) for one in day.stretches if one.record is None]
    first = day.stretches[0].start if day.stretches else day.end
    if first > day.start:
        gaps.insert(0, (day.start, first))
    if gaps:
        told = ", ".join(
            f"{datetime.fromtimestamp(start, zone):%H:%M} to {datetime.fromtimestamp(end, zone):%H:%M}"
            for start, end in gaps[:3]
        )
        raise Conflict(f"Nothing is recorded from {told}; fill it in first.", code="unrecorded_time")
