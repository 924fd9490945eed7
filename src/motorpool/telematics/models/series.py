"""The time series: positions and engine data, partitioned by month (decision 9)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, PrimaryKeyConstraint, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import PartitionedModel, TableFacts


class VehicleLocation(PartitionedModel):
    """One position fix."""

    __tablename__ = "vehicle_locations"
    __facts__ = TableFacts(
        rights="append", audited=False, partition_by="recorded_at", leaf_copy=True, reason="time series"
    )
    __indexes__ = ("vehicle_id, recorded_at DESC", "tenant_id, recorded_at DESC")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "recorded_at"),
        UniqueConstraint(
            "tenant_id",
            "vehicle_id",
            "recorded_at",
            "source",
            name="uq_vehicle_locations_tenant_id_vehicle_id_recorded_at_source",
            postgresql_nulls_not_distinct=True,
        ),
        {
            "comment": "Real-time and historical GPS tracking",
            "postgresql_partition_by": "RANGE (recorded_at)",
        },
    )

    vehicle_id: Mapped[UUID]
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8), comment="degrees, WGS 84")
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8), comment="degrees, WGS 84")
    altitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="metres")
    speed: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="km/h")
    heading: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="degrees 0-360")
    accuracy: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="metres")
    source: Mapped[str | None] = mapped_column(
        String(50), comment="geotab, samsara, obd, osmand, import, manual"
    )
    recorded_at: Mapped[datetime] = mapped_column(comment="When the fix was taken")
    created_at: Mapped[datetime | None] = mapped_column(
        server_default=text("now()"), comment="When it was stored"
    )
    ignition: Mapped[bool | None] = mapped_column(comment="null: unknown")
    odometer_m: Mapped[float | None] = mapped_column(comment="The device's or vehicle's own odometer, metres")
    device_id: Mapped[UUID | None]
    attributes: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="Whatever else the device sent")


class ObdTelemetry(PartitionedModel):
    """One reading of the engine computer."""

    __tablename__ = "obd_telemetry"
    __facts__ = TableFacts(
        rights="append", audited=False, partition_by="recorded_at", leaf_copy=True, reason="time series"
    )
    __unique__ = ("vehicle_id, recorded_at",)
    __indexes__ = ("vehicle_id, recorded_at DESC", "tenant_id, recorded_at DESC")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "recorded_at"),
        {"comment": "Real-time OBD-II vehicle diagnostics", "postgresql_partition_by": "RANGE (recorded_at)"},
    )

    vehicle_id: Mapped[UUID]
    rpm: Mapped[int | None]
    speed: Mapped[int | None] = mapped_column(comment="km/h")
    engine_load: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="percentage")
    coolant_temp: Mapped[int | None] = mapped_column(comment="celsius")
    fuel_level: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="percentage")
    throttle_position: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="percentage")
    intake_air_temp: Mapped[int | None] = mapped_column(comment="celsius")
    maf_rate: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="Mass Air Flow g/s")
    battery_voltage: Mapped[Decimal | None] = mapped_column(Numeric(4, 2), comment="volts")
    fuel_pressure: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="kPa")
    dtc_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Diagnostic Trouble Codes")
    odometer: Mapped[int | None] = mapped_column(comment="kilometres")
    recorded_at: Mapped[datetime]
    created_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    fuel_volume: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="litres in the tank")
    fuel_rate: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="litres per hour")
    fuel_used: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 2), comment="litres since the engine was new, a counter"
    )
    state_of_charge: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="of the traction battery, percentage"
    )
    mil_on: Mapped[bool | None] = mapped_column(comment="Whether the check-engine lamp is on")
