"""What an order costs: sums of its lines where it has lines, what was typed where it has none."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from motorpool.core.database.database import Database
from motorpool.maintenance.actions.settle_costs import settle_costs
from motorpool.maintenance.rules.costs import APPROVAL_LIMIT, approval_limit

from .conftest import Shop, fields, key_of

EIGHT = datetime(2026, 5, 4, 8, tzinfo=UTC)
COSTS = ("labor_hours", "labor_cost", "parts_cost", "total_cost")


def entry(path: str, technician: str, hour: float, hours: float | None, **more: Any) -> dict[str, Any]:
    start = EIGHT + timedelta(hours=hour)
    body = {
        "work_order_id": key_of(path),
        "technician_id": technician,
        "started_at": start.isoformat(),
    }
    if hours is not None:
        body["ended_at"] = (start + timedelta(hours=hours)).isoformat()
    return body | more


async def costs(shop: Shop, path: str) -> tuple[str, ...]:
    row = await shop.get(path)
    return tuple(row[name] for name in COSTS)


async def test_labour_is_the_sum_of_its_entries(shop: Shop) -> None:
    path, technician = (
        await shop.order(labor_hours="3", labor_cost="200", parts_cost="40"),
        shop.technician("60"),
    )
    assert await costs(shop, path) == ("3.00", "200.00", "40.00", "240.00")
    first = await shop.make("work-order-labor", **entry(path, technician, 0, 1.5))
    assert (first["hourly_rate"], first["labor_cost"]) == ("60.00", "90.00"), "the technician's rate"
    assert await costs(shop, path) == ("1.50", "90.00", "40.00", "130.00")
    second = await shop.make(
        "work-order-labor", **entry(path, technician, 2, 2, hourly_rate="80", break_minutes=30)
    )
    assert await costs(shop, path) == ("3.00", "210.00", "40.00", "250.00")
    running = await shop.make("work-order-labor", **entry(path, technician, 5, None))
    assert (await costs(shop, path))[0] == "3.00", "a clock that runs counts nothing"
    await shop.api("PATCH", f"work-order-labor/{second['id']}", json={"hourly_rate": "100"})
    assert (await costs(shop, path))[1] == "240.00"
    for one in (first, second, running):
        assert (await shop.api("DELETE", f"work-order-labor/{one['id']}")).status_code == 204
    assert await costs(shop, path) == ("0.00", "0.00", "40.00", "40.00")


async def test_sums_are_not_typed_in(shop: Shop) -> None:
    path, technician = await shop.order(), shop.technician()
    made = await shop.make("work-order-labor", **entry(path, technician, 0, 2))
    refused = await shop.refused(path, labor_cost="500", parts_cost="12", labor_hours="9")
    assert (refused["status"], fields(refused)) == (422, ["labor_hours", "labor_cost"])
    assert "120.00" in refused["errors"][1]["message"]
    assert await costs(shop, path) == ("2.00", "120.00", "0.00", "120.00"), "and nothing was changed"
    same = await shop.api("PATCH", path, json={"labor_cost": "120.00", "parts_cost": "12"})
    assert same.status_code == 200, "a form sends back what it shows"
    await shop.api("DELETE", f"work-order-labor/{made['id']}")
    assert (await shop.api("PATCH", path, json={"labor_cost": "500"})).status_code == 200
    bulk = await shop.api(
        "POST",
        "maintenance-records/bulk",
        json={
            "update": [
                {"id": key_of(await shop.order()), "parts_cost": "1"},
                {"id": key_of(await with_part(shop)), "parts_cost": "1"},
            ]
        },
    )
    assert fields(bulk.json()) == ["update[1].parts_cost"]


async def with_part(shop: Shop, **line: Any) -> str:
    path = await shop.order()
    shop.add("work_order_parts", work_order_id=key_of(path), **line)
    return path


async def test_parts_are_the_sum_of_what_was_issued_and_kept(database: Database, shop: Shop) -> None:
    path = await shop.order(parts_cost="50")
    line = await shop.make(
        "work-order-parts", work_order_id=key_of(path), description="Shim", quantity="3", unit_cost="2.3456"
    )
    assert (await costs(shop, path))[2] == "0.00", "nothing has been issued"
    shop.owner.execute(
        "UPDATE work_order_parts SET quantity_issued = 3, quantity_returned = 1 WHERE id = %s", (line["id"],)
    )
    async with database.transaction(shop.api.actor) as session:
        await settle_costs(session, shop.api.actor, [key_of(path)])  # type: ignore[list-item]
    assert (await costs(shop, path))[2] == "4.69"
    await shop.api("PATCH", f"work-order-parts/{line['id']}", json={"unit_cost": "10"})
    assert (await costs(shop, path))[2] == "20.00"
    assert (await shop.refused(path, parts_cost="5"))["errors"][0]["field"] == "parts_cost"


async def test_hours_of_a_task_are_those_of_its_entries(shop: Shop) -> None:
    path, technician = await shop.started(), shop.technician()
    one, two = await shop.task(path, actual_hours="1"), await shop.task(path, actual_hours="4")
    made = await shop.make("work-order-labor", **entry(path, technician, 0, 2, task_id=key_of(one)))
    assert (await shop.get(one))["actual_hours"] == "2.00"
    assert fields(await shop.refused(one, actual_hours="3")) == ["actual_hours"]
    assert fields(await shop.refused(one, "complete", actual_hours="3")) == ["actual_hours"]
    await shop.api("PATCH", f"work-order-labor/{made['id']}", json={"task_id": key_of(two)})
    rows = [await shop.get(one), await shop.get(two)]
    assert [row["actual_hours"] for row in rows] == [None, "2.00"], "it went with the entry"
    await shop.api("PATCH", f"work-order-labor/{made['id']}", json={"task_id": None})
    assert (await shop.get(two))["actual_hours"] is None
    assert (await shop.get(path))["labor_hours"] == "2.00"
    assert (await shop.api("PATCH", two, json={"actual_hours": "5"})).status_code == 200


async def test_lines_name_tasks_of_their_own_order(shop: Shop) -> None:
    path, other = await shop.order(), await shop.order()
    task = key_of(await shop.task(other))
    answer = await shop.api(
        "POST", "work-order-labor", json=entry(path, shop.technician(), 0, 1, task_id=task)
    )
    assert (answer.status_code, fields(answer.json())) == (422, ["task_id"])
    body = {"work_order_id": key_of(path), "description": "Shim", "task_id": task}
    assert fields((await shop.api("POST", "work-order-parts", json=body)).json()) == ["task_id"]


async def test_a_discount_above_the_cost_refuses_the_change_that_makes_it_so(shop: Shop) -> None:
    path = await shop.order()
    made = await shop.make("work-order-labor", **entry(path, shop.technician("50"), 0, 2))
    assert (await shop.api("PATCH", path, json={"discount_amount": "80"})).status_code == 200
    answer = await shop.api("DELETE", f"work-order-labor/{made['id']}")
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_broken")
    assert await costs(shop, path) == ("2.00", "100.00", "0.00", "20.00")


async def test_many_write_lines_of_one_order_at_the_same_moment(shop: Shop) -> None:
    path = await shop.started()
    technicians = [shop.technician(f"{40 + n}") for n in range(12)]
    answers = await asyncio.gather(
        *(shop.api("POST", "work-order-labor", json=entry(path, one, 0, 1)) for one in technicians),
        *(
            shop.api(
                "POST",
                "work-order-parts",
                json={"work_order_id": key_of(path), "description": f"Shim {n}", "unit_cost": "1"},
            )
            for n in range(6)
        ),
    )
    assert {answer.status_code for answer in answers} == {201}
    assert await costs(shop, path) == ("12.00", "546.00", "0.00", "546.00")


async def test_bulk_settles_each_order_once(shop: Shop) -> None:
    paths = [await shop.order() for _ in range(5)]
    technician = shop.technician("30")
    rows = [entry(path, technician, n, 1) for n, path in enumerate(paths * 4)]
    answer = await shop.api("POST", "work-order-labor/bulk", json={"create": rows})
    assert answer.status_code == 200, answer.text
    assert [await costs(shop, path) for path in paths] == [("4.00", "120.00", "0.00", "120.00")] * 5
    answer = await shop.api("POST", "work-order-labor/bulk", json={"delete": answer.json()["created"]})
    assert [await costs(shop, path) for path in paths] == [("0.00", "0.00", "0.00", "0.00")] * 5


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        (None, APPROVAL_LIMIT),
        (750, Decimal(750)),
        (0, Decimal(0)),
        ("1250.50", Decimal("1250.50")),
        (False, None),
        (True, APPROVAL_LIMIT),
        (-1, APPROVAL_LIMIT),
        ("much", APPROVAL_LIMIT),
        ("NaN", APPROVAL_LIMIT),
        ([500], APPROVAL_LIMIT),
    ],
)
def test_the_limit_of_approval(setting: Any, limit: Decimal | None) -> None:
    assert approval_limit(setting) == limit
