"""Organisations: making, suspending, exporting, deleting; permissions and roles kept in step; the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from motorpool.cli import main
from motorpool.core.database.migrate import owner_engine
from motorpool.core.errors import ConfigurationError, Conflict, Invalid, NotFound
from motorpool.core.resource.registry import load_registry
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.delete_tenant import delete_tenant
from motorpool.identity.actions.export_tenant import export_tenant
from motorpool.identity.actions.suspend_tenant import suspend_tenant
from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles
from motorpool.identity.rules.system_roles import SYSTEM_ROLES

from .conftest import Organisation, make_organisation


async def fill(org: Organisation, owner: psycopg.Connection[Any]) -> None:
    """Rows that refer to each other in a circle, a series, and a device with its directory entry."""
    boss = await org.user("admin")
    await org.token(boss)
    row = owner.execute(
        "INSERT INTO departments (tenant_id, name, code, manager_user_id) VALUES (%s, 'Dé\\pôt \"1\"', 'a', %s) RETURNING id",
        (org.id, boss.id),
    ).fetchone()
    assert row is not None
    owner.execute("UPDATE users SET department_id = %s WHERE id = %s", (row[0], boss.id))
    row = owner.execute(
        "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, '1') RETURNING id", (org.id,)
    ).fetchone()
    assert row is not None
    owner.execute("SELECT ensure_partition('vehicle_locations', '2026-01-05')")
    owner.execute(
        "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at) "
        "SELECT %s, %s, 37.7, -122.4, '2026-01-05'::timestamptz + n * interval '1 s' FROM generate_series(1, 12000) n",
        (org.id, row[0]),
    )
    owner.execute(
        "INSERT INTO devices (tenant_id, identifier, name, vehicle_id) VALUES (%s, %s, 'd', %s)",
        (org.id, f"dev-{org.slug}", row[0]),
    )


def rows_of(owner: psycopg.Connection[Any], tenant_id: Any) -> dict[str, int]:
    tables = owner.execute(
        "SELECT c.table_name FROM information_schema.columns c JOIN pg_class k ON k.relname = c.table_name "
        "WHERE c.column_name = 'tenant_id' AND c.table_schema = 'public' AND k.relkind IN ('r', 'p') AND NOT k.relispartition"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = owner.execute(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (tenant_id,)).fetchone()  # type: ignore[arg-type]
        counts[table] = row[0] if row else 0
    return {table: count for table, count in counts.items() if count}


async def test_a_new_tenant_has_nine_roles_and_an_audit_trail(org: Organisation, owner: Any) -> None:
    roles = owner.execute(
        "SELECT role_name, permissions FROM roles WHERE tenant_id = %s", (org.id,)
    ).fetchall()
    assert {name for name, _ in roles} == {role.name for role in SYSTEM_ROLES}
    granted = dict(roles)
    assert granted["viewer"]["trips"] == {"actions": ["read"], "scope": "all"}
    assert "users" not in granted["viewer"]
    trail = owner.execute(
        "SELECT table_name, count(*), min(reason) FROM audit_trails WHERE tenant_id = %s GROUP BY 1 ORDER BY 1",
        (org.id,),
    ).fetchall()
    assert {reason for *_, reason in trail} == {"tenant created"}
    made = {table: count for table, count, _ in trail}
    assert made.pop("inspection_form_items") > 50, "the built-in forms"
    assert made == {"inspection_forms": 3, "roles": 9, "tenants": 1}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"slug": "-a"}, "slug"),
        ({"slug": "A"}, "slug"),
        ({"slug": "a" * 64}, "slug"),
        ({"name": " "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone": "Nowhere/Land"}, "time_zone"),
        ({"units": "nautical"}, "units"),
        ({"currency": "usd"}, "currency"),
    ],
)
async def test_bad_tenants(org: Organisation, given: dict[str, str], field: str) -> None:
    async with org.database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
        with pytest.raises(Invalid) as caught:
            await create_tenant(session, **({"slug": "fine", "name": "Fine"} | given))
    assert [problem.field for problem in caught.value.fields] == [field]


async def test_a_slug_is_unique(org: Organisation) -> None:
    for slug in (org.slug, "system"):
        async with org.database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
            with pytest.raises(Conflict):
                await create_tenant(session, slug=slug, name="Twice")


async def test_the_system_tenant_is_not_suspended_or_deleted(org: Organisation, database_urls: Any) -> None:
    with pytest.raises(Invalid):
        await org.act(suspend_tenant, system_actor(SYSTEM_TENANT_ID))
    engine = owner_engine(database_urls.owner)
    with engine.begin() as connection:
        with pytest.raises(Invalid):
            delete_tenant(connection, SYSTEM_TENANT_ID)
        with pytest.raises(NotFound):
            delete_tenant(connection, org.actor.tenant_id.__class__(int=7))
    engine.dispose()


async def test_deleting_leaves_nothing_but_a_note(
    org: Organisation, other_org: Organisation, owner: Any, database_urls: Any
) -> None:
    await fill(org, owner)
    await fill(other_org, owner)
    before = rows_of(owner, other_org.id)
    engine: Engine = owner_engine(database_urls.owner)
    with engine.begin() as connection:
        counts = delete_tenant(connection, org.id)
    engine.dispose()
    assert counts["vehicle_locations"] == 12000
    assert counts["users"] == 1
    assert rows_of(owner, org.id) == {}
    assert owner.execute("SELECT count(*) FROM tenants WHERE id = %s", (org.id,)).fetchone()[0] == 0
    assert rows_of(owner, other_org.id) == before
    note = owner.execute(
        "SELECT operation, old_values ->> 'slug' FROM audit_trails WHERE tenant_id = %s AND record_id = %s",
        (SYSTEM_TENANT_ID, org.id),
    ).fetchall()
    assert note == [("DELETE", org.slug)]


async def test_an_export_has_every_row_and_no_secret(
    org: Organisation, other_org: Organisation, owner: Any, tmp_path: Path
) -> None:
    await fill(org, owner)
    await fill(other_org, owner)
    target = tmp_path / "out.zip"
    counts = await export_tenant(org.database, org.actor, target)
    stored = rows_of(owner, org.id) | {"tenants": 1}
    del stored["device_directory"]  # kept by a trigger on devices
    assert {table: count for table, count in counts.items() if count} == stored
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["rows"] == counts
        everything = b""
        for name in archive.namelist():
            content = archive.read(name)
            everything += content
            if name.endswith(".jsonl"):
                rows = [json.loads(line) for line in content.decode().splitlines()]
                assert len(rows) == counts[name.removesuffix(".jsonl")]
                assert {row.get("tenant_id", row["id"]) for row in rows} <= {str(org.id)}
        assert json.loads(archive.read("departments.jsonl"))["name"] == 'Dé\\pôt "1"'
    for (secret,) in owner.execute(
        "SELECT password_hash FROM users WHERE tenant_id = %(t)s UNION SELECT token_hash FROM api_tokens WHERE tenant_id = %(t)s",
        {"t": org.id},
    ):
        assert secret.encode() not in everything
    with pytest.raises(Conflict):
        await export_tenant(org.database, org.actor, target)


async def test_a_failed_export_leaves_no_file(org: Organisation, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    with pytest.raises(NotFound):
        await export_tenant(org.database, system_actor(org.id.__class__(int=9)), target)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240


# -- permissions and roles


async def test_synchronising_repairs_what_drifted_and_touches_nothing_else(
    org: Organisation, owner: Any, database_urls: Any
) -> None:
    facts = list(load_registry().permissions())
    owner.execute(
        "UPDATE roles SET permissions = '{}' WHERE tenant_id = %s AND role_name = 'viewer'", (org.id,)
    )
    owner.execute(
        "UPDATE roles SET is_active = false WHERE tenant_id = %s AND role_name = 'auditor'", (org.id,)
    )
    owner.execute("DELETE FROM roles WHERE tenant_id = %s AND role_name = 'driver'", (org.id,))
    owner.execute(
        "INSERT INTO roles (tenant_id, role_name, permissions) VALUES (%s, 'night_shift', '{}')", (org.id,)
    )
    sync_permissions_and_roles(database_urls.owner, facts)

    def snapshot() -> list[Any]:
        rows: list[Any] = owner.execute(
            "SELECT role_name, permissions, is_active, xmin::text FROM roles WHERE tenant_id = %s ORDER BY 1",
            (org.id,),
        ).fetchall()
        return rows

    first = {name: (permissions, active) for name, permissions, active, _ in snapshot()}
    assert len(first) == 10
    assert first["viewer"][0]["trips"]["actions"] == ["read"]
    assert first["auditor"][1] is False
    assert first["night_shift"] == ({}, True)
    unchanged = snapshot()
    sync_permissions_and_roles(database_urls.owner, facts)
    assert snapshot() == unchanged
    with pytest.raises(ConfigurationError, match=r"trips\.\*"):
        sync_permissions_and_roles(database_urls.owner, [("trips.*", "", "", "")])


async def test_a_permission_that_is_gone_stays_while_somebody_has_it(
    own_database_urls: Any, keyring: Any
) -> None:
    from motorpool.core.database.database import Database
    from motorpool.identity.actions.set_user_permission import set_user_permission

    url = own_database_urls.owner
    sync_permissions_and_roles(url, [(f"{name}.read", name, "", "Fleet") for name in ("a", "b", "c")])
    database = Database(own_database_urls.app, pool_size=2)
    await database.open()
    try:
        org = await make_organisation(database, keyring)
        user = await org.user()
        await org.act(set_user_permission, org.actor, user.id, "b.read", "deny")
    finally:
        await database.close()
    sync_permissions_and_roles(url, [("c.read", "See c", "", "Fleet")])
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "SELECT permission_key, permission_name FROM permissions ORDER BY 1"
        ).fetchall()
    assert left == [("b.read", "b"), ("c.read", "See c")]


# -- the command line


@pytest.fixture
def run(own_database_urls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", own_database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", own_database_urls.app)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    sync_permissions_and_roles(own_database_urls.owner, load_registry().permissions())

    def invoke(*arguments: str, fails: int = 0, stdin: str | None = None) -> str:
        result = CliRunner().invoke(main, arguments, input=stdin)
        assert result.exit_code == fails, result.output
        return result.output if fails else result.stdout

    return invoke


def test_the_commands(run: Any, settings: Settings, own_database_urls: Any, tmp_path: Path) -> None:
    assert "no tenant yet" in run("user", "list", fails=1)
    made = run("tenant", "create", "acme", "--name", "Acme", "--admin", "boss@acme.example")
    assert "/set-up?token=" in made.splitlines()[-1]
    assert "taken" in run("tenant", "create", "acme", "--name", "Acme", fails=1)
    run(
        "user",
        "create",
        "jo@acme.example",
        "--role",
        "dispatcher",
        "--password-stdin",
        stdin="a fine phrase 12\n",
    )
    assert "at least 10" in run(
        "user", "create", "x@acme.example", "--password-stdin", stdin="short\n", fails=1
    )
    assert "no role 'boss'" in run(
        "user",
        "create",
        "x@acme.example",
        "--role",
        "boss",
        "--password-stdin",
        stdin="a fine phrase 12\n",
        fails=1,
    )
    assert [row["email"] for row in json.loads(run("user", "list", "--json"))] == [
        "boss@acme.example",
        "jo@acme.example",
    ]
    token = run(
        "token", "create", "--user", "jo@acme.example", "--name", "n", "--scope", "trips.read", "--expires", "30d",
        "--allow-ip", "192.0.2.0/24",
    ).splitlines()[-1]  # fmt: skip
    assert token.startswith("mp_")
    assert "may not users.update" in run(
        "token", "create", "--user", "jo@acme.example", "--name", "n", "--scope", "users.update", fails=1
    )
    assert "no lifetime" in run(
        "token", "create", "--user", "jo@acme.example", "--name", "n", "--expires", "soon", fails=2
    )
    listed = run("token", "list")
    assert token not in listed
    run("token", "revoke", listed.split()[0], "--yes")
    assert run("token", "list") == ""
    assert "one-time" not in run(
        "user", "reset-password", "jo@acme.example", "--password-stdin", stdin="a fine phrase 13\n"
    )
    assert "/set-up?token=" in run("user", "reset-password", "jo@acme.example")
    assert "/set-up?token=" in run("user", "invite", "new@acme.example", "--role", "viewer")
    assert "/set-up?token=" in run("user", "invite", "new@acme.example")
    assert "Aborted" in run("user", "disable", "jo@acme.example", fails=1, stdin="n\n")
    run("user", "disable", "jo@acme.example", "--yes")
    assert "only administrator" in run("user", "disable", "boss@acme.example", "--yes", fails=1)

    run("tenant", "create", "second", "--name", "Second")
    assert "--tenant" in run("user", "list", fails=2)
    assert "acme, second" in run("user", "list", "--tenant", "third", fails=1)
    run("tenant", "suspend", "second", "--yes")
    assert {row["slug"]: row["status"] for row in json.loads(run("tenant", "list", "--json"))} == {
        "acme": "active",
        "second": "suspended",
    }
    run("tenant", "suspend", "second", "--resume")
    assert "Wrote" in run("tenant", "export", "second", "--output", str(tmp_path / "second.zip"))
    assert "Nothing was deleted" in run("tenant", "delete", "second", fails=1, stdin="acme\n")
    assert "Deleted second" in run("tenant", "delete", "second", stdin="second\n")
    assert [row["slug"] for row in json.loads(run("tenant", "list", "--json"))] == ["acme"]
    assert load_keyring(settings.replace(data={"dir": tmp_path / "data"})) is not None
