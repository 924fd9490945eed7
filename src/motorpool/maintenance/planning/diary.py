"""What is free when: hours of the shop, people who are there, and what is booked or reserved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from motorpool.maintenance.queries.shop_facts import Ask, Held, Person, Shop, held, reserved
from motorpool.maintenance.rules.working_time import Span, common, without


@dataclass(slots=True)
class Diary:
    """Of one shop between two moments."""

    since: datetime
    until: datetime
    #: When the shop is open.
    open: list[Span]
    #: Technician -> when there.
    there: dict[UUID, list[Span]]
    bays: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))
    technicians: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))
    vehicles: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def add(self, bookings: Iterable[Held]) -> None:
        for one in bookings:
            self.bays[one.bay_id].append(one.span)
            self.vehicles[one.vehicle_id].append(one.span)
            if one.technician_id is not None:
                self.technicians[one.technician_id].append(one.span)

    def free(self, bay: UUID | None, technician: UUID | None, vehicle: UUID) -> list[Span]:
        """When the bay, the technician (None: nobody in particular) and the vehicle are free and the shop is open."""
        hours = self.open if technician is None else common(self.open, self.there.get(technician, []))
        busy = list(self.vehicles[vehicle])
        busy += self.bays[bay] if bay is not None else []
        busy += self.technicians[technician] if technician is not None else []
        return without(hours, busy)

    def booked_minutes(self, technician: UUID, first: datetime, last: datetime) -> int:
        """Minutes for which the technician is booked between two moments."""
        spans = common(sorted(self.technicians[technician]), [(first, last)])
        return round(sum((end - start).total_seconds() for start, end in spans) / 60)


async def read_diary(
    ask: Ask,
    shop: Shop,
    since: datetime,
    until: datetime,
    people: Mapping[UUID, Person],
    *,
    bays: Iterable[UUID],
    vehicles: Collection[UUID],
    assume: bool,
    without_bookings: Collection[UUID] = (),
) -> Diary:
    """The diary of these bays, people and vehicles. `assume`: the usual hours where nobody said when the shop is open."""
    first, last = since.astimezone(shop.zone).date(), until.astimezone(shop.zone).date()
    hours = shop.open_between(first, last, assume=assume)
    open_ = [(since, until)] if hours is None else common(hours, [(since, until)])
    there = {
        key: common(person.there_between(open_, first, last, shop.zone), [(since, until)])
        for key, person in people.items()
    }
    diary = Diary(since, until, open_, there)
    found = await held(ask, since, until, bays=bays, technicians=people, vehicles=vehicles)
    diary.add(one for one in found if one.id not in without_bookings)
    for one in await reserved(ask, since, until, vehicles):
        diary.vehicles[one.vehicle_id].append((one.start, one.end))
    return diary
