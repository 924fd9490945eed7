"""What the worker does with an import: portion after portion, each in a transaction of its own.

The count of processed rows is written together with the rows, so that an import whose worker was killed goes on
behind the last portion, and no row is taken twice. A trial does exactly the same and undoes it, portion by portion.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, MotorpoolError
from motorpool.core.files.store import FileStore
from motorpool.core.resource.declaration import Resource
from motorpool.core.tabular import Limits, SourceRow, each_chunk, read_table
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.actions.import_rows import Outcome, RowImporter, RowProblem
from motorpool.system.actions.make_error_file import make_error_file
from motorpool.system.actions.read_file import local_copy
from motorpool.system.actions.write_portion import write_portion
from motorpool.system.rules.targets import is_importable
from motorpool.system.shapes import ImportParameters

log = logging.getLogger(__name__)
FIELDS = ("id", "tenant_id", "table", "status", "file_id", "file_name", "user_id", "rows_processed")
#: Errors that the job itself carries; all stand in import_errors.
LISTED = 100
KINDS = 50
TALLY = (
    "UPDATE import_jobs SET rows_processed = rows_processed + :rows, rows_succeeded = rows_succeeded + :succeeded, "
    "rows_failed = rows_failed + :rows - :succeeded, rows_created = rows_created + :created, "
    "rows_updated = rows_updated + :updated WHERE tenant_id = :tenant AND id = :job AND status = :status "
    "AND rows_processed = :before RETURNING id"
)
FINISH = """UPDATE import_jobs SET status = :done, completed_at = now(), row_count = rows_processed,
    error_log = (SELECT jsonb_agg(jsonb_build_object('row', e.row_number, 'field', e.field, 'error', e.message)
                                  ORDER BY e.row_number, e.id)
                 FROM (SELECT * FROM import_errors WHERE tenant_id = :tenant AND import_job_id = :job
                       ORDER BY row_number, id LIMIT :listed) e),
    validation_errors = CASE WHEN status = 'processing' THEN validation_errors ELSE
        (SELECT jsonb_agg(jsonb_build_object('field', k.field, 'error', k.message, 'rows', k.rows) ORDER BY k.rows DESC)
         FROM (SELECT field, message, count(*) AS rows FROM import_errors
               WHERE tenant_id = :tenant AND import_job_id = :job GROUP BY field, message
               ORDER BY count(*) DESC LIMIT :kinds) k) END
    WHERE tenant_id = :tenant AND id = :job AND status = :status RETURNING id"""


class NoLonger(Exception):
    """The import was cancelled, or another worker is at it."""


@dataclass(slots=True)
class Running:
    """An import that is under way."""

    id: UUID
    tenant_id: UUID
    table: str
    status: str
    file_id: UUID
    file_name: str
    user_id: UUID
    rows_processed: int
    parameters: ImportParameters

    @property
    def is_trial(self) -> bool:
        return self.status == "checking"


async def process_import(
    database: Database,
    files: FileStore,
    limits: Limits,
    registry: Mapping[str, Resource],
    tenant_id: UUID,
    job_id: UUID,
    *,
    trial: bool,
) -> None:
    """Try or run an import to its end. It may have been begun before; it ends quietly when it was cancelled."""
    job = await _load(database, tenant_id, job_id, "checking" if trial else "processing")
    if job is None:
        return
    try:
        actor = (await load_actor(database, tenant_id, job.user_id)).because(f"import of {job.file_name}")
        resource = registry.get(job.table)
        if resource is None or not is_importable(resource):
            raise Forbidden(f"{job.table} can no longer be imported.")
        async with local_copy(database, files, actor, job.file_id) as file:
            await _all_portions(database, job, actor, resource, registry, file, limits)
            if not job.is_trial:
                await make_error_file(
                    database, files, actor, job.id, job.file_name, file, limits, job.parameters.sheet
                )
        await _finish(database, job, actor)
    except NoLonger:
        log.info("import %s was ended from outside", job_id)
    except MotorpoolError as error:
        if error.status >= 500:
            raise
        await fail(database, tenant_id, job_id, error.detail)


async def _all_portions(
    database: Database,
    job: Running,
    actor: Actor,
    resource: Resource,
    registry: Mapping[str, Resource],
    file: BinaryIO,
    limits: Limits,
) -> None:
    table = read_table(file, limits=limits, sheet=job.parameters.sheet)
    importer = RowImporter(resource, registry, actor, table.columns, job.parameters)
    passed = 0
    async for chunk in each_chunk(table):
        passed += len(chunk)
        async with database.transaction(actor) as session:
            if passed <= job.rows_processed:
                # Done before the worker was killed; only what later rows are compared with is read again.
                await importer.judge(session, chunk)
                continue
            outcome = await take_portion(session, importer, chunk, trial=job.is_trial)
            await note_problems(session, job.tenant_id, job.id, outcome.problems, job.parameters.mapping)
            await _tally(session, job, len(chunk), outcome)
        job.rows_processed = passed


async def take_portion(
    session: AsyncSession, importer: RowImporter, chunk: list[SourceRow], *, trial: bool
) -> Outcome:
    """Write a portion, or find out what would become of it and leave no trace."""
    drafts = await importer.judge(session, chunk)
    if not trial:
        return await write_portion(session, importer, drafts)
    nested = await session.begin_nested()
    outcome = await write_portion(session, importer, drafts)
    await nested.rollback()
    return outcome


async def note_problems(
    session: AsyncSession,
    tenant_id: UUID,
    job_id: UUID,
    problems: list[RowProblem],
    mapping: Mapping[str, str],
) -> None:
    """Keep what is wrong with rows; one statement, since row-level security allows no COPY."""
    if not problems:
        return
    rows = [
        {
            "row_number": problem.row_number,
            "field": problem.field,
            "heading": mapping.get(problem.field or ""),
            "value": problem.value and problem.value.replace("\x00", ""),
            "message": problem.message,
            "code": problem.code,
        }
        for problem in problems
    ]
    await session.execute(
        text(
            "INSERT INTO import_errors (tenant_id, import_job_id, row_number, field, heading, value, message, code) "
            "SELECT :tenant, :job, r.row_number, r.field, r.heading, r.value, r.message, r.code "
            "FROM jsonb_populate_recordset(CAST(NULL AS import_errors), CAST(:rows AS jsonb)) r RETURNING 1"
        ),
        {"tenant": tenant_id, "job": job_id, "rows": msgspec.json.encode(rows).decode()},
    )


async def _tally(session: AsyncSession, job: Running, rows: int, outcome: Outcome) -> None:
    """Raises NoLonger when the job is not as we left it: then nothing of this portion stays."""
    done = await session.execute(
        text(TALLY),
        {
            "rows": rows,
            "succeeded": outcome.succeeded,
            "created": outcome.created,
            "updated": outcome.updated,
            "tenant": job.tenant_id,
            "job": job.id,
            "status": job.status,
            "before": job.rows_processed,
        },
    )
    if done.first() is None:
        raise NoLonger


async def _finish(database: Database, job: Running, actor: Actor) -> None:
    async with database.transaction(actor) as session:
        await session.execute(
            text(FINISH),
            {
                "done": "checked" if job.is_trial else "completed",
                "tenant": job.tenant_id,
                "job": job.id,
                "status": job.status,
                "listed": LISTED,
                "kinds": KINDS,
            },
        )


async def fail(database: Database, tenant_id: UUID, job_id: UUID, message: str) -> None:
    """The import as a whole cannot go on; rows that were written stay."""
    async with database.transaction(system_actor(tenant_id, "import failed")) as session:
        await session.execute(
            text(
                "UPDATE import_jobs SET status = 'failed', error_message = :message, completed_at = now() "
                "WHERE tenant_id = :tenant AND id = :job AND status IN ('checking', 'processing')"
            ),
            {"tenant": tenant_id, "job": job_id, "message": message},
        )


async def _load(database: Database, tenant_id: UUID, job_id: UUID, status: str) -> Running | None:
    rows = await database.read(
        system_actor(tenant_id),
        "SELECT id, tenant_id, import_type, status, file_id, coalesce(file_name, ''), imported_by_user_id, "
        "rows_processed, import_parameters FROM import_jobs "
        "WHERE tenant_id = %s AND id = %s AND status = %s AND file_id IS NOT NULL",
        (tenant_id, job_id, status),
    )
    if not rows:
        return None
    parameters = msgspec.convert(rows[0][8] or {}, ImportParameters)
    return Running(**dict(zip(FIELDS, rows[0], strict=False)), parameters=parameters)
