"""Fifty clients at once book the same bays, technicians and vehicles: nothing is booked twice, and losers hear why."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import psycopg
from tests.maintenance.shop.workshop import Workshop, at
from tests.site import Organisation, Site

CLIENTS = 50
#: Pairs of live bookings that share a bay, a vehicle or a technician at the same time.
OVERLAPS = """
SELECT a.id, b.id FROM service_bay_schedule a JOIN service_bay_schedule b ON a.tenant_id = b.tenant_id AND a.id < b.id
WHERE a.tenant_id = %s AND a.status IN ('scheduled', 'confirmed', 'in_progress')
  AND b.status IN ('scheduled', 'confirmed', 'in_progress')
  AND (a.service_bay_id = b.service_bay_id OR a.vehicle_id = b.vehicle_id OR a.technician_id = b.technician_id)
  AND a.scheduled_start < b.scheduled_end AND b.scheduled_start < a.scheduled_end
"""


async def test_fifty_clients_never_book_twice(
    shop: Workshop, site: Site, organisation: Organisation, owner: psycopg.Connection[Any]
) -> None:
    dice = random.Random(11)
    vehicles = [await shop.vehicle() for _ in range(12)]
    orders = [await shop.order(vehicle) for vehicle in vehicles for _ in range(2)]

    def wish() -> dict[str, Any]:
        order = dice.choice(orders)
        start = 7 + dice.randrange(36) / 4
        return {
            "work_order_id": order["id"],
            "vehicle_id": order["vehicle_id"],
            "service_bay_id": dice.choice(shop.bays)["id"],
            "technician_id": dice.choice([*(one["id"] for one in shop.technicians), None]),
            "scheduled_start": at(start),
            "scheduled_end": at(min(start + dice.choice((0.5, 1, 2)), 17)),
        }

    #: Everybody wants the same first; then each something of their own, some of it by moving what they have.
    same = wish()
    gate = asyncio.Event()
    answers: list[httpx.Response] = []

    async def one_client(wishes: list[dict[str, Any]]) -> None:
        async with httpx.AsyncClient(
            base_url=site.address, headers=organisation.headers, timeout=60
        ) as client:
            await gate.wait()
            for row in wishes:
                answer = await client.post("/api/v1/service-bay-schedule", json=row)
                answers.append(answer)
                if answer.status_code == 201 and dice.random() < 0.3:
                    other = wish()
                    times = {
                        name: other[name] for name in ("scheduled_start", "scheduled_end", "service_bay_id")
                    }
                    path = f"/api/v1/service-bay-schedule/{answer.json()['id']}"
                    answers.append(await client.patch(path, json=times))

    tasks = [asyncio.create_task(one_client([same, wish(), wish()])) for _ in range(CLIENTS)]
    await asyncio.sleep(0.05)
    gate.set()
    await asyncio.gather(*tasks)

    assert owner.execute(OVERLAPS, (organisation.id,)).fetchall() == []
    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) <= {200, 201, 409}, counted
    assert counted[409] > CLIENTS and counted[201] > 5, counted
    for answer in answers:
        if answer.status_code == 409:
            problem = answer.json()
            assert problem["code"] == "overlap", problem
            assert "is taken by WO-" in problem["detail"] and problem["conflicts"], problem
    first = [a for a in answers if a.status_code in (201, 409)][:CLIENTS]
    assert sum(1 for answer in first if answer.status_code == 201) >= 1
    held = owner.execute(
        "SELECT count(*) FROM service_bay_schedule WHERE tenant_id = %s AND scheduled_start = %s AND service_bay_id = %s "
        "AND status = 'scheduled'",
        (organisation.id, same["scheduled_start"], same["service_bay_id"]),
    ).fetchone()
    assert held is not None and held[0] <= 1
