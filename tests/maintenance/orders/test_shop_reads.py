"""What the shop's pages read: the board, a technician's day, an order's sheet; and a driver's report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.report_problem import Report, report_problem
from motorpool.maintenance.queries.my_work import my_work
from motorpool.maintenance.queries.order_story import order_story
from motorpool.maintenance.queries.shop_board import MOST, Asked, Card, shop_board
from motorpool.maintenance.queries.work_order_sheet import work_order_sheet

from .conftest import Shop, key_of

EVERYTHING = Reach(everything=True)


async def board(
    database: Database, registry: Registry, shop: Shop, actor: Actor | None = None, **asked: object
) -> list[Card]:
    found = Asked(**asked)  # type: ignore[arg-type]
    return await shop_board(database, actor or shop.api.actor, registry["maintenance_records"], found)


def limited(shop: Shop, *rules: Rule) -> Actor:
    """Somebody who may do what the rules say and nothing else."""
    return replace(shop.api.actor, access=Access(rules), user_id=shop.add("users"))


async def test_cards_are_ordered_by_urgency_and_counted_by_column(
    database: Database, registry: Registry, shop: Shop
) -> None:
    today = shop.api.actor.today
    for summary, more in (
        ("Medium, no day", {}),
        ("Medium, due", {"due_on": str(today)}),
        ("Critical", {"priority": "critical"}),
        ("Low", {"priority": "low", "due_on": str(today - timedelta(days=9))}),
    ):
        await shop.order(summary=summary, **more)
    cards = await board(database, registry, shop)
    assert [card.summary for card in cards] == ["Critical", "Medium, due", "Medium, no day", "Low"]
    assert {card.of_column for card in cards} == {4}
    assert [card.is_overdue for card in cards] == [False, False, False, True], "due today is not late"


async def test_a_card_tells_tasks_parts_clock_and_bay(
    database: Database, registry: Registry, shop: Shop
) -> None:
    technician = shop.technician(first_name="Rosa", last_name="Marin")
    path = await shop.started(assigned_technician_id=technician)
    blocked = await shop.task(path, "Wait for the lift")
    await shop.act(blocked, "block", blocked_reason="The lift is broken")
    done = await shop.task(path, "Look at it")
    await shop.act(done, "complete")
    for quantity, reserved, issued in ((2, 0, 2), (2, 1, 1), (1, 0, 0)):
        shop.add(
            "work_order_parts",
            work_order_id=key_of(path),
            description="Something",
            quantity=quantity,
            quantity_reserved=reserved,
            quantity_issued=issued,
        )
    await shop.act(await shop.task(path, "Repair it"), "clock-in", technician_id=technician)
    [card] = await board(database, registry, shop)
    assert (card.technician, card.clock_of) == ("Rosa Marin", "Rosa Marin") and card.clock_since
    assert (card.tasks, card.tasks_done, card.tasks_blocked) == (3, 1, 1)
    assert (card.parts, card.parts_ready) == (3, 2)


async def test_the_board_shows_what_was_closed_today_and_nothing_older(
    database: Database, registry: Registry, shop: Shop
) -> None:
    for _ in range(2):
        path = await shop.started()
        await shop.act(path, "finish")
        await shop.act(path, "approve")
    shop.owner.execute(
        "UPDATE maintenance_records SET completed_at = now() - interval '3 days', closed_at = now() - interval '2 days' "
        "WHERE id = %s",
        (key_of(path),),
    )
    cards = await board(database, registry, shop)
    assert [card.status for card in cards] == ["completed"] and cards[0].id != key_of(path)


async def test_columns_are_cut_and_one_is_shown_whole(
    database: Database, registry: Registry, shop: Shop
) -> None:
    vehicle = shop.vehicle()
    rows = [{"vehicle_id": vehicle, "summary": f"Job {number}"} for number in range(MOST + 5)]
    made = await shop.api("POST", "maintenance-records/bulk", json={"create": rows})
    assert made.status_code == 200, made.text
    cards = await board(database, registry, shop)
    assert (len(cards), cards[0].of_column) == (MOST, MOST + 5)
    assert len(await board(database, registry, shop, whole="draft")) == MOST + 5
    assert len(await board(database, registry, shop, whole="open")) == MOST


async def test_filters_and_words(database: Database, registry: Registry, shop: Shop) -> None:
    home = shop.add("facilities")
    van = shop.vehicle(vehicle_number="VAN-100%", facility_id=home)
    rosa = shop.technician(first_name="Rosa", last_name="Marin")
    await shop.order(summary="Oil service", vehicle_id=van, work_order_type="preventive")
    await shop.order(summary="Brakes", assigned_technician_id=rosa, priority="high")
    for asked, wanted in (
        ({"facility": home}, ["Oil service"]),
        ({"technician": UUID(rosa)}, ["Brakes"]),
        ({"unassigned": True}, ["Oil service"]),
        ({"priority": "high"}, ["Brakes"]),
        ({"kind": "preventive"}, ["Oil service"]),
        ({"text": "100% oil"}, ["Oil service"]),
        ({"text": "marin"}, ["Brakes"]),
        ({"text": "100_"}, []),
        ({"facility": uuid4()}, []),
    ):
        found = [card.summary for card in await board(database, registry, shop, **asked)]
        assert found == wanted, asked


async def test_who_sees_which_cards(database: Database, registry: Registry, shop: Shop) -> None:
    here, there = shop.add("facilities"), shop.add("facilities")
    await shop.order(summary="Here", facility_id=str(here))
    await shop.order(summary="There", facility_id=str(there))
    reader = limited(shop, Rule("maintenance_records.read", "grant", Reach(facilities=frozenset({here}))))
    assert [card.summary for card in await board(database, registry, shop, reader)] == ["Here"]
    with pytest.raises(Forbidden):
        await board(database, registry, shop, limited(shop))
    elsewhere = replace(shop.api.actor, tenant_id=uuid4())
    assert await board(database, registry, shop, elsewhere) == []


async def test_a_technicians_day_in_its_order(database: Database, shop: Shop) -> None:
    user = shop.add("users")
    actor = replace(shop.api.actor, user_id=user)
    assert await my_work(database, actor) is None, "no profile names the account"
    rosa = shop.technician(user_id=user)
    await shop.order(summary="A draft is nobody's work yet", assigned_technician_id=rosa)
    low = await shop.order(summary="Low", assigned_technician_id=rosa, priority="low")
    mine = await shop.order(summary="One task is mine", priority="high")
    await shop.task(mine, "Mine", assigned_technician_id=rosa)
    await shop.task(mine, "Of somebody else", assigned_technician_id=shop.technician())
    other = await shop.order(summary="Of somebody else", assigned_technician_id=shop.technician())
    running = await shop.order(summary="The clock runs", assigned_technician_id=rosa, priority="low")
    for path in (low, mine, other, running):
        await shop.act(path, "open")
    task = await shop.task(running, "Bleed brakes")
    await shop.act(task, "clock-in", technician_id=rosa)
    work = await my_work(database, actor)
    assert work and work.clock and work.clock.task == "Bleed brakes"
    assert [job.summary for job in work.jobs] == ["The clock runs", "One task is mine", "Low"]
    assert [one.is_mine for one in work.jobs[1].tasks] == [True, False]
    await shop.act(task, "clock-out", technician_id=rosa)
    work = await my_work(database, actor)
    assert work and work.clock is None and 0 <= work.hours_today < 0.1


async def test_a_sheet_keeps_to_what_its_reader_may_see(
    database: Database, registry: Registry, shop: Shop
) -> None:
    path = await shop.started()
    await shop.task(path, "Replace pads")
    order = UUID(key_of(path))
    whole = await work_order_sheet(database, registry, shop.api.actor, order, None)
    assert [task.task for task in whole.tasks] == ["Replace pads"]
    reader = limited(shop, Rule("maintenance_records.read", "grant"))
    bare = await work_order_sheet(database, registry, reader, order, None)
    assert (bare.tasks, bare.parts, bare.labor, bare.talk) == ([], [], [], [])


async def test_a_story_names_what_its_reader_may_see(
    database: Database, registry: Registry, shop: Shop
) -> None:
    path = await shop.started()
    task, order = await shop.task(path, "Replace pads"), UUID(key_of(path))
    await shop.act(task, "clock-in", technician_id=shop.technician(first_name="Rosa", last_name="Marin"))
    comment = {"record_type": "maintenance_records", "record_id": str(order), "body": "Worn to the metal"}
    written = await shop.api("POST", "comments", json=comment)
    assert written.status_code == 201, written.text
    whole = await order_story(database, registry, shop.api.actor, order)
    assert sorted((table, name) for (table, _), name in whole.items()) == [
        ("comments", "Worn to the metal"),
        ("work_order_labor", "Rosa Marin, Replace pads"),
        ("work_order_tasks", "Replace pads"),
    ]
    reader = limited(
        shop, *(Rule(f"{one}.read", "grant") for one in ("maintenance_records", "work_order_tasks"))
    )
    assert await order_story(database, registry, reader, order) == {
        ("work_order_tasks", key_of(task)): "Replace pads"
    }
    stranger = replace(shop.api.actor, tenant_id=uuid4())
    assert await order_story(database, registry, stranger, order) == {}


@pytest.mark.parametrize(
    ("severity", "unsafe", "priority"),
    [("minor", False, None), ("major", False, "high"), ("critical", True, "critical")],
)
async def test_a_grave_report_opens_an_order_with_the_defect_in_it(
    severity: str, unsafe: bool, priority: str | None, database: Database, shop: Shop
) -> None:
    vehicle = shop.vehicle()
    report = Report(
        vehicle_id=UUID(vehicle),
        description="Pedal goes to the floor\nSince this morning",
        component="service_brakes",
        severity=severity,  # type: ignore[arg-type]
        is_unsafe=unsafe,
    )
    async with database.transaction(shop.api.actor) as session:
        key = await report_problem(session, shop.api.actor, EVERYTHING, report)
    defect = await shop.get(f"defects/{key}")
    orders = (await shop.get(f"maintenance-records?vehicle_id={vehicle}"))["items"]
    if priority is None:
        assert (defect["status"], orders) == ("open", [])
        return
    [order] = orders
    assert (defect["status"], defect["work_order_id"]) == ("in_repair", order["id"])
    assert (order["summary"], order["priority"]) == ("Pedal goes to the floor", priority)
    assert (order["status"], order["source"]) == ("open", "defect")
    assert order["vehicle_unavailable"] is unsafe
    [task] = (await shop.get(f"work-order-tasks?work_order_id={order['id']}"))["items"]
    assert task["requires_inspection"] is unsafe
