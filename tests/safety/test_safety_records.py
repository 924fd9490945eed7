"""What the safety records promise beyond what every resource does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert

Owner = psycopg.Connection[Any]
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)


def as_driver(api: Api, owner: Owner) -> tuple[Api, str]:
    """The same caller, who is a driver as well; the driver's id."""
    driver = insert(owner, "drivers", api.actor.tenant_id)
    return api.as_actor(replace(api.actor, driver_id=driver)), str(driver)


async def made(api: Api, collection: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", collection, json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def duty(driver: str, **changes: Any) -> dict[str, Any]:
    return {
        "driver_id": driver,
        "log_date": f"{NOON:%Y-%m-%d}",
        "duty_status": "off_duty",
        "status_start_time": NOON.isoformat(),
        "status_end_time": (NOON + timedelta(minutes=90, seconds=59)).isoformat(),
    } | changes


# -- hours of service


async def test_an_edit_replaces_a_record_that_stays(api: Api, owner: Owner) -> None:
    me, driver = as_driver(api, owner)
    first = await made(me, "hours-of-service-logs", **duty(driver))
    assert (first["duration_minutes"], first["record_status"], first["is_edited"]) == (90, "active", False)
    edit = duty(driver, duty_status="on_duty_not_driving", replaces_log_id=first["id"])
    bare = await me("POST", "hours-of-service-logs", json=edit)
    assert bare.status_code == 422
    assert "edit needs a reason" in bare.text
    second = await made(me, "hours-of-service-logs", **edit, edit_reason="Loaded the van")
    assert second["record_status"] == "active"
    assert second["is_edited"] is True
    assert second["edited_by_user_id"] == str(me.actor.user_id)
    assert second["edited_at"] == second["created_at"]
    again = (await me("GET", f"hours-of-service-logs/{first['id']}")).json()
    assert again["record_status"] == "inactive_changed"
    assert {name for name in first if first[name] != again[name]} == {"record_status"}
    assert (await me("PATCH", f"hours-of-service-logs/{first['id']}", json={})).status_code == 405
    assert (await me("DELETE", f"hours-of-service-logs/{first['id']}")).status_code == 405


async def test_an_edit_by_the_carrier_waits_for_the_driver(api: Api, owner: Owner) -> None:
    me, driver = as_driver(api, owner)
    first = await made(me, "hours-of-service-logs", **duty(driver))
    office, _ = as_driver(api, owner)
    edit = duty(driver, duty_status="driving", replaces_log_id=first["id"], edit_reason="Camera shows motion")
    for somebody in (office, api):  # another driver, and somebody who drives nothing
        refused = await somebody("POST", "hours-of-service-logs", json=edit)
        assert [entry["field"] for entry in refused.json()["errors"]] == ["origin"]
    proposal = await made(office, "hours-of-service-logs", **edit, origin="carrier")
    assert proposal["record_status"] == "change_requested"
    path = f"hours-of-service-logs/{proposal['id']}"
    assert (await me("GET", f"hours-of-service-logs/{first['id']}")).json()["record_status"] == "active"
    assert (await office("POST", f"{path}/accept", json={})).json()["code"] == "move_forbidden"
    assert (await me("POST", f"{path}/reject", json={})).json()["record_status"] == "change_rejected"
    assert (await me("POST", f"{path}/accept", json={})).json()["record_status"] == "active"
    assert (await me("GET", f"hours-of-service-logs/{first['id']}")).json()[
        "record_status"
    ] == "inactive_changed"


async def test_nobody_replaces_a_record_of_another_driver(api: Api, owner: Owner) -> None:
    me, driver = as_driver(api, owner)
    other, other_driver = as_driver(api, owner)
    first = await made(me, "hours-of-service-logs", **duty(driver))
    edit = duty(other_driver, replaces_log_id=first["id"], edit_reason="Not mine")
    for changes in ({}, {"origin": "carrier"}):
        refused = await other("POST", "hours-of-service-logs", json=edit | changes)
        assert [entry["field"] for entry in refused.json()["errors"]] == ["replaces_log_id"]
    assert (await me("GET", f"hours-of-service-logs/{first['id']}")).json()["record_status"] == "active"


async def test_only_the_driver_certifies_and_only_what_has_ended(api: Api, owner: Owner) -> None:
    me, driver = as_driver(api, owner)
    row = await made(me, "hours-of-service-logs", **duty(driver))
    going_on = await made(me, "hours-of-service-logs", **duty(driver, status_end_time=None))
    assert (await api("POST", f"hours-of-service-logs/{row['id']}/certify", json={})).status_code == 409
    assert (await me("POST", f"hours-of-service-logs/{going_on['id']}/certify", json={})).status_code == 409
    certified = (await me("POST", f"hours-of-service-logs/{row['id']}/certify", json={})).json()
    assert (certified["is_certified"], certified["driver_decision"]) == (True, "accepted")


async def test_driving_that_a_device_recorded_cannot_be_shortened(api: Api, owner: Owner) -> None:
    me, driver = as_driver(api, owner)
    automatic = duty(driver, duty_status="driving", origin="automatic", eld_device_id="ELD-7")
    nameless = await me("POST", "hours-of-service-logs", json=automatic | {"eld_device_id": None})
    assert nameless.status_code == 422
    row = await made(me, "hours-of-service-logs", **automatic)
    edit = duty(driver, duty_status="driving", replaces_log_id=row["id"], edit_reason="Was shorter")
    for change in (
        {"status_end_time": (NOON + timedelta(minutes=60)).isoformat()},
        {"duty_status": "on_duty_not_driving"},
        {"status_start_time": (NOON + timedelta(minutes=1)).isoformat()},
    ):
        refused = await me("POST", "hours-of-service-logs", json=edit | change)
        assert refused.status_code == 422, change
        assert [entry["field"] for entry in refused.json()["errors"]] == ["replaces_log_id"]
    await made(me, "hours-of-service-logs", **edit | {"status_end_time": None})


@pytest.mark.parametrize(
    ("status", "category", "code"),
    [
        ("off_duty", "personal_conveyance", 201),
        ("on_duty_not_driving", "yard_move", 201),
        ("driving", "personal_conveyance", 422),
        ("off_duty", "yard_move", 422),
    ],
)
async def test_special_categories_fit_the_duty_status(
    status: str, category: str, code: int, api: Api, owner: Owner
) -> None:
    me, driver = as_driver(api, owner)
    body = duty(driver, duty_status=status, special_category=category)
    assert (await me("POST", "hours-of-service-logs", json=body)).status_code == code


# -- what depends on today


@pytest.mark.parametrize(
    ("days", "status"),
    [(-1, "expired"), (0, "expiring_soon"), (30, "expiring_soon"), (31, "active"), (None, "active")],
)
async def test_a_document_expires_by_the_calendar(days: int | None, status: str, api: Api) -> None:
    end = None if days is None else str(api.actor.today + timedelta(days=days))
    row = await made(
        api, "compliance-documents", document_type="permit", entity_type="fleet", expiration_date=end
    )
    assert (row["status"], row["current_status"], row["days_left"]) == ("active", status, days)
    found = (await api("GET", "compliance-documents", params={"current_status": status})).json()["items"]
    assert [item["id"] for item in found] == [row["id"]]
    renewed = (await api("POST", f"compliance-documents/{row['id']}/renew", json={})).json()
    assert (renewed["current_status"], renewed["days_left"]) == ("renewed", None)


@pytest.mark.parametrize(
    ("start", "end", "active", "status", "in_force"),
    [
        (-400, -1, True, "expired", False),
        (-300, 60, True, "expiring", True),
        (-300, 61, True, "current", True),
        (1, 366, True, "upcoming", False),
        (-10, 300, False, "cancelled", False),
    ],
)
async def test_a_policy_covers_its_term(
    start: int, end: int, active: bool, status: str, in_force: bool, api: Api
) -> None:
    row = await made(
        api,
        "insurance-policies",
        policy_number="P-1",
        insurance_carrier="Harbor",
        policy_start_date=str(api.actor.today + timedelta(days=start)),
        policy_end_date=str(api.actor.today + timedelta(days=end)),
        is_active=active,
    )
    assert (row["current_status"], row["is_in_force"]) == (status, in_force)


async def test_a_completed_training_expires(api: Api, owner: Owner) -> None:
    driver = insert(owner, "drivers", api.actor.tenant_id)
    today = api.actor.today
    row = await made(
        api, "driver-training-records", driver_id=str(driver), training_date=str(today - timedelta(days=400))
    )
    assert row["current_status"] == "in_progress"
    path = f"driver-training-records/{row['id']}/complete"
    missing = await api("POST", path, json={})
    assert [entry["field"] for entry in missing.json()["errors"]] == ["completion_date"]
    done = {
        "completion_date": str(today - timedelta(days=390)),
        "expiration_date": str(today - timedelta(days=1)),
    }
    assert (await api("POST", path, json=done)).json()["current_status"] == "expired"


# -- incidents


async def test_an_incident_is_resolved_when_everything_is_there(api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    row = await made(
        api,
        "incidents",
        title="Side swipe",
        incident_type="collision",
        occurred_at=NOON.isoformat(),
        towed_count=1,
        is_dot_recordable=True,
    )
    assert row["incident_number"].startswith("INC-")
    assert row["meets_dot_definition"] is True
    path = f"incidents/{row['id']}"
    await api("POST", f"{path}/investigate", json={})

    async def refusal() -> str:
        answer = await api("POST", f"{path}/resolve", json={"root_cause": "Blind spot"})
        return "" if answer.status_code == 200 else str(answer.json()["detail"])

    action = await made(api, "corrective-actions", title="Fit mirrors", incident_id=row["id"])
    assert "corrective actions" in await refusal()
    await api("POST", f"corrective-actions/{action['id']}/complete", json={})
    assert "accident register" in await refusal()
    judged = {
        "investigation_status": "completed",
        "preventability": "preventable",
        "city": "Reno",
        "region": "NV",
    }
    report = insert(owner, "accident_reports", tenant, incident_id=row["id"], **judged)
    test = insert(owner, "drug_alcohol_tests", tenant, accident_report_id=report, status="due")
    assert "drug or alcohol test" in await refusal()
    missed = {"missed_reason": "The clinic was closed until noon"}
    assert (await api("POST", f"drug-alcohol-tests/{test}/miss", json=missed)).status_code == 200
    assert await refusal() == ""
    verify = await api("POST", f"corrective-actions/{action['id']}/verify", json={})
    assert verify.json()["code"] == "move_forbidden"


async def test_an_investigation_ends_with_a_judgement(api: Api, owner: Owner) -> None:
    key = insert(owner, "accident_reports", api.actor.tenant_id)
    await api("POST", f"accident-reports/{key}/investigate", json={})
    path = f"accident-reports/{key}/complete"
    undecided = await api("POST", path, json={"preventability": "pending_review"})
    assert undecided.status_code == 422
    done = (await api("POST", path, json={"preventability": "non_preventable"})).json()
    assert done["investigation_status"] == "completed"
    assert done["preventability_reviewed_by_user_id"] == str(api.actor.user_id)
