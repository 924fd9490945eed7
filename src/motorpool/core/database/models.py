"""Base classes, column types and the facts about a table that SQLAlchemy has no word for.

A table says what is true about its data: columns with a comment (unit or meaning), keys, checks, and `TableFacts`
(who owns the rows, whether they are audited, what the application's role may do). `core.database.ddl` turns the facts
into row-level security, grants and triggers; the contract tests compare them with the live catalog.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID as PG_UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}

Ownership = Literal["tenant", "tenants", "shared_or_own", "global"]
Rights = Literal["full", "append", "read", "none"]


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


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        UUID: PG_UUID(as_uuid=True),
    }
    __facts__: ClassVar[TableFacts] = TableFacts()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__table__" in cls.__dict__:
            cast(Table, cls.__table__).info["facts"] = cls.__facts__


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
