"""Moves of state columns, bulk writes and exports, for every resource that offers them."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import REGISTRY, Api
from tests.contract.rows import as_json, body_for, insert, name_real_rows, sample, value_for
from tests.contract.test_resources import one_each

from motorpool.core.access.decision import Rule
from motorpool.core.database.models import closed_set
from motorpool.core.resource.declaration import Move, Resource

Owner = psycopg.Connection[Any]
MOVING = [
    pytest.param(resource, move, id=f"{resource.collection}-{move.verb}")
    for resource in REGISTRY.values()
    for move in resource.moves
]
CREATABLE = [
    resource
    for resource in REGISTRY.values()
    if "create" in resource.operations and resource.facts.ownership == "tenant" and not one_each(resource)
]
LISTED = [resource for resource in REGISTRY.values() if resource.facts.ownership == "tenant"]


def in_state(owner: Owner, resource: Resource, tenant: uuid.UUID, state: str) -> uuid.UUID:
    """A row in a state, whatever the state asks of other columns."""
    assert resource.states is not None
    given = {resource.states.column: state} | NEEDED.get((resource.table.name, state), {})
    return insert(owner, resource.table.name, tenant, **given)


#: What a CHECK demands of a row in some state.
NEEDED: dict[tuple[str, str], dict[str, Any]] = {
    ("accident_reports", "completed"): {"preventability": "preventable"},
    ("drug_alcohol_tests", "completed"): {"result": "negative"},
    ("duty_supporting_documents", "withdrawn"): {"withdrawn_reason": "Of another driver"},
    ("drug_alcohol_tests", "missed"): {"missed_reason": "No clinic was open"},
    ("driver_violations", "decided"): {"outcome": "convicted"},
    ("driver_violations", "paid"): {"fine_paid": True},
    ("osha_years", "certified"): {
        "average_employees": 4,
        "hours_worked": "8000.0",
        "certified_by_name": "Olga Owner",
        "certified_by_title": "Owner",
        "certified_on": "2026-02-01",
    },
}


def body_of(resource: Resource, move: Move, owner: Owner, tenant: uuid.UUID) -> dict[str, Any]:
    body = {}
    for name in move.needs:
        target = resource.references.get(name)
        if target:
            body[name] = str(insert(owner, target, tenant))
        elif name in resource.shapes:
            body[name] = sample(resource.shapes[name], 3)
        else:
            body[name] = as_json(value_for(resource.table, name, 3))
    name_real_rows(resource, body, owner, tenant)
    return body


@pytest.mark.parametrize(("resource", "move"), MOVING)
async def test_a_legal_move_changes_the_state_and_an_illegal_one_is_refused(
    resource: Resource, move: Move, api: Api, owner: Owner
) -> None:
    assert resource.states is not None
    column, tenant = resource.states.column, api.actor.tenant_id
    body = body_of(resource, move, owner, tenant)
    key = in_state(owner, resource, tenant, move.leaves[0])
    answer = await api("POST", f"{resource.collection}/{key}/{move.verb}", json=body)
    if answer.status_code == 409 and move.unless:
        assert answer.json()["code"] == "move_forbidden"
    else:
        assert answer.status_code == 200, answer.text
        row = answer.json()
        assert row[column] == (move.to or move.leaves[0])
        assert all(
            (row[name] is None) == (kind is None) or kind == "actor" for name, kind in move.stamps.items()
        )
    outside = [state for state in closed_set(resource.column(column)) or () if state not in move.leaves]
    if outside:
        other = in_state(owner, resource, tenant, outside[0])
        refused = await api("POST", f"{resource.collection}/{other}/{move.verb}", json=body)
        assert refused.status_code == 409, refused.text
        assert refused.json()["code"] == "illegal_move"
        assert refused.json()["legal"] == resource.states.legal(outside[0])
    if move.needs:
        wrong = await api("POST", f"{resource.collection}/{key}/{move.verb}", json={})
        assert {entry["field"] for entry in wrong.json()["errors"]} == set(move.needs)
    stranger = api.with_rules(Rule(f"{resource.table.name}.read", "test"))
    assert (await stranger("POST", f"{resource.collection}/{key}/{move.verb}", json=body)).status_code == 403


@pytest.mark.parametrize("resource", [r for r in REGISTRY.values() if r.states], ids=lambda r: r.collection)
async def test_the_state_column_cannot_be_written(resource: Resource, api: Api, owner: Owner) -> None:
    assert resource.states is not None
    assert resource.states.column not in (*resource.writable, *resource.create_only)
    values = set(closed_set(resource.column(resource.states.column)) or ())
    reached = {move.to for move in resource.moves} | set(resource.states.by_program)
    default = resource.column(resource.states.column).server_default
    start = str(getattr(default, "arg", "")) if default is not None else ""
    assert values - reached - {start} == set(), "states that nothing leads to"


LOCKED_STATES = {
    "maintenance_records": "completed",
    "expenses": "approved",
    "invoices": "approved",
    "purchase_orders": "sent",
    "fuel_transactions": "verified",
    "safety_meetings": "held",
    "osha_years": "certified",
}


@pytest.mark.parametrize("name", LOCKED_STATES)
async def test_a_settled_row_is_neither_changed_nor_deleted(name: str, api: Api, owner: Owner) -> None:
    resource, tenant = REGISTRY[name], api.actor.tenant_id
    lock = resource.locks[0]
    assert resource.states is not None
    settled = in_state(owner, resource, tenant, LOCKED_STATES[name])
    fresh = insert(owner, name, tenant)
    held = next(
        column for column in resource.writable if column not in lock.open and resource.is_text(column)
    )
    open_ = next(column for column in lock.open if resource.is_text(column))
    text = closed_set(resource.column(held)) or ("changed",)
    path = f"{resource.collection}/{settled}"

    refused = await api("PATCH", path, json={held: text[0], open_: "also"})
    assert (refused.status_code, refused.json()["code"]) == (409, "locked"), refused.text
    assert refused.json()["detail"] == lock.sentence
    changed = await api("PATCH", path, json={open_: "noted"})
    assert (changed.status_code, changed.json()[open_]) == (200, "noted")
    rows = [{"id": str(key), open_: "noted too", held: text[0]} for key in (fresh, settled)]
    bulk = await api("POST", f"{resource.collection}/bulk", json={"update": rows})
    assert (bulk.status_code, bulk.json()["code"]) == (409, "locked")
    assert [(e["field"], e["message"]) for e in bulk.json()["errors"]] == [("update[1].id", lock.sentence)]
    assert (await api("GET", f"{resource.collection}/{fresh}")).json()[open_] != "noted too"
    if "delete" in resource.operations:
        assert (await api("DELETE", path)).json()["code"] == "locked"
        bulk = await api("POST", f"{resource.collection}/bulk", json={"delete": [str(fresh), str(settled)]})
        assert [entry["field"] for entry in bulk.json()["errors"]] == ["delete[1].id"]
        assert (await api("DELETE", f"{resource.collection}/{fresh}")).status_code == 204


def test_every_lock_of_a_state_is_tried() -> None:
    settled = {name for name, one in REGISTRY.items() if one.states and one.locks}
    assert settled - set(LOCKED_STATES) == {
        "work_order_tasks",
        "routes",
        "vehicle_reservations",
        "inspection_forms",
    }, "these have tests of their own"


@pytest.mark.parametrize("resource", CREATABLE, ids=lambda resource: resource.collection)
async def test_bulk_writes_all_or_nothing(resource: Resource, api: Api, owner: Owner) -> None:
    path = f"{resource.collection}/bulk"
    tenant = api.actor.tenant_id
    good = [body_for(resource, owner, tenant) for _ in range(3)]

    def count() -> Any:
        sql = f"SELECT count(*) FROM {resource.table.name} WHERE tenant_id = %s"
        return owner.execute(sql, (tenant,)).fetchone()

    before = count()
    bad = await api("POST", path, json={"create": [*good, {"no_such_field": 1}]})
    assert bad.status_code == 422, bad.text
    assert "create[3].no_such_field" in {entry["field"] for entry in bad.json()["errors"]}
    assert count() == before
    done = await api("POST", path, json={"create": good}, headers={"Idempotency-Key": "once"})
    assert done.status_code == 200, done.text
    keys = done.json()["created"]
    assert len(keys) == 3
    again = await api("POST", path, json={"create": good}, headers={"Idempotency-Key": "once"})
    assert again.json()["created"] == keys
    for key, body in zip(keys, good, strict=True):
        row = (await api("GET", f"{resource.collection}/{key}")).json()
        if business := resource.business_key:
            assert [row[name] for name in business] == [body.get(name) for name in business]
    if "delete" in resource.operations:
        gone = await api("POST", path, json={"delete": keys})
        assert gone.status_code == 200, gone.text
        assert count() == before


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.collection)
async def test_an_export_holds_what_the_list_shows(resource: Resource, api: Api, owner: Owner) -> None:
    key = insert(owner, resource.table.name, api.actor.tenant_id)
    answer = await api("GET", f"{resource.collection}/export", params={"format": "csv"})
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    listed = (await api("GET", resource.collection, params={"limit": 1000})).json()["items"]
    assert len(rows) == len(listed)
    lines = (await api("GET", f"{resource.collection}/export", params={"format": "ndjson"})).text.splitlines()
    assert str(key) in {json.loads(line)[resource.key] for line in lines}
    reader = api.with_rules(Rule(f"{resource.table.name}.read", "test"))
    assert (await reader("GET", f"{resource.collection}/export")).status_code == 403
    assert (await api("GET", f"{resource.collection}/export", params={"format": "doc"})).status_code == 422


async def test_a_bulk_move_is_made_by_all_or_by_none_and_names_who_cannot(api: Api, owner: Owner) -> None:
    resource = REGISTRY["maintenance_records"]
    opened = [in_state(owner, resource, api.actor.tenant_id, "open") for _ in range(2)]
    done = in_state(owner, resource, api.actor.tenant_id, "completed")
    keys = [str(opened[0]), str(done), str(opened[1])]
    path = f"{resource.collection}/bulk"
    refused = await api("POST", path, json={"move": {"verb": "start", "ids": keys}})
    assert refused.status_code == 409, refused.text
    assert [entry["field"] for entry in refused.json()["errors"]] == ["move.ids[1]"]
    assert "completed" in refused.json()["errors"][0]["message"]
    assert (await api("GET", f"{resource.collection}/{opened[0]}")).json()["status"] == "open"
    moved = await api("POST", path, json={"move": {"verb": "start", "ids": [keys[0], keys[2]]}})
    assert moved.json() == {"moved": 2}, moved.text
    assert (await api("GET", f"{resource.collection}/{opened[1]}")).json()["status"] == "in_progress"
    unknown = await api("POST", path, json={"move": {"verb": "start", "ids": keys[:1], "colour": "red"}})
    assert [entry["field"] for entry in unknown.json()["errors"]] == ["move.colour"]


async def test_numbers_given_by_hand_are_passed_over(api: Api, owner: Owner) -> None:
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)

    async def order(**given: str) -> str:
        body = {"vehicle_id": str(vehicle), "summary": "Oil", **given}
        made = await api("POST", "maintenance-records", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["work_order_number"])

    first = await order()
    stem, number = first.rsplit("-", 1)
    taken = [f"{stem}-{int(number) + step:05}" for step in range(1, 8)]
    for one in taken:
        assert await order(work_order_number=one) == one
    assert await order() not in {first, *taken}
