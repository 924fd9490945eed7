"""How people like to see a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, reference


class ListView(TenantModel, Timestamped):
    """Columns, filters and order of a list page, kept under a name by one person, for all if they like."""

    __tablename__ = "list_views"
    __facts__ = TableFacts(search=("name", "collection"))
    __unique__ = ("user_id, collection, name",)
    __indexes__ = ("tenant_id, collection, is_shared",)
    __table_args__ = (
        CheckConstraint("collection ~ '^[a-z][a-z0-9-]*$'", name="collection_is_the_name_of_a_list"),
        CheckConstraint("cardinality(columns) > 0", name="columns_are_at_least_one"),
        Index(
            "uq_list_views_default",
            "tenant_id",
            "user_id",
            "collection",
            unique=True,
            postgresql_where=text("is_default"),
        ),
        {"comment": "Saved columns, filters and order of lists"},
    )

    user_id: Mapped[UUID] = reference("users", cascade=True, comment="Whose view it is")
    collection: Mapped[str] = mapped_column(String(100), comment="List, as in its address: work-orders")
    name: Mapped[str] = mapped_column(String(100))
    columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="In order; null: the usual ones")
    filters: Mapped[Any | None] = mapped_column(
        JSONB, comment='As in the address: {"status": "active", "q": "ford"}'
    )
    sort: Mapped[str | None] = mapped_column(String(200), comment="As in the address: -created_at")
    is_default: Mapped[bool] = mapped_column(
        server_default="false", comment="Shown when its owner opens the list"
    )
    is_shared: Mapped[bool] = mapped_column(server_default="false", comment="Everybody here may use it")
