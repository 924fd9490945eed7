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

from motorpool.core.database.models import Base, TableFacts, facts_of
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


@dataclass(frozen=True)
class Resource:
    """See the module. Column names are the table's; `writable` is an allow-list, nothing else can be set by a caller."""

    model: type[Base]
    domain: str
    label: str
    plural: str
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
    #: name -> foreign key column; the referenced row is put in by `expand=name`.
    expand: Mapping[str, str] = field(default_factory=dict)
    #: Column -> table, where the reference has no foreign key (time series, logs).
    points_to: Mapping[str, str] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    verbs: tuple[Verb, ...] = ()
    list_columns: tuple[str, ...] = ()
    title_column: str = "id"
    key: str = "id"
    examples: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = set(self.table.columns.keys()) | set(self.computed)
        for name in ("writable", "create_only", "hidden", "filters", "list_columns"):
            if unknown := set(getattr(self, name)) - known:
                raise ValueError(f"{self.collection}: {name} names unknown columns {sorted(unknown)}")
        for column in (*self.sorts, self.default_sort.lstrip("-")):
            if column != self.key and not self._has_index(column):
                raise ValueError(
                    f"{self.collection}: no index (tenant_id, {column}) for the sort by {column}"
                )
        for name, column in self.expand.items():
            if column not in self.references:
                raise ValueError(f"{self.collection}: expand {name}: {column} refers to no table")
        if set(self.writable) & set(self.hidden) or set(self.writable) & {"id", "tenant_id"}:
            raise ValueError(f"{self.collection}: hidden and server-owned columns are not writable")

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
            *dict.fromkeys(crud[operation] for operation in self.operations),
            *(verb.name for verb in self.verbs),
        ]
        return [self.permission(name) for name in names]

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
        return found

    def column(self, name: str) -> Column[Any]:
        return self.table.columns[name]

    def type_of(self, name: str) -> Any:
        computed = self.computed.get(name)
        return computed.python_type if computed else python_type(self.column(name))

    def sql_of(self, name: str) -> str:
        """The expression that stands for a column in WHERE and ORDER BY."""
        computed = self.computed.get(name)
        return f"({computed.expression})" if computed else f"t.{name}"

    def output_of(self, name: str) -> str:
        """The expression in the row's JSON: decimals and addresses as text."""
        computed = self.computed.get(name)
        return f"({computed.expression})" if computed else json_expression(self.column(name), f"t.{name}")

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

    def required_on_create(self, name: str) -> bool:
        column = self.column(name)
        return not column.nullable and column.server_default is None

    def _has_index(self, column: str) -> bool:
        leading = [[part.split()[0] for part in index_parts(index)] for index in self.table.indexes]
        leading += [
            [c.name for c in u.columns] for u in self.table.constraints if isinstance(u, UniqueConstraint)
        ]
        return any(parts[:2] == ["tenant_id", column] for parts in leading)


def index_parts(index: Any) -> list[str]:
    """The columns of an index as text, expressions included."""
    return [str(getattr(part, "name", None) or part) for part in index.expressions]
