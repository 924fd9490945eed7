"""The command line's frame: quick help, exit codes, one line for an error."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from motorpool.cli import COMMANDS, main
from motorpool.core.settings import SECTIONS, variable_name


def motorpool(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "motorpool.cli", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_has_help(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.help
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output


def test_help_is_quick_and_imports_no_command() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from motorpool.cli import main;"
        "r = CliRunner().invoke(main, ['--help']); assert r.exit_code == 0 and 'gateway' in r.output;"
        "heavy = {'pydantic', 'psycopg', 'sqlalchemy', 'litestar', 'numpy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    fastest = min(_seconds("--help") for _ in range(3))
    empty = min(_seconds(None) for _ in range(3))
    assert fastest - empty < 0.3


def _seconds(argument: str | None) -> float:
    began = time.perf_counter()
    if argument is None:
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    else:
        assert motorpool(argument).returncode == 0
    return time.perf_counter() - began


def test_exit_codes_and_single_line_errors() -> None:
    assert motorpool("--version").stdout.startswith("motorpool, version ")
    wrong_usage = motorpool("no-such-command")
    assert wrong_usage.returncode == 2
    failed = motorpool("settings", MOTORPOOL_PORT="eight thousand")
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert failed.stderr.startswith("Error: MOTORPOOL_PORT: ")
    assert "eight thousand" in failed.stderr


def test_settings_show_everything_but_secrets(tmp_path: Path) -> None:
    given = {
        "MOTORPOOL_DATABASE_URL": "postgresql://owner:hunter2@db/fleet",
        "MOTORPOOL_DATABASE_APP_URL": "postgresql://app@db/fleet?password=hunter2",
        "MOTORPOOL_MASTER_KEY": "hunter2",
        "MOTORPOOL_PROT": "9000",
    }
    for arguments in (["settings"], ["settings", "--json"]):
        done = motorpool(*arguments, **given)
        assert done.returncode == 0, done.stderr
        assert "hunter2" not in done.stdout + done.stderr
        assert "postgresql://owner:********@db/fleet" in done.stdout
        assert "MOTORPOOL_PROT" in done.stderr
    lines = {line["variable"]: line for line in json.loads(done.stdout)}
    expected = {
        variable_name(section, field) for section, cls in SECTIONS.items() for field in cls.model_fields
    }
    assert set(lines) == expected
    assert all(line["meaning"].endswith(".") for line in lines.values())
    assert lines["MOTORPOOL_TRIP_STOP_GAP_S"]["default"] == "3600.0"
