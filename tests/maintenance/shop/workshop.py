"""A shop to book in: a facility with hours, bays, technicians, vehicles and work, made through the API as people would."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

ZONE = ZoneInfo("America/Los_Angeles")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OPEN = {day: [{"opens": "07:00", "closes": "17:00"}] for day in WEEKDAYS}
Row = dict[str, Any]
numbers = itertools.count(1)


def monday() -> date:
    """A Monday to come, so that nothing is in the past and no holiday of the clocks is near."""
    day = datetime.now(ZONE).date() + timedelta(days=7)
    return day + timedelta(days=-day.weekday() % 7)


def at(hour: float, day: date | None = None) -> str:
    """An hour of that Monday where the shop is."""
    local = datetime.combine(day or monday(), datetime.min.time(), ZONE) + timedelta(hours=hour)
    return local.astimezone(UTC).isoformat()


@dataclass
class Workshop:
    client: httpx.AsyncClient
    facility: Row = field(default_factory=dict)
    bays: list[Row] = field(default_factory=list)
    technicians: list[Row] = field(default_factory=list)

    async def add(self, collection: str, **row: Any) -> Row:
        answer = await self.client.post(f"/api/v1/{collection}", json=row)
        assert answer.status_code == 201, answer.text
        found: Row = answer.json()
        return found

    async def vehicle(self, **row: Any) -> Row:
        return await self.add("vehicles", vehicle_number=f"V-{next(numbers)}", **row)

    async def order(self, vehicle: Row | None = None, *, opened: bool = True, **row: Any) -> Row:
        """An order of this shop, two hours long and released unless told otherwise."""
        vehicle = vehicle or await self.vehicle()
        facts = {"summary": "Front brakes", "estimated_hours": "2.00", "facility_id": self.facility["id"]}
        made = await self.add("maintenance-records", **{**facts, "vehicle_id": vehicle["id"], **row})
        if opened:
            answer = await self.client.post(f"/api/v1/maintenance-records/{made['id']}/open", json={})
            assert answer.status_code == 200, answer.text
        return made

    async def book(self, order: Row, start: str, end: str, **row: Any) -> httpx.Response:
        body = {
            "work_order_id": order["id"],
            "vehicle_id": order["vehicle_id"],
            "service_bay_id": self.bays[0]["id"],
            "scheduled_start": start,
            "scheduled_end": end,
        }
        return await self.client.post("/api/v1/service-bay-schedule", json={**body, **row})

    async def booked(self, order: Row, start: str, end: str, **row: Any) -> Row:
        answer = await self.book(order, start, end, **row)
        assert answer.status_code == 201, answer.text
        found: Row = answer.json()
        return found

    async def move(self, collection: str, row: Row, verb: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1/{collection}/{row['id']}/{verb}", json=body)

    async def read(self, collection: str, row: Row) -> Row:
        found: Row = (await self.client.get(f"/api/v1/{collection}/{row['id']}")).json()
        return found


async def make_workshop(client: httpx.AsyncClient, **facility: Any) -> Workshop:
    """Two bays (10,000 lb with a lift, 33,000 lb with a pit) and two technicians (brakes; engine)."""
    shop = Workshop(client)
    number = next(numbers)
    facts = {"name": f"Shop {number}", "code": f"S-{number}", "time_zone": ZONE.key, "opening_hours": OPEN}
    shop.facility = await shop.add("facilities", **{**facts, **facility})
    for name, weight, equipment in (
        ("Bay 1", 10_000, ["two_post_lift", "brake_lathe"]),
        ("Bay 2", 33_000, ["pit"]),
    ):
        shop.bays.append(
            await shop.add(
                "service-bays",
                facility_id=shop.facility["id"],
                bay_name=name,
                bay_number=name[-1],
                max_vehicle_weight_lbs=weight,
                max_lift_capacity_lbs=9_000,
                equipment_available=equipment,
            )
        )
    for first, skills in (("Rosa", ["brakes", "suspension"]), ("Linh", ["engine"])):
        shop.technicians.append(
            await shop.add(
                "technicians",
                first_name=first,
                last_name="Marin",
                facility_id=shop.facility["id"],
                specializations=skills,
                certifications=[
                    {"name": "ASE A5 Brakes", "expiry_date": (monday() + timedelta(days=1)).isoformat()}
                ],
            )
        )
    return shop


def codes(answer: httpx.Response) -> dict[str, str]:
    """Field -> code of a problem."""
    return {one["field"]: one["code"] for one in answer.json().get("errors", [])}
