"""The best times for one work order: each bay that it fits with each technician who can do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.planning import explanation
from motorpool.maintenance.planning.diary import Diary, read_diary
from motorpool.maintenance.planning.problem import STEP_MINUTES
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_facts import Ask, Person, Shop, Work
from motorpool.maintenance.rules import bay_fit, technician_fit
from motorpool.maintenance.rules.bay_fit import Bay
from motorpool.maintenance.rules.working_time import common, first_fit

STEP = timedelta(minutes=STEP_MINUTES)
#: A shop is guessed when neither order nor vehicle names one and there is only one with bays.
SHOPS_WITH_BAYS = "SELECT DISTINCT b.facility_id FROM service_bays b WHERE b.tenant_id = %(tenant)s LIMIT 2"


class Slot(Struct):
    """A time at which a job can be done."""

    scheduled_start: datetime
    scheduled_end: datetime
    service_bay_id: UUID
    bay: str
    technician_id: UUID
    technician: str
    reason: Annotated[str, Meta(description="What speaks for it, for people")]


class SlotsFound(Struct):
    """Times for a work order, best first."""

    work_order_id: UUID
    work_order: str
    hours: Annotated[float, Meta(description="Hours that the work takes")]
    facility_id: UUID
    items: list[Slot]
    notes: Annotated[list[str], Meta(description="What was assumed, and why there is nothing, for people")]


async def shop_of(ask: Ask, actor: Actor, job: Work) -> Shop:
    """The shop of the order, else of the vehicle, else the only one. Raises: Invalid."""
    key = job.facility_id or job.vehicle_facility_id
    if key is None:
        rows = await ask(SHOPS_WITH_BAYS, {})
        if len(rows) != 1:
            sentence = f"{job.number} names no shop, and neither does its vehicle; give it a facility first"
            raise Invalid(f"{sentence}.", fields=[FieldProblem("work_order_id", sentence, "no_shop")])
        key = rows[0][0]
    return (await shop_facts.shops(ask, [key], actor.time_zone))[key]


async def propose_slots(
    ask: Ask, actor: Actor, job: Work, since: datetime, until: datetime, most: int
) -> SlotsFound:
    """At most so many times between two moments; of those that begin together, with another bay or technician each.

    Raises: Invalid when nobody can say at which shop.
    """
    shop = await shop_of(ask, actor, job)
    bays = await shop_facts.bays(ask, shops=[shop.id])
    people = await shop_facts.people(ask, since, until, shops=[shop.id])
    diary = await read_diary(
        ask, shop, since, until, people, bays=bays, vehicles=[job.vehicle_id], assume=True
    )
    first = since.astimezone(shop.zone).date()
    bay_problems = {
        key: [one.sentence for one in bay_fit.misfits(bay, job.weight, job.equipment)]
        for key, bay in bays.items()
    }
    person_problems = {
        key: [
            one.sentence
            for one in technician_fit.misfits(person.technician, job.skills, job.certificates, first, first)
        ]
        for key, person in people.items()
    }
    able = [
        (bays[b], people[p]) for b in bays if not bay_problems[b] for p in people if not person_problems[p]
    ]
    ranked = sorted(
        (found for bay, person in able for found in _times(diary, shop, job, bay, person)),
        key=lambda found: found[0],
    )
    taken: set[tuple[datetime, UUID]] = set()
    items: list[Slot] = []
    for _, start, bay, person, load in ranked:
        keys = {(start, bay.id), (start, person.technician.id)}
        if keys & taken or len(items) == most:
            continue
        taken |= keys
        end = start + job.length
        reason = explanation.why_here(job, bay, person, end, load, shop.zone)
        if not items:
            reason = f"The earliest time. {reason}"
        items.append(Slot(start, end, bay.id, bay.name, person.technician.id, person.technician.name, reason))
    notes = assumptions(shop, [job])
    if not items:
        longest = max(
            (
                end - start
                for bay, person in able
                for start, end in diary.free(bay.id, person.technician.id, job.vehicle_id)
            ),
            default=timedelta(),
        )
        _, sentence = explanation.why_not(
            list(bay_problems.values()), list(person_problems.values()), job.length, longest
        )
        notes.append(sentence)
    return SlotsFound(job.id, job.number, job.length / timedelta(hours=1), shop.id, items, notes)


Found = tuple[tuple[datetime, bool, int, int, str], datetime, Bay, Person, int]


def _times(diary: Diary, shop: Shop, job: Work, bay: Bay, person: Person) -> list[Found]:
    """The first time of each day, with its rank: early, by whoever is responsible, in the bay that suits the job best, by
    whoever has least to do."""
    technician = person.technician
    free = diary.free(bay.id, technician.id, job.vehicle_id)
    found: list[Found] = []
    at = diary.since
    while at < diary.until:
        begin, end = explanation.day_of(at, shop.zone)
        start = first_fit(common(free, [(max(at, begin), end)]), job.length, at, STEP)
        last = end.astimezone(shop.zone).date() - timedelta(days=1)
        if start is not None and not any(
            technician_fit.misfits(technician, job.skills, job.certificates, last, last)
        ):
            load = diary.booked_minutes(technician.id, begin, end)
            rank = (
                start,
                job.technician_id != technician.id,
                bay_fit.waste(bay, job.weight, job.equipment, job.words),
                load,
                bay.name,
            )
            found.append((rank, start, bay, person, load))
        at = end
    return found


def assumptions(shop: Shop, jobs: list[Work]) -> list[str]:
    """What was taken for granted, for people."""
    notes = []
    if shop.opening is None:
        notes.append(
            f"Nobody has said when {shop.name} is open; 07:00 to 18:00 from Monday to Saturday is assumed."
        )
    if unknown := [job.number for job in jobs if job.hours is None or job.hours <= 0]:
        some = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        notes.append(f"Without an estimate one hour is assumed: {some}.")
    return notes
