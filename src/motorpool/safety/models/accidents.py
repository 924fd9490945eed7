"""Accident reports: one for each own vehicle that was in it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class AccidentReport(TenantModel, Timestamped):
    """Detailed accident/incident reporting."""

    __tablename__ = "accident_reports"
    __facts__ = TableFacts(search=("report_number", "location", "police_report_number", "description"))
    __unique__ = ("report_number",)
    __indexes__ = (
        "tenant_id, incident_date DESC",
        "vehicle_id, incident_date DESC",
        "driver_id, incident_date DESC",
        "investigation_status",
        "tenant_id, severity",
        "tenant_id, preventability",
        "incident_id",
    )
    __table_args__ = (
        one_of("severity", "minor", "moderate", "severe", "fatal"),
        one_of("investigation_status", "pending", "in_progress", "completed"),
        one_of("preventability", "preventable", "non_preventable", "pending_review"),
        CheckConstraint("fatalities >= 0 AND injury_count >= 0", name="people_are_counted_from_zero"),
        CheckConstraint("estimated_damage_cost >= 0", name="estimated_damage_cost_from_zero"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name="latitude_and_longitude_go_together"
        ),
        CheckConstraint(
            "investigation_status <> 'completed' OR preventability <> 'pending_review'",
            name="completed_means_preventability_judged",
        ),
        {"comment": "Detailed accident/incident reporting"},
    )

    incident_id: Mapped[UUID | None] = reference("incidents", comment="The event that it is part of")
    report_number: Mapped[str | None] = mapped_column(String(100))
    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID] = reference("drivers")
    incident_date: Mapped[datetime] = mapped_column(comment="When it happened")
    location: Mapped[str | None] = mapped_column(Text, comment="Street and number, or crossing")
    city: Mapped[str | None] = mapped_column(
        String(100), comment="City or town, for the accident register (49 CFR 390.15)"
    )
    region: Mapped[str | None] = mapped_column(String(100), comment="State or province")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")
    weather_conditions: Mapped[str | None] = mapped_column(
        String(100), comment="Such as clear, rain, snow, fog, wind"
    )
    road_conditions: Mapped[str | None] = mapped_column(
        String(100), comment="Such as dry, wet, icy, gravel, construction"
    )
    traffic_conditions: Mapped[str | None] = mapped_column(
        String(100), comment="Such as light, moderate, heavy, stop_and_go"
    )
    incident_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as collision, rollover, vandalism, theft"
    )
    severity: Mapped[str | None] = mapped_column(String(20))
    at_fault: Mapped[bool | None] = mapped_column(comment="Whether our driver was at fault; null: not known")
    police_notified: Mapped[bool] = mapped_column(server_default="false")
    police_report_number: Mapped[str | None] = mapped_column(String(100))
    police_department: Mapped[str | None] = mapped_column(String(255))
    citation_issued_at: Mapped[datetime | None] = mapped_column(
        comment="When the driver was cited for a moving violation; decides on tests (49 CFR 382.303)"
    )
    injuries: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{person, injury_type, severity, hospitalized}]"
    )
    injury_count: Mapped[int] = mapped_column(server_default="0", comment="People injured, not counting dead")
    injury_treated_away: Mapped[bool] = mapped_column(
        server_default="false", comment="Somebody got medical treatment at once, away from the scene"
    )
    fatalities: Mapped[int] = mapped_column(server_default="0", comment="People who died")
    is_tow_away: Mapped[bool] = mapped_column(
        server_default="false", comment="A vehicle had to be towed away because of disabling damage"
    )
    hazmat_released: Mapped[bool] = mapped_column(
        server_default="false", comment="Hazardous material came out, other than fuel from the tanks"
    )
    property_damage: Mapped[str | None] = mapped_column(Text)
    estimated_damage_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    other_parties: Mapped[Any | None] = mapped_column(JSONB, comment="[{name, contact, insurance, vehicle}]")
    witnesses: Mapped[Any | None] = mapped_column(JSONB, comment="[{name, contact, statement}]")
    description: Mapped[str | None] = mapped_column(Text, comment="What happened, in the driver's words")
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="URLs to incident photos")
    video_urls: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    dashcam_footage_id: Mapped[UUID | None] = reference("video_telematics_footage")
    drug_alcohol_test_required: Mapped[bool] = mapped_column(
        server_default="false", comment="Tests are ordered; they are followed up in drug and alcohol tests"
    )
    drug_test_result: Mapped[str | None] = mapped_column(
        String(50), comment="Such as negative, positive, refused"
    )
    alcohol_test_result: Mapped[str | None] = mapped_column(
        String(50), comment="Such as negative, positive, refused"
    )
    claims_filed: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{claim_number, insurer, status, amount}]"
    )
    investigator_user_id: Mapped[UUID | None] = reference("users", comment="Who looks into it")
    investigation_status: Mapped[str] = mapped_column(String(50), server_default="pending")
    investigation_notes: Mapped[str | None] = mapped_column(Text)
    investigation_completed_at: Mapped[datetime | None]
    preventability: Mapped[str] = mapped_column(String(50), server_default="pending_review")
    preventability_reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    corrective_actions: Mapped[str | None] = mapped_column(
        Text, comment="In words; what must be followed up is a corrective action with an owner and a date"
    )
    reported_by_user_id: Mapped[UUID | None] = reference("users")
