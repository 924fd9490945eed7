"""Things of the fleet that are no vehicles: tools, attachments, shop equipment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Equipment(TenantModel, Timestamped):
    """A tool, an attachment or a device that is tagged, lent and moved. What drives is a vehicle."""

    __tablename__ = "equipment"
    __facts__ = TableFacts(search=("equipment_number", "name", "manufacturer", "model", "serial_number"))
    __unique__ = ("equipment_number",)
    __indexes__ = (
        "tenant_id, name, id",
        "tenant_id, status",
        "tenant_id, equipment_type",
        "tenant_id, next_service_on, id",
        "facility_id",
        "department_id",
        "vehicle_id",
        "held_by_user_id",
    )
    __table_args__ = (
        one_of("status", "available", "in_use", "in_repair", "lost", "retired"),
        CheckConstraint("purchase_price >= 0", name="purchase_price_not_negative"),
        {"comment": "Tools, attachments and shop equipment: what is tagged and transferred besides vehicles"},
    )

    equipment_number: Mapped[str] = mapped_column(String(50), comment="Inventory number")
    name: Mapped[str] = mapped_column(String(255))
    equipment_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as tool, attachment, diagnostic, lifting, safety, radio, container"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="available")
    manufacturer: Mapped[str | None] = mapped_column(String(255))
    model: Mapped[str | None] = mapped_column(String(100))
    serial_number: Mapped[str | None] = mapped_column(String(100))
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Where it is kept")
    department_id: Mapped[UUID | None] = reference("departments")
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="Vehicle that carries it")
    held_by_user_id: Mapped[UUID | None] = reference("users", comment="Who has it now")
    purchased_on: Mapped[date | None]
    purchase_price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    warranty_until: Mapped[date | None]
    next_service_on: Mapped[date | None] = mapped_column(comment="Next calibration or inspection")
    retired_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
