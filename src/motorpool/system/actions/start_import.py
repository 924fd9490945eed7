"""Take a file in, look at it, and say how its columns fill ours. The worker does the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import BinaryIO, cast
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.jobs.defer import defer
from motorpool.core.resource.declaration import Resource
from motorpool.core.tabular import Cell, Limits, read_table
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.system.actions.import_rows import rights_of
from motorpool.system.models import ImportJob
from motorpool.system.queries.find_job import find_job
from motorpool.system.rules.cells import plain
from motorpool.system.rules.numbers_and_dates import is_day_first
from motorpool.system.rules.targets import is_importable, propose_mapping, targets_of
from motorpool.system.shapes import ImportParameters, Preview

#: What can be read as a table.
TABLES = (
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
SAMPLES = 5
#: Rows that are looked at to tell days from months.
LOOKED_AT = 1000
#: The file is kept this long, so that it can be run again.
KEPT = timedelta(days=30)
#: From these states an import can be tried or run (again).
RESTS = ("pending", "checked", "completed", "failed", "cancelled")


def importable(registry: Mapping[str, Resource], actor: Actor, table: str) -> Resource:
    """The resource that a file goes into. Raises Invalid for a name of none, Forbidden."""
    resource = registry.get(table) or registry.get(table.replace("-", "_"))
    if resource is None or not is_importable(resource):
        problem = FieldProblem("import_type", "names no table that can be imported", "not_in_set")
        raise Invalid("Some fields are not valid.", fields=[problem])
    permissions = [
        resource.permission(action) for action in ("create", "update") if action in resource.operations
    ]
    if not any(actor.access.allows(permission) for permission in permissions):
        raise lacking(permissions[0])
    return resource


async def preview_file(file: BinaryIO, limits: Limits, sheet: str | None = None) -> Preview:
    """Read a file to its end: what is damaged shows now. Raises Invalid."""
    return await asyncio.to_thread(_preview, file, limits, sheet)


def _preview(file: BinaryIO, limits: Limits, sheet: str | None) -> Preview:
    table = read_table(file, limits=limits, sheet=sheet)
    samples: list[list[str]] = []
    dates: list[list[str]] = [[] for _ in table.columns]
    count = 0
    for chunk in table.chunks:
        for row in chunk[: max(LOOKED_AT - count, 0)]:
            if len(samples) < SAMPLES:
                samples.append([_shown(cell) for cell in row.cells])
            for cells, cell in zip(dates, row.cells, strict=True):
                if isinstance(cell, str):
                    cells.append(cell)
        count += len(chunk)
    return Preview(
        list(table.columns),
        samples,
        count,
        table.format,
        table.sheet,
        list(table.sheets),
        table.warnings,
        any(is_day_first(cells) for cells in dates),
    )


def _shown(cell: Cell) -> str:
    return "" if cell is None else plain(cell)[:100]


def proposed(resource: Resource, preview: Preview) -> ImportParameters:
    """What a person would probably choose."""
    mapping = propose_mapping(preview.headings, targets_of(resource), str(resource.table.name))
    return ImportParameters(mapping=mapping, sheet=preview.sheet, day_first=preview.day_first)


async def start_import(
    session: AsyncSession,
    files: FileStore,
    actor: Actor,
    resource: Resource,
    received: Received,
    *,
    name: str,
    declared_type: str | None,
    limits: Limits,
) -> ImportJob:
    """Keep a file that was received and propose how to read it. Raises Invalid for a file that is no table."""
    if actor.user_id is None:
        raise Forbidden("An import belongs to a person; sign in as one.", code="person_needed")
    preview = await preview_file(cast(BinaryIO, received.file), limits)
    stored = await keep_received(
        session,
        files,
        actor,
        received,
        name=name,
        declared_type=declared_type,
        purpose="import",
        expires_at=datetime.now(UTC) + KEPT,
        only=TABLES,
    )
    job = ImportJob(
        tenant_id=actor.tenant_id,
        import_type=str(resource.table.name),
        file_name=stored.name,
        file_id=stored.id,
        file_url=f"/api/v1/files/{stored.id}/content",
        file_size_bytes=stored.size_bytes,
        row_count=preview.rows,
        preview=msgspec.to_builtins(preview),
        import_parameters=msgspec.to_builtins(proposed(resource, preview)),
        imported_by_user_id=actor.user_id,
    )
    session.add(job)
    await session.flush()
    return job


async def begin(
    session: AsyncSession,
    actor: Actor,
    registry: Mapping[str, Resource],
    job_id: UUID,
    parameters: ImportParameters | None,
    *,
    trial: bool,
) -> None:
    """Hand an import to the worker, to try it (nothing is written) or to run it.

    Raises NotFound, Conflict while it is under way, Invalid for a mapping that does not fit, Forbidden.
    """
    job = await find_job(session, actor, ImportJob, job_id, lock=True)
    if job.status not in RESTS:
        raise Conflict("This import is under way; cancel it first.", code="under_way")
    if job.file_id is None:
        raise Conflict("The file of this import is gone; send it again.", code="file_gone")
    resource = importable(registry, actor, job.import_type)
    chosen = parameters or msgspec.convert(job.import_parameters or {}, ImportParameters)
    check_mapping(resource, (job.preview or {}).get("headings", ()), chosen)
    rights_of(resource, actor, chosen)
    job.import_parameters = msgspec.to_builtins(chosen)
    job.status = "checking" if trial else "processing"
    job.rows_processed = job.rows_succeeded = job.rows_failed = job.rows_created = job.rows_updated = 0
    job.error_log = job.error_message = job.completed_at = job.error_file_id = None
    if trial:
        job.validation_errors = None
    job.started_at = datetime.now(UTC)
    await session.flush()
    await session.execute(
        text("DELETE FROM import_errors WHERE tenant_id = :tenant AND import_job_id = :job"),
        {"tenant": actor.tenant_id, "job": job_id},
    )
    name = "system.check_import" if trial else "system.run_import"
    await defer(session, name, actor.tenant_id, one_at_a_time=f"import {job_id}", job_id=job_id)


def check_mapping(resource: Resource, headings: Sequence[str], parameters: ImportParameters) -> None:
    """Raises Invalid with an entry for each column that cannot be filled, and for those that are missing."""
    targets = {target.name: target for target in targets_of(resource)}
    problems = []
    for name, heading in parameters.mapping.items():
        if name not in targets:
            problems.append(
                FieldProblem(f"mapping.{name}", "is no column that a file can fill", "unknown_field")
            )
        elif heading not in headings:
            problems.append(
                FieldProblem(f"mapping.{name}", f"the file has no column {heading!r}", "unknown_heading")
            )
    if not parameters.mapping:
        problems.append(FieldProblem("mapping", "must say which columns of the file are ours", "required"))
    if "create" not in resource.operations and parameters.missing == "create":
        problems.append(
            FieldProblem(
                "missing", f"new {resource.plural.lower()} cannot be made by an import", "not_in_set"
            )
        )
    known_by = {"id"} & set(parameters.mapping) or (
        resource.business_key if set(resource.business_key) <= set(parameters.mapping) else ()
    )
    if parameters.missing == "refuse" and not known_by:
        wanted = " and ".join(
            target.label for target in targets.values() if target.is_key and target.name != "id"
        )
        problems.append(
            FieldProblem(
                "mapping", f"needs {wanted or 'the ID'}, to find the rows that are there", "required"
            )
        )
    if parameters.missing == "create":
        problems += [
            FieldProblem(f"mapping.{target.name}", "is needed for new rows", "required")
            for target in targets.values()
            if target.required and target.name not in parameters.mapping and "id" not in parameters.mapping
        ]
    if problems:
        raise Invalid("The mapping does not fit.", fields=problems)


def error_file_name(file_name: str | None) -> str:
    return f"{PurePath(file_name or 'import').stem}-errors"
