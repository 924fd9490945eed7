"""Incidents: what went wrong, who was involved, who was hurt, and what is done about it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Incident(TenantModel, Timestamped):
    """Something that harmed people, vehicles or property, or nearly did."""

    __tablename__ = "incidents"
    __facts__ = TableFacts(search=("incident_number", "title", "description", "location"))
    __unique__ = ("incident_number",)
    __indexes__ = (
        "tenant_id, occurred_at DESC",
        "tenant_id, status, occurred_at DESC",
        "tenant_id, severity, occurred_at DESC",
        "tenant_id, incident_type",
        "vehicle_id, occurred_at DESC",
        "driver_id, occurred_at DESC",
        "tenant_id, facility_id",
        "tenant_id, department_id",
        "tenant_id, assigned_to_user_id",
    )
    __table_args__ = (
        one_of("severity", "minor", "moderate", "serious", "critical"),
        one_of("status", "reported", "investigating", "pending_insurance", "resolved", "archived"),
        CheckConstraint("reported_at >= occurred_at", name="it_is_reported_after_it_occurred"),
        CheckConstraint(
            "injury_count >= 0 AND fatality_count >= 0 AND treated_away_count >= 0 AND towed_count >= 0",
            name="people_and_vehicles_are_counted_from_zero",
        ),
        CheckConstraint("estimated_cost >= 0 AND actual_cost >= 0", name="costs_from_zero"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name="latitude_and_longitude_go_together"
        ),
        {"comment": "What harmed people, vehicles or property, or nearly did, from report to root cause"},
    )

    incident_number: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(255), comment="What happened, in a few words")
    incident_type: Mapped[str] = mapped_column(
        String(50),
        comment="Such as collision, near_miss, injury, property_damage, theft, vandalism, fire, spill, breakdown, "
        "complaint",
    )
    severity: Mapped[str] = mapped_column(String(20), server_default="minor")
    status: Mapped[str] = mapped_column(String(20), server_default="reported")
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    location: Mapped[str | None] = mapped_column(Text, comment="Address or description of the place")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="Own vehicle, the main one of several")
    driver_id: Mapped[UUID | None] = reference("drivers")
    trip_id: Mapped[UUID | None] = reference("trips", comment="Trip during which it happened")
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Where it happened on own ground")
    department_id: Mapped[UUID | None] = reference(
        "departments", comment="Part of the organisation it concerns"
    )
    description: Mapped[str | None] = mapped_column(Text)
    immediate_action: Mapped[str | None] = mapped_column(Text, comment="What was done on the spot")
    injury_count: Mapped[int] = mapped_column(server_default="0", comment="People injured, not counting dead")
    treated_away_count: Mapped[int] = mapped_column(
        server_default="0", comment="Of them, treated at once away from the scene"
    )
    fatality_count: Mapped[int] = mapped_column(server_default="0", comment="People who died")
    towed_count: Mapped[int] = mapped_column(
        server_default="0", comment="Vehicles towed away because of disabling damage"
    )
    is_dot_recordable: Mapped[bool] = mapped_column(
        server_default="false", comment="Goes into the accident register (49 CFR 390.15)"
    )
    is_osha_recordable: Mapped[bool] = mapped_column(
        server_default="false", comment="Goes into the OSHA 300 log (29 CFR 1904.7)"
    )
    police_notified: Mapped[bool] = mapped_column(server_default="false")
    police_report_number: Mapped[str | None] = mapped_column(String(100))
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    actual_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="URLs of photos")
    dashcam_footage_id: Mapped[UUID | None] = reference("video_telematics_footage")
    reported_by_user_id: Mapped[UUID | None] = reference("users")
    assigned_to_user_id: Mapped[UUID | None] = reference("users", comment="Who investigates")
    root_cause: Mapped[str | None] = mapped_column(Text, comment="Needed to resolve it")
    root_cause_category: Mapped[str | None] = mapped_column(
        String(50), comment="Such as human, vehicle, road, weather, procedure, third_party"
    )
    contributing_factors: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as speed, distraction, fatigue, visibility, maintenance"
    )
    lessons_learned: Mapped[str | None] = mapped_column(Text)
    closing_note: Mapped[str | None] = mapped_column(Text)
    resolved_at: Mapped[datetime | None]
    resolved_by_user_id: Mapped[UUID | None] = reference("users")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class IncidentPerson(TenantModel, Timestamped):
    """A person who saw an incident or had part in it."""

    __tablename__ = "incident_people"
    __facts__ = TableFacts(search=("full_name", "insurance_policy_number", "license_plate"))
    __indexes__ = ("incident_id, role", "tenant_id, full_name")
    __table_args__ = (
        one_of("role", "witness", "other_driver", "passenger", "pedestrian", "property_owner", "responder"),
        {"comment": "Witnesses and other parties of incidents, with their statements"},
    )

    incident_id: Mapped[UUID] = reference("incidents", cascade=True)
    role: Mapped[str] = mapped_column(String(20), server_default="witness")
    full_name: Mapped[str] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(320))
    address: Mapped[str | None] = mapped_column(Text)
    license_number: Mapped[str | None] = mapped_column(String(50), comment="Driving licence")
    license_region: Mapped[str | None] = mapped_column(String(50))
    license_plate: Mapped[str | None] = mapped_column(String(20))
    vehicle_description: Mapped[str | None] = mapped_column(
        String(255), comment="Make, model and colour of the other vehicle"
    )
    insurer: Mapped[str | None] = mapped_column(String(255))
    insurance_policy_number: Mapped[str | None] = mapped_column(String(100))
    statement: Mapped[str | None] = mapped_column(Text, comment="In the person's own words")
    statement_taken_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(Text)


class InjuryRecord(TenantModel, Timestamped):
    """A work-related injury or illness of one person: a line of the OSHA 300 log."""

    __tablename__ = "injury_records"
    __facts__ = TableFacts(search=("case_number", "person_name", "description"))
    __unique__ = ("case_number",)
    __indexes__ = (
        "tenant_id, injured_on DESC",
        "incident_id",
        "driver_id, injured_on DESC",
        "tenant_id, classification, injured_on DESC",
        "tenant_id, facility_id",
    )
    __table_args__ = (
        one_of("classification", "death", "days_away", "restricted", "other_recordable", "first_aid"),
        one_of(
            "injury_type",
            "injury",
            "skin_disorder",
            "respiratory_condition",
            "poisoning",
            "hearing_loss",
            "other_illness",
        ),
        CheckConstraint("days_away >= 0 AND days_restricted >= 0", name="days_are_counted_from_zero"),
        CheckConstraint("died_on >= injured_on", name="death_follows_the_injury"),
        {"comment": "Injuries and illnesses at work, as the OSHA 300 and 301 forms ask for them"},
    )

    case_number: Mapped[str] = mapped_column(String(50))
    incident_id: Mapped[UUID | None] = reference("incidents")
    person_name: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[UUID | None] = reference("users", comment="The injured person's account")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="When the injured person is a driver")
    is_employee: Mapped[bool] = mapped_column(
        server_default="true", comment="Others than own staff are not in the OSHA log"
    )
    is_privacy_case: Mapped[bool] = mapped_column(
        server_default="false", comment="The log shows no name (29 CFR 1904.29)"
    )
    job_title: Mapped[str | None] = mapped_column(String(100))
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Establishment whose log it is in")
    injured_on: Mapped[date]
    injured_at: Mapped[datetime | None] = mapped_column(comment="Exact time, when known")
    shift_began_at: Mapped[datetime | None] = mapped_column(comment="When the person began work")
    location: Mapped[str | None] = mapped_column(Text)
    activity: Mapped[str | None] = mapped_column(Text, comment="What the person was doing just before")
    description: Mapped[str | None] = mapped_column(Text, comment="What happened, and the harm done")
    body_part: Mapped[str | None] = mapped_column(
        String(100), comment="Such as head, neck, back, hand, knee, foot"
    )
    harmful_object: Mapped[str | None] = mapped_column(
        String(255), comment="Object or substance that did the harm"
    )
    injury_type: Mapped[str] = mapped_column(String(30), server_default="injury")
    classification: Mapped[str] = mapped_column(
        String(20), server_default="first_aid", comment="Most serious outcome; first aid is not recordable"
    )
    days_away: Mapped[int] = mapped_column(
        server_default="0", comment="Calendar days away from work; OSHA counts at most 180"
    )
    days_restricted: Mapped[int] = mapped_column(
        server_default="0", comment="Calendar days of restricted work or job transfer"
    )
    treated_by: Mapped[str | None] = mapped_column(String(255), comment="Physician or clinic")
    treated_away: Mapped[bool] = mapped_column(
        server_default="false", comment="Treated at once, away from the scene"
    )
    emergency_room: Mapped[bool] = mapped_column(server_default="false")
    hospitalized: Mapped[bool] = mapped_column(
        server_default="false", comment="In-patient; must be told to OSHA within 24 hours"
    )
    died_on: Mapped[date | None] = mapped_column(comment="Must be told to OSHA within 8 hours")
    returned_to_work_on: Mapped[date | None]
    recorded_by_user_id: Mapped[UUID | None] = reference("users")


class CorrectiveAction(TenantModel, Timestamped):
    """Something that somebody has to do by a date, so that it does not happen again."""

    __tablename__ = "corrective_actions"
    __facts__ = TableFacts(search=("title", "description"))
    __indexes__ = (
        "tenant_id, status, due_on",
        "tenant_id, due_on",
        "tenant_id, assigned_to_user_id",
        "incident_id",
        "accident_report_id",
        "safety_meeting_id",
        "driver_id",
        "vehicle_id",
    )
    __table_args__ = (
        one_of("status", "open", "in_progress", "completed", "verified", "cancelled"),
        one_of("priority", "low", "medium", "high", "critical"),
        CheckConstraint(
            "num_nonnulls(incident_id, accident_report_id, safety_meeting_id) <= 1",
            name="it_comes_from_one_record",
        ),
        {"comment": "What has to be done after incidents, accidents and meetings, by whom and until when"},
    )

    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    action_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as coaching, training, repair, procedure, equipment, discipline"
    )
    incident_id: Mapped[UUID | None] = reference("incidents")
    accident_report_id: Mapped[UUID | None] = reference("accident_reports")
    safety_meeting_id: Mapped[UUID | None] = reference("safety_meetings")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Driver it is about")
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="Vehicle it is about")
    assigned_to_user_id: Mapped[UUID | None] = reference("users", comment="Who has to do it")
    priority: Mapped[str] = mapped_column(String(20), server_default="medium")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    due_on: Mapped[date | None]
    completed_at: Mapped[datetime | None]
    completed_by_user_id: Mapped[UUID | None] = reference("users")
    completion_notes: Mapped[str | None] = mapped_column(Text)
    verified_at: Mapped[datetime | None] = mapped_column(comment="When somebody else saw that it works")
    verified_by_user_id: Mapped[UUID | None] = reference("users")
    created_by_user_id: Mapped[UUID | None] = reference("users")
