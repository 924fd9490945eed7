"""`motorpool db` from the command line, against a database that is named by its address."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from tests.contract.rows import insert

from motorpool.cli import main


@pytest.fixture
def motorpool(own_database_urls: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", own_database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", own_database_urls.app)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["db", *arguments])

    return run


def test_check_finds_what_dangles(motorpool: Any, own_database_urls: Any) -> None:
    fine = motorpool("check")
    assert fine.exit_code == 0, fine.output
    assert "no reference leads nowhere" in fine.output
    gone = sorted(str(uuid.uuid4()) for _ in range(11))
    with psycopg.connect(own_database_urls.owner) as owner:
        tenant = owner.execute("INSERT INTO tenants (slug, name) VALUES ('n', 'N') RETURNING id").fetchone()
        assert tenant is not None
        owner.execute("SELECT ensure_partition('obd_telemetry', '2026-01-15')")
        owner.execute(
            "INSERT INTO obd_telemetry (tenant_id, vehicle_id, recorded_at) SELECT %s, id::uuid, '2026-01-15' "
            "FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING",
            (tenant[0], gone),
        )
    bad = motorpool("check")
    assert bad.exit_code == 1
    assert f"obd_telemetry.vehicle_id  vehicles  {tenant[0]}  11    11           {gone[0]}" in bad.output
    assert f"  {gone[9]}\n  and 1 more" in bad.output
    assert "put the rows back" in bad.output
    assert motorpool("check", "--no-references").exit_code == 0


def test_check_finds_stock_that_nothing_explains(motorpool: Any, own_database_urls: Any) -> None:
    with psycopg.connect(own_database_urls.owner) as owner:
        tenant = owner.execute("INSERT INTO tenants (slug, name) VALUES ('n', 'N') RETURNING id").fetchone()
        assert tenant is not None
        stock = insert(owner, "part_stocks", tenant[0], quantity_on_hand=5, quantity_reserved=2)
        (part,) = owner.execute("SELECT part_id FROM part_stocks WHERE id = %s", (stock,)).fetchone() or (
            None,
        )
    bad = motorpool("check")
    assert bad.exit_code == 1
    (line,) = [line for line in bad.output.splitlines() if line.startswith(str(part))]
    assert line.split()[2:] == [str(tenant[0]), "5.000", "0", "2.000", "0"]
    assert "correct the quantities of part_stocks" in bad.output


def test_check_finds_a_table_that_differs(motorpool: Any, own_database_urls: Any) -> None:
    with psycopg.connect(own_database_urls.owner) as owner:
        owner.execute("ALTER TABLE vehicles DROP COLUMN notes")
    result = motorpool("check")
    assert result.exit_code == 1
    assert "notes" in result.output
    assert "run `motorpool db upgrade`" in result.output


def test_erd_writes_and_then_has_nothing_to_do(motorpool: Any, tmp_path: Path) -> None:
    first = motorpool("erd", "--output", str(tmp_path / "erd"))
    assert first.exit_code == 0, first.output
    assert {"README.md", "fleet.svg", "fleet.mmd"} <= {path.name for path in (tmp_path / "erd").iterdir()}
    assert "up to date" in motorpool("erd", "--output", str(tmp_path / "erd")).output


def test_partitions_are_listed(motorpool: Any) -> None:
    result = motorpool("partitions")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0].split() == [
        "month",
        "rows",
        "size",
        "state",
        "index",
        "of",
        "places",
    ]
    assert any(line.startswith("audit_trails_y") and " open" in line for line in result.output.splitlines())
