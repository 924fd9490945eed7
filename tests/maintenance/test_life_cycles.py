"""The life cycles of the shop, of reservations and of assets: every state can be reached, and the API walks them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import DefaultClause
from tests.contract.conftest import REGISTRY, Api
from tests.contract.rows import insert

from motorpool.core.database.models import closed_set
from motorpool.core.resource.declaration import Resource

Owner = psycopg.Connection[Any]
WITH_STATES = [
    resource
    for resource in REGISTRY.values()
    if resource.states and resource.domain in ("Maintenance", "Assets", "Fleet")
]


@pytest.mark.parametrize("resource", WITH_STATES, ids=lambda resource: resource.collection)
def test_every_state_can_be_reached_and_left(resource: Resource) -> None:
    assert resource.states
    column = resource.column(resource.states.column)
    assert isinstance(column.server_default, DefaultClause)
    initial = str(column.server_default.arg)
    states = set(closed_set(column) or ())
    reached = {initial, *resource.states.by_program}
    while more := {m.to for m in resource.moves if set(m.leaves) & reached} - reached:
        reached |= more
    assert reached == states
    ends = {state for state in states if not resource.states.legal(state)}
    assert ends <= {"returned", "completed", *resource.states.by_program, initial}


async def move(api: Api, path: str, verb: str, **body: Any) -> Any:
    answer = await api("POST", f"{path}/{verb}", json=body)
    assert answer.status_code == 200, (verb, answer.text)
    return answer.json()


async def test_a_work_order_from_draft_to_closed_and_open_again(api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    body = {"vehicle_id": str(insert(owner, "vehicles", tenant)), "summary": "Brakes squeal"}
    made = (await api("POST", "maintenance-records", json=body)).json()
    assert made["status"] == "draft"
    assert made["work_order_number"].startswith("WO-")
    path = f"maintenance-records/{made['id']}"
    early = await api("POST", f"{path}/approve", json={})
    assert (early.status_code, early.json()["legal"]) == (409, ["open", "cancel"])
    await move(api, path, "open", due_on="2026-01-31")
    started = await move(api, path, "start", opening_odometer=81_200)
    assert started["started_at"] and started["opening_odometer"] == 81_200
    missing = await api("POST", f"{path}/wait_for_parts", json={})
    assert [entry["field"] for entry in missing.json()["errors"]] == ["waiting_for"]
    assert (await move(api, path, "wait_for_parts", waiting_for="Pads"))["status"] == "waiting_parts"
    assert (await move(api, path, "resume"))["waiting_for"] is None

    task = (
        await api(
            "POST",
            "work-order-tasks",
            json={
                "work_order_id": made["id"],
                "task_description": "Replace pads",
                "requires_inspection": True,
            },
        )
    ).json()
    task_path = f"work-order-tasks/{task['id']}"
    refused = await api("POST", f"{path}/finish", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "move_forbidden")
    await move(api, task_path, "complete", completion_notes="Done")
    await move(api, path, "finish", correction="Pads replaced")
    refused = await api("POST", f"{path}/approve", json={})
    assert "inspected" in refused.json()["detail"]
    passed = {"inspection_passed": True}
    refused = await api("POST", f"{task_path}/inspect", json=passed)
    assert (refused.status_code, refused.json()["code"]) == (409, "move_forbidden")
    colleague = api.as_actor(replace(api.actor, user_id=insert(owner, "users", tenant)))
    await move(colleague, task_path, "inspect", **passed)
    closed = await move(api, path, "approve")
    assert closed["status"] == "completed" and closed["closed_at"]

    late = await api(
        "POST", "work-order-tasks", json={"work_order_id": made["id"], "task_description": "One more"}
    )
    assert (late.status_code, late.json()["code"]) == (409, "locked")
    removed = await api("DELETE", task_path)
    assert (removed.status_code, removed.json()["code"]) == (409, "locked")
    again = await move(api, path, "reopen", reopen_reason="Noise is back")
    assert (again["status"], again["closed_at"]) == ("open", None)


async def test_a_defect_is_certified_before_the_vehicle_is_free(api: Api, owner: Owner) -> None:
    body = {
        "vehicle_id": str(insert(owner, "vehicles", api.actor.tenant_id)),
        "description": "Brake pedal goes to the floor",
        "severity": "critical",
        "is_unsafe": True,
    }
    made = (await api("POST", "defects", json=body)).json()
    path = f"defects/{made['id']}"
    assert made["blocks_vehicle"] is True
    refused = await api(
        "POST", f"{path}/defer", json={"deferred_until": "2026-12-24", "deferral_reason": "Later"}
    )
    assert refused.json()["code"] == "move_forbidden"
    assert (await move(api, path, "repair", resolution_notes="New master cylinder"))["blocks_vehicle"] is True
    certified = await move(api, path, "certify")
    assert certified["blocks_vehicle"] is False
    await move(api, path, "review")
    assert (await api("POST", f"{path}/review", json={})).status_code == 409


async def test_of_two_requests_for_one_vehicle_only_one_is_approved(api: Api, owner: Owner) -> None:
    vehicle = str(insert(owner, "vehicles", api.actor.tenant_id))
    body = {
        "starts_at": "2026-03-01T08:00:00Z",
        "ends_at": "2026-03-01T17:00:00Z",
        "purpose": "Site visit",
    }
    paths = [
        f"vehicle-reservations/{(await api('POST', 'vehicle-reservations', json=body)).json()['id']}"
        for _ in range(2)
    ]
    nameless = await api("POST", f"{paths[0]}/approve", json={})
    assert (nameless.status_code, nameless.json()["errors"][0]["field"]) == (422, "vehicle_id")
    await move(api, paths[0], "approve", vehicle_id=vehicle)
    second = await api("POST", f"{paths[1]}/approve", json={"vehicle_id": vehicle})
    assert (second.status_code, second.json()["code"]) == (409, "not_available")
    await move(api, paths[0], "hand_over", odometer_out=1000, fuel_percent_out="90")
    assert (await api("GET", paths[0])).json()["is_late"] is True
    await move(api, paths[0], "return", odometer_in=1064)
    await move(api, paths[1], "approve", vehicle_id=vehicle)


async def test_a_transfer_is_approved_handed_over_and_received(api: Api, owner: Owner) -> None:
    tool = str(insert(owner, "equipment", api.actor.tenant_id))
    body = {"asset_type": "tool", "asset_id": tool, "transfer_date": "2026-03-01T08:00:00Z"}
    answer = await api("POST", "asset-transfers", json=body)
    assert answer.status_code == 201, answer.text
    path = f"asset-transfers/{answer.json()['id']}"
    await move(api, path, "approve")
    await move(api, path, "hand_over", condition_before="Complete")
    done = await move(api, path, "receive", condition_after="Complete")
    assert done["status"] == "completed" and done["received_at"]
    wrong = await api("POST", "asset-transfers", json=body | {"asset_id": str(uuid.uuid4())})
    assert [entry["field"] for entry in wrong.json()["errors"]] == ["asset_id"]


async def test_a_part_in_stock_is_not_retired(api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    part = insert(owner, "parts", tenant)
    insert(owner, "part_stocks", tenant, part_id=part, quantity_on_hand="4", quantity_reserved="1")
    row = (await api("GET", f"parts/{part}")).json()
    assert (row["quantity_on_hand"], row["quantity_available"]) == ("4.000", "3.000")
    assert (await api("POST", f"parts/{part}/retire", json={})).status_code == 409
    owner.execute(
        "UPDATE part_stocks SET quantity_on_hand = 0, quantity_reserved = 0 WHERE part_id = %s", (part,)
    )
    assert (await move(api, f"parts/{part}", "retire"))["status"] == "retired"
