"""Hours and employees as rows, rates from them, and the forms on paper and as OSHA's file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
from msgspec import convert
from tests.contract.rows import insert
from tests.site import Organisation

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.printing.osha import data_of_300, data_of_300a
from motorpool.safety.queries.osha_hours import known_hours
from motorpool.safety.queries.osha_log import Log
from motorpool.safety.rules.osha_forms import ITA_COLUMNS, ita_lacks, ita_line, ita_size, remarks
from motorpool.safety.rules.osha_rates import Case, summarise

Owner = psycopg.Connection[Any]
#: Where the organisations of the tests are.
TODAY = datetime.now(ZoneInfo("America/Los_Angeles")).date()
LOG = "/api/v1/injury-records/osha-log"
CASES = (
    ("death", "injury", 0, 0),
    ("days_away", "injury", 200, 10),
    ("days_away", "hearing_loss", 12, 0),
    ("restricted", "poisoning", 0, 30),
    ("other_recordable", "skin_disorder", 0, 0),
    ("first_aid", "injury", 0, 0),
)


def cases(owner: Owner, organisation: Organisation, year: int, **more: Any) -> None:
    for number, (outcome, kind, away, less) in enumerate(CASES):
        insert(
            owner,
            "injury_records",
            organisation.id,
            person_name=f"Person {number}",
            injured_on=date(year, 3, 1 + number),
            is_employee=True,
            is_privacy_case=number == 2,
            classification=outcome,
            injury_type=kind,
            days_away=away,
            days_restricted=less,
            died_on=date(year, 3, 2) if outcome == "death" else None,
            **more,
        )


async def test_known_hours_are_those_of_the_year_where_the_organisation_is(
    organisation: Organisation, owner: Owner, database: Database
) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    actor = replace(system_actor(organisation.id), time_zone=str(zone))
    driver = insert(owner, "drivers", organisation.id)
    for began, status, hours in (
        (datetime(2024, 12, 31, 22, tzinfo=zone), "driving", 5),
        (datetime(2025, 12, 31, 22, tzinfo=zone), "on_duty_not_driving", 5),
        (datetime(2025, 6, 1, 8, tzinfo=zone), "off_duty", 9),
    ):
        insert(owner, "hours_of_service_logs", organisation.id, driver_id=driver, duty_status=status, status_start_time=began,
               status_end_time=began + timedelta(hours=hours), log_date=began.date())  # fmt: skip
    found = await known_hours(database, actor, 2025, None)
    assert found is not None
    assert (found.driver_hours, found.drivers, found.total) == (Decimal("5.0"), 1, Decimal("5.0"))
    assert await known_hours(database, actor, 2023, None) is None


async def test_hours_are_kept_and_certified(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    year = 2025
    yard = insert(
        owner,
        "facilities",
        organisation.id,
        name="Yard 7",
        address="1 Dock St",
        city="Reno",
        region="NV",
        postal_code="89501",
    )
    cases(owner, organisation, year, facility_id=yard)
    before = (await client.get(LOG, params={"year": year, "facility": str(yard)})).json()
    assert before["summary"]["total_recordable_rate"] is None and before["entered"] is None
    assert before["establishment"]["street"] == "1 Dock St"
    body = {"year": year, "facility_id": str(yard), "average_employees": 52, "hours_worked": "100000"}
    made = await client.post("/api/v1/osha-years", json=body)
    assert made.status_code == 201, made.text
    twice = await client.post("/api/v1/osha-years", json=body)
    assert twice.status_code == 409
    # The organisation as a whole is one row a year, too, although it names no facility.
    whole = {"year": year, "average_employees": 60, "hours_worked": "120000.5"}
    assert (await client.post("/api/v1/osha-years", json=whole)).status_code == 201
    assert (await client.post("/api/v1/osha-years", json=whole)).status_code == 409
    log = (await client.get(LOG, params={"year": year, "facility": str(yard)})).json()
    assert log["summary"]["recordable"] == 5 and log["employees"] == 52
    assert log["summary"]["total_recordable_rate"] == "10.00" and log["summary"]["dart_rate"] == "6.00"
    key = made.json()["id"]
    lacking = await client.post(f"/api/v1/osha-years/{key}/certify", json={"certified_by_name": "Eve"})
    assert lacking.status_code == 422
    signed = {
        "certified_by_name": "Eve Executive",
        "certified_by_title": "President",
        "certified_on": "2026-01-20",
        "certified_by_phone": "775 555 0100",
    }
    done = await client.post(f"/api/v1/osha-years/{key}/certify", json=signed)
    assert done.status_code == 200, done.text
    change = await client.patch(f"/api/v1/osha-years/{key}", json={"hours_worked": "1"})
    assert change.status_code == 409 and "certified" in change.json()["detail"]
    assert (await client.post(f"/api/v1/osha-years/{key}/reopen")).status_code == 200
    assert (
        await client.patch(f"/api/v1/osha-years/{key}", json={"hours_worked": "200000"})
    ).status_code == 200


async def test_a_year_is_certified_when_it_is_over(
    client: httpx.AsyncClient, organisation: Organisation
) -> None:
    year = TODAY.year
    body = {"year": year, "average_employees": 9, "hours_worked": "1000"}
    key = (await client.post("/api/v1/osha-years", json=body)).json()["id"]
    signed = {"certified_by_name": "E", "certified_by_title": "Owner", "certified_on": str(TODAY)}
    answer = await client.post(f"/api/v1/osha-years/{key}/certify", json=signed)
    assert answer.status_code == 409 and "year is over" in answer.json()["detail"]


async def test_without_its_own_row_the_organisation_has_the_sum(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    for name, hours in (("A", 10_000), ("B", 30_000)):
        place = insert(owner, "facilities", organisation.id, name=name)
        insert(
            owner,
            "osha_years",
            organisation.id,
            facility_id=place,
            year=2024,
            average_employees=10,
            hours_worked=hours,
            status="draft",
        )
    log = (await client.get(LOG, params={"year": 2024})).json()
    assert (log["summed"], log["employees"], log["summary"]["hours_worked"]) == (2, 20, "40000.0")
    assert log["entered"] is None


async def test_the_forms_agree_with_the_log(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    year = 2023
    yard = insert(
        owner,
        "facilities",
        organisation.id,
        name="Yard 9",
        address="9 Dock St",
        city="Reno",
        region="NV",
        postal_code="89501",
    )
    cases(owner, organisation, year, facility_id=yard)
    insert(
        owner,
        "osha_years",
        organisation.id,
        facility_id=yard,
        year=year,
        average_employees=120,
        hours_worked=250_000,
        status="certified",
        establishment_name=None,
        street=None,
        city=None,
        region=None,
        postal_code=None,
        naics_code="484110",
        industry_description="General freight trucking, local",
        employer_number="941234567",
        establishment_type="private",
        certified_by_name="Eve Executive",
        certified_by_title="President",
        certified_by_phone="775 555 0100",
        certified_on=date(2024, 1, 20),
    )
    asked: dict[str, str | int] = {"year": year, "facility": str(yard)}
    log = (await client.get(LOG, params=asked)).json()
    summary = log["summary"]
    lines = log["lines"]
    # K and L are the sums of the days as they are counted, G to J and M of the lines.
    assert summary["days_away"] == sum(one["days_away"] for one in lines) == 192
    assert summary["days_restricted"] == sum(one["days_restricted"] for one in lines) == 40
    assert sum(summary["cases"].values()) == sum(summary["types"].values()) == len(lines) == 5
    posted = await client.get("/api/v1/injury-records/osha-300a", params=asked)
    assert posted.status_code == 200 and posted.headers["content-type"] == "application/pdf"
    assert posted.content.startswith(b"%PDF")
    actor = Actor(
        organisation.id, tenant_name="Trucks Inc", time_zone="America/Los_Angeles", units="imperial"
    )
    kept = convert(log, Log)
    paper = data_of_300a(actor, kept)
    assert paper["totals"] == [1, 2, 1, 1, 192, 40, 2, 1, 0, 1, 1, 0]
    assert paper["place"]["street"] == "9 Dock St" and paper["place"]["naics"] == "484110"
    assert (paper["employees"], paper["hours"]) == ("120", "250,000")
    assert (paper["name"], paper["job"], paper["phone"], paper["day"]) == (
        "Eve Executive",
        "President",
        "775 555 0100",
        "01/20/2024",
    )
    assert paper["posting"] == "Post this summary from February 1 to April 30, 2024."
    drawn = await client.get(LOG, params=asked | {"format": "pdf"})
    assert drawn.status_code == 200 and drawn.content.startswith(b"%PDF")
    table = data_of_300(actor, kept)
    assert table["totals"] == paper["totals"]
    # What stands under a column is the sum of what stands in it.
    for column in range(4):
        assert sum(one["outcome"][column] for one in table["lines"]) == table["totals"][column]
    for column in range(2):
        assert sum(one["days"][column] or 0 for one in table["lines"]) == table["totals"][4 + column]
    for column in range(6):
        assert sum(one["type"][column] for one in table["lines"]) == table["totals"][6 + column]
    people = [one["person"] for one in table["lines"]]
    assert "Privacy case" in people and "Person 2" not in people and "Person 5" not in people
    sent = await client.get("/api/v1/injury-records/osha-ita", params={"year": year})
    assert sent.status_code == 200, sent.text
    (row,) = list(csv.DictReader(io.StringIO(sent.text)))
    assert list(row) == ITA_COLUMNS
    assert (row["size"], row["no_injuries_illnesses"], row["total_dafw_days"], row["state"]) == (
        "22",
        "1",
        "192",
        "NV",
    )
    assert (
        row["total_deaths"],
        row["total_dafw_cases"],
        row["total_djtr_cases"],
        row["total_other_cases"],
    ) == ("1", "2", "1", "1")
    case = next(one for one in lines if one["classification"] == "days_away")
    report = await client.get(f"/api/v1/injury-records/{case['id']}/osha-301")
    assert report.status_code == 200 and report.content.startswith(b"%PDF")


async def test_osha_gets_no_half_file(client: httpx.AsyncClient, organisation: Organisation) -> None:
    nothing = await client.get("/api/v1/injury-records/osha-ita", params={"year": 2022})
    assert nothing.status_code == 409 and nothing.json()["code"] == "nothing_entered"
    await client.post(
        "/api/v1/osha-years",
        json={"year": 2022, "average_employees": 4, "hours_worked": "800", "region": "NV"},
    )
    half = await client.get("/api/v1/injury-records/osha-ita", params={"year": 2022})
    assert half.status_code == 409
    assert all(words in half.json()["detail"] for words in ("the street", "the NAICS code"))


def test_sizes_and_what_is_lacking() -> None:
    assert [ita_size(one) for one in (0, 19, 20, 99, 100, 249, 250, None)] == [1, 1, 21, 21, 22, 22, 3, None]
    line = ita_line(
        2025,
        summarise([Case("death")], 1000),
        company="C",
        name="N",
        street="1  Main\nSt",
        city="Reno",
        state="nv",
        postal_code="89501-1234",
        naics_code=None,
        industry=None,
        employer_number=None,
        kind="local_government",
        employees=12,
    )
    assert (line["street_address"], line["zip"], line["state"], line["establishment_type"]) == (
        "1 Main St",
        "895011234",
        "NV",
        3,
    )
    assert ita_lacks(line) == ["the NAICS code"]
    assert len(line) == len(ITA_COLUMNS) == 28


def test_what_the_law_says_of_the_year() -> None:
    said = " ".join(remarks(2025, 8, date(2026, 2, 3)))
    assert "1 February 2026 to 30 April 2026" in said and "1904.1)" in said
    assert "2 March 2026" in " ".join(remarks(2025, 20, date(2026, 1, 1)))
    assert "is not over" in remarks(2026, None, date(2026, 6, 1))[0]
