"""A server of its own for a benchmark: real settings, fsync on, thrown away afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from motorpool.core.database import migrate
from motorpool.core.database.database import Database
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.resource.registry import load_registry
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user

SHOWN_SETTINGS = (
    "server_version",
    "shared_buffers",
    "max_wal_size",
    "synchronous_commit",
    "fsync",
    "wal_compression",
)


@dataclass(frozen=True)
class Place:
    """A migrated database with one tenant and an API token that may do everything."""

    settings: Settings
    server: EmbeddedServer
    tenant_id: UUID
    token: str

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(self.server.owner_url(), autocommit=True)

    def describe(self) -> str:
        with self.owner() as connection:
            values = [f"{name} {connection.execute(f'SHOW {name}').fetchone()[0]}" for name in SHOWN_SETTINGS]
        return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, " + ", ".join(values)

    @contextlib.contextmanager
    def process(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """`motorpool COMMAND` against this database."""
        environment = os.environ | {
            "MOTORPOOL_DATABASE_URL": self.settings.database.url or "",
            "MOTORPOOL_DATABASE_APP_URL": self.settings.database.app_url or "",
            "MOTORPOOL_DATA_DIR": str(self.settings.data.dir),
            "MOTORPOOL_PORT": str(self.settings.http.port),
            "MOTORPOOL_GATEWAY_OSMAND_PORT": str(self.settings.gateway.osmand_port),
            "MOTORPOOL_LOG_LEVEL": "warning",
        }
        process = subprocess.Popen([sys.executable, "-m", "motorpool.cli", *command], env=environment)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)

    @contextlib.contextmanager
    def web(self) -> Iterator[str]:
        """The web server; its address."""
        with self.process("serve") as process:
            address = f"http://127.0.0.1:{self.settings.http.port}"
            wait_until_ready(address, process)
            yield address


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the web server ended; its messages are above")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/health/ready", timeout=5).read()
            return
        time.sleep(0.1)
    raise SystemExit("the web server did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def place() -> Iterator[Place]:
    """Start a server in a folder of its own and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mpb-", dir="/tmp" if Path("/tmp").is_dir() else None))
    folder.chmod(0o711)
    server = EmbeddedServer(folder / "data")
    try:
        server.ensure_running()
        migrate.upgrade(server.owner_url())
        settings = load_settings(env_file=None).replace(
            database={"url": server.owner_url(), "app_url": server.app_url()},
            data={"dir": folder / "data"},
            http={"port": free_port()},
            gateway={"osmand_port": free_port()},
        )
        tenant_id, token = asyncio.run(_tenant(settings))
        yield Place(settings, server, tenant_id, token)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _tenant(settings: Settings) -> tuple[UUID, str]:
    from motorpool.core.tenancy import SYSTEM_TENANT_ID
    from motorpool.core.tenancy.actor import system_actor
    from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles

    facts = list(load_registry().permissions())
    sync_permissions_and_roles(settings.database.url or "", facts)
    database = Database(settings.database.app_url or "")
    await database.open()
    try:
        async with database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
            actor = await create_tenant(session, slug="bench", name="Bench")
            user = await create_user(
                session,
                actor,
                email="bench@example.test",
                display_name="Bench",
                password="a long password",
                roles=["admin"],
            )
            _, token = await create_api_token(
                session, load_keyring(settings), actor, user_id=user.id, name="bench"
            )
        return actor.tenant_id, token.text
    finally:
        await database.close()
