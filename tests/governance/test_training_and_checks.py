"""Procedures, training, checks and onboarding: results count only when they should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert
from tests.governance.test_policies import get, make, move

Owner = psycopg.Connection[Any]
TODAY = datetime.now(UTC).date()
STEPS = [{"number": 1, "title": "Chock", "instruction": "Chock both rear wheels."}]


async def test_a_procedure_counts_when_somebody_else_signed_it_off(api: Api, owner: Owner) -> None:
    sop = await make(api, "sop-documents", title="Lockout", steps=STEPS, requires_observation=True)
    await move(api, "sop-documents", sop, "submit")
    await move(api, "sop-documents", sop, "approve")
    assert (await api("POST", f"sop-documents/{sop['id']}/revise", json={"title": "x"})).status_code == 409
    user = str(api.actor.user_id)
    assignment = await make(
        api,
        "sop-assignments",
        sop_id=sop["id"],
        user_id=user,
        due_on=(TODAY + timedelta(days=30)).isoformat(),
    )
    done = await make(api, "sop-completions", sop_id=sop["id"], user_id=user, method="observed")
    assert (await get(api, "sop-assignments", assignment))["progress"] == "open"
    assert done["is_valid"] is False
    own = await api("POST", f"sop-completions/{done['id']}/sign_off")
    assert own.json()["detail"] == "Nobody signs off their own completion."
    other = api.as_actor(replace(api.actor, user_id=insert(owner, "users", api.actor.tenant_id)))
    assert (await move(other, "sop-completions", done, "sign_off"))["is_valid"] is True
    assert (await get(api, "sop-assignments", assignment))["progress"] == "done"
    next_one = await make(
        api,
        "sop-documents",
        sop_number=sop["sop_number"],
        version_number=2,
        supersedes_sop_id=sop["id"],
        title="Lockout",
        steps=STEPS,
    )
    await move(api, "sop-documents", next_one, "submit")
    both = await api("POST", f"sop-documents/{next_one['id']}/approve")
    assert both.status_code == 409
    await move(api, "sop-documents", sop, "retire")
    await move(api, "sop-documents", next_one, "approve")
    stranger = await api(
        "POST", "sop-documents", json={"title": "Other", "supersedes_sop_id": sop["id"], "version_number": 2}
    )
    assert [entry["field"] for entry in stranger.json()["errors"]] == ["supersedes_sop_id"]


@pytest.mark.parametrize(
    ("table", "key", "state"),
    [
        ("policy_versions", "policy_id", "published"),
        ("sop_documents", "sop_number", "approved"),
        ("compliance_checklists", "checklist_code", "active"),
        ("onboarding_checklists", "name", "active"),
        ("workflow_definitions", "workflow_code", "active"),
    ],
)
def test_two_versions_are_never_in_force_at_once(
    table: str, key: str, state: str, tenant: Any, owner: Owner
) -> None:
    """Whatever two people do at the same moment: the moves look first, the index decides."""
    first = insert(owner, table, tenant.id, version_number=1, status=state)
    found = owner.execute(f"SELECT {key} FROM {table} WHERE id = %s", (first,)).fetchone()
    assert found is not None
    insert(owner, table, tenant.id, version_number=2, status="draft", **{key: found[0]})
    with pytest.raises(psycopg.errors.UniqueViolation, match=f"{key}_{state}"):
        insert(owner, table, tenant.id, version_number=3, status=state, **{key: found[0]})


async def test_training_ends_with_a_passed_result(api: Api, owner: Owner) -> None:
    module = await make(api, "training-modules", module_code="DEF-101", title="Defensive driving")
    driver = str(insert(owner, "drivers", api.actor.tenant_id))
    task = await make(
        api,
        "training-assignments",
        module_id=module["id"],
        driver_id=driver,
        due_on=(TODAY - timedelta(days=2)).isoformat(),
    )
    assert task["is_overdue"] is True
    early = await api("POST", f"training-assignments/{task['id']}/complete")
    assert early.json()["detail"] == "Record a passed result for it first."
    result = {
        "module_id": module["id"],
        "training_assignment_id": task["id"],
        "driver_id": driver,
        "completed_at": datetime.now(UTC).isoformat(),
    }
    wrong = await api("POST", "training-completions", json=result | {"passed": True, "score_percent": "79"})
    assert [entry["field"] for entry in wrong.json()["errors"]] == ["passed"]
    await make(api, "training-completions", **result, passed=False, score_percent="60")
    certificate = await make(
        api,
        "training-completions",
        **result,
        passed=True,
        score_percent="92",
        attempt_number=2,
        expires_on=(TODAY + timedelta(days=20)).isoformat(),
    )
    assert certificate["certificate_number"].startswith("CERT-")
    assert certificate["validity"] == "expiring_soon"
    task = await move(api, "training-assignments", task, "complete")
    assert (task["is_overdue"], task["attempts"]) == (False, 2)
    await move(api, "training-completions", certificate, "verify")
    gone = await move(api, "training-completions", certificate, "revoke", revocation_reason="Forged")
    assert gone["validity"] == "revoked"


async def test_training_is_for_somebody_and_for_one_person(api: Api, owner: Owner) -> None:
    module = str(insert(owner, "training_modules", api.actor.tenant_id))
    body = {"module_id": module, "due_on": TODAY.isoformat()}
    assert (await api("POST", "training-assignments", json=body)).status_code == 422
    driver = str(insert(owner, "drivers", api.actor.tenant_id))
    both = body | {"driver_id": driver, "user_id": str(api.actor.user_id)}
    answer = await api("POST", "training-assignments", json=both)
    assert [entry["field"] for entry in answer.json()["errors"]] == ["user_id"]
    owner.execute("UPDATE drivers SET user_id = %s WHERE id = %s", (api.actor.user_id, driver))
    assert (await api("POST", "training-assignments", json=both)).status_code == 201


async def test_a_check_is_about_what_its_list_says_and_is_approved_by_another(api: Api, owner: Owner) -> None:
    checklist = await make(
        api,
        "compliance-checklists",
        checklist_code="DQ-FILE",
        name="Driver file",
        subject_type="driver",
        requires_review=True,
        requires_signature=True,
        items=[{"key": "licence", "question": "Copy of the licence?"}, {"key": "card", "question": "Card?"}],
    )
    base = {"checklist_id": checklist["id"]}
    vehicle, driver = (str(insert(owner, table, api.actor.tenant_id)) for table in ("vehicles", "drivers"))
    for wrong in (base, base | {"vehicle_id": vehicle}):
        answer = await api("POST", "compliance-checklist-completions", json=wrong)
        assert [entry["field"] for entry in answer.json()["errors"]] == ["checklist_id"]
    check = await make(api, "compliance-checklist-completions", **base, driver_id=driver)
    answers = [{"key": "licence", "passed": True}, {"key": "card", "passed": False, "note": "Expired"}]
    path = f"compliance-checklist-completions/{check['id']}"
    draft = await api("POST", f"{path}/submit", json={"answers": answers, "passed": False})
    assert draft.json()["detail"] == "The checklist is still a draft."
    await move(api, "compliance-checklists", checklist, "activate")
    check = await move(
        api, "compliance-checklist-completions", check, "submit", answers=answers, passed=False
    )
    assert check["failed_items"] == 1
    assert (await api("POST", f"{path}/approve")).status_code == 409
    other = api.as_actor(replace(api.actor, user_id=insert(owner, "users", api.actor.tenant_id)))
    unsigned = await other("POST", f"{path}/approve")
    assert unsigned.json()["detail"] == "It is not signed; send it back."
    await move(other, "compliance-checklist-completions", check, "reject", review_comment="Sign it")
    await move(api, "compliance-checklist-completions", check, "start")
    answers[1] = {"key": "card", "passed": True}
    await move(
        api,
        "compliance-checklist-completions",
        check,
        "submit",
        answers=answers,
        passed=True,
        signed_name="A. Ruiz",
    )
    check = await move(other, "compliance-checklist-completions", check, "approve")
    assert (check["is_valid"], check["failed_items"]) == (True, 0)


async def test_onboarding_is_over_when_its_required_steps_are(api: Api, owner: Owner) -> None:
    plan = str(insert(owner, "onboarding_checklists", api.actor.tenant_id))
    newcomer = await make(
        api,
        "onboarding-progress",
        onboarding_checklist_id=plan,
        title="Ana Ruiz",
        starts_on=TODAY.isoformat(),
        due_on=(TODAY + timedelta(days=14)).isoformat(),
    )
    steps = [
        await make(
            api,
            "onboarding-tasks",
            onboarding_progress_id=newcomer["id"],
            step_key=key,
            title=key,
            is_required=required,
        )
        for key, required in (("badge", True), ("licence", True), ("lunch", False))
    ]
    newcomer = await move(api, "onboarding-progress", newcomer, "start")
    await move(api, "onboarding-tasks", steps[0], "complete")
    assert (await get(api, "onboarding-progress", newcomer))["percent_done"] == 50
    early = await api("POST", f"onboarding-progress/{newcomer['id']}/complete")
    assert early.json()["detail"] == "Required steps are still open."
    await move(api, "onboarding-tasks", steps[1], "skip", comment="Has one")
    newcomer = await move(api, "onboarding-progress", newcomer, "complete")
    assert (newcomer["status"], newcomer["percent_done"]) == ("completed", 100)
