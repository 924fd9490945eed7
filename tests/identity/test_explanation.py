"""The explanation says what the decision does, whatever somebody holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.core.access import Reach
from motorpool.core.resource.registry import load_registry
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.identity.actions.assign_role import assign_role
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.queries.explain_record import explain_record
from motorpool.identity.queries.load_access import load_access
from motorpool.identity.queries.load_holdings import load_person
from motorpool.identity.rules.explanation import explain
from motorpool.identity.rules.holdings import HeldRole, Holdings, Override

from .conftest import Organisation

REGISTRY = load_registry()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PLACES = [UUID(int=number) for number in range(1, 4)]
COLLECTIONS = ["vehicles", "trips", "*"]
ACTIONS = ["read", "update", "*"]

moments = st.none() | st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=1)])
ids = st.none() | st.lists(st.sampled_from(PLACES), unique=True).map(tuple)
permissions = st.dictionaries(
    st.sampled_from(COLLECTIONS),
    st.fixed_dictionaries(
        {
            "actions": st.lists(st.sampled_from(ACTIONS), min_size=1, unique=True),
            "scope": st.sampled_from(["all", "own"]),
        }
    ),
)
roles = st.builds(
    HeldRole,
    role_id=st.just(UUID(int=9)),
    name=st.sampled_from(["one", "two"]),
    title=st.just("Role"),
    permissions=permissions | st.none(),
    facility_ids=ids,
    department_ids=ids,
    expires_at=moments,
    is_active=st.booleans(),
    role_is_active=st.booleans(),
)
keys = st.sampled_from(
    [f"{collection}.{action}" for collection in ("vehicles", "trips") for action in ("read", "update")]
)
overrides = st.builds(Override, key=keys, deny=st.booleans(), expires_at=moments)
holdings = st.builds(
    Holdings,
    name=st.just("Anna"),
    user_status=st.sampled_from(["active", "active", "active", "disabled", "invited"]),
    tenant_status=st.sampled_from(["active", "active", "suspended"]),
    roles=st.lists(roles, max_size=4).map(tuple),
    overrides=st.lists(overrides, max_size=4).map(tuple),
)


@settings(max_examples=400, deadline=None)
@given(holdings, keys)
def test_the_verdict_is_the_decision(held: Holdings, permission: str) -> None:
    found = explain(held, permission, NOW)
    assert found.reach == held.access(NOW).reach(permission)
    assert found.conclusion.startswith("Yes" if found.allowed else "No")
    considered = [one for one in held.overrides if one.key == permission]
    assert len([step for step in found.steps if step.kind == "role"]) == len(held.roles)
    assert len(
        [step for step in found.steps if step.kind in ("deny", "grant") and step.effect != "silent"]
    ) == len(considered)
    order = [("account", "deny", "grant", "role").index(step.kind) for step in found.steps]
    assert order == sorted(order)


def test_what_has_expired_is_named() -> None:
    past, future = NOW - timedelta(days=1), NOW + timedelta(days=1)
    everything = {"*": {"actions": ["*"], "scope": "all"}}
    trips = {"trips": {"actions": ["read"], "scope": "all"}}
    held = Holdings(
        "Anna",
        roles=(
            HeldRole(PLACES[0], "admin", "Administrator", everything, expires_at=past),
            HeldRole(PLACES[1], "off", "Off", everything, role_is_active=False),
            HeldRole(PLACES[2], "night", "Night", trips, facility_ids=(PLACES[0],), expires_at=future),
        ),
        overrides=(Override("trips.read", True, past, "Noise."),),
        places={PLACES[0]: "North depot"},
    )
    found = explain(held, "trips.read", NOW)
    assert [step.sentence for step in found.steps] == [
        "The account is active.",
        "trips.read was denied directly, but it has expired. Reason given: Noise.",
        "Nothing grants trips.read directly.",
        "The role Administrator includes trips.read, but it has expired.",
        "The role Off includes trips.read, but the role is switched off.",
        "The role Night includes trips.read, for records of North depot until 2026-05-02 12:00 UTC.",
    ]
    assert found.conclusion == "Yes: Anna has trips.read for records of North depot."


def test_a_role_for_ones_own_rows_only() -> None:
    permissions = {"trips": {"actions": ["read"], "scope": "all"}}
    held = HeldRole(PLACES[0], "viewer", "Viewer", permissions, facility_ids=(), department_ids=())
    assert held.reach == Reach(own=True)
    assert Holdings("Anna", roles=(held,)).access(NOW).reach("trips.read") == Reach(own=True)


async def test_what_is_loaded_is_what_authentication_finds(org: Organisation, owner: Any) -> None:
    user = await org.user("viewer", "driver")
    soon = datetime.now(UTC) + timedelta(hours=1)
    await org.act(assign_role, org.actor, user.id, "dispatcher", expires_at=soon, own_only=True)
    await org.act(assign_role, org.actor, user.id, "auditor", expires_at=soon)
    await org.act(set_user_permission, org.actor, user.id, "trips.update", "grant", expires_at=soon)
    await org.act(set_user_permission, org.actor, user.id, "trips.read", "deny", reason="privacy")
    owner.execute(
        "UPDATE user_roles a SET expires_at = now() - interval '1 s' FROM roles r WHERE r.id = a.role_id "
        "AND a.user_id = %s AND r.role_name = 'auditor'",
        (user.id,),
    )
    person = await load_person(org.database, org.actor, user.id)
    now = datetime.now(UTC)
    access = await load_access(org.database, org.actor, user.id)
    assert set(person.holdings.access(now).rules) == set(access.rules)
    assert access.reach("driver_assignments.update") == Reach(own=True)
    rests = {role.name: role.rest(now) for role in person.holdings.roles}
    assert rests == {"viewer": None, "driver": None, "dispatcher": None, "auditor": "it has expired"}
    [deny] = [one for one in person.holdings.overrides if one.deny]
    assert (deny.key, deny.reason) == ("trips.read", "privacy")
    from motorpool.core.errors import NotFound

    with pytest.raises(NotFound):
        await load_person(org.database, org.actor, uuid4())


async def test_a_record_that_a_grant_for_all_does_not_reach(org: Organisation, owner: Any) -> None:
    """Letters and the like are one's own; rows about records are seen by who may read all records of their kind."""
    user, other = await org.user("viewer"), await org.user("viewer")
    await org.act(set_user_permission, org.actor, user.id, "incidents.read", "deny")
    for permission in ("comments.read", "vehicles.read"):
        await org.act(set_user_permission, org.actor, user.id, permission, "grant")

    def add(table: str, **values: Any) -> UUID:
        marks = ", ".join(["%s"] * (len(values) + 1))
        row = owner.execute(
            f"INSERT INTO {table} (tenant_id, {', '.join(values)}) VALUES ({marks}) RETURNING id",
            (org.id, *values.values()),
        ).fetchone()
        return UUID(str(row[0]))

    incident, vehicle = uuid4(), uuid4()
    records = {
        ("list_views", True): add("list_views", user_id=user.id, collection="trips", name="Mine"),
        ("list_views", False): add("list_views", user_id=other.id, collection="trips", name="Theirs"),
    }
    for kind, record, author, allowed in (
        ("vehicles", vehicle, other.id, True),
        ("incidents", incident, other.id, False),
        ("incidents", incident, user.id, True),
    ):
        key = add("comments", record_type=kind, record_id=record, author_user_id=author, body="So it is.")
        records["comments", allowed, kind] = key
    person, now = await load_person(org.database, org.actor, user.id), datetime.now(UTC)
    subject = person.as_actor(org.id, now)
    for (table, allowed, *_), key in records.items():
        resource = REGISTRY[table]
        reach = reach_or_forbid(resource, subject, "read")
        statement = get_statement(resource, subject, reach, key, {})
        seen = bool(await org.database.read(subject, statement.sql, statement.parameters))
        answer = await explain_record(
            org.database, subject, person.holdings, resource, f"{table}.read", (key, "x")
        )
        assert (seen, answer.allowed) == (allowed, allowed), (table, answer.steps)
