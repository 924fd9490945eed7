"""Trackers and phones, and the directory by which a report finds its tenant."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import Base, TableFacts, TenantModel, Timestamped, one_of, reference


class Device(TenantModel, Timestamped):
    """A tracker or a phone that reports positions under an identifier."""

    __tablename__ = "devices"
    __facts__ = TableFacts(
        audit_redact=("identifier",),
        audit_ignore=(
            "last_report_at",
            "last_latitude",
            "last_longitude",
            "report_count",
            "last_address",
            "updated_at",
        ),
        search=("name", "model"),
        readable_by=("motorpool_auth",),
    )
    __indexes__ = ("tenant_id, status", "tenant_id, vehicle_id")
    __table_args__ = (
        Index("ix_devices_tenant_id_name", "tenant_id", "name", "id"),
        Index("uq_devices_tenant_id_identifier", "tenant_id", "identifier", unique=True),
        one_of("status", "active", "quarantined", "disabled"),
        {"comment": "Trackers and phones"},
    )

    identifier: Mapped[str] = mapped_column(
        String(100),
        server_default=text("replace(gen_random_uuid()::text, '-', '')"),
        comment="What the device sends; unique over all tenants, a generated secret by default",
    )
    name: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(
        String(20),
        server_default="active",
        comment="quarantined: reported without being known, nothing is kept of it",
    )
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    protocol: Mapped[str | None] = mapped_column(String(50), comment="osmand, teltonika, gt06, ...")
    model: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    last_report_at: Mapped[datetime | None]
    last_latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8))
    last_longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8))
    last_address: Mapped[str | None] = mapped_column(Text, comment="Network address of the last report")
    report_count: Mapped[int] = mapped_column(server_default="0", comment="Reports while in quarantine")
    attributes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class DeviceDirectory(Base):
    """Identifier to tenant and device; read before a tenant is known, through `find_device`."""

    __tablename__ = "device_directory"
    __facts__ = TableFacts(
        ownership="global",
        rights="none",
        audited=False,
        readable_by=("motorpool_auth",),
        reason="kept by a trigger on devices",
    )
    __table_args__ = ({"comment": "Globally unique device identifiers"},)

    identifier: Mapped[str] = mapped_column(String(100), primary_key=True)
    tenant_id: Mapped[UUID]
    device_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
