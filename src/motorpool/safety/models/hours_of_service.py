"""Hours of service: the append-only log, and driving that nobody has claimed yet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class HoursOfServiceLog(TenantModel):
    """DOT HOS compliance (for CDL drivers).

    Rows are added, never changed: an edit is a new row that replaces an earlier one, which stays. What a carrier edits is
    a proposal until the driver accepts it (49 CFR 395.30). Only the driver's decision and the certification are filled in
    later, and what the evaluation finds.
    """

    __tablename__ = "hours_of_service_logs"
    __facts__ = TableFacts(audit_ignore=("violations",))
    __indexes__ = (
        "driver_id, log_date DESC",
        "tenant_id, log_date DESC",
        "gin (violations)",
        "driver_id, status_start_time",
        "tenant_id, status_start_time DESC",
        "vehicle_id, log_date DESC",
        "tenant_id, driver_decision",
        "replaces_log_id",
        "trip_id",
        "eld_import_id",
    )
    __table_args__ = (
        one_of("duty_status", "off_duty", "sleeper_berth", "driving", "on_duty_not_driving"),
        one_of("special_category", "personal_conveyance", "yard_move"),
        one_of("origin", "automatic", "driver", "carrier", "unidentified"),
        one_of("driver_decision", "undecided", "accepted", "rejected"),
        one_of("eld_record_status", "active", "inactive_changed", "change_requested", "change_rejected"),
        CheckConstraint("status_end_time > status_start_time", name="end_after_start"),
        CheckConstraint("odometer_end >= odometer_start", name="odometer_does_not_run_backwards"),
        CheckConstraint(
            "special_category IS NULL OR (special_category = 'personal_conveyance' AND duty_status = 'off_duty') "
            "OR (special_category = 'yard_move' AND duty_status = 'on_duty_not_driving')",
            name="special_category_fits_the_duty_status",
        ),
        CheckConstraint(
            "replaces_log_id IS NULL OR (edit_reason IS NOT NULL AND length(trim(edit_reason)) >= 4)",
            name="an_edit_needs_a_reason_of_4_letters",
        ),
        CheckConstraint("replaces_log_id <> id", name="a_log_does_not_replace_itself"),
        CheckConstraint(
            "origin <> 'automatic' OR eld_device_id IS NOT NULL", name="an_automatic_record_names_its_device"
        ),
        {
            "comment": "DOT HOS compliance (for CDL drivers): duty status changes, their edits and certification"
        },
    )

    driver_id: Mapped[UUID] = reference("drivers")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    co_driver_id: Mapped[UUID | None] = reference("drivers", comment="The other driver of a team")
    log_date: Mapped[date] = mapped_column(comment="Day of the home terminal that the record belongs to")
    duty_status: Mapped[str] = mapped_column(String(20))
    special_category: Mapped[str | None] = mapped_column(
        String(20), comment="Personal conveyance (off duty) or yard move (on duty)"
    )
    exceptions: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        comment="Such as adverse_driving, short_haul_150_air_mile, short_haul_16_hour, agricultural",
    )
    status_start_time: Mapped[datetime]
    status_end_time: Mapped[datetime | None] = mapped_column(comment="null: it goes on")
    duration_minutes: Mapped[int | None] = mapped_column(
        Computed(
            "(floor(extract(epoch FROM (status_end_time - status_start_time)) / 60))::integer", persisted=True
        ),
        comment="Whole elapsed minutes",
    )
    location_start: Mapped[str | None] = mapped_column(
        Text, comment="Distance and direction from a place, such as 3mi ESE Oakland, CA"
    )
    location_end: Mapped[str | None] = mapped_column(Text)
    latitude_start: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude_start: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")
    odometer_start: Mapped[int | None] = mapped_column(comment="km")
    odometer_end: Mapped[int | None] = mapped_column(comment="km")
    engine_hours_start: Mapped[Decimal | None] = mapped_column(Numeric(9, 1), comment="Hours")
    engine_hours_end: Mapped[Decimal | None] = mapped_column(Numeric(9, 1), comment="Hours")
    trailer_numbers: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    shipping_documents: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Document numbers, or shipper and commodity"
    )
    remarks: Mapped[str | None] = mapped_column(Text, comment="Annotation of the driver or the carrier")
    violations: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="['11_hour_driving', '14_hour_window', '70_hour_8_day']"
    )
    origin: Mapped[str] = mapped_column(
        String(20),
        server_default="driver",
        comment="Who made the record: a device, the driver, the carrier, or a device without a known driver",
    )
    driver_decision: Mapped[str] = mapped_column(
        String(20),
        server_default="undecided",
        comment="What the driver said to it; a carrier's edit counts once accepted",
    )
    decided_at: Mapped[datetime | None]
    is_certified: Mapped[bool] = mapped_column(
        Computed("certified_at IS NOT NULL", persisted=True), comment="The driver has certified the record"
    )
    certified_at: Mapped[datetime | None]
    eld_provider: Mapped[str | None] = mapped_column(String(100), comment="Electronic Logging Device")
    eld_device_id: Mapped[str | None] = mapped_column(String(100))
    eld_sequence_id: Mapped[int | None] = mapped_column(
        comment="Event sequence number of the device, 0 to 65535"
    )
    eld_record_status: Mapped[str | None] = mapped_column(
        String(20),
        comment="What the device's own file says the record counts for; null: not from such a file",
    )
    eld_import_id: Mapped[UUID | None] = reference("duty_file_imports", comment="The file that it came with")
    trip_id: Mapped[UUID | None] = reference("trips", comment="Trip that shows the driving")
    replaces_log_id: Mapped[UUID | None] = reference(
        "hours_of_service_logs", comment="The record that this one edits; it stays as it was"
    )
    is_edited: Mapped[bool] = mapped_column(
        Computed("replaces_log_id IS NOT NULL", persisted=True), comment="This record is an edit of another"
    )
    edit_reason: Mapped[str | None] = mapped_column(Text, comment="At least four characters, on every edit")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    edited_by_user_id: Mapped[UUID | None] = mapped_column(
        Computed("CASE WHEN replaces_log_id IS NOT NULL THEN created_by_user_id END", persisted=True),
        info={"references": "users", "cascade": False},
    )
    edited_at: Mapped[datetime | None] = mapped_column(
        Computed("CASE WHEN replaces_log_id IS NOT NULL THEN created_at END", persisted=True)
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class UnassignedDriving(TenantModel, Timestamped):
    """Motion of a vehicle without a known driver, until somebody claims or explains it (49 CFR 395.32)."""

    __tablename__ = "unassigned_driving"
    __unique__ = ("vehicle_id, started_at",)
    __indexes__ = (
        "tenant_id, started_at DESC",
        "tenant_id, status, started_at DESC",
        "vehicle_id, started_at DESC",
        "claimed_by_driver_id",
    )
    __table_args__ = (
        one_of("status", "open", "claimed", "explained"),
        CheckConstraint("ended_at > started_at", name="end_after_start"),
        CheckConstraint("odometer_end >= odometer_start", name="odometer_does_not_run_backwards"),
        {"comment": "Driving without a known driver, until somebody claims or explains it"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    trip_id: Mapped[UUID | None] = reference("trips", comment="Trip that shows it")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    distance_km: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="km")
    odometer_start: Mapped[int | None] = mapped_column(comment="km")
    odometer_end: Mapped[int | None] = mapped_column(comment="km")
    location_start: Mapped[str | None] = mapped_column(Text)
    location_end: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    claimed_by_driver_id: Mapped[UUID | None] = reference("drivers")
    log_id: Mapped[UUID | None] = reference("hours_of_service_logs", comment="The record made of it")
    explanation: Mapped[str | None] = mapped_column(
        Text, comment="Why nobody's hours are concerned, such as moved by a mechanic in the yard"
    )
    resolved_at: Mapped[datetime | None]
    resolved_by_user_id: Mapped[UUID | None] = reference("users")
