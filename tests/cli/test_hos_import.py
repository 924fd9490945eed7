"""`motorpool hos import`, against a real database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from click.testing import CliRunner, Result

from motorpool.cli import main
from motorpool.safety.rules.duty_eld_file import EldEvent, EldFile, EldUser, write_eld_file

MADE = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def run(own_database_urls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", own_database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", own_database_urls.app)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    with psycopg.connect(own_database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO tenants (slug, name, time_zone) VALUES ('acme', 'Acme', 'America/Chicago')"
        )
        connection.execute(
            "INSERT INTO drivers (tenant_id, full_name, driver_number) "
            "SELECT id, 'Dora Driver', 'D-1' FROM tenants WHERE slug = 'acme'"
        )

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ("hos", "import", *arguments), catch_exceptions=False)

    return call


def counts(result: Result) -> dict[str, str]:
    return {line.split()[0]: line.split()[-1] for line in result.stdout.splitlines()}


def test_a_file_is_looked_at_read_in_and_known(run: Any, tmp_path: Path) -> None:
    text = write_eld_file(
        EldFile(
            EldUser("d-1", "Dora Driver"), "", "", "Acme", "", ZoneInfo("America/Chicago"), time(0), 8, MADE,
            [EldEvent("on_duty_not_driving", MADE - timedelta(hours=3)),
             EldEvent("driving", MADE - timedelta(hours=2), origin="automatic"),
             EldEvent("off_duty", MADE - timedelta(hours=1))],
            comment="By a device",
        )
    )  # fmt: skip
    file = tmp_path / "eld.csv"
    file.write_bytes(text.encode())
    looked = run(str(file), "--tenant", "acme", "--preview")
    assert looked.exit_code == 0, looked.output
    assert counts(looked)["new"] == "3" and "nothing was written" in looked.stderr
    for new in ("3", "0"):
        done = run(str(file), "--tenant", "acme")
        assert done.exit_code == 0, done.output
        assert counts(done)["new"] == new
    assert "read in before" in done.stderr
    nobody = run(str(file), "--tenant", "acme", "--driver", "D-9")
    assert nobody.exit_code == 1 and "D-9" in nobody.output
    file.write_bytes(text.replace("Dora", "Cora").encode())
    wrong = run(str(file), "--tenant", "acme", "--driver", "D-1")
    assert wrong.exit_code == 1
    assert "line 2, check value" in wrong.output and wrong.output.count("\n") == 1
