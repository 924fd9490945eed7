"""The plain calculation of (s): a loop over one vehicle's days that shares no code with the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bench.service_fleet import FIRST, Machine, Service, delay, tells_odometer

MILE = 1609.344


@dataclass(frozen=True, order=True)
class Done:
    """A service that came to be: on which day of the simulation its order was opened and closed, and where the next one is due."""

    vehicle: int
    service: str
    opened: int
    closed: int | None
    next_miles: int | None
    next_day: date | None
    next_hours: int | None


def expected_of(machine: Machine, days: int) -> Iterable[Done]:
    """What has to happen to each service of a vehicle, day after day."""
    for service in machine.services:
        high: int | None = machine.start
        device: int | None = None
        engine: int | None = machine.start_hours if any(one.hours for one in machine.services) else None
        offset = 0
        from_miles, from_day = round(machine.start / MILE), FIRST
        from_hours = None if engine is None else round(engine / 3600)
        opened: int | None = None
        turn = 0
        for index in range(days):
            today, day = FIRST + timedelta(days=index), machine.days[index]
            if day.wrong is not None:
                high = max(high, _nearer(day.wrong, offset, high))
            if day.replaced:
                offset = high - day.odometer
            elif day.odometer is not None:
                high = max(high, _nearer(day.odometer, offset, high))
            if day.device is not None:
                device = day.device
            if day.hours is not None:
                engine = max(engine or 0, day.hours)
            known = high if device is None else max(high, device)
            due_miles = None if service.miles is None else from_miles + service.miles
            due_hours = None if service.hours is None or from_hours is None else from_hours + service.hours
            due_day = _due_day(service, from_day)
            if opened is None:
                soon = (
                    (due_miles is not None and known / MILE >= due_miles - service.notice_miles)
                    or (
                        due_hours is not None
                        and engine is not None
                        and engine / 3600 >= due_hours - service.notice_hours
                    )
                    or (due_day is not None and today >= due_day - timedelta(days=service.notice_days))
                )
                if soon:
                    opened, turn = index, turn + 1
            if opened is not None and index >= opened + delay(machine.number, service.name, turn):
                at = round(known / MILE)
                if tells_odometer(machine.number, service.name, turn):
                    said = round(_nearer(day.shown // 1000 * 1000, offset, known) / MILE)
                    at = said if said >= from_miles else at
                from_miles, from_day = max(at, from_miles), today
                if engine is not None:
                    from_hours = max(round(engine / 3600), from_hours or 0)
                yield Done(
                    machine.number,
                    service.name,
                    opened,
                    index,
                    None if service.miles is None else from_miles + service.miles,
                    _due_day(service, from_day),
                    None if service.hours is None or from_hours is None else from_hours + service.hours,
                )
                opened = None
        if opened is not None:
            yield Done(machine.number, service.name, opened, None, None, None, None)


def _nearer(shown: int, offset: int, known: int) -> int:
    return shown + offset if abs(shown + offset - known) < abs(shown - known) else shown


def _due_day(service: Service, begin: date) -> date | None:
    days = []
    if service.days is not None:
        days.append(begin + timedelta(days=service.days))
    if service.months is not None:
        month = begin.month - 1 + service.months
        first = date(begin.year + month // 12, month % 12 + 1, 1)
        following = (first + timedelta(days=31)).replace(day=1)
        days.append(first + timedelta(days=min(begin.day, (following - first).days) - 1))
    return min(days, default=None)
