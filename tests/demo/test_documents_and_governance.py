"""The made-up rows of documents and governance: what the resources, shapes and declared references ask for holds."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import psycopg
import pytest
from tests.contract.rows import insert

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.guard import doubts
from motorpool.core.resource.request import parse_list_request
from motorpool.core.resource.select import base_parameters, list_statement
from motorpool.demo.domains import DemoFleet, documents, governance
from motorpool.documents.resources import RESOURCES as DOCUMENTS
from motorpool.governance.resources import RESOURCES as GOVERNANCE

BOTH = (*DOCUMENTS, *GOVERNANCE)
#: Made by the analysis of real files only.
EMPTY = {"document_ai_analysis", "rag_embeddings"}


@pytest.fixture(params=[(3, 30, 12, 3), (1, 5, 2, 1)], ids=["usual", "small"])
def loaded(request: pytest.FixtureRequest, database_urls: Any, tenant: Any) -> Any:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def some(table: str, count: int) -> list[Any]:
            return [insert(connection, table, tenant.id) for _ in range(count)]

        users, vehicles, drivers, facilities = request.param
        fleet = DemoFleet(
            users=some("users", users),
            vehicles=some("vehicles", vehicles),
            drivers=some("drivers", drivers),
            facilities=some("facilities", facilities),
            vendors={},
            departments=some("departments", 2),
        )
        began = time.perf_counter()
        with connection.transaction():
            documents.load(connection, tenant.id, fleet)
            governance.load(connection, tenant.id, fleet)
        print(f"loaded in {time.perf_counter() - began:.2f} s")
        yield connection


async def test_every_table_has_rows_that_keep_all_rules(loaded: Any, tenant: Any, database: Database) -> None:
    everything = Reach(everything=True)
    parameters = base_parameters(tenant.actor, everything) | {"tenant": tenant.id}
    for resource in BOTH:
        table = resource.table.name
        request = parse_list_request(resource, [("limit", "1000")])
        statement = list_statement(resource, tenant.actor, everything, request, None, {})
        found = await database.read(tenant.actor, statement.sql, statement.parameters)
        if table in EMPTY:
            continue
        assert len(found) >= 2, table
        for text, *_ in found:
            row = msgspec.json.decode(text)
            for name, shape in resource.shapes.items():
                if row[name] is not None:
                    msgspec.convert(row[name], shape)
        wrong = [(doubt.condition, doubt.message) for doubt in doubts(resource.table)]
        wrong += [(f"NOT ({holds})", sentence) for holds, _, sentence in resource.rules]
        for condition, sentence in wrong:
            sql = f"SELECT t.id FROM {table} t WHERE t.tenant_id = %(tenant)s AND {condition}"
            assert await database.read(tenant.actor, sql, parameters) == [], (table, sentence)


@pytest.mark.parametrize("loaded", [(3, 30, 12, 3)], indirect=True)
async def test_the_lists_show_what_depends_on_today(loaded: Any, tenant: Any, database: Database) -> None:
    wanted = {
        ("documents", "expiry_state"): {"none", "valid", "expiring_soon", "expired"},
        ("policy_assignments", "progress"): {"done", "overdue", "due_soon"},
        ("sop_assignments", "progress"): {"done", "overdue", "due_soon"},
        ("training_completions", "validity"): {"valid", "expiring_soon", "failed"},
        ("training_assignments", "is_overdue"): {True, False},
        ("compliance_checklist_completions", "is_overdue"): {True, False},
        ("onboarding_progress", "is_overdue"): {True, False},
        ("workflow_approvals", "is_overdue"): {True, False},
        ("policy_violations", "needs_escalation"): {True, False},
    }
    parameters = base_parameters(tenant.actor, Reach(everything=True)) | {"tenant": tenant.id}
    by_table = {resource.table.name: resource for resource in BOTH}
    for (table, column), values in wanted.items():
        expression = by_table[table].computed[column].expression
        rows = await database.read(
            tenant.actor,
            f"SELECT DISTINCT ({expression}) FROM {table} t WHERE t.tenant_id = %(tenant)s",
            parameters,
        )
        assert {row[0] for row in rows} >= values, (table, column)


async def test_the_next_business_number_is_free(loaded: Any, tenant: Any) -> None:
    """Counters stand behind the numbers that were given."""
    for table, column, prefix in (
        ("policies", "policy_number", "POL-"),
        ("sop_documents", "sop_number", "SOP-"),
        ("workflow_instances", "instance_number", "WF-"),
    ):
        last, given = loaded.execute(
            f"SELECT (SELECT sum(value) FROM counters WHERE tenant_id = %(t)s AND name = %(table)s), "
            f"(SELECT count(*) FROM {table} WHERE tenant_id = %(t)s AND {column} LIKE %(prefix)s)",
            {"t": tenant.id, "table": table, "prefix": f"{prefix}%"},
        ).fetchone()
        assert last == given > 0
