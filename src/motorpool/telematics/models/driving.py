"""How vehicles are driven: behaviour events and dashcam footage."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import Polymorphic, TableFacts, TenantModel, one_of, reference
from motorpool.telematics.models.road_data import on_earth


class DriverBehaviorEvent(TenantModel):
    """Something that a device, a camera or the derivation noticed about how a vehicle was driven."""

    __tablename__ = "driver_behavior_events"
    __facts__ = TableFacts(
        audited=False, reason="written by devices and the derivation; people cannot change it"
    )
    __indexes__ = (
        "driver_id, recorded_at DESC",
        "vehicle_id, recorded_at DESC",
        "tenant_id, event_type, recorded_at DESC",
        "tenant_id, recorded_at DESC",
    )
    __table_args__ = (
        one_of(
            "event_type",
            "harsh_braking",
            "harsh_acceleration",
            "harsh_cornering",
            "speeding",
            "idle_excess",
            "distracted_driving",
            "no_seatbelt",
        ),
        one_of("severity", "minor", "moderate", "severe"),
        CheckConstraint("speed_limit > 0", name="speed_limit_is_positive"),
        CheckConstraint("duration_seconds >= 0", name="duration_seconds_are_not_negative"),
        {"comment": "Harsh braking, acceleration, cornering events"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove then")
    event_type: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str | None] = mapped_column(String(20))
    speed_at_event: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="km/h")
    speed_limit: Mapped[int | None] = mapped_column(comment="km/h, where it happened")
    g_force: Mapped[Decimal | None] = mapped_column(
        Numeric(4, 2), comment="Peak acceleration, g; braking is negative"
    )
    duration_seconds: Mapped[int | None] = mapped_column(
        comment="s, of speeding, idling and what a camera watched"
    )
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    address: Mapped[str | None] = mapped_column(Text)
    video_url: Mapped[str | None] = mapped_column(Text, comment="Link to dashcam footage")
    source: Mapped[str | None] = mapped_column(
        String(50), comment="Who noticed it, such as derived, device, camera, samsara, geotab"
    )
    is_estimated: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Computed from speeds and headings of positions, not measured by a device",
    )
    limit_source: Mapped[str | None] = mapped_column(
        String(20), comment="Whose limit was exceeded: vehicle, geofence or street"
    )
    fuel_wasted_liters: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 3), comment="l burned by idling, by the hourly rate of the vehicle's class"
    )
    recorded_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class VideoTelematicsFootage(TenantModel):
    """A clip of a dashcam. The film itself lies in the file store or with the camera's provider."""

    __tablename__ = "video_telematics_footage"
    __facts__ = TableFacts(
        polymorphic=(
            Polymorphic(
                "event_type",
                "event_id",
                {"driver_behavior_event": "driver_behavior_events", "incident": "incidents"},
            ),
        ),
        audit_redact=("video_url", "thumbnail_url"),
    )
    __indexes__ = (
        "vehicle_id, recorded_at DESC",
        "driver_id, recorded_at DESC",
        "event_id",
        "tenant_id, recorded_at DESC",
        "tenant_id, content_deleted_at",
        "file_id",
        "thumbnail_file_id",
    )
    __table_args__ = (
        CheckConstraint("duration_seconds >= 0", name="duration_seconds_are_not_negative"),
        CheckConstraint(
            "content_deleted_at IS NULL OR file_id IS NULL", name="deleted_content_names_no_file"
        ),
        CheckConstraint("file_size_bytes >= 0", name="file_size_bytes_are_not_negative"),
        *on_earth(),
        {"comment": "Dashcam and AI-cam video storage metadata"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove then")
    event_type: Mapped[str | None] = mapped_column(
        String(50), comment="What event_id names: driver_behavior_event or incident"
    )
    event_id: Mapped[UUID | None] = mapped_column(comment="The event that the clip shows")
    camera_position: Mapped[str | None] = mapped_column(
        String(20), comment="Such as forward, interior, rear, side_left, side_right"
    )
    video_url: Mapped[str] = mapped_column(Text)
    thumbnail_url: Mapped[str | None] = mapped_column(Text)
    duration_seconds: Mapped[int | None] = mapped_column(comment="s")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="Bytes")
    resolution: Mapped[str | None] = mapped_column(String(20), comment="Such as 1080p, 720p, 4K")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    recorded_at: Mapped[datetime] = mapped_column(comment="When the clip begins")
    uploaded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ai_analysis: Mapped[Any | None] = mapped_column(JSONB, comment="What image analysis found")
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Such as near_miss, coaching")
    is_archived: Mapped[bool] = mapped_column(server_default="false")
    archived_at: Mapped[datetime | None] = mapped_column(
        comment="When it was moved to the archive of the file store"
    )
    legal_hold: Mapped[bool] = mapped_column(
        server_default="false", comment="Evidence: kept whatever its age"
    )
    file_id: Mapped[UUID | None] = reference(
        "files", comment="The film in the file store; null: it lies with the camera's provider"
    )
    thumbnail_file_id: Mapped[UUID | None] = reference("files", comment="A still picture of it")
    content_deleted_at: Mapped[datetime | None] = mapped_column(
        comment="When the film was deleted because its time was over; the row stays"
    )
    uploaded_by_user_id: Mapped[UUID | None] = reference("users", comment="null: sent by a device or program")
