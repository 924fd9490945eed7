"""Labels on things, and things that change hands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

#: Where a tag's or a transfer's thing is found. Machines that drive are vehicles, whatever they are called.
THINGS = {
    "vehicle": "vehicles",
    "equipment": "equipment",
    "tool": "equipment",
    "part": "parts",
}


class AssetTag(TenantModel):
    """Physical asset tagging and barcodes."""

    __tablename__ = "asset_tags"
    __facts__ = TableFacts(
        search=("tag_identifier", "tag_location"),
        polymorphic=(Polymorphic("entity_type", "entity_id", THINGS | {"facility": "facilities"}),),
    )
    __unique__ = ("tag_identifier",)
    __indexes__ = (
        "tag_identifier",
        "entity_type, entity_id",
        "tenant_id, entity_type, entity_id",
        "tenant_id, is_active",
        "tenant_id, created_at, id",
    )
    __table_args__ = (
        Index(
            "uq_asset_tags_primary",
            "tenant_id",
            "entity_type",
            "entity_id",
            unique=True,
            postgresql_where=text("is_primary AND is_active"),
        ),
        {"comment": "Physical asset tagging and barcodes"},
    )

    entity_type: Mapped[str] = mapped_column(
        String(50), comment="What it is on: vehicle, equipment, part, tool or facility"
    )
    entity_id: Mapped[UUID] = mapped_column(comment="The vehicle, equipment, part or facility")
    tag_type: Mapped[str | None] = mapped_column(String(50), comment="Such as barcode, qr_code, rfid, nfc")
    tag_identifier: Mapped[str] = mapped_column(String(255), comment="What a scan reads")
    tag_location: Mapped[str | None] = mapped_column(String(255), comment="Physical location on asset")
    is_primary: Mapped[bool] = mapped_column(
        server_default="false", comment="The one that is printed; at most one active tag of a thing"
    )
    is_active: Mapped[bool] = mapped_column(
        server_default="true", comment="An inactive tag is no longer found"
    )
    created_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AssetTransfer(TenantModel, Timestamped):
    """Asset transfer history between locations/departments."""

    __tablename__ = "asset_transfers"
    __facts__ = TableFacts(
        search=("transfer_number", "transfer_reason"),
        audit_redact=("handed_over_signature", "received_signature"),
        polymorphic=(Polymorphic("asset_type", "asset_id", THINGS),),
    )
    __unique__ = ("transfer_number",)
    __indexes__ = (
        "asset_type, asset_id, transfer_date DESC",
        "tenant_id, transfer_date DESC",
        "tenant_id, asset_type, asset_id",
        "tenant_id, status",
        "to_user_id",
        "to_location_id",
        "from_location_id",
    )
    __table_args__ = (
        one_of("status", "requested", "approved", "rejected", "in_transit", "completed", "cancelled"),
        CheckConstraint("received_at >= handed_over_at", name="received_after_it_was_handed_over"),
        {"comment": "Asset transfer history between locations/departments"},
    )

    transfer_number: Mapped[str] = mapped_column(String(50), comment="Business number; given when left out")
    status: Mapped[str] = mapped_column(String(20), server_default="requested")
    asset_type: Mapped[str] = mapped_column(
        String(50), comment="What is transferred: vehicle, equipment, part or tool"
    )
    asset_id: Mapped[UUID] = mapped_column(comment="The vehicle, equipment or part")
    transfer_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as location, department, assignment, custody"
    )
    from_location_id: Mapped[UUID | None] = reference("facilities")
    to_location_id: Mapped[UUID | None] = reference("facilities")
    from_department: Mapped[str | None] = mapped_column(String(100))
    to_department: Mapped[str | None] = mapped_column(String(100))
    from_user_id: Mapped[UUID | None] = reference("users", comment="Who held it")
    to_user_id: Mapped[UUID | None] = reference("users", comment="Who is to hold it")
    transfer_date: Mapped[datetime] = mapped_column(comment="When it is to change hands")
    transfer_reason: Mapped[str | None] = mapped_column(Text)
    condition_before: Mapped[str | None] = mapped_column(Text, comment="As it was handed over")
    condition_after: Mapped[str | None] = mapped_column(Text, comment="As it was received")
    requested_by_user_id: Mapped[UUID | None] = reference("users")
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None] = mapped_column(comment="Approved or rejected")
    decision_notes: Mapped[str | None] = mapped_column(Text, comment="Why it was approved or rejected")
    transferred_by_user_id: Mapped[UUID | None] = reference("users", comment="Who handed it over")
    handed_over_at: Mapped[datetime | None]
    handed_over_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 image")
    received_by_user_id: Mapped[UUID | None] = reference("users")
    received_at: Mapped[datetime | None]
    received_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 image")
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
