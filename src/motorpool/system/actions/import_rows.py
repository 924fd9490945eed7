"""Rows of a file into a table, a portion at a time: read the cells, find what they name, write what is right.

A portion takes a handful of statements, however many rows it has. A row that is wrong is left out and told; when only
the database can say which one it is, the portion is halved until the row stands alone. Numbers, secrets, references,
rules and the reach of the importing person's rights hold as for a row that comes through the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Operation, Resource
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tabular import Cell, SourceRow
from motorpool.core.tenancy import Actor
from motorpool.system.queries.find_existing import Found, find_by_id, find_by_key
from motorpool.system.queries.resolve_references import ReferenceResolver
from motorpool.system.rules.cells import ColumnReader, Habits, plain
from motorpool.system.shapes import ImportParameters

#: What a value that is shown beside an error is cut to.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, or with one cell of it."""

    row_number: int
    field: str | None
    message: str
    code: str = "invalid"
    value: str | None = None


@dataclass(slots=True, eq=False)
class Draft:
    """A row on its way: values of the columns that have one."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    #: The row that is there already.
    key: UUID | None = None


@dataclass(slots=True)
class Outcome:
    """What became of a portion."""

    created: int = 0
    updated: int = 0
    #: Rows that were there and are left alone, or are the same already.
    skipped: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def succeeded(self) -> int:
        return self.created + self.updated + self.skipped


class RowImporter:
    """Reads and judges the rows of one file. One object for the whole file: it knows what stood in earlier portions."""

    def __init__(
        self,
        resource: Resource,
        registry: Mapping[str, Resource],
        actor: Actor,
        headings: Sequence[str],
        parameters: ImportParameters,
    ) -> None:
        self.resource = resource
        self.actor = actor
        self.parameters = parameters
        self.may_create, self.may_update = rights_of(resource, actor, parameters)
        places = {heading: place for place, heading in enumerate(headings)}
        self.places = {name: places[heading] for name, heading in parameters.mapping.items()}
        habits = Habits(bool(parameters.day_first), ZoneInfo(actor.time_zone))
        self.readers: dict[str, ColumnReader] = {}
        self.resolvers: dict[str, ReferenceResolver] = {}
        for name in self.places:
            target = resource.references.get(name) or resource.facts.ref_arrays.get(name)
            if target is not None and target in registry:
                self.resolvers[name] = ReferenceResolver(registry[target], actor)
            else:
                self.readers[name] = ColumnReader(resource, name, habits)
        self.key_columns = resource.business_key if set(resource.business_key) <= set(self.places) else ()
        self.unique = [columns for columns in unique_keys(resource) if set(columns) <= set(self.places)]
        #: Hash of a unique key -> row that has it. 64 bits: a million rows collide with a chance of 1 in 30 million.
        self._seen: dict[int, int] = {}
        # What a new row needs and the file has no column for, is told once, not for each row.
        self.required = [
            name
            for name in (*resource.writable, *resource.create_only)
            if resource.required_on_create(name) and not resource.gives(name)
        ]

    async def judge(self, session: AsyncSession, chunk: Sequence[SourceRow]) -> list[Draft]:
        """Drafts of all rows, each with what is wrong with it; what is right can be written."""
        drafts = [self._read(row) for row in chunk]
        await self._resolve(session, chunk, drafts)
        self._refuse_repeated(drafts)
        await self._find(session, drafts)
        return drafts

    # -- reading

    def _read(self, row: SourceRow) -> Draft:
        draft = Draft(row.number)
        if row.problem:
            draft.problems.append(RowProblem(row.number, None, row.problem, "bad_row"))
            return draft
        for name, reader in self.readers.items():
            cell = row.cells[self.places[name]]
            if cell is None:
                draft.cleared.append(name)
                continue
            value, problem = reader.read(cell)
            if problem is None:
                draft.values[name] = value
            else:
                draft.problems.append(self._wrong(row, name, problem))
        return draft

    async def _resolve(
        self, session: AsyncSession, chunk: Sequence[SourceRow], drafts: Sequence[Draft]
    ) -> None:
        for name, resolver in self.resolvers.items():
            place, is_list = self.places[name], name in self.resource.facts.ref_arrays
            texts = [_texts(row.cells[place], is_list) for row in chunk]
            await resolver.look_up(session, (text for found in texts for text in found))
            for row, draft, found in zip(chunk, drafts, texts, strict=True):
                if row.problem:
                    continue
                if not found:
                    draft.cleared.append(name)
                    continue
                keys = []
                for text in found:
                    key, problem = resolver.find(text)
                    if problem:
                        draft.problems.append(self._wrong(row, name, problem, "unknown_reference"))
                    keys.append(key)
                draft.values[name] = keys if is_list else keys[0]

    def _wrong(self, row: SourceRow, name: str, message: str, code: str = "wrong_type") -> RowProblem:
        cell = row.cells[self.places[name]]
        return RowProblem(row.number, name, message, code, None if cell is None else plain(cell)[:SHOWN])

    def _refuse_repeated(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            for number, columns in enumerate(self.unique):
                values = tuple(draft.values.get(name) for name in columns)
                if None in values:
                    continue
                first = self._seen.setdefault(hash((number, values)), draft.number)
                if first != draft.number:
                    draft.problems.append(
                        RowProblem(
                            draft.number,
                            columns[0],
                            f"stands already in row {first}",
                            "repeated",
                            str(values[0]),
                        )
                    )

    # -- what is there

    async def find_again(self, session: AsyncSession, drafts: Sequence[Draft]) -> bool:
        """Look whether somebody else has made rows that `judge` took for new; True: some are there now."""
        await self._find_by_key(session, drafts)
        found = [draft for draft in drafts if draft.key is not None]
        self._decide(found)
        return bool(found)

    async def _find(self, session: AsyncSession, drafts: Sequence[Draft]) -> None:
        reach = self.may_update or Reach(everything=True)
        named = [draft for draft in drafts if "id" in draft.values]
        ids = [(place, draft.values.pop("id")) for place, draft in enumerate(named)]
        self._take_found(named, await find_by_id(session, self.resource, self.actor, reach, ids))
        for draft in named:
            if draft.key is None:
                self._refuse(
                    draft, f"names no {self.resource.label.lower()} that is there", "unknown_row", "id"
                )
        await self._find_by_key(session, [draft for draft in drafts if draft not in named])
        self._decide(drafts)

    async def _find_by_key(self, session: AsyncSession, drafts: Sequence[Draft]) -> None:
        reach = self.may_update or Reach(everything=True)
        self._take_found(
            drafts, await find_by_key(session, self.resource, self.actor, reach, self.key_columns, drafts)
        )

    def _take_found(self, drafts: Sequence[Draft], found: Iterable[Found]) -> None:
        for place, key, within in found:
            drafts[place].key = key
            if not within:
                self._refuse(
                    drafts[place], "is there already, where your permission does not reach", "out_of_reach"
                )

    def _decide(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            if draft.problems:
                continue
            if draft.key is None:
                self._check_new(draft)
            elif self.parameters.existing == "refuse":
                self._refuse(draft, "is there already", "already_exists")
            elif self.parameters.existing == "update" and self.may_update is None:
                self._refuse(draft, "is there already and cannot be changed", "read_only")

    def _check_new(self, draft: Draft) -> None:
        if self.may_create is None:
            self._refuse(draft, "is not there yet", "unknown_row")
            return
        for name in self.required:
            if name not in draft.values:
                draft.problems.append(RowProblem(draft.number, name, "is required in a new row", "required"))

    def _refuse(self, draft: Draft, message: str, code: str, name: str | None = None) -> None:
        name = name or (self.key_columns[0] if self.key_columns else None)
        value = str(draft.values[name]) if name in draft.values else None
        draft.problems.append(RowProblem(draft.number, name, message, code, value))


def rights_of(
    resource: Resource, actor: Actor, parameters: ImportParameters
) -> tuple[Reach | None, Reach | None]:
    """What the actor may create and change here. Raises Forbidden when the import needs more."""

    def reach(action: Operation, wanted: bool) -> Reach | None:
        if not wanted or action not in resource.operations:
            return None
        return reach_or_forbid(resource, actor, action)

    return (
        reach("create", parameters.missing == "create"),
        reach("update", parameters.existing == "update"),
    )


def unique_keys(resource: Resource) -> list[tuple[str, ...]]:
    """Columns of which no two rows of a tenant share the values."""
    keys = [
        tuple(str(column.name) for column in constraint.columns if column.name != "tenant_id")
        for constraint in resource.table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return [("id",), *(columns for columns in keys if columns)]


def _texts(cell: Cell, is_list: bool) -> list[str]:
    if cell is None:
        return []
    text = plain(cell)
    if not is_list:
        return [text]
    return [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
