"""Planned and optimised routes, and what became of their stops."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Route(TenantModel, Timestamped):
    """A plan: these stops in this order, by this vehicle and driver, on this day."""

    __tablename__ = "routes"
    __facts__ = TableFacts(search=("route_name", "description"))
    __indexes__ = (
        "tenant_id, scheduled_date, status",
        "assigned_vehicle_id, scheduled_date",
        "assigned_driver_id, scheduled_date",
        "tenant_id, status, scheduled_date",
        "tenant_id, route_name, id",
        "tenant_id, plan_id",
    )
    __table_args__ = (
        one_of("estimate_basis", "road", "straight_line"),
        CheckConstraint("start_lat BETWEEN -90 AND 90", name="start_lat_is_within_90_degrees"),
        CheckConstraint("start_lng BETWEEN -180 AND 180", name="start_lng_is_within_180_degrees"),
        CheckConstraint("end_lat BETWEEN -90 AND 90", name="end_lat_is_within_90_degrees"),
        CheckConstraint("end_lng BETWEEN -180 AND 180", name="end_lng_is_within_180_degrees"),
        CheckConstraint("planned_fuel_liters >= 0", name="planned_fuel_liters_are_not_negative"),
        CheckConstraint(
            "deviation_threshold_m BETWEEN 1 AND 100000", name="deviation_threshold_is_1_to_100000_metres"
        ),
        one_of("optimization_criteria", "fastest", "shortest", "fuel_efficient"),
        one_of("status", "planned", "active", "completed", "cancelled"),
        CheckConstraint("total_distance_km >= 0", name="total_distance_km_is_not_negative"),
        CheckConstraint(
            "estimated_duration_minutes >= 0", name="estimated_duration_minutes_are_not_negative"
        ),
        {"comment": "Planned or optimized routes"},
    )

    route_name: Mapped[str | None] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    stops: Mapped[Any | None] = mapped_column(JSONB, comment="Places to call at")
    polyline: Mapped[str | None] = mapped_column(Text, comment="Encoded polyline, five decimals")
    total_distance_km: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="km")
    estimated_duration_minutes: Mapped[int | None] = mapped_column(comment="min, time at stops included")
    optimization_criteria: Mapped[str | None] = mapped_column(
        String(50), comment="What the order of the stops was chosen for"
    )
    assigned_vehicle_id: Mapped[UUID | None] = reference("vehicles")
    assigned_driver_id: Mapped[UUID | None] = reference("drivers")
    scheduled_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), server_default="planned")
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    actual_trip_id: Mapped[UUID | None] = reference("trips", comment="The trip that was driven for it")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    estimate_basis: Mapped[str | None] = mapped_column(
        String(20), comment="road: from a map of the roads; straight_line: estimated without one"
    )
    departs_at: Mapped[datetime | None] = mapped_column(comment="Planned departure")
    returns_at: Mapped[datetime | None] = mapped_column(comment="Planned end of the route")
    start_lat: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 8), comment="Where it begins, degrees, WGS84"
    )
    start_lng: Mapped[Decimal | None] = mapped_column(
        Numeric(11, 8), comment="Where it begins, degrees, WGS84"
    )
    end_lat: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Where it ends, degrees, WGS84")
    end_lng: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Where it ends, degrees, WGS84")
    planned_fuel_liters: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), comment="litres, by model; null: electric or not known"
    )
    deviation_threshold_m: Mapped[int] = mapped_column(
        server_default="250", comment="m beside the planned line before it counts as leaving it"
    )
    plan_id: Mapped[UUID | None] = mapped_column(comment="Routes that were planned together share it")


class RouteStop(TenantModel):
    """A stop of a route, as planned and as it went. The plan follows routes.stops; the rest is told by positions."""

    __tablename__ = "route_stops"
    __facts__ = TableFacts(audited=False, reason="follows routes.stops and the positions of the vehicle")
    __unique__ = ("route_id, position",)
    __indexes__ = ("tenant_id, status, window_end", "tenant_id, planned_arrival_at, id")
    __table_args__ = (
        one_of("status", "pending", "arrived", "completed", "skipped"),
        {"comment": "Stops of routes: planned, arrived at, left"},
    )

    route_id: Mapped[UUID] = reference("routes", cascade=True)
    position: Mapped[int] = mapped_column(comment="Order in the route, from 1")
    name: Mapped[str | None] = mapped_column(String(255))
    address: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    radius_m: Mapped[int] = mapped_column(server_default="100", comment="m round it that count as there")
    service_minutes: Mapped[int] = mapped_column(server_default="0", comment="min planned there")
    window_start: Mapped[datetime | None] = mapped_column(comment="Not before")
    window_end: Mapped[datetime | None] = mapped_column(comment="Arrival not after")
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="Brought there, kg")
    volume_m3: Mapped[Decimal | None] = mapped_column(Numeric(10, 3), comment="Brought there, m³")
    units: Mapped[int | None] = mapped_column(comment="Pieces brought there")
    priority: Mapped[int] = mapped_column(
        server_default="0", comment="0 to 100; greater is served first when not all fit"
    )
    planned_arrival_at: Mapped[datetime | None]
    planned_departure_at: Mapped[datetime | None]
    leg_distance_m: Mapped[int | None] = mapped_column(comment="m from the stop before, or the start")
    leg_duration_s: Mapped[int | None] = mapped_column(comment="s from the stop before, or the start")
    status: Mapped[str] = mapped_column(
        String(20), server_default="pending", comment="skipped: a later stop was called at instead"
    )
    arrived_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]
