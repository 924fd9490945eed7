"""The order on paper: everything that is on it, nobody else's, and nothing that is text is taken for layout."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typst

from motorpool.core.access.decision import Rule
from motorpool.maintenance.printing import work_order

from .conftest import Shop, key_of


def picture() -> str:
    """A white PNG of four by two."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 4, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\xff\xff\xff\xff" * 2)
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(made).decode()


async def printed(
    shop: Shop, path: str, monkeypatch: pytest.MonkeyPatch, **parameters: str
) -> dict[str, Any]:
    """What the template is given."""
    given: list[Any] = []
    real = work_order.render_pdf

    async def look(template: str, data: Any, **options: Any) -> bytes:
        given.append(data)
        return await real(template, data, **options)

    monkeypatch.setattr(work_order, "render_pdf", look)
    answer = await shop.api("GET", f"{path}/pdf", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    assert answer.content.startswith(b"%PDF-") and answer.content.rstrip().endswith(b"%%EOF")
    [data] = given
    return data


async def test_everything_is_on_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    vehicle = shop.vehicle(
        vehicle_number="BUS-12", make="Ford", model="E-450", model_year=2021, vin="1FDFE4FS1MDC00001"
    )
    path = await shop.order(
        vehicle_id=vehicle,
        priority="high",
        complaint="Squeals #when [braking] $x$ \\",
        required_skills=["brakes"],
        outside_service_cost="20",
        discount_amount="5",
        signature=picture(),
        signed_by_name="Ada",
    )
    await shop.act(path, "open")
    await shop.act(path, "start", opening_odometer=81_200)
    first, second = (
        await shop.task(path, "Replace pads", task_order=1),
        await shop.task(path, "Road test", task_order=2),
    )
    await shop.act(first, "complete", completion_notes="Both sides")
    await shop.act(second, "block", blocked_reason="Rain")
    technician = shop.technician("60", first_name="Rosa", last_name="Marin")
    await shop.act(first.replace(first, path), "clock-in", technician_id=technician)
    await shop.act(path, "clock-out", technician_id=technician)
    part = shop.add("parts", part_number="BRK-1042", name="Brake pad set", unit_of_measure="set")
    shop.add(
        "work_order_parts",
        work_order_id=key_of(path),
        part_id=part,
        quantity="2",
        quantity_issued="2",
        unit_cost="38.5",
    )
    data = await printed(shop, path, monkeypatch)
    number = (await shop.get(path))["work_order_number"]
    assert (data["number"], data["priority"], data["status"]) == (number, "high", "In progress")
    assert ("VIN", "1FDFE4FS1MDC00001") in data["vehicle"] and ("Vehicle", "2021 Ford E-450") in data[
        "vehicle"
    ]
    assert ("Odometer in", "81,200 km") in data["vehicle"]
    assert ("Skills", "Brakes") in data["order"]
    assert data["texts"] == [["Complaint", "Squeals #when [braking] $x$ \\"]]
    assert [(task["text"], task["done"], task["notes"]) for task in data["tasks"]] == [
        ("Replace pads", True, ["Both sides"]),
        ("Road test", False, ["Blocked: Rain"]),
    ]
    assert data["parts"] == [["BRK-1042", "Brake pad set", "2 set", "2", "38.50", "77.00"]]
    assert data["labor"][0][0] == "Rosa Marin" and data["labor"][0][4] == "60.00"
    assert data["totals"][2:] == [("Outside service", "20.00"), ("Discount", "−5.00")]
    assert data["signature"]["format"] == "png" and data["signed"] == "Ada"
    assert data["qr"].startswith("<svg")


async def test_the_shop_floor_needs_no_amounts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await shop.started(is_warranty=True, warranty_amount="12.00", outside_service_cost="20")
    shop.add("work_order_parts", work_order_id=key_of(path), description="Shim", unit_cost="38.5")
    data = await printed(shop, path, monkeypatch, costs="false")
    assert data["totals"] == [] and len(data["parts"][0]) == 4
    assert not re.search(r"38\.5|12\.00", str({**data, "qr": "", "total": ""}))
    wrong = await shop.api("GET", f"{path}/pdf", params={"costs": "maybe"})
    assert wrong.status_code == 400


async def test_miles_for_those_who_drive_them(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await shop.order(opening_odometer=81_200)
    imperial = replace(shop, api=shop.api.as_actor(replace(shop.api.actor, units="imperial")))
    data = await printed(imperial, path, monkeypatch)
    assert ("Odometer in", "50,455 mi") in data["vehicle"] and data["paper"] == "us-letter"


async def test_it_is_shown_to_those_who_may_read_it(shop: Shop, other_tenant: Any) -> None:
    path = await shop.order()
    stranger = shop.api.as_actor(other_tenant.actor)
    for api in (stranger, shop.api.with_rules(Rule("vehicles.read", "test"))):
        assert (await api("GET", f"{path}/pdf")).status_code == 404
    assert (await shop.api("GET", "maintenance-records/nothing/pdf")).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["", "no base64 at all", "data:image/png;base64,AAAA", "data:text/plain;base64,aGk="]
)
async def test_what_is_no_picture_is_left_out(
    wrong: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await shop.order(signature=wrong)
    assert (await printed(shop, path, monkeypatch))["signature"] is None


def test_the_code_leads_to_the_page() -> None:
    """A QR code is drawn from the address: another address is another drawing, and typst sets it."""
    one, two = (work_order._qr(f"https://fleet.example/maintenance-records/{n}") for n in range(2))
    assert one != two
    assert Path(work_order.TEMPLATES / "work_order.typ").is_file() and typst.__version__
