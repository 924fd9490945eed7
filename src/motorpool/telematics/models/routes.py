"""Planned and optimised routes."""

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
    )
    __table_args__ = (
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
