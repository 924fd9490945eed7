"""A stored file as one that can be read back and forth, and another sheet of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, NotFound
from motorpool.core.files.reading import find_file, on_disk
from motorpool.core.files.store import FileStore
from motorpool.core.resource.registry import Registry
from motorpool.core.tabular import Limits
from motorpool.core.tenancy import Actor
from motorpool.system.actions.start_import import RESTS, preview_file, proposed
from motorpool.system.models import ImportJob
from motorpool.system.queries.find_job import find_job


@asynccontextmanager
async def local_copy(
    database: Database, files: FileStore, actor: Actor, file_id: UUID
) -> AsyncIterator[BinaryIO]:
    """A stored file as one that can be read back and forth. Raises NotFound."""
    async with on_disk(files, await find_file(database, actor, file_id)) as file:
        yield cast(BinaryIO, file)


async def choose_sheet(
    session: AsyncSession,
    database: Database,
    files: FileStore,
    limits: Limits,
    registry: Registry,
    actor: Actor,
    job_id: UUID,
    sheet: str,
) -> None:
    """Look at another sheet of an import's workbook; the mapping is proposed anew.

    Raises NotFound, Conflict while the import is under way, Invalid for a name of no sheet.
    """
    job = await find_job(session, actor, ImportJob, job_id, lock=True)
    if job.file_id is None:
        raise NotFound("The file of this import is gone; send it again.")
    if job.status not in RESTS:
        raise Conflict("This import is under way; cancel it first.", code="under_way")
    async with local_copy(database, files, actor, job.file_id) as file:
        preview = await preview_file(file, limits, sheet)
    job.status = "pending"
    job.row_count = preview.rows
    job.preview = msgspec.to_builtins(preview)
    job.import_parameters = msgspec.to_builtins(proposed(registry[job.import_type], preview))
    await session.flush()
