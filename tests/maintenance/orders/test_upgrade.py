"""Orders of an installation that is older than the sums: those that have lines go by them afterwards."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.conftest import make_tenant
from tests.contract.rows import insert

from motorpool.core.database import migrate


def test_orders_with_lines_go_by_them(own_database_urls: Any) -> None:
    url = own_database_urls.owner
    with psycopg.connect(url, autocommit=True) as owner:
        tenant = make_tenant(owner).id
        worked, typed = (
            insert(owner, "maintenance_records", tenant, summary=summary, labor_cost="80")
            for summary in ("With an entry", "Typed in")
        )
        insert(owner, "work_order_labor", tenant, work_order_id=worked)
    migrate.downgrade(url, "0004")
    migrate.upgrade(url)
    with psycopg.connect(url) as owner:
        rows = owner.execute(
            "SELECT id, labor_from_entries, parts_from_lines, labor_cost::text FROM maintenance_records ORDER BY summary DESC"
        ).fetchall()
    assert rows == [(worked, True, False, "80.00"), (typed, False, False, "80.00")]
