"""People who may import and export, a file store, and the files they send."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.resource.registry import load_registry
from motorpool.core.settings import Settings
from motorpool.core.tabular import Limits
from motorpool.core.tenancy import Actor
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.actions.process_import import process_import
from motorpool.system.actions.start_import import begin, start_import
from motorpool.system.shapes import ImportParameters

REGISTRY = load_registry()
LIMITS = Limits()


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> FileStore:
    return FileStore.of(settings)


def make_person(owner: psycopg.Connection[Any], tenant_id: UUID, *patterns: str) -> UUID:
    """A user with one role that holds the given permissions."""
    user = owner.execute(
        "INSERT INTO users (tenant_id, email, display_name) VALUES (%s, gen_random_uuid() || '@example.test', 'Ada') "
        "RETURNING id",
        (tenant_id,),
    ).fetchone()
    permissions: dict[str, dict[str, list[str]]] = {}
    for pattern in patterns:
        collection, _, action = pattern.partition(".")
        permissions.setdefault(collection, {"actions": []})["actions"].append(action)
    role = owner.execute(
        "INSERT INTO roles (tenant_id, role_name, permissions) VALUES (%s, gen_random_uuid()::text, %s) RETURNING id",
        (tenant_id, msgspec.json.encode(permissions).decode()),
    ).fetchone()
    assert user and role
    owner.execute(
        "INSERT INTO user_roles (tenant_id, user_id, role_id) VALUES (%s, %s, %s)",
        (tenant_id, user[0], role[0]),
    )
    return UUID(str(user[0]))


@dataclass
class Desk:
    """Somebody who imports files, with the worker at hand."""

    database: Database
    files: FileStore
    actor: Actor

    async def send(self, content: bytes, name: str = "vehicles.csv", table: str = "vehicles") -> UUID:
        async with self.files.spool() as spool, self.database.transaction(self.actor) as session:
            await spool.write(content)
            job = await start_import(
                session,
                self.files,
                self.actor,
                REGISTRY[table],
                await spool.finish(),
                name=name,
                declared_type=None,
                limits=LIMITS,
            )
            return job.id

    async def begin(self, job: UUID, *, trial: bool = False, **changes: Any) -> None:
        async with self.database.transaction(self.actor) as session:
            given = None
            if changes:
                stored = await self.row(job)
                given = msgspec.convert(stored["import_parameters"], ImportParameters)
                given = msgspec.structs.replace(given, **changes)
            await begin(session, self.actor, REGISTRY, job, given, trial=trial)

    async def work(self, job: UUID, *, trial: bool = False) -> None:
        await process_import(
            self.database, self.files, LIMITS, REGISTRY, self.actor.tenant_id, job, trial=trial
        )

    async def run(self, job: UUID, *, trial: bool = False, **changes: Any) -> Mapping[str, Any]:
        await self.begin(job, trial=trial, **changes)
        await self.work(job, trial=trial)
        return await self.row(job)

    async def row(self, job: UUID, table: str = "import_jobs") -> dict[str, Any]:
        rows = await self.database.read(
            self.actor,
            f"SELECT row_to_json(t) FROM {table} t WHERE tenant_id = %s AND id = %s",
            (self.actor.tenant_id, job),
        )
        found: dict[str, Any] = rows[0][0]
        return found

    async def content(self, file: str) -> bytes:
        rows = await self.database.read(
            self.actor,
            "SELECT storage_key, size_bytes FROM files WHERE tenant_id = %s AND id = %s",
            (self.actor.tenant_id, file),
        )
        whole = io.BytesIO()
        async for block in await self.files.get(rows[0][0], 0, rows[0][1]):
            whole.write(block)
        return whole.getvalue()


@pytest.fixture
async def desk(database: Database, files: FileStore, tenant: Any, owner: Any) -> Desk:
    user = make_person(owner, tenant.id, "*.*")
    return Desk(database, files, replace(await load_actor(database, tenant.id, user), name="Ada"))
