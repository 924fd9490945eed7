"""The demonstration's shop, reservations and assets: they load, quickly, and their figures agree."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from tests.contract.rows import insert

from motorpool.demo.domains import DemoFleet, assets, fleet as reservations, maintenance
from motorpool.maintenance.queries.parts_ledger import stock_differences


@pytest.fixture
def loaded(database_urls: Any, tenant: Any) -> Any:
    with psycopg.connect(database_urls.owner) as connection:
        demo = DemoFleet(
            **{
                name: [insert(connection, name, tenant.id) for _ in range(count)]
                for name, count in (("users", 1), ("vehicles", 60), ("drivers", 40), ("facilities", 2))
            },
            vendors={kind: insert(connection, "vendors", tenant.id) for kind in ("parts", "tires")},
            departments=[insert(connection, "departments", tenant.id)],
        )
        began = time.perf_counter()
        for domain in (maintenance, reservations, assets):
            domain.load(connection, tenant.id, demo)
        took = time.perf_counter() - began
        yield connection, tenant.id, took
        connection.rollback()


def test_the_shop_loads_and_its_figures_agree(loaded: Any) -> None:
    connection, tenant, took = loaded
    assert took < 5, "a demonstration that takes this long is not loaded at the first start"

    def rows(statement: str) -> list[Any]:
        found: list[Any] = connection.execute(statement, {"tenant": tenant}).fetchall()
        return found

    wrong = rows(
        "SELECT w.work_order_number, w.labor_cost, w.parts_cost FROM maintenance_records w "
        "WHERE w.tenant_id = %(tenant)s AND (w.labor_cost, w.parts_cost) <> ("
        "(SELECT coalesce(sum(l.labor_cost), 0) FROM work_order_labor l WHERE l.tenant_id = w.tenant_id "
        " AND l.work_order_id = w.id), "
        "(SELECT coalesce(sum(p.total_cost), 0) FROM work_order_parts p WHERE p.tenant_id = w.tenant_id "
        " AND p.work_order_id = w.id))"
    )
    assert wrong == []
    assert rows("SELECT FROM part_stocks WHERE tenant_id = %(tenant)s AND quantity_reserved > 0")
    assert [one for one in stock_differences(connection) if one.tenant_id == tenant] == []
    future = rows(
        "SELECT work_order_number FROM maintenance_records WHERE tenant_id = %(tenant)s AND "
        "greatest(reported_at, opened_at, started_at, completed_at, closed_at) > now()"
    )
    assert future == []


@pytest.mark.parametrize(
    ("table", "column", "states"),
    [
        ("maintenance_records", "status", 7),
        ("work_order_tasks", "status", 4),
        ("defects", "status", 6),
        ("service_bay_schedule", "status", 3),
        ("vehicle_reservations", "status", 7),
        ("asset_transfers", "status", 6),
        ("equipment", "status", 5),
        ("vehicle_3d_models", "status", 5),
        ("meshy_ai_generations", "generation_status", 4),
        ("triposr_3d_generations", "generation_status", 4),
    ],
)
def test_every_state_is_shown(table: str, column: str, states: int, loaded: Any) -> None:
    connection, tenant, _ = loaded
    found = connection.execute(
        f"SELECT count(DISTINCT {column}) FROM {table} WHERE tenant_id = %s", (tenant,)
    ).fetchone()
    assert found == (states,)


def test_numbers_go_on_behind_those_of_the_demonstration(loaded: Any) -> None:
    connection, tenant, _ = loaded
    for table, column in (
        ("maintenance_records", "work_order_number"),
        ("defects", "defect_number"),
        ("vehicle_reservations", "reservation_number"),
        ("asset_transfers", "transfer_number"),
    ):
        last = connection.execute(
            f"SELECT split_part({column}, '-', 2)::int, max(split_part({column}, '-', 3)::int) FROM {table} "
            "WHERE tenant_id = %s GROUP BY 1 ORDER BY 1",
            (tenant,),
        ).fetchall()
        counted = connection.execute(
            "SELECT year, value FROM counters WHERE tenant_id = %s AND name = %s ORDER BY 1", (tenant, table)
        ).fetchall()
        assert counted == last
