"""One embedded server for the whole run, one migrated template, one clone for each worker."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from motorpool.core.database import migrate
from motorpool.core.database.database import Database
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.resource.registry import load_registry
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles

pytest_plugins = ["tests.site", "tests.sql"]

TEMPLATE = "motorpool_template"


def pytest_configure(config: pytest.Config) -> None:
    """Outside of a worker: the server's folder is made before workers start and removed after them."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # Started in the background of a shell: programs that the tests start would be deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("MOTORPOOL_") and name not in KEPT]:
        del os.environ[name]
    # What one has compiled need not be compiled again by workers, by programs that tests start and by the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if not hasattr(config, "workerinput") and "PYTEST_MOTORPOOL_CLUSTER" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="mp-", dir="/tmp" if Path("/tmp").is_dir() else None))
        folder.chmod(0o711)
        os.environ["PYTEST_MOTORPOOL_CLUSTER"] = str(folder)


#: What takes longest begins first, so that at the end no worker waits for another one.
LONG = (
    "browser/test_every_page.py",
    "browser/test_access.py",
    "browser/test_geofences.py",
    "browser/test_trips_and_reports.py",
    "browser/test_hours.py",
    "web/test_openapi_fuzz.py",
    "telematics/gateway/test_process.py",
    "contract/test_resources.py",
    "core/database/test_backup.py",
    "demo/test_demo.py",
    "cli/test_run.py",
    "contract/test_writes.py",
    "core/database/test_erd.py",
    "cli/test_db.py",
    "telematics/rules/test_trips_properties.py",
    "processes/test_crash.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among workers: browser tests, which keep more than a core busy, are spread over the others, which wait now and then."""
    if not hasattr(config, "workerinput"):
        return
    here = Path(__file__).parent
    files = {item.path: item.path.relative_to(here).as_posix() for item in items}
    long_ones = {name: place for place, name in enumerate(LONG)}
    order: dict[Path, float] = {}
    for with_browser in (True, False):
        some = [path for path, name in files.items() if name.startswith("browser/") == with_browser]
        some.sort(key=lambda path: long_ones.get(files[path], len(LONG)))
        order |= {path: place / len(some) for place, path in enumerate(some)}
    items.sort(key=lambda item: order[item.path])


KEPT = ("MOTORPOOL_REQUIRE_BROWSER", "MOTORPOOL_CHROMIUM", "MOTORPOOL_SOAK")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = os.environ.pop("PYTEST_MOTORPOOL_CLUSTER", None)
    if folder:
        server = EmbeddedServer(Path(folder) / "data", fast=True)
        if server.is_running():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Urls:
    owner: str
    app: str
    superuser: str


@pytest.fixture(scope="session")
def server() -> EmbeddedServer:
    """The test cluster (no fsync), with a migrated template database."""
    server = EmbeddedServer(Path(os.environ["PYTEST_MOTORPOOL_CLUSTER"]) / "data", fast=True)
    with server.locked():
        server.ensure_running_locked()
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
                migrate.upgrade(server.owner_url())
                sync_permissions_and_roles(server.owner_url(), load_registry().permissions())
                connection.execute(
                    sql.SQL("ALTER DATABASE motorpool RENAME TO {}").format(sql.Identifier(TEMPLATE))
                )
    return server


def clone(server: EmbeddedServer, name: str) -> Urls:
    """A fresh copy of the template under a name, made by copying files: the usual way writes each page into the log too."""
    with server.locked(), psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER motorpool_owner STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO motorpool_app").format(sql.Identifier(name))
        )
    return Urls(server.owner_url(name), server.app_url(name), server.superuser_url(name))


@pytest.fixture(scope="session")
def database_urls(server: EmbeddedServer, worker_id: str) -> Urls:
    """This worker's own migrated database."""
    return clone(server, f"test_{worker_id}")


@pytest.fixture
def own_database_urls(server: EmbeddedServer) -> Iterator[Urls]:
    """A database for one test alone."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    yield clone(server, name)
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def settings(database_urls: Urls, tmp_path: Path) -> Settings:
    return load_settings(env_file=None).replace(
        database={"url": database_urls.owner, "app_url": database_urls.app}, data={"dir": tmp_path}
    )


@pytest.fixture
async def database(database_urls: Urls) -> AsyncIterator[Database]:
    database = Database(database_urls.app, pool_size=6)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def owners(database_urls: Urls) -> Iterator[list[psycopg.Connection[Any]]]:
    """The owner's connection that goes from test to test, if it was left open."""
    kept: list[psycopg.Connection[Any]] = []
    yield kept
    for connection in kept:
        connection.close()


@pytest.fixture
def owner_connection(
    database_urls: Urls, owners: list[psycopg.Connection[Any]]
) -> Iterator[psycopg.Connection[Any]]:
    """It comes as good as new: making one takes longer than most tests."""
    if not owners:
        owners.append(psycopg.connect(database_urls.owner, autocommit=True, prepare_threshold=None))
    connection = owners.pop()
    yield connection
    try:
        connection.rollback()
        connection.execute("DISCARD ALL")
        owners.append(connection)
    except psycopg.OperationalError:
        connection.close()


@pytest.fixture
def owner(owner_connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The owner's connection, which sees all rows; commits each statement."""
    return owner_connection


@dataclass(frozen=True)
class TestTenant:
    __test__ = False
    id: uuid.UUID
    slug: str
    actor: Actor


def make_tenant(owner: psycopg.Connection[Any]) -> TestTenant:
    """A bare tenant: no users, no roles."""
    slug = f"t-{uuid.uuid4().hex[:10]}"
    row = owner.execute(
        "INSERT INTO tenants (slug, name) VALUES (%s, %s) RETURNING id", (slug, f"Tenant {slug}")
    ).fetchone()
    assert row is not None
    return TestTenant(row[0], slug, system_actor(row[0]))


@pytest.fixture
def tenant(owner_connection: psycopg.Connection[Any]) -> TestTenant:
    return make_tenant(owner_connection)


@pytest.fixture
def other_tenant(owner_connection: psycopg.Connection[Any]) -> TestTenant:
    return make_tenant(owner_connection)
