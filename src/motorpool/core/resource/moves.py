"""State changes: the legal moves of a declaration, and nothing else, change where a row stands (decision 19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.models import closed_set
from motorpool.core.errors import Conflict, FieldProblem, Invalid, NotFound, PreconditionFailed
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.reactions import Change, foresee, react
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.resource.validation import convert
from motorpool.core.resource.write import with_keys, write_rows
from motorpool.core.tenancy import Actor


async def move_row(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    move: Move,
    body: dict[str, Any],
    if_match: str | None = None,
) -> None:
    """Make one move.

    Raises: NotFound; PreconditionFailed for a stale If-Match; Conflict when the move is not legal now, with the moves
    that are; Invalid for a wrong or missing field of the body.
    """
    await move_rows(session, resource, actor, reach, [key], move, body, if_match)


async def move_rows(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    keys: Sequence[UUID],
    move: Move,
    body: dict[str, Any],
    if_match: str | None = None,
) -> None:
    """Make the same move with many rows, or with none. Raises as `move_row`."""
    assert resource.states is not None
    values = _taken(resource, move, body)
    await _check_legal(session, resource, actor, reach, keys, move, if_match)
    values |= {column: _stamp(kind, actor) for column, kind in move.stamps.items()}
    if move.to is not None:
        values[resource.states.column] = move.to
    changes = {key: dict(values) for key in keys}
    await foresee(session, actor, resource.table.name, move.verb, with_keys(changes))
    await write_rows(session, resource, actor, reach, changes)
    change = Change(resource.table.name, move.verb, tuple(keys), frozenset(values), named=len(keys) > 1)
    await react(session, actor, change)


def _taken(resource: Resource, move: Move, body: dict[str, Any]) -> dict[str, Any]:
    allowed = dict.fromkeys((*move.takes, *move.needs))
    given = {name: value for name, value in body.items() if name in allowed}
    values, problems = convert(resource, given, allowed)
    takes = ", ".join(allowed) or "nothing"
    problems += [
        FieldProblem(name, f"cannot be set here; {move.verb} takes {takes}", "unknown_field")
        for name in body
        if name not in allowed
    ]
    problems += [
        FieldProblem(name, "is required", "required") for name in move.needs if body.get(name) is None
    ]
    problems += [
        FieldProblem(name, f"must be one of {', '.join(_accepted(resource, move, name))}", "not_in_set")
        for name, barred in move.bars.items()
        if values.get(name) in barred
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return values


def _accepted(resource: Resource, move: Move, name: str) -> list[str]:
    return [one for one in closed_set(resource.column(name)) or () if one not in move.bars[name]]


async def _check_legal(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    keys: Sequence[UUID],
    move: Move,
    if_match: str | None,
) -> None:
    assert resource.states is not None
    column, label = resource.states.column, resource.label.lower()
    forbidden = "".join(f", ({condition}) IS TRUE" for condition, _ in move.unless)
    scope = scope_condition(resource, reach) or "true"
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        f"SELECT t.{resource.key}, t.{column}, md5(t.xmin::text || t.{resource.key}::text){forbidden} "
        f"FROM {resource.table.name} t WHERE t.tenant_id = %(tenant)s AND t.{resource.key} = ANY (%(keys)s) "
        f"AND {scope} ORDER BY t.{resource.key} FOR NO KEY UPDATE OF t",
        base_parameters(actor, reach) | {"keys": list(keys)},
    )
    rows = found.all()
    if len(rows) < len(set(keys)):
        raise NotFound(f"There is no such {label}.")
    refused: dict[UUID, Conflict] = {}
    for key, state, tag, *wrong in rows:
        if if_match is not None and if_match not in ("*", f'"{tag}"'):
            raise PreconditionFailed(
                f"The {label} was changed since you read it. Read it again and repeat the change.",
                headers={"ETag": f'"{tag}"'},
            )
        if problem := _refusal(resource, move, state, wrong):
            refused[key] = problem
    if len(keys) > 1 and refused:
        raise Conflict(
            f"{len(refused)} of {len(keys)} cannot {words(move.verb)}; nothing was changed.",
            code="illegal_move",
            fields=[
                FieldProblem(f"ids[{index}]", refused[key].detail, refused[key].code)
                for index, key in enumerate(keys)
                if key in refused
            ],
        )
    for problem in refused.values():
        raise problem


def _refusal(resource: Resource, move: Move, state: str | None, wrong: Sequence[bool]) -> Conflict | None:
    """Why a row in this state cannot make the move; `wrong` says which of its `unless` hold."""
    assert resource.states is not None
    if state not in move.leaves:
        legal = resource.states.legal(state)
        return Conflict(
            f"A {resource.label.lower()} that is {words(state)} cannot {words(move.verb)}; "
            f"it can {', '.join(map(words, legal)) or 'no longer change'}.",
            code="illegal_move",
            state=state,
            legal=legal,
        )
    sentences = [sentence for holds, (_, sentence) in zip(wrong, move.unless, strict=True) if holds]
    if sentences:
        told = "; ".join(sentences if move.tells_all else sentences[:1])
        return Conflict(told[:1].upper() + told[1:] + ".", code="move_forbidden", state=state)
    return None


def _stamp(kind: str | None, actor: Actor) -> Any:
    match kind:
        case "now":
            return datetime.now(UTC)
        case "today":
            return actor.today
        case "actor":
            return actor.user_id
    return None


def words(name: str | None) -> str:
    """`waiting_parts` -> `waiting parts`, for sentences."""
    return (name or "without a state").replace("_", " ").replace("-", " ")
