"""Random walks of two orders over one vehicle, beside a plain model of their states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from .conftest import Shop

#: State -> {verb: state}. Written down again, so that a change of the program's table has to be meant.
LEGAL: dict[str, dict[str, str]] = {
    "draft": {"open": "open", "cancel": "cancelled"},
    "open": {"start": "in_progress", "cancel": "cancelled"},
    "in_progress": {"wait_for_parts": "waiting_parts", "finish": "review"},
    "waiting_parts": {"resume": "in_progress", "cancel": "cancelled"},
    "review": {"send_back": "in_progress", "approve": "completed"},
    "completed": {"reopen": "open"},
    "cancelled": {"reopen": "open"},
}
NEEDS = {
    "wait_for_parts": "waiting_for",
    "send_back": "review_notes",
    "cancel": "cancellation_reason",
    "reopen": "reopen_reason",
}
VERBS = sorted({verb for moves in LEGAL.values() for verb in moves})
TASK: dict[str, dict[str, str]] = {
    "pending": {"start": "in_progress", "block": "blocked", "complete": "completed"},
    "in_progress": {"block": "blocked", "complete": "completed"},
    "blocked": {"unblock": "pending"},
    "completed": {"redo": "in_progress"},
}
TASK_VERBS = sorted({verb for moves in TASK.values() for verb in moves})
which = st.integers(0, 1)
# Legal moves more often than others, or walks would not get far.
steps = st.one_of(
    st.tuples(st.just("move"), which, st.sampled_from(VERBS)),
    st.tuples(st.just("on"), which, st.integers(0, 5)),
    st.tuples(st.just("on"), which, st.integers(0, 5)),
    st.tuples(st.just("forget"), which, st.sampled_from(sorted(NEEDS))),
    st.tuples(st.just("task"), which, st.sampled_from(TASK_VERBS)),
    st.tuples(st.just("clock"), which, st.booleans()),
    st.tuples(st.just("use"), which, st.booleans()),
    st.tuples(st.just("on"), which, st.integers(0, 5)),
)


@dataclass
class Model:
    path: str
    task_path: str
    state: str = "draft"
    task: str = "pending"
    runs: bool = False
    unavailable: bool = False

    @property
    def closed(self) -> bool:
        return self.state in ("completed", "cancelled")

    @property
    def holds(self) -> bool:
        return self.unavailable and self.state in ("in_progress", "waiting_parts")

    def forbidden(self, verb: str) -> bool:
        if verb == "finish":
            return self.task != "completed" or self.runs
        return verb == "cancel" and self.runs


@dataclass
class Run:
    shop: Shop
    vehicle: str = ""
    technician: str = ""
    orders: list[Model] = field(default_factory=list)

    async def begin(self) -> None:
        self.vehicle, self.technician = self.shop.vehicle(status="active"), self.shop.technician()
        for _ in range(2):
            path = await self.shop.order(vehicle_id=self.vehicle, vehicle_unavailable=True)
            self.orders.append(Model(path, await self.shop.task(path), unavailable=True))

    async def compare(self, step: Any) -> None:
        for one in self.orders:
            row = await self.shop.get(one.path)
            assert (row["status"], row["vehicle_unavailable"]) == (one.state, one.unavailable), step
            assert (await self.shop.get(one.task_path))["status"] == one.task, step
            running = row["downtime_started_at"] is not None and row["downtime_ended_at"] is None
            assert running == (one.unavailable and one.state in ("open", "in_progress", "waiting_parts")), (
                step
            )
        held = any(one.holds for one in self.orders)
        assert self.shop.status(self.vehicle) == ("in_shop" if held else "active"), step

    async def move(self, place: int, verb: str) -> None:
        one = self.orders[place]
        body = {NEEDS[verb]: "because"} if verb in NEEDS else {}
        answer = await self.shop.api("POST", f"{one.path}/{verb}", json=body)
        if verb not in LEGAL[one.state]:
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (409, "illegal_move")
            assert sorted(problem["legal"]) == sorted(LEGAL[one.state])
        elif one.forbidden(verb):
            assert (answer.status_code, answer.json()["code"]) == (409, "move_forbidden")
        else:
            assert answer.status_code == 200, answer.text
            one.state = LEGAL[one.state][verb]

    async def on(self, place: int, number: int) -> None:
        """A legal move, seldom the end of it."""
        verbs = sorted(LEGAL[self.orders[place].state], key=lambda verb: verb == "cancel")
        await self.move(place, verbs[number % len(verbs)] if number == 5 else verbs[0])

    async def forget(self, place: int, verb: str) -> None:
        answer = await self.shop.api("POST", f"{self.orders[place].path}/{verb}", json={})
        assert answer.status_code == 422
        assert [entry["field"] for entry in answer.json()["errors"]] == [NEEDS[verb]]

    async def task(self, place: int, verb: str) -> None:
        one = self.orders[place]
        body = {"blocked_reason": "No parts"} if verb == "block" else {}
        answer = await self.shop.api("POST", f"{one.task_path}/{verb}", json=body)
        if verb not in TASK[one.task]:
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
            assert set(answer.json()["legal"]) >= set(TASK[one.task])
        elif one.closed:
            assert answer.status_code == 422, answer.text
        else:
            assert answer.status_code == 200, answer.text
            one.task = TASK[one.task][verb]
            if verb in ("block", "complete"):
                one.runs = False

    async def clock(self, place: int, begin: bool) -> None:
        one = self.orders[place]
        body = {"technician_id": self.technician}
        answer = await self.shop.api(
            "POST", f"{one.task_path}/{'clock_in' if begin else 'clock_out'}".replace("_", "-"), json=body
        )
        fine = (
            one.runs
            if not begin
            else not any(other.runs for other in self.orders)
            and one.state in ("open", "in_progress")
            and one.task in ("pending", "in_progress")
        )
        assert answer.status_code == (200 if fine else 409), answer.text
        if fine:
            one.runs = begin
            if begin:
                one.state, one.task = "in_progress", "in_progress"

    async def use(self, place: int, unavailable: bool) -> None:
        one = self.orders[place]
        answer = await self.shop.api("PATCH", one.path, json={"vehicle_unavailable": unavailable})
        assert answer.status_code == (409 if one.closed else 200), answer.text
        if not one.closed:
            one.unavailable = unavailable


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(steps, min_size=8, max_size=20))
async def test_orders_and_their_vehicle_stand_where_the_model_says(
    walk: list[tuple[Any, ...]], shop: Shop
) -> None:
    run = Run(shop)
    await run.begin()
    for step in walk:
        await getattr(run, step[0])(*step[1:])
        await run.compare(step)
