"""The rows that an import left out, as they stood in the file, with what is wrong: to correct and send again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import text

from motorpool.core.database.database import Database
from motorpool.core.export import FORMATS, Column, Heading, write_table
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import store_file
from motorpool.core.tabular import Limits, each_chunk, read_table
from motorpool.core.tenancy import Actor
from motorpool.system.actions.start_import import KEPT, error_file_name
from motorpool.system.rules.cells import plain

ERRORS = "Errors"


async def make_error_file(
    database: Database,
    files: FileStore,
    actor: Actor,
    job_id: UUID,
    file_name: str,
    file: BinaryIO,
    limits: Limits,
    sheet: str | None,
) -> UUID | None:
    """Store the file and tell the job of it; None when no row is wrong. A workbook stays a workbook."""
    count = await database.read(
        actor,
        "SELECT count(*) FROM import_errors WHERE tenant_id = %s AND import_job_id = %s",
        (actor.tenant_id, job_id),
    )
    if not count[0][0]:
        return None
    table = read_table(file, limits=limits, sheet=sheet)
    kept = [name for name in table.columns if name.casefold() != ERRORS.casefold()]
    places = [table.columns.index(name) for name in kept]

    async def rows() -> AsyncIterator[list[list[Any]]]:
        async for chunk in each_chunk(table):
            wrong = await _errors(database, actor, job_id, chunk[0].number, chunk[-1].number)
            if found := [
                [*(_text(row.cells[place]) for place in places), wrong[row.number]]
                for row in chunk
                if row.number in wrong
            ]:
                yield found

    kind = "csv" if table.format == "csv" else "xlsx"
    columns = [Column(name, name) for name in (*kept, ERRORS)]
    content = write_table(kind, columns, rows(), Heading(ERRORS))
    async with database.transaction(actor) as session:
        stored = await store_file(
            session,
            files,
            actor,
            content,
            name=f"{error_file_name(file_name)}.{FORMATS[kind].extension}",
            purpose="import",
            expires_at=datetime.now(UTC) + KEPT,
        )
        await session.execute(
            text("UPDATE import_jobs SET error_file_id = :file WHERE tenant_id = :tenant AND id = :job"),
            {"file": stored.id, "tenant": actor.tenant_id, "job": job_id},
        )
        return stored.id


def _text(cell: Any) -> str | None:
    return None if cell is None else plain(cell)


async def _errors(database: Database, actor: Actor, job_id: UUID, first: int, last: int) -> dict[int, str]:
    """Row number -> all that is wrong with it."""
    rows = await database.read(
        actor,
        "SELECT row_number, string_agg(concat_ws(' ', coalesce(heading, field), message), '; ' ORDER BY id) "
        "FROM import_errors WHERE tenant_id = %s AND import_job_id = %s AND row_number BETWEEN %s AND %s "
        "GROUP BY row_number",
        (actor.tenant_id, job_id, first, last),
    )
    return dict(rows)
