"""Write the drafts of one portion: new rows as the kernel inserts a list, known ones by one UPDATE, and again without the
rows that turn out to be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

import msgspec
import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.guard import check_written, refuse_locked
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.sealed import seal
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.resource.write import as_json, insert_rows
from motorpool.system.actions.import_rows import Draft, Outcome, RowImporter, RowProblem

#: A problem that is named by place: `[3].vehicle_id`.
_PLACE = re.compile(r"\[(\d+)\]\.?(.*)")
#: Problems of a row; anything else is trouble of the program or of the database.
_OF_A_ROW = (400, 403, 409, 422)


async def write_portion(session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft]) -> Outcome:
    """Write every draft that has no problem. What goes wrong with others is in the outcome.

    Raises: database errors that no row is to blame for; the caller's transaction is then lost.
    """
    outcome = Outcome()
    await _take(session, importer, drafts, outcome)
    return outcome


async def _take(
    session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft], outcome: Outcome
) -> None:
    outcome.problems += [problem for draft in drafts for problem in draft.problems]
    good = [draft for draft in drafts if not draft.problems]
    if importer.parameters.existing == "skip":
        outcome.skipped += sum(draft.key is not None for draft in good)
        good = [draft for draft in good if draft.key is None]
    if good:
        await _write(session, importer, good, outcome)


async def _write(
    session: AsyncSession, importer: RowImporter, drafts: Sequence[Draft], outcome: Outcome
) -> None:
    new = [draft for draft in drafts if draft.key is None]
    known = [draft for draft in drafts if draft.key is not None]
    looked_at = new
    try:
        async with session.begin_nested():
            await _insert(session, importer, new)
            looked_at = known
            changed = await _update(session, importer, known)
    except (MotorpoolError, DBAPIError, psycopg.Error) as error:
        problem = as_problem(error, problem_of)
        if problem.status not in _OF_A_ROW or problem.code == "try_again":
            raise
        named = _rows_named(problem, looked_at)
        for draft in named:
            outcome.problems += [
                RowProblem(draft.number, field or None, message, code)
                for field, message, code in named[draft]
            ]
        if named:
            await _take(session, importer, [draft for draft in drafts if draft not in named], outcome)
        elif problem.code == "already_exists" and await importer.find_again(session, new):
            await _take(session, importer, drafts, outcome)
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


def _rows_named(problem: MotorpoolError, drafts: Sequence[Draft]) -> dict[Draft, list[tuple[str, str, str]]]:
    """The rows that a guard has named by their place among those that it looked at."""
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
    resource, reach = importer.resource, importer.may_create
    assert reach is not None, "a row that may not be made has a problem"
    # An empty cell is no value, unless the column has one by itself: so most rows name the same columns.
    names = dict.fromkeys(name for draft in drafts for name in draft.values)
    empty = [name for name in names if resource.column(name).server_default is None]
    rows = [dict.fromkeys(empty) | draft.values for draft in drafts]
    await insert_rows(session, resource, importer.actor, reach, rows, named=True)


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
    # An import names whole rows: what is settled is refused, whichever of its cells would be new.
    given = [[*row, *clears] for row in rows]
    await refuse_locked(session, resource, actor.tenant_id, keys, given, named=True)
    connection = await session.connection()
    changed = await connection.exec_driver_sql(
        f"UPDATE {table.name} t SET {', '.join(f'{name} = {value}' for name, value in fresh.items())} "
        f"FROM jsonb_populate_recordset(NULL::{table.name}, %(rows)s::jsonb) r "
        f"WHERE t.tenant_id = %(tenant)s AND t.id = r.id "
        f"AND ({', '.join(f't.{name}' for name in names)}) IS DISTINCT FROM ({', '.join(fresh.values())})",
        {
            "tenant": actor.tenant_id,
            "rows": msgspec.json.encode([as_json(row) for row in rows]).decode(),
        },
    )
    await refuse_locked(session, resource, actor.tenant_id, keys, given, named=True)
    everything = Reach(everything=True)
    scope = scope_condition(resource, everything)
    await check_written(session, resource, keys, base_parameters(actor, everything), scope, named=True)
    return changed.rowcount


__all__ = ["write_portion"]
