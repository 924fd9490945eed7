"""`motorpool connectors` on a real database."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from tests.sql import Sql

from motorpool.cli.connectors import connectors


@pytest.fixture
def run(database_urls: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in {
        "DATABASE_URL": database_urls.owner,
        "DATABASE_APP_URL": database_urls.app,
        "DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"MOTORPOOL_{name}", value)
    return lambda *words: CliRunner().invoke(connectors, words)


def test_list_and_poll(run: Any, tenant: Any, sql: Sql) -> None:
    assert "There are none" in run("list", "--tenant", tenant.slug).output
    sql(
        "INSERT INTO api_integrations (tenant_id, integration_name, provider, api_endpoint) "
        "VALUES (%s, 'Yard', 'geotab', 'https://127.0.0.1:1')",
        tenant.id,
    )
    assert "Yard: geotab, waiting, last success never" in run("list", "--tenant", tenant.slug).output
    unknown = run("poll", "Elsewhere", "--tenant", tenant.slug)
    assert unknown.exit_code == 1 and "there are: 'Yard'" in unknown.output
    failed = run("poll", "Yard", "--tenant", tenant.slug)
    assert failed.exit_code == 1 and "No credentials are stored" in failed.output
    listed = run("list", "--tenant", tenant.slug).output
    assert "failing" in listed and "No credentials are stored" in listed
