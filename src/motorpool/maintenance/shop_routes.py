"""HTTP of the shop beyond plain resources: the best times for a job, the plan of a day, booking a plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from msgspec import Meta, Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem, Forbidden, Invalid
from motorpool.core.resource.routes import json_response
from motorpool.core.resource.validation import read_body
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import NO_STORE, Call, VerbRoute, Verbs, encode, struct_of
from motorpool.maintenance.actions.book_bay import PlanBooked, PlanToBook, book_plan
from motorpool.maintenance.planning import greedy
from motorpool.maintenance.planning.shop_plan import (
    MOST_JOBS,
    NOT_READY,
    PlanMade,
    PlanWanted,
    plan_made,
    read_shop_plan,
)
from motorpool.maintenance.planning.slots import SlotsFound, propose_slots
from motorpool.maintenance.planning.solver import solve
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_orders import readable_orders, waiting_orders
from motorpool.maintenance.resources.shop import RESOURCES

TABLE = "service_bay_schedule"
#: The longest time in which a slot is looked for.
LONGEST = timedelta(days=60)
Moment = Annotated[datetime, Meta(tz=True)]
verbs = Verbs(RESOURCES)


class SlotsWanted(Struct, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}):
    """Query parameters."""

    work_order_id: UUID
    since: Annotated[Moment, Meta(description="Not before; now when left out")] | None = None
    until: Annotated[Moment, Meta(description="Over by then; two weeks later when left out")] | None = None
    limit: Annotated[int, Meta(ge=1, le=50, description="Most times to answer")] = 5


@verbs.get(TABLE, "slots", SlotsWanted, path="/slots", permission="read", answers=SlotsFound)
async def slots(call: Call[SlotsWanted]) -> SlotsFound:
    """Propose the best times for a work order

    Bays that carry its vehicle and have the tools, technicians who have skills and valid certificates and are there, in the
    shop's hours; the earliest first, then whoever is responsible, the bay that suits the job best, whoever has least to do.
    """
    wanted = call.body
    now = datetime.now(UTC)
    since = max(wanted.since or now, now)
    until = wanted.until or since + timedelta(days=14)
    if not since < until <= since + LONGEST:
        problem = FieldProblem("to", f"must be later than from and now, by at most {LONGEST.days} days")
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    if not await readable_orders(call.database, call.actor, [wanted.work_order_id]):
        raise BadRequest(
            "Some parameters of the request are wrong.",
            fields=[
                FieldProblem("work_order_id", "does not name anything that exists here", "unknown_reference")
            ],
            code="bad_parameters",
        )
    ask = shop_facts.of_database(call.database, call.actor)
    job = (await shop_facts.work(ask, [wanted.work_order_id]))[wanted.work_order_id]
    if job.status in ("completed", "cancelled"):
        closed = FieldProblem("work_order_id", f"{job.number} is closed; reopen it first", "order_closed")
        raise BadRequest("Some parameters of the request are wrong.", fields=[closed], code="bad_parameters")
    return await propose_slots(ask, call.actor, job, since, until, wanted.limit)


class Planning(VerbRoute):
    """A POST that computes for seconds and writes nothing: without a transaction."""

    async def _change(self, request: Any, actor: Actor, reach: Reach, row: UUID | None) -> Response[bytes]:
        raw = await request.body()
        wanted = struct_of(read_body(raw, request.headers.get("content-type", "")) if raw else {}, PlanWanted)
        made = await make_plan(request.app.state.database, actor, reach, wanted)
        return json_response(encode(made), headers=NO_STORE)


async def make_plan(database: Database, actor: Actor, reach: Reach, wanted: PlanWanted) -> PlanMade:
    """Plan a shop's open work orders.

    Raises: Forbidden for a shop that the permission does not reach; Invalid; Unavailable when the solver fails.
    """
    if not reach.everything and wanted.facility_id not in reach.facilities:
        raise Forbidden("Your permission does not reach this shop.", code="out_of_reach")
    idle: list[UUID] = []
    if wanted.work_order_ids is None:
        ids = await waiting_orders(database, actor, wanted.facility_id, most=MOST_JOBS + 1)
        idle = await waiting_orders(database, actor, wanted.facility_id, states=tuple(NOT_READY))
    else:
        ids = await readable_orders(database, actor, wanted.work_order_ids)
        if missing := [number for number, key in enumerate(wanted.work_order_ids) if key not in set(ids)]:
            raise Invalid(
                "Some fields are not valid.",
                fields=[
                    FieldProblem(
                        f"work_order_ids[{number}]",
                        "does not name anything that exists here",
                        "unknown_reference",
                    )
                    for number in missing
                ],
            )
    ask = shop_facts.of_database(database, actor)
    plan = await read_shop_plan(ask, actor, wanted, ids, datetime.now(UTC))
    answer = await solve(plan.problem)
    not_ready = (await shop_facts.work(ask, idle)).values() if idle else ()
    return plan_made(plan, answer, greedy.planned(plan.problem).objective, not_ready)


async def plan(call: Call[PlanWanted]) -> PlanMade:
    """Propose a plan for a shop's open work orders

    Bays by weight, lift and equipment, technicians by skills, certificates, shifts and absences, within opening hours and round
    what is booked. Made small: waiting and lateness by priority, then the load of whoever has most to do, then bays that are too
    good for a job. Nothing is booked: `apply-plan` does that.
    """
    raise AssertionError("answered by Planning")


verbs.routes.append(
    Planning(
        "POST",
        verbs.resources[TABLE],
        "plan",
        "/plan",
        verbs.resources[TABLE].permission("plan"),
        PlanWanted,
        PlanMade,
        200,
        False,
        (),
        plan,
    )
)


@verbs.post(TABLE, "apply_plan", PlanToBook, path="/apply-plan", permission="plan", answers=PlanBooked)
async def apply_plan(call: Call[PlanToBook]) -> PlanBooked:
    """Book a plan

    All of it or, when something was booked or changed in the meantime, nothing.
    """
    return await book_plan(call.session, call.actor, call.reach, call.body)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
