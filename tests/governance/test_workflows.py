"""Who may decide on what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
from tests.contract.conftest import Api
from tests.contract.rows import insert
from tests.governance.test_policies import make, move

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule

Owner = psycopg.Connection[Any]


def person(api: Api, owner: Owner, role: str | None = None) -> Api:
    """Somebody else of the organisation, with a role."""
    user = insert(owner, "users", api.actor.tenant_id)
    if role:
        held = owner.execute(
            "SELECT id FROM roles WHERE tenant_id = %s AND role_name = %s", (api.actor.tenant_id, role)
        ).fetchone()
        key: UUID = held[0] if held else insert(owner, "roles", api.actor.tenant_id, role_name=role)
        insert(owner, "user_roles", api.actor.tenant_id, user_id=user, role_id=key)
    return api.as_actor(replace(api.actor, user_id=user))


async def started(api: Api, owner: Owner) -> dict[str, Any]:
    definition = await make(
        api,
        "workflow-definitions",
        workflow_code="VEH",
        name="Disposal",
        record_type="vehicles",
        steps=[{"key": "manager", "name": "Manager", "approver_role": "fleet_manager"}],
    )
    await move(api, "workflow-definitions", definition, "activate")
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    return await make(
        api,
        "workflow-instances",
        workflow_definition_id=definition["id"],
        title="Sell unit 12",
        record_type="vehicles",
        record_id=str(vehicle),
    )


async def manager_asked(api: Api, run: dict[str, Any]) -> dict[str, Any]:
    return await make(
        api,
        "workflow-approvals",
        workflow_instance_id=run["id"],
        step_key="manager",
        step_name="Manager",
        approver_role="fleet_manager",
    )


async def test_an_approval_step_names_somebody(api: Api) -> None:
    body = {"workflow_code": "X", "name": "X", "record_type": "vehicles"}
    for steps, status in (
        ([{"key": "a", "name": "A"}], 422),
        ([{"key": "a", "name": "A", "kind": "notification"}], 201),
    ):
        answer = await api("POST", "workflow-definitions", json=body | {"steps": steps})
        assert answer.status_code == status, answer.text


async def test_only_who_is_asked_decides_and_nobody_on_their_own_request(api: Api, owner: Owner) -> None:
    run = await started(api, owner)
    asked = await manager_asked(api, run)
    path = f"workflow-approvals/{asked['id']}/approve"
    assert (await person(api, owner)("POST", path)).status_code == 409, "has not the role"
    insert(
        owner,
        "user_roles",
        api.actor.tenant_id,
        user_id=api.actor.user_id,
        role_id=insert(owner, "roles", api.actor.tenant_id, role_name="fleet_manager"),
    )
    own = await api("POST", path)
    assert own.json()["detail"] == "Nobody decides on a request of their own."
    early = await api("POST", f"workflow-instances/{run['id']}/approve")
    assert early.json()["detail"] == "Decisions are still pending."
    manager = person(api, owner, "fleet_manager")
    decided = await move(manager, "workflow-approvals", asked, "approve", comment="Fine")
    assert decided["decided_by_user_id"] == str(manager.actor.user_id)
    run = await move(api, "workflow-instances", run, "approve")
    assert (run["status"], run["current_step_key"]) == ("approved", None)


async def test_nobody_chooses_who_decides_on_their_own_request(api: Api, owner: Owner) -> None:
    run = await started(api, owner)
    friend = person(api, owner)
    asked = await manager_asked(api, run)
    path = f"workflow-approvals/{asked['id']}"
    to_friend = str(friend.actor.user_id)
    for verb, body in (
        ("delegate", {"delegated_to_user_id": to_friend}),
        ("escalate", {"escalated_to_user_id": to_friend}),
        ("skip", {"comment": "Not needed"}),
    ):
        answer = await api("POST", f"{path}/{verb}", json=body)
        assert answer.json().get("detail") == "Nobody decides on a request of their own.", verb
    manager = person(api, owner, "fleet_manager")
    await move(manager, "workflow-approvals", asked, "reject", comment="No")
    again = await api("POST", f"{path}/reopen")
    assert again.json()["detail"] == "Nobody decides on a request of their own."


async def test_a_role_that_is_switched_off_decides_nothing(api: Api, owner: Owner) -> None:
    run = await started(api, owner)
    asked = await manager_asked(api, run)
    manager = person(api, owner, "fleet_manager")
    owner.execute("UPDATE roles SET is_active = false WHERE tenant_id = %s", (api.actor.tenant_id,))
    assert (await manager("POST", f"workflow-approvals/{asked['id']}/approve")).status_code == 409
    owner.execute("UPDATE roles SET is_active = true WHERE tenant_id = %s", (api.actor.tenant_id,))
    await move(manager, "workflow-approvals", asked, "approve")


async def test_a_decision_can_be_delegated_and_is_seen_by_who_is_asked(api: Api, owner: Owner) -> None:
    run = await started(api, owner)
    chief, deputy = person(api, owner), person(api, owner)
    asked = await make(
        api,
        "workflow-approvals",
        workflow_instance_id=run["id"],
        step_key="chief",
        step_name="Chief",
        approver_user_id=str(chief.actor.user_id),
    )
    own = Access(
        (
            Rule("workflow_approvals.*", "role", Reach(own=True)),
            Rule("workflow_instances.read", "role", Reach(own=True)),
        )
    )
    limited = deputy.as_actor(replace(deputy.actor, access=own))
    assert (await limited("GET", "workflow-approvals")).json()["items"] == []
    assert (
        await deputy("POST", f"workflow-approvals/{asked['id']}/reject", json={"comment": "No"})
    ).status_code == 409
    await move(chief, "workflow-approvals", asked, "delegate", delegated_to_user_id=str(deputy.actor.user_id))
    assert len((await limited("GET", "workflow-approvals")).json()["items"]) == 1
    assert len((await limited("GET", "workflow-instances")).json()["items"]) == 1
    await move(limited, "workflow-approvals", asked, "reject", comment="Still needed")
    blocked = await api("POST", f"workflow-instances/{run['id']}/approve")
    assert blocked.json()["detail"] == "It was rejected in a step."
    run = await move(api, "workflow-instances", run, "reject", outcome_comment="Still needed")
    again = await api("POST", f"workflow-approvals/{asked['id']}/reopen")
    assert again.json()["detail"] == "The workflow is not running."
