"""Every declared filter and sort has an index that the application's role can use (decision 10).

Under row-level security an operator that is not leakproof cannot use an index, so the plans are those of the role itself.
Tables are small here, so sequential scans and sorts are switched off: what is left of them has no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Float, Numeric
from tests.contract.conftest import REGISTRY
from tests.contract.rows import value_for

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import parse_list_request
from motorpool.core.resource.select import list_statement

RESOURCES = [resource for resource in REGISTRY.values() if resource.facts.ownership == "tenant"]
EVERYTHING = Reach(everything=True)


@pytest.fixture(scope="module", autouse=True)
def a_month_of_each_series(database_urls: Any) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        for resource in RESOURCES:
            if resource.facts.partition_by:
                connection.execute("SELECT ensure_partition(%s, '2026-05-01')", (str(resource.table.name),))


@pytest.fixture(scope="module")
def application(database_urls: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.app, autocommit=True, prepare_threshold=None) as connection:
        yield connection


def plan(
    application: psycopg.Connection[Any], resource: Resource, tenant: Any, query: list[tuple[str, str]]
) -> str:
    wanted = parse_list_request(resource, query)
    statement = list_statement(resource, tenant.actor, EVERYTHING, wanted, None, REGISTRY)
    with application.transaction(force_rollback=True):
        application.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        application.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for setting in tenant.actor.setting_statements():
            application.execute(setting)
        rows = application.execute("EXPLAIN " + statement.sql, statement.parameters).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.collection)
def test_filters_reach_the_table_by_an_index(
    resource: Resource, application: psycopg.Connection[Any], tenant: Any
) -> None:
    for name in resource.filters:
        if name in resource.computed:
            continue
        column = resource.column(name)
        assert not isinstance(column.type, Numeric) or isinstance(column.type, Float), (
            f"{name}: decimals have no usable index"
        )
        value = value_for(resource.table, name, 1)
        text = value.isoformat() if hasattr(value, "isoformat") else str(value).lower()
        explained = plan(application, resource, tenant, [(name, text)])
        assert f"Seq Scan on {resource.table.name}" not in explained, explained
        assert "Index Cond" in explained or "never executed" in explained or resource.facts.partition_by, (
            explained
        )


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.collection)
def test_sorts_come_out_of_an_index(
    resource: Resource, application: psycopg.Connection[Any], tenant: Any
) -> None:
    for name in dict.fromkeys((*resource.sorts, resource.default_sort.lstrip("-"), resource.key)):
        for direction in ("", "-"):
            explained = plan(application, resource, tenant, [("sort", direction + name)])
            # An incremental sort only orders the rows that are equal in the first key.
            sorts = [
                line for line in explained.splitlines() if "Sort  (" in line and "Incremental" not in line
            ]
            assert not sorts, f"{direction}{name}\n{explained}"


def test_a_text_search_uses_its_trigram_index(database_urls: Any, tenant: Any) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number, make) "
            "SELECT %s, 'V-' || n, md5(n::text) FROM generate_series(1, 20000) n",
            (tenant.id,),
        )
        connection.execute("ANALYZE vehicles")
        rows = connection.execute(
            "EXPLAIN SELECT id FROM vehicles WHERE tenant_id = %s AND (coalesce(vehicle_number, '') || ' ' || coalesce(name, '') "
            "|| ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(make, '') || ' ' || "
            "coalesce(model, '')) ILIKE (ARRAY['%%plow%%'])[1]",
            (tenant.id,),
        ).fetchall()
        connection.rollback()
    assert "ix_vehicles_search" in "\n".join(row[0] for row in rows)
