"""The live catalog against the declared facts, partitions included, so that a new table cannot be forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from motorpool.core.database import migrate
from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.ddl import RIGHTS, closed_sets
from motorpool.core.database.models import facts_of

TABLES = sorted(load_metadata().tables.values(), key=lambda table: table.name)
Owner = psycopg.Connection[Any]
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_models_and_migrations_are_in_step(database_urls: Any) -> None:
    assert migrate.pending(database_urls.owner) == []
    assert migrate.drift(database_urls.owner) == []


def test_names_fit_into_what_postgresql_keeps_of_them() -> None:
    """A longer name is cut off, and with it the sentence that a broken rule is told by."""
    names = [str(made.name) for table in TABLES for made in (*table.constraints, *table.indexes)]
    assert [name for name in names if len(name.encode()) > 63] == []


def test_the_page_of_closed_sets_is_in_step() -> None:
    page = Path(__file__).parents[2] / "docs" / "closed-sets.md"
    assert page.read_text() == closed_sets(load_metadata()), (
        "run `motorpool db closed-sets > docs/closed-sets.md`"
    )


def test_migrations_run_up_down_and_up_again(own_database_urls: Any) -> None:
    migrate.downgrade(own_database_urls.owner, "base")
    with psycopg.connect(own_database_urls.owner) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        ).fetchall()
    assert left == [("alembic_version",)]
    migrate.upgrade(own_database_urls.owner)
    assert migrate.drift(own_database_urls.owner) == []


@each_table
def test_row_security_is_forced_with_the_declared_policy(table: Any, owner: Owner) -> None:
    facts = facts_of(table)
    row = owner.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table.name,)
    ).fetchone()
    if facts.ownership == "global":
        assert facts.rights in ("read", "none"), "what has no tenant must not be writable by the application"
        return
    assert row == (True, True)
    policies = dict(
        owner.execute(
            "SELECT policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies WHERE tablename = %s",
            (table.name,),
        ).fetchall()
    )
    expected = {"owner_all", "tenant_rows", *(f"{role}_reads" for role in facts.readable_by)}
    expected |= {"motorpool_search_reads"} if facts.search else set()
    expected |= {"shared_rows"} if facts.ownership == "shared_or_own" else set()
    assert set(policies) == expected
    each = 2 if facts.ownership == "shared_or_own" else 1
    assert policies["tenant_rows"].count("current_setting('motorpool.tenant_id'") == 2 * each


@each_table
def test_the_application_has_the_declared_rights_and_no_more(table: Any, owner: Owner) -> None:
    rights = {
        row[0]
        for row in owner.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants "
            "WHERE table_name = %s AND grantee = 'motorpool_app'",
            (table.name,),
        )
    }
    declared = {right for right in RIGHTS[facts_of(table).rights].split(", ") if right}
    assert rights == declared


@each_table
def test_audited_tables_have_the_trigger(table: Any, owner: Owner) -> None:
    facts = facts_of(table)
    found = owner.execute(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'audit'",
        (table.name,),
    ).fetchone()
    assert (found is not None) == facts.audited
    if found is None:
        assert facts.reason, "an exemption needs a reason"
    else:
        assert found[0].split("\\000")[0] == table.name


@each_table
def test_references_between_tenant_tables_are_composite(table: Any, owner: Owner) -> None:
    rows = owner.execute(
        "SELECT c.conname, c.confrelid::regclass::text, array_length(c.conkey, 1), c.condeferrable, c.confdeltype::text, "
        "(SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) "
        "FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = 'f'",
        (table.name,),
    ).fetchall()
    for name, target, width, deferrable, on_delete, first_column in rows:
        assert not deferrable, name
        assert on_delete in ("a", "c"), f"{name}: no SET NULL"
        if target not in ("tenants", "permissions"):
            assert (width, first_column) == (2, "tenant_id"), name


def test_leaves_take_copy_of_the_application_and_nothing_else(owner: Owner) -> None:
    for parent in ("vehicle_locations", "obd_telemetry"):
        leaf = owner.execute("SELECT ensure_partition(%s, '2026-01-15')", (parent,)).fetchone()
        assert leaf is not None
        table_rights = owner.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = %s AND grantee = 'motorpool_app'",
            leaf,
        ).fetchall()
        assert table_rights == []
        columns = {
            row[0]
            for row in owner.execute(
                "SELECT column_name FROM information_schema.column_privileges WHERE table_name = %s "
                "AND grantee = 'motorpool_app' AND privilege_type = 'INSERT'",
                leaf,
            )
        }
        assert columns and not columns & {"tenant_id", "id"}


def test_partitions_of_other_tables_or_far_months_are_refused(owner: Owner) -> None:
    for parent, moment in (
        ("users", "2026-01-01"),
        ("vehicle_locations", "1999-12-31"),
        ("vehicle_locations", "2999-01-01"),
    ):
        with pytest.raises(psycopg.errors.RaiseException):
            owner.execute("SELECT ensure_partition(%s, %s)", (parent, moment))


def test_definer_functions_have_a_fixed_search_path_and_are_not_public(owner: Owner) -> None:
    rows = owner.execute(
        "SELECT p.proname, p.proconfig, r.rolname, has_function_privilege('public', p.oid, 'EXECUTE'), p.prorettype::regtype::text "
        "FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.prosecdef "
        "AND p.pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(rows) > 10
    for name, config, role, public, returns in rows:
        assert config and any(item.startswith("search_path=") for item in config), name
        assert role in ("motorpool_owner", "motorpool_auth", "motorpool_search"), name
        assert not public or returns == "trigger", name


def test_the_audit_log_cannot_be_forged_or_changed(database_urls: Any, tenant: Any) -> None:
    with psycopg.connect(database_urls.app) as connection:
        for statement in (
            "INSERT INTO audit_trails (tenant_id, table_name, record_id, operation) VALUES (%(t)s, 'x', %(t)s, 'INSERT')",
            "UPDATE audit_trails SET reason = 'x'",
            "DELETE FROM audit_trails",
            "TRUNCATE audit_trails",
            "ALTER TABLE vehicles DISABLE TRIGGER audit",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                for setting in tenant.actor.setting_statements():
                    connection.execute(setting)
                connection.execute(statement, {"t": tenant.id} if "%(t)s" in statement else None)
