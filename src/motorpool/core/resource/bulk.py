"""`POST /<collection>/bulk`: many rows in one transaction, all of them or none.

    {"create": [{...}, ...], "update": [{"id": ..., ...}, ...], "delete": [id, ...], "move": {"verb": ..., "ids": [...], ...}}

Each part needs its own permission. A wrong row is named by its place: `create[3].vehicle_id`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_rows
from motorpool.core.resource.references import check_references
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_rows, delete_rows, update_rows
from motorpool.core.tenancy import Actor

MOST = 1000
PARTS = ("create", "update", "delete")


async def write_bulk(
    session: AsyncSession, resource: Resource, actor: Actor, body: dict[str, Any]
) -> dict[str, Any]:
    """Do everything that the body asks for; what was done: ids of new rows, numbers of the others.

    Raises: BadRequest for a body of another form, Forbidden, Invalid with the place of each wrong row, Conflict.
    """
    _check_form(resource, body)
    done: dict[str, Any] = {}
    if rows := body.get("create"):
        reach = reach_or_forbid(resource, actor, "create")
        with _named("create"):
            await check_references(session, resource, actor, rows)
            done["created"] = await create_rows(session, resource, actor, reach, rows)
    if rows := body.get("update"):
        reach = reach_or_forbid(resource, actor, "update")
        with _named("update"):
            changes = _by_key(resource, rows)
            await check_references(session, resource, actor, list(changes.values()))
            await update_rows(session, resource, actor, reach, changes)
        done["updated"] = len(rows)
    if rows := body.get("delete"):
        reach = reach_or_forbid(resource, actor, "delete")
        with _named("delete"):
            await delete_rows(session, resource, actor, reach, _keys(rows))
        done["deleted"] = len(rows)
    if wanted := body.get("move"):
        done["moved"] = await _move(session, resource, actor, dict(wanted))
    return done


async def _move(session: AsyncSession, resource: Resource, actor: Actor, wanted: dict[str, Any]) -> int:
    verb, keys = wanted.pop("verb", None), _keys(wanted.pop("ids", None) or [])
    moves = {move.verb: move for move in resource.moves}
    if verb not in moves:
        raise Invalid(
            "Some fields are not valid.",
            fields=[FieldProblem("move.verb", f"must be one of {', '.join(moves) or 'none'}", "not_in_set")],
        )
    reach = reach_or_forbid(resource, actor, verb)
    with _named("move."):
        await move_rows(session, resource, actor, reach, keys, moves[verb], wanted)
    return len(keys)


def _check_form(resource: Resource, body: dict[str, Any]) -> None:
    offered: list[str] = [part for part in PARTS if part in resource.operations]
    offered += ["move"] if resource.moves else []
    problems = [
        FieldProblem(name, f"is not offered here; there are {', '.join(offered) or 'none'}", "unknown_field")
        for name in body
        if name not in offered
    ]
    for part in offered:
        value = body.get(part)
        rows = value.get("ids") if part == "move" and isinstance(value, dict) else value
        if value is None:
            continue
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
            problems.append(FieldProblem(part, f"must list 1 to {MOST} rows"))
        elif part in ("create", "update"):
            problems += [
                FieldProblem(f"{part}[{index}]", "must be an object", "wrong_type")
                for index, row in enumerate(rows)
                if not isinstance(row, dict)
            ]
    if not body:
        problems.append(FieldProblem("body", f"must hold {' or '.join(offered)}", "required"))
    if problems:
        raise BadRequest("The body of a bulk request is wrong.", fields=problems, code="bad_bulk")


def _by_key(resource: Resource, rows: list[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    keys = _keys([row.get(resource.key) for row in rows])
    return {
        key: {name: value for name, value in row.items() if name != resource.key}
        for key, row in zip(keys, rows, strict=True)
    }


def _keys(values: list[Any]) -> list[UUID]:
    """Raises: Invalid for what is no id, or comes twice."""
    keys = [parse_uuid(value) if isinstance(value, str) else None for value in values]
    problems = [
        FieldProblem(f"[{index}].id", "must be the id of a row", "wrong_type")
        for index, key in enumerate(keys)
        if key is None
    ]
    first: dict[UUID, int] = {}
    for index, key in enumerate(keys):
        if key is not None:
            first.setdefault(key, index)
    problems += [
        FieldProblem(f"[{index}].id", "comes twice", "repeated")
        for index, key in enumerate(keys)
        if key is not None and first[key] < index
    ]
    if problems:
        raise Invalid("Some rows cannot be named.", fields=problems)
    return [key for key in keys if key is not None]


@contextmanager
def _named(part: str) -> Iterator[None]:
    """Put the part of the body in front of each field: `[3].name` -> `create[3].name`."""
    try:
        yield
    except (Invalid, Conflict) as error:
        error.fields = tuple(replace(one, field=part + one.field) for one in error.fields)
        raise
