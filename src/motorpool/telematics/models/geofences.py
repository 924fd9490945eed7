"""Geofences, and when vehicles were in them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Geofence(TenantModel, Timestamped):
    """An area on the map that vehicles enter, leave and stay in: a depot, a customer, a city limit, a forbidden zone."""

    __tablename__ = "geofences"
    __facts__ = TableFacts(search=("name", "description"))
    __indexes__ = ("tenant_id, is_active", "tenant_id, name, id", "vehicle_group_id")
    __table_args__ = (
        one_of("type", "circle", "polygon", "rectangle"),
        CheckConstraint(
            "type <> 'circle' OR (center_lat IS NOT NULL AND center_lng IS NOT NULL AND radius_meters IS NOT NULL)",
            name="a_circle_has_a_centre_and_a_radius",
        ),
        CheckConstraint(
            "type = 'circle' OR coordinates IS NOT NULL", name="a_polygon_or_rectangle_has_coordinates"
        ),
        CheckConstraint("radius_meters BETWEEN 1 AND 500000", name="radius_is_1_to_500000_metres"),
        CheckConstraint("center_lat BETWEEN -90 AND 90", name="center_lat_is_within_90_degrees"),
        CheckConstraint("center_lng BETWEEN -180 AND 180", name="center_lng_is_within_180_degrees"),
        CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name="color_is_six_hex_digits_after_a_hash"),
        CheckConstraint(
            "NOT alert_on_dwell OR dwell_minutes IS NOT NULL", name="an_alert_on_dwell_has_dwell_minutes"
        ),
        CheckConstraint("dwell_minutes > 0", name="dwell_minutes_are_positive"),
        CheckConstraint("speed_limit_kph BETWEEN 1 AND 300", name="speed_limit_kph_is_1_to_300"),
        {"comment": "Geographic boundary definitions"},
    )

    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(20))
    center_lat: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Of a circle, degrees, WGS84")
    center_lng: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Of a circle, degrees, WGS84")
    radius_meters: Mapped[int | None] = mapped_column(comment="Of a circle, m")
    coordinates: Mapped[Any | None] = mapped_column(
        JSONB, comment="Of a polygon or rectangle: a GeoJSON Polygon, longitude first"
    )
    color: Mapped[str | None] = mapped_column(String(7), comment="#rrggbb, on the map")
    is_active: Mapped[bool] = mapped_column(server_default="true", comment="Positions are compared with it")
    alert_on_entry: Mapped[bool] = mapped_column(server_default="false")
    alert_on_exit: Mapped[bool] = mapped_column(server_default="false")
    alert_on_dwell: Mapped[bool] = mapped_column(
        server_default="false", comment="When a vehicle stays dwell_minutes"
    )
    dwell_minutes: Mapped[int | None] = mapped_column(comment="min inside before it counts as a dwell")
    speed_limit_kph: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 2), comment="km/h inside, for speeding; empty: the fence limits nothing"
    )
    vehicle_group_id: Mapped[UUID | None] = reference(
        "vehicle_groups", comment="Only vehicles of this group; null: all"
    )
    applies_from: Mapped[datetime | None] = mapped_column(
        comment="Positions recorded after this are compared with it; null: all. Moved to now when its shape changes"
    )
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class GeofenceVisit(TenantModel):
    """The time from a vehicle's entry into a geofence to its exit. Its id is a UUIDv5 of vehicle, fence and entry."""

    __tablename__ = "geofence_visits"
    __facts__ = TableFacts(
        audited=False, reason="derived from positions, and derived anew when late positions arrive"
    )
    __indexes__ = (
        "tenant_id, vehicle_id, left_at",
        "vehicle_id, entered_at DESC",
        "geofence_id, entered_at DESC",
        "driver_id, entered_at DESC",
    )
    __table_args__ = (
        Index(
            "ix_geofence_visits_tenant_id_entered_at", "tenant_id", text("entered_at DESC"), text("id DESC")
        ),
        CheckConstraint("left_at >= entered_at", name="left_at_is_not_before_entered_at"),
        {"comment": "When vehicles were in geofences"},
    )

    geofence_id: Mapped[UUID] = reference("geofences")
    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove at the entry")
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(comment="null: still inside")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class GeofenceEvent(TenantModel):
    """A vehicle entered a geofence, left it, or stayed."""

    __tablename__ = "geofence_events"
    __facts__ = TableFacts(
        audited=False, reason="derived from positions, and derived anew when late positions arrive"
    )
    __indexes__ = (
        "vehicle_id, recorded_at DESC",
        "geofence_id, recorded_at DESC",
        "tenant_id, recorded_at DESC",
        "driver_id, recorded_at DESC",
    )
    __table_args__ = (
        one_of("event_type", "entry", "exit", "dwell"),
        CheckConstraint("dwell_duration_minutes >= 0", name="dwell_duration_minutes_are_not_negative"),
        {"comment": "Vehicle geofence entry/exit logging"},
    )

    geofence_id: Mapped[UUID] = reference("geofences")
    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove then")
    event_type: Mapped[str] = mapped_column(String(20))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    dwell_duration_minutes: Mapped[int | None] = mapped_column(comment="min inside, of an exit or a dwell")
    recorded_at: Mapped[datetime] = mapped_column(
        comment="On the way between two positions where that is known"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
