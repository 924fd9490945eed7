"""The odometer and engine hours of a work order are readings of the vehicle's meters."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.reactions import Change
from motorpool.core.tenancy import Actor

READINGS = UUID("1f7a7c1c-3f0a-4a57-9d4e-8c1b8f1d2a60")
"""UUIDv5 namespace of the readings of work orders; never changes."""
METRES, SECONDS = 1000, 3600
#: Column -> (meter, its unit in metres or seconds, when it was read).
COLUMNS = {
    "opening_odometer": ("odometer", METRES, "came_at"),
    "closing_odometer": ("odometer", METRES, "left_at"),
    "opening_engine_hours": ("engine_hours", SECONDS, "came_at"),
    "closing_engine_hours": ("engine_hours", SECONDS, "left_at"),
}
#: A reading is put right at most so often.
MOST = 20
BELOW = """
SELECT w.id, w.opening_odometer, w.closing_odometer, w.opening_engine_hours, w.closing_engine_hours
FROM maintenance_records w
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
  AND (w.closing_odometer < w.opening_odometer OR w.closing_engine_hours < w.opening_engine_hours)
  AND NOT EXISTS (SELECT FROM meter_readings r WHERE r.tenant_id = w.tenant_id AND r.vehicle_id = w.vehicle_id
                  AND r.is_replacement AND r.recorded_at >= w.reported_at)
"""
GIVEN = """
SELECT w.id, w.vehicle_id, w.work_order_number, least(now(), coalesce(w.started_at, w.reported_at)) AS came_at,
       least(now(), coalesce(w.completed_at, now())) AS left_at, w.opening_odometer, w.closing_odometer,
       w.opening_engine_hours, w.closing_engine_hours
FROM maintenance_records w WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
"""
KNOWN = "SELECT r.id, r.value, r.recorded_at FROM meter_readings r WHERE r.tenant_id = %(tenant)s AND r.id = ANY (%(ids)s)"
ADD = """
INSERT INTO meter_readings (tenant_id, id, vehicle_id, meter_type, value, recorded_at, source, notes, recorded_by_user_id)
SELECT %(tenant)s, r.id, r.vehicle_id, r.meter_type, r.value, r.recorded_at, r.source, r.notes, %(user)s::uuid
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS r (id uuid, vehicle_id uuid, meter_type text, value float8, recorded_at timestamptz, source text, notes text)
ORDER BY r.vehicle_id, r.meter_type, r.recorded_at
ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id
"""


async def refuse_falling_meters(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Raise Invalid for orders whose closing reading is below the opening one, unless the meter was replaced meanwhile."""
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        BELOW, {"tenant": actor.tenant_id, "orders": list(change.keys)}
    )
    problems = []
    for key, came, left, hours_before, hours_after in found:
        for name, unit, before, after in (
            ("odometer", "km", came, left),
            ("engine_hours", "h", hours_before, hours_after),
        ):
            if before is not None and after is not None and after < before:
                text = f"{after} {unit}, is below opening_{name}, {before} {unit}"
                problems.append(FieldProblem(change.place(key, f"closing_{name}"), text, "below_opening"))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


async def record_meters(
    session: AsyncSession, actor: Actor, order_ids: Collection[UUID], columns: Collection[str]
) -> None:
    """Add the readings that these columns of orders give. One that was wrong is followed by one that puts it right."""
    wanted = [name for name in COLUMNS if name in columns]
    connection = await session.connection()
    orders = (
        await connection.exec_driver_sql(GIVEN, {"tenant": actor.tenant_id, "orders": list(order_ids)})
    ).all()
    given = [(order, name) for order in orders for name in wanted if getattr(order, name) is not None]
    if not given:
        return
    ids = [_reading(order.id, name, number) for order, name in given for number in range(MOST)]
    found: Any = await connection.exec_driver_sql(KNOWN, {"tenant": actor.tenant_id, "ids": ids})
    known = {key: (value, at) for key, value, at in found}
    rows = [row for order, name in given if (row := _row(order, name, known)) is not None]
    if rows:
        parameters = {
            "tenant": actor.tenant_id,
            "user": actor.user_id,
            "rows": msgspec.json.encode(rows).decode(),
        }
        await connection.exec_driver_sql(ADD, parameters)


def _row(order: Any, name: str, known: dict[UUID, tuple[float, Any]]) -> dict[str, Any] | None:
    meter, unit, moment = COLUMNS[name]
    value, at, source = float(getattr(order, name) * unit), getattr(order, moment), "work_order"
    earlier = [known[key] for number in range(MOST) if (key := _reading(order.id, name, number)) in known]
    if earlier:
        last, when = earlier[-1]
        if abs(last - value) < 1 or len(earlier) == MOST:
            return None
        # Later than what it puts right, however little.
        at = max(at, when + timedelta(milliseconds=1))
        source = "correction" if value < last else source
    return {
        "id": _reading(order.id, name, len(earlier)),
        "vehicle_id": order.vehicle_id,
        "meter_type": meter,
        "value": value,
        "recorded_at": at,
        "source": source,
        "notes": order.work_order_number,
    }


def _reading(order: UUID, name: str, number: int) -> UUID:
    return uuid5(READINGS, f"{order}/{name}/{number}")
