"""The start/stop clock: one thing at a time, hours and cost at once, clear words where it cannot run."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.conftest import Api

from motorpool.core.access.decision import Rule

from .conftest import Shop, fields, key_of


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


async def mechanic(shop: Shop, **values: Any) -> tuple[Api, str]:
    """Somebody who signs in as a technician; their API and their id."""
    user = shop.add("users")
    return shop.api.as_actor(replace(shop.api.actor, user_id=user)), shop.technician(
        "62.00", user_id=user, **values
    )


async def test_a_clock_starts_task_and_order_and_its_hours_are_costs(shop: Shop) -> None:
    mine, technician = await mechanic(shop)
    path = await shop.order()
    task = await shop.task(path)
    await shop.act(path, "open")
    began = await shop.act(task, "clock-in", api=mine, started_at=ago(90), labor_type="diagnosis")
    assert (began["technician_id"], began["ended_at"], began["hours"]) == (technician, None, None)
    assert [(await shop.get(one))["status"] for one in (task, path)] == ["in_progress", "in_progress"]
    done = await shop.act(task, "clock-out", api=mine, ended_at=ago(0), break_minutes=30, notes="Seized")
    assert (done["id"], done["hours"], done["labor_cost"]) == (began["id"], "1.00", "62.00")
    row = await shop.get(path)
    assert (row["labor_hours"], row["labor_cost"], row["total_cost"]) == ("1.00", "62.00", "62.00")
    assert (await shop.get(task))["actual_hours"] == "1.00"
    entry = await shop.get(f"work-order-labor/{done['id']}")
    assert (entry["labor_type"], entry["notes"], entry["hourly_rate"]) == ("diagnosis", "Seized", "62.00")


async def test_a_second_clock_is_told_where_the_first_runs(shop: Shop) -> None:
    mine, _ = await mechanic(shop, first_name="Rosa", last_name="Marin")
    path, other = await shop.started(), await shop.started()
    task = await shop.task(path, "Bleed brakes")
    await shop.act(task, "clock-in", api=mine)
    number = (await shop.get(path))["work_order_number"]
    for place in (task, path, other, await shop.task(other)):
        refused = await shop.refused(place, "clock-in", api=mine)
        assert (refused["status"], refused["code"]) == (409, "clock_runs")
        assert f"Rosa Marin runs on {number}, Bleed brakes since" in refused["detail"]
        assert (refused["work_order_id"], refused["task_id"]) == (key_of(path), key_of(task))
    assert (await shop.refused(other, "clock-out", api=mine))["code"] == "no_clock_runs"
    assert (await shop.act(path, "clock-out", api=mine))["task_id"] == key_of(task), (
        "wherever on the order it runs"
    )
    await shop.act(other, "clock-in", api=mine)


async def test_hours_that_were_worked_elsewhere_are_not_worked_twice(shop: Shop) -> None:
    mine, _ = await mechanic(shop)
    path = await shop.started()
    await shop.act(path, "clock-in", api=mine, started_at=ago(120))
    await shop.act(path, "clock-out", api=mine, ended_at=ago(60))
    refused = await shop.refused(path, "clock-in", api=mine, started_at=ago(90))
    assert (refused["status"], refused["code"]) == (409, "overlap")
    await shop.act(path, "clock-in", api=mine, started_at=ago(60))


async def test_of_many_starts_at_the_same_moment_one_is_it(shop: Shop) -> None:
    mine, _ = await mechanic(shop)
    paths = [await shop.started() for _ in range(8)]
    answers = await asyncio.gather(*(mine("POST", f"{path}/clock-in", json={}) for path in paths * 2))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"clock_runs"}


async def test_it_runs_only_on_work_that_can_be_done(shop: Shop) -> None:
    mine, _ = await mechanic(shop)
    path = await shop.order()
    draft = await shop.refused(path, "clock-in", api=mine)
    assert (draft["status"], draft["code"], draft["legal"]) == (409, "order_not_at_work", ["open", "cancel"])
    await shop.act(path, "open")
    await shop.act(path, "start")
    task = await shop.task(path)
    await shop.act(task, "block", blocked_reason="No parts")
    blocked = await shop.refused(task, "clock-in", api=mine)
    assert (blocked["code"], blocked["state"]) == ("task_not_at_work", "blocked")
    await shop.act(path, "wait_for_parts", waiting_for="Pads")
    assert (await shop.refused(path, "clock-in", api=mine))["state"] == "waiting_parts"


async def test_blocking_and_completing_a_task_stop_its_clocks(shop: Shop) -> None:
    first, _ = await mechanic(shop)
    second, _ = await mechanic(shop)
    path = await shop.started()
    task = await shop.task(path)
    for one in (first, second):
        await shop.act(task, "clock-in", api=one, started_at=ago(30))
    refused = await shop.refused(path, "finish")
    assert refused["code"] == "move_forbidden"
    await shop.act(task, "block", blocked_reason="Bolt seized")
    assert (await shop.get(path))["labor_hours"] == "1.00"
    await shop.act(task, "unblock")
    await shop.act(task, "clock-in", api=first)
    await shop.act(task, "complete", api=first)
    row = await shop.get(task)
    assert (row["status"], row["actual_hours"]) == ("completed", "1.00")
    assert (await shop.refused(path, "clock-out", api=first))["code"] == "no_clock_runs"
    assert (await shop.act(path, "finish"))["status"] == "review"


async def test_times_are_looked_at(shop: Shop) -> None:
    mine, _ = await mechanic(shop)
    path = await shop.started()
    assert fields(await shop.refused(path, "clock-in", api=mine, started_at=ago(-10))) == ["started_at"]
    await shop.act(path, "clock-in", api=mine, started_at=ago(60))
    assert fields(await shop.refused(path, "clock-out", api=mine, ended_at=ago(61))) == ["ended_at"]
    assert fields(await shop.refused(path, "clock-out", api=mine, ended_at=ago(-10))) == ["ended_at"]
    assert fields(await shop.refused(path, "clock-out", api=mine, break_minutes=90)) == ["break_minutes"]
    assert fields(await shop.refused(path, "clock-out", api=mine, breaks=1)) == ["breaks"]
    assert (await shop.act(path, "clock-out", api=mine, break_minutes=60, ended_at=ago(0)))["hours"] == "0.00"


async def test_whose_clock_it_is(shop: Shop) -> None:
    mine, technician = await mechanic(shop)
    path = await shop.started()
    office = shop.colleague()
    assert fields(await shop.refused(path, "clock-in", api=office)) == ["technician_id"]
    unknown = await shop.refused(path, "clock-in", technician_id=key_of(path))
    assert fields(unknown) == ["technician_id"]
    somebody = replace(mine.actor, user_id=shop.add("users"))
    rules = [Rule(f"maintenance_records.{verb}", "test") for verb in ("read", "clock_in", "clock_out")]
    other = mine.as_actor(somebody).with_rules(*rules)
    refused = await shop.refused(path, "clock-in", api=other, technician_id=technician)
    assert (refused["status"], refused["permission"]) == (403, "work_order_labor.update")
    await shop.act(path, "clock-in", api=office, technician_id=technician)
    await shop.act(path, "clock-out", api=mine)
    away = shop.technician(status="on_leave")
    assert (await shop.refused(path, "clock-in", technician_id=away))["code"] == "technician_not_at_work"


async def test_who_may_not_start_an_order_does_not_start_it_by_the_clock(shop: Shop) -> None:
    mine, _ = await mechanic(shop)
    path = await shop.order()
    await shop.act(path, "open")
    rules = [Rule(f"maintenance_records.{verb}", "test") for verb in ("read", "clock_in", "clock_out")]
    narrow = mine.with_rules(*rules)
    refused = await shop.refused(path, "clock-in", api=narrow)
    assert (refused["status"], refused["permission"]) == (403, "maintenance_records.start")
    await shop.act(path, "start")
    await shop.act(path, "clock-in", api=narrow)


async def test_a_stranger_finds_no_clock(shop: Shop, other_tenant: Any) -> None:
    path = await shop.started()
    stranger = shop.api.as_actor(other_tenant.actor)
    for verb in ("clock-in", "clock-out"):
        assert (await shop.refused(path, verb, api=stranger))["status"] == 404
