"""The made-up fleet of (s): its vehicles, their services, and what they report on each day."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

FIRST = date(2027, 11, 15)  # the year has a 29 February


@dataclass(frozen=True)
class Service:
    """One service of a class; `miles`, `hours` and `days` are its interval, None does not count."""

    name: str
    miles: int | None = None
    days: int | None = None
    months: int | None = None
    hours: int | None = None
    notice_miles: int = 500
    notice_days: int = 7
    notice_hours: int = 25

    def planned(self) -> dict[str, Any]:
        """As a programme holds it."""
        given = {
            "interval_miles": self.miles,
            "interval_days": self.days,
            "interval_months": self.months,
            "interval_hours": self.hours,
        }
        notice = {
            "notice_miles": self.notice_miles,
            "notice_days": self.notice_days,
            "notice_hours": self.notice_hours,
        }
        return {"name": self.name} | {key: value for key, value in given.items() if value} | notice


#: Class -> (vehicle_type, share, km on a working day, km on a weekend day, engine hours a km, services).
CLASSES: dict[str, tuple[str, float, float, float, float, tuple[Service, ...]]] = {
    "vans": (
        "van",
        0.4,
        140,
        10,
        0,
        (
            Service("Oil service", miles=7500, days=180),
            Service("Tire rotation", miles=6000),
            Service("Brake inspection", miles=12000, months=12),
            Service("Safety inspection", days=90),
            Service("Wash and wax", days=30, notice_days=3),
            Service("Annual inspection", months=12, notice_days=30),
        ),
    ),
    "trucks": (
        "truck",
        0.25,
        420,
        40,
        0.02,
        (
            Service("PM A", miles=10000, days=90, hours=400),
            Service("PM B", miles=25000, months=6),
            Service("Chassis lube", miles=5000, notice_miles=300),
            Service("DOT annual inspection", months=12, notice_days=30),
            Service("Coolant test", hours=600),
            Service("Brake inspection", miles=20000, days=120),
        ),
    ),
    "cars": (
        "car",
        0.25,
        60,
        20,
        0,
        (
            Service("Oil service", miles=5000, months=6),
            Service("Tire rotation", miles=5000),
            Service("State inspection", months=12, notice_days=30),
            Service("Month's check", months=1, notice_days=2),
            Service("Cabin filter", miles=12000, days=365),
            Service("Battery test", days=182),
        ),
    ),
    "machines": (
        "equipment",
        0.1,
        8,
        0,
        0.8,
        (
            Service("Engine service", hours=250, days=180),
            Service("Hydraulics", hours=500),
            Service("Grease", hours=50, notice_hours=8),
            Service("Load test", months=6),
            Service("Filters", hours=300, days=365),
            Service("Weekly check", days=7, notice_days=1),
        ),
    ),
}


@dataclass
class Day:
    """What a vehicle reports on a day, metres and seconds; `shown` is what the dash says then."""

    odometer: int | None = None
    hours: int | None = None
    replaced: bool = False
    wrong: int | None = None
    device: int | None = None
    shown: int = 0
    shown_hours: int = 0


@dataclass
class Machine:
    """A vehicle of the simulation: what it does every day, decided beforehand."""

    number: int
    kind: str
    services: tuple[Service, ...]
    start: int
    start_hours: int
    days: list[Day]
    id: UUID | None = None


def fleet(vehicles: int, days: int, seed: int) -> list[Machine]:
    """Vehicles with all that they will report, the same for the same seed."""
    chance = random.Random(seed)
    made = []
    for number in range(vehicles):
        name = chance.choices(list(CLASSES), [one[1] for one in CLASSES.values()])[0]
        kind, _, weekday_km, weekend_km, hours_a_km, services = CLASSES[name]
        start, start_hours = chance.randrange(0, 150_000_000), chance.randrange(0, 9_000_000)
        by_device = name != "machines" and chance.random() < 0.2
        silent = _silences(chance, days)
        replaced_on = chance.randrange(10, days) if not by_device and chance.random() < 0.15 else None
        pace = chance.uniform(0.6, 1.5)
        shown, hours, calendar = start, start_hours, []
        for index in range(days):
            weekend = (FIRST + timedelta(days=index)).weekday() >= 5
            km = max(0.0, chance.gauss(1, 0.35)) * pace * (weekend_km if weekend else weekday_km)
            if chance.random() < 0.02:
                km *= 3
            shown += round(km * 1000)
            hours += round(km * hours_a_km * 3600) if hours_a_km else 0
            day = Day(shown=shown, shown_hours=hours)
            if index not in silent or index == replaced_on:
                if index == replaced_on:
                    # The new meter begins near zero, late in the day; its true distance goes on.
                    day.replaced, shown = True, chance.randrange(0, 50_000)
                    day.shown = shown
                if by_device:
                    day.device = shown
                else:
                    day.odometer = shown
                if hours_a_km:
                    day.hours = hours
                if not by_device and not day.replaced and chance.random() < 0.004 and shown > 30_000_000:
                    day.wrong = shown - 20_000_000
            calendar.append(day)
        made.append(Machine(number, kind, services, start, start_hours, calendar))
    return made


def _silences(chance: random.Random, days: int) -> set[int]:
    """Days on which nothing is reported: now and then one, and a gap of weeks."""
    found = {index for index in range(days) if chance.random() < 0.03}
    if chance.random() < 0.25:
        begin = chance.randrange(days)
        found |= set(range(begin, begin + chance.randrange(7, 30)))
    return found


def delay(vehicle: int, service: str, turn: int) -> int:
    """Days from opening an order to closing it."""
    return random.Random(f"{vehicle}/{service}/{turn}/delay").choice((0, 0, 1, 2, 3, 5, 8, 13, 21, 40))


def tells_odometer(vehicle: int, service: str, turn: int) -> bool:
    """Whether the shop writes the odometer down."""
    return random.Random(f"{vehicle}/{service}/{turn}/odometer").random() < 0.8
