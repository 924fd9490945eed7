"""What planning and booking have to know of the shop: places, bays, people, jobs, and what is taken when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.bay_fit import Bay, Weight, singular, words_of
from motorpool.maintenance.rules.shop_states import LIVE
from motorpool.maintenance.rules.technician_fit import Certificate, Technician
from motorpool.maintenance.rules.working_time import (
    Shift,
    Span,
    common,
    merged,
    opening_shifts,
    spans_of,
    usual_shifts,
    without,
)

Ask = Callable[[str, Mapping[str, Any]], Awaitable[Sequence[Any]]]
"""One SELECT with its parameters; %(tenant)s is put in."""
LIVE_BOOKING = str(LIVE)
#: Of work of which nobody has said how long it takes.
UNKNOWN_HOURS = Decimal(1)

SHOPS = """
SELECT f.id, f.name, coalesce(f.time_zone, %(time_zone)s), f.opening_hours::text
FROM facilities f WHERE f.tenant_id = %(tenant)s AND f.id = ANY (%(ids)s)
"""
BAYS = """
SELECT b.id, b.bay_name, b.facility_id, b.is_operational, b.max_vehicle_weight_lbs, b.max_lift_capacity_lbs,
       b.equipment_available, f.name, b.bay_type
FROM service_bays b JOIN facilities f ON f.tenant_id = b.tenant_id AND f.id = b.facility_id
WHERE b.tenant_id = %(tenant)s AND (b.id = ANY (%(ids)s) OR b.facility_id = ANY (%(shops)s))
ORDER BY b.bay_number, b.id
"""
TECHNICIANS = """
SELECT k.id, k.full_name, k.status, k.facility_id, k.specializations, k.certifications::text, k.hire_date, k.termination_date
FROM technicians k
WHERE k.tenant_id = %(tenant)s AND (k.id = ANY (%(ids)s) OR k.status = 'active' AND (k.facility_id = ANY (%(shops)s)
      OR k.facility_id IS NULL AND cardinality(%(shops)s::uuid[]) > 0))
ORDER BY k.last_name, k.first_name, k.id
"""
SHIFTS = """
SELECT s.technician_id, s.weekday, s.starts_at, s.ends_at, s.valid_from, s.valid_until
FROM technician_shifts s WHERE s.tenant_id = %(tenant)s AND s.technician_id = ANY (%(ids)s)
"""
ABSENCES = """
SELECT a.technician_id, a.starts_at, a.ends_at
FROM technician_absences a
WHERE a.tenant_id = %(tenant)s AND a.technician_id = ANY (%(ids)s) AND a.starts_at < %(until)s AND a.ends_at > %(since)s
"""
WORK = """
SELECT o.id, o.work_order_number, o.summary, o.status, o.priority, o.due_on, o.vehicle_id, v.vehicle_number, v.gvwr_kg,
       v.curb_weight_kg, v.payload_kg, o.facility_id, f.name, v.facility_id, coalesce(o.required_skills, m.required_skills),
       coalesce(o.required_certifications, m.required_certifications), coalesce(o.required_equipment, m.required_equipment),
       coalesce(o.estimated_hours, m.estimated_hours, (SELECT sum(x.estimated_hours) FROM work_order_tasks x
                WHERE x.tenant_id = o.tenant_id AND x.work_order_id = o.id)), o.assigned_technician_id
FROM maintenance_records o
JOIN vehicles v ON v.tenant_id = o.tenant_id AND v.id = o.vehicle_id
LEFT JOIN work_order_templates m ON m.tenant_id = o.tenant_id AND m.id = o.template_id
LEFT JOIN facilities f ON f.tenant_id = o.tenant_id AND f.id = o.facility_id
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(ids)s)
ORDER BY o.work_order_number
"""
HELD = f"""
SELECT b.id, b.service_bay_id, b.vehicle_id, b.technician_id, b.work_order_id, b.scheduled_start, b.scheduled_end, b.status,
       o.work_order_number, v.vehicle_number
FROM service_bay_schedule b
JOIN maintenance_records o ON o.tenant_id = b.tenant_id AND o.id = b.work_order_id
JOIN vehicles v ON v.tenant_id = b.tenant_id AND v.id = b.vehicle_id
WHERE b.tenant_id = %(tenant)s AND b.status IN {LIVE_BOOKING} AND b.scheduled_start < %(until)s AND b.scheduled_end > %(since)s
  AND (b.service_bay_id = ANY (%(bays)s) OR b.technician_id = ANY (%(technicians)s) OR b.vehicle_id = ANY (%(vehicles)s))
ORDER BY b.scheduled_start, b.id
"""
RESERVED = """
SELECT r.vehicle_id, r.starts_at, r.ends_at, r.reservation_number
FROM vehicle_reservations r
WHERE r.tenant_id = %(tenant)s AND r.vehicle_id = ANY (%(vehicles)s) AND r.status IN ('approved', 'handed_over')
  AND r.starts_at < %(until)s AND r.ends_at > %(since)s
ORDER BY r.starts_at
"""


@dataclass(frozen=True, slots=True)
class Shop:
    id: UUID
    name: str
    zone: ZoneInfo
    #: None: nobody has said when it is open.
    opening: tuple[Shift, ...] | None

    def open_between(self, first: date, last: date, *, assume: bool) -> list[Span] | None:
        """When it is open on these days; with `assume` the usual hours where nobody has said, else None."""
        shifts = self.opening if self.opening is not None else usual_shifts() if assume else None
        return None if shifts is None else spans_of(shifts, first, last, self.zone)


@dataclass(frozen=True, slots=True)
class Person:
    technician: Technician
    #: None: works while the shop is open.
    shifts: tuple[Shift, ...] | None = None
    absences: tuple[Span, ...] = ()

    def there_between(self, open_: list[Span], first: date, last: date, zone: ZoneInfo) -> list[Span]:
        """When the person works, within the shop's hours and without absences."""
        there = open_ if self.shifts is None else common(open_, spans_of(self.shifts, first, last, zone))
        return without(there, self.absences)


@dataclass(frozen=True, slots=True)
class Work:
    """A work order as something to be planned."""

    id: UUID
    number: str
    summary: str
    status: str
    priority: str
    due_on: date | None
    vehicle_id: UUID
    vehicle: str
    weight: Weight
    facility_id: UUID | None
    facility: str
    vehicle_facility_id: UUID | None
    skills: frozenset[str]
    certificates: tuple[str, ...]
    equipment: frozenset[str]
    #: None: nobody has said.
    hours: Decimal | None
    technician_id: UUID | None

    @property
    def length(self) -> timedelta:
        return timedelta(hours=float(self.hours or UNKNOWN_HOURS))

    @property
    def words(self) -> frozenset[str]:
        """What the work is about, to be held against what a bay is meant for."""
        return singular(" ".join((self.summary, *self.skills, *self.equipment)))


@dataclass(frozen=True, slots=True)
class Held:
    """A live booking."""

    id: UUID
    bay_id: UUID
    vehicle_id: UUID
    technician_id: UUID | None
    order_id: UUID
    start: datetime
    end: datetime
    status: str
    number: str
    vehicle: str

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Reserved:
    vehicle_id: UUID
    start: datetime
    end: datetime
    number: str


def of_session(session: AsyncSession, actor: Actor) -> Ask:
    """Questions inside of a transaction."""

    async def ask(sql: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
        connection = await session.connection()
        found = await connection.exec_driver_sql(sql, {"tenant": actor.tenant_id, **parameters})
        return found.all()

    return ask


def of_database(database: Database, actor: Actor) -> Ask:
    """Questions of a reader, each in a transaction of its own."""

    async def ask(sql: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
        return await database.read(actor, sql, {"tenant": actor.tenant_id, **parameters})

    return ask


async def shops(ask: Ask, ids: Iterable[UUID], time_zone: str) -> dict[UUID, Shop]:
    """`time_zone`: of facilities that name none."""
    rows = await ask(SHOPS, {"ids": list(ids), "time_zone": time_zone})
    return {
        key: Shop(key, name, ZoneInfo(zone), opening_shifts(None if hours is None else _hours(hours)))
        for key, name, zone, hours in rows
    }


def _hours(text: str) -> dict[str, Any] | None:
    """Stored before its form was checked, it may be anything: then nobody has said."""
    found = msgspec.json.decode(text)
    if not isinstance(found, dict):
        return None
    try:
        opening_shifts(found)
    except (TypeError, KeyError, ValueError):
        return None
    return found


async def bays(ask: Ask, ids: Iterable[UUID] = (), *, shops: Iterable[UUID] = ()) -> dict[UUID, Bay]:
    """Bays by id, and all of some facilities."""
    rows = await ask(BAYS, {"ids": list(ids), "shops": list(shops)})
    return {
        row[0]: Bay(row[0], row[1], row[2], row[3], row[4], row[5], words_of(row[6]), row[7], row[8])
        for row in rows
    }


async def people(
    ask: Ask, since: datetime, until: datetime, ids: Iterable[UUID] = (), *, shops: Iterable[UUID] = ()
) -> dict[UUID, Person]:
    """Technicians by id, and the active ones of some facilities, with their absences between two moments."""
    rows = await ask(TECHNICIANS, {"ids": list(ids), "shops": list(shops)})
    found = {
        row[0]: Person(
            Technician(
                row[0], row[1], row[2], row[3], words_of(row[4]), _certificates(row[5]), row[6], row[7]
            )
        )
        for row in rows
    }
    if not found:
        return found
    shifts: dict[UUID, list[Shift]] = defaultdict(list)
    for key, weekday, starts, ends, first, last in await ask(SHIFTS, {"ids": list(found)}):
        shifts[key].append(Shift(weekday, starts, ends, first, last))
    absences: dict[UUID, list[Span]] = defaultdict(list)
    for key, start, end in await ask(ABSENCES, {"ids": list(found), "since": since, "until": until}):
        absences[key].append((start, end))
    return {
        key: replace(
            person,
            shifts=tuple(shifts[key]) if key in shifts else None,
            absences=tuple(merged(absences.get(key, ()))),
        )
        for key, person in found.items()
    }


def _certificates(text: str | None) -> tuple[Certificate, ...]:
    found = msgspec.json.decode(text) if text else None
    if not isinstance(found, list):
        return ()
    return tuple(
        Certificate(one["name"], date.fromisoformat(one["expiry_date"]) if one.get("expiry_date") else None)
        for one in found
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    )


async def work(ask: Ask, ids: Iterable[UUID]) -> dict[UUID, Work]:
    """Work orders by id, in the order of their numbers."""
    return {row[0]: _work(row) for row in await ask(WORK, {"ids": list(ids)})}


def _work(row: Any) -> Work:
    key, number, summary, status, priority, due_on, vehicle_id, vehicle, *rest = row
    gvwr, curb, payload, facility_id, facility, home, skills, certificates, equipment, hours, technician = (
        rest
    )
    return Work(
        key,
        number,
        summary,
        status,
        priority,
        due_on,
        vehicle_id,
        vehicle,
        Weight(gvwr, curb, payload),
        facility_id,
        facility or "",
        home,
        words_of(skills),
        tuple(certificates or ()),
        words_of(equipment),
        hours,
        technician,
    )


async def held(
    ask: Ask,
    since: datetime,
    until: datetime,
    *,
    bays: Iterable[UUID] = (),
    technicians: Iterable[UUID] = (),
    vehicles: Iterable[UUID] = (),
) -> list[Held]:
    """Live bookings of these bays, people or vehicles that touch the time between two moments, in order."""
    rows = await ask(
        HELD,
        {
            "since": since,
            "until": until,
            "bays": list(bays),
            "technicians": list(technicians),
            "vehicles": list(vehicles),
        },
    )
    return [Held(*row) for row in rows]


async def reserved(ask: Ask, since: datetime, until: datetime, vehicles: Iterable[UUID]) -> list[Reserved]:
    """Approved reservations of vehicles that touch the time between two moments."""
    rows = await ask(RESERVED, {"since": since, "until": until, "vehicles": list(vehicles)})
    return [Reserved(*row) for row in rows]
