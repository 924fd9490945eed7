"""The script for Citus: every table in its place, in an order that runs. Citus' own functions are stood in for by
functions that note what they were asked, so that the rest of the script runs on a plain PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from motorpool.cli import main
from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.distribute import (
    REFERENCE,
    STAYS_LOCAL,
    make_plan,
    placements,
    run,
    script,
    stray_keys,
)
from motorpool.core.database.models import facts_of
from motorpool.core.errors import Conflict

Owner = psycopg.Connection[Any]
METADATA = load_metadata()
KEYS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND conparentid = 0 ORDER BY 1, 2"
)
TRIGGERS = (
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgparentid = 0 ORDER BY 1, 2"
)
FORCED = "SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY 1"


@pytest.fixture
def owner(own_database_urls: Any) -> Iterator[Owner]:
    with psycopg.connect(own_database_urls.owner, autocommit=True) as connection:
        yield connection


def test_every_table_has_one_place() -> None:
    where = placements(METADATA)
    assert set(where) == set(METADATA.tables)
    for name, place in where.items():
        table = METADATA.tables[name]
        facts = facts_of(table)
        if facts.ownership == "tenant" and name not in STAYS_LOCAL:
            assert place == "distributed", name
            assert not table.columns["tenant_id"].nullable, name
        else:
            assert place != "distributed", f"{name}: rows without a tenant cannot be distributed"
    assert {"tenants", "permissions", *REFERENCE} <= {
        name for name, place in where.items() if place == "reference"
    }


def test_foreign_keys_only_lead_where_citus_can_follow() -> None:
    where = placements(METADATA)
    allowed = {
        "distributed": {"distributed", "reference"},
        "reference": {"reference"},
        "local": {"reference", "local"},
    }
    for name, place in where.items():
        for key in METADATA.tables[name].foreign_keys:
            target = key.column.table.name
            assert where[target] in allowed[place], f"{name} ({place}) -> {target} ({where[target]})"


def test_the_script_names_each_tenant_table_once_and_parents_first(owner: Owner) -> None:
    text = script(make_plan(owner, METADATA))
    where = placements(METADATA)
    distributed = re.findall(
        r"create_distributed_table\('(\w+)', 'tenant_id', colocate_with => '(\w+)'\)", text
    )
    names = [name for name, _ in distributed]
    assert sorted(names) == sorted(name for name, place in where.items() if place == "distributed")
    assert [group for _, group in distributed] == ["none", *[names[0]] * (len(names) - 1)]
    references = re.findall(r"create_reference_table\('(\w+)'\)", text)
    assert sorted(references) == sorted(name for name, place in where.items() if place == "reference")
    order = [*references, *names]
    assert text.index(f"'{references[-1]}'") < text.index(f"'{names[0]}'")
    leads_to = {
        name: {key.column.table.name for key in METADATA.tables[name].foreign_keys} - {name} for name in order
    }

    def reaches(start: str, goal: str) -> bool:
        seen, open_ = set(), {start}
        while open_:
            seen |= open_
            open_ = {target for name in open_ for target in leads_to[name]} - seen
        return goal in seen

    late = [
        f"{target} after {name}"
        for name in names
        for target in leads_to[name]
        if order.index(target) > order.index(name) and not reaches(target, name)
    ]
    assert late == []


def test_without_citus_it_prints_and_refuses_to_run(
    owner: Owner, own_database_urls: Any, monkeypatch: Any
) -> None:
    before = owner.execute(KEYS).fetchall()
    with pytest.raises(Conflict, match="has no Citus"):
        run(owner, make_plan(owner, METADATA))
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", own_database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", own_database_urls.app)
    printed = CliRunner().invoke(main, ["db", "distribute", "--shards", "8"])
    assert printed.exit_code == 0
    assert "SET LOCAL citus.shard_count = 8;" in printed.output
    refused = CliRunner().invoke(main, ["db", "distribute", "--run"])
    assert refused.exit_code == 1
    assert "has no Citus" in refused.output
    assert owner.execute(KEYS).fetchall() == before
    assert stray_keys(owner) == []


def test_a_trigger_that_leaves_its_server_is_named(owner: Owner) -> None:
    plan = make_plan(owner, METADATA)
    assert any("trigger directory of devices" in blocker for blocker in plan.blockers)
    assert all("audit of" not in blocker for blocker in plan.blockers)
    assert f"-- STOP: {plan.blockers[0]}" in script(plan)


def test_the_script_runs_and_leaves_the_same_keys(owner: Owner) -> None:
    keys, triggers, forced = (owner.execute(query).fetchall() for query in (KEYS, TRIGGERS, FORCED))
    tenant = owner.execute("INSERT INTO tenants (slug, name) VALUES ('n', 'N') RETURNING id").fetchone()
    assert tenant is not None
    owner.execute("INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'V-1')", tenant)
    owner.execute("CREATE TABLE asked (place integer GENERATED ALWAYS AS IDENTITY, name text, state text)")
    # At the moment of the move: no foreign key or trigger on it, the policy not forced, each unique key with the tenant.
    owner.execute("""
        CREATE FUNCTION note(moved text) RETURNS void LANGUAGE sql AS $$
            INSERT INTO asked (name, state) SELECT moved, concat_ws(', ',
                (SELECT 'foreign key' WHERE EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
                 AND moved::regclass IN (conrelid, confrelid))),
                (SELECT 'trigger' WHERE EXISTS (SELECT FROM pg_trigger WHERE tgrelid = moved::regclass AND NOT tgisinternal)),
                (SELECT 'forced' FROM pg_class WHERE oid = moved::regclass AND relforcerowsecurity),
                (SELECT string_agg(indexrelid::regclass::text, ' ') FROM pg_index x
                 WHERE indrelid = moved::regclass AND indisunique AND NOT EXISTS (
                     SELECT FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (x.indkey) AND attname = 'tenant_id')))
        $$;
        CREATE FUNCTION create_reference_table(moved text) RETURNS void LANGUAGE sql AS $$
            SELECT note(moved); UPDATE asked SET state = regexp_replace(state, '(, )?\\w*(pk|uq)_[\\w ]*$', '') $$;
        CREATE FUNCTION create_distributed_table(moved text, by text, colocate_with text) RETURNS void LANGUAGE sql AS $$
            SELECT note(moved) $$;
        CREATE VIEW citus_tables AS SELECT name AS table_name, 'distributed' AS citus_table_type, 1 AS colocation_id FROM asked
    """)
    plan = make_plan(owner, METADATA)
    with owner.transaction():
        for statement in plan.statements:
            if statement.startswith("ALTER DATABASE"):
                continue  # the owner of a database may set what an extension defines, but nothing unknown
            owner.execute(statement)  # type: ignore[call-overload]
    asked = owner.execute("SELECT name, state FROM asked ORDER BY place").fetchall()
    assert len(asked) == sum(1 for place in plan.placements.values() if place != "local")
    assert [row for row in asked if row[1]] == []
    assert owner.execute(KEYS).fetchall() == keys
    assert owner.execute(FORCED).fetchall() == forced
    # By name: where the brackets of a condition are changes when PostgreSQL reads its own text.
    kept = {row[:2] for row in owner.execute(TRIGGERS).fetchall()}
    gone = [row[:2] for row in triggers if row[:2] not in kept]
    assert gone == [row[:2] for row in triggers if plan.placements.get(row[0]) == "reference"]
    shape = owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'vehicles'::regclass AND contype = 'p'"
    ).fetchone()
    assert shape == ("PRIMARY KEY (tenant_id, id)",)
