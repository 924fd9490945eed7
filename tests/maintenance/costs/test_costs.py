"""Costs against rows that were worked out by hand; the organisation is in San Francisco, where 2026-03-08 has 23 hours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from python_calamine import CalamineWorkbook
from tests.contract.rows import insert
from tests.site import Organisation

LOCAL = ZoneInfo("America/Los_Angeles")
PERIOD = "from=2026-01-01&to=2026-03-31"
URL = "/api/v1/maintenance-records/costs"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC)


@pytest.fixture(scope="module")
def made(database_urls: Any, organisation: Organisation, stranger: Organisation) -> Iterator[dict[str, Any]]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def add(table: str, **values: Any) -> Any:
            return insert(connection, table, organisation.id, **values)

        def reading(vehicle: Any, moment: str, km: float, offset_km: float = 0, **more: Any) -> None:
            add(
                "meter_readings", vehicle_id=vehicle, meter_type="odometer", value=km * 1000,
                replacement_offset=offset_km * 1000, recorded_at=at(moment), **more,
            )  # fmt: skip

        def order(vehicle: Any, status: str, closed: str | None = None, **values: Any) -> Any:
            given = {"vehicle_id": vehicle, "status": status, "work_order_type": "corrective"}
            if closed:
                given |= {"closed_at": at(closed), "completed_at": at(closed)}
            return add("maintenance_records", **(given | values))

        def trip(vehicle: Any, moment: str, km: str) -> None:
            add("trips", vehicle_id=vehicle, started_at=at(moment), ended_at=at(moment), distance_km=km)

        truck = add(
            "vehicles",
            vehicle_number="T-1",
            status="active",
            vehicle_type="truck",
            in_service_on=date(2020, 1, 1),
        )
        van = add("vehicles", vehicle_number="V-1", status="active", vehicle_type="van")
        short = add("vehicles", vehicle_number="V-2", status="active", vehicle_type="van")
        idle = add(
            "vehicles",
            vehicle_number="Y-1",
            status="active",
            vehicle_type="van",
            in_service_on=date(2026, 3, 22),
        )
        gone = add("vehicles", vehicle_number="Z-1", status="sold", vehicle_type="van")

        # 100,000 km, then 1,500 more on the old meter, which was replaced; the new one shows 2,500 at the end: 4,000 km.
        reading(truck, "2026-01-01T00:00", 100_000)
        reading(truck, "2026-02-15T00:00", 101_500)
        reading(truck, "2026-02-15T00:00:01", 0, 101_500, is_replacement=True)
        reading(truck, "2026-04-01T00:00", 2_500, 101_500)
        # 510 less 100 from the warrantor.
        order(
            truck, "completed", "2026-01-20T10:00", work_order_type="preventive", system_code="013", labor_cost="200",
            labor_hours="4", parts_cost="300", tax_amount="25", discount_amount="15", warranty_amount="100",
            is_warranty=True, due_on=date(2026, 1, 20), downtime_started_at=at("2026-01-18T08:00"),
            downtime_ended_at=at("2026-01-18T20:00"),
        )  # fmt: skip
        # Half an hour before March, in San Francisco; the two stood together from midnight to ten.
        order(
            truck, "completed", "2026-02-28T23:30", system_code="045", outside_service_cost="590",
            downtime_started_at=at("2026-02-28T10:00"), downtime_ended_at=at("2026-03-01T10:00"),
        )  # fmt: skip
        order(
            truck, "completed", "2026-03-02T09:00", system_code="013", parts_cost="1000",
            downtime_started_at=at("2026-03-01T00:00"), downtime_ended_at=at("2026-03-01T12:00"),
        )  # fmt: skip
        # Due on the 10th, finished half an hour into the 11th.
        order(truck, "completed", "2026-02-11T00:30", work_order_type="preventive", due_on=date(2026, 2, 10))
        # Left out: cancelled, a minute before the period, a minute after it.
        order(
            truck, "cancelled", labor_cost="999", cancelled_at=at("2026-02-01T00:00"), due_on=date(2026, 2, 1),
            work_order_type="preventive", downtime_started_at=at("2026-02-01T00:00"),
            downtime_ended_at=at("2026-02-09T00:00"),
        )  # fmt: skip
        order(truck, "completed", "2025-12-31T23:59", parts_cost="5000")
        order(truck, "completed", "2026-04-01T00:01", parts_cost="7000")
        # It was closed in February and opened again in April.
        reopened = order(truck, "open", labor_cost="50", reopened_at=at("2026-04-02T00:00"))
        order(truck, "draft")
        # A hundred kilometres by trips, which span more than the two readings do.
        reading(van, "2026-02-01T00:00", 40_000)
        reading(van, "2026-02-03T00:00", 40_010)
        trip(van, "2026-02-02T10:00", "60")
        trip(van, "2026-03-31T23:59", "40")
        trip(van, "2026-04-01T00:01", "400")
        order(van, "completed", "2026-03-10T10:00", labor_cost="50")
        trip(short, "2026-02-02T10:00", "0.4")
        order(short, "completed", "2026-03-10T10:00", labor_cost="80")
        order(gone, "completed", "2025-06-01T10:00", labor_cost="5")
        insert(
            connection,
            "maintenance_records",
            stranger.id,
            status="completed",
            closed_at=at("2026-02-01T00:00"),
        )
        yield {"truck": truck, "van": van, "short": short, "idle": idle, "gone": gone, "reopened": reopened}


async def asked(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = await client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def by_number(client: httpx.AsyncClient, query: str = PERIOD) -> dict[str, dict[str, Any]]:
    return {row["vehicle_number"]: row for row in (await asked(client, query))["items"]}


async def test_a_truck_whose_meter_was_replaced(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    truck = (await by_number(client))["T-1"]
    assert truck["distance_km"] == 4000.0 and truck["distance_basis"] == "meters"
    assert truck["orders"] == 4
    assert (truck["total_cost"], truck["warranty_amount"], truck["net_cost"]) == (
        "2100.00",
        "100.00",
        "2000.00",
    )
    assert (truck["labor_cost"], truck["parts_cost"], truck["outside_service_cost"]) == (
        "200.00",
        "1300.00",
        "590.00",
    )
    assert (truck["cost_per_km"], truck["cost_per_mile"]) == ("0.5000", "0.8047")
    assert (truck["open_orders"], truck["open_cost"]) == (2, "50.00")
    # 12 hours, and from 28 February 10:00 to 1 March 12:00, which two orders share.
    assert truck["downtime_hours"] == 38.0
    assert truck["hours"] == 90 * 24 - 1
    assert truck["availability_percent"] == 98.2
    assert (truck["services_due"], truck["services_on_time"]) == (2, 1)


async def test_trips_where_readings_span_too_little(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    rows = await by_number(client)
    assert (rows["V-1"]["distance_km"], rows["V-1"]["distance_basis"]) == (100.0, "trips")
    assert rows["V-1"]["cost_per_km"] == "0.5000"
    # Below half a kilometre nothing is told.
    assert rows["V-2"]["net_cost"] == "80.00"
    assert (rows["V-2"]["distance_km"], rows["V-2"]["cost_per_km"], rows["V-2"]["cost_per_mile"]) == (
        None,
        None,
        None,
    )
    # In use and without costs: there; sold and without costs in the period: not.
    assert rows["Y-1"]["net_cost"] in ("0", "0.00") and rows["Y-1"]["hours"] == 240.0
    assert "Z-1" not in rows


async def test_totals_leave_unknown_distances_out_of_the_ratio(
    client: httpx.AsyncClient, made: dict[str, Any]
) -> None:
    answer = await asked(client, PERIOD)
    totals = answer["totals"]
    assert (totals["vehicles"], totals["orders"], totals["net_cost"]) == (4, 6, "2130.00")
    assert (totals["distance_km"], totals["cost_per_km"]) == (4100.0, "0.5000")
    assert totals["services_on_time_percent"] == 50.0
    assert answer["currency"] and answer["time_zone"] == "America/Los_Angeles"
    assert answer["count"] == 4
    assert [row["vehicle_number"] for row in answer["items"]] == ["T-1", "V-2", "V-1", "Y-1"]
    assert [
        row["vehicle_number"] for row in (await asked(client, f"{PERIOD}&limit=1&offset=1"))["items"]
    ] == ["V-2"]


async def test_by_month_and_its_distances_add_up(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    months = (await asked(client, f"{PERIOD}&by=month"))["items"]
    assert [(row["name"], row["net_cost"]) for row in months] == [
        ("2026-01-01", "410.00"),
        ("2026-02-01", "590.00"),
        ("2026-03-01", "1130.00"),
    ]
    # 31 of the 45 days from the first reading to the second: 1,500 km x 31 / 45.
    assert months[0]["distance_km"] == 1033.3
    assert sum(row["distance_km"] for row in months) == pytest.approx(4100.0, abs=0.2)
    # Of the vehicle without a distance nothing is in the ratio: 1,050 for the kilometres of March.
    assert float(months[2]["cost_per_km"]) == pytest.approx(1050 / months[2]["distance_km"], abs=0.001)


async def test_by_type_system_and_class(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    kinds = (await asked(client, f"{PERIOD}&by=category"))["items"]
    assert [(row["name"], row["orders"], row["net_cost"]) for row in kinds] == [
        ("corrective", 4, "1720.00"),
        ("preventive", 2, "410.00"),
    ]
    assert [row["share_percent"] for row in kinds] == [80.8, 19.2]
    systems = (await asked(client, f"{PERIOD}&by=system"))["items"]
    assert [(row["name"], row["net_cost"]) for row in systems] == [
        ("013", "1410.00"),
        ("045", "590.00"),
        ("", "130.00"),
    ]
    classes = (await asked(client, f"{PERIOD}&by=class"))["items"]
    assert [(row["name"], row["vehicles"], row["net_cost"], row["cost_per_km"]) for row in classes] == [
        ("truck", 1, "2000.00", "0.5000"),
        ("van", 3, "130.00", "0.5000"),
    ]


async def test_filters(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    assert list(await by_number(client, f"{PERIOD}&vehicle={made['van']}")) == ["V-1"]
    assert set(await by_number(client, f"{PERIOD}&vehicle_type=van")) == {"V-1", "V-2", "Y-1"}
    brakes = (await by_number(client, f"{PERIOD}&system_code=013"))["T-1"]
    assert (brakes["orders"], brakes["net_cost"], brakes["downtime_hours"]) == (2, "1410.00", 24.0)
    preventive = (await by_number(client, f"{PERIOD}&work_order_type=preventive"))["T-1"]
    assert (preventive["orders"], preventive["net_cost"], preventive["open_orders"]) == (2, "410.00", 0)


async def test_an_order_that_is_closed_again_counts_then(
    client: httpx.AsyncClient, made: dict[str, Any], database_urls: Any
) -> None:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        change = "UPDATE maintenance_records SET status = %s, closed_at = %s WHERE id = %s"
        connection.execute(change, ("completed", at("2026-03-30T12:00"), made["reopened"]))
        truck = (await by_number(client))["T-1"]
        assert (truck["orders"], truck["net_cost"], truck["open_cost"]) == (5, "2050.00", "0.00")
        connection.execute(change, ("open", None, made["reopened"]))
    assert (await by_number(client))["T-1"]["net_cost"] == "2000.00"


async def test_a_correction_takes_back_what_was_misread(
    client: httpx.AsyncClient, made: dict[str, Any], organisation: Organisation, database_urls: Any
) -> None:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        keys = [
            insert(
                connection, "meter_readings", organisation.id, vehicle_id=made["truck"], meter_type="odometer",
                value=value, replacement_offset=101_500_000, recorded_at=at(moment), source=source,
            )
            for value, moment, source in (
                (25_000_000, "2026-03-31T20:00", "manual"),
                (2_500_000, "2026-04-01T00:00:01", "correction"),
            )
        ]  # fmt: skip
        assert (await by_number(client))["T-1"]["distance_km"] == 4000.0
        connection.execute("DELETE FROM meter_readings WHERE id = ANY (%s)", (keys,))


async def test_files(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    answer = await client.get(f"{URL}?{PERIOD}&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "maintenance-costs-by-vehicle-2026-01-01-2026-03-31.csv" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Vehicle,Name,Class,Work orders,Labour hours,Labour,Parts")
    assert any(line.startswith("T-1,") and ",2000.00," in line and ",4000.0," in line for line in lines)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO((await client.get(f"{URL}?{PERIOD}&by=month&format=xlsx")).content)
    )
    cells = [row for row in book.get_sheet_by_index(0).to_python() if date(2026, 2, 1) in row]
    assert len(cells) == 1 and 590.0 in cells[0]
    pdf = await client.get(f"{URL}?{PERIOD}&by=class&format=pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_what_cannot_be_asked(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    for query, field in (
        ("from=2026-03-01&to=2026-02-01", "to"),
        ("by=colour", "by"),
        ("vehicle=7", "vehicle"),
        ("format=docx", "format"),
        ("since=2026-01-01", "since"),
        ("vehicle_type=%00", "vehicle_type"),
        ("to=0001-01-01&from=0001-01-01", None),
    ):
        answer = await client.get(f"{URL}?{query}")
        assert answer.status_code in (400,) if field else answer.status_code in (200, 400), (
            query,
            answer.text,
        )
        if field:
            assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_a_stranger_sees_nothing_of_it(strange_client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    rows = await by_number(strange_client)
    assert not {"T-1", "V-1", "V-2"} & set(rows)
    answer = await strange_client.get(f"{URL}?{PERIOD}&vehicle={made['truck']}")
    assert answer.json()["items"] == []
    assert (await strange_client.get(f"/api/v1/vehicles/{made['truck']}/service-history")).status_code == 404


async def test_nobody_without_the_right(site: Any, made: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        assert (await nobody.get(f"{URL}?{PERIOD}")).status_code == 401


async def test_a_vehicle_out_of_the_ordinary_is_marked(
    client: httpx.AsyncClient, organisation: Organisation, database_urls: Any
) -> None:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        for number, cost in enumerate(("100", "110", "120", "110", "100", "950")):
            bus = insert(
                connection,
                "vehicles",
                organisation.id,
                vehicle_number=f"B-{number}",
                status="active",
                vehicle_type="bus",
            )
            insert(
                connection, "trips", organisation.id, vehicle_id=bus, distance_km="1000",
                started_at=at("2024-05-02T10:00"), ended_at=at("2024-05-02T20:00"),
            )  # fmt: skip
            insert(
                connection, "maintenance_records", organisation.id, vehicle_id=bus, status="completed",
                closed_at=at("2024-05-03T10:00"), parts_cost=cost,
            )  # fmt: skip
    rows = await by_number(client, "from=2024-05-01&to=2024-05-31&vehicle_type=bus")
    assert {number for number, row in rows.items() if row["is_outlier"]} == {"B-5"}
    assert rows["B-5"]["deviation"] == 56.66
