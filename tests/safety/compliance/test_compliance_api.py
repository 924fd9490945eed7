"""Qualification files, cover and the overview over HTTP, with who may see what; and that what is wrong refuses an assignment."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_organisation

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def add(organisation: Organisation, owner: psycopg.Connection[Any]) -> Any:
    def make(table: str, **values: Any) -> UUID:
        found: UUID = insert(owner, table, organisation.id, **values)
        return found

    return make


def today(_: Organisation | None = None) -> date:
    """Where the organisations of the tests are."""
    return datetime.now(ZoneInfo("America/Los_Angeles")).date()


async def test_an_expired_medical_card_refuses_an_assignment(
    client: httpx.AsyncClient, organisation: Organisation, add: Any
) -> None:
    truck = add("vehicles", vehicle_number="TRK-9", gvwr_kg=15_000)
    shuttle = add("vehicles", vehicle_number="SHUTTLE-9", seats=20, gvwr_kg=4_000)
    car = add("vehicles", vehicle_number="CAR-9", gvwr_kg=1_800, seats=5)
    driver = add(
        "drivers",
        full_name="Max Medical",
        status="active",
        ended_on=None,
        license_class="B",
        license_endorsements=["P"],
        license_expires_on=today(organisation) + 400 * DAY,
        medical_card_expires_on=today(organisation) - DAY,
    )
    for vehicle in (truck, shuttle):
        body = {"vehicle_id": str(vehicle), "driver_id": str(driver), "starts_at": NOW.isoformat()}
        answer = await client.post("/api/v1/driver-assignments", json=body)
        assert answer.status_code == 422 and answer.json()["code"] == "not_available", answer.text
        (told,) = answer.json()["errors"]
        assert "Needs a driver with a valid medical card" in told["message"]
    home = (await client.get("/api/v1/compliance?state=stops&about=driver")).json()["items"]
    (line,) = [one for one in home if one["subject_id"] == str(driver)]
    assert line["title"] == "Medical card" and line["sentence"].endswith("no commercial vehicles")
    body = {"vehicle_id": str(car), "driver_id": str(driver), "starts_at": NOW.isoformat()}
    assert (await client.post("/api/v1/driver-assignments", json=body)).status_code == 201, "a car needs none"
    # The new card is recorded as a paper; the date follows, and the way is free.
    card = {
        "document_type": "medical_card",
        "entity_type": "driver",
        "entity_id": str(driver),
        "issue_date": str(today(organisation)),
        "expiration_date": str(today(organisation) + 2000 * DAY),
    }
    assert (await client.post("/api/v1/compliance-documents", json=card)).status_code == 201
    row = (await client.get(f"/api/v1/drivers/{driver}")).json()
    limit = today(organisation) + 731 * DAY
    assert str(today(organisation) + 700 * DAY) < row["medical_card_expires_on"] <= str(limit), (
        "two years at most"
    )
    body["vehicle_id"] = str(truck)
    assert (await client.post("/api/v1/driver-assignments", json=body)).status_code == 201


async def test_dates_follow_the_papers(
    client: httpx.AsyncClient, organisation: Organisation, add: Any
) -> None:
    van = add("vehicles", registration_expires_on=today(organisation) + 100 * DAY)

    async def date_of() -> str:
        found: str = (await client.get(f"/api/v1/vehicles/{van}")).json()["registration_expires_on"]
        return found

    paper = {"document_type": "registration", "entity_type": "vehicle", "entity_id": str(van)}
    old = paper | {"expiration_date": str(today(organisation) - 5 * DAY)}
    assert (await client.post("/api/v1/compliance-documents", json=old)).status_code == 201
    assert await date_of() == str(today(organisation) + 100 * DAY), "an old paper moves nothing back"
    new = paper | {"expiration_date": str(today(organisation) + 300 * DAY)}
    made = (await client.post("/api/v1/compliance-documents", json=new)).json()
    assert await date_of() == new["expiration_date"]
    right = str(today(organisation) + 200 * DAY)
    path = f"/api/v1/compliance-documents/{made['id']}"
    assert (await client.patch(path, json={"notes": "Copy in the cab"})).status_code == 200
    assert (await client.patch(path, json={"expiration_date": right})).status_code == 200
    assert await date_of() == right, "a correction counts in both directions"


@pytest.mark.parametrize(
    ("test", "prohibits"),
    [
        ({"result": "positive", "test_type": "drug"}, True),
        ({"result": "refused", "test_type": "alcohol"}, True),
        ({"result": "negative", "test_type": "drug"}, False),
        ({"result": "negative", "test_type": "alcohol", "concentration": "0.040"}, True),
        ({"result": "negative", "test_type": "alcohol", "concentration": "0.019"}, False),
    ],
)
async def test_a_test_prohibits_until_it_is_cleared(
    client: httpx.AsyncClient, add: Any, test: dict[str, Any], prohibits: bool
) -> None:
    driver = add("drivers", license_expires_on=None, medical_card_expires_on=None)
    taken = NOW - 3 * DAY
    common: dict[str, Any] = {
        "driver_id": driver,
        "status": "completed",
        "missed_reason": None,
        "concentration": None,
    }
    add("drug_alcohol_tests", **common | {"reason": "random", "ordered_at": taken, "taken_at": taken} | test)
    path = f"/api/v1/drivers/{driver}/availability"
    told = (await client.get(path)).json()
    assert told["available"] is not prohibits
    if not prohibits:
        return
    (reason,) = told["reasons"]
    assert (reason["code"], reason["blocks"]) == ("test_prohibits", True)
    assert "positive" not in reason["sentence"], "a dispatcher need not know of the result"
    again = common | {"reason": "return_to_duty", "test_type": test["test_type"], "result": "negative"}
    add("drug_alcohol_tests", **again, ordered_at=taken - DAY, taken_at=taken - DAY)
    assert (await client.get(path)).json()["available"] is False, "an earlier one clears nothing"
    add("drug_alcohol_tests", **again, ordered_at=taken + DAY, taken_at=taken + DAY)
    assert (await client.get(path)).json() == {"available": True, "reasons": []}


async def test_a_little_alcohol_is_a_day_off(client: httpx.AsyncClient, add: Any) -> None:
    driver = add("drivers", license_expires_on=None, medical_card_expires_on=None)
    taken = NOW - timedelta(hours=2)
    add(
        "drug_alcohol_tests", driver_id=driver, status="completed", missed_reason=None, test_type="alcohol", reason="random",
        result="negative", concentration="0.021", ordered_at=taken, taken_at=taken,
    )  # fmt: skip
    path = f"/api/v1/drivers/{driver}/availability"
    (reason,) = (await client.get(path)).json()["reasons"]
    assert reason["code"] == "alcohol_day_off" and reason["until"] is not None
    later = (NOW + timedelta(hours=22, minutes=1)).isoformat()
    assert (await client.get(path, params={"from": later})).json()["available"] is True


async def test_hazardous_materials_need_the_endorsement(client: httpx.AsyncClient, add: Any) -> None:
    tank = add("vehicles", vehicle_number="TANK-9", gvwr_kg=20_000, seats=2, vehicle_type="truck")
    add(
        "compliance_documents", document_type="hazmat_permit", entity_type="vehicle", entity_id=tank, status="active",
        issue_date=None, expiration_date=None,
    )  # fmt: skip
    plain, held = (
        add("drivers", license_class="A", license_endorsements=endorsed, license_expires_on=None,
            medical_card_expires_on=None)
        for endorsed in (["N"], ["X"])
    )  # fmt: skip
    path = f"/api/v1/vehicles/{tank}/availability"
    told = (await client.get(path, params={"driver_id": str(plain)})).json()["reasons"]
    assert ("hazmat_license", True) in [(one["code"], one["blocks"]) for one in told]
    told = (await client.get(path, params={"driver_id": str(held)})).json()["reasons"]
    assert "hazmat_license" not in [one["code"] for one in told]


async def test_a_qualification_file(
    client: httpx.AsyncClient, strange_client: httpx.AsyncClient, organisation: Organisation, add: Any
) -> None:
    driver = add(
        "drivers",
        license_class="A",
        license_expires_on=today(organisation) + 10 * DAY,
        status="active",
        ended_on=None,
    )
    path = f"/api/v1/drivers/{driver}/qualification"
    file = (await client.get(path)).json()
    assert file["is_regulated"] and file["state"] == "incomplete"
    states = {one["code"]: one["state"] for one in file["items"]}
    assert states["application"] == "missing" and states["license"] == "lapses_soon"
    all_files = (await client.get("/api/v1/drivers/qualifications")).json()["items"]
    (own,) = [one for one in all_files if one["driver_id"] == str(driver)]
    assert (own["state"], own["missing"]) == ("incomplete", file["missing"])
    assert (await strange_client.get(path)).status_code == 404
    assert (await strange_client.get(f"/api/v1/drivers/{driver}/standing")).status_code == 404
    assert (await client.get(f"/api/v1/drivers/{driver}/qualification?x=1")).status_code == 400
    add(
        "driver_violations", driver_id=driver, violation_date=NOW - 9 * DAY, points=3, points_expire_on=None,
        outcome="convicted", fine_amount="120.00", fine_paid=False, fine_paid_date=None,
        fine_due_date=today(organisation) - DAY, is_moving_violation=True,
    )  # fmt: skip
    standing = (await client.get(f"/api/v1/drivers/{driver}/standing")).json()
    assert standing["standing"]["points"] == 3 and standing["standing"]["level"] == "watch"
    assert standing["standing"]["fines_overdue"] == "120.00" and len(standing["citations"]) == 1


async def test_a_driver_sees_their_own_file_alone(
    site: Site, organisation: Organisation, owner: psycopg.Connection[Any], add: Any
) -> None:
    person = await make_organisation(site.settings, roles=("driver",))
    users = owner.execute("SELECT id FROM users WHERE tenant_id = %s", (person.id,)).fetchall()
    own = insert(
        owner, "drivers", person.id, user_id=users[0][0], full_name="Own File", status="active", ended_on=None
    )
    other = insert(owner, "drivers", person.id, full_name="Somebody Else", status="active", ended_on=None)
    async with httpx.AsyncClient(base_url=site.address, headers=person.headers) as client:
        assert (await client.get(f"/api/v1/drivers/{own}/qualification")).status_code == 200
        assert (await client.get(f"/api/v1/drivers/{other}/qualification")).status_code == 404
        home = (await client.get("/api/v1/compliance")).json()
        assert {one["subject"] for one in home["items"]} <= {"Own File"} and home["counts"]["drivers"] == 1
        refused = await client.get("/api/v1/compliance?format=xlsx")
        assert refused.status_code == 403 and "compliance_documents.export" in refused.text
    viewer = await make_organisation(site.settings, roles=("viewer",))
    key = insert(owner, "drivers", viewer.id)
    async with httpx.AsyncClient(base_url=site.address, headers=viewer.headers) as client:
        assert (await client.get(f"/api/v1/drivers/{key}/qualification")).status_code == 403
        assert (await client.get("/api/v1/compliance")).status_code == 403


async def test_cover_on_a_day_and_its_gaps(
    client: httpx.AsyncClient, site: Site, owner: psycopg.Connection[Any]
) -> None:
    insured = await make_organisation(site.settings)
    one = insured.id
    day = today(insured)
    van, truck = (
        insert(owner, "vehicles", one, vehicle_number=number, vehicle_type="van", registration_expires_on=day + 300 * DAY,
               gvwr_kg=2000, seats=3, status="active")
        for number in ("VAN-1", "TRK-1")
    )  # fmt: skip

    def policy(number: str, first: int, last: int, **more: Any) -> UUID:
        values: dict[str, Any] = {"covered_vehicles": None, "covered_drivers": None, "is_active": True} | more
        found: UUID = insert(
            owner, "insurance_policies", one, policy_number=number, policy_type="auto_liability",
            policy_start_date=day + first * DAY, policy_end_date=day + last * DAY, renewal_status="current",
            renewed_by_id=None, **values,
        )  # fmt: skip
        return found

    async with httpx.AsyncClient(base_url=site.address, headers=insured.headers) as own:
        uninsured = (await own.get(f"/api/v1/vehicles/{van}/availability")).json()
        assert "not_insured" not in [told["code"] for told in uninsured["reasons"]], (
            "no policies are kept at all"
        )
        policy("P-1", -300, 20, covered_vehicles=[van])
        policy("P-2", 31, 400, covered_vehicles=[van])
        policy("P-0", -400, -1, covered_vehicles=[truck])
        cover = (await own.get(f"/api/v1/vehicles/{van}/coverage")).json()
        assert [told["number"] for told in cover["insurance"] if told["in_force"]] == ["P-1"]
        assert cover["gaps"] == [
            {"kind": "auto_liability", "first": str(day + 21 * DAY), "last": str(day + 30 * DAY)}
        ]
        assert cover["missing"] == []
        then = (await own.get(f"/api/v1/vehicles/{van}/coverage", params={"on": str(day + 25 * DAY)})).json()
        assert then["missing"] == ["liability_insurance"]
        told = (await own.get(f"/api/v1/vehicles/{truck}/availability")).json()
        assert [(reason["code"], reason["blocks"]) for reason in told["reasons"]] == [("not_insured", True)]
        home = (await own.get("/api/v1/compliance")).json()
        lines = [(line["subject"], line["state"], line["sentence"]) for line in home["items"]]
        stopped = next(line for line in lines if line[1] == "stops")
        assert stopped[0] == "TRK-1" and stopped[2].startswith("Liability insurance ended on")
        assert any(line[0] == "VAN-1" and "No auto liability cover from" in line[2] for line in lines)


async def test_the_overview_and_its_files(site: Site, owner: psycopg.Connection[Any]) -> None:
    who = await make_organisation(site.settings)
    one, day = who.id, today(who)
    facility = insert(owner, "facilities", one, name="North depot")

    def add(table: str, **values: Any) -> UUID:
        found: UUID = insert(owner, table, one, **values)
        return found

    fine: dict[str, Any] = {"license_expires_on": day + 500 * DAY, "medical_card_expires_on": day + 500 * DAY, "ended_on": None,
            "license_class": "C", "license_endorsements": None, "status": "active"}  # fmt: skip
    add("drivers", **fine | {"full_name": "Fine Driver"})
    late = add("drivers", **fine | {"full_name": "Late License", "license_expires_on": day - DAY,
                                    "home_facility_id": facility})  # fmt: skip
    soon = add("drivers", **fine | {"full_name": "Soon Medical", "medical_card_expires_on": day + 45 * DAY})
    add(
        "drivers", **fine | {"full_name": "Gone Driver", "license_expires_on": day - DAY, "status": "retired"}
    )
    plain: dict[str, Any] = {"status": "active", "vehicle_type": "van", "gvwr_kg": 2000, "seats": 3}
    van = add("vehicles", **plain, vehicle_number="VAN-1", registration_expires_on=day - DAY)
    add("vehicles", **plain, vehicle_number="VAN-2", registration_expires_on=day + 90 * DAY)
    add("vehicles", **plain, vehicle_number="VAN-3", registration_expires_on=day + 91 * DAY)
    paper: dict[str, Any] = {"status": "active", "renewal_required": True, "issue_date": None, "entity_type": "driver",
                             "entity_id": soon, "renewed_by_id": None}  # fmt: skip
    add("compliance_documents", **paper | {"document_type": "taxi_permit", "expiration_date": day - 9 * DAY})
    # The paper of a date that stands on the driver is told with that date, whatever its kind is called.
    add(
        "compliance_documents",
        **paper | {"document_type": "medical_examiners_certificate", "expiration_date": day + 45 * DAY},
    )
    add("compliance_documents", **paper | {"document_type": "port_pass", "expiration_date": day - 9 * DAY})
    add("compliance_documents", **paper | {"document_type": "port_pass", "expiration_date": day + 9 * DAY})
    async with httpx.AsyncClient(base_url=site.address, headers=who.headers, timeout=60) as client:
        home = (await client.get("/api/v1/compliance")).json()
        told = {(line["subject"], line["title"], line["state"]) for line in home["items"]}
        assert told == {
            ("Late License", "License", "stops"),
            ("Soon Medical", "Medical card", "lapses"),
            ("Soon Medical", "Taxi permit", "lapsed"),
            ("Soon Medical", "Port pass", "lapses"),
            ("VAN-1", "Registration", "stops"),
            ("VAN-2", "Registration", "lapses"),
        }
        # What stops somebody has the day that its sentence names.
        ended = {
            line["subject"]: (line["lapses_on"], line["days_left"])
            for line in home["items"]
            if line["state"] == "stops"
        }
        assert ended == {"Late License": (str(day - DAY), -1), "VAN-1": (str(day - DAY), -1)}
        # The figures are those of what the search shows, and their links keep it.
        page = (await client.get("/compliance?q=late")).text
        assert (
            'aria-label="Drivers who may not drive: 1"' in page
            and 'aria-label="Vehicles not to be used: 0"' in page
        )
        assert 'aria-label="Lapsed: 0"' in page and "state=stops&amp;about=driver&amp;q=late" in page
        counts = home["counts"]
        assert (counts["drivers"], counts["drivers_stopped"]) == (3, 1)
        assert (counts["vehicles"], counts["vehicles_stopped"]) == (3, 1)
        assert [counts[f"lapse_within_{days}"] for days in (30, 60, 90)] == [1, 1, 1]
        choices: tuple[tuple[dict[str, Any], set[str]], ...] = (
            ({"state": "stops", "about": "driver"}, {"Late License"}),
            ({"within": 30, "state": "lapses"}, {"Soon Medical"}),
            ({"facility_id": str(facility)}, {"Late License"}),
            ({"q": "van-2"}, {"VAN-2"}),
        )
        for query, subjects in choices:
            found = (await client.get("/api/v1/compliance", params=query)).json()["items"]
            assert {line["subject"] for line in found} == subjects, query
        assert (await client.get("/api/v1/compliance?within=45")).status_code == 400
        book = await client.get("/api/v1/compliance?format=xlsx")
        assert book.status_code == 200 and book.headers["content-disposition"].endswith('.xlsx"')
        parts = zipfile.ZipFile(io.BytesIO(book.content))
        assert {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"} <= set(
            parts.namelist()
        )
        strings = parts.read("xl/sharedStrings.xml").decode()
        assert "Late License" in strings and "Port pass" in strings and "/compliance-documents/" in strings
        sheet = await client.get("/api/v1/compliance?format=pdf")
        assert sheet.status_code == 200, sheet.text
        assert sheet.content.startswith(b"%PDF")
        # What an assignment is refused for is what the page says.
        reasons = (await client.get(f"/api/v1/drivers/{late}/availability")).json()["reasons"]
        line = next(one for one in home["items"] if one["subject_id"] == str(late))
        assert line["sentence"] == reasons[0]["sentence"]
        assert (await client.get(f"/api/v1/vehicles/{van}/availability")).json()["available"] is False
