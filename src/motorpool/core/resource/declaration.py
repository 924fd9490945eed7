"""`Resource`: what a table offers to the API and the pages, as data.

The kernel derives routes, validation, filters, sorts, pages of results, permissions, ETags and the OpenAPI document
from it. It knows no model; whatever is special is an action, a query or a page of its own. A declaration that is wrong
(unknown column, a sort without an index) fails at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint

from motorpool.core.database.models import Base, TableFacts, closed_set, facts_of
from motorpool.core.resource.columns import is_text, json_expression, python_type

Operation = Literal["list", "get", "create", "update", "delete"]
FULL: tuple[Operation, ...] = ("list", "get", "create", "update", "delete")
RETIRED: tuple[Operation, ...] = ("list", "get", "create", "update")
APPEND_ONLY: tuple[Operation, ...] = ("list", "get", "create")
READ_ONLY: tuple[Operation, ...] = ("list", "get")


@dataclass(frozen=True, slots=True)
class Scope:
    """SQL conditions for grants that do not reach every row; None: such a grant reaches nothing here.

    `t` is the table; parameters: %(reach_facilities)s, %(reach_departments)s (uuid[]), %(actor_driver)s, %(actor_user)s.
    """

    facility: str | None = None
    department: str | None = None
    own: str | None = None
    #: What a grant of one's own may make; None: the same. For tables whose makers always own what they made.
    new: str | None = None
    #: Letters and the like: whatever a grant says, people reach their own rows only; the program itself reaches all.
    personal: bool = False
    #: Type column of a `Polymorphic` pair: rows about a record are seen only by who may read all records of its kind.
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that is an SQL expression over `t`, e.g. a status that depends on today (decision 13)."""

    expression: str
    python_type: Any
    description: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """A hand-written `POST /<collection>/{id}/<name>`, named here for permissions and the documentation."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Move:
    """A legal change of state: `POST /<collection>/{id}/<verb>`, with a permission of its own.

    `stamps` sets columns as the move is made: "now", "today" (where the caller is), "actor" (the caller's user), or null.
    """

    verb: str
    #: None: the row stays where it stands.
    to: str | None
    leaves: tuple[str, ...]
    summary: str = ""
    #: Columns that the request's body may set with the move, and those of them that it must.
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stamps: Mapping[str, Literal["now", "today", "actor"] | None] = field(default_factory=dict)
    #: (SQL condition over `t`, sentence): where the condition is true the move is refused with the sentence. NULL does not
    #: refuse, so a condition that must hold is written `(...) IS NOT TRUE`.
    unless: tuple[tuple[str, str], ...] = ()
    #: Every sentence that holds is told, as a list of what is still to do; else the first, which mostly makes the others idle.
    tells_all: bool = False
    #: Shown in red and asked twice.
    final: bool = False
    #: Column -> values of its closed set that the move does not take.
    bars: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class States:
    """The column that says where a row stands, and the only moves that change it (decision 19)."""

    column: str
    moves: tuple[Move, ...]
    #: States that only the program itself brings about, such as `processing`.
    by_program: tuple[str, ...] = ()

    def legal(self, state: str | None) -> list[str]:
        """The verbs that are legal from a state."""
        return [move.verb for move in self.moves if state in move.leaves]


@dataclass(frozen=True, slots=True)
class Lock:
    """Where the SQL condition over `t` is true, a row is settled: no change and no deletion, and none may be added.

    Moves and verbs are not held, they are how a row is opened again. NULL does not lock.
    """

    condition: str
    sentence: str
    #: Columns that stay open, such as notes.
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A business number that the program gives when the caller does not: `{year}` and `{number}` of a tenant's counter."""

    column: str
    pattern: str


@dataclass(frozen=True)
class Resource:
    """See the module. Column names are the table's; `writable` is an allow-list, nothing else can be set by a caller.

    What can be known from the model is not repeated: filters and sorts default to the columns that an index serves,
    `expand` to the references, the domain to the package.
    """

    model: type[Base]
    label: str
    plural: str = ""
    domain: str = ""
    operations: tuple[Operation, ...] = RETIRED
    writable: tuple[str, ...] = ()
    #: Can be given on create and never changed afterwards.
    create_only: tuple[str, ...] = ()
    #: Never leave the server.
    hidden: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    default_sort: str = "-id"
    computed: Mapping[str, Computed] = field(default_factory=dict)
    #: Column -> SQL expression that every read gives instead of the value, where not everybody who reads the row may have it;
    #: `{t}` is the row.
    shown: Mapping[str, str] = field(default_factory=dict)
    #: name -> foreign key column; the referenced row is put in by `expand=name`.
    expand: Mapping[str, str] = field(default_factory=dict)
    states: States | None = None
    numbered: Numbered | None = None
    #: Columns that get the caller's user when the row is made.
    made_by: tuple[str, ...] = ()
    #: Columns that a foresight fills in where the caller says nothing, such as a price of the catalogue.
    filled_in: tuple[str, ...] = ()
    #: Column -> boolean column: where that is true the value is the program's sum, and forms do not ask for it.
    summed: Mapping[str, str] = field(default_factory=dict)
    #: Asked first in the form of a new row; the other fields are folded away.
    asked_first: tuple[str, ...] = ()
    #: Column of an open set -> values that its form suggests, in place of those that its comment lists.
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: jsonb column -> msgspec type of its value; checked on write, and what its editor is made of.
    shapes: Mapping[str, Any] = field(default_factory=dict)
    #: Rules over several columns that must hold after a write: (SQL condition over `t`, column to name, sentence).
    rules: tuple[tuple[str, str, str], ...] = ()
    #: When a row may no longer be changed, because somebody approved it or because it has happened.
    locks: tuple[Lock, ...] = ()
    #: Column -> table, where the reference has no foreign key (time series, logs).
    points_to: Mapping[str, str] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    verbs: tuple[Verb, ...] = ()
    list_columns: tuple[str, ...] = ()
    title_column: str = "id"
    key: str = "id"
    examples: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fill_defaults()
        known = set(self.table.columns.keys()) | set(self.computed)
        stamped = {name for move in self.moves for name in (*move.stamps, *move.takes, *move.needs)}
        for what, names in (
            ("writable", self.writable),
            ("create_only", self.create_only),
            ("hidden", self.hidden),
            ("filters", self.filters),
            ("list_columns", self.list_columns),
            ("made_by", self.made_by),
            ("filled_in", self.filled_in),
            ("summed", (*self.summed, *self.summed.values())),
            ("asked_first", self.asked_first),
            ("usual", self.usual),
            ("shapes", self.shapes),
            ("shown", self.shown),
            ("moves", stamped),
            ("locks", {name for lock in self.locks for name in lock.open}),
        ):
            if unknown := set(names) - known:
                raise ValueError(f"{self.collection}: {what} names unknown columns {sorted(unknown)}")
        for column in (*self.sorts, self.default_sort.lstrip("-")):
            if column != self.key and column not in self._sortable():
                raise ValueError(
                    f"{self.collection}: no index (tenant_id, {column}) for the sort by {column}"
                )
        for name, column in self.expand.items():
            if column not in self.references:
                raise ValueError(f"{self.collection}: expand {name}: {column} refers to no table")
        settable = {*self.writable, *self.create_only}
        kept = {*self.made_by, "id", "tenant_id"}
        if self.states:
            kept.add(self.states.column)
            self._check_states(self.states)
        if wrong := (settable & kept) | (set(self.writable) & set(self.hidden)):
            raise ValueError(
                f"{self.collection}: {sorted(wrong)} are kept by the server and cannot be writable"
            )

    def _fill_defaults(self) -> None:
        """What the model already says; the dataclass is frozen for everybody else."""

        def default(name: str, value: Any) -> None:
            if not getattr(self, name):
                object.__setattr__(self, name, value)

        default("plural", f"{self.label}s")
        package = self.model.__module__.split(".")[1]
        default("domain", "System" if package == "core" else package.capitalize())
        default("sorts", tuple(self._sortable()))
        default("filters", tuple(self._filterable()))
        default(
            "expand",
            {
                column.removesuffix("_id"): column
                for column in self.references
                if column.endswith("_id") and column not in self.hidden
            },
        )

    def _check_states(self, states: States) -> None:
        values = closed_set(self.column(states.column)) or ()
        named = {state for move in states.moves for state in (move.to, *move.leaves) if state}
        if unknown := named - set(values):
            raise ValueError(f"{self.collection}: {states.column} has no state {sorted(unknown)}")

    @property
    def table(self) -> Table:
        table = self.model.__table__
        assert isinstance(table, Table)
        return table

    @property
    def facts(self) -> TableFacts:
        return facts_of(self.table)

    @property
    def collection(self) -> str:
        """The path segment: the table's name with `-` for `_`."""
        return str(self.table.name).replace("_", "-")

    def permission(self, action: str) -> str:
        return f"{self.table.name}.{action}"

    @property
    def permissions(self) -> list[str]:
        crud = {"list": "read", "get": "read", "create": "create", "update": "update", "delete": "delete"}
        names = [
            *(crud[operation] for operation in self.operations),
            *(["export"] if "list" in self.operations else []),
            *(move.verb for move in self.moves),
            *(verb.name for verb in self.verbs),
        ]
        return [self.permission(name) for name in dict.fromkeys(names)]

    @property
    def moves(self) -> tuple[Move, ...]:
        return self.states.moves if self.states else ()

    def move(self, verb: str) -> Move:
        """Raises: KeyError."""
        return {move.verb: move for move in self.moves}[verb]

    @cached_property
    def business_key(self) -> tuple[str, ...]:
        """The columns that a person knows a row by: the first key that is unique within a tenant and can be given."""
        for unique in sorted(
            (c for c in self.table.constraints if isinstance(c, UniqueConstraint)),
            key=lambda c: (len(c.columns), self.table.c.keys().index(list(c.columns)[-1].name)),
        ):
            columns = tuple(str(c.name) for c in unique.columns if c.name != "tenant_id")
            if set(columns) <= {*self.writable, *self.create_only}:
                return columns
        return ()

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """Columns that a read gives, computed ones last."""
        names = [
            str(column.name) for column in self.table.c if column.name not in (*self.hidden, "tenant_id")
        ]
        return (*names, *self.computed)

    @cached_property
    def references(self) -> dict[str, str]:
        """Referring column -> table, from the composite foreign keys and `points_to`."""
        found: dict[str, str] = dict(self.points_to)
        for constraint in self.table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                columns = [column.name for column in constraint.columns if column.name != "tenant_id"]
                if len(columns) == 1:
                    found[str(columns[0])] = str(constraint.elements[-1].target_fullname.split(".")[0])
        # In the order of the columns: constraints come as a set.
        return {str(c.name): found[str(c.name)] for c in self.table.c if c.name in found}

    def column(self, name: str) -> Column[Any]:
        return self.table.columns[name]

    def type_of(self, name: str) -> Any:
        if name in self.shapes:
            return self.shapes[name]
        computed = self.computed.get(name)
        return computed.python_type if computed else python_type(self.column(name))

    def sql_of(self, name: str) -> str:
        """The expression that stands for a column in WHERE and ORDER BY, and in exports."""
        if name in self.shown:
            return self._shown(name, "t")
        computed = self.computed.get(name)
        return f"({computed.expression})" if computed else f"t.{name}"

    def output_of(self, name: str, row: str = "t") -> str:
        """The expression in the row's JSON: decimals and addresses as text. `row`: the alias of the table."""
        if name in self.shown:
            return self._shown(name, row)
        computed = self.computed.get(name)
        return f"({computed.expression})" if computed else json_expression(self.column(name), f"{row}.{name}")

    def _shown(self, name: str, row: str) -> str:
        return f"({self.shown[name].format(t=row)})"

    def output_as(self, name: str) -> str:
        return f"{self.output_of(name)} AS {name}"

    @cached_property
    def whole_row(self) -> str:
        """The columns of a row's JSON; every read needs them."""
        return ", ".join(self.output_as(name) for name in self.visible)

    def is_text(self, name: str) -> bool:
        return name not in self.computed and is_text(self.column(name))

    def nullable(self, name: str) -> bool:
        return name in self.computed or bool(self.column(name).nullable)

    def is_unique(self, name: str) -> bool:
        """Whether no two rows of a tenant share a value of this column."""
        return name == self.key or (
            not self.nullable(name)
            and any(
                isinstance(constraint, UniqueConstraint)
                and [column.name for column in constraint.columns] == ["tenant_id", name]
                for constraint in self.table.constraints
            )
        )

    def gives(self, name: str) -> bool:
        """Whether the program fills this column when the caller does not."""
        return name in (*self.made_by, *self.filled_in) or (
            self.numbered is not None and self.numbered.column == name
        )

    def required_on_create(self, name: str) -> bool:
        column = self.column(name)
        return not column.nullable and column.server_default is None and not self.gives(name)

    def _leading(self) -> list[list[str]]:
        """The columns of each complete B-tree index, in order."""
        found = [
            [part.split()[0] for part in index_parts(index)]
            for index in sorted(self.table.indexes, key=lambda index: str(index.name))
            if index.dialect_options["postgresql"]["using"] in (None, False, "btree")
            and index.dialect_options["postgresql"]["where"] is None
        ]
        return found + [
            [column.name for column in unique.columns]
            for unique in self.table.constraints
            if isinstance(unique, UniqueConstraint)
        ]

    def _sortable(self) -> list[str]:
        """Columns that an index keeps in order within a tenant."""
        names = dict.fromkeys(
            parts[1]
            for parts in self._leading()
            if len(parts) > 1 and parts[0] == "tenant_id" and parts[1] in self.table.c
        )
        left_out = {*self._unseen(), *self.references}
        return [str(c.name) for c in self.table.c if c.name in names and c.name not in left_out]

    def _filterable(self) -> list[str]:
        """Columns that lead an index, within a tenant or, for references, over all."""
        names = {
            parts[1] if parts[0] == "tenant_id" and len(parts) > 1 else parts[0] for parts in self._leading()
        } | {self.key}
        return [str(c.name) for c in self.table.c if c.name in names and c.name not in self._unseen()]

    def _unseen(self) -> set[str]:
        return {"tenant_id", *self.hidden}


def index_parts(index: Any) -> list[str]:
    """The columns of an index as text, expressions included."""
    return [str(getattr(part, "name", None) or part) for part in index.expressions]
