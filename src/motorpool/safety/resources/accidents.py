"""Accidents and damage to vehicles."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, Computed, Move, Numbered, Resource, Scope, States
from motorpool.fleet.resources import vehicle_scope
from motorpool.safety import shapes
from motorpool.safety.models import AccidentReport, DamageMark, DamageReport
from motorpool.safety.resources.incidents import DOT_ACCIDENT, DRIVEN_OR_REPORTED, TESTS_DUE

OF_OWN_REPORT = (
    "EXISTS (SELECT FROM damage_reports r WHERE r.tenant_id = t.tenant_id AND r.id = t.damage_report_id "
    "AND (r.driver_id = %(actor_driver)s OR r.reported_by_user_id = %(actor_user)s))"
)

ACCIDENT_STATES = States(
    "investigation_status",
    (
        Move(
            "investigate",
            "in_progress",
            leaves=("pending",),
            summary="Begin the investigation",
            takes=("investigator_user_id",),
        ),
        Move(
            "complete",
            "completed",
            leaves=("in_progress",),
            summary="Finish with a judgement on preventability",
            takes=("investigation_notes", "corrective_actions", "at_fault"),
            needs=("preventability",),
            bars={"preventability": ("pending_review",)},
            stamps={"investigation_completed_at": "now", "preventability_reviewed_by_user_id": "actor"},
            unless=(
                (
                    TESTS_DUE.format(of="d.accident_report_id = t.id"),
                    "a drug or alcohol test after it is due: record its result, or why it was missed",
                ),
                (
                    "t.driver_id = %(actor_driver)s",
                    "drivers do not judge the preventability of their own accident",
                ),
            ),
        ),
        Move(
            "reopen",
            "in_progress",
            leaves=("completed",),
            summary="Investigate again",
            stamps={"investigation_completed_at": None},
        ),
    ),
)

DAMAGE_STATES = States(
    "status",
    (
        Move(
            "assess",
            "assessed",
            leaves=("reported",),
            summary="Say how bad it is",
            takes=("severity", "is_drivable", "estimated_cost"),
            stamps={"assessed_at": "now", "assessed_by_user_id": "actor"},
        ),
        Move(
            "schedule_repair",
            "repair_scheduled",
            leaves=("reported", "assessed"),
            summary="Give it to a work order",
            needs=("work_order_id",),
        ),
        Move(
            "repair",
            "repaired",
            leaves=("reported", "assessed", "repair_scheduled"),
            summary="It is repaired",
            takes=("repaired_on", "actual_cost", "work_order_id", "resolution_note"),
            needs=("repaired_on",),
        ),
        Move(
            "accept",
            "accepted",
            leaves=("reported", "assessed"),
            summary="Leave it as it is",
            needs=("resolution_note",),
        ),
        Move(
            "dismiss",
            "dismissed",
            leaves=("reported", "assessed"),
            summary="There is no damage, or it was reported before",
            needs=("resolution_note",),
        ),
        Move(
            "reopen",
            "assessed",
            leaves=("repair_scheduled", "repaired", "accepted", "dismissed"),
            summary="Take it up again",
            stamps={"repaired_on": None},
        ),
    ),
)

ACCIDENTS = (
    Resource(
        model=AccidentReport,
        label="Accident report",
        writable=tuple(
            "incident_id report_number vehicle_id driver_id incident_date location city region latitude longitude "
            "weather_conditions road_conditions traffic_conditions incident_type severity at_fault police_notified "
            "police_report_number police_department citation_issued_at injuries injury_count injury_treated_away fatalities "
            "is_tow_away hazmat_released property_damage estimated_damage_cost other_parties witnesses description photos "
            "video_urls dashcam_footage_id drug_alcohol_test_required drug_test_result alcohol_test_result claims_filed "
            "investigator_user_id investigation_notes corrective_actions".split()
        ),
        default_sort="-incident_date",
        made_by=("reported_by_user_id",),
        numbered=Numbered("report_number", "ACC-{year}-{number:05}"),
        states=ACCIDENT_STATES,
        computed={
            "is_dot_accident": Computed(
                "t.fatalities > 0 OR t.injury_treated_away OR t.is_tow_away", bool, DOT_ACCIDENT
            ),
        },
        shapes={
            "injuries": list[shapes.Injury],
            "other_parties": list[shapes.OtherParty],
            "witnesses": list[shapes.Witness],
            "claims_filed": list[shapes.FiledClaim],
        },
        scope=vehicle_scope(own=DRIVEN_OR_REPORTED),
        list_columns=(
            "report_number",
            "incident_date",
            "vehicle_id",
            "driver_id",
            "severity",
            "investigation_status",
            "preventability",
            "is_dot_accident",
        ),
        title_column="report_number",
    ),
    Resource(
        model=DamageReport,
        label="Damage report",
        writable=tuple(
            "report_number vehicle_id driver_id incident_id safety_inspection_id title description damage_type vehicle_part "
            "severity is_drivable reported_at occurred_at odometer location photos video_urls estimated_cost actual_cost "
            "work_order_id resolution_note metadata".split()
        ),
        default_sort="-reported_at",
        made_by=("reported_by_user_id",),
        numbered=Numbered("report_number", "DMG-{year}-{number:05}"),
        states=DAMAGE_STATES,
        scope=vehicle_scope(own=DRIVEN_OR_REPORTED),
        list_columns=(
            "report_number",
            "title",
            "vehicle_id",
            "severity",
            "status",
            "is_drivable",
            "reported_at",
            "estimated_cost",
        ),
        title_column="report_number",
    ),
    Resource(
        model=DamageMark,
        label="Damage mark",
        operations=FULL,
        writable=tuple(
            "view x y model_x model_y model_z vehicle_part damage_type severity length_mm photo_url notes".split()
        ),
        create_only=("damage_report_id",),
        scope=Scope(own=OF_OWN_REPORT),
        list_columns=("damage_report_id", "view", "vehicle_part", "damage_type", "severity", "photo_url"),
        title_column="vehicle_part",
    ),
)
