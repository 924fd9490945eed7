"""What people say about trips: rules that classify them, joins and cuts, and rates by the mile."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    SharedModel,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)


class TripRule(TenantModel, Timestamped):
    """Classifies trips: the first active rule, by position, whose conditions all hold says what a trip was for."""

    __tablename__ = "trip_rules"
    __facts__ = TableFacts(search=("name",))
    __indexes__ = (
        "tenant_id, position, id",
        "vehicle_id",
        "driver_id",
        "vehicle_group_id",
        "start_geofence_id",
        "end_geofence_id",
        "start_facility_id",
        "end_facility_id",
    )
    __table_args__ = (
        one_of("usage_type", "business", "personal", "commute"),
        one_of("hours_match", "inside", "outside"),
        CheckConstraint("(hours_match IS NULL) = (hours IS NULL)", name="hours_and_hours_match_go_together"),
        CheckConstraint(
            "start_geofence_id IS NULL OR start_facility_id IS NULL", name="a_trip_starts_at_one_place"
        ),
        CheckConstraint(
            "end_geofence_id IS NULL OR end_facility_id IS NULL", name="a_trip_ends_at_one_place"
        ),
        CheckConstraint("facility_radius_m BETWEEN 10 AND 10000", name="facility_radius_m_is_10_to_10000"),
        {"comment": "Rules that say whether a trip was business, personal or the way to work"},
    )

    name: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(server_default="100", comment="Smaller ones are asked first")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="Only trips of this vehicle")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Only trips of this driver")
    vehicle_group_id: Mapped[UUID | None] = reference(
        "vehicle_groups", comment="Only trips of vehicles of this group"
    )
    hours: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="Working hours of each weekday, in the organisation's time zone"
    )
    hours_match: Mapped[str | None] = mapped_column(
        String(10), comment="Whether the trip must begin inside or outside of the hours; null: at any time"
    )
    start_geofence_id: Mapped[UUID | None] = reference("geofences", comment="The trip starts in it")
    start_facility_id: Mapped[UUID | None] = reference("facilities", comment="The trip starts at it")
    end_geofence_id: Mapped[UUID | None] = reference("geofences", comment="The trip ends in it")
    end_facility_id: Mapped[UUID | None] = reference("facilities", comment="The trip ends at it")
    facility_radius_m: Mapped[int] = mapped_column(
        server_default="200", comment="m, how near to a facility is at it"
    )
    usage_type: Mapped[str] = mapped_column(String(20), comment="What such a trip is")
    business_purpose: Mapped[str | None] = mapped_column(Text, comment="Such as customer visits")


class TripEdit(TenantModel):
    """An instruction that every derivation obeys: trips that are one, or a trip that is two (decision 26)."""

    __tablename__ = "trip_edits"
    __indexes__ = ("tenant_id, vehicle_id, starts_at", "tenant_id, created_at")
    __table_args__ = (
        one_of("kind", "merge", "split"),
        CheckConstraint("starts_at <= ends_at", name="starts_at_is_not_after_ends_at"),
        CheckConstraint("trip_started_at < starts_at", name="it_lies_after_the_start_of_the_trip"),
        {"comment": "Trips that people joined or cut; derivation obeys"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    kind: Mapped[str] = mapped_column(String(10))
    trip_started_at: Mapped[datetime] = mapped_column(comment="Start of the first trip that it is about")
    starts_at: Mapped[datetime] = mapped_column(
        comment="merge: where the first trip ended; split: where the first part ends"
    )
    ends_at: Mapped[datetime] = mapped_column(
        comment="merge: where the next trip began; split: where the second part begins"
    )
    reason: Mapped[str | None] = mapped_column(Text)
    absorbed: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSONB, comment="What people had said about the trips that a merge took in, for undoing it"
    )
    made_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    undone_at: Mapped[datetime | None] = mapped_column(comment="null: it holds")
    undone_by_user_id: Mapped[UUID | None] = reference("users")


class MileageRate(SharedModel, Timestamped):
    """What a mile is worth from a day on, until the next row of its kind."""

    __tablename__ = "mileage_rates"
    __facts__ = TableFacts(ownership="shared_or_own")
    __unique__ = ("kind, valid_from",)
    __indexes__ = ("tenant_id, valid_from",)
    __table_args__ = (
        one_of("kind", "business", "medical", "charity", "own"),
        CheckConstraint("rate_per_mile BETWEEN 0 AND 100", name="rate_per_mile_is_0_to_100"),
        {"comment": "Rates by the mile: the tax office's, and an organisation's own"},
    )

    kind: Mapped[str] = mapped_column(
        String(20),
        comment="business, medical and charity are the tax office's; own is what the organisation pays",
    )
    valid_from: Mapped[date]
    rate_per_mile: Mapped[Decimal] = mapped_column(
        Numeric(8, 4), comment="Of the currency, for a statute mile"
    )
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    source: Mapped[str | None] = mapped_column(Text, comment="Where it was published")
