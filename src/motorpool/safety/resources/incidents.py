"""Incidents, who was involved or hurt, and what is done about it."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, Computed, Move, Numbered, Resource, Scope, States
from motorpool.fleet.resources import AT_FACILITY, OF_DEPARTMENT, VEHICLE_AT_FACILITY, VEHICLE_OF_DEPARTMENT
from motorpool.safety.models import CorrectiveAction, Incident, IncidentPerson, InjuryRecord

OPEN_ACTIONS = (
    "FROM corrective_actions a WHERE a.tenant_id = t.tenant_id AND a.incident_id = t.id "
    "AND a.status IN ('open', 'in_progress')"
)
DOT_ACCIDENT = (
    "Somebody died, was treated away from the scene, or a vehicle was towed (49 CFR 390.5): an accident of a "
    "commercial vehicle then goes into the register"
)
TESTS_DUE = (
    "EXISTS (SELECT FROM drug_alcohol_tests d JOIN accident_reports r ON r.tenant_id = d.tenant_id "
    "AND r.id = d.accident_report_id WHERE d.tenant_id = t.tenant_id AND {of} AND d.status = 'due')"
)
REPORT_LACKS = (
    "t.is_dot_recordable AND EXISTS (SELECT FROM accident_reports r WHERE r.tenant_id = t.tenant_id "
    "AND r.incident_id = t.id AND {what})"
)
#: 49 CFR 382.303(d)(1): later than two hours after the accident.
LATE_WITHOUT_REASON = (
    "EXISTS (SELECT FROM drug_alcohol_tests d JOIN accident_reports r ON r.tenant_id = d.tenant_id "
    "AND r.id = d.accident_report_id WHERE d.tenant_id = t.tenant_id AND r.incident_id = t.id "
    "AND d.status = 'completed' AND d.taken_at > d.remind_at AND d.delay_reason IS NULL)"
)
#: A driver's own: driven or reported by themselves.
DRIVEN_OR_REPORTED = "t.driver_id = %(actor_driver)s OR t.reported_by_user_id = %(actor_user)s"
OF_OWN_INCIDENT = (
    "EXISTS (SELECT FROM incidents i WHERE i.tenant_id = t.tenant_id AND i.id = t.incident_id "
    "AND (i.driver_id = %(actor_driver)s OR i.reported_by_user_id = %(actor_user)s))"
)
INCIDENT_STATES = States(
    "status",
    (
        Move(
            "investigate",
            "investigating",
            leaves=("reported", "pending_insurance"),
            summary="Begin or go on with the investigation",
            takes=("assigned_to_user_id",),
        ),
        Move(
            "await_insurance",
            "pending_insurance",
            leaves=("reported", "investigating"),
            summary="Wait for the insurer",
        ),
        Move(
            "resolve",
            "resolved",
            leaves=("investigating", "pending_insurance"),
            summary="Close it with its root cause",
            takes=(
                "root_cause_category",
                "contributing_factors",
                "lessons_learned",
                "actual_cost",
                "closing_note",
            ),
            needs=("root_cause",),
            stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
            tells_all=True,
            unless=(
                (f"EXISTS (SELECT {OPEN_ACTIONS})", "its corrective actions are not done yet"),
                (
                    TESTS_DUE.format(of="r.incident_id = t.id"),
                    "a drug or alcohol test after it is due: record its result, or why it was missed",
                ),
                (
                    "t.is_dot_recordable AND NOT EXISTS (SELECT FROM accident_reports r "
                    "WHERE r.tenant_id = t.tenant_id AND r.incident_id = t.id)",
                    "the accident register needs an accident report of it",
                ),
                (
                    REPORT_LACKS.format(what="(r.city IS NULL OR r.region IS NULL)"),
                    "the accident register needs city and state",
                ),
                (
                    REPORT_LACKS.format(what="r.investigation_status <> 'completed'"),
                    "its accident report waits for the judgement on preventability",
                ),
                (
                    LATE_WITHOUT_REASON,
                    "an alcohol test was made late: the law wants the reason of its delay on file",
                ),
                (
                    "t.is_osha_recordable AND NOT EXISTS (SELECT FROM injury_records r "
                    "WHERE r.tenant_id = t.tenant_id AND r.incident_id = t.id)",
                    "the OSHA log needs an injury record of it",
                ),
            ),
        ),
        Move(
            "dismiss",
            "archived",
            leaves=("reported",),
            summary="File it: nothing happened, or it was reported twice",
            needs=("closing_note",),
        ),
        Move("archive", "archived", leaves=("resolved",), summary="Put it into the archive"),
        Move(
            "reopen",
            "investigating",
            leaves=("resolved", "archived"),
            summary="Take it up again",
            stamps={"resolved_at": None, "resolved_by_user_id": None},
        ),
    ),
)

ACTION_STATES = States(
    "status",
    (
        Move("start", "in_progress", leaves=("open",), summary="Begin"),
        Move(
            "complete",
            "completed",
            leaves=("open", "in_progress"),
            summary="It is done",
            takes=("completion_notes",),
            stamps={"completed_at": "now", "completed_by_user_id": "actor"},
        ),
        Move(
            "verify",
            "verified",
            leaves=("completed",),
            summary="Confirm that it works",
            stamps={"verified_at": "now", "verified_by_user_id": "actor"},
            unless=(
                ("t.completed_by_user_id = %(actor_user)s", "whoever did it cannot be the one to verify it"),
            ),
        ),
        Move(
            "reopen",
            "in_progress",
            leaves=("completed", "verified", "cancelled"),
            summary="It has to be done again",
            stamps={
                "completed_at": None,
                "completed_by_user_id": None,
                "verified_at": None,
                "verified_by_user_id": None,
            },
        ),
        Move(
            "cancel",
            "cancelled",
            leaves=("open", "in_progress"),
            summary="It need not be done",
            needs=("completion_notes",),
            final=True,
        ),
    ),
)

INCIDENTS = (
    Resource(
        model=Incident,
        label="Incident",
        writable=tuple(
            "incident_number title incident_type severity occurred_at reported_at location latitude longitude vehicle_id "
            "driver_id trip_id facility_id department_id description immediate_action injury_count treated_away_count "
            "fatality_count towed_count is_dot_recordable is_osha_recordable police_notified police_report_number "
            "estimated_cost actual_cost photos dashcam_footage_id assigned_to_user_id root_cause root_cause_category "
            "contributing_factors lessons_learned metadata".split()
        ),
        default_sort="-occurred_at",
        made_by=("reported_by_user_id",),
        numbered=Numbered("incident_number", "INC-{year}-{number:05}"),
        states=INCIDENT_STATES,
        computed={
            "open_actions": Computed(
                f"SELECT count(*) {OPEN_ACTIONS}", int, "Corrective actions that are not done yet"
            ),
            "meets_dot_definition": Computed(
                "t.fatality_count > 0 OR t.treated_away_count > 0 OR t.towed_count > 0",
                bool,
                DOT_ACCIDENT,
            ),
        },
        scope=Scope(
            facility=f"{AT_FACILITY} OR {VEHICLE_AT_FACILITY}",
            department=f"{OF_DEPARTMENT} OR {VEHICLE_OF_DEPARTMENT}",
            own=DRIVEN_OR_REPORTED,
        ),
        list_columns=(
            "incident_number",
            "title",
            "severity",
            "status",
            "occurred_at",
            "vehicle_id",
            "driver_id",
            "open_actions",
        ),
        title_column="incident_number",
        examples={"title": "Rear-ended at a red light", "incident_type": "collision"},
    ),
    Resource(
        model=IncidentPerson,
        label="Person involved",
        plural="People involved",
        operations=FULL,
        writable=tuple(
            "role full_name phone email address license_number license_region license_plate vehicle_description insurer "
            "insurance_policy_number statement statement_taken_at notes".split()
        ),
        create_only=("incident_id",),
        scope=Scope(own=OF_OWN_INCIDENT),
        list_columns=("full_name", "role", "incident_id", "phone", "insurer", "license_plate"),
        title_column="full_name",
    ),
    Resource(
        model=InjuryRecord,
        label="Injury",
        plural="Injuries",
        writable=tuple(
            "case_number incident_id person_name user_id driver_id is_employee is_privacy_case job_title facility_id "
            "injured_on injured_at shift_began_at location activity description body_part harmful_object injury_type "
            "classification days_away days_restricted treated_by treated_away emergency_room hospitalized died_on "
            "returned_to_work_on".split()
        ),
        default_sort="-injured_on",
        made_by=("recorded_by_user_id",),
        numbered=Numbered("case_number", "INJ-{year}-{number:05}"),
        computed={
            "is_recordable": Computed(
                "t.is_employee AND t.classification <> 'first_aid'",
                bool,
                "Goes into the OSHA 300 log (29 CFR 1904.7)",
            )
        },
        rules=(
            (
                "t.died_on IS NULL OR t.classification = 'death'",
                "classification",
                "must be death when a day of death is given",
            ),
            (
                "t.days_away = 0 OR t.classification IN ('death', 'days_away')",
                "classification",
                "must be days_away when there are days away from work",
            ),
        ),
        scope=Scope(
            facility=AT_FACILITY,
            own="t.user_id = %(actor_user)s OR t.driver_id = %(actor_driver)s",
        ),
        list_columns=(
            "case_number",
            "person_name",
            "injured_on",
            "classification",
            "injury_type",
            "days_away",
            "is_recordable",
        ),
        title_column="case_number",
    ),
    Resource(
        model=CorrectiveAction,
        label="Corrective action",
        writable=tuple(
            "title description action_type incident_id accident_report_id safety_meeting_id driver_id vehicle_id "
            "assigned_to_user_id priority due_on completion_notes".split()
        ),
        filters=tuple(
            "id status due_on assigned_to_user_id incident_id accident_report_id safety_meeting_id driver_id vehicle_id "
            "is_overdue".split()
        ),
        default_sort="due_on",
        made_by=("created_by_user_id",),
        states=ACTION_STATES,
        computed={
            "is_overdue": Computed(
                "t.status IN ('open', 'in_progress') AND coalesce(t.due_on < %(today)s, false)",
                bool,
                "Not done, and its date has passed",
            )
        },
        scope=Scope(own="t.assigned_to_user_id = %(actor_user)s OR t.driver_id = %(actor_driver)s"),
        list_columns=(
            "title",
            "status",
            "priority",
            "assigned_to_user_id",
            "due_on",
            "is_overdue",
            "incident_id",
        ),
        title_column="title",
    ),
)
