"""Files of duty logs: supporting documents of a driver's day, and output files of ELDs that were read in."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TenantModel, Timestamped, one_of, reference


class DutySupportingDocument(TenantModel, Timestamped):
    """What supports a driver's record of duty status for a day (49 CFR 395.11). The file itself is never changed."""

    __tablename__ = "duty_supporting_documents"
    __unique__ = ("driver_id, log_date, file_id",)
    __indexes__ = (
        "driver_id, log_date DESC",
        "tenant_id, log_date DESC",
        "tenant_id, submitted_at DESC",
        "tenant_id, kind",
        "vehicle_id",
        "file_id",
    )
    __table_args__ = (
        one_of(
            "kind",
            "bill_of_lading",
            "dispatch_record",
            "expense_receipt",
            "mobile_communication",
            "payroll_record",
            "toll_receipt",
        ),
        one_of("status", "kept", "withdrawn"),
        CheckConstraint("length(trim(place)) >= 2", name="the_place_names_a_town"),
        CheckConstraint("length(trim(shown_name)) >= 1", name="the_driver_is_named"),
        CheckConstraint("received_on >= document_date", name="received_on_or_after_the_day"),
        CheckConstraint(
            "status <> 'withdrawn' OR withdrawn_reason IS NOT NULL", name="a_withdrawn_one_says_why"
        ),
        {"comment": "Documents that support a driver's record of duty status for a day (49 CFR 395.11)"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    log_date: Mapped[date] = mapped_column(comment="The carrier's day that it supports")
    kind: Mapped[str] = mapped_column(
        String(30),
        comment="Bill of lading or itinerary, dispatch or trip record, receipt of an expense on duty, messages through a fleet "
        "system, payroll record; toll receipts are kept beside the eight of a day",
    )
    shown_name: Mapped[str] = mapped_column(
        String(255), comment="Driver's name or number, or the vehicle's, as it stands on the document"
    )
    document_number: Mapped[str | None] = mapped_column(String(100))
    document_date: Mapped[date] = mapped_column(comment="The date on it, of the place where it was made")
    document_time: Mapped[time | None] = mapped_column(
        comment="Clock at the home terminal; null: it shows none"
    )
    place: Mapped[str] = mapped_column(String(255), comment="Nearest city, town or village")
    notes: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[UUID] = reference("files", comment="Photo or PDF")
    received_on: Mapped[date | None] = mapped_column(
        comment="When the driver got it, if that was later than the day; the 13 days count from then"
    )
    submitted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    submitted_by_user_id: Mapped[UUID | None] = reference("users")
    status: Mapped[str] = mapped_column(
        String(20), server_default="kept", comment="withdrawn: does not belong to this day; it stays readable"
    )
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_user_id: Mapped[UUID | None] = reference("users")


class DutyFileImport(TenantModel):
    """An output file of an ELD (49 CFR 395 Subpart B, Appendix A, 4.8.2.1) that was read into a driver's log."""

    __tablename__ = "duty_file_imports"
    __unique__ = ("driver_id, sha256",)
    __indexes__ = (
        "driver_id, imported_at DESC",
        "tenant_id, imported_at DESC",
        "file_id",
    )
    __table_args__ = (
        CheckConstraint(
            "new_records >= 0 AND known_records >= 0 AND changed_records >= 0 AND unassigned_records >= 0",
            name="counts_from_zero",
        ),
        {"comment": "Output files of ELDs that were read into drivers' logs"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    file_id: Mapped[UUID] = reference("files", comment="The file as it came")
    sha256: Mapped[str] = mapped_column(String(64))
    eld_provider: Mapped[str] = mapped_column(
        String(100), comment="Registration id of the ELD's maker, as the file says"
    )
    eld_device_id: Mapped[str] = mapped_column(String(100), comment="ELD identifier, as the file says")
    made_at: Mapped[datetime] = mapped_column(comment="When the device wrote the file")
    first_event_at: Mapped[datetime | None]
    last_event_at: Mapped[datetime | None]
    new_records: Mapped[int] = mapped_column(server_default="0")
    known_records: Mapped[int] = mapped_column(server_default="0", comment="They were there before")
    changed_records: Mapped[int] = mapped_column(
        server_default="0", comment="Known ones that lasted longer or that the device has changed since"
    )
    unassigned_records: Mapped[int] = mapped_column(
        server_default="0", comment="Driving of nobody that is known"
    )
    imported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    imported_by_user_id: Mapped[UUID | None] = reference("users")
