"""Vehicles and their meters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Vehicle(TenantModel, Timestamped):
    """A car, van, truck, bus, trailer or machine."""

    __tablename__ = "vehicles"
    __facts__ = TableFacts(search=("vehicle_number", "name", "vin", "license_plate", "make", "model"))
    __unique__ = ("vehicle_number", "vin")
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, license_plate",
        "tenant_id, department_id",
        "tenant_id, facility_id",
    )
    __table_args__ = (
        Index("ix_vehicles_tenant_id_created_at", "tenant_id", "created_at", "id"),
        one_of("status", "ordered", "active", "in_shop", "out_of_service", "retired", "sold"),
        {"comment": "Cars, vans, trucks, buses, trailers and machines"},
    )

    vehicle_number: Mapped[str] = mapped_column(String(50), comment="Unit number, as painted on it")
    name: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    vin: Mapped[str | None] = mapped_column(String(17), comment="Vehicle identification number, ISO 3779")
    license_plate: Mapped[str | None] = mapped_column(String(20))
    license_plate_region: Mapped[str | None] = mapped_column(String(50))
    vehicle_type: Mapped[str | None] = mapped_column(
        String(50), comment="car, suv, pickup, van, truck, tractor, bus, trailer, motorcycle, equipment"
    )
    make: Mapped[str | None] = mapped_column(String(100))
    model: Mapped[str | None] = mapped_column(String(100))
    model_year: Mapped[int | None]
    trim: Mapped[str | None] = mapped_column(String(100))
    body_class: Mapped[str | None] = mapped_column(String(100))
    color: Mapped[str | None] = mapped_column(String(50))
    fuel_type: Mapped[str | None] = mapped_column(
        String(30), comment="gasoline, diesel, electric, hybrid, plug_in_hybrid, cng, lpg, hydrogen, flex"
    )
    drive_type: Mapped[str | None] = mapped_column(String(20), comment="fwd, rwd, awd, 4x4, 6x4")
    transmission: Mapped[str | None] = mapped_column(String(30))
    engine: Mapped[str | None] = mapped_column(String(100))
    gvwr_kg: Mapped[int | None] = mapped_column(comment="Gross vehicle weight rating, kg")
    curb_weight_kg: Mapped[int | None] = mapped_column(comment="kg")
    payload_kg: Mapped[int | None] = mapped_column(comment="kg")
    height_m: Mapped[Decimal | None] = mapped_column(
        Numeric(4, 2), comment="Metres, roof rack and load included"
    )
    seats: Mapped[int | None]
    carries_hazmat: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Carries hazardous materials in amounts that need placards (49 CFR 172 subpart F)",
    )
    axles: Mapped[int | None]
    tank_capacity_liters: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    battery_capacity_kwh: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    department_id: Mapped[UUID | None] = reference("departments")
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Home facility")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Dealer or lessor")
    ownership: Mapped[str | None] = mapped_column(String(20), comment="owned, leased, rented, customer")
    acquired_on: Mapped[date | None]
    purchase_price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    in_service_on: Mapped[date | None]
    out_of_service_on: Mapped[date | None]
    disposed_on: Mapped[date | None]
    registration_expires_on: Mapped[date | None]
    speed_limit_kph: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 2), comment="The vehicle's own limit, km/h"
    )
    notes: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSONB)


class MeterReading(TenantModel):
    """An odometer or engine-hour reading, in metres or seconds; the truth that every whole-kilometre column follows."""

    __tablename__ = "meter_readings"
    __indexes__ = ("tenant_id, vehicle_id, meter_type, recorded_at DESC",)
    __table_args__ = (
        Index("ix_meter_readings_tenant_id_recorded_at", "tenant_id", "recorded_at", "id"),
        one_of("meter_type", "odometer", "engine_hours"),
        {"comment": "Readings of odometers and engine-hour meters"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    meter_type: Mapped[str] = mapped_column(String(20), server_default="odometer")
    value: Mapped[float] = mapped_column(
        comment="What the meter shows: metres (odometer) or seconds (engine_hours)"
    )
    replacement_offset: Mapped[float] = mapped_column(
        server_default="0",
        comment="What earlier meters had shown when this one was fitted; true value = value + offset",
    )
    recorded_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(50), comment="manual, device, fuel, work_order, import")
    is_replacement: Mapped[bool] = mapped_column(
        server_default="false", comment="First reading of a new meter"
    )
    recorded_by_user_id: Mapped[UUID | None] = reference("users")
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
