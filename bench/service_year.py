"""(s) A year of a fleet's maintenance: meters that run, are replaced, roll back and fall silent; orders done late or at once.

Every day the real actions run on a real database: readings and device odometers come in, the job opens work orders for what is
due, and orders are closed after a random delay. A second calculation, a plain loop over one vehicle's days that shares no code
with the program, says what has to come out: each due service got exactly one work order, on the day on which its notice began,
and moved on from where it was done.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bench.place import Place
from bench.service_expected import Done, expected_of
from bench.service_fleet import CLASSES, FIRST, Machine, delay, fleet, tells_odometer
from motorpool.core.database.database import Database
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.maintenance.actions.assign_services import assign_program
from motorpool.maintenance.actions.measure_use import measure_use
from motorpool.maintenance.actions.open_due_work_orders import open_due_work_orders

#: Every so many days two workers open orders at the same time.
TWO_WORKERS_EVERY = 20


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
