"""The pages of a work order as they are served: what its forms ask for, and what its history tells."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.site import PASSWORD, Organisation, Site

from .test_served import PIXEL


@pytest.fixture
async def person(site: Site, organisation: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    """Who is signed in to the pages."""
    async with httpx.AsyncClient(
        base_url=site.address, timeout=30, headers={"Accept": "text/html"}
    ) as client:
        form = {"email": organisation.email, "password": PASSWORD, "next": "/"}
        assert (await client.post("/sign-in", data=form)).status_code == 303
        yield client


async def add(client: httpx.AsyncClient, collection: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{collection}", json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def act(client: httpx.AsyncClient, path: str, **body: Any) -> None:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def under_way(client: httpx.AsyncClient) -> dict[str, str]:
    """An order in progress with a task, a technician, and a part that costs 12.50: their ids."""
    vehicle = await add(client, "vehicles", vehicle_number=f"P-{uuid.uuid4().hex[:8]}")
    order = await add(client, "maintenance-records", vehicle_id=vehicle["id"], summary="Brakes squeal")
    for verb in ("open", "start"):
        await act(client, f"maintenance-records/{order['id']}/{verb}")
    task = await add(client, "work-order-tasks", work_order_id=order["id"], task_description="Replace pads")
    technician = await add(client, "technicians", first_name="Rosa", last_name="Marin", hourly_rate="60.00")
    part = await add(
        client, "parts", part_number=f"PAD-{uuid.uuid4().hex[:8]}", name="Pad set", unit_cost="12.5000"
    )
    rows = {"vehicle": vehicle, "order": order, "task": task, "technician": technician, "part": part}
    return {name: row["id"] for name, row in rows.items()}


def hidden_of(page: str) -> dict[str, str]:
    """What a form sends along."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def names_of(page: str) -> set[str]:
    return set(re.findall(r'name="(\w+)"', page))


async def test_hours_come_from_entries_and_are_not_asked_for_when_a_task_is_completed(
    client: httpx.AsyncClient, person: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    task = f"work-order-tasks/{under_way['task']}"
    dialog, edit = f"/records/{task}/moves/complete", f"/{task}/edit"
    asked = {"completion_notes", "actual_hours"}
    assert names_of((await person.get(dialog)).text) & asked == {"completion_notes"}
    assert names_of((await person.get(edit)).text) & asked == asked, "no entry has them"
    mine = {"technician_id": under_way["technician"]}
    await act(client, f"{task}/clock-in", **mine)
    await act(client, f"{task}/clock-out", **mine)
    assert names_of((await person.get(edit)).text) & asked == {"completion_notes"}, "an entry has them"
    of_order = names_of((await person.get(f"/maintenance-records/{under_way['order']}/edit")).text)
    assert "parts_cost" in of_order and not of_order & {"labor_cost", "labor_hours"}
    page = await person.get(dialog)
    form = hidden_of(page.text)
    done = await person.post(dialog, data=form | {"completion_notes": "Done"})
    assert done.status_code == 303, done.text
    row = (await client.get(f"/api/v1/{task}")).json()
    assert (row["status"], row["completion_notes"]) == ("completed", "Done")


async def test_a_closed_order_offers_only_what_stays_open(
    client: httpx.AsyncClient, person: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    here = f"/maintenance-records/{under_way['order']}"
    assert re.search(r"</svg>Edit</a>", (await person.get(here)).text)
    await act(client, f"work-order-tasks/{under_way['task']}/complete")
    await act(client, f"{here[1:]}/finish")
    for page in (here, f"{here}?tab=details"):
        offered = re.findall(r'href="([^"]+/approve)"', (await person.get(page)).text)
        assert offered == [f"/shop/orders/{under_way['order']}/approve"], "where a signature is drawn"
    await act(client, f"{here[1:]}/approve")
    for page in (here, f"{here}?tab=details", f"/work-order-tasks/{under_way['task']}"):
        assert not re.search(r"</svg>Edit</a>", (await person.get(page)).text), page
    page = (await person.get(here)).text
    assert re.search(r'href="[^"]+/edit"[^>]*><svg.*?</svg>Edit open fields</a>', page, re.DOTALL)
    assert {"notes", "summary"} & names_of((await person.get(f"{here}/edit")).text) == {"notes"}


async def test_a_part_is_asked_for_in_three_fields_and_costs_what_the_catalogue_says(
    client: httpx.AsyncClient, person: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    new = f"/work-order-parts/new?work_order_id={under_way['order']}"
    page = (await person.get(new)).text
    shown, _, folded = page.partition("More fields")
    asked = re.findall(r'<input[^>]* id="field-(\w+)"', shown)
    assert asked == ["part_id", "quantity", "facility_id"]
    assert {"work_order_id", "unit_cost", "serial_number"} <= names_of(folded)
    assert 'name="unit_cost" type="number" value=""' in folded
    form = hidden_of(page)
    made = await person.post(
        new, data=form | {"part_id": under_way["part"], "quantity": "2", "unit_cost": ""}
    )
    assert made.status_code == 303, made.text
    [line] = (await client.get(f"/api/v1/work-order-parts?work_order_id={under_way['order']}")).json()[
        "items"
    ]
    assert (line["unit_cost"], line["quantity"]) == ("12.5000", "2.000")
    wrong = await person.post(new, data=form | {"part_id": "", "quantity": "2"})
    assert wrong.status_code == 422 and '<details class="fold fold-card" open>' in wrong.text


async def test_a_price_that_was_said_stays(client: httpx.AsyncClient, under_way: dict[str, str]) -> None:
    for given, cost in (({}, "12.5000"), ({"unit_cost": None}, "12.5000"), ({"unit_cost": "0"}, "0.0000")):
        line = await add(
            client, "work-order-parts", work_order_id=under_way["order"], part_id=under_way["part"], **given
        )
        assert line["unit_cost"] == cost
    loose = await add(
        client, "work-order-parts", work_order_id=under_way["order"], description="Clip", unit_cost="3"
    )
    assert loose["unit_cost"] == "3.0000"
    line = {"work_order_id": under_way["order"], "part_id": under_way["part"]}
    rows = [line, line | {"unit_cost": "1"}]
    made = await client.post("/api/v1/work-order-parts/bulk", json={"create": rows})
    assert made.status_code == 200, made.text
    found = (await client.get(f"/api/v1/work-order-parts?work_order_id={under_way['order']}")).json()["items"]
    assert sorted(one["unit_cost"] for one in found if one["part_id"]) == sorted(
        ["12.5000", "12.5000", "0.0000", "12.5000", "1.0000"]
    )


async def test_hours_that_are_written_down_cost_the_technicians_rate(
    client: httpx.AsyncClient, person: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    new = f"/work-order-labor/new?work_order_id={under_way['order']}&technician_id={under_way['technician']}"
    page = (await person.get(new)).text
    form = hidden_of(page)
    times = {"started_at": "2026-05-04T08:00", "ended_at": "2026-05-04T09:00", "hourly_rate": ""}
    assert (await person.post(new, data=form | times)).status_code == 303
    [entry] = (await client.get(f"/api/v1/work-order-labor?work_order_id={under_way['order']}")).json()[
        "items"
    ]
    assert (entry["hourly_rate"], entry["labor_cost"]) == ("60.00", "60.00")
    shown = html.unescape((await person.get(f"/work-order-labor/{entry['id']}")).text)
    assert "<h1>Rosa Marin" in shown and "$60.00" in shown
    assert f"Labour entry {entry['id'][-8:]}" not in shown


async def whole_history(person: httpx.AsyncClient, order: str) -> list[str]:
    """What the history of an order says, page by page, newest first: each entry as one line of text."""
    told: list[str] = []
    here = f"/records/maintenance-records/{order}/history"
    while here:
        answer = await person.get(here)
        assert answer.status_code == 200, answer.text
        for entry in re.split(r'<li>\s*<div class="breakable">', answer.text)[1:]:
            text = html.unescape(re.sub(r"<[^>]+>", "", entry.partition("Older changes")[0]))
            told.append(" ".join(text.split()))
        following = re.search(r'hx-get="([^"]+/history\?cursor=[^"]+)"', answer.text)
        here = html.unescape(following[1]) if following else ""
    return told


async def test_the_history_tells_the_story_of_the_order(
    client: httpx.AsyncClient, person: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    order, task, mine = under_way["order"], under_way["task"], {"technician_id": under_way["technician"]}
    about = {"record_type": "maintenance_records", "record_id": order}
    await act(client, f"work-order-tasks/{task}/clock-in", **mine)
    await act(client, f"work-order-tasks/{task}/clock-out", **mine)
    await add(
        client,
        "work-order-labor",
        work_order_id=order,
        started_at="2026-05-04T08:00:00Z",
        ended_at="2026-05-04T09:30:00Z",
        **mine,
    )
    line = await add(client, "work-order-parts", work_order_id=order, part_id=under_way["part"], quantity="3")
    facility = await add(client, "facilities", name="North shop", code=uuid.uuid4().hex[:6])
    delivered = {
        "part_id": under_way["part"],
        "facility_id": facility["id"],
        "quantity": "5",
        "unit_cost": "9",
    }
    received = await client.post("/api/v1/part-stocks/receive", json={"lines": [delivered]})
    assert received.status_code == 200, received.text
    for verb, quantity in (("reserve", "3"), ("issue", "2"), ("return", "1")):
        where = {"facility_id": facility["id"]}
        await act(client, f"work-order-parts/{line['id']}/{verb}", quantity=quantity, **where)
    defect = await add(client, "defects", vehicle_id=under_way["vehicle"], description="Worn pads")
    await act(client, f"defects/{defect['id']}/plan_repair", work_order_id=order)
    bay = await add(client, "service-bays", facility_id=facility["id"], bay_name="Lift 1", bay_number="1")
    await add(
        client,
        "service-bay-schedule",
        service_bay_id=bay["id"],
        vehicle_id=under_way["vehicle"],
        work_order_id=order,
        scheduled_start="2035-01-02T09:00:00Z",
        scheduled_end="2035-01-02T10:00:00Z",
    )
    await add(client, "comments", body="The left disc has a crack", **about)
    gone = await add(client, "comments", body="Wrong vehicle", **about)
    await act(client, f"comments/{gone['id']}/remove")
    await act(client, f"maintenance-records/{order}/wait_for_parts", waiting_for="a disc")
    await act(client, f"maintenance-records/{order}/resume")
    await act(client, f"work-order-tasks/{task}/complete", completion_notes="Both sides")
    await act(client, f"maintenance-records/{order}/finish", correction="New pads and a disc")
    await act(client, f"maintenance-records/{order}/approve")
    other = await add(client, "maintenance-records", vehicle_id=under_way["vehicle"], summary="Another")
    await add(client, "work-order-tasks", work_order_id=other["id"], task_description="Of the other one")

    told = await whole_history(person, order)
    sentences = [
        "Work order made by Ada Admin",
        "Released for work by Ada Admin",
        "Work started by Ada Admin",
        "Task added by Ada Admin: Replace pads",
        "Task started by Ada Admin: Replace pads",
        "Clock started by Ada Admin: Rosa Marin, Replace pads",
        "Clock stopped by Ada Admin: Rosa Marin, Replace pads",
        "Hours written down by Ada Admin: Rosa Marin",
        "Part added by Ada Admin: 3 × Pad set",
        "Reserved by Ada Admin: 3 × Pad set",
        "Issued by Ada Admin: 2 × Pad set",
        "Brought back by Ada Admin: 1 × Pad set",
        f"Defect reported by Ada Admin: {defect['defect_number']}, Worn pads",
        f"Defect planned for repair by Ada Admin: {defect['defect_number']}, Worn pads",
        "Bay booked by Ada Admin: Lift 1",
        "Comment written by Ada Admin: The left disc has a crack",
        "Comment removed by Ada Admin",
        "Work stopped for parts by Ada Admin",
        "Work resumed by Ada Admin",
        "Task completed by Ada Admin: Replace pads",
        "Work finished by Ada Admin",
        "Booking cancelled by Ada Admin: Lift 1",
        "Approved and closed by Ada Admin",
        f"Defect repaired by Ada Admin: {defect['defect_number']}, Worn pads",
    ]
    for sentence in sentences:
        assert any(one.startswith(sentence) for one in told), (sentence, told)

    def entry(beginning: str) -> str:
        return next(one for one in told if one.startswith(beginning))

    assert entry("Hours written down").endswith("Hours: 1.5")
    assert entry("Work stopped").endswith("Waiting for: a disc")
    assert entry("Booking cancelled").endswith("Cancellation reason: The work is finished")
    assert entry("Task completed").endswith("Completion notes: Both sides")
    assert entry("Work finished").endswith("Correction: New pads and a disc")
    assert "Total cost: $90.00 → $108.00" in next(one for one in told if "Parts cost: $0.00 →" in one)
    spoken = " ".join(told)
    assert "Of the other one" not in spoken and "Wrong vehicle" not in spoken
    for raw in (
        "Status:",
        "from entries",
        "from lines",
        "Quantity issued",
        "Completed at",
        "Added by",
        "Changed by",
    ):
        assert raw not in spoken, raw


async def test_a_further_photo_goes_to_a_comment_on_the_same_order(
    client: httpx.AsyncClient, under_way: dict[str, str]
) -> None:
    other = await add(client, "maintenance-records", vehicle_id=under_way["vehicle"], summary="Another")

    async def photo(order: str, **fields: str) -> httpx.Response:
        files = {"file": ("pads.png", PIXEL, "image/png")}
        return await client.post(f"/shop/photos/maintenance-records/{order}", data=fields, files=files)

    first = await photo(under_way["order"], body="Worn")
    assert first.status_code == 201, first.text
    comment = first.json()["comment_id"]
    second = await photo(under_way["order"], comment_id=comment)
    assert (second.status_code, second.json()["comment_id"]) == (201, comment)
    assert (await photo(other["id"], comment_id=comment)).status_code == 400
