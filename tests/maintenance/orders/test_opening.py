"""Orders that the program opens: numbers, templates, one for a cause, also at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from motorpool.core.database.database import Database
from motorpool.maintenance.actions.open_work_orders import NewOrder, open_work_orders

from .conftest import Shop, fields

CHECKLIST = [
    {"task": "Road test"},
    {"task": "Drain", "order": 2, "estimated_hours": "0.25"},
    {"task": "Lift", "order": 1},
    {"task": "Check torque", "order": 3, "requires_inspection": True, "required": False},
]


async def open_orders(database: Database, shop: Shop, *orders: NewOrder) -> list[UUID | None]:
    async with database.transaction(shop.api.actor) as session:
        return await open_work_orders(session, shop.api.actor, orders)


def of(
    shop: Shop, columns: str, keys: Sequence[UUID | None], order_by: str = "work_order_number"
) -> list[Any]:
    return shop.owner.execute(
        f"SELECT {columns} FROM maintenance_records WHERE id = ANY (%s) ORDER BY {order_by}", (list(keys),)
    ).fetchall()


async def template(shop: Shop, **more: Any) -> str:
    part = str(shop.add("parts", unit_cost="7.25", core_charge="3.00"))
    row = await shop.make(
        "work-order-templates",
        template_name=f"Oil service {part}",
        work_order_type="preventive",
        estimated_hours="1.50",
        required_skills=["engine"],
        instructions="Engine warm, not hot.",
        task_checklist=CHECKLIST,
        required_parts=[{"part_id": part, "quantity": "5.5"}],
        **more,
    )
    return str(row["id"])


async def test_orders_are_opened_with_numbers_in_the_order_given(database: Database, shop: Shop) -> None:
    vehicles = [UUID(shop.vehicle()) for _ in range(3)]
    keys = await open_orders(
        database,
        shop,
        *(
            NewOrder(
                vehicle_id=vehicle,
                summary=f"Service {place}",
                due_on=date(2027, 1, 4),
                source="schedule",
                metadata={"place": place},
            )
            for place, vehicle in enumerate(vehicles)
        ),
    )
    rows = of(
        shop, "id, vehicle_id, summary, status, opened_at IS NOT NULL, metadata, created_by_user_id", keys
    )
    assert [row[:4] for row in rows] == [
        (key, vehicle, f"Service {place}", "open")
        for place, (key, vehicle) in enumerate(zip(keys, vehicles, strict=True))
    ]
    assert all(row[4] for row in rows)
    assert [row[5]["place"] for row in rows] == [0, 1, 2]
    assert {row[6] for row in rows} == {shop.api.actor.user_id}
    numbers = [row[0][-5:] for row in of(shop, "work_order_number", keys)]
    assert numbers == ["00001", "00002", "00003"]
    log = shop.owner.execute(
        "SELECT operation, user_id FROM audit_trails WHERE record_id = ANY (%s)", (keys,)
    ).fetchall()
    assert log == [("INSERT", shop.api.actor.user_id)] * 3, "made once, by the maker, and not changed again"


async def test_a_number_that_somebody_gave_by_hand_is_passed_over(database: Database, shop: Shop) -> None:
    year = shop.api.actor.today.year
    await shop.order(work_order_number=f"WO-{year}-00002")
    orders = [NewOrder(vehicle_id=UUID(shop.vehicle()), summary="Service") for _ in range(3)]
    keys = await open_orders(database, shop, *orders)
    assert [row[0][-5:] for row in of(shop, "work_order_number", keys)] == ["00001", "00003", "00004"]


async def test_a_template_becomes_tasks_part_lines_and_skills(database: Database, shop: Shop) -> None:
    key = UUID(await template(shop))
    orders = [NewOrder(vehicle_id=UUID(shop.vehicle()), summary="Oil", template_id=key) for _ in range(2)]
    made = await open_orders(database, shop, *orders)
    for order in made:
        tasks = shop.owner.execute(
            "SELECT task_order, task_description, is_required, requires_inspection, estimated_hours FROM work_order_tasks "
            "WHERE work_order_id = %s ORDER BY task_order",
            (order,),
        ).fetchall()
        assert tasks == [
            (1, "Lift", True, False, None),
            (2, "Drain", True, False, Decimal("0.25")),
            (3, "Check torque", False, True, None),
            (4, "Road test", True, False, None),
        ]
        lines = shop.owner.execute(
            "SELECT quantity, unit_cost, core_charge, total_cost FROM work_order_parts WHERE work_order_id = %s",
            (order,),
        ).fetchall()
        assert lines == [(Decimal("5.500"), Decimal("7.2500"), Decimal("3.00"), Decimal("0.00"))]
    row = of(shop, "work_order_type, estimated_hours, required_skills, instructions, parts_from_lines", made)[
        0
    ]
    assert row == ("preventive", Decimal("1.50"), ["engine"], "Engine warm, not hot.", True)


async def test_an_order_of_the_api_gets_its_template_too(shop: Shop) -> None:
    key = await template(shop)
    body = {"vehicle_id": shop.vehicle(), "summary": "Oil", "template_id": key, "instructions": "Mine"}
    row = await shop.make("maintenance-records", **body)
    assert (row["work_order_type"], row["instructions"], row["required_skills"]) == (
        "preventive",
        "Mine",
        ["engine"],
    )
    tasks = await shop.api("GET", "work-order-tasks", params={"work_order_id": row["id"], "count": "true"})
    assert tasks.json()["count"] == 4
    row = await shop.make("maintenance-records", **body, work_order_type="recall")
    assert row["work_order_type"] == "recall"
    bulk = await shop.api("POST", "maintenance-records/bulk", json={"create": [body, body]})
    assert bulk.status_code == 200, bulk.text
    counts = shop.owner.execute(
        "SELECT count(*) FROM work_order_tasks WHERE work_order_id = ANY (%s) GROUP BY work_order_id",
        ([UUID(one) for one in bulk.json()["created"]],),
    ).fetchall()
    assert counts == [(4,), (4,)]


async def test_a_template_that_is_out_of_use_makes_no_order(shop: Shop) -> None:
    key = await template(shop, is_active=False)
    body = {"vehicle_id": shop.vehicle(), "summary": "Oil", "template_id": key}
    answer = await shop.api("POST", "maintenance-records", json=body)
    assert (answer.status_code, fields(answer.json())) == (422, ["template_id"])
    found = await shop.api("GET", "maintenance-records", params={"count": "true"})
    assert found.json()["count"] == 0


async def test_hours_of_a_checklist_are_hours(shop: Shop) -> None:
    for wrong in ("-1", "NaN", "10000"):
        body = {"template_name": "Wrong", "task_checklist": [{"task": "x", "estimated_hours": wrong}]}
        answer = await shop.api("POST", "work-order-templates", json=body)
        assert answer.status_code == 422, wrong
        assert fields(answer.json())[0].startswith("task_checklist")


async def test_one_live_order_for_a_schedule_and_for_a_code_of_a_vehicle(
    database: Database, shop: Shop
) -> None:
    vehicle, other = UUID(shop.vehicle()), UUID(shop.vehicle())
    schedule = shop.add("recurring_maintenance_schedules", vehicle_id=vehicle)
    wanted = [
        NewOrder(vehicle_id=vehicle, summary="Oil", schedule_id=schedule),
        NewOrder(vehicle_id=vehicle, summary="Misfire", trouble_code="P0301"),
        NewOrder(vehicle_id=other, summary="Misfire", trouble_code="P0301"),
        NewOrder(vehicle_id=vehicle, summary="Oil again", schedule_id=schedule),
        NewOrder(vehicle_id=vehicle, summary="Misfire again", trouble_code="P0301"),
        NewOrder(vehicle_id=vehicle, summary="Wash"),
        NewOrder(vehicle_id=vehicle, summary="Wash"),
    ]
    first = await open_orders(database, shop, *wanted)
    assert [key is not None for key in first] == [True, True, True, False, False, True, True]
    again = await open_orders(database, shop, *wanted[:3], wanted[5])
    assert [key is not None for key in again] == [False, False, False, True]
    shop.owner.execute("UPDATE maintenance_records SET status = 'completed' WHERE id = %s", (first[1],))
    third = await open_orders(database, shop, *wanted[:3])
    assert [key is not None for key in third] == [False, True, False]
    numbers = shop.owner.execute(
        "SELECT count(*), max(work_order_number) FROM maintenance_records WHERE tenant_id = %s",
        (shop.tenant,),
    ).fetchone()
    assert numbers is not None and numbers[1].endswith(f"{numbers[0]:05}"), "what is not made costs no number"


async def test_an_order_has_one_cause(database: Database, shop: Shop) -> None:
    both = NewOrder(
        vehicle_id=shop.add("vehicles"), summary="x", schedule_id=shop.tenant, trouble_code="P0301"
    )
    with pytest.raises(ValueError, match="not for both"):
        await open_orders(database, shop, both)


async def test_of_many_at_the_same_moment_one_opens_it(database: Database, shop: Shop) -> None:
    vehicle = UUID(shop.vehicle())
    schedule = shop.add(
        "recurring_maintenance_schedules", vehicle_id=vehicle, template_id=UUID(await template(shop))
    )
    code = NewOrder(vehicle_id=vehicle, summary="Misfire", trouble_code="P0301")
    due = NewOrder(vehicle_id=vehicle, summary="Oil", schedule_id=schedule)
    made = await asyncio.gather(
        *(open_orders(database, shop, *((code, due) if n % 2 else (due, code))) for n in range(24))
    )
    keys = [key for keys in made for key in keys if key is not None]
    assert len(keys) == 2
    live = shop.owner.execute(
        "SELECT count(*) FROM maintenance_records WHERE tenant_id = %s", (shop.tenant,)
    ).fetchone()
    assert live == (2,)


async def test_a_long_summary_is_cut_and_nothing_is_opened_for_nothing(
    database: Database, shop: Shop
) -> None:
    [key] = await open_orders(database, shop, NewOrder(vehicle_id=UUID(shop.vehicle()), summary="x" * 400))
    [(summary,)] = of(shop, "summary", [key])
    assert len(summary) == 255 and summary.endswith("…")
    assert await open_orders(database, shop) == []
