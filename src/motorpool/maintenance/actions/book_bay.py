"""Booking bays: one job, or a plan as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.references import check_references
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.check_bookings import LOCK, period
from motorpool.maintenance.models import ServiceBaySchedule
from motorpool.maintenance.planning.shop_plan import MOST_JOBS
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_facts import LIVE_BOOKING
from motorpool.maintenance.resources.shop import RESOURCES

Moment = Annotated[datetime, Meta(tz=True)]
BOOKING: Resource = next(one for one in RESOURCES if one.model is ServiceBaySchedule)
VEHICLES = """
SELECT o.id, o.vehicle_id FROM maintenance_records o WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s)
"""
BOOKED = f"""
SELECT b.work_order_id, o.work_order_number, y.bay_name, y.facility_id, b.scheduled_start, b.scheduled_end
FROM service_bay_schedule b
JOIN maintenance_records o ON o.tenant_id = b.tenant_id AND o.id = b.work_order_id
JOIN service_bays y ON y.tenant_id = b.tenant_id AND y.id = b.service_bay_id
WHERE b.tenant_id = %(tenant)s AND b.work_order_id = ANY (%(orders)s) AND b.status IN {LIVE_BOOKING}
"""


class Place(Struct, forbid_unknown_fields=True):
    """A job of a plan: which, where, by whom, when."""

    work_order_id: UUID
    service_bay_id: UUID
    scheduled_start: Moment
    scheduled_end: Moment
    technician_id: UUID | None = None


class PlanToBook(Struct, forbid_unknown_fields=True):
    """A plan as it was proposed, or as somebody made it of that."""

    assignments: Annotated[list[Place], Meta(min_length=1, max_length=MOST_JOBS)]


class PlanBooked(Struct):
    bookings: Annotated[list[UUID], Meta(description="In the order of the assignments")]


async def book_plan(session: AsyncSession, actor: Actor, reach: Reach, plan: PlanToBook) -> PlanBooked:
    """Book all of a plan or nothing.

    Raises: Conflict or Invalid, with an entry for each assignment that no longer fits, when the world has changed since.
    """
    ask = shop_facts.of_session(session, actor)
    await ask(LOCK, {})
    orders = [one.work_order_id for one in plan.assignments]
    await _refuse_planned(ask, actor, orders)
    vehicles = {row[0]: row[1] for row in await ask(VEHICLES, {"orders": orders})}
    rows: list[dict[str, Any]] = [
        msgspec.to_builtins(one)
        | {"vehicle_id": str(vehicles[one.work_order_id]) if one.work_order_id in vehicles else None}
        for one in plan.assignments
    ]
    try:
        await check_references(session, BOOKING, actor, rows)
        keys = await create_rows(session, BOOKING, actor, reach, rows)
    except (Conflict, Invalid) as error:
        fields = [FieldProblem(_place(one.field, len(rows)), one.message, one.code) for one in error.fields]
        raise type(error)(
            f"The plan no longer fits, nothing was booked. {error.detail}",
            fields=fields,
            code=error.code,
            **error.extra,
        ) from error
    return PlanBooked(keys)


def _place(field: str, count: int) -> str:
    """`[3].vehicle_id` of the bookings is `assignments[3].vehicle_id` of the plan."""
    return f"assignments{field}" if count > 1 or field.startswith("[") else f"assignments[0].{field}"


async def _refuse_planned(ask: shop_facts.Ask, actor: Actor, orders: Sequence[UUID]) -> None:
    """Raises: Invalid for an order that comes twice, Conflict for one that somebody booked in the meantime."""
    twice = [index for index, key in enumerate(orders) if key in orders[:index]]
    if twice:
        raise Invalid(
            "A work order comes twice in the plan.",
            fields=[FieldProblem(f"assignments[{twice[0]}].work_order_id", "comes twice", "duplicate")],
        )
    rows = await ask(BOOKED, {"orders": list(orders)})
    if not rows:
        return
    shops = await shop_facts.shops(ask, {row[3] for row in rows}, actor.time_zone)
    problems = [
        FieldProblem(
            f"assignments[{orders.index(order)}].work_order_id",
            f"{number} was booked in the meantime: {bay} {period(start, end, shops[facility].zone)}",
            "already_booked",
        )
        for order, number, bay, facility, start, end in rows
    ]
    raise Conflict(
        f"The plan no longer fits, nothing was booked. {'. '.join(one.message for one in problems[:3])}.",
        fields=problems,
        code="plan_outdated",
    )
