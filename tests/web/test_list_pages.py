"""List pages of any resource: filters in days, chosen columns, saved views, bulk changes, and how much they ask."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import httpx
import pytest
from tests.site import Organisation

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import load_registry
from motorpool.core.tenancy import Actor
from motorpool.web.filters import SPANS, api_query, chips_of, controls_of, span

REGISTRY = load_registry()
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: Reads of a page: who asks, the person's views, the rows, names that they refer to, names of filters, the count.
MOST_READS = 8


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that the web server's pages read with."""
    seen: list[str] = []
    original = Database.read

    async def counted(self: Database, actor: Any, query: str, parameters: Any = None) -> Any:
        seen.append(query)
        return await original(self, actor, query, parameters)

    monkeypatch.setattr(Database, "read", counted)
    return seen


async def add(client: httpx.AsyncClient, collection: str, **row: Any) -> str:
    answer = await client.post(f"/api/v1/{collection}", json=row)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
async def browser(site: Any, organisation: Organisation) -> Any:
    """Signed in as a person, as pages want it."""
    async with httpx.AsyncClient(base_url=site.address, timeout=30) as person:
        form = {"email": organisation.email, "password": "quite a long password", "next": "/"}
        assert (await person.post("/sign-in", data=form)).status_code == 303
        page = await person.get("/vehicles")
        found = re.search('name="csrf-token" content="([^"]+)"', page.text)
        assert found
        person.headers["X-CSRFToken"] = found[1]
        yield person


@pytest.fixture
async def vans(client: httpx.AsyncClient) -> tuple[str, list[str]]:
    prefix = f"B{uuid.uuid4().hex[:6]}"
    return prefix, [await add(client, "vehicles", vehicle_number=f"{prefix}-{n}") for n in range(3)]


# -- filters


def test_spans_of_days_are_those_of_the_calendar() -> None:
    today = date(2026, 3, 1)
    assert span("last_month", today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert span("this_month", today) == (date(2026, 3, 1), date(2026, 3, 31))
    assert span("last_7_days", today) == (date(2026, 2, 23), today)
    assert span("this_month", date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert all(span(name, today) for name in SPANS)


def test_days_of_a_moment_are_the_viewers_and_of_a_date_the_calendars() -> None:
    actor = Actor(tenant_id=uuid.uuid4(), time_zone="America/Los_Angeles")
    trips, invoices = REGISTRY["trips"], REGISTRY["invoices"]
    asked = [("started_at__from", "2026-03-08"), ("started_at__to", "2026-03-08"), ("sort", "-started_at")]
    assert api_query(trips, asked, actor) == [
        ("started_at__gte", "2026-03-08T08:00:00+00:00"),
        ("started_at__lt", "2026-03-09T07:00:00+00:00"),
        ("sort", "-started_at"),
    ], "the day on which summer time begins has 23 hours"
    assert api_query(invoices, [("due_date__to", "2026-03-08")], actor) == [("due_date__lte", "2026-03-08")]


def test_chips_say_what_is_set_and_take_it_off() -> None:
    vehicles = REGISTRY["vehicles"]
    asked = [
        ("status", "in_shop"),
        ("q", "ford"),
        ("created_at__within", "today"),
        ("sort", "vehicle_number"),
    ]
    chips = chips_of(vehicles, asked, {})
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Status is", "In shop"),
        ("Search", "“ford”"),
        ("Created", "today"),
    ]
    assert chips[0].href == "/vehicles?q=ford&created_at__within=today&sort=vehicle_number"


@pytest.mark.parametrize("table", [name for name, one in REGISTRY.items() if "list" in one.operations])
def test_filters_have_a_control_that_the_list_understands(table: str) -> None:
    resource = REGISTRY[table]
    controls = controls_of(resource, [], {})
    assert {one.name for one in controls} <= set(resource.filters)
    names = [name for one in controls for name in one.parameters]
    assert len(names) == len(set(names))


# -- the page


async def test_a_list_asks_little_of_the_database(
    browser: httpx.AsyncClient, vans: tuple[str, list[str]], reads: list[str]
) -> None:
    for address in ("/vehicles", "/invoices", "/maintenance-records?status=open", f"/vehicles?q={vans[0]}"):
        reads.clear()
        assert (await browser.get(address)).status_code == 200
        assert len(reads) <= MOST_READS, [query[:90] for query in reads]
    reads.clear()
    await browser.get(f"/vehicles/{vans[1][0]}?tab=related")
    assert len(reads) <= MOST_READS
    reads.clear()
    related = await browser.get(f"/records/vehicles/{vans[1][0]}/related", headers=PARTIAL)
    assert related.status_code == 200 and len(reads) <= 4, (
        "one statement counts all lists that refer to a record"
    )
    reads.clear()
    found = await browser.get("/search", params={"q": vans[0]}, headers=PARTIAL)
    assert f"{vans[0]}-0" in found.text and len(reads) <= 2, "one statement searches everything"


async def test_columns_are_chosen_kept_and_reset(
    browser: httpx.AsyncClient, vans: tuple[str, list[str]]
) -> None:
    chosen = [("column", "vin"), ("column", "vehicle_number"), ("column", "notes")]
    answer = await browser.post("/lists/vehicles/columns", data=_form(chosen))
    assert answer.status_code == 303
    page = (await browser.get(f"/vehicles?q={vans[0]}")).text
    heads = re.findall(r'<th scope="col" class="[^"]*"[^>]*>(?:<a [^>]*>)?([^<]+)', page)
    assert [head for head in heads if head != "State"] == ["VIN", "Vehicle number", "Notes"]
    await browser.post("/lists/vehicles/columns", data=_form([("reset", "true")]))
    page = (await browser.get("/vehicles")).text
    assert "License plate" in re.findall(r'<th scope="col" class="[^"]*"[^>]*>(?:<a [^>]*>)?([^<]+)', page)


async def test_a_view_is_saved_opened_shared_and_deleted(
    browser: httpx.AsyncClient, client: httpx.AsyncClient, site: Any, organisation: Organisation
) -> None:
    form = {"name": "In the shop", "query": "status=in_shop&sort=-vehicle_number", "is_default": "true"}
    saved = await browser.post("/lists/vehicles/views", data=form)
    assert saved.status_code == 303 and "status=in_shop" in saved.headers["location"]
    opened = await browser.get("/vehicles")
    assert opened.status_code == 303 and opened.headers["location"] == saved.headers["location"], (
        "it is the default"
    )
    page = (await browser.get(opened.headers["location"])).text
    assert "In the shop" in page and re.search(r"Status is</span>\s*In shop", page)
    everything = await browser.get("/vehicles?view=all")
    assert everything.status_code == 200 and "Status is" not in everything.text

    taken = await browser.post("/lists/vehicles/views", data=form | {"query": ""})
    told = (await browser.get(taken.headers["location"])).text
    assert "lready used" in told

    [view] = [
        one
        for one in (await client.get("/api/v1/list-views?collection=vehicles")).json()["items"]
        if one["name"] == "In the shop"
    ]
    assert view["filters"] == {"status": "in_shop"} and view["sort"] == "-vehicle_number"
    removed = await browser.post("/lists/vehicles/views/remove", data={"id": view["id"]})
    assert removed.status_code == 303
    assert (await browser.get("/vehicles")).status_code == 200


# -- bulk


async def test_a_field_of_many_rows_is_set_in_one_go(
    browser: httpx.AsyncClient, client: httpx.AsyncClient, vans: tuple[str, list[str]]
) -> None:
    ids = [("id", key) for key in vans[1]]
    ask = await browser.post(
        "/lists/vehicles/bulk", data=_form([("do", "edit:color"), *ids]), headers=PARTIAL
    )
    assert "Set color of 3 vehicles" in ask.text and 'name="color"' in ask.text
    done = await browser.post(
        "/lists/vehicles/bulk",
        data=_form(
            [("do", "edit:color"), ("confirmed", "true"), ("color", "Red"), ("back", "/vehicles?q=x"), *ids]
        ),
        headers=PARTIAL,
    )
    assert done.headers["hx-redirect"] == "/vehicles?q=x"
    assert [(await client.get(f"/api/v1/vehicles/{key}")).json()["color"] for key in vans[1]] == ["Red"] * 3


async def test_a_wrong_bulk_change_changes_nothing_and_says_why(
    browser: httpx.AsyncClient, client: httpx.AsyncClient, vans: tuple[str, list[str]]
) -> None:
    ids = [("id", key) for key in vans[1]]
    form = [("do", "edit:model_year"), ("confirmed", "true"), ("model_year", "soon"), *ids]
    answer = await browser.post("/lists/vehicles/bulk", data=_form(form), headers=PARTIAL)
    assert answer.status_code == 422 and "must be a whole number" in answer.text
    assert 'value="soon"' in answer.text
    assert (await client.get(f"/api/v1/vehicles/{vans[1][0]}")).json()["model_year"] is None


async def test_rows_that_cannot_move_are_left_out_and_named(
    browser: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    vendor = await add(client, "vendors", name="A vendor", vendor_number=uuid.uuid4().hex[:8])
    invoice = {"vendor_id": vendor, "invoice_date": "2026-05-01", "due_date": "2026-05-31"}
    money = {"subtotal": "10.00", "total_amount": "10.00"}
    keys = [
        await add(client, "invoices", invoice_number=f"I-{uuid.uuid4().hex[:8]}", **invoice, **money)
        for _ in "ab"
    ]
    submit = next(move for move in REGISTRY["invoices"].moves if "received" in move.leaves and not move.needs)
    moved = await client.post(f"/api/v1/invoices/{keys[0]}/{submit.verb}")
    assert moved.status_code == 200, moved.text
    form = [("do", f"move:{submit.verb}"), *[("id", key) for key in keys]]
    asked = await browser.post("/lists/invoices/bulk", data=_form(form), headers=PARTIAL)
    if moved.json()["status"] not in submit.leaves:
        assert "1 of the selected row is left out" in asked.text
        assert asked.text.count('name="id"') == 1


def _form(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
