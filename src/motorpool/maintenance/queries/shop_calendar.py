"""What the calendar of a shop shows: bays, bookings, who is there, and the work that waits for a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.models import ServiceBay, ServiceBaySchedule
from motorpool.maintenance.planning.diary import Diary, read_diary
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.readable import readable
from motorpool.maintenance.queries.shop_facts import Person, Shop, Work
from motorpool.maintenance.queries.shop_orders import waiting_orders
from motorpool.maintenance.resources.shop import RESOURCES
from motorpool.maintenance.rules.bay_fit import Bay
from motorpool.maintenance.rules.shop_states import LIVE
from motorpool.maintenance.rules.working_time import Span, common, instant

BAY: Resource = next(one for one in RESOURCES if one.model is ServiceBay)
BOOKING: Resource = next(one for one in RESOURCES if one.model is ServiceBaySchedule)
#: Orders that wait at the side of the calendar.
MOST_WAITING = 60
PLACES = """
SELECT DISTINCT f.id, f.name FROM service_bays t JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE {scope} ORDER BY f.name
"""
BOOKINGS = """
SELECT t.id, t.service_bay_id, t.technician_id, k.full_name, t.status, t.scheduled_start, t.scheduled_end, o.id,
       o.work_order_number, o.summary, o.priority, v.vehicle_number
FROM service_bay_schedule t
JOIN service_bays y ON y.tenant_id = t.tenant_id AND y.id = t.service_bay_id
JOIN maintenance_records o ON o.tenant_id = t.tenant_id AND o.id = t.work_order_id
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
LEFT JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.technician_id
WHERE {scope} AND y.facility_id = %(facility)s AND t.status <> 'cancelled' AND t.scheduled_start < %(until)s
  AND t.scheduled_end > %(since)s
ORDER BY t.scheduled_start, t.id
"""


@dataclass(frozen=True, slots=True)
class Booked:
    id: UUID
    bay_id: UUID
    technician_id: UUID | None
    technician: str | None
    status: str
    start: datetime
    end: datetime
    order_id: UUID
    number: str
    summary: str
    priority: str
    vehicle: str

    @property
    def may_move(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class Presence:
    """A technician in the time that is shown: minutes at work, minutes booked, hours as instants."""

    person: Person
    there: list[Span]
    there_minutes: int
    booked_minutes: int


@dataclass(frozen=True, slots=True)
class ShopCalendar:
    shop: Shop
    since: datetime
    until: datetime
    open: list[Span]
    bays: list[Bay]
    bookings: list[Booked]
    waiting: list[Work]
    presence: list[Presence]


async def shops_with_bays(database: Database, actor: Actor) -> list[tuple[UUID, str]]:
    """Facilities that have bays which the actor may read, by name."""
    parameters: dict[str, Any] = {}
    scope = readable(BAY, actor, parameters)
    rows = await database.read(actor, PLACES.format(scope=scope), {"tenant": actor.tenant_id, **parameters})
    return [(row[0], row[1]) for row in rows]


async def shop_of(database: Database, actor: Actor, facility: UUID) -> Shop | None:
    ask = shop_facts.of_database(database, actor)
    return (await shop_facts.shops(ask, [facility], actor.time_zone)).get(facility)


async def shop_calendar(database: Database, actor: Actor, shop: Shop, first: date, days: int) -> ShopCalendar:
    """The calendar of some days where the shop is."""
    ask = shop_facts.of_database(database, actor)
    since, until = (instant(day, time(), shop.zone) for day in (first, first + timedelta(days=days)))
    bays = await shop_facts.bays(ask, shops=[shop.id])
    people = await shop_facts.people(ask, since, until, shops=[shop.id])
    diary = await read_diary(ask, shop, since, until, people, bays=bays, vehicles=[], assume=True)
    parameters: dict[str, Any] = {"facility": shop.id, "since": since, "until": until}
    scope = readable(BOOKING, actor, parameters)
    rows = await database.read(actor, BOOKINGS.format(scope=scope), {"tenant": actor.tenant_id, **parameters})
    return ShopCalendar(
        shop,
        since,
        until,
        diary.open,
        list(bays.values()),
        [Booked(*row) for row in rows],
        await waiting_work(database, actor, shop),
        list(_presence(diary, people)),
    )


async def waiting_work(database: Database, actor: Actor, shop: Shop) -> list[Work]:
    """What waits for a bay of the shop, the weightiest first."""
    ids = await waiting_orders(
        database,
        actor,
        shop.id,
        states=("draft", "open", "in_progress", "waiting_parts"),
        most=MOST_WAITING,
    )
    work = await shop_facts.work(shop_facts.of_database(database, actor), ids) if ids else {}
    return [work[key] for key in ids if key in work]


def _presence(diary: Diary, people: Mapping[UUID, Person]) -> Iterable[Presence]:
    for key, person in people.items():
        there = diary.there[key]
        minutes = round(sum((end - start).total_seconds() for start, end in there) / 60)
        booked = common(sorted(diary.technicians[key]), [(diary.since, diary.until)])
        taken = round(sum((end - start).total_seconds() for start, end in booked) / 60)
        yield Presence(person, there, minutes, taken)
