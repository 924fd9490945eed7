"""Fifty clients at the counter at once, over HTTP: never negative, nothing lost, the ledger and all totals agree."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

from .conftest import Shop

CLIENTS = 50
STEPS = 5
D = Decimal


class Mechanic:
    """Has a line for each part on a work order, and takes what it may get."""

    def __init__(self, shop: Shop, number: int, parts: list[UUID], lines: dict[UUID, UUID]) -> None:
        self.shop, self.parts, self.lines = shop, parts, lines
        self.dice = random.Random(number)
        self.held = dict.fromkeys(parts, D(0))
        #: Change of the stock of all facilities by what was answered with success.
        self.moved: Counter[UUID] = Counter()
        self.answers: Counter[str] = Counter()

    async def work(self) -> None:
        for _ in range(STEPS):
            part = self.dice.choice(self.parts)
            await self.dice.choices(
                (self.issue, self.bring_back, self.receive, self.transfer, self.reserve),
                weights=(5, 2, 2, 1, 2),
            )[0](part)

    async def issue(self, part: UUID) -> None:
        quantity = D(self.dice.randint(1, 4))
        if await self.post(f"work-order-parts/{self.lines[part]}/issue", quantity=str(quantity)):
            self.held[part] += quantity
            self.moved[part] -= int(quantity)

    async def bring_back(self, part: UUID) -> None:
        path = f"work-order-parts/{self.lines[part]}/return"
        if self.held[part] and await self.post(path, quantity="1"):
            self.held[part] -= 1
            self.moved[part] += 1

    async def receive(self, part: UUID) -> None:
        quantity, cost = self.dice.randint(1, 3), self.dice.choice(("9.10", "10.00", "11.55"))
        line = {
            "part_id": str(part),
            "facility_id": str(self.shop.main),
            "quantity": str(quantity),
            "unit_cost": cost,
        }
        other = {**line, "part_id": str(self.dice.choice([one for one in self.parts if one != part]))}
        # Two parts in either order: whoever locks in the order of the lines runs into a deadlock.
        if await self.post("part-stocks/receive", lines=[line, other]):
            self.moved[part] += quantity
            self.moved[UUID(other["part_id"])] += quantity

    async def transfer(self, part: UUID) -> None:
        ends = [self.shop.main, self.shop.depot]
        self.dice.shuffle(ends)
        key = self.shop.stock(part, ends[0])["id"]
        await self.post(f"part-stocks/{key}/transfer", to_facility_id=str(ends[1]), quantity="1")

    async def reserve(self, part: UUID) -> None:
        await self.post(f"work-order-parts/{self.lines[part]}/reserve", quantity="1")

    async def post(self, path: str, **body: Any) -> bool:
        answer = await self.shop.client.post(f"/api/v1/{path}", json=body)
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == 409:
            code = answer.json()["code"]
            self.answers[code] += 1
            assert code in ("not_enough_stock", "not_needed", "reserved_elsewhere"), answer.text
        else:
            assert answer.status_code == 200, answer.text
        return bool(answer.status_code == 200)


async def test_fifty_clients_at_the_counter(shop: Shop) -> None:
    parts = [shop.part(reorder_point="20") for _ in range(3)]
    for part in parts:
        await shop.receive(part, "60")
        await shop.receive(part, "5", at=shop.depot)
    orders = [shop.order() for _ in range(10)]
    mechanics = [
        Mechanic(
            shop, number, parts, {part: shop.line(orders[number % len(orders)], part, "9") for part in parts}
        )
        for number in range(CLIENTS)
    ]
    await asyncio.gather(*(mechanic.work() for mechanic in mechanics))
    answers: Counter[str] = sum((mechanic.answers for mechanic in mechanics), Counter())
    assert answers["200"] > CLIENTS
    assert answers["not_enough_stock"] > 0, "the stock was never short: this proves little"
    for part in parts:
        there = [shop.stock(part, place) for place in (shop.main, shop.depot)]
        assert all(0 <= row["quantity_reserved"] <= row["quantity_on_hand"] for row in there)
        expected = 65 + sum(mechanic.moved[part] for mechanic in mechanics)
        assert sum(row["quantity_on_hand"] for row in there) == expected
        ledger = shop.owner.execute(
            "SELECT quantity, quantity_after, facility_id FROM stock_movements WHERE part_id = %s ORDER BY moved_at, id",
            (part,),
        ).fetchall()
        balance: Counter[UUID] = Counter()
        for quantity, after, facility in ledger:
            balance[facility] += quantity
            assert balance[facility] == after >= 0, "each movement follows from the one before it"
        for mechanic in mechanics:
            line = shop.row("work_order_parts", mechanic.lines[part])
            assert line["quantity_issued"] - line["quantity_returned"] == mechanic.held[part]
    for order in orders:
        (total,) = shop.owner.execute(
            "SELECT sum(total_cost) FROM work_order_parts WHERE work_order_id = %s", (order,)
        ).fetchone() or (None,)
        assert shop.row("maintenance_records", order)["parts_cost"] == total
    (doubles,) = shop.owner.execute(
        "SELECT count(*) FROM (SELECT FROM purchase_suggestions WHERE tenant_id = %s AND status = 'open' "
        "GROUP BY part_id, facility_id HAVING count(*) > 1) d",
        (shop.tenant,),
    ).fetchone() or (None,)
    assert doubles == 0
