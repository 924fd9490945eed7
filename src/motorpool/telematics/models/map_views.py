"""What a person wants to see on the live map."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, reference


class MapView(TenantModel, Timestamped):
    """The layers that one person has switched on."""

    __tablename__ = "map_views"
    __facts__ = TableFacts(audited=False, reason="a person's switches, of no consequence for anybody else")
    __unique__ = ("user_id",)
    __table_args__ = (
        CheckConstraint("cardinality(layers) <= 50", name="layers_are_at_most_50"),
        {"comment": "Layers of the live map by person"},
    )

    user_id: Mapped[UUID] = reference("users", cascade=True, comment="Whose map it is")
    layers: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="Ids of the layers that are on"
    )
