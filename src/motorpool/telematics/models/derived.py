"""What is derived from the series: trips, stops, the latest state, and the bookkeeping of the derivation."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import Base, TableFacts, TenantModel, one_of, reference


class Trip(TenantModel):
    """A movement from one stop to the next. Its id is a UUIDv5 of vehicle and start (decision 26)."""

    __tablename__ = "trips"
    __facts__ = TableFacts(
        audit_on=("UPDATE",),
        audit_ignore=(
            "driver_id end_location_lat end_location_lng start_odometer end_odometer distance_km duration_minutes "
            "end_odometer_m idle_time_minutes max_speed_kph avg_speed_kph ended_at route_polyline metadata "
            "fuel_consumed_liters fuel_efficiency_l_per_100km energy_consumed_kwh fuel_method fuel_details "
            "classified_by classified_at classified_by_user_id trip_rule_id"
        ).split(),
        search=("trip_number", "business_purpose"),
    )
    __unique__ = ("trip_number",)
    __indexes__ = (
        "vehicle_id, started_at DESC",
        "driver_id, started_at DESC",
        "tenant_id, vehicle_id, started_at DESC",
        "tenant_id, driver_id, started_at DESC",
        "tenant_id, usage_type, started_at DESC",
    )
    __table_args__ = (
        Index("ix_trips_tenant_id_started_at", "tenant_id", text("started_at DESC"), text("id DESC")),
        one_of("usage_type", "business", "personal", "commute", "mixed"),
        one_of("classified_by", "user", "rule"),
        CheckConstraint("business_percent BETWEEN 0 AND 100", name="business_percent_is_0_to_100"),
        {"comment": "Complete trip records from start to end"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    trip_number: Mapped[str | None] = mapped_column(String(50))
    start_location_lat: Mapped[Decimal | None] = mapped_column(Numeric(10, 8))
    start_location_lng: Mapped[Decimal | None] = mapped_column(Numeric(11, 8))
    start_address: Mapped[str | None] = mapped_column(Text)
    end_location_lat: Mapped[Decimal | None] = mapped_column(Numeric(10, 8))
    end_location_lng: Mapped[Decimal | None] = mapped_column(Numeric(11, 8))
    end_address: Mapped[str | None] = mapped_column(Text)
    start_odometer: Mapped[int | None] = mapped_column(comment="kilometres")
    end_odometer: Mapped[int | None] = mapped_column(comment="kilometres")
    end_odometer_m: Mapped[float | None] = mapped_column(
        comment="metres; what both whole-kilometre columns and the next trip's follow from. null: no reading is known"
    )
    distance_km: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    duration_minutes: Mapped[int | None]
    idle_time_minutes: Mapped[int | None] = mapped_column(comment="Engine on, standing; null: not known")
    max_speed_kph: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    avg_speed_kph: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    fuel_consumed_liters: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    fuel_efficiency_l_per_100km: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    energy_consumed_kwh: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), comment="Out of the traction battery, net of what came back; null: not known"
    )
    fuel_method: Mapped[str | None] = mapped_column(
        String(20), comment="How the consumption was found: counter, rate, air_flow, level or charge"
    )
    fuel_details: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="What it was found from: levels, coverage, what came in and went on the way"
    )
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="null: under way")
    route_polyline: Mapped[str | None] = mapped_column(Text, comment="Encoded polyline, precision 5")
    usage_type: Mapped[str | None] = mapped_column(String(20), comment="IRS compliance")
    business_purpose: Mapped[str | None] = mapped_column(Text)
    business_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Of a mixed trip: the share of its distance that was business"
    )
    classified_by: Mapped[str | None] = mapped_column(
        String(10), comment="Who said what it was for: user, or rule; null: nobody yet"
    )
    classified_at: Mapped[datetime | None]
    classified_by_user_id: Mapped[UUID | None] = reference("users")
    trip_rule_id: Mapped[UUID | None] = reference("trip_rules", comment="The rule that said it")
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSONB)
    created_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))


class Stop(TenantModel):
    """A vehicle standing in one place between trips."""

    __tablename__ = "stops"
    __facts__ = TableFacts(audited=False, reason="derived; recomputed from the series")
    __indexes__ = ("tenant_id, vehicle_id, started_at DESC",)
    __table_args__ = (
        Index("ix_stops_tenant_id_started_at", "tenant_id", text("started_at DESC"), text("id DESC")),
        {"comment": "Places where a vehicle stood, and for how long"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8))
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="null: still standing")
    duration_minutes: Mapped[int | None]
    idle_minutes: Mapped[int | None] = mapped_column(comment="Engine on while standing; null: not known")
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="Where derivation can start again in this stop when a fix arrives late"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class VehicleState(Base):
    """The latest of each vehicle: machine state, kept apart from the vehicle so that the audit log stays readable."""

    __tablename__ = "vehicle_states"
    __facts__ = TableFacts(audited=False, reason="machine state, rewritten with every report")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "vehicle_id"),
        one_of("motion", "moving", "idling", "stopped"),
        {"comment": "Latest position and motion of each vehicle", "postgresql_with": {"fillfactor": "70"}},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    vehicle_id: Mapped[UUID] = reference("vehicles", cascade=True)
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8))
    altitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="metres")
    speed: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 2), comment="km/h, as reported or between the last fixes"
    )
    heading: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="degrees 0-360")
    accuracy: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="metres")
    recorded_at: Mapped[datetime | None] = mapped_column(comment="When the latest fix was taken")
    received_at: Mapped[datetime | None] = mapped_column(comment="When a report last came in")
    motion: Mapped[str | None] = mapped_column(String(20))
    motion_since: Mapped[datetime | None]
    ignition: Mapped[bool | None]
    trip_id: Mapped[UUID | None] = mapped_column(comment="The trip under way")
    driver_id: Mapped[UUID | None]
    odometer_m: Mapped[float | None] = mapped_column(comment="metres")
    device_id: Mapped[UUID | None]
    source: Mapped[str | None] = mapped_column(String(50))


class DerivationState(Base):
    """Where the derivation of a vehicle stands; locking this row makes a worker the only one at that vehicle."""

    __tablename__ = "derivation_state"
    __facts__ = TableFacts(audited=False, reason="machine state")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "vehicle_id"),
        {"comment": "Checkpoint of trip derivation for each vehicle"},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    vehicle_id: Mapped[UUID] = reference("vehicles", cascade=True)
    checkpoint: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSONB, comment="Checkpoints, newest first; null: derive from the first position"
    )
    derived_to: Mapped[datetime | None] = mapped_column(comment="Time of the last position that went in")
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class DerivationWork(Base):
    """Something arrived for a vehicle, from this time on. Appended with the positions, removed by the worker."""

    __tablename__ = "derivation_work"
    __facts__ = TableFacts(audited=False, readable_by=("motorpool_auth",), reason="queue")
    __indexes__ = ("tenant_id, vehicle_id",)
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        {"comment": "Vehicles whose trips have to be derived, and from when"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    vehicle_id: Mapped[UUID]
    from_time: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
