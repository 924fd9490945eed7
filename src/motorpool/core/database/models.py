"""Base classes, column types and the facts about a table that SQLAlchemy has no word for.

A table says what is true about its data: columns with a comment (unit or meaning), keys, checks, and `TableFacts`
(who owns the rows, whether they are audited, what the application's role may do). `core.database.ddl` turns the facts
into row-level security, grants and triggers; the contract tests compare them with the live catalog.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID as PG_UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}


class TimeZone(String):
    """The IANA name of a time zone, checked when it is written."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(64)


Ownership = Literal["tenant", "tenants", "shared_or_own", "global"]
Rights = Literal["full", "append", "read", "none"]


@dataclass(frozen=True, slots=True)
class Polymorphic:
    """A pair of columns that names a row of one of several tables: `entity_type` says which, `entity_id` the row."""

    type_column: str
    id_column: str
    #: Value of the type column -> table. A value that is not here refers to nothing and takes no id.
    targets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What the database must enforce for a table.

    ownership: `tenant` has tenant_id NOT NULL; `tenants` is the tenants table itself; `shared_or_own` has a nullable
    tenant_id (NULL = everyone reads); `global` has no tenant.
    """

    ownership: Ownership = "tenant"
    rights: Rights = "full"
    audited: bool = True
    #: Which changes the audit log records; derived rows log only what people change.
    audit_on: Sequence[str] = ("INSERT", "UPDATE", "DELETE")
    #: Columns whose change alone is no event (machine counters), and columns whose value must not reach the log.
    audit_ignore: Sequence[str] = ()
    audit_redact: Sequence[str] = ()
    #: Column of a monthly RANGE partition.
    partition_by: str | None = None
    #: Partitions take COPY directly from the application's role (decision 9).
    leaf_copy: bool = False
    #: Columns of the `q` search, served by a motorpool_search function over a trigram index (decision 10).
    search: Sequence[str] = ()
    #: Roles that may read all rows because their SECURITY DEFINER functions filter by tenant themselves.
    readable_by: Sequence[str] = ()
    reason: str = ""
    #: References that no foreign key can hold (decision 11); the kernel checks them on every write.
    polymorphic: Sequence[Polymorphic] = ()
    #: uuid[] column -> table of its elements.
    ref_arrays: Mapping[str, str] = field(default_factory=dict)
    #: Path in a jsonb column -> table, e.g. `required_parts[*].part_id`.
    json_refs: Mapping[str, str] = field(default_factory=dict)
    #: Columns that hold a masked secret, with `<column>_ciphertext` (and `<column>_blind_index`) beside them.
    sealed: Sequence[str] = ()


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        UUID: PG_UUID(as_uuid=True),
    }
    __facts__: ClassVar[TableFacts] = TableFacts()
    #: Indexes in PostgreSQL's own words: `tenant_id, started_at DESC`, `gin (tags)`.
    __indexes__: ClassVar[tuple[str, ...]] = ()
    #: Keys that are unique within a tenant: `invoice_number`, `vehicle_id, period`.
    __unique__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__table__" in cls.__dict__:
            table = cast(Table, cls.__table__)
            table.info["facts"] = cls.__facts__
            if issubclass(cls, TenantModel):
                for made in belongs_to_tenant(table.name):
                    _attach(table, made)
            for column in list(table.columns):
                if isinstance(column.type, JSON):
                    # None is no value; otherwise it would be kept as the JSON null, which IS NULL does not find.
                    column.type.none_as_null = True
                if target := column.info.get("references"):
                    cascade = column.info["cascade"]
                    _attach(table, tenant_reference(table.name, column.name, target, cascade=cascade))
            shared = issubclass(cls, SharedModel)
            for key in cls.__unique__:
                parts = ["tenant_id", *(part.strip() for part in key.split(","))]
                name = short_name(f"uq_{table.name}_{'_'.join(parts)}")
                _attach(
                    table, UniqueConstraint(*parts, name=name, postgresql_nulls_not_distinct=shared or None)
                )
            for words in cls.__indexes__:
                _attach(table, index_of(table.name, words))


def _attach(table: Table, made: ForeignKeyConstraint | UniqueConstraint | Index) -> None:
    if isinstance(made, Index):
        made._set_parent(table)
    else:
        table.append_constraint(made)


def short_name(name: str) -> str:
    """PostgreSQL keeps 63 bytes of a name; a longer one ends in a hash so that it stays unique."""
    return name if len(name) <= 63 else f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def index_of(table: str, words: str) -> Index:
    """An index from `a, b DESC` or `gin (a)`; its name is made of the columns."""
    method, opening, rest = words.partition(" (")
    plain = not opening or not method.isidentifier()
    listed = words if plain else rest.removesuffix(")")
    parts = [part.strip() for part in re.split(r",(?![^(]*\))", listed)]
    name = "_".join(
        re.sub(r"\W+", "_", part.split(" ")[0] if part[-1] != ")" else part).strip("_") for part in parts
    )
    return Index(
        short_name(f"ix_{table}_{name}"),
        *(part if part.isidentifier() else text(part) for part in parts),
        postgresql_using=None if plain else method,
    )


def facts_of(table: Any) -> TableFacts:
    """The declared facts of a SQLAlchemy table."""
    facts = table.info["facts"]
    assert isinstance(facts, TableFacts)
    return facts


class Identified(Base):
    """`id uuid PRIMARY KEY`, time-ordered (UUIDv7), as the seed has it."""

    __abstract__ = True
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"), sort_order=-20)


class TenantModel(Identified):
    """A row that belongs to one tenant. `tenant_id` comes from the transaction's setting unless it is given."""

    __abstract__ = True
    tenant_id: Mapped[UUID] = mapped_column(
        sort_order=-19,
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid"),
    )


class SharedModel(Identified):
    """A row that one tenant owns, or that all share: `tenant_id` NULL is written by the platform only (decision 6)."""

    __abstract__ = True
    tenant_id: Mapped[UUID | None] = mapped_column(
        sort_order=-19,
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid"),
        comment="null: shared by all tenants",
    )


class PartitionedModel(Base):
    """A row of a table that is partitioned by month: its key is `(tenant_id, id, <time>)` (decision 9)."""

    __abstract__ = True
    id: Mapped[UUID] = mapped_column(server_default=text("uuidv7()"), sort_order=-20)
    tenant_id: Mapped[UUID] = mapped_column(
        sort_order=-19,
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid"),
    )


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"), sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"), sort_order=901)


def belongs_to_tenant(table: str) -> tuple[ForeignKeyConstraint, Index]:
    """The tenant's own foreign key and the bare unique index that composite keys point at (decision 7)."""
    return (
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=f"fk_{table}_tenant_id"),
        Index(f"uq_{table}_tenant_id_id", "tenant_id", "id", unique=True),
    )


def reference(target: str, *, cascade: bool = False, **options: Any) -> MappedColumn[Any]:
    """A column that names a row of another table by a composite foreign key; `cascade` for parts of a whole."""
    return mapped_column(info={"references": target, "cascade": cascade}, **options)


def tenant_reference(table: str, column: str, target: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """A composite foreign key, so that a row can never point into another tenant."""
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=f"fk_{table}_{column}",
        ondelete="CASCADE" if cascade else None,
        use_alter=True,
    )


def one_of(column: str, *values: str) -> CheckConstraint:
    """A closed set: our code branches on these values (decision 12)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column, info={"column": column, "values": values})


def closed_set(column: Column[Any]) -> tuple[str, ...] | None:
    """The values that a CHECK constraint allows, if the column is a closed set."""
    assert column.table is not None
    for constraint in column.table.constraints:
        if isinstance(constraint, CheckConstraint) and constraint.info.get("column") == column.name:
            return tuple(constraint.info["values"])
    return None
