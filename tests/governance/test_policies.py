"""From a draft to proof that people read it: versions, obligations, acknowledgements, violations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert

Owner = psycopg.Connection[Any]
TODAY = datetime.now(UTC).date()


async def make(api: Api, collection: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", collection, json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def move(api: Api, collection: str, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", f"{collection}/{row['id']}/{verb}", json=body)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def get(api: Api, collection: str, row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await api("GET", f"{collection}/{row['id']}")).json()
    return found


async def in_force(api: Api, **columns: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An active policy and its published version."""
    policy = await make(api, "policies", title="No phones", **columns)
    version = await make(
        api, "policy-versions", policy_id=policy["id"], version_number=1, title="No phones", content="Do not."
    )
    version = await move(api, "policy-versions", version, "publish")
    await move(api, "policies", policy, "approve")
    return await move(api, "policies", policy, "activate"), version


async def test_a_policy_comes_into_force_with_words_that_then_stay(api: Api) -> None:
    policy = await make(api, "policies", title="No phones", effective_from=TODAY.isoformat())
    assert policy["policy_number"].startswith("POL-")
    assert (await api("POST", f"policies/{policy['id']}/approve")).status_code == 409
    version = await make(
        api, "policy-versions", policy_id=policy["id"], version_number=1, title="No phones", content="Draft"
    )
    version = await move(api, "policy-versions", version, "revise", content="Do not use a phone.")
    await move(api, "policies", policy, "approve")
    refused = await api("POST", f"policies/{policy['id']}/activate")
    assert refused.json()["detail"] == "Publish a version of it first."
    await move(api, "policy-versions", version, "publish")
    policy = await move(api, "policies", policy, "activate")
    assert (policy["is_in_force"], policy["published_version"]) == (True, 1)
    late = await api("POST", f"policy-versions/{version['id']}/revise", json={"content": "Do."})
    assert late.json()["code"] == "illegal_move"
    assert (await api("PATCH", f"policy-versions/{version['id']}", json={})).status_code == 405


async def test_two_people_are_needed_where_the_policy_says_so(api: Api, owner: Owner) -> None:
    policy = await make(api, "policies", title="Spending", requires_dual_control=True)
    version = await make(
        api, "policy-versions", policy_id=policy["id"], version_number=1, title="Spending", content="Ask."
    )
    for collection, row, verb in (
        ("policies", policy, "approve"),
        ("policy-versions", version, "publish"),
    ):
        assert (await api("POST", f"{collection}/{row['id']}/{verb}")).status_code == 409
    other = api.as_actor(replace(api.actor, user_id=insert(owner, "users", api.actor.tenant_id)))
    await move(other, "policies", policy, "approve")
    await move(other, "policy-versions", version, "publish")


async def test_an_assignment_follows_acknowledgements_versions_and_time(api: Api, owner: Owner) -> None:
    policy, version = await in_force(api, acknowledgment_valid_days=365)
    user = str(api.actor.user_id)
    assignment = await make(
        api,
        "policy-assignments",
        policy_id=policy["id"],
        user_id=user,
        due_on=(TODAY - timedelta(days=3)).isoformat(),
    )
    assert assignment["progress"] == "overdue"
    long_ago = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    old = await make(
        api,
        "policy-acknowledgments",
        policy_version_id=version["id"],
        user_id=user,
        acknowledged_at=long_ago,
    )
    assert (await get(api, "policy-assignments", assignment))["progress"] == "expired"
    new = await make(api, "policy-acknowledgments", policy_version_id=version["id"], user_id=user)
    assert (await get(api, "policy-assignments", assignment))["progress"] == "done"
    assert new["is_current"] is True
    assert new["policy_id"] == policy["id"]
    assert (await get(api, "policy-acknowledgments", old))["is_current"] is False
    waiting = (await api("GET", "policy-assignments", params={"progress": "overdue"})).json()["items"]
    assert waiting == []

    await move(api, "policy-versions", version, "supersede")
    for number, asks_again, progress in ((2, False, "done"), (3, True, "overdue")):
        later = await make(
            api,
            "policy-versions",
            policy_id=policy["id"],
            version_number=number,
            title="No phones",
            content="Never.",
            requires_new_acknowledgment=asks_again,
        )
        await move(api, "policy-versions", later, "publish")
        assert (await get(api, "policy-assignments", assignment))["progress"] == progress
        await move(api, "policy-versions", later, "supersede")
    await move(api, "policy-assignments", assignment, "waive", waiver_reason="On leave")
    assert (await get(api, "policy-assignments", assignment))["progress"] == "waived"


async def test_a_quiz_must_be_answered_and_a_draft_cannot_be_acknowledged(api: Api) -> None:
    policy = await make(api, "policies", title="Backing up")
    version = await make(
        api,
        "policy-versions",
        policy_id=policy["id"],
        version_number=1,
        title="Backing up",
        content="Look.",
        quiz=[{"question": "Who looks?", "choices": ["I", "Nobody"], "correct": [0]}],
        passing_score_percent="80",
    )
    body = {"policy_version_id": version["id"], "user_id": str(api.actor.user_id)}
    draft = await api("POST", "policy-acknowledgments", json=body | {"quiz_score_percent": "90"})
    assert [entry["field"] for entry in draft.json()["errors"]] == ["policy_version_id"]
    await move(api, "policy-versions", version, "publish")
    silent = await api("POST", "policy-acknowledgments", json=body)
    assert [entry["field"] for entry in silent.json()["errors"]] == ["quiz_score_percent"]
    failed = await make(api, "policy-acknowledgments", **body, quiz_score_percent="50")
    assert failed["quiz_passed"] is False
    assignment = await make(
        api, "policy-assignments", policy_id=policy["id"], user_id=body["user_id"], due_on=TODAY.isoformat()
    )
    assert assignment["progress"] == "due_soon"
    await make(api, "policy-acknowledgments", **body, quiz_score_percent="80")
    assert (await get(api, "policy-assignments", assignment))["progress"] == "done"


async def test_an_acknowledgement_is_evidence(api: Api, owner: Owner, database_urls: Any) -> None:
    _, version = await in_force(api)
    row = await make(
        api, "policy-acknowledgments", policy_version_id=version["id"], user_id=str(api.actor.user_id)
    )
    for method in ("PATCH", "DELETE"):
        assert (await api(method, f"policy-acknowledgments/{row['id']}", json={})).status_code == 405
    with psycopg.connect(database_urls.app) as connection:
        for statement in (
            "UPDATE policy_acknowledgments SET comment = 'x'",
            "DELETE FROM policy_acknowledgments",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                for setting in api.actor.setting_statements():
                    connection.execute(setting)
                connection.execute(statement)


async def test_a_violation_is_looked_into_and_settled(api: Api, owner: Owner) -> None:
    policy, _ = await in_force(api)
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    row = await make(
        api,
        "policy-violations",
        policy_id=policy["id"],
        title="Phone in hand",
        severity="critical",
        vehicle_id=str(vehicle),
        detected_at=(datetime.now(UTC) - timedelta(hours=30)).isoformat(),
        due_on=(TODAY - timedelta(days=2)).isoformat(),
    )
    assert (row["needs_escalation"], row["is_overdue"], row["status"]) == (True, True, "open")
    row = await move(api, "policy-violations", row, "escalate", escalated_to_user_id=str(api.actor.user_id))
    assert (row["needs_escalation"], row["status"]) == (False, "investigating")
    assert (await api("POST", f"policy-violations/{row['id']}/resolve")).status_code == 422
    row = await move(api, "policy-violations", row, "resolve", resolution="Coached")
    assert (row["is_overdue"], row["resolved_by_user_id"]) == (False, str(api.actor.user_id))
