"""Write the drafts of one portion: one INSERT and one UPDATE, and again without the rows that turn out to be wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from sqlalchemy import Column, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.ddl import column_type, quoted
from motorpool.core.errors import Invalid, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.guard import check_written
from motorpool.core.resource.numbering import next_numbers
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.sealed import seal
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.system.actions.import_rows import Draft, Outcome, RowImporter, RowProblem

#: A problem that a guard names by place: `[3].vehicle_id`.
_PLACE = re.compile(r"\[(\d+)\]\.?(.*)")
#: Problems of a row; anything else is trouble of the program or of the database.
_OF_A_ROW = (400, 403, 409, 422)


async def write_portion(session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft]) -> Outcome:
    """Write every draft that has no problem. What goes wrong with others is in the outcome.

    Raises: database errors that no row is to blame for; the caller's transaction is then lost.
    """
    outcome = Outcome(problems=[problem for draft in drafts for problem in draft.problems])
    good = [draft for draft in drafts if not draft.problems]
    if importer.parameters.existing == "skip":
        outcome.skipped = sum(draft.key is not None for draft in good)
        good = [draft for draft in good if draft.key is None]
    await _write(session, importer, good, outcome)
    return outcome


async def _write(
    session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft], outcome: Outcome
) -> None:
    if not drafts:
        return
    new = [draft for draft in drafts if draft.key is None]
    known = [draft for draft in drafts if draft.key is not None]
    try:
        async with session.begin_nested():
            await _insert(session, importer, new)
            changed = await _update(session, importer, known)
    except (MotorpoolError, DBAPIError, psycopg.Error) as error:
        problem = as_problem(error, problem_of)
        if problem.status not in _OF_A_ROW or problem.code == "try_again":
            raise
        named = _rows_named(problem, new, known)
        for draft in named:
            outcome.problems += [
                RowProblem(draft.number, field or None, message, code)
                for field, message, code in named[draft]
            ]
        if named:
            await _write(session, importer, [draft for draft in drafts if draft not in named], outcome)
        elif len(drafts) == 1:
            outcome.problems += _problems_of(problem, drafts[0])
        else:
            middle = len(drafts) // 2
            await _write(session, importer, drafts[:middle], outcome)
            await _write(session, importer, drafts[middle:], outcome)
        return
    outcome.created += len(new)
    outcome.updated += changed
    outcome.skipped += len(known) - changed


def _rows_named(
    problem: MotorpoolError, new: Sequence[Draft], known: Sequence[Draft]
) -> dict[Draft, list[tuple[str, str, str]]]:
    """The rows that a guard has named; it looks at new rows and at known ones apart."""
    rows = problem.extra.get("rows")
    drafts = new if rows == "new" else known if rows == "known" else []
    named: dict[Draft, list[tuple[str, str, str]]] = {}
    for entry in problem.fields:
        match = _PLACE.match(entry.field)
        if match and int(match[1]) < len(drafts):
            named.setdefault(drafts[int(match[1])], []).append((match[2], entry.message, entry.code))
    return named


def _problems_of(problem: MotorpoolError, draft: Draft) -> list[RowProblem]:
    if not problem.fields:
        return [RowProblem(draft.number, None, problem.detail, problem.code)]
    return [
        RowProblem(
            draft.number,
            entry.field,
            entry.message,
            entry.code,
            str(draft.values[entry.field]) if draft.values.get(entry.field) is not None else None,
        )
        for entry in problem.fields
    ]


async def _insert(session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft]) -> None:
    if not drafts:
        return
    resource, actor, table = importer.resource, importer.actor, importer.resource.table
    made = await session.execute(
        text("SELECT uuidv7() FROM generate_series(1, :count)"), {"count": len(drafts)}
    )
    keys = list(made.scalars())
    rows = [{"id": key, **draft.values} for key, draft in zip(keys, drafts, strict=True)]
    for row in rows:
        row |= dict.fromkeys(resource.made_by, actor.user_id)
    await _number(session, importer, rows)
    if resource.facts.sealed:
        for row in rows:
            seal(resource, session.info.get("keyring"), actor.tenant_id, row["id"], row)
    names = [str(name) for name in dict.fromkeys(name for row in rows for name in row) if name != "id"]
    values = ", ".join(_given_or_default(table.c[name]) for name in names)
    connection = await session.connection()
    await connection.exec_driver_sql(
        f"INSERT INTO {table.name} AS t (id, tenant_id{''.join(f', {name}' for name in names)}) "
        f"SELECT r.id, %(tenant)s{', ' if names else ''}{values} "
        f"FROM jsonb_populate_recordset(NULL::{table.name}, %(rows)s::jsonb) r "
        f"{_conflict(importer, names)} RETURNING 1",
        {"tenant": actor.tenant_id, "rows": _document(rows)},
    )
    reach = importer.may_create or Reach(everything=True)
    await _look_at(session, importer, keys, reach, "new")


async def _number(session: AsyncSession, importer: RowImporter, rows: list[dict[str, Any]]) -> None:
    numbered = importer.resource.numbered
    if numbered is None:
        return
    without = [row for row in rows if row.get(numbered.column) is None]
    numbers = await next_numbers(
        session,
        importer.actor.tenant_id,
        str(importer.resource.table.name),
        numbered.pattern,
        importer.actor.today,
        len(without),
    )
    for row, number in zip(without, numbers, strict=True):
        row[numbered.column] = number


def _conflict(importer: RowImporter, names: Sequence[str]) -> str:
    """Somebody else may have made the same row since we looked."""
    if not importer.key_columns or importer.may_update is None:
        return ""
    settable = [name for name in names if name in importer.resource.writable]
    if not settable:
        return ""
    changes = ", ".join(f"{name} = coalesce(excluded.{name}, t.{name})" for name in settable)
    return f"ON CONFLICT (tenant_id, {', '.join(importer.key_columns)}) DO UPDATE SET {changes}"


def _given_or_default(column: Column[Any]) -> str:
    """What a row gives, or what the column has by itself."""
    default = getattr(column.server_default, "arg", None)
    if default is None or column.computed is not None:
        return f"r.{column.name}"
    literal = (
        default.text if isinstance(default, TextClause) else f"{quoted(str(default))}::{column_type(column)}"
    )
    return f"coalesce(r.{column.name}, {literal})"


async def _update(session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft]) -> int:
    """How many rows are different now; the others are not written.

    Empty cells leave a value as it is, or clear it when that is wanted.
    """
    if not drafts:
        return 0
    resource, actor, table = importer.resource, importer.actor, importer.resource.table
    keys: list[UUID] = [draft.key for draft in drafts if draft.key is not None]
    rows = []
    for draft, key in zip(drafts, keys, strict=True):
        row = {"id": key, **{name: draft.values[name] for name in draft.values if name in resource.writable}}
        if resource.facts.sealed:
            seal(resource, session.info.get("keyring"), actor.tenant_id, key, row)
        rows.append(row)
    names = [str(name) for name in dict.fromkeys(name for row in rows for name in row) if name != "id"]
    clears = [
        name
        for name in dict.fromkeys(name for draft in drafts for name in draft.cleared)
        if importer.parameters.empty_cells == "clear"
        and name in resource.writable
        and resource.nullable(name)
    ]
    names += [name for name in clears if name not in names]
    if not names:
        return 0
    fresh = {name: f"r.{name}" if name in clears else f"coalesce(r.{name}, t.{name})" for name in names}
    connection = await session.connection()
    changed = await connection.exec_driver_sql(
        f"UPDATE {table.name} t SET {', '.join(f'{name} = {value}' for name, value in fresh.items())} "
        f"FROM jsonb_populate_recordset(NULL::{table.name}, %(rows)s::jsonb) r "
        f"WHERE t.tenant_id = %(tenant)s AND t.id = r.id "
        f"AND ({', '.join(f't.{name}' for name in names)}) IS DISTINCT FROM ({', '.join(fresh.values())})",
        {"tenant": actor.tenant_id, "rows": _document(rows)},
    )
    await _look_at(session, importer, keys, Reach(everything=True), "known")
    return changed.rowcount


def _document(rows: list[dict[str, Any]]) -> str:
    """Rows as jsonb_populate_recordset reads them: bytes in PostgreSQL's hexadecimal form."""
    for row in rows:
        for name, value in row.items():
            if isinstance(value, bytes):
                row[name] = f"\\x{value.hex()}"
    return msgspec.json.encode(rows).decode()


async def _look_at(
    session: AsyncSession, importer: RowImporter, keys: Sequence[UUID], reach: Reach, rows: str
) -> None:
    """What must hold of rows that were written; a problem is told by place."""
    resource: Resource = importer.resource
    scope = scope_condition(resource, reach)
    try:
        await check_written(
            session, resource, keys, base_parameters(importer.actor, reach), scope, named=True
        )
    except Invalid as problem:
        problem.extra["rows"] = rows
        raise


__all__ = ["write_portion"]
