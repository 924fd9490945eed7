"""Verbs of recurring schedules: done elsewhere, skip, postpone, open work orders, assign programmes, forecast."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, structs

from motorpool.core.errors import BadRequest, FieldProblem, Invalid
from motorpool.core.resource.write import lock_rows
from motorpool.core.verbs import Call, Verbs
from motorpool.maintenance.actions.assign_services import assign_program, vehicles_chosen, vehicles_named
from motorpool.maintenance.actions.decide_schedules import (
    complete_without_order,
    postpone_service,
    skip_service,
)
from motorpool.maintenance.actions.open_due_work_orders import open_asked_work_orders
from motorpool.maintenance.queries.service_forecast import MOST_DAYS, by_stretch, expected_services
from motorpool.maintenance.resources import RESOURCES

verbs = Verbs(RESOURCES)
TABLE = "recurring_maintenance_schedules"
Reason = Annotated[str, Meta(min_length=1, max_length=1000, description="Why, for whoever reads the history")]
Miles = Annotated[int, Meta(ge=0, le=10_000_000)]
Hours = Annotated[int, Meta(ge=0, le=1_000_000)]


class Done(Struct, forbid_unknown_fields=True):
    completed_date: Annotated[
        date | None, Meta(description="Day on which it was done; today when left out")
    ] = None
    completed_mileage: Annotated[
        Miles | None, Meta(description="True odometer then, miles; the meter of now when left out")
    ] = None
    completed_hours: Annotated[
        Hours | None, Meta(description="True engine hours then; the meter of now when left out")
    ] = None
    reason: (
        Annotated[str, Meta(max_length=1000, description="Who did it, or why without an order")] | None
    ) = None


class Skipping(Struct, forbid_unknown_fields=True):
    reason: Reason


class Postponing(Struct, forbid_unknown_fields=True):
    reason: Reason
    next_due_date: Annotated[date | None, Meta(description="Due then instead")] = None
    next_due_mileage: Annotated[Miles | None, Meta(description="Due at this odometer instead, miles")] = None
    next_due_hours: Annotated[Hours | None, Meta(description="Due at these engine hours instead")] = None


class Asked(Struct, forbid_unknown_fields=True):
    schedule_ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)]


class OrdersOpened(Struct):
    opened: Annotated[list[UUID], Meta(description="New work orders")]
    had_one: Annotated[list[UUID], Meta(description="Schedules that have an open work order already")]


class Chosen(Struct, forbid_unknown_fields=True):
    """Vehicles that fit all that is given."""

    facility_id: UUID | None = None
    department_id: UUID | None = None
    vehicle_group_id: UUID | None = None
    vehicle_type: str | None = None
    make: str | None = None
    model: str | None = None
    fuel_type: str | None = None


class Assigning(Struct, forbid_unknown_fields=True):
    program_id: UUID
    vehicle_ids: Annotated[list[UUID], Meta(min_length=1, max_length=5000)] | None = None
    filter: Annotated[
        Chosen | None, Meta(description="Instead of ids; an empty one means the whole fleet")
    ] = None
    starts: Annotated[
        Literal["today", "in_service"],
        Meta(description="Count the first services from the meters of now, or from the vehicle's beginning"),
    ] = "today"
    facility_id: Annotated[UUID | None, Meta(description="Shop that is to do them")] = None


class Assigned(Struct):
    vehicles: int
    created: int
    existing: Annotated[int, Meta(description="Schedules that these vehicles had from the programme already")]


class Ahead(Struct, forbid_unknown_fields=True):
    until: Annotated[
        date | None, Meta(description="Last day; 90 days ahead when left out, a year at most")
    ] = None
    by: Annotated[Literal["week", "month"], Meta(description="What is summed up")] = "month"
    facility_id: Annotated[UUID | None, Meta(description="Home of the vehicles")] = None
    maintenance_type: str | None = None


class ForecastSpan(Struct):
    first: date
    last: date
    services: int
    estimated_hours: Decimal
    estimated_cost: Decimal
    without_cost: Annotated[int, Meta(description="Services whose template says no cost, or that have none")]
    by_type: dict[str, int]


class Forecast(Struct):
    today: date
    until: date
    items: list[ForecastSpan]


@verbs.post(TABLE, "complete_without_order", Done)
async def complete(call: Call[Done]) -> None:
    """Note that a service was done elsewhere

    The next one is counted from there. Refused while a work order is open for it.
    """
    body = call.body
    await complete_without_order(
        call.session,
        call.actor,
        call.key,
        done_on=body.completed_date,
        mileage=body.completed_mileage,
        hours=body.completed_hours,
        reason=body.reason,
    )


@verbs.post(TABLE, "skip", Skipping)
async def skip(call: Call[Skipping]) -> None:
    """Skip a service that is due

    It counts as not done; the next one is counted from today and from the meters of now.
    """
    await skip_service(call.session, call.actor, call.key, call.body.reason)


@verbs.post(TABLE, "postpone", Postponing)
async def postpone(call: Call[Postponing]) -> None:
    """Postpone a service that is due

    Only this one, to a later day or mark; what is not given stays. After it is done the interval counts again.
    """
    body = call.body
    await postpone_service(
        call.session,
        call.actor,
        call.key,
        body.reason,
        day=body.next_due_date,
        mileage=body.next_due_mileage,
        hours=body.next_due_hours,
    )


@verbs.post(
    TABLE,
    "open_work_orders",
    Asked,
    path="/open-work-orders",
    permission="open_work_order",
    answers=OrdersOpened,
)
async def open_orders(call: Call[Asked]) -> OrdersOpened:
    """Open work orders for schedules, due or not

    From their templates. A schedule has one open work order at most.
    """
    resource = call.state.registry[TABLE]
    await lock_rows(call.session, resource, call.actor, call.reach, call.body.schedule_ids)
    opened = await open_asked_work_orders(call.session, call.actor, call.body.schedule_ids)
    return OrdersOpened(list(opened.orders), list(opened.had_one))


@verbs.post(TABLE, "assign", Assigning, path="/assign", answers=Assigned)
async def assign(call: Call[Assigning]) -> Assigned:
    """Assign the services of a programme to many vehicles

    Vehicles that have them already keep theirs, so it may be repeated.
    """
    body, actor = call.body, call.actor
    if (body.vehicle_ids is None) == (body.filter is None):
        raise Invalid(fields=[FieldProblem("vehicle_ids", "give either vehicle_ids or filter")])
    vehicles = call.state.registry["vehicles"]
    # The right to assign holds for the vehicles that it reaches.
    reach = call.reach
    if body.vehicle_ids is not None:
        chosen = await vehicles_named(call.session, actor, vehicles, reach, body.vehicle_ids)
    else:
        assert body.filter is not None
        chosen = await vehicles_chosen(call.session, actor, vehicles, reach, structs.asdict(body.filter))
    made, existing = await assign_program(
        call.session, actor, body.program_id, chosen, starts=body.starts, facility_id=body.facility_id
    )
    return Assigned(len(chosen), len(made), existing)


@verbs.get(TABLE, "forecast", Ahead, path="/forecast", permission="read", answers=Forecast)
async def forecast(call: Call[Ahead]) -> Forecast:
    """What the fleet will need until a day, by week or month

    Services that are due already count today; hours and costs are those of the templates. As vehicles were used in the last
    13 weeks.
    """
    today = call.actor.today
    until = call.body.until or date.fromordinal(today.toordinal() + 90)
    if not today <= until <= date.fromordinal(today.toordinal() + MOST_DAYS):
        raise BadRequest(fields=[FieldProblem("until", f"must be from today to {MOST_DAYS} days ahead")])
    filters = {"facility": call.body.facility_id, "type": call.body.maintenance_type}
    expected = await expected_services(
        call.database, call.actor, call.state.registry[TABLE], until, today=today, filters=filters
    )
    items = [
        ForecastSpan(one.first, one.last, one.services, one.hours, one.cost, one.unpriced, one.by_type)
        for one in by_stretch(expected, call.body.by, today, until)
    ]
    return Forecast(today, until, items)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
