"""`motorpool import <collection>` and `motorpool export <collection>`, against a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from motorpool.cli import main

FILE = """Unit #,Make,Year
L-1,Ford,2019
L-2,Mack,next year
"""


@pytest.fixture
def run(own_database_urls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", own_database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", own_database_urls.app)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    with psycopg.connect(own_database_urls.owner) as connection:
        connection.execute("INSERT INTO tenants (slug, name) VALUES ('acme', 'Acme')")

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return call


def test_a_file_goes_in_and_comes_out(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text(FILE)
    tried = run("import", "vehicles", str(file), "--tenant", "acme", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "nothing was written" in tried.output
    rejects = tmp_path / "rejects.csv"
    done = run("import", "vehicles", str(file), "--tenant", "acme", "--rejects", str(rejects))
    assert done.exit_code == 0, done.output
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["read", "2"],
        ["created", "1"],
        ["updated", "0"],
        ["left", "alone", "0"],
        ["rejected", "1"],
    ]
    assert "row 3 model_year 'next year': must be a whole number" in done.stderr
    assert rejects.read_text().splitlines()[1].startswith("3,model_year,next year,")
    output = tmp_path / "out.json"
    exported = run("export", "vehicles", "--filter", "vehicle_number=L-1", "-o", str(output))
    assert exported.exit_code == 0, exported.output
    assert [(row["vehicle_number"], row["make"]) for row in json.loads(output.read_text())] == [
        ("L-1", "Ford")
    ]


def test_headings_can_be_named_and_wrong_ones_are_told(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text("Wagon,Brand\nM-1,Ford\n")
    missing = run("import", "vehicles", str(file), "--only-mapped", "--map", "make=Brand")
    assert missing.exit_code == 1
    assert "mapping.vehicle_number: is needed for new rows" in missing.output
    wrong = run("import", "vehicles", str(file), "--map", "vehicle_number=Car")
    assert "the file has no column 'Car'" in wrong.output
    done = run("import", "vehicles", str(file), "--map", "vehicle_number=Wagon")
    assert done.exit_code == 0, done.output


def test_unknown_collections_and_filters_are_refused(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text(FILE)
    assert run("import", "spaceships", str(file)).exit_code == 2
    assert run("import", "audit-trails", str(file)).exit_code == 2
    assert run("export", "spaceships").exit_code == 2
    wrong = run("export", "vehicles", "--filter", "colour=red")
    assert wrong.exit_code == 1
    assert "colour: unknown parameter" in wrong.output
