"""When driving is an event, what it costs a driver's score, what was said about it, and which limits streets have."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, text
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


def _weight(comment: str, default: str = "1") -> Any:
    return mapped_column(Numeric(4, 2), server_default=default, comment=f"0 to 10: {comment}")


class BehaviorThreshold(TenantModel, Timestamped):
    """From when on, and for which vehicles, what counts as an event. Derivation takes the row that held at the time of a fix."""

    __tablename__ = "behavior_thresholds"
    __indexes__ = ("tenant_id, valid_from DESC",)
    __table_args__ = (
        Index(
            "uq_behavior_thresholds_type_valid_from",
            "tenant_id",
            "vehicle_type",
            "valid_from",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("harsh_braking_g BETWEEN 0.05 AND 2", name="harsh_braking_g_is_0_05_to_2"),
        CheckConstraint("harsh_acceleration_g BETWEEN 0.05 AND 2", name="harsh_acceleration_g_is_0_05_to_2"),
        CheckConstraint("harsh_cornering_g BETWEEN 0.05 AND 2", name="harsh_cornering_g_is_0_05_to_2"),
        CheckConstraint(
            "speeding_tolerance_kph BETWEEN 0 AND 100", name="speeding_tolerance_kph_is_0_to_100"
        ),
        CheckConstraint("speeding_min_seconds BETWEEN 0 AND 3600", name="speeding_min_seconds_are_0_to_3600"),
        CheckConstraint(
            "speeding_moderate_percent BETWEEN 0 AND 500", name="speeding_moderate_percent_is_0_to_500"
        ),
        CheckConstraint(
            "speeding_severe_percent BETWEEN 0 AND 500", name="speeding_severe_percent_is_0_to_500"
        ),
        CheckConstraint(
            "speeding_severe_percent >= speeding_moderate_percent",
            name="severe_speeding_is_more_than_moderate",
        ),
        CheckConstraint("idle_minutes BETWEEN 1 AND 1440", name="idle_minutes_are_1_to_1440"),
        CheckConstraint("idle_liters_per_hour BETWEEN 0 AND 100", name="idle_liters_per_hour_is_0_to_100"),
        {"comment": "From where on driving is an event, by vehicle class"},
    )

    vehicle_type: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as car, suv, pickup, van, truck, tractor, bus, trailer, motorcycle, equipment; empty: all that have "
        "no row of their own",
    )
    valid_from: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="Fixes from this time on are measured by it; now if left out"
    )
    harsh_braking_g: Mapped[Decimal] = mapped_column(Numeric(4, 2), server_default="0.38", comment="g")
    harsh_acceleration_g: Mapped[Decimal] = mapped_column(Numeric(4, 2), server_default="0.37", comment="g")
    harsh_cornering_g: Mapped[Decimal] = mapped_column(
        Numeric(4, 2), server_default="0.38", comment="g, sideways"
    )
    speeding_tolerance_kph: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="5", comment="km/h above the limit that do not count"
    )
    speeding_min_seconds: Mapped[int] = mapped_column(
        server_default="10", comment="s above the limit before it is an event"
    )
    speeding_moderate_percent: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="10", comment="% above the limit from which on speeding is moderate"
    )
    speeding_severe_percent: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="20", comment="% above the limit from which on speeding is severe"
    )
    idle_minutes: Mapped[int] = mapped_column(
        server_default="5", comment="min of idling in one stop from which on it is excessive"
    )
    idle_liters_per_hour: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="0.61", comment="l/h that the engine burns while it idles"
    )
    idle_exempt: Mapped[bool] = mapped_column(
        server_default="false", comment="The engine runs for work (power take-off): idling is no event"
    )
    notes: Mapped[str | None] = mapped_column(Text)


class DriverScoreWeight(TenantModel, Timestamped):
    """How much each kind of event counts in the driver score from a day on; earlier periods keep the weights that they had."""

    __tablename__ = "driver_score_weights"
    __unique__ = ("valid_from",)
    __table_args__ = (
        *(
            CheckConstraint(f"{name} BETWEEN 0 AND 10", name=f"{name}_is_0_to_10")
            for name in (
                "harsh_braking harsh_acceleration harsh_cornering speeding_minor speeding_moderate speeding_severe "
                "distracted_driving no_seatbelt idle_excess"
            ).split()
        ),
        CheckConstraint("minimum_km > 0", name="minimum_km_is_above_zero"),
        CheckConstraint("coaching_below BETWEEN 0 AND 100", name="coaching_below_is_0_to_100"),
        {"comment": "Weights of the driver score"},
    )

    valid_from: Mapped[date] = mapped_column(comment="Periods that end on this day or later are scored by it")
    harsh_braking: Mapped[Decimal] = _weight("each harsh braking")
    harsh_acceleration: Mapped[Decimal] = _weight("each harsh acceleration")
    harsh_cornering: Mapped[Decimal] = _weight("each harsh cornering")
    speeding_minor: Mapped[Decimal] = _weight("the time of minor speeding")
    speeding_moderate: Mapped[Decimal] = _weight("the time of moderate speeding")
    speeding_severe: Mapped[Decimal] = _weight("the time of severe speeding")
    distracted_driving: Mapped[Decimal] = _weight("each distraction", "2")
    no_seatbelt: Mapped[Decimal] = _weight("each drive without a seat belt")
    idle_excess: Mapped[Decimal] = _weight("each excessive idling", "0")
    minimum_km: Mapped[Decimal] = mapped_column(
        Numeric(8, 2), server_default="80", comment="km; who drove less is not ranked"
    )
    coaching_below: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="70", comment="Points; coaching is suggested below this score"
    )
    notes: Mapped[str | None] = mapped_column(Text)


class CoachingSession(TenantModel, Timestamped):
    """A talk with a driver about how they drive: why, on what evidence, and what came of it."""

    __tablename__ = "coaching_sessions"
    __facts__ = TableFacts(search=("reason", "notes"))
    __indexes__ = (
        "tenant_id, status, created_at",
        "tenant_id, created_at, id",
        "tenant_id, due_on, id",
        "driver_id, created_at DESC",
    )
    __table_args__ = (
        one_of("status", "open", "coached", "dismissed"),
        CheckConstraint("period_end >= period_start", name="the_period_ends_after_it_begins"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_is_0_to_100"),
        {"comment": "Coaching of drivers"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    reason: Mapped[str] = mapped_column(String(500), comment="Why, in a sentence")
    event_type: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as harsh_braking, harsh_acceleration, harsh_cornering, speeding, idle_excess, distracted_driving, "
        "no_seatbelt; empty: driving as a whole",
    )
    period_start: Mapped[date] = mapped_column(comment="The evidence: events of the driver from this day")
    period_end: Mapped[date] = mapped_column(comment="... to this day")
    score: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Score of that period when it was opened"
    )
    coach_user_id: Mapped[UUID | None] = reference("users", comment="Who talks to the driver")
    due_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text, comment="What was said and agreed")
    opened_by_user_id: Mapped[UUID | None] = reference("users")
    closed_at: Mapped[datetime | None]
    closed_by_user_id: Mapped[UUID | None] = reference("users")


class StreetLimit(SharedModel):
    """A piece of a street with its speed limit. Streets of which no limit is known are kept too: they must not get a neighbour's."""

    __tablename__ = "street_limits"
    __facts__ = TableFacts(
        ownership="shared_or_own", audited=False, reason="imported in bulk from maps", search=("street_name",)
    )
    __unique__ = ("source_ref, part",)
    __indexes__ = ("tenant_id, cell", "tenant_id, street_name, id")
    __table_args__ = (
        CheckConstraint("limit_kph BETWEEN 1 AND 300", name="limit_kph_is_1_to_300"),
        {"comment": "Speed limits of streets"},
    )

    source_ref: Mapped[str] = mapped_column(String(100), comment="The way's identifier in the map")
    part: Mapped[int] = mapped_column(
        server_default="0", comment="Number of the piece of a long street, from 0"
    )
    street_name: Mapped[str | None] = mapped_column(String(255))
    limit_kph: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="km/h; empty: not known")
    is_one_way: Mapped[bool] = mapped_column(server_default="false", comment="Along the line only")
    path: Mapped[Any] = mapped_column(JSONB, comment="A GeoJSON LineString, longitude first, WGS84")
    cell: Mapped[int] = mapped_column(comment="Number of the square of 0.05 degrees that its middle lies in")
    source: Mapped[str | None] = mapped_column(
        String(255), comment="Whose map it is from, with the attribution that its licence asks for"
    )
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
