"""What engine readings tell: trouble codes and their lives, fuel that came and went."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of, reference


class VehicleFault(TenantModel):
    """A trouble code from its first reading until it was gone; when it comes back that is a new row.

    Derived from obd_telemetry; only the acknowledgement is made by people. Its id is a UUIDv5 of vehicle, code and start.
    """

    __tablename__ = "vehicle_faults"
    __facts__ = TableFacts(
        audit_on=("UPDATE",),
        audit_ignore=(
            "status last_seen_at cleared_at occurrence mil_on odometer_km freeze_frame description severity system"
        ).split(),
        search=("code", "description"),
    )
    __indexes__ = (
        "vehicle_id, first_seen_at DESC",
        "tenant_id, vehicle_id, code, first_seen_at",
        "tenant_id, status, severity",
        "tenant_id, severity, first_seen_at DESC",
        "tenant_id, code, first_seen_at DESC",
    )
    __table_args__ = (
        Index(
            "ix_vehicle_faults_tenant_id_first_seen_at",
            "tenant_id",
            text("first_seen_at DESC"),
            text("id DESC"),
        ),
        Index(
            "ix_vehicle_faults_active",
            "tenant_id",
            "vehicle_id",
            postgresql_where=text("status = 'active'"),
        ),
        one_of("status", "active", "cleared"),
        one_of("severity", "critical", "major", "minor", "info"),
        CheckConstraint("last_seen_at >= first_seen_at", name="last_seen_at_is_not_before_first_seen_at"),
        CheckConstraint("cleared_at > last_seen_at", name="cleared_at_is_after_last_seen_at"),
        CheckConstraint("occurrence > 0", name="occurrence_is_positive"),
        {"comment": "Trouble codes of vehicles: active, cleared, and back again"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    code: Mapped[str] = mapped_column(String(20), comment="Diagnostic trouble code, such as P0301")
    description: Mapped[str | None] = mapped_column(Text, comment="What the code says")
    system: Mapped[str | None] = mapped_column(
        String(40), comment="Part of the vehicle, such as ignition, emissions, transmission, network"
    )
    severity: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    first_seen_at: Mapped[datetime] = mapped_column(comment="The first reading that carried it")
    last_seen_at: Mapped[datetime] = mapped_column(comment="The last reading that carried it")
    cleared_at: Mapped[datetime | None] = mapped_column(
        comment="The reading from which on it counts as gone; null: active"
    )
    occurrence: Mapped[int] = mapped_column(
        server_default="1", comment="How many times this code has come up on this vehicle"
    )
    mil_on: Mapped[bool | None] = mapped_column(
        comment="Whether the check-engine lamp was on when last seen; null: not reported"
    )
    odometer_km: Mapped[int | None] = mapped_column(comment="When first seen, kilometres")
    freeze_frame: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="The engine's values in the first reading that carried it"
    )
    acknowledged_at: Mapped[datetime | None] = mapped_column(comment="When somebody took note of it")
    acknowledged_by_user_id: Mapped[UUID | None] = reference("users")
    acknowledgement_note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class FuelEvent(TenantModel):
    """Fuel or charge that came in, or fuel that went away faster than an engine burns it. Derived from obd_telemetry."""

    __tablename__ = "fuel_events"
    __facts__ = TableFacts(audited=False, reason="derived; recomputed from the series")
    __indexes__ = (
        "vehicle_id, ended_at DESC",
        "tenant_id, vehicle_id, ended_at DESC",
        "tenant_id, kind, ended_at DESC",
        "tenant_id, driver_id, ended_at DESC",
    )
    __table_args__ = (
        Index("ix_fuel_events_tenant_id_ended_at", "tenant_id", text("ended_at DESC"), text("id DESC")),
        one_of("kind", "refuel", "drop", "charge"),
        one_of("engine_state", "off", "running", "unknown"),
        one_of("confidence", "low", "medium", "high"),
        CheckConstraint("ended_at >= started_at", name="ended_at_is_not_before_started_at"),
        CheckConstraint("liters >= 0", name="liters_are_not_negative"),
        CheckConstraint("percent >= 0", name="percent_is_not_negative"),
        CheckConstraint("energy_kwh >= 0", name="energy_kwh_is_not_negative"),
        {"comment": "Refuelling, charging and sudden drops of the fuel level"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove then")
    kind: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(comment="The last reading before the change")
    ended_at: Mapped[datetime] = mapped_column(comment="The first reading after it")
    liters: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), comment="How much came or went; null: the tank's size is not known"
    )
    percent: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 2), comment="How much came or went, percent of the tank or battery"
    )
    energy_kwh: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), comment="What was charged; null: the battery's size is not known"
    )
    before_percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="Level before")
    after_percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="Level after")
    before_liters: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="Level before")
    after_liters: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="Level after")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    odometer_km: Mapped[int | None] = mapped_column(comment="Afterwards, kilometres")
    engine_state: Mapped[str] = mapped_column(String(20), server_default="unknown")
    confidence: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        comment="What lowers the confidence, such as more_than_the_tank_holds, distance_not_known",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
