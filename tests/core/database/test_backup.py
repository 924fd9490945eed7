"""A backup that comes back is the same database: every row, and everything that keeps tenants apart."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from motorpool.cli import main
from motorpool.core.database import migrate
from motorpool.core.database.backup import HEADER_BYTES, MAGIC, Manifest, back_up, read_manifest
from motorpool.core.database.programs import program
from motorpool.core.database.restore import restore
from motorpool.core.errors import Conflict, Invalid, Unavailable
from motorpool.core.secrets.keyring import encode_key, generate_key

CATALOG = {
    "columns": (
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, "
        "pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum), "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(a.attacl) x) "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') ORDER BY 1, a.attnum"
    ),
    "relations": (
        "SELECT c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity, "
        "pg_get_expr(c.relpartbound, c.oid), obj_description(c.oid, 'pg_class'), "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(c.relacl) x) "
        "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1"
    ),
    "constraints": (
        "SELECT conrelid::regclass::text, conname, contype, convalidated, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
    ),
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "policies": "SELECT * FROM pg_policies WHERE schemaname = 'public' ORDER BY tablename, policyname",
    "triggers": (
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger "
        "WHERE NOT tgisinternal ORDER BY 1, 2"
    ),
    "functions": (
        "SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.prosecdef, p.proconfig, p.prosrc, "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(p.proacl) x) FROM pg_proc p "
        "WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1"
    ),
    "types": "SELECT typname, typtype, pg_get_userbyid(typowner) FROM pg_type WHERE typnamespace = 'public'::regnamespace ORDER BY 1",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
}


def catalog(url: str) -> dict[str, list[Any]]:
    """Everything but the data. Where PostgreSQL puts the casts in `x IN ('a', 'b')` changes when it reads its own text."""
    with psycopg.connect(url) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in CATALOG.items()}  # type: ignore[arg-type]
    casts = re.compile(r"::(text|character varying)\b(\[\])?|[()]")
    return {
        name: [tuple(casts.sub("", cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
        for name, rows in found.items()
    }


def rows(url: str) -> dict[str, tuple[int, str]]:
    """Table -> (number of rows, checksum of them all)."""
    with psycopg.connect(url) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "AND relname NOT IN ('event_log', 'alembic_version') ORDER BY 1"
            )
        ]
        return {
            name: connection.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t"  # type: ignore[arg-type]
            ).fetchone()
            for name in names
        }


@pytest.fixture
def filled(own_database_urls: Any) -> Any:
    """Two tenants with people, vehicles, positions, audit rows, an event and a job in the queue."""
    with psycopg.connect(own_database_urls.owner) as connection:
        connection.execute("SELECT ensure_partition('vehicle_locations', '2026-01-15')")
        connection.execute(
            "CREATE INDEX ON vehicle_locations_y2026m01 USING gist (ll_to_earth(latitude, longitude))"
        )
        for slug in ("north", "south"):
            tenant, vehicle = uuid.uuid4(), uuid.uuid4()
            connection.execute(
                "INSERT INTO tenants (id, slug, name) VALUES (%s, %s, %s)",
                (tenant, slug, f"Höfe \\ {slug}\n"),
            )
            connection.execute(
                "INSERT INTO vehicles (id, tenant_id, vehicle_number, metadata) VALUES (%s, %s, 'V-1', '{\"a\": [1, null]}')",
                (vehicle, tenant),
            )
            connection.execute(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at) "
                "SELECT %s, %s, 50 + n / 1000.0, 8, '2026-01-15'::timestamptz + n * interval '1 s' "
                "FROM generate_series(1, 500) AS n ON CONFLICT DO NOTHING",
                (tenant, vehicle),
            )
            connection.execute(
                "INSERT INTO event_log (tenant_id, topic, payload) VALUES (%s, 'positions', '{}')", (tenant,)
            )
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'core.prune_expired', '{}')"
        )
    return own_database_urls


def test_everything_comes_back(filled: Any, make_empty: Callable[[], Any], tmp_path: Path) -> None:
    before, contents = catalog(filled.owner), rows(filled.owner)
    assert contents["vehicle_locations_y2026m01"][0] == 1000
    assert sum(count for name, (count, _) in contents.items() if name.startswith("audit_trails")) >= 4
    seen: list[tuple[int, int, str]] = []

    file = tmp_path / "fleet.backup"
    manifest = back_up(filled.owner, file, key="abcd", progress=lambda *step: seen.append(step))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["fleet.backup"]
    assert {"vehicles", "vehicle_locations_y2026m01"} <= {step[2] for step in seen}
    assert seen[-1][0] == seen[-1][1]
    assert read_manifest(file) == manifest
    assert manifest.size == file.stat().st_size - HEADER_BYTES
    assert manifest.key == "abcd"

    target = make_empty()
    assert restore(target.owner, file) == manifest
    after = catalog(target.owner)
    for name in CATALOG:
        assert after[name] == before[name], name
    assert rows(target.owner) == contents
    assert migrate.pending(target.owner) == []
    assert migrate.drift(target.owner) == migrate.drift(filled.owner)
    with psycopg.connect(target.owner) as connection:
        # The numbers of another server's transactions would mean something else here.
        assert connection.execute("SELECT count(*) FROM event_log").fetchone() == (0,)
    check_tenants_are_apart(target)


def check_tenants_are_apart(target: Any) -> None:
    with psycopg.connect(target.owner) as connection:
        north = connection.execute("SELECT id FROM tenants WHERE slug = 'north'").fetchone()
    with psycopg.connect(target.app) as connection:
        assert connection.execute("SELECT count(*) FROM vehicles").fetchone() == (0,)
        assert connection.execute("SELECT find_tenant('south')").fetchone() != (None,)
        connection.execute(f"SET LOCAL motorpool.tenant_id = '{north[0]}'")  # type: ignore[index, arg-type]
        assert connection.execute("SELECT count(*) FROM vehicles").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM vehicle_locations").fetchone() == (500,)
        found = connection.execute("SELECT count(*) FROM search_vehicles(ARRAY['%V-1%'], 10)").fetchone()
        assert found == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM vehicle_locations_y2026m01")


def test_a_used_database_is_only_replaced_on_demand(filled: Any, tmp_path: Path) -> None:
    file = tmp_path / "b"
    back_up(filled.owner, file)
    before, contents = catalog(filled.owner), rows(filled.owner)
    with psycopg.connect(filled.owner) as connection:
        connection.execute("DELETE FROM vehicle_locations")
        connection.execute("CREATE TABLE of_a_later_version (id integer)")
        connection.execute("CREATE VIEW and_a_view AS SELECT id FROM vehicles")
    with pytest.raises(Conflict, match=r"not empty.*--replace"):
        restore(filled.owner, file)
    with psycopg.connect(filled.owner) as connection:
        assert connection.execute("SELECT count(*) FROM vehicle_locations").fetchone() == (0,)
    with psycopg.connect(filled.app), pytest.raises(Conflict, match=r"1 sessions.*stop it first"):
        restore(filled.owner, file, replace=True)
    restore(filled.owner, file, replace=True)
    assert rows(filled.owner) == contents
    after = catalog(filled.owner)
    for name in CATALOG:
        assert after[name] == before[name], name


def test_the_key_is_not_in_the_file(filled: Any, tmp_path: Path) -> None:
    key = generate_key()
    back_up(filled.owner, tmp_path / "b", key=key.fingerprint)
    content = (tmp_path / "b").read_bytes()
    text = subprocess.run(
        [program("pg_restore"), "--file=-"], input=content[HEADER_BYTES:], capture_output=True, check=True
    ).stdout
    assert b"COPY public.vehicles " in text
    for form in (encode_key(key).encode(), key.value, key.value.hex().encode()):
        assert form not in content
        assert form not in text


def rewritten(file: Path, dump: bytes, **changes: Any) -> None:
    """The file with another dump and a header that fits it."""
    manifest = read_manifest(file)
    facts = (
        msgspec.to_builtins(manifest)
        | {"size": len(dump), "sha256": hashlib.sha256(dump).hexdigest()}
        | changes
    )
    header = MAGIC + msgspec.json.encode(msgspec.convert(facts, Manifest)) + b"\n"
    file.write_bytes(header.ljust(HEADER_BYTES, b"\n") + dump)


def test_bad_files_are_refused_and_change_nothing(
    filled: Any, make_empty: Callable[[], Any], tmp_path: Path
) -> None:
    file = tmp_path / "b"
    back_up(filled.owner, file)
    good = file.read_bytes()
    contents = rows(filled.owner)

    def refused(error: type[Exception], match: str) -> None:
        with pytest.raises(error, match=match):
            restore(filled.owner, file, replace=True)
        assert rows(filled.owner) == contents

    file.write_bytes(b"-- PostgreSQL database dump\n" * 500)
    refused(Invalid, "no backup")
    file.write_bytes(good[:-100])
    refused(Invalid, "damaged")
    file.write_bytes(good[:-100] + bytes([good[-100] ^ 1]) + good[-99:])
    refused(Invalid, "checksum")
    rewritten(file, good[HEADER_BYTES:], revision="9999", motorpool="9.0.0")
    refused(Conflict, r"schema revision 9999 of Motorpool 9\.0\.0.*does not know")
    file.write_bytes(good)
    rewritten(file, good[HEADER_BYTES:], server=190001)
    refused(Conflict, "PostgreSQL 19")
    # A dump that ends in the middle: all that psql has done by then is undone.
    file.write_bytes(good)
    rewritten(file, good[HEADER_BYTES : HEADER_BYTES + len(good) * 2 // 3])
    refused(Unavailable, "Nothing was restored")


def test_what_cannot_be_backed_up(filled: Any, make_empty: Callable[[], Any], tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(Conflict, match="exists"):
        back_up(filled.owner, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"
    with pytest.raises(Invalid, match="does not exist"):
        back_up(filled.owner, tmp_path / "no" / "b")
    with pytest.raises(Invalid, match="nothing to back up"):
        back_up(make_empty().owner, tmp_path / "b")
    # A table that the owner may not read: pg_dump fails, no file appears.
    with psycopg.connect(filled.superuser) as connection:
        connection.execute("CREATE TABLE foreign_table (id integer)")
    with pytest.raises(Unavailable, match="foreign_table"):
        back_up(filled.owner, tmp_path / "b")
    assert os.listdir(tmp_path) == ["there"]


def test_the_command_brings_an_older_backup_up_to_date(
    make_empty: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On servers that are named by their address."""
    old, new = make_empty(), make_empty()
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path))
    migrate.upgrade(old.owner, "0001")

    def motorpool(database: Any, *arguments: str) -> Any:
        monkeypatch.setenv("MOTORPOOL_DATABASE_URL", database.owner)
        monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", database.app)
        return CliRunner().invoke(main, ["db", *arguments])

    made = motorpool(old, "backup", str(tmp_path / "old.backup"))
    assert made.exit_code == 0, made.output
    assert "schema revision 0001" in made.output
    assert "Keep the master key separately" in made.output
    back = motorpool(new, "restore", str(tmp_path / "old.backup"))
    assert back.exit_code == 0, back.output
    assert "schema revision 0001" in back.output
    assert "Brought the database to version" in back.output
    assert migrate.pending(new.owner) == []
    assert "master key" not in back.output
    (tmp_path / "master.key").unlink()
    again = motorpool(new, "restore", str(tmp_path / "old.backup"))
    assert again.exit_code == 1
    assert "not empty" in again.output
    again = motorpool(new, "restore", "--replace", str(tmp_path / "old.backup"))
    assert again.exit_code == 0
    assert f"put your copy at {tmp_path / 'master.key'}" in again.output
    assert not (tmp_path / "master.key").exists(), "a new key would hide that the old one is missing"


@pytest.mark.slow
def test_from_one_embedded_server_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["PYTEST_MOTORPOOL_CLUSTER"])
    one, other = folder / f"a{uuid.uuid4().hex[:6]}", folder / f"b{uuid.uuid4().hex[:6]}"

    def motorpool(place: Path, *arguments: str) -> str:
        monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(place))
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == 0, result.output
        return result.output

    motorpool(one, "db", "upgrade")
    motorpool(one, "tenant", "create", "north", "--name", "North")
    motorpool(one, "db", "backup", str(tmp_path / "b"))
    assert "put your copy" in motorpool(other, "db", "restore", str(tmp_path / "b"))
    assert "north" in motorpool(other, "tenant", "list")
