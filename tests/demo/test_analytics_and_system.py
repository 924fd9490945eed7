"""The demonstration's reports, goals, settings and transfers are rows that the program itself would take."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import psycopg
from tests.contract.rows import insert

from motorpool.core.resource.registry import load_registry
from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.analytics import load as load_analytics
from motorpool.demo.domains.system import load as load_system

TABLES = (
    "saved_reports report_executions dashboards kpi_targets benchmark_data system_settings feature_flags "
    "data_retention_policies list_views import_jobs import_errors export_jobs"
).split()


def test_rows_keep_to_shapes_and_rules(own_database_urls: Any) -> None:
    registry = load_registry()
    with psycopg.connect(own_database_urls.owner) as connection:
        row = connection.execute("INSERT INTO tenants (slug, name) VALUES ('d', 'D') RETURNING id").fetchone()
        assert row
        tenant: uuid.UUID = row[0]
        users = [insert(connection, "users", tenant) for _ in range(3)]
        fleet = DemoFleet(users, [], [], [], {}, [])
        load_system(connection, tenant, fleet)
        load_analytics(connection, tenant, fleet)
        for table in TABLES:
            resource = registry[table]
            columns = ", ".join(f"t.{name}" for name in resource.shapes) or "1"
            found = connection.execute(
                f"SELECT {columns} FROM {table} t WHERE t.tenant_id = %s", (tenant,)
            ).fetchall()
            assert len(found) >= 3, table
            for values in found:
                for (name, shape), value in zip(resource.shapes.items(), values, strict=False):
                    if value is not None:
                        msgspec.convert(value, shape), (table, name)
            for condition, column, text in resource.rules:
                wrong = connection.execute(
                    f"SELECT count(*) FROM {table} t WHERE t.tenant_id = %s AND NOT ({condition})", (tenant,)
                ).fetchone()
                assert wrong == (0,), (table, column, text)
