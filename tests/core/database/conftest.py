"""Databases beside the migrated one: prepared as an administrator would, but empty."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql

from motorpool.core.database.server.prepare import APP, DEFINERS, EXTENSIONS, OPTIONAL_EXTENSIONS, OWNER


@dataclass(frozen=True)
class Empty:
    owner: str
    app: str
    superuser: str


@pytest.fixture
def make_empty(server: Any) -> Iterator[Callable[[], Empty]]:
    made: list[str] = []

    def make() -> Empty:
        name = f"empty_{uuid.uuid4().hex[:12]}"
        made.append(name)
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin "
                    "BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
                ).format(sql.Identifier(name), sql.Identifier(OWNER))
            )
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(APP)
                )
            )
        with psycopg.connect(server.superuser_url(name), autocommit=True) as connection:
            for extension in (*EXTENSIONS, *OPTIONAL_EXTENSIONS):
                connection.execute(f"CREATE EXTENSION {extension}")  # type: ignore[call-overload]
            connection.execute(
                f"REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}, "
                f"{', '.join(DEFINERS)}; GRANT USAGE ON SCHEMA public TO {APP}"  # type: ignore[arg-type]
            )
        return Empty(server.owner_url(name), server.app_url(name), server.superuser_url(name))

    yield make
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
