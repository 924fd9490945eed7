"""Any sequence of changes of lines, typed amounts and moves leaves an order with the costs of a plain model of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings, strategies as st

from motorpool.core.database.database import Database
from motorpool.maintenance.actions.settle_costs import settle_costs

from .conftest import Shop, fields, key_of

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
#: Working hours of all examples lie behind each other, so that no technician is asked to be in two places.
HOURS = count()
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
TYPED = (
    *(
        "labor_hours",
        "labor_cost",
        "parts_cost",
        "outside_service_cost",
        "other_cost",
        "tax_amount",
        "discount_amount",
    ),
)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Entry:
    task: int | None
    minutes: int | None
    pause: int
    rate: Decimal

    @property
    def hours(self) -> Decimal:
        return ZERO if self.minutes is None else cents(Decimal(self.minutes - self.pause) / 60)

    @property
    def cost(self) -> Decimal:
        return cents(self.hours * self.rate)


@dataclass
class Line:
    issued: int
    returned: int
    price: Decimal

    @property
    def cost(self) -> Decimal:
        return cents((self.issued - self.returned) * self.price)


@dataclass
class Model:
    """An order as it ought to be."""

    typed: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(TYPED, ZERO))
    entries: dict[str, Entry] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    #: Hours of the tasks that people typed in; None: nothing, or the sum of entries.
    tasks: list[Decimal | None] = field(default_factory=lambda: [None, None])
    closed: bool = False

    def costs(self) -> dict[str, Decimal]:
        costs = dict(self.typed)
        if self.entries:
            costs["labor_hours"] = sum((one.hours for one in self.entries.values()), ZERO)
            costs["labor_cost"] = sum((one.cost for one in self.entries.values()), ZERO)
        if self.lines:
            costs["parts_cost"] = sum((one.cost for one in self.lines.values()), ZERO)
        return costs

    def before_discount(self) -> Decimal:
        costs = self.costs()
        return sum((costs[name] for name in TYPED if name not in ("labor_hours", "discount_amount")), ZERO)

    def holds(self) -> bool:
        return self.costs()["discount_amount"] <= self.before_discount()

    def task_hours(self, task: int) -> Decimal | None:
        mine = [one.hours for one in self.entries.values() if one.task == task]
        return sum(mine, ZERO) if mine else self.tasks[task]

    def settled(self) -> None:
        """What is summed once is not what was typed before it."""
        if self.entries:
            self.typed |= {"labor_hours": ZERO, "labor_cost": ZERO}
            for task in (0, 1):
                if any(one.task == task for one in self.entries.values()):
                    self.tasks[task] = None
        if self.lines:
            self.typed["parts_cost"] = ZERO


money = st.integers(0, 50_000).map(lambda value: Decimal(value) / 100)
rates = st.integers(0, 20_000).map(lambda value: Decimal(value) / 100)
prices = st.integers(0, 900_000).map(lambda value: Decimal(value) / 10_000)
tasks = st.sampled_from([None, 0, 1])
which = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("work"), tasks, st.none() | st.integers(1, 600), st.integers(0, 30), rates),
    st.tuples(st.just("rate"), which, rates),
    st.tuples(st.just("work"), st.integers(0, 1), st.integers(1, 600), st.integers(0, 30), rates),
    st.tuples(st.just("rebook"), which, tasks),
    st.tuples(st.just("rebook"), which, tasks),
    st.tuples(st.just("unwork"), which),
    st.tuples(st.just("line"), prices),
    st.tuples(st.just("issue"), which, st.integers(1, 4), st.integers(0, 4)),
    st.tuples(st.just("price"), which, prices),
    st.tuples(st.just("unline"), which),
    st.tuples(st.just("type"), st.sampled_from(TYPED), money),
    st.tuples(st.just("task"), st.integers(0, 1), money),
    st.tuples(st.just("close")),
    st.tuples(st.just("reopen")),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(steps, min_size=4, max_size=16))
async def test_costs_follow_their_lines_through_anything(
    walk: list[tuple[Any, ...]], database: Database, shop: Shop
) -> None:
    run = Run(database, shop)
    await run.begin()
    for step in walk:
        await getattr(run, step[0].strip())(*step[1:])
        await run.compare(step)


class Run:
    """The same steps in the program and in the model; a step that the model refuses has to be refused."""

    def __init__(self, database: Database, shop: Shop) -> None:
        self.database, self.shop, self.model = database, shop, Model()

    async def begin(self) -> None:
        self.technician = self.shop.technician("61.50")
        self.path = await self.shop.order()
        self.order = key_of(self.path)
        self.task_paths = [await self.shop.task(self.path, f"Task {n}", is_required=False) for n in range(2)]
        await self.shop.act(self.path, "open")
        await self.shop.act(self.path, "start")

    async def compare(self, step: tuple[Any, ...]) -> None:
        row = await self.shop.get(self.path)
        expected = self.model.costs()
        assert {name: Decimal(row[name]) for name in TYPED} == expected, step
        assert Decimal(row["total_cost"]) == self.model.before_discount() - expected["discount_amount"], step
        for number, path in enumerate(self.task_paths):
            hours = (await self.shop.get(path))["actual_hours"]
            assert (None if hours is None else Decimal(hours)) == self.model.task_hours(number), step

    async def send(self, method: str, path: str, body: dict[str, Any] | None, change: Any) -> Any:
        """Do it in both: the model first on a copy, which says what the answer has to be."""
        before = Model(
            dict(self.model.typed), dict(self.model.entries), dict(self.model.lines), list(self.model.tasks)
        )
        before.closed = self.model.closed
        answer = await self.shop.api(method, path, json=body)
        if before.closed:
            assert (answer.status_code, answer.json()["code"]) == (409, "locked"), answer.text
            return None
        change(answer)
        if not self.model.holds():
            assert answer.status_code == 422, answer.text
            self.model = before
            return None
        self.model.settled()
        assert answer.status_code < 300, answer.text
        return answer

    # -- steps

    async def work(self, task: int | None, minutes: int | None, pause: int, rate: Decimal) -> None:
        start = BEGIN + timedelta(hours=12 * next(HOURS))
        if minutes is None and any(one.minutes is None for one in self.model.entries.values()):
            minutes = 5  # a technician has one clock
        pause = 0 if minutes is None else min(pause, minutes)
        body = {
            "work_order_id": self.order,
            "technician_id": self.technician if minutes is not None else self.shop.technician("10"),
            "started_at": start.isoformat(),
            "break_minutes": pause,
            "hourly_rate": str(rate),
            "task_id": None if task is None else key_of(self.task_paths[task]),
        }
        if minutes is not None:
            body["ended_at"] = (start + timedelta(minutes=minutes)).isoformat()

        def change(answer: Any) -> None:
            key = answer.json().get("id", "refused")
            self.model.entries = self.model.entries | {key: Entry(task, minutes, pause, rate)}

        await self.send("POST", "work-order-labor", body, change)

    async def rate(self, place: int, rate: Decimal) -> None:
        if key := self._pick(self.model.entries, place):
            old = self.model.entries[key]
            new = Entry(old.task, old.minutes, old.pause, rate)
            await self.send(
                "PATCH",
                f"work-order-labor/{key}",
                {"hourly_rate": str(rate)},
                lambda _: setattr(self.model, "entries", self.model.entries | {key: new}),
            )

    async def rebook(self, place: int, task: int | None) -> None:
        if key := self._pick(self.model.entries, place):
            old = self.model.entries[key]
            new = Entry(task, old.minutes, old.pause, old.rate)
            body = {"task_id": None if task is None else key_of(self.task_paths[task])}
            await self.send(
                "PATCH",
                f"work-order-labor/{key}",
                body,
                lambda _: setattr(self.model, "entries", self.model.entries | {key: new}),
            )

    async def unwork(self, place: int) -> None:
        if key := self._pick(self.model.entries, place):
            left = {name: one for name, one in self.model.entries.items() if name != key}
            await self.send(
                "DELETE", f"work-order-labor/{key}", None, lambda _: setattr(self.model, "entries", left)
            )

    async def line(self, price: Decimal) -> None:
        body = {"work_order_id": self.order, "description": "Shim", "unit_cost": str(price)}

        def change(answer: Any) -> None:
            self.model.lines = self.model.lines | {answer.json().get("id", "refused"): Line(0, 0, price)}

        await self.send("POST", "work-order-parts", body, change)

    async def issue(self, place: int, issued: int, returned: int) -> None:
        """As the parts counter does it: by SQL, and settled in the same transaction."""
        key = self._pick(self.model.lines, place)
        if key is None or self.model.closed:
            return
        returned = min(returned, issued)
        before = self.model.lines
        self.model.lines = before | {key: Line(issued, returned, before[key].price)}
        if not self.model.holds():
            self.model.lines = before
            return
        async with self.database.connection(self.shop.api.actor) as connection:
            await connection.execute(
                "UPDATE work_order_parts SET quantity_issued = %s, quantity_returned = %s WHERE tenant_id = %s AND id = %s",
                (issued, returned, self.shop.tenant, UUID(key)),
            )
        async with self.database.transaction(self.shop.api.actor) as session:
            await settle_costs(session, self.shop.api.actor, [UUID(self.order)])

    async def price(self, place: int, price: Decimal) -> None:
        if key := self._pick(self.model.lines, place):
            old = self.model.lines[key]
            new = Line(old.issued, old.returned, price)
            await self.send(
                "PATCH",
                f"work-order-parts/{key}",
                {"unit_cost": str(price)},
                lambda _: setattr(self.model, "lines", self.model.lines | {key: new}),
            )

    async def unline(self, place: int) -> None:
        if key := self._pick(self.model.lines, place):
            left = {name: one for name, one in self.model.lines.items() if name != key}
            await self.send(
                "DELETE", f"work-order-parts/{key}", None, lambda _: setattr(self.model, "lines", left)
            )

    async def type(self, name: str, amount: Decimal) -> None:
        summed = (
            bool(self.model.entries)
            if name.startswith("labor")
            else bool(self.model.lines) and name == "parts_cost"
        )
        if not self.model.closed and summed and self.model.costs()[name] != amount:
            answer = await self.shop.api("PATCH", self.path, json={name: str(amount)})
            assert answer.status_code == 422, answer.text
            assert fields(answer.json()) in ([name], []), (
                "the field, or the discount that it would fall below"
            )
            return
        given = self.model.typed | ({} if summed else {name: amount})
        await self.send(
            "PATCH", self.path, {name: str(amount)}, lambda _: setattr(self.model, "typed", given)
        )

    async def task(self, number: int, hours: Decimal) -> None:
        path, body = self.task_paths[number], {"actual_hours": str(hours)}
        if not self.model.closed and any(one.task == number for one in self.model.entries.values()):
            if self.model.task_hours(number) != hours:
                assert fields(await self.shop.refused(path, **body)) == ["actual_hours"]
            return

        def change(_: Any) -> None:
            self.model.tasks = [
                hours if place == number else one for place, one in enumerate(self.model.tasks)
            ]

        await self.send("PATCH", path, body, change)

    async def close(self) -> None:
        if self.model.closed:
            return
        for key, one in list(self.model.entries.items()):
            if one.minutes is None:
                refused = await self.shop.refused(self.path, "finish")
                assert (refused["status"], refused["code"]) == (409, "move_forbidden")
                await self.unwork(list(self.model.entries).index(key))
        if any(one.minutes is None for one in self.model.entries.values()):
            return  # the discount holds it
        await self.shop.act(self.path, "finish")
        await self.shop.act(self.path, "approve")
        self.model.closed = True

    async def reopen(self) -> None:
        if self.model.closed:
            await self.shop.act(self.path, "reopen", reopen_reason="Once more")
            await self.shop.act(self.path, "start")
            self.model.closed = False

    @staticmethod
    def _pick(things: dict[str, Any], place: int) -> str | None:
        return list(things)[place % len(things)] if things else None
