"""What a domain does, in the same transaction, when rows of a table are made, changed, moved or removed (decision 27).

    @reaction("work_order_labor", "create", "update", "delete")
    async def keep_costs_in_step(session: AsyncSession, actor: Actor, change: Change) -> None:
        ...

The kernel calls it after the write and its checks, once for all rows of a request, whichever way they came: API, page,
bulk or import. What it raises refuses the whole request. Hand-written actions that write by SQL call what they need
themselves. `foresight` is the same before the write: where a constraint of the database would refuse without saying what
is in the way, it looks first and says so; it may fill in what a new row does not name. Domains keep both in `reactions.py`;
`core.resource.hooks` names these modules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.hooks import load_hooks
from motorpool.core.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """What was written: `occasion` is create, update, delete or the verb of a move."""

    table: str
    occasion: str
    keys: tuple[UUID, ...]
    #: Columns that were written; on create those that any row named.
    columns: frozenset[str] = frozenset()
    #: Rows that were deleted, as they were, in the form of JSON.
    gone: tuple[dict[str, Any], ...] = ()
    #: Several rows may be meant: a problem says which one by its place, `[3].vehicle_id`.
    named: bool = False

    def place(self, key: UUID, column: str) -> str:
        """Where a problem with a column of one of the rows is."""
        return f"[{self.keys.index(key)}].{column}" if self.named else column


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be written: for each row the columns that are given, and `id` of a row that is there."""

    table: str
    occasion: str
    rows: tuple[dict[str, Any], ...]


Foresight = Callable[[AsyncSession, Actor, Intent], Awaitable[None]]
Reaction = Callable[[AsyncSession, Actor, Change], Awaitable[None]]
Function = TypeVar("Function", Foresight, Reaction)
#: By table and occasion, in the order of their registration.
_FORESIGHT: dict[tuple[str, str], list[Foresight]] = defaultdict(list)
_REACTIONS: dict[tuple[str, str], list[Reaction]] = defaultdict(list)


def foresight(table: str, *occasions: str) -> Callable[[Foresight], Foresight]:
    """Register a function that looks at rows before they are written."""
    return _registering(_FORESIGHT, table, occasions)


def reaction(table: str, *occasions: str) -> Callable[[Reaction], Reaction]:
    """Register a function for what follows, in the same transaction."""
    return _registering(_REACTIONS, table, occasions)


def _registering(
    register: dict[tuple[str, str], list[Function]], table: str, occasions: Iterable[str]
) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        for occasion in occasions:
            register[table, occasion].append(function)
        return function

    return add


async def foresee(
    session: AsyncSession, actor: Actor, table: str, occasion: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Let those look who want to, before rows are written."""
    load_hooks()
    if (functions := _FORESIGHT.get((table, occasion))) and (found := tuple(rows)):
        for function in functions:
            await function(session, actor, Intent(table, occasion, found))


def reacts(table: str, occasion: str) -> bool:
    """Whether anything follows."""
    load_hooks()
    return (table, occasion) in _REACTIONS


async def react(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Run what follows from a change of at least one row."""
    load_hooks()
    if change.keys:
        for function in _REACTIONS.get((change.table, change.occasion), ()):
            await function(session, actor, change)


def registered() -> frozenset[tuple[str, str]]:
    """Tables and occasions that anybody looks at beforehand or reacts to."""
    load_hooks()
    return frozenset((*_FORESIGHT, *_REACTIONS))
