"""A plan of a shop's open work orders: from the books to the solver's numbers, and back to times, names and reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.planning import explanation
from motorpool.maintenance.planning.diary import Diary, read_diary
from motorpool.maintenance.planning.problem import (
    STEP_MINUTES,
    WEIGHTS,
    Answer,
    Busy,
    Choice,
    Job,
    Problem,
    Worker,
)
from motorpool.maintenance.planning.slots import STEP, assumptions
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_facts import Ask, Person, Shop, Work
from motorpool.maintenance.rules import bay_fit, technician_fit
from motorpool.maintenance.rules.bay_fit import Bay
from motorpool.maintenance.rules.working_time import Span, instant, rounded_up, without

#: More than this is not planned at once; what counts most is.
MOST_JOBS = 200
TOO_MANY = f"Planned are the {MOST_JOBS} work orders that count most; plan again when these are booked."
#: Orders of the shop that are not planned before somebody does something, and what.
NOT_READY = {
    "draft": "It is a draft: release it first, or book it by hand.",
    "waiting_parts": "It waits for parts: go on with the work when they are there, or book it by hand.",
}
#: Seconds by the clock for a second of work, on a machine that is busy with other things.
PATIENCE = 6.0


class PlanWanted(Struct, forbid_unknown_fields=True):
    """What is to be planned."""

    facility_id: Annotated[UUID, Meta(description="The shop")]
    day: Annotated[date, Meta(description="First day, where the shop is; today when left out")] | None = None
    days: Annotated[int, Meta(ge=1, le=7, description="How many days")] = 1
    work_order_ids: (
        Annotated[
            list[UUID],
            Meta(
                max_length=MOST_JOBS,
                description="These; else all of the shop that are open or begun and have no booking. Drafts and orders "
                "that wait for parts are then named among those that are left out",
            ),
        ]
        | None
    ) = None
    effort_s: Annotated[
        float,
        Meta(
            ge=0.1, le=20, description="How long the solver may work, in seconds of a clock that counts work"
        ),
    ] = 2.0


class Assignment(Struct):
    """A job in the plan."""

    work_order_id: UUID
    work_order: str
    summary: str
    vehicle: str
    priority: str
    service_bay_id: UUID
    bay: str
    technician_id: UUID
    technician: str
    scheduled_start: datetime
    scheduled_end: datetime
    reason: Annotated[str, Meta(description="Why there, then and by whom, for people")]


class LeftOut(Struct):
    """A job that is not in the plan."""

    work_order_id: UUID
    work_order: str
    summary: str
    vehicle: str
    code: Annotated[
        str,
        Meta(
            description="no_bay, no_bay_fits, no_technician, no_technician_fits, not_free, too_long, no_room; "
            "draft, waiting_parts"
        ),
    ]
    reason: Annotated[str, Meta(description="For people")]


class PlanMade(Struct):
    """A proposal. Nothing is booked until it is applied."""

    facility_id: UUID
    since: Annotated[datetime, Meta(description="The plan's first moment")]
    until: datetime
    assignments: list[Assignment]
    left_out: list[LeftOut]
    objective: Annotated[
        int,
        Meta(
            description="Waiting and lateness of all jobs by their weight, in tenths of a quarter of an hour; less is better"
        ),
    ]
    simple_objective: Annotated[int, Meta(description="The same of the plan by priority, first come")]
    is_best: Annotated[bool, Meta(description="Proved: there is no better plan")]
    notes: Annotated[list[str], Meta(description="What was assumed, for people")]


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """The facts behind a problem, by the numbers that the problem calls them."""

    shop: Shop
    since: datetime
    until: datetime
    jobs: list[Work]
    #: There are more than are planned at once.
    are_more: bool
    bays: list[Bay]
    people: list[Person]
    diary: Diary
    problem: Problem

    def step_at(self, moment: datetime) -> float:
        return (moment - self.since) / STEP

    def moment_of(self, step: int) -> datetime:
        return self.since + step * STEP


async def read_shop_plan(
    ask: Ask, actor: Actor, wanted: PlanWanted, ids: Sequence[UUID], now: datetime
) -> ShopPlan:
    """Everything that a plan rests on. `ids`: the work orders.

    Raises: Invalid when there is no such facility or the days are over.
    """
    shop = (await shop_facts.shops(ask, [wanted.facility_id], actor.time_zone)).get(wanted.facility_id)
    if shop is None:
        raise Invalid(
            "Some fields are not valid.",
            fields=[
                FieldProblem("facility_id", "does not name anything that exists here", "unknown_reference")
            ],
        )
    first = wanted.day or now.astimezone(shop.zone).date()
    since, until = (instant(day, time(), shop.zone) for day in (first, first + timedelta(days=wanted.days)))
    if until <= now:
        raise Invalid(
            "These days are over.", fields=[FieldProblem("day", "is over; choose today or later", "past")]
        )
    jobs = list((await shop_facts.work(ask, ids)).values())
    jobs.sort(key=lambda job: (-WEIGHTS.get(job.priority, 1), job.due_on or date.max, job.number))
    bays = await shop_facts.bays(ask, shops=[shop.id])
    people = await shop_facts.people(ask, since, until, shops=[shop.id])
    diary = await read_diary(
        ask,
        shop,
        since,
        until,
        people,
        bays=bays,
        vehicles={job.vehicle_id for job in jobs},
        assume=True,
    )
    plan = ShopPlan(
        shop,
        since,
        until,
        jobs[:MOST_JOBS],
        len(jobs) > MOST_JOBS,
        list(bays.values()),
        list(people.values()),
        diary,
        Problem(0, [], [], []),
    )
    _fill(plan, rounded_up(max(since, now), STEP), wanted.effort_s)
    return plan


def _fill(plan: ShopPlan, begin: datetime, effort_s: float) -> None:
    """The problem's numbers. `begin`: nothing is planned before it."""
    problem, diary = plan.problem, plan.diary
    whole = (plan.since, plan.until)
    problem.horizon = math.floor(plan.step_at(plan.until))
    problem.effort_s, problem.patience_s = effort_s, effort_s * PATIENCE
    problem.bays = [_steps(plan, diary.bays[bay.id]) for bay in plan.bays]
    for person in plan.people:
        key = person.technician.id
        there = without(diary.there.get(key, []), [*diary.technicians[key], (plan.since, begin)])
        booked = diary.booked_minutes(key, *whole)
        problem.workers.append(Worker(_steps(plan, without([whole], there)), round(booked / STEP_MINUTES)))
    vehicles = {key: number for number, key in enumerate(dict.fromkeys(job.vehicle_id for job in plan.jobs))}
    for job in plan.jobs:
        problem.jobs.append(
            Job(
                max(1, math.ceil(job.length / STEP)),
                WEIGHTS.get(job.priority, 1),
                [number for number, bay in enumerate(plan.bays) if not list(_bay_misfits(bay, job))],
                list(_choices(plan, job)),
                vehicles[job.vehicle_id],
                None if job.due_on is None else _end_of(plan, job.due_on),
                _steps(plan, diary.vehicles[job.vehicle_id]),
                {
                    number: bay_fit.waste(bay, job.weight, job.equipment, job.words)
                    for number, bay in enumerate(plan.bays)
                },
            )
        )


def _bay_misfits(bay: Bay, job: Work) -> Iterable[bay_fit.Misfit]:
    return bay_fit.misfits(bay, job.weight, job.equipment)


def _choices(plan: ShopPlan, job: Work) -> Iterable[Choice]:
    """Technicians who can do it on the first day, and until when they still can."""
    first = plan.since.astimezone(plan.shop.zone).date()
    for number, person in enumerate(plan.people):
        technician = person.technician
        if any(technician_fit.misfits(technician, job.skills, job.certificates, first, first)):
            continue
        ends = [technician.leaves, *(technician.valid_until(wanted) for wanted in job.certificates)]
        last = min((day for day in ends if day is not None and day != date.max), default=None)
        step = None if last is None else _end_of(plan, last)
        yield Choice(number, step if step is not None and step < plan.problem.horizon else None)


def _end_of(plan: ShopPlan, day: date) -> int:
    return math.floor(plan.step_at(instant(day + timedelta(days=1), time(), plan.shop.zone)))


def _steps(plan: ShopPlan, spans: Iterable[Span]) -> Busy:
    """Taken time in whole steps: begun ones are taken."""
    last = plan.problem.horizon
    found = [
        (max(0, math.floor(plan.step_at(start))), min(last, math.ceil(plan.step_at(end))))
        for start, end in sorted(spans)
    ]
    return [(start, end) for start, end in found if start < end]


def plan_made(plan: ShopPlan, answer: Answer, simple: int, not_ready: Iterable[Work] = ()) -> PlanMade:
    """The answer in times, names and reasons. `simple`: what the simple planner's plan costs; `not_ready`: see NOT_READY."""
    planned_minutes: dict[tuple[UUID, date], int] = {}
    zone = plan.shop.zone
    for one in answer.placed:
        day = plan.moment_of(one.start).astimezone(zone).date()
        key = (plan.people[one.worker].technician.id, day)
        planned_minutes[key] = planned_minutes.get(key, 0) + plan.problem.jobs[one.job].steps * STEP_MINUTES
    assignments = []
    for one in sorted(answer.placed, key=lambda one: (one.start, one.bay)):
        job, bay, person = plan.jobs[one.job], plan.bays[one.bay], plan.people[one.worker]
        start = plan.moment_of(one.start)
        steps = plan.problem.jobs[one.job].steps
        end = start + steps * STEP
        technician = person.technician
        day = start.astimezone(zone).date()
        load = plan.diary.booked_minutes(technician.id, *explanation.day_of(start, zone))
        load += planned_minutes[technician.id, day] - steps * STEP_MINUTES
        reason = (
            f"{job.priority.capitalize()} priority; {explanation.why_here(job, bay, person, end, load, zone)}"
        )
        assignments.append(
            Assignment(
                job.id,
                job.number,
                job.summary,
                job.vehicle,
                job.priority,
                bay.id,
                bay.name,
                technician.id,
                technician.name,
                start,
                end,
                reason,
            )
        )
    return PlanMade(
        plan.shop.id,
        plan.since.astimezone(UTC),
        plan.until.astimezone(UTC),
        assignments,
        [_left_out(plan, number) for number in answer.left_out]
        + [
            LeftOut(job.id, job.number, job.summary, job.vehicle, job.status, NOT_READY[job.status])
            for job in not_ready
        ],
        answer.objective,
        simple,
        answer.bound >= answer.objective,
        [*assumptions(plan.shop, plan.jobs), *([TOO_MANY] if plan.are_more else [])],
    )


def _left_out(plan: ShopPlan, number: int) -> LeftOut:
    job, numbers = plan.jobs[number], plan.problem.jobs[number]
    first = plan.since.astimezone(plan.shop.zone).date()
    bays = [[one.sentence for one in _bay_misfits(bay, job)] for bay in plan.bays]
    people = [
        [
            one.sentence
            for one in technician_fit.misfits(person.technician, job.skills, job.certificates, first, first)
        ]
        for person in plan.people
    ]
    longest = max(
        (
            _longest(
                plan.problem.horizon if choice.until is None else choice.until,
                [*plan.problem.bays[bay], *plan.problem.workers[choice.worker].busy, *numbers.away],
            )
            for bay in numbers.bays
            for choice in numbers.workers
        ),
        default=0,
    )
    code, reason = explanation.why_not(bays, people, numbers.steps * STEP, longest * STEP)
    return LeftOut(job.id, job.number, job.summary, job.vehicle, code, reason)


def _longest(horizon: int, busy: Busy) -> int:
    """The longest free stretch, in steps."""
    at = found = 0
    for start, end in sorted(busy):
        found = max(found, min(start, horizon) - at)
        at = max(at, end)
    return max(found, horizon - at)
