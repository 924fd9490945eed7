"""What a booking of a bay must fulfil, and what is in its way. Both speak in sentences that name the booking and the time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.planning.diary import read_diary
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_facts import LIVE_BOOKING, Ask, Held, Person, Reserved, Shop, Work
from motorpool.maintenance.rules import bay_fit, technician_fit
from motorpool.maintenance.rules.bay_fit import Bay
from motorpool.maintenance.rules.shop_states import LIVE
from motorpool.maintenance.rules.working_time import Span, first_fit, holds

#: Columns that say who holds what when.
HOLDING = frozenset({"service_bay_id", "vehicle_id", "technician_id", "scheduled_start", "scheduled_end"})
#: How far ahead a free time is looked for.
LOOK_AHEAD = timedelta(days=30)
#: One writer of bookings at a time in a tenant: whoever comes second sees what the first one booked, and is told.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('service_bay_schedule'), hashtext(%(tenant)s::text))"
COLUMNS = tuple(
    "id service_bay_id vehicle_id technician_id work_order_id scheduled_start scheduled_end status".split()
)
CURRENT = f"""
SELECT {", ".join(f"b.{name}" for name in COLUMNS)}
FROM service_bay_schedule b WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(ids)s)
"""
WRITTEN = f"{CURRENT} AND b.status IN {LIVE_BOOKING}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking as it is to be."""

    place: int
    id: UUID | None
    bay_id: UUID
    vehicle_id: UUID
    technician_id: UUID | None
    start: datetime
    end: datetime

    def in_the_way(self, other: Held | Wanted) -> Iterator[tuple[str, str]]:
        """(column, what) that both hold, if they overlap in time."""
        if self.start < other.end and other.start < self.end:
            if self.bay_id == other.bay_id:
                yield "service_bay_id", "bay"
            if self.vehicle_id == other.vehicle_id:
                yield "vehicle_id", "vehicle"
            if self.technician_id is not None and self.technician_id == other.technician_id:
                yield "technician_id", "technician"


async def refuse_double_bookings(
    session: AsyncSession, actor: Actor, occasion: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Look for what is in the way of bookings that are about to be written.

    Raises: Conflict with code "overlap" that names for each what is taken, by which booking, from when to when, and when all
    of it is free again.
    """
    if occasion == "update" and not any(HOLDING & set(row) for row in rows):
        return
    ask = shop_facts.of_session(session, actor)
    await ask(LOCK, {})
    wanted = await _wanted(ask, occasion, rows)
    if not wanted:
        return
    since, until = min(one.start for one in wanted), max(one.end for one in wanted)
    there = await shop_facts.held(
        ask,
        since,
        until,
        bays={one.bay_id for one in wanted},
        technicians={one.technician_id for one in wanted if one.technician_id},
        vehicles={one.vehicle_id for one in wanted},
    )
    own = {one.id for one in wanted if one.id is not None and occasion != "create"}
    there = [one for one in there if one.id not in own]
    reserved = await shop_facts.reserved(ask, since, until, {one.vehicle_id for one in wanted})
    hits: list[tuple[Wanted, str, str, Held | Wanted]] = [
        (one, *hit, other) for one in wanted for other in there for hit in one.in_the_way(other)
    ]
    hits += [
        (later, *hit, earlier) for earlier, later in _neighbours(wanted) for hit in later.in_the_way(earlier)
    ]
    kept = [
        (one, other)
        for one in wanted
        for other in reserved
        if one.vehicle_id == other.vehicle_id and one.start < other.end and other.start < one.end
    ]
    if hits or kept:
        raise await _collision(ask, actor, hits, kept, named=len(rows) > 1, own=own)


async def _wanted(ask: Ask, occasion: str, rows: Sequence[dict[str, Any]]) -> list[Wanted]:
    current: dict[UUID, dict[str, Any]] = {}
    if occasion != "create":
        found = await ask(CURRENT, {"ids": [row["id"] for row in rows]})
        current = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in found}
    wanted = []
    for place, row in enumerate(rows):
        merged = row if occasion == "create" else {**current[row["id"]], **row}
        start, end = merged.get("scheduled_start"), merged.get("scheduled_end")
        # What is missing or upside down is told by the checks of the columns.
        if start is None or end is None or start >= end or merged.get("status", "scheduled") not in LIVE:
            continue
        wanted.append(
            Wanted(
                place,
                row.get("id"),
                merged["service_bay_id"],
                merged["vehicle_id"],
                merged.get("technician_id"),
                start,
                end,
            )
        )
    return wanted


def _neighbours(wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, Wanted]]:
    """Pairs of one request that overlap in time, in order."""
    live: list[Wanted] = []
    for one in sorted(wanted, key=lambda one: (one.start, one.place)):
        live = [other for other in live if other.end > one.start]
        for other in live:
            yield other, one
        live.append(one)


async def _collision(
    ask: Ask,
    actor: Actor,
    hits: Sequence[tuple[Wanted, str, str, Held | Wanted]],
    kept: Sequence[tuple[Wanted, Reserved]],
    *,
    named: bool,
    own: Collection[UUID],
) -> Conflict:
    wanted = [hit[0] for hit in hits] + [one for one, _ in kept]
    bays = await shop_facts.bays(ask, {one.bay_id for one in wanted})
    shops = await shop_facts.shops(ask, {bay.facility_id for bay in bays.values()}, actor.time_zone)
    since = min(one.start for one in wanted)
    people = await shop_facts.people(
        ask, since, since + LOOK_AHEAD, {one.technician_id for one in wanted if one.technician_id}
    )
    problems: list[FieldProblem] = []
    conflicts: list[dict[str, Any]] = []
    for one, column, what, other in hits:
        shop = _shop_of(bays.get(one.bay_id), shops)
        zone = shop.zone if shop else ZoneInfo(actor.time_zone)
        name = {
            "bay": bays[one.bay_id].name if one.bay_id in bays else "The bay",
            "vehicle": f"Vehicle {other.vehicle}" if isinstance(other, Held) else "The vehicle",
            "technician": people[one.technician_id].technician.name
            if one.technician_id in people
            else "The technician",
        }[what]
        by = (
            f"{other.number} ({other.vehicle})"
            if isinstance(other, Held)
            else f"row {other.place} of this request"
        )
        sentence = f"{name} is taken by {by} {period(other.start, other.end, zone)}"
        problems.append(FieldProblem(f"[{one.place}].{column}" if named else column, sentence, "overlap"))
        conflicts.append(
            {
                "what": what,
                "booking_id": str(other.id) if isinstance(other, Held) else None,
                "work_order": other.number if isinstance(other, Held) else None,
                "from": other.start.isoformat(),
                "to": other.end.isoformat(),
            }
        )
    for one, reservation in kept:
        shop = _shop_of(bays.get(one.bay_id), shops)
        zone = shop.zone if shop else ZoneInfo(actor.time_zone)
        sentence = f"The vehicle is reserved ({reservation.number}) {period(reservation.start, reservation.end, zone)}"
        column = f"[{one.place}].vehicle_id" if named else "vehicle_id"
        problems.append(FieldProblem(column, sentence, "reserved"))
        conflicts.append(
            {
                "what": "vehicle",
                "reservation": reservation.number,
                "from": reservation.start.isoformat(),
                "to": reservation.end.isoformat(),
            }
        )
    first = wanted[0]
    free = await _next_free(ask, first, bays, shops, people, own)
    zone = next((shop.zone for shop in shops.values()), ZoneInfo(actor.time_zone))
    detail = ". ".join(dict.fromkeys(problem.message for problem in problems))
    if free is not None:
        detail += f". All of it is free again from {clock(free, zone)}"
    return Conflict(
        f"{detail}.",
        code="overlap",
        fields=problems,
        conflicts=conflicts,
        next_free=free.isoformat() if free else None,
    )


def _shop_of(bay: Bay | None, shops: dict[UUID, Shop]) -> Shop | None:
    return None if bay is None else shops.get(bay.facility_id)


async def _next_free(
    ask: Ask,
    one: Wanted,
    bays: dict[UUID, Bay],
    shops: dict[UUID, Shop],
    people: dict[UUID, Person],
    own: Collection[UUID],
) -> datetime | None:
    """When bay, vehicle and technician are next free together for as long as is wanted."""
    shop = _shop_of(bays.get(one.bay_id), shops)
    if shop is None:
        return None
    person = {key: who for key, who in people.items() if key == one.technician_id}
    diary = await read_diary(
        ask,
        shop,
        one.start,
        one.start + LOOK_AHEAD,
        person,
        bays=[one.bay_id],
        vehicles=[one.vehicle_id],
        assume=False,
        without_bookings=own,
    )
    free = diary.free(one.bay_id, one.technician_id, one.vehicle_id)
    return first_fit(free, one.end - one.start, max(one.start, datetime.now(UTC)))


async def check_bookings(session: AsyncSession, actor: Actor, keys: Sequence[UUID]) -> None:
    """Look whether live bookings can be kept: the bay carries the vehicle and has the tools, the technician can do it.

    Raises: Invalid with a sentence for each field that is wrong.
    """
    ask = shop_facts.of_session(session, actor)
    rows = await ask(WRITTEN, {"ids": list(keys)})
    if not rows:
        return
    since, until = min(row[5] for row in rows), max(row[6] for row in rows)
    orders = await shop_facts.work(ask, {row[4] for row in rows})
    bays = await shop_facts.bays(ask, {row[1] for row in rows})
    shops = await shop_facts.shops(ask, {bay.facility_id for bay in bays.values()}, actor.time_zone)
    people = await shop_facts.people(ask, since, until, {row[3] for row in rows if row[3]})
    place = {key: f"[{index}]." if len(keys) > 1 else "" for index, key in enumerate(keys)}
    problems: list[FieldProblem] = []
    for key, bay_id, vehicle_id, technician_id, order_id, start, end, _ in rows:
        bay, job = bays[bay_id], orders[order_id]
        found = [
            *_order_problems(job, vehicle_id),
            *bay_problems(bay, job),
            *_time_problems(shops[bay.facility_id], start, end),
        ]
        if technician_id is not None:
            found += technician_problems(people[technician_id], job, shops[bay.facility_id], start, end)
        problems += [FieldProblem(place[key] + one.field, one.message, one.code) for one in found]
    if problems:
        raise Invalid(
            f"{'. '.join(one.message[:1].upper() + one.message[1:] for one in problems[:3])}.",
            fields=problems,
            code="cannot_be_booked",
        )


def _order_problems(job: Work, vehicle_id: UUID) -> Iterator[FieldProblem]:
    if job.status in ("completed", "cancelled"):
        yield FieldProblem("work_order_id", f"{job.number} is closed; reopen it first", "order_closed")
    if job.vehicle_id != vehicle_id:
        yield FieldProblem(
            "vehicle_id", f"{job.number} is about the vehicle {job.vehicle}; book that one", "other_vehicle"
        )


def bay_problems(bay: Bay, job: Work) -> list[FieldProblem]:
    """Why a job cannot be done in a bay."""
    found = bay_fit.misfits(bay, job.weight, job.equipment, job.facility_id, job.facility)
    return [FieldProblem(one.field, one.sentence, one.code) for one in found]


def _time_problems(shop: Shop, start: datetime, end: datetime) -> Iterator[FieldProblem]:
    """Work begins and ends while the shop is open; over night the vehicle may stay."""
    first, last = start.astimezone(shop.zone).date(), end.astimezone(shop.zone).date()
    open_ = shop.open_between(first, last, assume=False)
    if open_ is None:
        return
    if not holds(open_, start):
        yield FieldProblem("scheduled_start", f"{shop.name} is {hours_of(open_, start, shop.zone)}", "closed")
    if not holds(open_, end, as_end=True):
        yield FieldProblem("scheduled_end", f"{shop.name} is {hours_of(open_, end, shop.zone)}", "closed")


def technician_problems(
    person: Person, job: Work, shop: Shop, start: datetime, end: datetime
) -> list[FieldProblem]:
    """Why a technician cannot do a job at a time."""
    first, last = start.astimezone(shop.zone).date(), _last_day(end, shop.zone)
    who = person.technician
    found = [
        FieldProblem(one.field, one.sentence, one.code)
        for one in technician_fit.misfits(who, job.skills, job.certificates, first, last)
    ]
    away = next((span for span in person.absences if span[0] < end and start < span[1]), None)
    if away is not None:
        sentence = f"{who.name} is absent {period(*away, shop.zone)}"
        found.append(FieldProblem("technician_id", sentence, "absent"))
    elif person.shifts is not None:
        whole = [(start - timedelta(days=1), end + timedelta(days=1))]
        there = person.there_between(whole, first - timedelta(days=1), last + timedelta(days=1), shop.zone)
        if not (holds(there, start) and holds(there, end, as_end=True)):
            wrong = end if holds(there, start) else start
            sentence = f"{who.name} is {hours_of(there, wrong, shop.zone, 'at work', 'not at work')}"
            found.append(FieldProblem("technician_id", sentence, "off_shift"))
    return found


def _last_day(end: datetime, zone: ZoneInfo) -> Any:
    """The day of the last moment of the work."""
    return (end - timedelta(microseconds=1)).astimezone(zone).date()


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`Tue 24 Nov 09:00` where the shop is."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def period(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`from Tue 24 Nov 09:00 to 12:00`."""
    same = start.astimezone(zone).date() == end.astimezone(zone).date()
    return f"from {clock(start, zone)} to {f'{end.astimezone(zone):%H:%M}' if same else clock(end, zone)}"


def hours_of(
    spans: Iterable[Span], moment: datetime, zone: ZoneInfo, is_there: str = "open", is_not: str = "closed"
) -> str:
    """`open from 07:00 to 18:00 on Tue 24 Nov`, or `closed on Sun 29 Nov`."""
    day = moment.astimezone(zone).date()
    today = [(start.astimezone(zone), end.astimezone(zone)) for start, end in spans]
    told = [f"from {start:%H:%M} to {end:%H:%M}" for start, end in today if start.date() == day]
    local = moment.astimezone(zone)
    which = f"on {local:%a} {local.day} {local:%b}"
    return f"{is_there} {' and '.join(told)} {which}" if told else f"{is_not} {which}"
