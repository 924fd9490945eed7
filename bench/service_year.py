"""(s) A year of a fleet's maintenance: meters that run, are replaced, roll back and fall silent; orders done late or at once.

Every day the real actions run on a real database: readings and device odometers come in, the job opens work orders for what is
due, and orders are closed after a random delay. A second calculation, a plain loop over one vehicle's days that shares no code
with the program, says what has to come out: each due service got exactly one work order, on the day on which its notice began,
and moved on from where it was done.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bench.place import Place
from motorpool.core.database.database import Database
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.maintenance.actions.assign_services import assign_program
from motorpool.maintenance.actions.measure_use import measure_use
from motorpool.maintenance.actions.open_due_work_orders import open_due_work_orders

FIRST = date(2027, 11, 15)  # the year has a 29 February
MILE = 1609.344
#: Every so many days two workers open orders at the same time.
TWO_WORKERS_EVERY = 20


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


@dataclass
class Figures:
    vehicles: int
    days: int
    schedules: int = 0
    readings: int = 0
    replaced: int = 0
    wrong: int = 0
    silent_days: int = 0
    orders: int = 0
    closed: int = 0
    expected: int = 0
    twice: int = 0
    missing: list[Any] = field(default_factory=list)
    surplus: list[Any] = field(default_factory=list)
    ignored: int = 0
    early: int = 0
    seconds: float = 0

    def told(self) -> str:
        return (
            f"(s) {self.days} days x {self.vehicles} vehicles, {self.schedules:,} schedules: {self.readings:,} readings, "
            f"{self.replaced} meters replaced, {self.wrong} readings too low ({self.ignored} found), {self.silent_days:,} days "
            f"without a report. {self.orders:,} work orders opened, {self.closed:,} closed; the plain calculation expects "
            f"**{self.expected:,}**: {len(self.missing)} missing, {len(self.surplus)} not expected, {self.twice} twice, "
            f"{self.early} before the notice. {self.seconds:.0f} s."
        )


# -- what happens


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


# -- the plain calculation


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


# -- the program


INSERT_VEHICLES = """
INSERT INTO vehicles (tenant_id, vehicle_number, vehicle_type, in_service_on)
SELECT %(tenant)s, r.number, r.kind, %(first)s FROM unnest(%(numbers)s::text[], %(kinds)s::text[]) AS r (number, kind)
RETURNING vehicle_number, id
"""
INSERT_READINGS = """
INSERT INTO meter_readings (tenant_id, vehicle_id, meter_type, value, recorded_at, source, is_replacement)
SELECT %(tenant)s, r.vehicle, r.kind, r.value, r.at, 'device', r.replaced
FROM unnest(%(vehicles)s::uuid[], %(kinds)s::text[], %(values)s::float8[], %(times)s::timestamptz[], %(replaced)s::bool[])
    WITH ORDINALITY AS r (vehicle, kind, value, at, replaced, place)
ORDER BY r.place RETURNING 1
"""
UPSERT_STATES = """
INSERT INTO vehicle_states (tenant_id, vehicle_id, odometer_m, recorded_at)
SELECT %(tenant)s, r.vehicle, r.value, %(at)s FROM unnest(%(vehicles)s::uuid[], %(values)s::float8[]) AS r (vehicle, value)
ORDER BY r.vehicle
ON CONFLICT (tenant_id, vehicle_id) DO UPDATE SET odometer_m = excluded.odometer_m, recorded_at = excluded.recorded_at
"""
NEW_PROGRAM = """
INSERT INTO service_programs (tenant_id, program_name, services) VALUES (%s, %s, %s) RETURNING id
"""
OPENED = """
SELECT w.id, t.vehicle_id, t.schedule_name FROM maintenance_records w
JOIN recurring_maintenance_schedules t ON t.tenant_id = w.tenant_id AND t.id = w.schedule_id
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(ids)s)
"""
CLOSE = """
UPDATE maintenance_records w SET status = 'completed', completed_at = %(at)s, closed_at = %(at)s, closing_odometer = r.km
FROM unnest(%(ids)s::uuid[], %(km)s::int[]) AS r (id, km)
WHERE w.tenant_id = %(tenant)s AND w.id = r.id AND w.status = 'open'
"""
MOVED = """
SELECT e.work_order_id, t.next_due_mileage, t.next_due_date, t.next_due_hours
FROM maintenance_schedule_events e JOIN recurring_maintenance_schedules t ON t.tenant_id = e.tenant_id AND t.id = e.schedule_id
WHERE e.tenant_id = %(tenant)s AND e.work_order_id = ANY (%(ids)s)
"""


@dataclass
class Order:
    id: UUID
    vehicle: int
    service: str
    opened: int
    turn: int


class Simulation:
    """The days of a fleet on a database; see the module."""

    def __init__(self, database: Database, actor: Actor, machines: list[Machine], days: int) -> None:
        self.database, self.actor, self.machines, self.days = database, actor, machines, days
        self.figures = Figures(len(machines), days)
        self.by_id: dict[UUID, Machine] = {}
        self.open: dict[UUID, Order] = {}
        self.turns: dict[tuple[int, str], int] = defaultdict(int)
        self.done: list[Done] = []

    async def run(self) -> Figures:
        began = time.monotonic()
        await self.prepare()
        for index in range(self.days):
            await self.report(index)
            await self.open_orders(index)
            await self.close_orders(index)
        self.done += [
            Done(one.vehicle, one.service, one.opened, None, None, None, None) for one in self.open.values()
        ]
        await self.judge()
        self.figures.seconds = time.monotonic() - began
        return self.figures

    async def prepare(self) -> None:
        tenant = self.actor.tenant_id
        numbers = {f"SIM-{one.number:04}": one for one in self.machines}
        async with self.database.connection(self.actor) as connection:
            cursor = await connection.execute(
                INSERT_VEHICLES,
                {
                    "tenant": tenant,
                    "numbers": list(numbers),
                    "kinds": [one.kind for one in numbers.values()],
                    "first": FIRST,
                },
            )
            for number, key in await cursor.fetchall():
                numbers[number].id = key
                self.by_id[key] = numbers[number]
            rows = []
            for one in self.machines:
                rows.append((one.id, "odometer", one.start, moment(-1, 12), False))
                if any(service.hours for service in one.services):
                    rows.append((one.id, "engine_hours", one.start_hours, moment(-1, 12), False))
            await self._readings(connection, rows)
            programs = {}
            for name, (*_, services) in CLASSES.items():
                planned = Jsonb([service.planned() for service in services])
                row = await (await connection.execute(NEW_PROGRAM, (tenant, name, planned))).fetchone()
                assert row is not None
                programs[services] = row[0]
        async with self.database.transaction(self.actor) as session:
            for services, program in programs.items():
                keys = [one.id for one in self.machines if one.services is services and one.id is not None]
                if keys:
                    made, _ = await assign_program(session, self.actor, program, keys, starts="in_service")
                    self.figures.schedules += len(made)

    async def report(self, index: int) -> None:
        rows: list[tuple[Any, ...]] = []
        device: list[tuple[UUID, int]] = []
        for one in self.machines:
            day, key = one.days[index], one.id
            assert key is not None
            if day.wrong is not None:
                rows.append((key, "odometer", day.wrong, moment(index, 9), False))
                self.figures.wrong += 1
            if day.odometer is not None:
                rows.append((key, "odometer", day.odometer, moment(index, 12), day.replaced))
                self.figures.replaced += day.replaced
            if day.hours is not None:
                rows.append((key, "engine_hours", day.hours, moment(index, 12), False))
            if day.device is not None:
                device.append((key, day.device))
            self.figures.silent_days += day.odometer is None and day.device is None
        async with self.database.connection(self.actor) as connection:
            await self._readings(connection, rows)
            if device:
                await connection.execute(
                    UPSERT_STATES,
                    {
                        "tenant": self.actor.tenant_id,
                        "at": moment(index, 12),
                        "vehicles": [key for key, _ in device],
                        "values": [value for _, value in device],
                    },
                )

    async def _readings(self, connection: Any, rows: list[tuple[Any, ...]]) -> None:
        vehicles, kinds, values, times, replaced = (list(column) for column in zip(*rows, strict=True))
        await connection.execute(
            INSERT_READINGS,
            {
                "tenant": self.actor.tenant_id,
                "vehicles": vehicles,
                "kinds": kinds,
                "values": values,
                "times": times,
                "replaced": replaced,
            },
        )
        self.figures.readings += len(rows)

    async def open_orders(self, index: int) -> None:
        today = FIRST + timedelta(days=index)

        async def one_worker() -> tuple[UUID, ...]:
            async with self.database.transaction(self.actor) as session:
                return (await open_due_work_orders(session, self.actor, today)).orders

        workers = 2 if index % TWO_WORKERS_EVERY == 0 else 1
        made = [key for some in await asyncio.gather(*(one_worker() for _ in range(workers))) for key in some]
        if not made:
            return
        rows = await self.database.read(self.actor, OPENED, {"tenant": self.actor.tenant_id, "ids": made})
        live = {(order.vehicle, order.service) for order in self.open.values()}
        for key, vehicle, service in rows:
            number = self.by_id[vehicle].number
            self.figures.twice += (number, service) in live
            self.turns[number, service] += 1
            self.open[key] = Order(key, number, service, index, self.turns[number, service])
        self.figures.orders += len(rows)

    async def close_orders(self, index: int) -> None:
        ready = [
            one
            for one in self.open.values()
            if index >= one.opened + delay(one.vehicle, one.service, one.turn)
        ]
        if not ready:
            return
        km = [
            self.machines[one.vehicle].days[index].shown // 1000
            if tells_odometer(one.vehicle, one.service, one.turn)
            else None
            for one in ready
        ]
        keys = [one.id for one in ready]
        parameters = {"tenant": self.actor.tenant_id, "ids": keys, "km": km, "at": moment(index, 15)}
        async with self.database.transaction(self.actor) as session:
            connection = await session.connection()
            await connection.exec_driver_sql(CLOSE, parameters)
            await react(
                session,
                self.actor,
                Change("maintenance_records", "approve", tuple(keys), frozenset(("status",))),
            )
        rows = await self.database.read(self.actor, MOVED, {"tenant": self.actor.tenant_id, "ids": keys})
        moved = {key: after for key, *after in rows}
        for one in ready:
            miles, day, hours = moved.get(one.id, (None, None, None))
            self.done.append(Done(one.vehicle, one.service, one.opened, index, miles, day, hours))
            del self.open[one.id]
        self.figures.closed += len(ready)

    async def judge(self) -> None:
        """Against the plain calculation."""
        expected = [done for machine in self.machines for done in expected_of(machine, self.days)]
        self.figures.expected = len(expected)
        wanted, found = set(expected), set(self.done)
        self.figures.missing = sorted(wanted - found, key=repr)
        self.figures.surplus = sorted(found - wanted, key=repr)
        first = {(one.vehicle, one.service, one.opened) for one in expected}
        self.figures.early = sum((one.vehicle, one.service, one.opened) not in first for one in self.done)
        rows = await self.database.read(
            self.actor,
            "SELECT coalesce(sum(m.ignored_readings), 0)::int FROM vehicle_meters m WHERE m.tenant_id = %(tenant)s",
            {"tenant": self.actor.tenant_id},
        )
        self.figures.ignored = rows[0][0]
        async with self.database.transaction(self.actor) as session:
            await measure_use(session, self.actor, moment(self.days - 1, 18))


def moment(index: int, hour: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=index), datetime.min.time(), UTC) + timedelta(hours=hour)


async def simulate(database: Database, tenant_id: UUID, vehicles: int, days: int, seed: int = 5) -> Figures:
    """Run a fleet through its days in a tenant whose days are those of UTC."""
    return await Simulation(database, system_actor(tenant_id), fleet(vehicles, days, seed), days).run()


def measure(place: Place, vehicles: int, days: int) -> str:
    """A paragraph of figures. Raises SystemExit when a service was missed, twice or early."""

    async def run() -> Figures:
        database = Database(place.settings.database.app_url or "", pool_size=4)
        await database.open()
        try:
            return await simulate(database, place.tenant_id, vehicles, days)
        finally:
            await database.close()

    figures = asyncio.run(run())
    if figures.missing or figures.surplus or figures.twice:
        for name in ("missing", "surplus"):
            for one in getattr(figures, name)[:10]:
                print(name, one)
        raise SystemExit(figures.told())
    return figures.told()
