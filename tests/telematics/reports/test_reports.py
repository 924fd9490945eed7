"""Reports against rows worked out by hand, across the days on which clocks change; the organisation is in San Francisco."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from python_calamine import CalamineWorkbook
from tests.contract.rows import insert
from tests.site import Organisation

from motorpool.core.access import EVERYTHING, Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest
from motorpool.core.resource.registry import load_registry
from motorpool.telematics.queries.mileage_log import mileage_log
from motorpool.telematics.report_routes import told_filters
from motorpool.telematics.reports import REPORTS
from motorpool.telematics.reports.running import Asked, run_report

LOCAL = ZoneInfo("America/Los_Angeles")
#: 2026-03-08 has 23 hours there, 2026-11-01 has 25.
Rows = list[dict[str, Any]]


def at(text: str, fold: int = 0) -> datetime:
    # Local times of one zone subtract as clocks show them; moments do not.
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL, fold=fold).astimezone(UTC)


@pytest.fixture(scope="module")
def made(database_urls: Any, organisation: Organisation) -> Iterator[dict[str, Any]]:
    tenant = organisation.id
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def add(table: str, **values: Any) -> Any:
            return insert(connection, table, tenant, **values)

        department = add("departments", name="North", code="N")
        kim = add("drivers", full_name="Kim", driver_number="1", status="active")
        lee = add("drivers", full_name="Lee", driver_number="2", status="active")
        bus = add("vehicles", vehicle_number="BUS", status="active", department_id=department)
        van = add("vehicles", vehicle_number="VAN", status="active", department_id=None)
        idle = add("vehicles", vehicle_number="YARD", status="active", department_id=department)
        connection.execute("UPDATE vehicles SET department_id = NULL WHERE id = %s", (van,))
        add("facilities", name="Depot", code="D", status="active", latitude="37.7500", longitude="-122.4000")
        fence = add(
            "geofences", name="Pier", type="circle", center_lat="37.8000", center_lng="-122.4000", radius_meters=150,
            is_active=True,
        )  # fmt: skip

        def trip(
            number: str,
            vehicle: Any,
            driver: Any,
            start: datetime,
            end: datetime | None,
            km: str,
            **more: Any,
        ) -> Any:
            minutes = round((end - start).total_seconds() / 60) if end else None
            given = {
                "trip_number": number, "vehicle_id": vehicle, "driver_id": driver, "started_at": start, "ended_at": end,
                "distance_km": km, "duration_minutes": minutes, "idle_time_minutes": None, "usage_type": None,
                "business_purpose": None, "business_percent": None, "classified_by": None, "classified_at": None,
                "start_address": None, "end_address": None, "end_odometer_m": None, "max_speed_kph": "60",
                "start_location_lat": "37.7501", "start_location_lng": "-122.4001", "end_location_lat": "37.8001",
                "end_location_lng": "-122.4001",
            }  # fmt: skip
            given |= more
            return _insert(connection, "trips", tenant, given)

        def _insert(connection: Any, table: str, tenant: Any, given: dict[str, Any]) -> Any:
            names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
            return connection.execute(
                f"INSERT INTO {table} (tenant_id, {names}) VALUES (%s, {marks}) RETURNING id",
                (tenant, *given.values()),
            ).fetchone()[0]

        business = {"usage_type": "business", "business_purpose": "Parts"}
        trips = {
            # Sunday, clocks go forward at 02:00: 01:30 to 03:30 is one hour.
            "spring": trip("T1", bus, kim, at("2026-03-08T01:30"), at("2026-03-08T03:30"), "40.00", idle_time_minutes=6),
            # Late on Saturday, which is Sunday in UTC.
            "late": trip("T2", bus, kim, at("2026-03-07T23:30"), at("2026-03-07T23:50"), "10.00", idle_time_minutes=0,
                         **business, end_odometer_m=110_000.0),
            "day": trip("T3", van, lee, at("2026-03-09T18:30"), at("2026-03-09T19:30"), "20.00",
                        usage_type="mixed", business_percent="25"),
            "unknown": trip("T4", van, None, at("2026-03-10T10:00"), at("2026-03-10T10:30"), "5.00",
                            usage_type="commute", start_address="1 Main Street"),
            # Sunday, clocks go back at 02:00: 01:30 (first) to 01:30 (second) is one hour.
            "autumn": trip("T5", bus, kim, at("2026-11-01T01:30"), at("2026-11-01T01:30", fold=1), "30.00",
                           idle_time_minutes=30, usage_type="personal"),
        }  # fmt: skip
        for start, end, minutes, idled in (
            (at("2026-03-07T23:50"), at("2026-03-08T01:30"), 100, 40),
            (at("2026-03-08T03:30"), None, 600, None),
        ):
            _insert(
                connection, "stops", tenant,
                {"vehicle_id": bus, "driver_id": kim, "latitude": "37.8001", "longitude": "-122.4001",
                 "started_at": start, "ended_at": end, "duration_minutes": minutes, "idle_minutes": idled},
            )  # fmt: skip
        _insert(
            connection, "geofence_visits", tenant,
            {"vehicle_id": bus, "driver_id": kim, "geofence_id": fence, "entered_at": at("2026-03-07T23:45"),
             "left_at": at("2026-03-08T03:45")},
        )  # fmt: skip
        _insert(
            connection, "driver_behavior_events", tenant,
            {"vehicle_id": bus, "driver_id": kim, "event_type": "speeding", "severity": "severe", "speed_at_event": "96",
             "speed_limit": 80, "duration_seconds": 90, "latitude": "37.7501", "longitude": "-122.4001",
             "recorded_at": at("2026-03-08T01:40"), "limit_source": "street"},
        )  # fmt: skip
        yield {"kim": kim, "lee": lee, "bus": bus, "van": van, "yard": idle, "department": department, "fence": fence,
               **{f"trip_{name}": key for name, key in trips.items()}}  # fmt: skip


async def report(client: httpx.AsyncClient, name: str, first: str, last: str, **more: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/reports/{name}", params={"from": first, "to": last, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def picked(rows: Rows, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


async def test_trips_belong_to_local_days_and_places_have_names(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "trips", "2026-03-07", "2026-03-08")
    assert picked(
        found["items"], "driver", "vehicle", "distance_km", "duration_minutes", "start_place", "end_place"
    ) == [
        ("Kim", "BUS", 10.0, 20, "Depot", "Pier"),
        ("Kim", "BUS", 40.0, 60, "Depot", "Pier"),
    ]
    assert found["totals"] == {
        "distance_km": 50.0, "duration_minutes": 80.0, "idle_minutes": 6.0, "average_kph": 37.5, "max_kph": 60.0,
    }  # fmt: skip
    assert found["chart"]["bars"] == [
        {"label": "2026-03-07", "value": 10.0},
        {"label": "2026-03-08", "value": 40.0},
    ]
    assert found["columns"][0]["name"] == "driver"
    only = await report(client, "trips", "2026-03-07", "2026-03-07")
    assert only["count"] == 1
    everything = await report(client, "trips", "2026-03-01", "2026-11-30")
    assert picked(everything["items"], "driver", "start_place")[-1] == (None, "1 Main Street")
    paged = await report(client, "trips", "2026-03-01", "2026-11-30", limit=2, offset=2)
    assert paged["items"] == everything["items"][2:4]
    assert paged["count"] == 5


async def test_filters(client: httpx.AsyncClient, made: Any) -> None:
    async def counts(**more: Any) -> int:
        return int((await report(client, "trips", "2026-03-01", "2026-11-30", **more))["count"])

    assert await counts() == 5
    assert await counts(driver=made["kim"]) == 3
    assert await counts(vehicle=made["van"]) == 2
    assert await counts(department=made["department"]) == 3
    assert await counts(driver=made["lee"], vehicle=made["bus"]) == 0


async def test_stops(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "stops", "2026-03-07", "2026-03-08")
    assert picked(found["items"], "driver", "place", "duration_minutes", "idle_minutes") == [
        ("Kim", "Pier", 100, 40),
        ("Kim", "Pier", 600, None),
    ]
    assert found["totals"] == {"duration_minutes": 700.0, "idle_minutes": 40.0}


async def test_idling(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "idling", "2026-03-07", "2026-03-10", litres_per_hour="3")
    # Trips 60 + 20 min with 6 idle, a stop with 40: 46 of 120 min; 46/60 h x 3 l.
    assert picked(
        found["items"],
        "driver",
        "vehicle",
        "idle_minutes",
        "engine_minutes",
        "idle_percent",
        "fuel_liters",
        "unknown_trips",
    ) == [("Kim", "BUS", 46, 120, 38.3, 2.3, 0)]
    assert found["totals"]["idle_percent"] == 38.3


async def test_mileage(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "mileage", "2026-03-01", "2026-11-30", by="month")
    columns = (
        "driver vehicle period trips distance_km business_km commute_km personal_km unclassified_km".split()
    )
    assert picked(found["items"], *columns) == [
        ("Kim", "BUS", "2026-03-01", 2, 50.0, 10.0, 0.0, 0.0, 40.0),
        ("Kim", "BUS", "2026-11-01", 1, 30.0, 0.0, 0.0, 30.0, 0.0),
        ("Lee", "VAN", "2026-03-01", 1, 20.0, 5.0, 0.0, 15.0, 0.0),
        (None, "VAN", "2026-03-01", 1, 5.0, 0.0, 5.0, 0.0, 0.0),
    ]
    assert picked(found["items"], "start_odometer_m", "end_odometer_m")[0] == (100_000.0, 110_000.0)
    by_week = await report(client, "mileage", "2026-03-01", "2026-03-31", by="week", driver=made["kim"])
    assert picked(by_week["items"], "period", "distance_km") == [("2026-03-02", 50.0)]
    by_day = await report(client, "mileage", "2026-03-01", "2026-03-31", by="day", driver=made["kim"])
    assert picked(by_day["items"], "period", "distance_km") == [("2026-03-07", 10.0), ("2026-03-08", 40.0)]
    whole = await report(client, "mileage", "2026-03-01", "2026-11-30", by="total", driver=made["kim"])
    assert picked(whole["items"], "period", "distance_km") == [("2026-03-01", 80.0)]


async def test_utilisation_tells_of_vehicles_that_nobody_drove(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "utilisation", "2026-03-07", "2026-03-10")
    assert picked(
        found["items"], "vehicle", "days_used", "used_percent", "drivers", "trips", "duration_minutes"
    ) == [
        ("VAN", 2, 50.0, 1, 2, 90.0),
        ("BUS", 2, 50.0, 1, 2, 80.0),
        ("YARD", 0, 0.0, 0, 0, 0.0),
    ]
    narrowed = await report(client, "utilisation", "2026-03-07", "2026-03-10", department=made["department"])
    assert [row["vehicle"] for row in narrowed["items"]] == ["BUS", "YARD"]


async def test_time_outside_of_hours_as_clocks_show_it(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "after-hours", "2026-03-01", "2026-11-30")
    assert picked(found["items"], "driver", "trip_id", "outside_minutes", "duration_minutes") == [
        ("Kim", str(made["trip_late"]), 20.0, 20.0),
        ("Kim", str(made["trip_spring"]), 60.0, 60.0),
        ("Kim", str(made["trip_autumn"]), 60.0, 60.0),
        ("Lee", str(made["trip_day"]), 30.0, 60.0),
    ]
    # On all days from 01:00 to 03:00: on 8 March half an hour of the trip lies in it, from 01:30 to what would be 02:00.
    # On 1 November there are two one o'clocks; the second one counts, as PostgreSQL reads it.
    night = await report(client, "after-hours", "2026-03-01", "2026-11-30", opens="01:00", closes="03:00", days="all",
                         driver=made["kim"])  # fmt: skip
    assert picked(night["items"], "trip_id", "outside_minutes") == [
        (str(made["trip_late"]), 20.0),
        (str(made["trip_spring"]), 30.0),
        (str(made["trip_autumn"]), 30.0),
    ]


async def test_visits_count_with_their_part_of_the_period(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "fence-visits", "2026-03-07", "2026-03-08")
    assert picked(found["items"], "driver", "geofence", "inside_minutes") == [("Kim", "Pier", 180.0)]
    first = await report(client, "fence-visits", "2026-03-07", "2026-03-07")
    assert picked(first["items"], "inside_minutes") == [(15.0,)]
    assert (await report(client, "fence-visits", "2026-03-09", "2026-03-09"))["count"] == 0


async def test_speeding(client: httpx.AsyncClient, made: Any) -> None:
    found = await report(client, "speeding", "2026-03-08", "2026-03-08")
    columns = (
        "driver vehicle place speed_kph limit_kph over_kph over_percent duration_minutes severity".split()
    )
    assert picked(found["items"], *columns) == [
        ("Kim", "BUS", "Depot", 96.0, 80.0, 16.0, 20.0, 1.5, "severe")
    ]


async def test_files(client: httpx.AsyncClient, made: Any) -> None:
    period = {"from": "2026-03-01", "to": "2026-11-30"}
    names = [one["name"] for one in (await client.get("/api/v1/reports")).json()["items"]]
    assert len(names) == 8
    for name in names:
        for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answer = await client.get(f"/api/v1/reports/{name}", params={**period, "format": form})
            assert answer.status_code == 200, (name, form, answer.text)
            assert answer.content.startswith(start)
    answer = await client.get("/api/v1/reports/trips", params={**period, "format": "pdf"})
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == 'attachment; filename="trips-2026-03-01-2026-11-30.pdf"'
    table = (await client.get("/api/v1/reports/trips", params={**period, "format": "csv"})).text.splitlines()
    assert table[0].lstrip("\ufeff").startswith("Driver,Vehicle,Start,End,From,To,Distance (km)")
    assert len(table) == 6
    assert table[1].startswith("Kim,BUS,2026-03-07T23:30:00-08:00")


async def test_what_cannot_be_asked(client: httpx.AsyncClient, made: Any) -> None:
    for name, more, field in (
        ("trips", {"from": "yesterday"}, "from"),
        ("trips", {"from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ("trips", {"from": "2020-01-01", "to": "2026-03-01"}, "to"),
        ("trips", {"driver": "Kim"}, "driver"),
        ("trips", {"limit": "0"}, "limit"),
        ("trips", {"format": "docx"}, "format"),
        ("mileage", {"by": "year"}, "by"),
        ("trips", {"from": "9999-01-01", "to": "9999-12-31"}, "to"),
        ("idling", {"litres_per_hour": "NaN"}, "litres_per_hour"),
        ("after-hours", {"opens": "7 o'clock"}, "opens"),
        ("mileage-log", {"year": "x"}, "from"),
        ("mileage-log", {"year": "99999999999"}, "from"),
        ("mileage-log", {"driver": "Kim"}, "driver"),
        ("mileage-log", {"from": "2027-01-01", "to": "2026-01-01"}, "to"),
        ("mileage-log", {"rate": "charming"}, "rate"),
    ):
        answer = await client.get(f"/api/v1/reports/{name}", params=more)
        assert answer.status_code == 400, (name, more, answer.text)
        assert answer.json()["errors"][0]["field"] == field
    assert (await client.get("/api/v1/reports/nothing")).status_code == 404
    assert (await client.get("/api/v1/reports/trips", headers={"Authorization": ""})).status_code == 401


async def test_options_are_read_as_they_are_understood(client: httpx.AsyncClient, made: Any) -> None:
    """Python reads more ways to write a number or a time of day than PostgreSQL does."""
    plain = await report(client, "idling", "2026-03-07", "2026-03-10", litres_per_hour="3")
    assert await report(client, "idling", "2026-03-07", "2026-03-10", litres_per_hour="\uff13") == plain
    plain = await report(client, "after-hours", "2026-03-01", "2026-03-31", opens="07:00")
    assert await report(client, "after-hours", "2026-03-01", "2026-03-31", opens="070000,0") == plain


async def test_each_table_of_a_report_has_its_own_reach(
    client: httpx.AsyncClient, owner: Any, made: Any, organisation: Organisation, database: Database
) -> None:
    """Idling reads trips and stops; the right to the stops of one department is no right to its trips."""

    async def idle(**departments: Any) -> list[tuple[Any, ...]]:
        rules = tuple(
            Rule(f"{table}.read", "a test", Reach(departments=frozenset({key})))
            for table, key in departments.items()
        )
        actor = replace(organisation.actor, time_zone="America/Los_Angeles", access=Access(rules))
        asked = Asked(date(2026, 3, 7), date(2026, 3, 8), options={"litres_per_hour": "3"})
        found = await run_report(database, load_registry(), actor, REPORTS["idling"], asked)
        return picked(found.rows, "in_trips_minutes", "in_stops_minutes")

    here, elsewhere = made["department"], uuid4()
    assert await idle(trips=here, stops=here) == [(6, 40)]
    assert await idle(trips=here, stops=elsewhere) == [(6, 0)]
    assert await idle(trips=elsewhere, stops=here) == [(0, 40)]


async def test_a_file_names_only_whom_the_reader_may_read(
    client: httpx.AsyncClient, made: Any, organisation: Organisation, database: Database
) -> None:
    state = SimpleNamespace(database=database, registry=load_registry())
    asked = Asked(
        date(2026, 3, 1), date(2026, 3, 31), {"driver": made["kim"], "department": made["department"]}
    )
    everybody = replace(organisation.actor, access=EVERYTHING)
    assert await told_filters(state, everybody, asked) == [("driver", "Kim"), ("department", "North")]
    rules = (Rule("drivers.read", "a test", Reach(own=True)), Rule("departments.read", "a test"))
    driver = replace(organisation.actor, access=Access(rules), driver_id=made["lee"])
    assert await told_filters(state, driver, asked) == [("driver", "unknown"), ("department", "North")]


async def test_a_log_of_too_many_trips_is_refused(
    client: httpx.AsyncClient,
    made: Any,
    organisation: Organisation,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that leaves trips out would be wrong."""
    monkeypatch.setattr("motorpool.telematics.queries.mileage_log.MOST", 3)
    actor = replace(organisation.actor, access=EVERYTHING)
    days = date(2026, 1, 1), date(2026, 12, 31)
    assert len(await mileage_log(database, load_registry(), actor, *days, driver=made["kim"])) == 3
    with pytest.raises(BadRequest) as refused:
        await mileage_log(database, load_registry(), actor, *days)
    assert refused.value.fields[0].field == "to"


async def test_the_mileage_log(
    client: httpx.AsyncClient, owner: Any, made: Any, organisation: Organisation
) -> None:
    found = (
        await client.get("/api/v1/reports/mileage-log", params={"year": 2026, "driver": str(made["kim"])})
    ).json()
    columns = "date start_place end_place start_odometer_m miles use purpose business_miles rate_per_mile amount".split()
    assert picked(found["items"], *columns)[0] == (
        "2026-03-07", "Depot", "Pier", 100_000.0, "6.2", "Business", "Parts", "6.2", "0.7250", "4.50",
    )  # fmt: skip
    assert [line["use"] for line in found["items"]] == ["Business", "Not classified", "Personal"]
    # 6.2 + 24.9 + 18.6 miles
    assert found["totals"]["miles"] == "49.7"
    assert found["totals"]["business_percent"] == "12.5"
    assert found["totals"]["amount"] == "4.50"

    mixed = (
        await client.get("/api/v1/reports/mileage-log", params={"year": 2026, "vehicle": str(made["van"])})
    ).json()
    assert [(line["use"], line["business_miles"]) for line in mixed["items"]] == [
        ("Mixed, 25 % business", "3.1"),
        ("Commute", "0.0"),
    ]

    # What the organisation pays itself, changed in mid-year.
    for day, rate in (("2026-01-01", "0.30"), ("2026-03-09", "0.50")):
        answer = await client.post(
            "/api/v1/mileage-rates", json={"kind": "own", "valid_from": day, "rate_per_mile": rate}
        )
        assert answer.status_code == 201, answer.text
    own = (await client.get("/api/v1/reports/mileage-log", params={"year": 2026, "rate": "own"})).json()
    assert [
        (one["valid_from"], one["business_miles"], one["amount"]) for one in own["totals"]["by_rate"]
    ] == [
        ("2026-01-01", "6.2", "1.86"),
        ("2026-03-09", "3.1", "1.55"),
    ]

    answer = await client.get("/api/v1/reports/mileage-log", params={"year": 2026, "format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 5 + 1
    assert rows[0][:4] == ["Date", "Start", "Driver", "Vehicle"]
    total = dict(zip(rows[0], rows[-1], strict=True))
    assert (total["Driver"], total["Miles"], total["Business miles"]) == ("Total", 65.2, 9.3)
    pdf = await client.get("/api/v1/reports/mileage-log", params={"year": 2026, "format": "pdf"})
    assert pdf.content.startswith(b"%PDF")
