"""Reporting an incident from a phone: kept once, by the right person, with people and photos."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.browser.workshop import person, picture
from tests.site import PASSWORD, Organisation, Site

NOW = datetime.now(UTC).replace(microsecond=0)
SUBMIT = "/api/v1/incidents/submit"


async def add(client: httpx.AsyncClient, collection: str, **row: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{collection}", json=row)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(**more: Any) -> dict[str, Any]:
    return {
        "client_key": str(uuid.uuid4()),
        "incident_type": "collision",
        "occurred_at": (NOW - timedelta(minutes=20)).isoformat(),
        "description": "A car pulled out of a driveway. I braked but hit its side.",
    } | more


@pytest.fixture
async def truck(client: httpx.AsyncClient) -> str:
    row = await add(
        client, "vehicles", vehicle_number=f"T-{uuid.uuid4().hex[:6]}", vehicle_type="truck", gvwr_kg=15_000
    )
    return str(row["id"])


@pytest.fixture
async def driver(client: httpx.AsyncClient) -> str:
    row = await add(client, "drivers", full_name="Dana Diaz", driver_number=f"D-{uuid.uuid4().hex[:6]}")
    return str(row["id"])


class Behind:
    """A driver with an account: their id, their vehicle, and their browser's session."""

    def __init__(self, client: httpx.AsyncClient, driver: str, vehicle: str) -> None:
        self.client, self.driver, self.vehicle = client, driver, vehicle

    async def post(self, path: str, **kwargs: Any) -> httpx.Response:
        token = (await self.client.get("/inspect/session")).json()["csrf_token"]
        return await self.client.post(path, headers={"X-CSRFToken": token}, **kwargs)


@pytest.fixture
async def behind(
    site: Site, organisation: Organisation, client: httpx.AsyncClient, truck: str
) -> AsyncIterator[Behind]:
    user, who = await person(site, organisation, f"Dee{uuid.uuid4().hex[:4]} Driver", "driver")
    row = await add(
        client, "drivers", full_name="Dee Driver", driver_number=f"D-{uuid.uuid4().hex[:6]}", user_id=user
    )
    await add(
        client,
        "driver-assignments",
        driver_id=row["id"],
        vehicle_id=truck,
        starts_at=(NOW - timedelta(hours=8)).isoformat(),
    )
    async with httpx.AsyncClient(base_url=site.address, timeout=20) as browser:
        answer = await browser.post("/sign-in", data={"email": who.email, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text
        yield Behind(browser, row["id"], truck)


async def test_a_crash_is_told_once_with_everything_that_follows(
    client: httpx.AsyncClient, truck: str, driver: str
) -> None:
    body = told(
        vehicle_id=truck,
        driver_id=driver,
        city="Reno",
        region="NV",
        latitude=39.5296,
        longitude=-119.8138,
        injury_count=1,
        treated_away_count=1,
        towed_count=1,
        police_report_number="R-77",
        citation_issued_at=(NOW - timedelta(minutes=5)).isoformat(),
        people=[
            {
                "role": "other_driver",
                "full_name": "Olga Other",
                "license_plate": "8ABC123",
                "insurer": "Acme",
            },
            {"role": "witness", "full_name": "Wes Witness", "phone": "555 0100", "statement": "He was fast"},
        ],
    )
    answer = await client.post(SUBMIT, json=body)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert [one["test_type"] for one in receipt["tests"]] == ["alcohol", "drug"]
    again = (await client.post(SUBMIT, json=body)).json()
    assert (again["id"], again["is_repeat"]) == (receipt["id"], True)
    row = (await client.get(f"/api/v1/incidents/{receipt['id']}")).json()
    assert row["title"] == "A car pulled out of a driveway"
    assert (row["severity"], row["police_notified"], row["is_dot_recordable"]) == ("serious", True, True)
    assert (row["location"], float(row["latitude"])) == ("Reno, NV", 39.5296)
    people = (await client.get(f"/api/v1/incident-people?incident_id={row['id']}")).json()["items"]
    assert {one["full_name"] for one in people} == {"Olga Other", "Wes Witness"}
    (report,) = (await client.get(f"/api/v1/accident-reports?incident_id={row['id']}")).json()["items"]
    assert (report["city"], report["region"], report["is_tow_away"]) == ("Reno", "NV", True)
    assert report["citation_issued_at"] is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_at": (NOW + timedelta(hours=1)).isoformat()}, "occurred_at"),
        ({"citation_issued_at": (NOW - timedelta(days=1)).isoformat()}, "citation_issued_at"),
        ({"latitude": 10.0}, "latitude"),
        ({"treated_away_count": 1}, "treated_away_count"),
        ({"vehicle_id": str(uuid.uuid4())}, "vehicle_id"),
        ({"people": [{"full_name": ""}]}, "people[0].full_name"),
        ({"incident_type": None}, "incident_type"),
        ({"weather": "rain"}, "weather"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    changes: dict[str, Any], field: str, client: httpx.AsyncClient
) -> None:
    before = (await client.get("/api/v1/incidents?count=true&limit=1")).json()["count"]
    answer = await client.post(SUBMIT, json=told(**changes))
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert (await client.get("/api/v1/incidents?count=true&limit=1")).json()["count"] == before


async def test_a_driver_reports_for_nobody_else(
    behind: Behind, client: httpx.AsyncClient, driver: str
) -> None:
    refused = await behind.post(SUBMIT, json=told(vehicle_id=behind.vehicle, driver_id=driver))
    assert refused.status_code == 422, refused.text
    assert [one["field"] for one in refused.json()["errors"]] == ["driver_id"]
    other = await add(client, "vehicles", vehicle_number=f"X-{uuid.uuid4().hex[:6]}")
    refused = await behind.post(SUBMIT, json=told(vehicle_id=other["id"], driver_id=behind.driver))
    assert [one["field"] for one in refused.json()["errors"]] == ["vehicle_id"]
    answer = await behind.post(SUBMIT, json=told(vehicle_id=behind.vehicle, driver_id=behind.driver))
    assert answer.status_code == 201, answer.text
    mine = await behind.client.get("/api/v1/incidents")
    assert [one["id"] for one in mine.json()["items"]] == [answer.json()["id"]]
    others = await client.post(SUBMIT, json=told(driver_id=driver))
    assert (await behind.client.get(f"/api/v1/incidents/{others.json()['id']}")).status_code == 404


async def test_a_driver_reports_the_vehicle_that_they_had_at_the_time(
    behind: Behind, client: httpx.AsyncClient
) -> None:
    before = told(vehicle_id=behind.vehicle, occurred_at=(NOW - timedelta(days=3)).isoformat())
    # They have it now, so they know it; had it been another's now and then, it would be refused (above).
    assert (await behind.post(SUBMIT, json=before)).status_code == 201


async def test_photos_are_kept_once_and_shown_to_who_sees_the_incident(
    behind: Behind, client: httpx.AsyncClient, strange_client: httpx.AsyncClient
) -> None:
    made = (await behind.post(SUBMIT, json=told(vehicle_id=behind.vehicle))).json()
    path = f"/api/v1/incidents/{made['id']}/photos"
    first = await behind.post(path, files={"file": ("a.png", picture(), "image/png")})
    assert first.status_code == 201, first.text
    again = await behind.post(path, files={"file": ("b.png", picture(), "image/png")})
    assert again.json() == first.json()
    second = await behind.post(path, files={"file": ("c.png", picture(colour=(1, 2, 3)), "image/png")})
    row = (await client.get(f"/api/v1/incidents/{made['id']}")).json()
    assert row["photos"] == [first.json()["href"], second.json()["href"]]
    shown = await client.get(first.json()["href"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert (await strange_client.get(first.json()["href"])).status_code == 404
    refused = await behind.post(path, files={"file": ("d.txt", b"not a picture", "text/plain")})
    assert refused.status_code in (415, 422), refused.text
    other = (await client.post(SUBMIT, json=told())).json()
    assert (await behind.post(f"/api/v1/incidents/{other['id']}/photos")).status_code == 404
    moved = first.json()["href"].replace(made["id"], other["id"])
    assert (await client.get(moved)).status_code == 404


# -- the register and the log


async def test_the_register_lists_what_390_15_asks_for(
    client: httpx.AsyncClient, truck: str, driver: str
) -> None:
    car = (await add(client, "vehicles", vehicle_number=f"C-{uuid.uuid4().hex[:6]}", vehicle_type="car"))[
        "id"
    ]
    for vehicle, more in (
        (truck, {"towed_count": 1, "city": "Elko", "region": "NV", "hazmat_released": True}),
        (truck, {"towed_count": 1, "occurred_at": (NOW - timedelta(days=40)).isoformat()}),
        (truck, {}),
        (car, {"towed_count": 1}),
        (truck, {"towed_count": 1, "occurred_at": (NOW - timedelta(days=4 * 365)).isoformat()}),
    ):
        answer = await client.post(SUBMIT, json=told(vehicle_id=vehicle, driver_id=driver, **more))
        assert answer.status_code == 201, answer.text
    path = "/api/v1/accident-reports/register"
    found = (await client.get(path)).json()["items"]
    ours = [one for one in found if one["driver_id"] == driver]
    assert [(one["city"], one["hazmat_released"], one["missing"]) for one in ours] == [
        ("Elko", True, []),
        (None, False, ["city", "state"]),
    ]
    early = (await client.get(path, params={"from": "2015-01-01"})).json()["items"]
    assert len([one for one in early if one["driver_id"] == driver]) == 3
    # The three years end with the last day that is asked for, not with one to come.
    for last, first in (
        ("2024-02-29", "2021-02-28"),
        ("2199-01-01", (await client.get(path)).json()["from"]),
    ):
        assert (await client.get(path, params={"to": last})).json()["from"] == first
    sheet = await client.get(path, params={"format": "csv"})
    assert sheet.text.splitlines()[0].lstrip("\ufeff").startswith("Date,City or town,State,Driver,Injuries")
    assert "Elko,NV" in sheet.text
    assert (await client.get(path, params={"format": "xlsx"})).content[:2] == b"PK"
    wrong = await client.get(path, params={"from": "2030-01-01", "to": "2029-01-01"})
    assert wrong.status_code == 400


async def test_the_osha_log_counts_employees_by_their_gravest_outcome(
    strange_client: httpx.AsyncClient,
) -> None:
    client, year = strange_client, 2025
    cases: tuple[dict[str, Any], ...] = (
        {"classification": "days_away", "days_away": 200, "days_restricted": 5},
        {"classification": "days_away", "days_away": 3},
        {"classification": "restricted", "days_restricted": 190, "is_privacy_case": True},
        {"classification": "other_recordable", "injury_type": "hearing_loss"},
        {"classification": "death", "died_on": f"{year}-05-02"},
        {"classification": "first_aid"},
        {"classification": "days_away", "days_away": 9, "is_employee": False},
    )
    for number, case in enumerate(cases):
        await add(
            client, "injury-records", person_name=f"Person {number}", injured_on=f"{year}-05-01", **case
        )
    await add(client, "injury-records", person_name="Later", injured_on="2026-01-01", classification="death")
    path = "/api/v1/injury-records/osha-log"
    bare = (await client.get(path, params={"year": year})).json()["summary"]
    assert bare["total_recordable_rate"] is None
    await add(client, "osha-years", year=year, hours_worked="250000", average_employees=120)
    log = (await client.get(path, params={"year": year})).json()
    summary = log["summary"]
    assert summary["cases"] == {"death": 1, "days_away": 2, "restricted": 1, "other_recordable": 1}
    assert (summary["days_away"], summary["days_restricted"]) == (183, 185)
    assert (summary["recordable"], summary["dart_cases"]) == (5, 3)
    assert (summary["total_recordable_rate"], summary["dart_rate"]) == ("4.00", "2.40")
    assert summary["types"]["hearing_loss"] == 1
    assert [one["person"] for one in log["lines"]].count("Privacy case") == 1
    assert "Person 2" not in (await client.get(path, params={"year": year, "format": "csv"})).text
    assert (await client.get(path, params={"hours": "250000"})).status_code == 400, (
        "hours are kept, not asked"
    )
