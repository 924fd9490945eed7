"""Take a filtered list out as a file that is kept for some days: ordered here, written by the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import FieldProblem, Forbidden, Invalid, MotorpoolError, NotFound
from motorpool.core.export import FORMATS, write_table
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import delete_file, store_file
from motorpool.core.jobs.defer import defer
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.export import export_columns, export_rows, heading
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.request import ListRequest, parse_list_request
from motorpool.core.resource.select import count_statement, reach_or_forbid
from motorpool.core.settings import ExportSettings
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.models import ExportJob

#: What the table calls a format -> what it is written as.
WRITTEN_AS = {"csv": "csv", "excel": "xlsx", "pdf": "pdf", "json": "json", "ndjson": "ndjson"}
#: Parameters of a list that say how much of it is shown, which an export does not care about.
OF_A_PAGE = frozenset(("limit", "cursor", "count", "expand"))
#: Rows from one sign of life to the next.
TOLD_EVERY = 5000


class Cancelled(Exception):
    """Somebody does not want the file any more."""


async def order_export(
    session: AsyncSession,
    actor: Actor,
    registry: Registry,
    *,
    table: str,
    format_name: str,
    filters: dict[str, Any],
    columns: Sequence[str] | None = None,
) -> ExportJob:
    """Queue an export. `filters` are the parameters of the list, `q` and `sort` among them.

    Raises Invalid for an unknown table or format, BadRequest for a wrong parameter, Forbidden.
    """
    resource = registry.get(table) or registry.get(table.replace("-", "_"))
    if resource is None or "list" not in resource.operations:
        problem = FieldProblem("export_type", "names no table that can be exported", "not_in_set")
        raise Invalid("Some fields are not valid.", fields=[problem])
    known = {**{name: name for name in WRITTEN_AS}, "xlsx": "excel"}
    if format_name not in known:
        problem = FieldProblem("export_format", f"must be one of {', '.join(WRITTEN_AS)}", "not_in_set")
        raise Invalid("Some fields are not valid.", fields=[problem])
    reach_or_forbid(resource, actor, "export")
    if actor.user_id is None:
        raise Forbidden("An export belongs to a person; sign in as one.", code="person_needed")
    kept = {
        name: value
        for name, value in filters.items()
        if name not in OF_A_PAGE and name != "fields" and value not in ("", None)
    }
    wanted = list(columns or str(filters.get("fields") or "").split(","))
    chosen = [name for name in wanted if name] or None
    list_request(resource, kept, chosen)
    job = ExportJob(
        tenant_id=actor.tenant_id,
        export_type=str(resource.table.name),
        export_format=known[format_name],
        filters=kept or None,
        columns=chosen,
        requested_by_user_id=actor.user_id,
    )
    session.add(job)
    await session.flush()
    await defer(
        session, "system.run_export", actor.tenant_id, one_at_a_time=f"export {job.id}", job_id=job.id
    )
    return job


def list_request(resource: Resource, filters: dict[str, Any], columns: Sequence[str] | None) -> ListRequest:
    """The list that is meant. Raises BadRequest with an entry for each wrong parameter."""
    query = [(name, _text(value)) for name, value in filters.items()]
    if columns:
        query.append(("fields", ",".join(columns)))
    return parse_list_request(resource, query)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def write_export(
    database: Database,
    files: FileStore,
    settings: ExportSettings,
    registry: Registry,
    tenant_id: UUID,
    job_id: UUID,
) -> None:
    """Write the file of an export. One whose worker was killed is written anew."""
    system = system_actor(tenant_id)
    row = await begin_export(database, system, job_id)
    if row is None:
        return
    table, form, filters, columns, user_id = row
    async with outcome_of(database, tenant_id, job_id):
        actor = await load_actor(database, tenant_id, user_id)
        resource = registry.get(table)
        if resource is None:
            raise NotFound(f"{table} can no longer be exported.")
        reach = reach_or_forbid(resource, actor, "export")
        wanted = list_request(resource, filters or {}, columns)
        statement = count_statement(resource, actor, reach, wanted, 10**9)
        total = (await database.read(actor, statement.sql, statement.parameters))[0][0]
        shown = export_columns(resource, registry, actor, columns)
        chunks = export_rows(database, actor, reach, resource, registry, wanted, shown)
        told = _telling(database, system, job_id, total, chunks)
        head = heading(resource, actor, wanted)
        extension = FORMATS[WRITTEN_AS[form]].extension
        content = write_table(WRITTEN_AS[form], shown, told, head, pdf_rows=settings.pdf_rows)
        await keep_export(
            database,
            files,
            actor,
            job_id,
            content,
            f"{resource.collection}-{actor.today}.{extension}",
            datetime.now(UTC) + timedelta(days=settings.keep_days),
        )


@asynccontextmanager
async def outcome_of(database: Database, tenant_id: UUID, job_id: UUID) -> AsyncIterator[None]:
    """Around the work on an export: what is refused is said on it, and what nobody wants any more ends quietly."""
    try:
        yield
    except Cancelled:
        return
    except MotorpoolError as error:
        if error.status >= 500:
            raise
        await fail_export(database, tenant_id, job_id, error.detail)


async def begin_export(
    database: Database, actor: Actor, job_id: UUID
) -> tuple[str, str, dict[str, Any] | None, list[str] | None, UUID] | None:
    """Type, format, filters, columns and person of an export that is now worked on; None when nobody wants it any more."""
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            "UPDATE export_jobs SET status = 'processing', started_at = coalesce(started_at, now()), row_count = 0 "
            "WHERE tenant_id = %s AND id = %s AND status IN ('pending', 'processing') "
            "RETURNING export_type, export_format, filters, columns, requested_by_user_id",
            (actor.tenant_id, job_id),
        )
        return await cursor.fetchone()


async def record_export(
    database: Database, actor: Actor, kind: str, form: str, filters: dict[str, Any], rows: int
) -> None:
    """Note a file that was handed out at once, without being kept: who took what out stands in the audit log."""
    if actor.user_id is None:
        return
    async with database.transaction(actor.because("export")) as session:
        session.add(
            ExportJob(
                tenant_id=actor.tenant_id,
                export_type=kind,
                export_format=form,
                filters=filters or None,
                row_count=rows,
                status="completed",
                started_at=func.now(),
                completed_at=func.now(),
                requested_by_user_id=actor.user_id,
            )
        )


async def _telling(
    database: Database,
    actor: Actor,
    job_id: UUID,
    total: int,
    chunks: AsyncIterator[Sequence[Sequence[Any]]],
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """The chunks as they come, with the count of rows told from time to time. Raises Cancelled."""
    count = told = 0
    await tell_progress(database, actor, job_id, 0, total)
    async for chunk in chunks:
        yield chunk
        count += len(chunk)
        if count - told >= TOLD_EVERY:
            await tell_progress(database, actor, job_id, count, total)
            told = count
    await tell_progress(database, actor, job_id, count, count)


async def tell_progress(database: Database, actor: Actor, job_id: UUID, count: int, total: int) -> None:
    """How far an export is. Raises Cancelled when nobody wants it any more."""
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            "UPDATE export_jobs SET row_count = %s, rows_total = %s "
            "WHERE tenant_id = %s AND id = %s AND status = 'processing' RETURNING id",
            (count, total, actor.tenant_id, job_id),
        )
        if await cursor.fetchone() is None:
            raise Cancelled


async def keep_export(
    database: Database,
    files: FileStore,
    actor: Actor,
    job_id: UUID,
    content: AsyncIterator[bytes],
    name: str,
    expires_at: datetime,
    *,
    made_as: str | None = None,
) -> None:
    """Keep the file of an export that is worked on, and say that it is done. `made_as`: as `store_file` takes it. Raises Cancelled."""
    async with database.transaction(actor.because("export")) as session:
        stored = await store_file(
            session,
            files,
            actor,
            content,
            name=name,
            purpose="export",
            expires_at=expires_at,
            limit_bytes=10**12,
            made_as=made_as,
        )
        done = await session.execute(
            text(
                "UPDATE export_jobs SET status = 'completed', completed_at = now(), file_id = :file, "
                "file_url = :url, file_size_bytes = :size, expires_at = :expires "
                "WHERE tenant_id = :tenant AND id = :job AND status = 'processing' RETURNING id"
            ),
            {
                "file": stored.id,
                "url": f"/api/v1/files/{stored.id}/content",
                "size": stored.size_bytes,
                "expires": expires_at,
                "tenant": actor.tenant_id,
                "job": job_id,
            },
        )
        if done.first() is None:
            raise Cancelled


async def fail_export(database: Database, tenant_id: UUID, job_id: UUID, message: str) -> None:
    async with database.transaction(system_actor(tenant_id, "export failed")) as session:
        await session.execute(
            text(
                "UPDATE export_jobs SET status = 'failed', error_message = :message, completed_at = now() "
                "WHERE tenant_id = :tenant AND id = :job AND status IN ('pending', 'processing')"
            ),
            {"tenant": tenant_id, "job": job_id, "message": message},
        )


async def expire_transfers(database: Database, tenant_id: UUID) -> int:
    """Let go of the files of exports and imports whose time is over; how many. Their content goes with the other files."""
    actor = system_actor(tenant_id, "expiry")
    async with database.transaction(actor) as session:
        gone = await session.execute(
            text(
                "UPDATE export_jobs SET status = 'expired', file_url = NULL "
                "WHERE tenant_id = :tenant AND status = 'completed' AND expires_at < now() RETURNING file_id"
            ),
            {"tenant": tenant_id},
        )
        files = [key for key in gone.scalars() if key is not None]
        for column in ("file_id", "error_file_id"):
            old = await session.execute(
                text(
                    f"SELECT f.id FROM import_jobs j JOIN files f ON f.tenant_id = j.tenant_id AND f.id = j.{column} "
                    "WHERE j.tenant_id = :tenant AND f.tenant_id = :tenant AND f.expires_at < now()"
                ),
                {"tenant": tenant_id},
            )
            files += old.scalars()
        if not files:
            return 0
        for statement in (
            "UPDATE export_jobs SET file_id = NULL WHERE tenant_id = :tenant AND file_id = ANY (:files)",
            "UPDATE import_jobs SET file_id = NULL, file_url = NULL "
            "WHERE tenant_id = :tenant AND file_id = ANY (:files)",
            "UPDATE import_jobs SET error_file_id = NULL "
            "WHERE tenant_id = :tenant AND error_file_id = ANY (:files)",
        ):
            await session.execute(text(statement), {"tenant": tenant_id, "files": files})
        for key in files:
            try:
                await delete_file(session, actor, key)
            except NotFound:
                continue  # deleted by hand before
    return len(files)
