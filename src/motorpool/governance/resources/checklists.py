"""Compliance checklists and the checks done by them."""

from __future__ import annotations

from motorpool.core.resource.declaration import (
    RETIRED,
    Computed,
    Move,
    Numbered,
    Resource,
    Scope,
    States,
)
from motorpool.fleet.resources import OF_VEHICLE
from motorpool.governance.models import ComplianceChecklist, ComplianceChecklistCompletion
from motorpool.governance.resources.reach import IN_FORCE, OF_DRIVER
from motorpool.governance.rules.versions import versions_in_use
from motorpool.governance.shapes import ChecklistAnswer, ChecklistItem

WORDS = "name category description subject_type items valid_days passing_score_percent requires_signature requires_review"
OF_CHECKLIST = (
    "SELECT FROM compliance_checklists c WHERE c.tenant_id = t.tenant_id AND c.id = t.checklist_id AND "
)
ANSWERS = tuple("answers passed score_percent notes signed_name signature valid_until".split())

RESOURCES = (
    Resource(
        model=ComplianceChecklist,
        label="Compliance checklist",
        operations=RETIRED,
        writable=("interval_days", "due_days", "regulation_reference", "owner_user_id"),
        create_only=tuple(f"checklist_code version_number {WORDS}".split()),
        made_by=("created_by_user_id",),
        default_sort="name",
        shapes={"items": list[ChecklistItem]},
        states=versions_in_use(
            "compliance_checklists", "checklist_code", thing="list", parts="items", words=WORDS
        ),
        scope=IN_FORCE,
        list_columns=(
            "checklist_code",
            "version_number",
            "name",
            "category",
            "subject_type",
            "interval_days",
            "status",
        ),
        title_column="name",
        examples={"checklist_code": "DQ-FILE", "name": "Driver qualification file", "subject_type": "driver"},
    ),
    Resource(
        model=ComplianceChecklistCompletion,
        label="Compliance check",
        operations=RETIRED,
        writable=("assigned_to_user_id", "due_on", "notes"),
        create_only=("completion_number", "checklist_id", "vehicle_id", "driver_id", "facility_id"),
        made_by=("requested_by_user_id",),
        numbered=Numbered("completion_number", "CHK-{year}-{number:05}"),
        hidden=("signature",),
        default_sort="-created_at",
        expand={
            "checklist": "checklist_id",
            "vehicle": "vehicle_id",
            "driver": "driver_id",
            "facility": "facility_id",
            "assigned_to_user": "assigned_to_user_id",
        },
        shapes={"answers": list[ChecklistAnswer]},
        rules=(
            (
                f"EXISTS ({OF_CHECKLIST}CASE c.subject_type WHEN 'vehicle' THEN t.vehicle_id IS NOT NULL "
                "WHEN 'driver' THEN t.driver_id IS NOT NULL WHEN 'facility' THEN t.facility_id IS NOT NULL "
                "ELSE num_nonnulls(t.vehicle_id, t.driver_id, t.facility_id) = 0 END)",
                "checklist_id",
                "say which vehicle, driver or facility it is about, as the checklist demands",
            ),
        ),
        states=States(
            "status",
            (
                Move(
                    "start",
                    "in_progress",
                    leaves=("assigned", "rejected"),
                    summary="Begin, or do it again",
                    takes=("answers",),
                    stamps={"started_at": "now"},
                ),
                Move(
                    "save",
                    "in_progress",
                    leaves=("in_progress",),
                    summary="Save the answers so far",
                    takes=ANSWERS,
                ),
                Move(
                    "submit",
                    "submitted",
                    leaves=("assigned", "in_progress"),
                    summary="Submit the answers",
                    takes=ANSWERS,
                    needs=("answers", "passed"),
                    stamps={"submitted_at": "now", "submitted_by_user_id": "actor"},
                    unless=(
                        (
                            f"EXISTS ({OF_CHECKLIST}c.status = 'draft')",
                            "the checklist is still a draft",
                        ),
                    ),
                ),
                Move(
                    "approve",
                    "approved",
                    leaves=("submitted",),
                    summary="Approve",
                    takes=("review_comment", "valid_until"),
                    stamps={"reviewed_at": "now", "reviewed_by_user_id": "actor"},
                    unless=(
                        (
                            f"t.submitted_by_user_id = %(actor_user)s AND EXISTS ({OF_CHECKLIST}c.requires_review)",
                            "somebody other than who filled it in must approve it",
                        ),
                        (
                            f"t.signed_name IS NULL AND t.signature IS NULL AND EXISTS ({OF_CHECKLIST}c.requires_signature)",
                            "it is not signed; send it back",
                        ),
                    ),
                ),
                Move(
                    "reject",
                    "rejected",
                    leaves=("submitted", "approved"),
                    summary="Send back",
                    takes=("review_comment",),
                    needs=("review_comment",),
                    stamps={"reviewed_at": "now", "reviewed_by_user_id": "actor"},
                ),
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("assigned", "in_progress", "rejected"),
                    summary="Cancel",
                    takes=("review_comment",),
                    final=True,
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                "t.status IN ('assigned', 'in_progress', 'rejected') AND coalesce(t.due_on < %(today)s, false)",
                bool,
                "Not done by its day",
            ),
            "is_valid": Computed(
                "coalesce(t.passed, false) AND coalesce(t.valid_until >= %(today)s, true) AND (t.status = 'approved' "
                f"OR (t.status = 'submitted' AND NOT EXISTS ({OF_CHECKLIST}c.requires_review)))",
                bool,
                "Passed, approved where that is demanded, and not expired",
            ),
            "failed_items": Computed(
                "jsonb_array_length(jsonb_path_query_array(t.answers, '$[*] ? (@.passed == false)'))",
                int,
                "How many answers did not pass",
            ),
        },
        scope=Scope(
            facility="t.facility_id = ANY (%(reach_facilities)s) OR "
            + OF_VEHICLE.format(column="facility_id", ids="%(reach_facilities)s")
            + " OR "
            + OF_DRIVER.format(column="home_facility_id", ids="%(reach_facilities)s"),
            department=OF_VEHICLE.format(column="department_id", ids="%(reach_departments)s")
            + " OR "
            + OF_DRIVER.format(column="department_id", ids="%(reach_departments)s"),
            own="t.driver_id = %(actor_driver)s OR t.assigned_to_user_id = %(actor_user)s "
            "OR t.submitted_by_user_id = %(actor_user)s",
        ),
        list_columns=(
            "completion_number",
            "checklist_id",
            "vehicle_id",
            "driver_id",
            "facility_id",
            "due_on",
            "status",
            "passed",
            "failed_items",
            "is_overdue",
        ),
        title_column="completion_number",
    ),
)
