"""Reservations of pool vehicles."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference

#: In one of these states a reservation holds its vehicle.
HOLDS = text("status IN ('approved', 'handed_over')")


class VehicleReservation(TenantModel, Timestamped):
    """A request for a vehicle for some time. Requests may compete; only one of those that overlap is approved."""

    __tablename__ = "vehicle_reservations"
    __facts__ = TableFacts(search=("reservation_number", "purpose", "destination"))
    __unique__ = ("reservation_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, starts_at, id",
        "tenant_id, ends_at, id",
        "vehicle_id, starts_at",
        "driver_id, starts_at",
        "requested_by_user_id",
        "department_id",
        "pickup_facility_id",
    )
    __table_args__ = (
        one_of(
            "status", "requested", "approved", "rejected", "handed_over", "returned", "cancelled", "no_show"
        ),
        one_of("usage_type", "business", "personal", "mixed"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(
            "vehicle_id IS NOT NULL OR status IN ('requested', 'rejected', 'cancelled')",
            name="an_approved_one_names_its_vehicle",
        ),
        CheckConstraint("passengers > 0", name="passengers_above_zero"),
        CheckConstraint("odometer_out >= 0", name="odometer_not_negative"),
        CheckConstraint("odometer_in >= odometer_out", name="odometer_in_not_below_odometer_out"),
        CheckConstraint("fuel_percent_out BETWEEN 0 AND 100", name="fuel_out_from_0_to_100"),
        CheckConstraint("fuel_percent_in BETWEEN 0 AND 100", name="fuel_in_from_0_to_100"),
        ExcludeConstraint(
            ("tenant_id", "="),
            ("vehicle_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_vehicle_reservations_vehicle_period",
            using="gist",
            where=HOLDS,
        ),
        # Few rows hold something at a time: every question about availability reads these.
        *(
            Index(
                f"ix_vehicle_reservations_holding_{what}",
                "tenant_id",
                f"{what}_id",
                "ends_at",
                postgresql_where=HOLDS,
            )
            for what in ("vehicle", "driver")
        ),
        {"comment": "Who asked for which vehicle from when to when, and its hand-over and return"},
    )

    reservation_number: Mapped[str] = mapped_column(
        String(50), comment="Business number; given when left out"
    )
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="null: any that fits, chosen on approval")
    vehicle_type: Mapped[str | None] = mapped_column(
        String(50), comment="Kind that is wanted, such as car, suv, pickup, van, bus"
    )
    status: Mapped[str] = mapped_column(
        String(20), server_default="requested", comment="While approved or handed over it holds the vehicle"
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    requested_by_user_id: Mapped[UUID | None] = reference("users")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who is to drive")
    department_id: Mapped[UUID | None] = reference("departments", comment="Who pays")
    purpose: Mapped[str] = mapped_column(Text, comment="What the vehicle is needed for")
    usage_type: Mapped[str] = mapped_column(String(20), server_default="business")
    destination: Mapped[str | None] = mapped_column(String(255))
    passengers: Mapped[int | None] = mapped_column(comment="People, the driver included")
    cargo: Mapped[str | None] = mapped_column(String(255), comment="What is to be carried")
    pickup_facility_id: Mapped[UUID | None] = reference("facilities")
    return_facility_id: Mapped[UUID | None] = reference("facilities", comment="null: where it was picked up")
    decision_notes: Mapped[str | None] = mapped_column(Text, comment="Why it was approved or rejected")
    decided_at: Mapped[datetime | None]
    decided_by_user_id: Mapped[UUID | None] = reference("users")
    handed_over_at: Mapped[datetime | None]
    handed_over_by_user_id: Mapped[UUID | None] = reference("users")
    odometer_out: Mapped[int | None] = mapped_column(comment="At hand-over, kilometres")
    fuel_percent_out: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Fuel or charge at hand-over, percent"
    )
    condition_out: Mapped[str | None] = mapped_column(Text, comment="Damage and equipment at hand-over")
    photos_out: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Addresses of pictures taken at hand-over"
    )
    key_number: Mapped[str | None] = mapped_column(
        String(50), comment="Key that was handed out, or compartment of the key box"
    )
    returned_at: Mapped[datetime | None]
    received_by_user_id: Mapped[UUID | None] = reference("users")
    odometer_in: Mapped[int | None] = mapped_column(comment="At return, kilometres")
    fuel_percent_in: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Fuel or charge at return, percent"
    )
    condition_in: Mapped[str | None] = mapped_column(Text, comment="Damage and equipment at return")
    photos_in: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Addresses of pictures taken at return"
    )
    cancelled_at: Mapped[datetime | None]
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
