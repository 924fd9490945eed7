"""Defects of vehicles, from the report to the certified repair."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Defect(TenantModel, Timestamped):
    """Something wrong with a vehicle that a driver, an inspection or a device reported (49 CFR 396.11)."""

    __tablename__ = "defects"
    __facts__ = TableFacts(
        search=("defect_number", "description", "component"),
        audit_redact=("certifier_signature", "reviewer_signature"),
    )
    __unique__ = ("defect_number", "inspection_id, inspection_item")
    __indexes__ = (
        "vehicle_id, status",
        "tenant_id, status",
        "tenant_id, severity",
        "tenant_id, reported_at, id",
        "tenant_id, deferred_until, id",
        "work_order_id",
        "reported_by_driver_id",
    )
    __table_args__ = (
        one_of("severity", "minor", "major", "critical"),
        one_of("status", "open", "in_repair", "deferred", "repaired", "certified", "dismissed"),
        CheckConstraint("odometer >= 0", name="odometer_not_negative"),
        CheckConstraint(
            "status <> 'deferred' OR NOT is_unsafe", name="a_defect_that_affects_safety_is_not_deferred"
        ),
        {"comment": "Defects of vehicles, from the report to the certified repair"},
    )

    defect_number: Mapped[str] = mapped_column(String(50), comment="Business number; given when left out")
    vehicle_id: Mapped[UUID] = reference("vehicles")
    description: Mapped[str] = mapped_column(Text, comment="What is wrong")
    severity: Mapped[str] = mapped_column(String(20), server_default="minor")
    is_unsafe: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Likely to affect safe operation: the vehicle is not used until it is certified",
    )
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    component: Mapped[str | None] = mapped_column(
        String(100), comment="Such as service_brakes, tires, steering, lights, mirrors, wipers, coupling"
    )
    system_code: Mapped[str | None] = mapped_column(String(20), comment="By VMRS or a code of one's own")
    position: Mapped[str | None] = mapped_column(
        String(50), comment="Where on the vehicle, such as left_front, right_rear_outer"
    )
    source: Mapped[str] = mapped_column(
        String(50),
        server_default="driver",
        comment="Such as driver, inspection, technician, trouble_code, roadside_inspection",
    )
    inspection_id: Mapped[UUID | None] = reference("safety_inspections")
    inspection_item: Mapped[str | None] = mapped_column(
        String(255), comment="Item of the checklist that failed; gives one defect an inspection"
    )
    reported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    reported_by_driver_id: Mapped[UUID | None] = reference("drivers")
    reported_by_user_id: Mapped[UUID | None] = reference("users")
    odometer: Mapped[int | None] = mapped_column(comment="When it was found, kilometres")
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Addresses of pictures")
    work_order_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order that repairs it"
    )
    deferred_until: Mapped[date | None] = mapped_column(comment="To be looked at again on this day")
    deferral_reason: Mapped[str | None] = mapped_column(Text)
    repaired_at: Mapped[datetime | None]
    repaired_by_technician_id: Mapped[UUID | None] = reference("technicians")
    resolution_notes: Mapped[str | None] = mapped_column(
        Text, comment="What was done, or why no repair is needed"
    )
    certified_at: Mapped[datetime | None] = mapped_column(
        comment="Certified that it is repaired or needs no repair (49 CFR 396.11)"
    )
    certified_by_user_id: Mapped[UUID | None] = reference("users")
    certifier_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 image")
    reviewed_at: Mapped[datetime | None] = mapped_column(
        comment="The next driver read the certification and signed (49 CFR 396.13)"
    )
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    reviewer_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 image")
    reopen_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was taken up again")
    notes: Mapped[str | None] = mapped_column(Text)


class DefectSighting(TenantModel):
    """A later inspection that found a defect that was known already: it is linked, not doubled."""

    __tablename__ = "defect_sightings"
    __facts__ = TableFacts(rights="append")
    __unique__ = ("inspection_id, inspection_item",)
    __indexes__ = ("defect_id", "tenant_id, seen_at, id", "reported_by_driver_id")
    __table_args__ = ({"comment": "Later inspections that found a known defect again"},)

    defect_id: Mapped[UUID] = reference("defects")
    inspection_id: Mapped[UUID] = reference("safety_inspections")
    inspection_item: Mapped[str] = mapped_column(String(255), comment="Item of the checklist that failed")
    seen_at: Mapped[datetime]
    reported_by_driver_id: Mapped[UUID | None] = reference("drivers")
    odometer: Mapped[int | None] = mapped_column(comment="When it was seen, kilometres")
    notes: Mapped[str | None] = mapped_column(Text)
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Addresses of pictures")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
