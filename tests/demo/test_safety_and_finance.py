"""The made-up rows of safety and finance: what the database, the resources and the declared references ask for holds."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from tests.contract.rows import insert

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.guard import doubts
from motorpool.core.resource.request import parse_list_request
from motorpool.core.resource.select import base_parameters, list_statement
from motorpool.demo.domains import DemoFleet, finance, safety
from motorpool.demo.domains.people import SUPPLIERS
from motorpool.finance.resources import RESOURCES as FINANCE
from motorpool.safety.resources import RESOURCES as SAFETY

BOTH = (*SAFETY, *FINANCE)
#: Their rows need the file store: `demo/duty_files.py` adds them at the end.
WITH_FILES = {"duty_supporting_documents", "duty_file_imports"}
KINDS = {kind for _, _, kinds, _, _ in SUPPLIERS for kind in kinds}


@pytest.fixture
def loaded(database_urls: Any, tenant: Any) -> Any:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def some(table: str, count: int) -> list[Any]:
            return [insert(connection, table, tenant.id) for _ in range(count)]

        fleet = DemoFleet(
            users=some("users", 3),
            vehicles=some("vehicles", 30),
            drivers=some("drivers", 12),
            facilities=some("facilities", 3),
            vendors={kind: insert(connection, "vendors", tenant.id, vendor_types=[kind]) for kind in KINDS},
            departments=some("departments", 2),
        )
        began = time.perf_counter()
        with connection.transaction():
            safety.load(connection, tenant.id, fleet)
            finance.load(connection, tenant.id, fleet)
        print(f"loaded in {time.perf_counter() - began:.2f} s")
        yield connection


async def test_every_table_has_rows_that_keep_all_rules(loaded: Any, tenant: Any, database: Database) -> None:
    parameters = base_parameters(tenant.actor, Reach(everything=True)) | {"tenant": tenant.id}
    for resource in BOTH:
        table = resource.table.name
        statement = list_statement(
            resource,
            tenant.actor,
            Reach(everything=True),
            parse_list_request(resource, [("limit", "1000")]),
            None,
            {},
        )
        rows = await database.read(tenant.actor, statement.sql, statement.parameters)
        assert len(rows) >= 4 or table in WITH_FILES, table
        wrong = [(doubt.condition, doubt.message) for doubt in doubts(resource.table)]
        wrong += [(f"NOT ({holds})", sentence) for holds, _, sentence in resource.rules]
        for condition, sentence in wrong:
            found = await database.read(
                tenant.actor,
                f"SELECT t.id FROM {table} t WHERE t.tenant_id = %(tenant)s AND {condition}",
                parameters,
            )
            assert found == [], (table, sentence)


async def test_the_lists_show_what_depends_on_today(loaded: Any, tenant: Any, database: Database) -> None:
    wanted = {
        "compliance_documents": {"active", "expiring_soon", "expired"},
        "driver_training_records": {"in_progress", "completed", "failed", "expired"},
        "insurance_policies": {"current", "expiring", "expired", "renewed"},
        "invoices": {"unpaid", "partial", "paid", "overdue"},
        "fuel_cards": {"active", "suspended", "lost", "expired"},
        "budget_allocations": {"ok", "warning", "critical", "overspent"},
        "hours_of_service_logs": {"active", "inactive_changed", "change_requested"},
    }
    columns = ("current_status", "current_payment_status", "budget_state", "record_status")
    parameters = base_parameters(tenant.actor, Reach(everything=True)) | {"tenant": tenant.id}
    for resource in BOTH:
        if resource.table.name not in wanted:
            continue
        computed = next(resource.computed[name] for name in columns if name in resource.computed)
        rows = await database.read(
            tenant.actor,
            f"SELECT DISTINCT {computed.expression} FROM {resource.table.name} t WHERE t.tenant_id = %(tenant)s",
            parameters,
        )
        assert {row[0] for row in rows} >= wanted[resource.table.name], resource.table.name


async def test_consumption_is_believable(loaded: Any, tenant: Any, database: Database) -> None:
    fuel = next(resource for resource in FINANCE if resource.table.name == "fuel_transactions")
    rows = await database.read(
        tenant.actor,
        f"SELECT t.unit, {fuel.computed['consumption_per_100km'].expression}, t.is_full FROM fuel_transactions t "
        "WHERE t.tenant_id = %(tenant)s AND t.status <> 'flagged'",
        base_parameters(tenant.actor, Reach(everything=True)) | {"tenant": tenant.id},
    )
    known = [(unit, value) for unit, value, _ in rows if value is not None]
    assert len(known) > len(rows) / 2
    assert all(value is None for _, value, full in rows if not full)
    usual = [
        value for unit, value in known if (16 if unit == "kwh" else 7) < value < (22 if unit == "kwh" else 15)
    ]
    assert len(usual) > 0.9 * len(known)


def test_a_bill_comes_from_somebody_who_sells_such_things(loaded: Any, tenant: Any) -> None:
    bills = loaded.execute(
        "SELECT i.invoice_type, v.vendor_types FROM invoices i "
        "JOIN vendors v ON v.tenant_id = i.tenant_id AND v.id = i.vendor_id WHERE i.tenant_id = %s",
        (tenant.id,),
    ).fetchall()
    sellers = {"lease": {"leasing"}, "parts": {"parts", "tires"}, "service": {"body", "towing", "tires"}}
    assert bills
    for kind, sold in bills:
        assert set(sold) & sellers.get(kind, {kind}), (kind, sold)
    other = loaded.execute(
        "SELECT count(*) FROM invoices i JOIN purchase_orders o ON o.tenant_id = i.tenant_id "
        "AND o.id = i.purchase_order_id WHERE i.tenant_id = %s AND o.vendor_id <> i.vendor_id",
        (tenant.id,),
    ).fetchone()
    assert other == (0,)
