"""Jobs that keep the store and the table in step: expired files, deleted ones, objects without a row."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy.actor import system_actor

log = logging.getLogger(__name__)
#: An upload may take this long from its object to its commit.
ORPHAN_GRACE = timedelta(hours=24)
#: A file that was deleted by mistake can be brought back this long, with its content.
PURGE_AFTER = timedelta(days=30)


@job("files.tidy", cron="41 3 * * *")
async def tidy_files(context: JobContext) -> None:
    """Once a day, for every tenant of which the store holds anything."""
    files = FileStore.of(context.settings)
    for tenant_id in await files.tenants():
        try:
            purged = await purge_deleted(context.database, files, tenant_id)
            orphans = await remove_orphans(context.database, files, tenant_id)
        except Exception:
            # One tenant's trouble must not keep the others waiting; tomorrow it is tried again.
            log.exception("tidying the files of tenant %s failed", tenant_id)
            continue
        if purged or orphans:
            log.info("files of tenant %s: %d purged, %d orphans removed", tenant_id, purged, orphans)


async def purge_deleted(
    database: Database, files: FileStore, tenant_id: UUID, older_than: timedelta = PURGE_AFTER
) -> int:
    """Remove rows and contents of files that were deleted, or have expired, that long ago; returns how many.

    A row that something else still refers to stays, with its content.
    """
    actor = system_actor(tenant_id, "purge of deleted files")
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE files SET deleted_at = expires_at WHERE tenant_id = %s AND deleted_at IS NULL AND expires_at < now()",
            (tenant_id,),
        )
    rows = await database.read(
        actor,
        "SELECT id FROM files WHERE tenant_id = %s AND deleted_at < %s ORDER BY deleted_at",
        (tenant_id, datetime.now(UTC) - older_than),
    )
    removed = 0
    for (file_id,) in rows:
        try:
            async with database.connection(actor) as connection:
                cursor = await connection.execute(
                    "DELETE FROM files WHERE tenant_id = %s AND id = %s RETURNING storage_key",
                    (tenant_id, file_id),
                )
                gone = await cursor.fetchone()
        except ForeignKeyViolation:
            log.warning("file %s was deleted, but is still referred to; it stays", file_id)
            continue
        if gone is not None:
            # After the commit: a crash in between leaves an orphan, never a row without content.
            await files.delete(gone[0])
            removed += 1
    return removed


async def remove_orphans(
    database: Database, files: FileStore, tenant_id: UUID, grace: timedelta = ORPHAN_GRACE
) -> int:
    """Remove objects without a row (rolled-back uploads, deleted tenants) that are older than `grace`."""
    actor = system_actor(tenant_id)
    before = datetime.now(UTC) - grace
    orphans: list[str] = []
    async for batch in files.keys(str(tenant_id)):
        old = [key for key, written in batch if written < before]
        if not old:
            continue
        known = {
            key
            for (key,) in await database.read(
                actor,
                "SELECT storage_key FROM files WHERE tenant_id = %s AND storage_key = ANY(%s)",
                (tenant_id, old),
            )
        }
        orphans += [key for key in old if key not in known]
    # Not while the listing goes on: a folder disappears with the last object in it.
    await files.delete(*orphans)
    return len(orphans)
