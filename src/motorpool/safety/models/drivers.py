"""What is on a driver's record: citations and training."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class DriverViolation(TenantModel, Timestamped):
    """Traffic citations and violations."""

    __tablename__ = "driver_violations"
    __facts__ = TableFacts(search=("citation_number", "violation_type", "location", "violation_description"))
    __indexes__ = (
        "driver_id, violation_date DESC",
        "tenant_id, violation_date DESC",
        "fine_paid, fine_paid_date",
        "vehicle_id, violation_date DESC",
        "tenant_id, violation_type",
        "tenant_id, fine_due_date",
        "tenant_id, court_date",
        "tenant_id, case_status, violation_date DESC",
        "accident_report_id",
    )
    __table_args__ = (
        one_of("case_status", "open", "contested", "decided", "paid"),
        CheckConstraint("fine_amount >= 0", name="fine_amount_from_zero"),
        CheckConstraint("fine_paid_amount >= 0", name="fine_paid_amount_from_zero"),
        CheckConstraint("points >= 0", name="points_from_zero"),
        CheckConstraint("fine_paid OR fine_paid_date IS NULL", name="only_a_paid_fine_has_a_payment_date"),
        CheckConstraint("case_status <> 'paid' OR fine_paid", name="a_case_that_is_paid_has_its_fine_paid"),
        CheckConstraint(
            "case_status <> 'decided' OR outcome IS NOT NULL", name="a_decided_case_has_an_outcome"
        ),
        {"comment": "Traffic citations and violations"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    violation_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as speeding, red_light, stop_sign, parking, DUI, seatbelt"
    )
    citation_number: Mapped[str | None] = mapped_column(String(100))
    violation_date: Mapped[datetime]
    location: Mapped[str | None] = mapped_column(Text)
    issuing_agency: Mapped[str | None] = mapped_column(String(255))
    officer_name: Mapped[str | None] = mapped_column(String(255))
    violation_description: Mapped[str | None] = mapped_column(Text)
    is_moving_violation: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Committed in motion: counts for licence points and post-accident tests",
    )
    accident_report_id: Mapped[UUID | None] = reference(
        "accident_reports", comment="Accident at which it was issued"
    )
    fine_amount: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    fine_due_date: Mapped[date | None]
    points: Mapped[int | None] = mapped_column(comment="Licence points")
    points_expire_on: Mapped[date | None] = mapped_column(comment="When the points stop counting")
    court_date: Mapped[date | None]
    court_location: Mapped[str | None] = mapped_column(Text)
    plea: Mapped[str | None] = mapped_column(
        String(50), comment="Such as not_guilty, guilty, no_contest, dismissed"
    )
    outcome: Mapped[str | None] = mapped_column(
        String(100), comment="Such as convicted, dismissed, reduced, traffic_school"
    )
    case_status: Mapped[str] = mapped_column(
        String(20),
        server_default="open",
        comment="open: nothing said to it yet; contested: it goes to court; decided: there is an outcome; paid: the fine is",
    )
    decided_on: Mapped[date | None] = mapped_column(comment="Day of the conviction or dismissal")
    employer_notified_on: Mapped[date | None] = mapped_column(
        comment="When the driver told the employer of the conviction; within 30 days (49 CFR 383.31)"
    )
    fine_paid: Mapped[bool] = mapped_column(server_default="false")
    fine_paid_date: Mapped[date | None]
    fine_paid_amount: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), comment="What was paid, court costs included"
    )
    fine_paid_by: Mapped[str | None] = mapped_column(String(50), comment="Such as driver, company")
    insurance_notified: Mapped[bool] = mapped_column(server_default="false")
    points_added_to_record: Mapped[bool] = mapped_column(
        server_default="false", comment="The authority has put the points on the licence"
    )
    affects_insurance: Mapped[bool] = mapped_column(server_default="false")
    corrective_action_taken: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Citation documents, court papers"
    )


class DriverTrainingRecord(TenantModel, Timestamped):
    """Driver training completion tracking."""

    __tablename__ = "driver_training_records"
    __facts__ = TableFacts(search=("training_type", "training_provider", "certification_number"))
    __indexes__ = (
        "driver_id, training_type, completion_date DESC",
        "tenant_id, expiration_date",
        "status, expiration_date",
        "tenant_id, training_date DESC",
        "tenant_id, training_type",
    )
    __table_args__ = (
        one_of("status", "in_progress", "completed", "failed"),
        CheckConstraint("completion_date >= training_date", name="completion_follows_the_start"),
        CheckConstraint("expiration_date >= completion_date", name="expiration_follows_the_completion"),
        CheckConstraint("score >= 0 AND passing_score >= 0", name="scores_from_zero"),
        CheckConstraint("training_hours >= 0", name="training_hours_from_zero"),
        {"comment": "Driver training completion tracking"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    training_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as defensive_driving, hazmat, forklift, smith_system"
    )
    training_provider: Mapped[str | None] = mapped_column(String(255))
    training_date: Mapped[date] = mapped_column(comment="First day")
    completion_date: Mapped[date | None]
    expiration_date: Mapped[date | None] = mapped_column(
        comment="Last day on which it counts; null: for good"
    )
    certification_number: Mapped[str | None] = mapped_column(String(100))
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent or points of the test")
    passing_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="In the unit of the score")
    status: Mapped[str] = mapped_column(
        String(20),
        server_default="in_progress",
        comment="What was decided; current_status also knows expired",
    )
    instructor_name: Mapped[str | None] = mapped_column(String(255))
    training_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 1), comment="Hours")
    training_location: Mapped[str | None] = mapped_column(Text)
    certificate_url: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
