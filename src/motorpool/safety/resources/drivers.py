"""What is on a driver's record: hours of service, training, tests."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import (
    APPEND_ONLY,
    FULL,
    Computed,
    Move,
    Resource,
    Scope,
    States,
    Verb,
)
from motorpool.fleet.resources import vehicle_scope
from motorpool.safety.models import (
    DriverTrainingRecord,
    DrugAlcoholTest,
    HoursOfServiceLog,
    UnassignedDriving,
)

OF_DRIVER = "EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id AND d.{column} = ANY ({ids}))"
#: Rows about a driver: reached through the driver's home facility or department; own are the driver's.
DRIVER_SCOPE = Scope(
    facility=OF_DRIVER.format(column="home_facility_id", ids="%(reach_facilities)s"),
    department=OF_DRIVER.format(column="department_id", ids="%(reach_departments)s"),
    own="t.driver_id = %(actor_driver)s",
)
NOT_THE_DRIVER = (
    "t.driver_id IS DISTINCT FROM %(actor_driver)s",
    "only the driver decides on a record of theirs",
)

#: What the log says now: an accepted edit, or an edit by the driver, takes the place of what it replaces.
RECORD_STATUS = (
    "CASE WHEN t.driver_decision = 'rejected' THEN 'change_rejected' "
    "WHEN t.origin = 'carrier' AND t.driver_decision = 'undecided' THEN 'change_requested' "
    "WHEN t.eld_record_status = 'inactive_changed' THEN 'inactive_changed' "
    "WHEN EXISTS (SELECT FROM hours_of_service_logs r WHERE r.tenant_id = t.tenant_id AND r.replaces_log_id = t.id "
    "AND (r.driver_decision = 'accepted' OR (r.driver_decision = 'undecided' AND r.origin <> 'carrier'))) "
    "THEN 'inactive_changed' ELSE 'active' END"
)

LOG_STATES = States(
    "driver_decision",
    (
        Move(
            "accept",
            "accepted",
            leaves=("undecided", "rejected"),
            summary="Accept the carrier's edit",
            stamps={"decided_at": "now"},
            unless=(
                NOT_THE_DRIVER,
                ("t.origin <> 'carrier'", "only an edit by the carrier waits to be accepted"),
            ),
        ),
        Move(
            "reject",
            "rejected",
            leaves=("undecided",),
            summary="Reject the carrier's edit",
            stamps={"decided_at": "now"},
            unless=(NOT_THE_DRIVER, ("t.origin <> 'carrier'", "only an edit by the carrier can be rejected")),
        ),
        Move(
            "certify",
            "accepted",
            leaves=("undecided", "accepted"),
            summary="Certify that the record is true and correct",
            stamps={"decided_at": "now", "certified_at": "now"},
            unless=(
                NOT_THE_DRIVER,
                ("t.status_end_time IS NULL", "a record is certified after its end"),
            ),
        ),
    ),
)

TRAINING_STATES = States(
    "status",
    (
        Move(
            "complete",
            "completed",
            leaves=("in_progress",),
            summary="The training was passed",
            takes=("expiration_date", "certification_number", "score", "training_hours", "certificate_url"),
            needs=("completion_date",),
        ),
        Move(
            "fail",
            "failed",
            leaves=("in_progress",),
            summary="The training was not passed",
            takes=("score", "notes"),
        ),
        Move(
            "reopen",
            "in_progress",
            leaves=("completed", "failed"),
            summary="Take it again, or correct the result",
            stamps={"completion_date": None, "expiration_date": None},
        ),
    ),
)

TEST_STATES = States(
    "status",
    (
        Move(
            "record",
            "completed",
            leaves=("due", "missed"),
            summary="Record the result",
            takes=(
                "collection_site",
                "collector_name",
                "specimen_number",
                "concentration",
                "review_officer",
                "by_law_enforcement",
                "delay_reason",
                "document_id",
            ),
            needs=("taken_at", "result"),
        ),
        Move(
            "miss",
            "missed",
            leaves=("due",),
            summary="It was not made in time",
            needs=("missed_reason",),
        ),
        Move(
            "cancel",
            "cancelled",
            leaves=("due",),
            summary="It is not needed",
            needs=("notes",),
            final=True,
        ),
        Move(
            "reopen",
            "due",
            leaves=("completed", "missed", "cancelled"),
            summary="What was recorded is wrong, or it is needed after all",
            needs=("notes",),
            stamps={"taken_at": None, "result": None, "concentration": None},
        ),
    ),
)

UNASSIGNED_STATES = States(
    "status",
    (
        Move(
            "claim",
            "claimed",
            leaves=("open", "explained"),
            summary="It was this driver",
            takes=("log_id",),
            needs=("claimed_by_driver_id",),
            stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
            unless=(("t.ended_at IS NULL", "this driving is not over yet; claim it when it is"),),
        ),
        Move(
            "explain",
            "explained",
            leaves=("open",),
            summary="Say why it is nobody's driving time",
            needs=("explanation",),
            stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
        ),
        Move(
            "reopen",
            "open",
            leaves=("claimed", "explained"),
            summary="It is not settled",
            stamps={
                "claimed_by_driver_id": None,
                "log_id": None,
                "resolved_at": None,
                "resolved_by_user_id": None,
            },
        ),
    ),
)

DRIVERS = (
    Resource(
        model=HoursOfServiceLog,
        label="Duty record",
        operations=APPEND_ONLY,
        writable=tuple(
            "driver_id vehicle_id co_driver_id log_date duty_status special_category exceptions status_start_time "
            "status_end_time location_start location_end latitude_start longitude_start odometer_start odometer_end "
            "engine_hours_start engine_hours_end trailer_numbers shipping_documents remarks origin eld_provider "
            "eld_device_id eld_sequence_id replaces_log_id edit_reason".split()
        ),
        default_sort="-status_start_time",
        made_by=("created_by_user_id",),
        verbs=(Verb("import_file", "Read the output file of an ELD into a driver's log"),),
        states=LOG_STATES,
        computed={
            "record_status": Computed(
                RECORD_STATUS,
                Literal["active", "inactive_changed", "change_requested", "change_rejected"],
                "What the record counts for: an edit that is in force makes what it replaces inactive",
            )
        },
        rules=(
            (
                "t.replaces_log_id IS NULL OR t.origin = 'carrier' OR %(actor_user)s::uuid IS NULL "
                "OR t.driver_id IS NOT DISTINCT FROM %(actor_driver)s",
                "origin",
                "must be carrier when anybody but the driver edits a record",
            ),
            (
                "NOT EXISTS (SELECT FROM hours_of_service_logs o WHERE o.tenant_id = t.tenant_id "
                "AND o.id = t.replaces_log_id AND o.driver_id <> t.driver_id)",
                "replaces_log_id",
                "is a record of another driver",
            ),
            (
                "NOT EXISTS (SELECT FROM hours_of_service_logs o WHERE o.tenant_id = t.tenant_id "
                "AND o.id = t.replaces_log_id AND o.origin IN ('automatic', 'unidentified') AND o.duty_status = 'driving' "
                "AND t.special_category IS NULL AND (t.duty_status <> 'driving' "
                "OR t.status_start_time > o.status_start_time "
                "OR coalesce(t.status_end_time, 'infinity') < coalesce(o.status_end_time, 'infinity')))",
                "replaces_log_id",
                "is driving time that a device recorded; it cannot be shortened",
            ),
        ),
        scope=DRIVER_SCOPE,
        list_columns=(
            "driver_id",
            "log_date",
            "duty_status",
            "status_start_time",
            "status_end_time",
            "duration_minutes",
            "record_status",
            "is_certified",
        ),
        title_column="log_date",
        examples={"duty_status": "driving", "location_start": "3mi ESE Oakland, CA"},
    ),
    Resource(
        model=UnassignedDriving,
        label="Unassigned driving",
        plural="Unassigned driving",
        writable=tuple(
            "trip_id ended_at distance_km odometer_start odometer_end location_start location_end".split()
        ),
        create_only=("vehicle_id", "started_at"),
        default_sort="-started_at",
        states=UNASSIGNED_STATES,
        scope=vehicle_scope(),
        list_columns=(
            "vehicle_id",
            "started_at",
            "ended_at",
            "distance_km",
            "status",
            "claimed_by_driver_id",
        ),
        title_column="started_at",
    ),
    Resource(
        model=DriverTrainingRecord,
        label="Driver training record",
        operations=FULL,
        writable=tuple(
            "driver_id training_type training_provider training_date completion_date expiration_date certification_number "
            "score passing_score instructor_name training_hours training_location certificate_url notes".split()
        ),
        filters=tuple(
            "id driver_id training_type training_date expiration_date status current_status".split()
        ),
        default_sort="-training_date",
        states=TRAINING_STATES,
        computed={
            "current_status": Computed(
                "CASE WHEN t.status = 'completed' AND t.expiration_date < %(today)s THEN 'expired' ELSE t.status END",
                Literal["in_progress", "completed", "failed", "expired"],
                "The status today: a completed training whose expiry has passed is expired",
            ),
            "days_left": Computed(
                "CASE WHEN t.status = 'completed' THEN t.expiration_date - %(today)s::date END",
                int,
                "Days until it expires; negative since it has",
            ),
        },
        scope=DRIVER_SCOPE,
        list_columns=(
            "driver_id",
            "training_type",
            "training_provider",
            "completion_date",
            "expiration_date",
            "current_status",
            "days_left",
        ),
        title_column="training_type",
    ),
    Resource(
        model=DrugAlcoholTest,
        label="Drug or alcohol test",
        plural="Drug and alcohol tests",
        writable=tuple(
            "accident_report_id ordered_at remind_at due_at collection_site collector_name specimen_number review_officer "
            "by_law_enforcement delay_reason document_id notes".split()
        ),
        create_only=("driver_id", "test_type", "reason"),
        filters=tuple("id driver_id ordered_at status reason accident_report_id is_overdue".split()),
        default_sort="-ordered_at",
        made_by=("ordered_by_user_id",),
        states=TEST_STATES,
        computed={
            "is_overdue": Computed(
                "t.status = 'due' AND coalesce(t.due_at < now(), false)",
                bool,
                "It can no longer be made in time: the reason must be recorded",
            ),
            "needs_delay_reason": Computed(
                "t.delay_reason IS NULL AND coalesce(coalesce(t.taken_at, now()) > t.remind_at, false) "
                "AND t.status IN ('due', 'completed')",
                bool,
                "The law wants the reason of the delay on file",
            ),
        },
        scope=DRIVER_SCOPE,
        list_columns=(
            "driver_id",
            "test_type",
            "reason",
            "status",
            "due_at",
            "taken_at",
            "result",
            "is_overdue",
        ),
        title_column="test_type",
    ),
)
