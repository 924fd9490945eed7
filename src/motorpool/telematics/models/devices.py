"""Trackers and phones, and the directory by which a report finds its tenant."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Numeric, String, Text, text
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


class DeviceConnection(TenantModel):
    """How a device is connected now and what it said last: machine state, kept apart from the audited device."""

    __tablename__ = "device_connections"
    __facts__ = TableFacts(audited=False, reason="machine state, rewritten while a device reports")
    __unique__ = ("device_id",)
    __indexes__ = ("tenant_id, connected_until", "tenant_id, last_message_at")
    __table_args__ = (
        one_of("last_message_format", "hex", "text"),
        {"comment": "Connection and last message of each device", "postgresql_with": {"fillfactor": "70"}},
    )

    device_id: Mapped[UUID] = reference("devices", cascade=True)
    protocol: Mapped[str | None] = mapped_column(String(50), comment="osmand, teltonika, gt06, ...")
    transport: Mapped[str | None] = mapped_column(String(10), comment="tcp, udp, http or mqtt")
    remote_address: Mapped[str | None] = mapped_column(String(100), comment="Address and port it sends from")
    connected_at: Mapped[datetime | None] = mapped_column(
        comment="When the present or the last connection began"
    )
    connected_until: Mapped[datetime | None] = mapped_column(
        comment="Connected while this lies ahead; the gateway that holds the connection renews it"
    )
    last_message_at: Mapped[datetime | None]
    last_message: Mapped[str | None] = mapped_column(
        Text, comment="The first 1 kB as it came, the identifier masked"
    )
    last_message_format: Mapped[str | None] = mapped_column(String(10), comment="hex for binary protocols")
    message_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    refused_count: Mapped[int] = mapped_column(
        server_default="0", comment="Messages that could not be understood or came too fast"
    )
    last_refusal: Mapped[str | None] = mapped_column(Text, comment="Why the last one was refused")


class DeviceSession(TenantModel):
    """One connection of a device, from its first message to its end. Kept for 30 days."""

    __tablename__ = "device_sessions"
    __facts__ = TableFacts(audited=False, reason="log of connections, written by the gateway")
    __indexes__ = ("tenant_id, device_id, connected_at DESC", "tenant_id, connected_at DESC")
    __table_args__ = ({"comment": "Connections of devices"},)

    device_id: Mapped[UUID] = reference("devices", cascade=True)
    protocol: Mapped[str] = mapped_column(String(50))
    transport: Mapped[str] = mapped_column(String(10), comment="tcp, udp or mqtt")
    remote_address: Mapped[str | None] = mapped_column(String(100))
    connected_at: Mapped[datetime]
    disconnected_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(
        String(50), comment="Such as closed, silent, replaced, garbage, disabled, stopped"
    )
    message_count: Mapped[int] = mapped_column(server_default="0")


class DeviceCommand(TenantModel, Timestamped):
    """Something that a device is told to do; sent when it is connected, else when it next connects."""

    __tablename__ = "device_commands"
    __facts__ = TableFacts(audit_ignore=("updated_at", "attempts"))
    __indexes__ = (
        "tenant_id, device_id, created_at DESC",
        "tenant_id, status, expires_at",
        "tenant_id, created_at DESC",
    )
    __table_args__ = (
        one_of("status", "queued", "sent", "acknowledged", "failed", "expired"),
        {"comment": "Commands to devices and what became of them"},
    )

    device_id: Mapped[UUID] = reference("devices", cascade=True)
    status: Mapped[str] = mapped_column(String(20), server_default="queued")
    command: Mapped[str] = mapped_column(Text, comment="Text in the words of the device's protocol")
    requested_by_user_id: Mapped[UUID | None] = reference("users", comment="Who asked for it")
    expires_at: Mapped[datetime] = mapped_column(comment="Not sent after this")
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[str | None] = mapped_column(Text, comment="The device's answer, or why it failed")


#: Everything that a device can tell besides its place; decoders map their protocol's alarms to these.
EVENT_CODES = (
    "harsh_braking",
    "harsh_acceleration",
    "harsh_cornering",
    "crash",
    "overspeed",
    "idling",
    "sos",
    "tow",
    "vibration",
    "tampering",
    "jamming",
    "power_cut",
    "power_restored",
    "low_battery",
    "ignition_on",
    "ignition_off",
)


class DeviceEvent(TenantModel):
    """An alarm or a harsh event that a device reported by itself."""

    __tablename__ = "device_events"
    __facts__ = TableFacts(audited=False, reason="written by devices; people cannot change it")
    __unique__ = ("vehicle_id, recorded_at, code",)
    __indexes__ = (
        "tenant_id, recorded_at DESC",
        "tenant_id, code, recorded_at DESC",
        "device_id, recorded_at DESC",
    )
    __table_args__ = (
        one_of("code", *EVENT_CODES),
        {"comment": "Alarms and harsh events as devices report them"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles", cascade=True)
    device_id: Mapped[UUID | None] = mapped_column(
        comment="Which device told it; no foreign key, as in the series"
    )
    recorded_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(50))
    value: Mapped[float | None] = mapped_column(
        comment="Harsh events: g; overspeed: km/h; low_battery: V or %; else null"
    )
    latitude: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 8), comment="Degrees, WGS84; null without a fix"
    )
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    speed: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="km/h at that moment")
    source: Mapped[str | None] = mapped_column(String(50), comment="Protocol: teltonika, gt06, ...")
    raw: Mapped[str | None] = mapped_column(
        String(200), comment="What the protocol calls it, such as io 253=2"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
