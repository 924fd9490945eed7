"""Create, update and delete from a declaration, for one row or a thousand at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Forbidden, Invalid, NotFound, PreconditionFailed
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.guard import check_written, refuse_locked
from motorpool.core.resource.numbering import free_numbers
from motorpool.core.resource.reactions import Change, foresee, react, reacts
from motorpool.core.resource.sealed import seal
from motorpool.core.resource.select import base_parameters, get_statement, of_tenant, scope_condition
from motorpool.core.resource.validation import inspect, validate
from motorpool.core.tenancy import Actor

Body = dict[str, Any]


async def create_row(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, body: Body
) -> UUID:
    """Insert one row; its key.

    Raises: Invalid, Forbidden when the new row lies outside of what the actor's grant reaches; database errors are
    told per field by `core.resource.problems`.
    """
    values = validate(resource, body, creating=True)
    return (await insert_rows(session, resource, actor, reach, [values]))[0]


async def create_rows(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, bodies: Sequence[Body]
) -> list[UUID]:
    """Insert many rows or none; their keys in the order of the bodies. Raises as `create_row`, fields as `[3].name`."""
    rows = _all_valid(resource, bodies, creating=True)
    return await insert_rows(session, resource, actor, reach, rows, named=True)


async def insert_rows(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    rows: list[dict[str, Any]],
    *,
    named: bool = False,
) -> list[UUID]:
    """Insert validated values and look at what stands there afterwards."""
    await _complete(session, resource, actor, rows)
    await foresee(session, actor, resource.table.name, "create", rows)
    if len(rows) == 1:
        values = {"tenant_id": actor.tenant_id, **_bound(resource, rows[0])}
        key = resource.column(resource.key)
        keys = [(await session.execute(insert(resource.table).values(values).returning(key))).scalar_one()]
    else:
        keys = [row[resource.key] for row in rows]
        await _insert_many(session, resource, actor, rows)
    await refuse_locked(session, resource, actor.tenant_id, keys, named=named)
    await _look_at(session, resource, actor, reach, keys, named=named, new=True)
    await react(
        session, actor, Change(resource.table.name, "create", tuple(keys), _columns(rows), named=named)
    )
    return keys


async def _insert_many(
    session: AsyncSession, resource: Resource, actor: Actor, rows: list[dict[str, Any]]
) -> None:
    """One statement for all rows that name the same columns; defaults fill the others."""
    connection = await session.connection()
    table = resource.table.name
    for columns, positions in _alike(rows).items():
        names = ", ".join(("tenant_id", *columns))
        document = [{"tenant_id": actor.tenant_id, **as_json(rows[index])} for index in positions]
        await connection.exec_driver_sql(
            f"INSERT INTO {table} ({names}) SELECT {names} "
            f"FROM jsonb_populate_recordset(NULL::{table}, %(rows)s::jsonb) RETURNING 1",
            {"rows": msgspec.json.encode(document).decode()},
        )


async def _complete(
    session: AsyncSession, resource: Resource, actor: Actor, rows: list[dict[str, Any]]
) -> None:
    """What the program gives: the maker, business numbers, and keys where many rows or secrets need them."""
    for row in rows:
        row |= dict.fromkeys(resource.made_by, actor.user_id)
    if resource.numbered:
        column = resource.numbered.column
        without = [row for row in rows if row.get(column) is None]
        numbers = await free_numbers(
            session,
            actor.tenant_id,
            str(resource.table.name),
            resource.numbered,
            actor.today,
            len(without),
        )
        for row, number in zip(without, numbers, strict=True):
            row[column] = number
    if len(rows) > 1 or (rows and resource.facts.sealed):
        made = await session.execute(
            text("SELECT uuidv7() FROM generate_series(1, :count)"), {"count": len(rows)}
        )
        for row, key in zip(rows, made.scalars(), strict=True):
            row[resource.key] = key
            seal(resource, session.info.get("keyring"), actor.tenant_id, key, row)


async def update_row(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    body: Body,
    if_match: str | None,
) -> None:
    """Change one row.

    Raises: NotFound, PreconditionFailed for a stale If-Match, Invalid.
    """
    values = validate(resource, body, creating=False)
    await lock_row(session, resource, actor, reach, key, if_match)
    await change_rows(session, resource, actor, reach, {key: values})


async def update_rows(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, changes: dict[UUID, Body]
) -> None:
    """Change many rows or none. Raises as `update_row`, fields as `[3].name`."""
    rows = _all_valid(resource, list(changes.values()), creating=False)
    await lock_rows(session, resource, actor, reach, list(changes))
    await change_rows(session, resource, actor, reach, dict(zip(changes, rows, strict=True)), named=True)


async def change_rows(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    changes: dict[UUID, dict[str, Any]],
    *,
    named: bool = False,
) -> None:
    """Write what a caller gave into locked rows, unless they are settled or the change would put them among settled ones.

    Raises: Conflict with code "locked", and as `write_rows`.
    """
    keys, columns = list(changes), list(changes.values())
    await refuse_locked(session, resource, actor.tenant_id, keys, columns, named=named)
    await foresee(session, actor, resource.table.name, "update", with_keys(changes))
    await write_rows(session, resource, actor, reach, changes, named=named)
    await refuse_locked(session, resource, actor.tenant_id, keys, columns, named=named)
    await react(
        session, actor, Change(resource.table.name, "update", tuple(keys), _columns(columns), named=named)
    )


def with_keys(changes: dict[UUID, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**values, "id": key} for key, values in changes.items()]


def _columns(rows: Sequence[dict[str, Any]]) -> frozenset[str]:
    return frozenset(name for row in rows for name in row)


async def write_rows(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    changes: dict[UUID, dict[str, Any]],
    *,
    named: bool = False,
) -> None:
    """Write validated values into locked rows, one statement for all rows that change the same columns."""
    for key, values in changes.items():
        if resource.facts.sealed:
            seal(resource, session.info.get("keyring"), actor.tenant_id, key, values)
    rows = [{resource.key: key, **values} for key, values in changes.items()]
    connection = await session.connection()
    table = resource.table.name
    for columns, positions in _alike(rows).items():
        names = [name for name in columns if name != resource.key]
        if not names:
            continue
        document = msgspec.json.encode([as_json(rows[index]) for index in positions]).decode()
        await connection.exec_driver_sql(
            f"UPDATE {table} t SET {', '.join(f'{name} = r.{name}' for name in names)} "
            f"FROM jsonb_populate_recordset(NULL::{table}, %(rows)s::jsonb) r "
            f"WHERE {of_tenant(resource)} AND t.{resource.key} = r.{resource.key}",
            {"rows": document, "tenant": actor.tenant_id},
        )
    await _look_at(session, resource, actor, Reach(everything=True), list(changes), named=named)


async def delete_row(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, key: UUID, if_match: str | None
) -> None:
    """Delete one row. Raises: NotFound, PreconditionFailed, Conflict when it is settled or others refer to it."""
    await lock_row(session, resource, actor, reach, key, if_match)
    await refuse_locked(session, resource, actor.tenant_id, [key])
    await _delete(session, resource, actor, [key])


async def delete_rows(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, keys: list[UUID]
) -> None:
    """Delete many rows or none. Raises as `delete_row`."""
    await lock_rows(session, resource, actor, reach, keys)
    await refuse_locked(session, resource, actor.tenant_id, keys, named=True)
    await _delete(session, resource, actor, keys)


async def _delete(session: AsyncSession, resource: Resource, actor: Actor, keys: list[UUID]) -> None:
    table = resource.table
    await foresee(session, actor, table.name, "delete", with_keys({key: {} for key in keys}))
    rows = delete(table).where(
        resource.column("tenant_id") == actor.tenant_id, resource.column(resource.key).in_(keys)
    )
    if not reacts(table.name, "delete"):
        await session.execute(rows)
        return
    gone = await session.execute(rows.returning(text(f"to_jsonb({table.name}.*)")))
    await react(session, actor, Change(table.name, "delete", tuple(keys), gone=tuple(gone.scalars())))


async def lock_row(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    if_match: str | None = None,
) -> None:
    """Lock a row that the actor reaches and may change. Raises: NotFound, PreconditionFailed."""
    statement = get_statement(resource, actor, reach, key, {}, fields=(resource.key,), lock=True)
    connection = await session.connection()
    found: Any = (await connection.exec_driver_sql(statement.sql, statement.parameters)).first()
    if found is None:
        await _refuse_shared(session, resource, actor, reach, key)
        raise NotFound(f"There is no such {resource.label.lower()}.")
    _, tag = found
    if if_match is not None and if_match not in ("*", f'"{tag}"'):
        raise PreconditionFailed(
            f"The {resource.label.lower()} was changed since you read it. Read it again and repeat the change.",
            headers={"ETag": f'"{tag}"'},
        )


async def _refuse_shared(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, key: UUID
) -> None:
    """Everybody reads a shared row, so it is not "not found". Raises: Forbidden."""
    if resource.facts.ownership != "shared_or_own":
        return
    statement = get_statement(resource, actor, reach, key, {}, fields=(resource.key,))
    connection = await session.connection()
    if (await connection.exec_driver_sql(statement.sql, statement.parameters)).first() is not None:
        raise Forbidden(
            f"This {resource.label.lower()} is shared by all tenants; only the platform changes it.",
            code="shared_row",
        )


async def lock_rows(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, keys: Sequence[UUID]
) -> None:
    """Lock many rows, in one order so that two callers cannot block each other. Raises: Invalid, fields as `[3].id`."""
    condition = scope_condition(resource, reach) or "true"
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        f"SELECT t.{resource.key} FROM {resource.table.name} t WHERE {of_tenant(resource)} "
        f"AND t.{resource.key} = ANY (%(keys)s) AND {condition} ORDER BY t.{resource.key} FOR NO KEY UPDATE OF t",
        base_parameters(actor, reach) | {"keys": list(keys)},
    )
    there = set(found.scalars())
    missing = [index for index, key in enumerate(keys) if key not in there]
    if missing:
        label = resource.label.lower()
        raise Invalid(
            f"Some rows are not there: there is no such {label}.",
            fields=[
                FieldProblem(f"[{index}].{resource.key}", f"there is no such {label}", "unknown_row")
                for index in missing
            ],
        )


def _all_valid(resource: Resource, bodies: Sequence[Body], *, creating: bool) -> list[dict[str, Any]]:
    rows, problems = [], []
    for index, body in enumerate(bodies):
        values, wrong = inspect(resource, body, creating=creating)
        rows.append(values)
        problems += [FieldProblem(f"[{index}].{one.field}", one.message, one.code) for one in wrong]
    if problems:
        raise Invalid("Some fields are not valid; nothing was changed.", fields=problems)
    return rows


async def _look_at(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    keys: list[UUID],
    *,
    named: bool,
    new: bool = False,
) -> None:
    parameters, scope = base_parameters(actor, reach), scope_condition(resource, reach, new=new)
    await check_written(session, resource, keys, parameters, scope, named=named)


def _alike(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, ...], list[int]]:
    """Positions of the rows that name the same columns: these fit into one statement."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        groups[tuple(sorted(row))].append(index)
    return groups


def _bound(resource: Resource, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the driver takes them; the model's attribute name is not needed, Core works with columns."""
    return {
        name: msgspec.to_builtins(value)
        if isinstance(resource.column(name).type, JSONB) and value is not None
        else value
        for name, value in values.items()
    }


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """A row as jsonb_populate_recordset reads it: bytes in PostgreSQL's hexadecimal form."""
    return {name: f"\\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()}
