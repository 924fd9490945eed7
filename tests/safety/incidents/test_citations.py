"""A citation's course: contested, decided, paid once, taken up again; what the driver and the office are told, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_person

from motorpool.communication.actions.tell_citations import tell_citations
from motorpool.core.database.database import Database
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.announce_citations import announce_citations
from motorpool.safety.rules.citations import MAJOR, OTHER_KINDS, SERIOUS, gravity_of

Owner = psycopg.Connection[Any]
PATH = "/api/v1/driver-violations"
NOW = datetime.now(UTC).replace(microsecond=0)
#: Where the organisations of the tests are.
TODAY = datetime.now(ZoneInfo("America/Los_Angeles")).date()
DAY = timedelta(days=1)


def driver_of(owner: Owner, organisation: Organisation, **more: Any) -> str:
    values = {
        "full_name": "Dana Diaz",
        "status": "active",
        "license_class": "A",
        "license_endorsements": ["T"],
        "user_id": None,
    }
    return str(insert(owner, "drivers", organisation.id, **(values | more)))


async def cited(client: httpx.AsyncClient, driver: str, **more: Any) -> dict[str, Any]:
    body = {
        "driver_id": driver,
        "violation_type": "speeding",
        "violation_date": (NOW - 40 * DAY).isoformat(),
        "is_moving_violation": True,
        "fine_amount": "250.00",
        "fine_due_date": str(TODAY - 5 * DAY),
        "points": 2,
    } | more
    made = await client.post(PATH, json=body)
    assert made.status_code == 201, made.text
    row: dict[str, Any] = made.json()
    return row


async def move(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    return await client.post(f"{PATH}/{row['id']}/{verb}", json=body)


async def standing(client: httpx.AsyncClient, driver: str) -> dict[str, Any]:
    found = await client.get(f"/api/v1/drivers/{driver}/standing")
    assert found.status_code == 200, found.text
    row: dict[str, Any] = found.json()
    told: dict[str, Any] = row["standing"]
    return told


async def test_the_course_of_a_citation_moves_the_standing(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation)
    row = await cited(client, driver)
    assert row["case_status"] == "open" and row["is_fine_overdue"] is True
    before = await standing(client, driver)
    assert (before["fines_open"], before["fines_overdue"], before["points"]) == ("250.00", "250.00", 2)
    ahead = str(TODAY + 20 * DAY)
    contested = await move(
        client, row, "contest", plea="not_guilty", court_date=ahead, court_location="850 Bryant St"
    )
    assert contested.status_code == 200, contested.text
    assert contested.json()["case_status"] == "contested" and contested.json()["is_fine_overdue"] is False
    during = await standing(client, driver)
    assert (during["fines_open"], during["next_court_on"]) == ("0", ahead)
    # While it is contested nothing is paid; the refusal says what can be done.
    early = await move(
        client, row, "pay", fine_paid_date=str(TODAY), fine_paid_amount="250", fine_paid_by="driver"
    )
    assert early.status_code == 409 and "decide" in early.json()["legal"]
    moved = await move(client, row, "set_court_date", court_date=str(TODAY + 30 * DAY))
    assert moved.status_code == 200 and moved.json()["case_status"] == "contested"
    wrong = await move(client, row, "decide", outcome="guilty", decided_on=str(TODAY + 9 * DAY))
    assert {one["field"] for one in wrong.json()["errors"]} == {"outcome", "decided_on"}
    done = await move(client, row, "decide", outcome="reduced", decided_on=str(TODAY - 2 * DAY), fine_amount="90.00", points=1,
                      fine_due_date=str(TODAY + 10 * DAY))  # fmt: skip
    assert done.status_code == 200, done.text
    assert done.json()["notify_by"] == str(TODAY - 2 * DAY + 30 * DAY)
    after = await standing(client, driver)
    assert (after["points"], after["fines_open"], after["fines_overdue"], after["next_court_on"]) == (
        1,
        "90.00",
        "0",
        None,
    )
    told = await client.patch(f"{PATH}/{row['id']}", json={"employer_notified_on": str(TODAY)})
    assert told.json()["notify_by"] is None
    payment = {"fine_paid_date": str(TODAY - DAY), "fine_paid_amount": "95.50", "fine_paid_by": "company"}
    stranger = await move(client, row, "pay", **(payment | {"fine_paid_by": "aunt"}))
    assert stranger.status_code == 422 and stranger.json()["errors"][0]["field"] == "fine_paid_by"
    paid = await move(client, row, "pay", **payment)
    assert (
        paid.status_code == 200 and paid.json()["fine_paid"] is True and paid.json()["case_status"] == "paid"
    )
    assert paid.json()["outcome"] == "reduced" and paid.json()["fine_amount"] == "90.00"
    twice = await move(client, row, "pay", **payment)
    assert twice.status_code == 409 and twice.json()["legal"] == ["reopen"]
    assert (await standing(client, driver))["fines_open"] == "0"
    again = await move(client, row, "reopen")
    assert again.status_code == 200, again.text
    assert [again.json()[name] for name in ("case_status", "fine_paid", "outcome", "fine_paid_date")] == [
        "open",
        False,
        None,
        None,
    ]


async def test_dismissed_means_no_points_and_nothing_to_pay(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation)
    row = await cited(client, driver)
    done = await move(client, row, "decide", outcome="dismissed", decided_on=str(TODAY - DAY))
    assert done.json()["points_in_force"] == 0 and done.json()["notify_by"] is None
    after = await standing(client, driver)
    assert (after["points"], after["fines_open"]) == (0, "0")
    refused = await move(
        client, row, "pay", fine_paid_date=str(TODAY), fine_paid_amount="1", fine_paid_by="driver"
    )
    assert refused.status_code == 409 and "dismissed" in refused.json()["detail"]


async def test_paying_without_a_court_is_a_conviction_but_parking_is_not(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation)
    payment = {"fine_paid_date": str(TODAY - 3 * DAY), "fine_paid_amount": "70", "fine_paid_by": "driver"}
    row = await cited(client, driver, fine_amount=None)
    paid = (await move(client, row, "pay", **payment)).json()
    assert (paid["outcome"], paid["decided_on"], paid["fine_amount"]) == (
        "convicted",
        payment["fine_paid_date"],
        "70.00",
    )
    assert paid["notify_by"] is not None
    parked = await cited(client, driver, violation_type="parking", is_moving_violation=False)
    paid = (await move(client, parked, "pay", **payment)).json()
    assert paid["outcome"] is None and paid["notify_by"] is None
    # A license of class D is none of part 383.
    other = driver_of(owner, organisation, license_class="D", license_endorsements=None)
    plain = (await move(client, await cited(client, other), "pay", **payment)).json()
    assert plain["outcome"] == "convicted" and plain["notify_by"] is None


async def test_old_citations_stand_where_they_are(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation)
    for given, status in (
        ({"fine_paid": True, "fine_paid_date": "2026-01-05"}, "paid"),
        ({"outcome": "convicted", "decided_on": "2026-01-05"}, "decided"),
        ({"plea": "not_guilty"}, "contested"),
        ({"court_date": "2027-01-05"}, "open"),
        ({}, "open"),
    ):
        assert (await cited(client, driver, **given))["case_status"] == status
    row = await cited(client, driver)
    refused = await client.patch(f"{PATH}/{row['id']}", json={"fine_paid": True, "outcome": "dismissed"})
    assert refused.status_code == 422
    # A day of the court's contests nothing: the fine stays due.
    dated = await move(client, row, "set_court_date", court_date=str(TODAY + 9 * DAY))
    assert (dated.json()["case_status"], dated.json()["is_fine_overdue"]) == ("open", True)
    guilty = await cited(client, driver, plea="guilty")
    assert guilty["case_status"] == "open"
    dated = await move(client, guilty, "set_court_date", court_date=str(TODAY + 9 * DAY))
    assert dated.json()["case_status"] == "open"


async def test_the_form_takes_the_accidents_moment_and_suggests_kinds(client: httpx.AsyncClient) -> None:
    given = {"violation_date": "2026-03-05T22:07:30+00:00", "location": "5th"}
    page = (await client.get("/driver-violations/new", params=given)).text
    assert 'value="2026-03-05T14:07"' in page and ">5th</textarea>" in page
    assert '<option value="following_too_closely">' in page and '<option value="dui">' in page
    # What is no moment of the API's stands as it was given.
    for text in ("2026-03-05T14:07", "soon"):
        page = (await client.get("/driver-violations/new", params={"violation_date": text})).text
        assert f'value="{text}"' in page


async def test_what_is_wrong_on_a_citation_is_named(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    row = await cited(client, driver_of(owner, organisation))
    for given, told in (
        ({"court_date": str(TODAY - 60 * DAY)}, "must not be before the violation"),
        ({"fine_amount": "-5"}, "must be 0 or more"),
    ):
        refused = await client.patch(f"{PATH}/{row['id']}", json=given)
        assert refused.status_code == 422, refused.text
        (problem,) = refused.json()["errors"]
        assert (problem["field"], problem["message"]) == (next(iter(given)), told)


def test_a_kind_is_known_in_peoples_words() -> None:
    for kind, gravity in (
        *((one, "serious") for one in SERIOUS),
        *((one, "major") for one in MAJOR),
        *(
            (one, None)
            for one in (*OTHER_KINDS, None, "", "Speeding 10 mph over", "speeding 55 in a 40 zone")
        ),
        ("Following-Too-Close", "serious"),
        ("tailgating", "serious"),
        ("Speeding 15+", "serious"),
        ("SPEEDING 22 mph over the limit", "serious"),
        ("speeding by 14", None),
        ("Reckless driving", "serious"),
        ("Hand-held phone", "serious"),
        ("DUI (first)", "major"),
        ("Driving under the influence", "major"),
        ("Hit-and-run", "major"),
    ):
        assert gravity_of(kind) == gravity, kind


async def test_a_citation_at_an_accident_orders_the_tests(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation)
    truck = insert(owner, "vehicles", organisation.id, vehicle_type="truck", gvwr_kg=15_000)
    body = {
        "vehicle_id": str(truck),
        "driver_id": driver,
        "incident_date": (NOW - timedelta(hours=3)).isoformat(),
        "is_tow_away": True,
    }
    report = (await client.post("/api/v1/accident-reports", json=body)).json()
    tests = "/api/v1/drug-alcohol-tests"
    assert (await client.get(tests, params={"accident_report_id": report["id"]})).json()["items"] == []
    await cited(
        client, driver, violation_date=(NOW - timedelta(hours=2)).isoformat(), accident_report_id=report["id"]
    )
    found = (await client.get(tests, params={"accident_report_id": report["id"]})).json()["items"]
    assert {one["test_type"] for one in found} == {"alcohol", "drug"}


async def test_hazmat_of_any_size_is_tested_and_needs_the_endorsement(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    driver = driver_of(owner, organisation, ended_on=None, license_class="B", license_endorsements=["P"],
                       license_expires_on=(TODAY + 400 * DAY), medical_card_expires_on=(TODAY + 400 * DAY))  # fmt: skip
    van = str(
        insert(
            owner,
            "vehicles",
            organisation.id,
            vehicle_type="van",
            gvwr_kg=3_000,
            seats=2,
            status="active",
            carries_hazmat=False,
        )
    )
    body = {"vehicle_id": van, "driver_id": driver, "starts_at": NOW.isoformat()}
    changed = await client.patch(f"/api/v1/vehicles/{van}", json={"carries_hazmat": True})
    assert changed.status_code == 200, changed.text
    refused = await client.post("/api/v1/driver-assignments", json=body)
    assert refused.status_code == 422 and "hazardous materials endorsement (H)" in refused.text
    assert (
        await client.patch(f"/api/v1/drivers/{driver}", json={"license_endorsements": ["H"]})
    ).status_code == 200
    allowed = await client.post("/api/v1/driver-assignments", json=body)
    assert allowed.status_code == 201, allowed.text
    # Its accidents go into the register, and its driver is tested (49 CFR 390.5, 382.107).
    told = {
        "incident_type": "collision",
        "title": "Hit a pole",
        "occurred_at": (NOW - timedelta(hours=1)).isoformat(),
        "vehicle_id": van,
        "driver_id": driver,
        "fatality_count": 1,
    }
    incident = (await client.post("/api/v1/incidents", json=told)).json()
    assert incident["is_dot_recordable"] is True
    tests = (await client.get("/api/v1/drug-alcohol-tests", params={"driver_id": driver})).json()["items"]
    assert {one["test_type"] for one in tests} == {"alcohol", "drug"}


async def test_court_days_and_fines_are_told_once(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, database: Database
) -> None:
    owner.execute("UPDATE tenants SET time_zone = 'UTC' WHERE id = %s", (organisation.id,))
    today = datetime.now(UTC).date()
    person = insert(
        owner, "users", organisation.id, status="active", email=f"c-{organisation.slug}@example.test"
    )
    driver = driver_of(owner, organisation, user_id=person)
    row = await cited(client, driver, fine_due_date=None, court_date=str(today + 10 * DAY))
    await cited(client, driver, fine_due_date=str(today + 30 * DAY))
    late = await cited(client, driver, fine_due_date=str(today - DAY))

    async def round_() -> list[str]:
        owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'communication.tell_citations'")
        await announce_citations(database, organisation.id)
        before = {
            one
            for (one,) in owner.execute(
                "SELECT id FROM notifications WHERE tenant_id = %s", (organisation.id,)
            ).fetchall()
        }
        for (ids,) in owner.execute(
            "SELECT args -> 'citation_ids' FROM procrastinate_jobs WHERE task_name = 'communication.tell_citations'"
        ).fetchall():
            for _ in range(2):
                actor = system_actor(organisation.id)
                async with database.transaction(actor) as session:
                    await tell_citations(session, actor, [UUID(key) for key in ids])
        rows = owner.execute(
            "SELECT id, title FROM notifications WHERE tenant_id = %s AND user_id = %s ORDER BY title",
            (organisation.id, person),
        ).fetchall()
        return [title for key, title in rows if key not in before]

    first = await round_()
    day = f"{(today + 10 * DAY).day} {today + 10 * DAY:%b %Y}"
    assert first == [f"Court day of Dana Diaz: {day}", "Fine of Dana Diaz is overdue"]
    assert await round_() == []
    # The day comes nearer: three days before it is told again.
    owner.execute(
        "UPDATE notifications SET created_at = created_at - interval '9 days' WHERE tenant_id = %s",
        (organisation.id,),
    )
    await move(client, row, "set_court_date", court_date=str(today + 3 * DAY))
    assert len(await round_()) == 2, "the court day anew, and the fine, whose day came after what was told"
    assert await round_() == []
    await move(client, late, "pay", fine_paid_date=str(today), fine_paid_amount="250", fine_paid_by="driver")
    owner.execute(
        "UPDATE notifications SET created_at = created_at - interval '30 days' WHERE tenant_id = %s",
        (organisation.id,),
    )
    assert len(await round_()) == 1


async def test_a_driver_enters_and_reports_what_is_their_own(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, site: Site
) -> None:
    user, token = await make_person(site.settings, organisation, "driver", "Dee")
    mine = driver_of(owner, organisation, full_name="Dee Driver", user_id=user)
    other = driver_of(owner, organisation)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as own:
        refused = await own.post(PATH, json={"driver_id": other, "violation_date": NOW.isoformat()})
        assert refused.status_code in (403, 404, 422), refused.text
        row = await cited(own, mine)
        assert (await move(own, row, "decide", outcome="dismissed", decided_on=str(TODAY))).status_code == 403
        day = str(TODAY - 2 * DAY)
        done = await move(own, row, "report_conviction", decided_on=day)
        assert done.status_code == 200, done.text
        found = done.json()
        assert (found["outcome"], found["case_status"], found["notify_by"]) == ("convicted", "decided", None)
        assert found["employer_notified_on"] is not None
