"""Inspections over HTTP: sent once however often, checked per item, and everything that follows until the next driver signs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation, Site

from motorpool.core.database.database import Database
from motorpool.core.secrets import load_keyring
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_user import create_user

PATH = "/api/v1/safety-inspections"
PICTURE = (Path(__file__).parents[3] / "src/motorpool/demo/data/clip_forward.jpg").read_bytes()
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
Owner = psycopg.Connection[Any]
Json = dict[str, Any]


@pytest.fixture
def vehicle(owner: Owner, organisation: Organisation) -> str:
    return str(insert(owner, "vehicles", organisation.id, status="active", vehicle_type="van", seats=3))


@pytest.fixture
async def forms(client: httpx.AsyncClient) -> dict[str, Json]:
    """The built-in forms by key, as a phone has them."""
    kit = (await client.get(f"{PATH}/kit")).json()
    return {one["form_key"]: one for one in kit["forms"]}


def report(form: Json, vehicle: str, kind: str = "van", **changes: Any) -> Json:
    """A report without a defect; `fail`: {item key: what is said of it}."""
    failed: dict[str, Json] = changes.pop("fail", {})
    items = [item for item in form["items"] if not item["vehicle_types"] or kind in item["vehicle_types"]]
    results = [
        {"item": item["key"], "status": "fail", **failed[item["key"]]}
        if item["key"] in failed
        else {"item": item["key"], "status": "pass"}
        for item in items
    ]
    return {
        "client_key": str(uuid4()),
        "vehicle_id": vehicle,
        "form_id": form["id"],
        "performed_at": datetime.now(UTC).isoformat(),
        "odometer": 120_000,
        "results": results,
        "signature": {"name": "Ada Admin", "image": PNG},
    } | changes


async def submit(client: httpx.AsyncClient, body: Json) -> Json:
    answer = await client.post(f"{PATH}/submit", json=body)
    assert answer.status_code == 201, answer.text
    kept: Json = answer.json()
    return kept


async def reasons(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, vehicle: str
) -> set[str]:
    """Codes of unsafe defects and unsigned reports as the registry tells them."""
    from motorpool.fleet.availability.registry import registered

    now = datetime.now(UTC)
    found = set()
    for one in registered():
        if one.code not in ("defect", "annual_inspection", "report_not_reviewed"):
            continue
        parameters = {
            "tenant": organisation.id, "vehicles": [vehicle], "drivers": [], "starts_at": now, "ends_at": now,
            "today": now.date(), "last_day": now.date(), "time_zone": "UTC", "except_id": None,
        }  # fmt: skip
        for row in owner.execute(one.sql.encode(), parameters).fetchall():
            found.add(f"{one.code}{' blocks' if row[1] else ''}")
    return found


async def test_a_new_tenant_has_the_forms_of_the_law(
    forms: dict[str, Json], client: httpx.AsyncClient
) -> None:
    assert set(forms) == {"dvir_pre_trip", "dvir_post_trip"}, "the annual one is for technicians"
    listed = (await client.get("/api/v1/inspection-forms?sort=form_name")).json()["items"]
    assert [(one["form_key"], one["version"], one["status"]) for one in listed] == [
        ("dot_annual", 1, "published"),
        ("dvir_post_trip", 1, "published"),
        ("dvir_pre_trip", 1, "published"),
    ]
    await client.get(f"{PATH}/kit")
    assert len((await client.get("/api/v1/inspection-forms")).json()["items"]) == 3


async def test_a_report_that_is_sent_many_times_at_once_is_kept_once(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, vehicle: str, forms: dict[str, Json]
) -> None:
    body = report(
        forms["dvir_pre_trip"], vehicle, fail={"service_brakes": {"notes": "Pedal goes to the floor"}}
    )
    answers = await asyncio.gather(*(client.post(f"{PATH}/submit", json=body) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    kept = [answer.json() for answer in answers]
    assert len({one["id"] for one in kept}) == 1
    assert sorted(one["is_repeat"] for one in kept) == [False] + [True] * 7
    for table, condition in (
        ("safety_inspections", "vehicle_id = %s"),
        ("defects", "vehicle_id = %s"),
        ("maintenance_records", "vehicle_id = %s"),
        ("meter_readings", "vehicle_id = %s"),
    ):
        row = owner.execute(f"SELECT count(*) FROM {table} WHERE {condition}".encode(), (vehicle,)).fetchone()
        assert row == (1,), table
    key = {"Idempotency-Key": "one"}
    first = await client.post(f"{PATH}/submit", json=body, headers=key)
    again = await client.post(f"{PATH}/submit", json=body, headers=key)
    assert again.headers["idempotent-replayed"] == "true" and again.json() == first.json()
    other = str(insert(owner, "vehicles", organisation.id, status="active", vehicle_type="van"))
    stolen = await client.post(f"{PATH}/submit", json=body | {"vehicle_id": other})
    assert stolen.json()["errors"][0]["code"] == "key_reused"


async def test_from_a_failed_brake_to_the_signature_of_the_next_driver(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, vehicle: str, forms: dict[str, Json]
) -> None:
    kept = await submit(
        client,
        report(
            forms["dvir_post_trip"],
            vehicle,
            fail={
                "service_brakes": {"notes": "Grinding"},
                "mirrors": {"notes": "Left one cracked"},
                "horn": {"notes": "Weak"},
            },
        ),
    )
    assert kept["inspection_status"] == "failed"
    defects = {one["item"]: one for one in kept["defects"]}
    assert len(defects) == 3 and not any(one["is_known"] for one in defects.values())
    brakes = defects["Service brakes, trailer brake connections included"]
    assert (brakes["severity"], brakes["is_unsafe"], brakes["status"]) == ("critical", True, "in_repair")
    assert (defects["Horn"]["status"], defects["Horn"]["work_order_id"]) == ("open", None), "minor ones wait"
    order = (await client.get(f"/api/v1/maintenance-records/{kept['work_order_id']}")).json()
    assert (order["status"], order["priority"], order["source"]) == ("open", "critical", "inspection")
    assert order["vehicle_unavailable"] is True and "Grinding" in order["complaint"]
    tasks = (await client.get(f"/api/v1/work-order-tasks?work_order_id={order['id']}")).json()["items"]
    assert sorted(one["task_order"] for one in tasks) == [1, 2]
    assert {one["task_description"].partition(":")[0]: one["requires_inspection"] for one in tasks} == {
        "Service brakes, trailer brake connections included": True,
        "Rear vision mirrors": False,
    }, "what is unsafe is looked at by a second person"
    assert "defect blocks" in await reasons(client, owner, organisation, vehicle)

    inspection = f"{PATH}/{kept['id']}"
    early = await client.post(f"{inspection}/certify", json={"signature": {"name": "Ada"}})
    assert (early.status_code, early.json()["code"]) == (409, "not_repaired")
    row = (await client.get(inspection)).json()
    assert (row["standing"], row["repairs_certified_at"]) == ("repair_due", None), "nothing was changed"
    unready = await client.post(f"{inspection}/review", json={"signature": {"name": "Ada"}})
    assert unready.json()["code"] == "not_certified"

    path = f"/api/v1/maintenance-records/{order['id']}"
    await done(client, f"{path}/start")
    colleague = insert(owner, "users", organisation.id)
    owner.execute(
        "UPDATE work_order_tasks SET status = 'completed', inspection_passed = true, inspected_by_user_id = %s "
        "WHERE tenant_id = %s AND work_order_id = %s",
        (colleague, organisation.id, order["id"]),
    )
    await done(client, f"{path}/finish", correction="New pads and discs")
    await done(client, f"{path}/approve")
    after = (await client.get(f"/api/v1/defects/{brakes['id']}")).json()
    assert (after["status"], after["resolution_notes"]) == ("repaired", "New pads and discs")
    assert "defect blocks" in await reasons(client, owner, organisation, vehicle), (
        "not before it is certified"
    )

    still = await client.post(f"{inspection}/certify", json={"signature": {"name": "Ada"}})
    assert still.json()["code"] == "not_repaired" and defects["Horn"]["number"] in still.json()["detail"]
    await done(
        client,
        f"/api/v1/defects/{defects['Horn']['id']}/dismiss",
        resolution_notes="Works; the driver was heard",
    )
    await done(
        client, f"{inspection}/certify", signature={"name": "Ada Admin", "image": PNG}, note="All done"
    )
    row = (await client.get(inspection)).json()
    assert (row["standing"], row["certifier_name"], row["repairs_note"]) == (
        "to_review",
        "Ada Admin",
        "All done",
    )
    assert (await client.get(f"/api/v1/defects/{brakes['id']}")).json()["status"] == "certified"
    assert await reasons(client, owner, organisation, vehicle) == {"report_not_reviewed"}
    twice = await client.post(f"{inspection}/certify", json={"signature": {"name": "Ada"}})
    assert twice.json()["code"] == "certified_before"

    kit = (await client.get(f"{PATH}/kit")).json()
    shown = next(one for one in kit["vehicles"] if one["id"] == vehicle)
    assert shown["report"]["is_to_review"] is True and shown["report"]["note"] == "All done"
    paper = await client.get(f"/safety-inspections/{kept['id']}/report.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF-"), paper.text[:500]
    morning = report(forms["dvir_pre_trip"], vehicle, reviewed={"name": "Next Driver", "image": PNG})
    await submit(client, morning)
    row = (await client.get(inspection)).json()
    assert (row["standing"], row["reviewer_name"]) == ("settled", "Next Driver")
    assert (await client.get(f"/api/v1/defects/{brakes['id']}")).json()["reviewed_at"]
    assert await reasons(client, owner, organisation, vehicle) == set()
    audited = owner.execute(
        "SELECT new_values::text FROM audit_trails WHERE tenant_id = %s AND record_id = %s",
        (organisation.id, kept["id"]),
    ).fetchall()
    assert audited and not any(PNG in (text or "") for (text,) in audited), "signatures stay out of the log"


async def done(client: httpx.AsyncClient, path: str, **body: Any) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, (path, answer.text)


async def test_a_defect_that_is_known_is_linked_and_not_doubled(
    client: httpx.AsyncClient, owner: Owner, vehicle: str, forms: dict[str, Json]
) -> None:
    first = await submit(client, report(forms["dvir_post_trip"], vehicle, fail={"horn": {"notes": "Weak"}}))
    again = await submit(
        client, report(forms["dvir_pre_trip"], vehicle, fail={"horn": {"notes": "Silent", "is_unsafe": True}})
    )
    (one,), (two,) = first["defects"], again["defects"]
    assert (one["id"], one["is_known"], two["is_known"]) == (two["id"], False, True)
    assert first["inspection_status"] == "conditional" and first["work_order_id"] is None
    assert (two["is_unsafe"], two["severity"], two["status"]) == (True, "major", "in_repair"), (
        "it has become worse"
    )
    assert again["work_order_id"] == two["work_order_id"] is not None
    sightings = (await client.get(f"/api/v1/defect-sightings?defect_id={one['id']}")).json()["items"]
    assert [(entry["inspection_id"], entry["notes"]) for entry in sightings] == [(again["id"], "Silent")]
    third = await submit(client, report(forms["dvir_pre_trip"], vehicle, fail={"horn": {"notes": "Silent"}}))
    assert third["defects"][0]["id"] == one["id"] and third["work_order_id"] is None, "it is in hand"


async def test_what_is_wrong_is_told_item_by_item_and_nothing_is_kept(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, stranger: Organisation, vehicle: str,
    forms: dict[str, Json],
) -> None:  # fmt: skip
    form = forms["dvir_pre_trip"]
    foreign = str(insert(owner, "vehicles", stranger.id, status="active"))
    fine = report(form, vehicle)
    without_horn = [one for one in fine["results"] if one["item"] != "horn"]
    tires = next(place for place, one in enumerate(fine["results"]) if one["item"] == "tires")
    horn = next(place for place, one in enumerate(fine["results"]) if one["item"] == "horn")
    silent = [one | {"status": "fail"} if one["item"] == "horn" else one for one in fine["results"]]
    flat = [one | {"status": "fail"} if one["item"] == "tires" else one for one in fine["results"]]
    cases: list[tuple[Json, str]] = [
        ({"results": without_horn}, "results[horn]"),
        ({"results": flat}, f"results[{tires}].photos"),
        ({"results": silent}, f"results[{horn}].notes"),
        ({"results": [{"item": "wings", "status": "pass"}, *fine["results"]]}, "results[0].item"),
        ({"results": [{"item": "horn", "status": "maybe"}]}, "results[0].status"),
        (
            {"results": [fine["results"][0] | {"photos": [str(uuid4())]}, *fine["results"][1:]]},
            "results[0].photos[0]",
        ),
        ({"signature": None}, "signature"),
        ({"signature": {"name": "A", "image": "x"}}, "signature.image"),
        ({"performed_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, "performed_at"),
        ({"performed_at": "2026-05-01T08:00:00"}, "performed_at"),
        ({"odometer": -1}, "odometer"),
        ({"vehicle_id": foreign}, "vehicle_id"),
        ({"form_id": str(uuid4())}, "form_id"),
        ({"latitude": 37.5}, "latitude"),
        ({"latitude": 95.0, "longitude": 1.0}, "latitude"),
        ({"speed": 3}, "speed"),
    ]
    for changes, field in cases:
        answer = await client.post(f"{PATH}/submit", json=fine | {"client_key": str(uuid4())} | changes)
        assert answer.status_code == 422, (changes, answer.text)
        assert field in {entry["field"] for entry in answer.json()["errors"]}, (field, answer.text)
    count = owner.execute(
        "SELECT count(*) FROM safety_inspections WHERE vehicle_id = %s", (vehicle,)
    ).fetchone()
    assert count == (0,)


async def test_photos_are_sent_before_and_shown_with_the_report(
    client: httpx.AsyncClient,
    strange_client: httpx.AsyncClient,
    owner: Owner,
    vehicle: str,
    forms: dict[str, Json],
) -> None:
    async def send() -> str:
        answer = await client.post(f"{PATH}/photos", files={"file": ("tire.jpg", PICTURE, "image/jpeg")})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    photo = await send()
    assert await send() == photo, "an upload that is repeated makes one"
    body = report(forms["dvir_pre_trip"], vehicle, fail={"tires": {"photos": [photo], "notes": "Bulge"}})
    kept = await submit(client, body)
    row = (await client.get(f"{PATH}/{kept['id']}")).json()
    (result,) = (one for one in row["checklist_results"] if one["key"] == "tires")
    shown = await client.get(result["photo_url"])
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert (await strange_client.get(result["photo_url"])).status_code == 404
    assert (await client.get(f"/api/v1/defects/{kept['defects'][0]['id']}")).json()["photos"] == result[
        "photos"
    ]
    expiry = owner.execute("SELECT expires_at, entity_id::text FROM files WHERE id = %s", (photo,)).fetchone()
    assert expiry == (None, kept["id"])
    used = report(forms["dvir_pre_trip"], vehicle, fail={"tires": {"photos": [photo]}})
    refused = await client.post(f"{PATH}/submit", json=used)
    assert refused.json()["errors"][0]["code"] == "unknown_photo", "it belongs to the first report"
    text = await client.post(f"{PATH}/photos", files={"file": ("a.txt", b"hello", "text/plain")})
    assert text.status_code == 422


async def test_an_odometer_that_runs_back_is_kept_and_warned_of(
    client: httpx.AsyncClient, owner: Owner, vehicle: str, forms: dict[str, Json]
) -> None:
    assert (await submit(client, report(forms["dvir_pre_trip"], vehicle, odometer=120_000)))["warnings"] == []
    (warning,) = (await submit(client, report(forms["dvir_post_trip"], vehicle, odometer=12_000)))["warnings"]
    assert "lower than 120,000 km" in warning
    readings = owner.execute(
        "SELECT value, source FROM meter_readings WHERE vehicle_id = %s ORDER BY recorded_at", (vehicle,)
    ).fetchall()
    assert readings == [(120_000_000.0, "inspection"), (12_000_000.0, "inspection")]


async def test_a_signed_report_stays_as_it_is(
    client: httpx.AsyncClient, vehicle: str, forms: dict[str, Json]
) -> None:
    kept = await submit(client, report(forms["dvir_pre_trip"], vehicle))
    refused = await client.patch(f"{PATH}/{kept['id']}", json={"inspection_status": "failed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    noted = await client.patch(f"{PATH}/{kept['id']}", json={"notes": "Filed"})
    assert noted.status_code == 200, noted.text


async def test_a_revised_form_leaves_old_reports_and_phones_alone(
    client: httpx.AsyncClient, vehicle: str
) -> None:
    answer = await client.post(
        "/api/v1/inspection-forms", json={"form_name": "Forklift", "form_key": f"lift_{uuid4().hex[:8]}"}
    )
    assert answer.status_code == 201, answer.text
    form = answer.json()
    path = f"/api/v1/inspection-forms/{form['id']}"
    empty = await client.post(f"{path}/publish", json={})
    assert "no items" in empty.json()["detail"]
    item = {"form_id": form["id"], "item_key": "mast", "item_text": "Mast", "severity": "critical"}
    mast = (await client.post("/api/v1/inspection-form-items", json=item)).json()
    await done(client, f"{path}/publish")
    locked = await client.patch(
        f"/api/v1/inspection-form-items/{mast['id']}", json={"item_text": "Mast and chains"}
    )
    assert locked.json()["code"] == "locked"
    draft = (await client.post(f"{path}/revise")).json()["id"]
    again = await client.post(f"{path}/revise")
    assert (again.json()["code"], again.json()["draft_id"]) == ("draft_exists", draft)
    more = {"form_id": draft, "item_key": "forks", "item_text": "Forks", "position": 2}
    assert (await client.post("/api/v1/inspection-form-items", json=more)).status_code == 201
    sent = await client.post(f"{PATH}/submit", json=_filled(draft, vehicle, "mast", "forks"))
    assert sent.json()["errors"][0]["field"] == "form_id", "a draft is not filled in"
    await done(client, f"/api/v1/inspection-forms/{draft}/publish")
    assert (await client.get(path)).json()["status"] == "retired"
    # A phone that was away still has the first version.
    old = await submit(client, _filled(form["id"], vehicle, "mast"))
    new = await submit(client, _filled(draft, vehicle, "mast", "forks"))
    rows = [(await client.get(f"{PATH}/{one['id']}")).json() for one in (old, new)]
    assert [(row["form_id"], len(row["checklist_results"])) for row in rows] == [(form["id"], 1), (draft, 2)]


def _filled(form: str, vehicle: str, *keys: str) -> Json:
    items = [{"key": key, "vehicle_types": []} for key in keys]
    return report({"id": form, "items": items}, vehicle)


@pytest.fixture
async def people(site: Site, organisation: Organisation) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A driver and a technician with their own tokens."""
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    clients: dict[str, httpx.AsyncClient] = {}
    try:
        for role in ("driver", "technician"):
            async with database.transaction(system_actor(organisation.id)) as session:
                user = await create_user(
                    session, organisation.actor, email=f"{role}-{uuid4().hex[:8]}@example.test",
                    display_name=role.capitalize(), password="quite a long password", roles=(role,),
                )  # fmt: skip
                _, token = await create_api_token(
                    session, load_keyring(site.settings), organisation.actor, user_id=user.id, name="test"
                )
                clients[role] = httpx.AsyncClient(
                    base_url=site.address, headers={"Authorization": f"Bearer {token.text}"}, timeout=20
                )
                clients[role].params = {}
                setattr(clients[role], "user", user.id)  # noqa: B010
        yield clients
    finally:
        for one in clients.values():
            await one.aclose()
        await database.close()


async def test_each_role_does_its_part(
    client: httpx.AsyncClient, people: dict[str, httpx.AsyncClient], owner: Owner, organisation: Organisation,
    vehicle: str, forms: dict[str, Json],
) -> None:  # fmt: skip
    driver, technician = people["driver"], people["technician"]
    me = insert(owner, "drivers", organisation.id, user_id=driver.user, full_name="Dee Driver")  # type: ignore[attr-defined]
    body = report(forms["dvir_pre_trip"], vehicle, fail={"steering": {"notes": "Play"}})
    away = await driver.post(f"{PATH}/submit", json=body)
    assert away.json()["errors"][0]["field"] == "vehicle_id", "not assigned, so it does not exist"
    assert (await driver.get(f"{PATH}/kit")).json()["vehicles"] == []
    defect = {"vehicle_id": vehicle, "description": "Play in the steering"}
    beyond = await driver.post("/api/v1/defects", json=defect)
    assert (beyond.status_code, beyond.json()["code"]) == (403, "out_of_reach"), beyond.text
    now = datetime.now(UTC)
    earlier = (now - timedelta(hours=3)).isoformat()
    others = await submit(client, report(forms["dvir_pre_trip"], vehicle, performed_at=earlier))
    named = await driver.post("/api/v1/defects", json=defect | {"inspection_id": others["id"]})
    assert named.json()["code"] == "out_of_reach", "an inspection that somebody else made opens no door"
    insert(
        owner, "driver_assignments", organisation.id, vehicle_id=vehicle, driver_id=me,
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(minutes=30),
    )  # fmt: skip
    # Sent late: at the time of the inspection the driver had it.
    kept = await submit(driver, body | {"performed_at": (now - timedelta(hours=1)).isoformat()})
    row = (await driver.get(f"{PATH}/{kept['id']}")).json()
    assert (row["inspector_type"], row["inspector_id"]) == ("driver", str(me))
    order = (await client.get(f"/api/v1/maintenance-records/{kept['work_order_id']}")).json()
    assert order["driver_id"] == str(me)
    page = (await client.get(f"/safety-inspections/{kept['id']}")).text
    assert "Dee Driver" in page and "Signed as Ada Admin" in page, "a person has one name, however they sign"
    assert "<title>Pre-trip inspection (DVIR) of " in page
    van = next(one for one in (await client.get(f"{PATH}/kit")).json()["vehicles"] if one["id"] == vehicle)
    assert van["report"]["inspector"] == "Dee Driver"
    certificate = {"signature": {"name": "Dee"}}
    assert (await driver.post(f"{PATH}/{kept['id']}/certify", json=certificate)).status_code == 403
    assert (await technician.post(f"{PATH}/{kept['id']}/certify", json=certificate)).status_code == 403
    annual = next(
        one
        for one in (await client.get("/api/v1/inspection-forms")).json()["items"]
        if one["form_key"] == "dot_annual"
    )
    items = (await client.get(f"/api/v1/inspection-form-items?form_id={annual['id']}&limit=200")).json()[
        "items"
    ]
    whole = report(
        {
            "id": annual["id"],
            "items": [{"key": one["item_key"], "vehicle_types": one["vehicle_types"] or []} for one in items],
        },
        vehicle,
    )
    for who in (driver, technician, client):
        refused = await who.post(f"{PATH}/submit", json=whole)
        assert refused.status_code in (403, 422), refused.text
    insert(owner, "technicians", organisation.id, user_id=technician.user, status="active")  # type: ignore[attr-defined]
    passed = await submit(technician, whole)
    due = now.astimezone().date()
    assert passed["certification_number"].startswith("CERT-") and passed["next_inspection_due"][:4] == str(
        due.year + 1
    )
    assert "dot_annual" in {one["form_key"] for one in (await technician.get(f"{PATH}/kit")).json()["forms"]}


async def test_an_overdue_annual_inspection_blocks_and_a_missing_one_is_told(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation
) -> None:
    truck = insert(owner, "vehicles", organisation.id, status="active", vehicle_type="truck", gvwr_kg=12_000)
    van = insert(
        owner, "vehicles", organisation.id, status="active", vehicle_type="van", gvwr_kg=3_000, seats=3
    )
    assert await reasons(client, owner, organisation, str(truck)) == {"annual_inspection"}
    assert await reasons(client, owner, organisation, str(van)) == set()
    today = datetime.now(UTC).date()
    insert(
        owner, "safety_inspections", organisation.id, vehicle_id=truck, inspection_type="annual",
        inspection_status="passed", next_inspection_due=today - timedelta(days=1),
    )  # fmt: skip
    assert await reasons(client, owner, organisation, str(truck)) == {"annual_inspection blocks"}
    insert(
        owner, "safety_inspections", organisation.id, vehicle_id=truck, inspection_type="annual",
        inspection_status="passed", next_inspection_due=today + timedelta(days=300),
    )  # fmt: skip
    assert await reasons(client, owner, organisation, str(truck)) == set()


async def test_inspections_that_are_entered_without_a_form_raise_defects_too(
    client: httpx.AsyncClient, vehicle: str
) -> None:
    body = {
        "vehicle_id": vehicle,
        "inspection_type": "roadside",
        "inspection_date": datetime.now(UTC).isoformat(),
        "inspection_status": "failed",
        "checklist_results": [{"item": "Air hose", "status": "fail"}, {"item": "Lamp", "status": "failed"}],
        "defects_found": [{"item": "Air hose", "severity": "out_of_service"}],
    }
    made = await client.post(PATH, json=body)
    assert made.status_code == 201, made.text
    found = (await client.get(f"/api/v1/defects?inspection_id={made.json()['id']}")).json()["items"]
    assert {(one["inspection_item"], one["severity"], one["is_unsafe"], one["status"]) for one in found} == {
        ("Air hose", "critical", True, "in_repair"),
        ("Lamp", "minor", False, "open"),
    }
