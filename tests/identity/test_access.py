"""deny > grant > role, expiry, places, and who may give what to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, Forbidden, Invalid, NotFound
from motorpool.identity.actions.assign_role import assign_role, remove_role
from motorpool.identity.actions.disable_user import disable_user, reset_password
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.queries.load_access import load_access

from .conftest import Organisation

EVERYWHERE = Reach(everything=True)


async def test_deny_beats_grant_beats_role(org: Organisation) -> None:
    user = await org.user("viewer")
    assert (await load_access(org.database, org.actor, user.id)).reach("trips.read") == EVERYWHERE
    assert not (await load_access(org.database, org.actor, user.id)).allows("trips.update")
    await org.act(set_user_permission, org.actor, user.id, "trips.update", "grant")
    assert (await load_access(org.database, org.actor, user.id)).reach("trips.update") == EVERYWHERE
    await org.act(set_user_permission, org.actor, user.id, "trips.read", "deny", reason="privacy")
    access = await load_access(org.database, org.actor, user.id)
    assert not access.allows("trips.read")
    assert access.explain("trips.read")[0] == "refused: a direct deny denies trips.read"
    assert "granted: the role viewer gives trips.read" in access.explain("trips.read")
    await org.act(set_user_permission, org.actor, user.id, "trips.read", None)
    assert (await load_access(org.database, org.actor, user.id)).allows("trips.read")


async def test_what_has_expired_does_not_hold(org: Organisation, owner: Any) -> None:
    user = await org.user()
    soon = datetime.now(UTC) + timedelta(hours=1)
    await org.act(assign_role, org.actor, user.id, "viewer", expires_at=soon)
    await org.act(set_user_permission, org.actor, user.id, "users.read", "grant", expires_at=soon)
    await org.act(set_user_permission, org.actor, user.id, "vehicles.read", "deny", expires_at=soon)
    access = await load_access(org.database, org.actor, user.id)
    assert (access.allows("trips.read"), access.allows("users.read"), access.allows("vehicles.read")) == (
        True,
        True,
        False,
    )
    owner.execute(
        "UPDATE user_permissions SET expires_at = now() - interval '1 s' WHERE user_id = %s", (user.id,)
    )
    access = await load_access(org.database, org.actor, user.id)
    assert (access.allows("trips.read"), access.allows("users.read"), access.allows("vehicles.read")) == (
        True,
        False,
        True,
    )
    owner.execute("UPDATE user_roles SET expires_at = now() - interval '1 s' WHERE user_id = %s", (user.id,))
    assert (await load_access(org.database, org.actor, user.id)).rules == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE user_roles SET is_active = false WHERE user_id = %(user)s",
        "UPDATE roles SET is_active = false WHERE tenant_id = %(tenant)s",
        "UPDATE users SET status = 'disabled' WHERE id = %(user)s",
        "UPDATE tenants SET status = 'suspended' WHERE id = %(tenant)s",
    ],
)
async def test_what_is_switched_off_gives_nothing(org: Organisation, owner: Any, change: str) -> None:
    user = await org.user("fleet_manager")
    assert (await load_access(org.database, org.actor, user.id)).allows("vehicles.create")
    owner.execute(change, {"user": user.id, "tenant": org.id})
    assert not (await load_access(org.database, org.actor, user.id)).allows("vehicles.create")


async def test_facilities_and_departments_narrow_the_reach(
    org: Organisation, other_org: Organisation, owner: Any
) -> None:
    def add(table: str, tenant: Any) -> Any:
        row = owner.execute(
            f"INSERT INTO {table} (tenant_id, name, code) VALUES (%s, 'x', %s) RETURNING id",
            (tenant, uuid4().hex),
        ).fetchone()
        return row[0]

    here, department, foreign = (
        add("facilities", org.id),
        add("departments", org.id),
        add("facilities", other_org.id),
    )
    user = await org.user()
    await org.act(assign_role, org.actor, user.id, "viewer", facility_ids=[here], department_ids=[department])
    access = await load_access(org.database, org.actor, user.id)
    assert access.reach("vehicles.read") == Reach(
        facilities=frozenset({here}), departments=frozenset({department})
    )
    await org.act(assign_role, org.actor, user.id, "driver")
    both = (await load_access(org.database, org.actor, user.id)).reach("vehicles.read")
    assert both == Reach(facilities=frozenset({here}), departments=frozenset({department}), own=True)
    messages = []
    for wrong in (foreign, uuid4()):
        with pytest.raises(Invalid) as caught:
            await org.act(assign_role, org.actor, user.id, "viewer", facility_ids=[wrong])
        messages.append(caught.value.fields[0].message.replace(str(wrong), "ID"))
    assert messages[0] == messages[1]


async def test_one_statement_and_only_in_the_own_tenant(org: Organisation, other_org: Organisation) -> None:
    user = await org.user("viewer")
    with pytest.raises(NotFound):
        await load_access(org.database, other_org.actor, user.id)


async def test_nobody_gives_more_than_they_have(org: Organisation) -> None:
    boss, clerk = await org.user("admin"), await org.user()
    manager = await org.actor_of(await org.user("fleet_manager"))
    with pytest.raises(Forbidden, match=r"\*\.\*"):
        await org.act(assign_role, manager, clerk.id, "admin")
    with pytest.raises(Forbidden):
        await org.act(assign_role, manager, clerk.id, "auditor")
    with pytest.raises(Forbidden):
        await org.act(remove_role, manager, boss.id, "admin")
    await org.act(assign_role, manager, clerk.id, "viewer")
    with pytest.raises(Forbidden):
        await org.act(set_user_permission, manager, clerk.id, "users.update", "grant")
    with pytest.raises(Forbidden):
        await org.act(disable_user, manager, boss.id)
    async with org.database.transaction(manager) as session:
        with pytest.raises(Forbidden):
            await reset_password(session, org.keyring, manager, boss.id)


async def test_the_last_administrator_stays(org: Organisation) -> None:
    only = await org.user("admin")
    with pytest.raises(Conflict, match="only administrator"):
        await org.act(disable_user, org.actor, only.id)
    with pytest.raises(Conflict, match="only administrator"):
        await org.act(remove_role, org.actor, only.id, "admin")
    second = await org.user("admin")
    await org.act(remove_role, org.actor, only.id, "admin")
    with pytest.raises(Conflict):
        await org.act(disable_user, org.actor, second.id)


async def test_wrong_input_names_the_field(org: Organisation) -> None:
    user = await org.user()
    past = datetime.now(UTC) - timedelta(seconds=1)
    for action, arguments, options, field in (
        (assign_role, (user.id, "chief"), {}, "role"),
        (assign_role, (user.id, "viewer"), {"expires_at": past}, "expires_at"),
        (remove_role, (user.id, "viewer"), {}, "role"),
        (set_user_permission, (user.id, "nothing.read", "grant"), {}, "permission"),
        (set_user_permission, (user.id, "trips.read", "grant"), {"expires_at": past}, "expires_at"),
    ):
        with pytest.raises(Invalid) as caught:
            await org.act(action, org.actor, *arguments, **options)
        assert caught.value.fields[0].field == field
    with pytest.raises(Invalid, match="not valid") as caught:
        await org.act(assign_role, org.actor, user.id, "chief")
    assert "viewer" in caught.value.fields[0].message
