"""What the fleet will need: every service that is expected until a day, with hours and costs of its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.due_list import asked_of
from motorpool.maintenance.resources.schedules import FLEET_NOW
from motorpool.maintenance.rules.recurrence import Mark, Use, interval_of, occurrences, service_name

Span = Literal["week", "month"]
#: A year and a day ahead.
MOST_DAYS = 366
#: Schedules that are looked at.
MOST_SCHEDULES = 50_000

ROWS = f"""
WITH {FLEET_NOW}
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.vehicle_id, now.vehicle_number, t.schedule_name, t.maintenance_type, t.trigger_type,
           t.trigger_interval_miles, t.trigger_interval_days, t.trigger_interval_months, t.trigger_interval_hours,
           t.anchor_date, t.next_due_date, t.next_due_mileage, t.next_due_hours,
           now.miles, now.hours, now.miles_a_day, now.hours_a_day,
           m.estimated_hours::text AS estimated_hours, m.estimated_cost::text AS estimated_cost
    FROM recurring_maintenance_schedules t
    JOIN fleet now ON now.vehicle_id = t.vehicle_id
    LEFT JOIN work_order_templates m ON m.tenant_id = t.tenant_id AND m.id = t.template_id
    WHERE t.tenant_id = %(tenant)s AND t.is_active AND now.in_fleet AND {{scope}} AND {{wanted}}
    ORDER BY now.vehicle_number, t.id LIMIT {MOST_SCHEDULES}
) AS q
"""


class Planned(msgspec.Struct):
    """A schedule with what its future follows from."""

    id: UUID
    vehicle_id: UUID
    vehicle_number: str
    schedule_name: str | None
    maintenance_type: str | None
    trigger_type: str
    trigger_interval_miles: int | None
    trigger_interval_days: int | None
    trigger_interval_months: int | None
    trigger_interval_hours: int | None
    anchor_date: date | None
    next_due_date: date | None
    next_due_mileage: int | None
    next_due_hours: int | None
    miles: float | None
    hours: float | None
    miles_a_day: float | None
    hours_a_day: float | None
    estimated_hours: Decimal | None
    estimated_cost: Decimal | None

    @property
    def title(self) -> str:
        return service_name(self.schedule_name, self.maintenance_type)

    def days(self, today: date, until: date) -> Iterable[date]:
        """When it is expected."""
        interval = interval_of(
            self.trigger_type,
            miles=self.trigger_interval_miles,
            days=self.trigger_interval_days,
            months=self.trigger_interval_months,
            hours=self.trigger_interval_hours,
        )
        return occurrences(
            interval,
            Mark(self.next_due_date, self.next_due_mileage, self.next_due_hours),
            Mark(today, self.miles, self.hours),
            Use(self.miles_a_day, self.hours_a_day),
            until,
            self.anchor_date.day if self.anchor_date else None,
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """A service on the day on which it is expected."""

    day: date
    service: Planned


@dataclass(slots=True)
class Stretch:
    """A week or month: how many services, their hours of work, their cost. `unpriced` have no template with a cost."""

    first: date
    last: date
    services: int = 0
    hours: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    by_type: dict[str, int] = field(default_factory=dict)


async def expected_services(
    database: Database,
    actor: Actor,
    resource: Resource,
    until: date,
    *,
    today: date | None = None,
    filters: Mapping[str, Any] | None = None,
) -> list[Expected]:
    """Every service of the schedules that the actor may read, in order of days; what is due already, today.

    Raises Forbidden.
    """
    today = today or actor.today
    until = min(until, today + timedelta(days=MOST_DAYS))
    rows = await database.read(actor, *asked_of(ROWS, resource, actor, filters or {}))
    planned = [msgspec.json.decode(row[0], type=Planned) for row in rows]
    found = [Expected(day, service) for service in planned for day in service.days(today, until)]
    return sorted(found, key=lambda one: (one.day, one.service.vehicle_number))


def by_stretch(expected: Iterable[Expected], span: Span, first: date, until: date) -> list[Stretch]:
    """Sums of every week (from Monday) or month from `first` to `until`, empty ones too."""
    stretches: list[Stretch] = []
    begin = first - timedelta(days=first.weekday()) if span == "week" else first.replace(day=1)
    while begin <= until:
        following = (
            begin + timedelta(days=7)
            if span == "week"
            else (begin.replace(day=28) + timedelta(days=4)).replace(day=1)
        )
        stretches.append(Stretch(begin, following - timedelta(days=1)))
        begin = following
    places = iter(stretches)
    place = next(places, None)
    for one in sorted(expected, key=lambda each: each.day):
        while place is not None and place.last < one.day:
            place = next(places, None)
        if place is None:
            break
        place.services += 1
        place.hours += one.service.estimated_hours or 0
        place.cost += one.service.estimated_cost or 0
        place.unpriced += one.service.estimated_cost is None
        kind = one.service.maintenance_type or "other"
        place.by_type[kind] = place.by_type.get(kind, 0) + 1
    return stretches
