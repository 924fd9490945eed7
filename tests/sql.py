"""What is in the database, past all tenants. A plugin (named in tests/conftest.py), see tests/site.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sql(database_urls: Any) -> Sql:
    """Run SQL as the owner, who sees every tenant."""

    def run(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_urls.owner) as connection:
            cursor = connection.execute(query, parameters)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    return run
