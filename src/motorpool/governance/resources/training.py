"""Training modules, assignments and results."""

from __future__ import annotations

from motorpool.core.resource.declaration import RETIRED, Computed, Move, Numbered, Resource, States
from motorpool.governance.models import TrainingAssignment, TrainingCompletion, TrainingModule
from motorpool.governance.resources.reach import IN_FORCE, PERSON
from motorpool.governance.rules.versions import retire
from motorpool.governance.shapes import Audience, QuizAnswer, QuizQuestion, TrainingMaterial

SOMEBODY = (
    "t.driver_id IS NULL OR t.user_id IS NULL OR EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id "
    "AND d.id = t.driver_id AND d.user_id = t.user_id)",
    "user_id",
    "must be the account of the driver, or left empty",
)

RESOURCES = (
    Resource(
        model=TrainingModule,
        label="Training module",
        operations=RETIRED,
        writable=tuple(
            "module_code title category description objectives delivery_method provider_vendor_id duration_minutes "
            "materials quiz passing_score_percent max_attempts prerequisite_module_ids applies_to is_mandatory due_days "
            "valid_months renewal_notice_days blocks_assignment issues_certificate regulation_reference "
            "cost_per_person owner_user_id".split()
        ),
        made_by=("created_by_user_id",),
        default_sort="title",
        shapes={
            "materials": list[TrainingMaterial],
            "quiz": list[QuizQuestion],
            "applies_to": Audience,
        },
        rules=(
            (
                "t.prerequisite_module_ids IS NULL OR t.id <> ALL (t.prerequisite_module_ids)",
                "prerequisite_module_ids",
                "a module cannot be demanded before itself",
            ),
        ),
        states=States(
            "status",
            (
                Move(
                    "publish",
                    "active",
                    leaves=("draft",),
                    summary="Open for assignment",
                    stamps={"published_at": "now"},
                ),
                Move(
                    "revise",
                    "draft",
                    leaves=("active",),
                    summary="Close for assignment, to change it",
                    stamps={"published_at": None},
                ),
                retire("draft", "active"),
                Move(
                    "restore",
                    "draft",
                    leaves=("retired",),
                    summary="Take up again as a draft",
                    stamps={"retired_at": None},
                ),
            ),
        ),
        scope=IN_FORCE,
        list_columns=(
            "module_code",
            "title",
            "category",
            "delivery_method",
            "duration_minutes",
            "valid_months",
            "is_mandatory",
            "status",
        ),
        title_column="title",
        examples={"module_code": "DEF-101", "title": "Defensive driving", "valid_months": 36},
    ),
    Resource(
        model=TrainingAssignment,
        label="Training assignment",
        operations=RETIRED,
        writable=tuple("due_on priority reason record_type record_id instructions progress_percent".split()),
        create_only=("module_id", "driver_id", "user_id"),
        made_by=("assigned_by_user_id",),
        filters=("id", "module_id", "driver_id", "user_id", "due_on", "status", "is_overdue"),
        default_sort="due_on",
        expand={"module": "module_id", "driver": "driver_id", "user": "user_id"},
        rules=(SOMEBODY,),
        states=States(
            "status",
            (
                Move(
                    "start",
                    "in_progress",
                    leaves=("assigned",),
                    summary="Begin",
                    stamps={"started_at": "now"},
                ),
                Move(
                    "complete",
                    "completed",
                    leaves=("assigned", "in_progress"),
                    summary="Finish",
                    stamps={"completed_at": "now"},
                    unless=(
                        (
                            "NOT EXISTS (SELECT FROM training_completions k WHERE k.tenant_id = t.tenant_id "
                            "AND k.training_assignment_id = t.id AND k.passed AND k.status <> 'revoked')",
                            "record a passed result for it first",
                        ),
                    ),
                ),
                Move(
                    "waive",
                    "waived",
                    leaves=("assigned", "in_progress"),
                    summary="Excuse from it",
                    takes=("closing_reason",),
                    needs=("closing_reason",),
                    stamps={"closed_by_user_id": "actor"},
                ),
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("assigned", "in_progress"),
                    summary="Cancel",
                    takes=("closing_reason",),
                    stamps={"closed_by_user_id": "actor"},
                    final=True,
                ),
                Move(
                    "reopen",
                    "assigned",
                    leaves=("completed", "waived", "cancelled"),
                    summary="Demand it again",
                    takes=("due_on",),
                    stamps={
                        "started_at": None,
                        "completed_at": None,
                        "closing_reason": None,
                        "closed_by_user_id": None,
                    },
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                "t.status IN ('assigned', 'in_progress') AND t.due_on < %(today)s",
                bool,
                "Not finished by its day",
            ),
            "attempts": Computed(
                "SELECT count(*) FROM training_completions k WHERE k.tenant_id = t.tenant_id "
                "AND k.training_assignment_id = t.id",
                int,
                "How often it was tried",
            ),
        },
        scope=PERSON,
        list_columns=(
            "module_id",
            "driver_id",
            "user_id",
            "due_on",
            "status",
            "is_overdue",
            "priority",
            "reason",
            "attempts",
        ),
    ),
    Resource(
        model=TrainingCompletion,
        label="Training result",
        operations=RETIRED,
        writable=tuple(
            "hours instructor_user_id instructor_name location expires_on certificate_document_id cost notes".split()
        ),
        create_only=tuple(
            "certificate_number module_id training_assignment_id driver_id user_id attempt_number started_at completed_at "
            "passed score_percent quiz_answers".split()
        ),
        made_by=("recorded_by_user_id",),
        numbered=Numbered("certificate_number", "CERT-{year}-{number:05}"),
        default_sort="-completed_at",
        expand={
            "module": "module_id",
            "training_assignment": "training_assignment_id",
            "driver": "driver_id",
            "user": "user_id",
            "certificate_document": "certificate_document_id",
        },
        shapes={"quiz_answers": list[QuizAnswer]},
        rules=(
            SOMEBODY,
            (
                "t.training_assignment_id IS NULL OR EXISTS (SELECT FROM training_assignments a WHERE a.tenant_id = "
                "t.tenant_id AND a.id = t.training_assignment_id AND a.module_id = t.module_id "
                "AND (a.driver_id = t.driver_id OR a.user_id = t.user_id))",
                "training_assignment_id",
                "is for another module or person",
            ),
            (
                "NOT t.passed OR t.score_percent IS NULL OR NOT EXISTS (SELECT FROM training_modules m WHERE m.tenant_id = "
                "t.tenant_id AND m.id = t.module_id AND t.score_percent < m.passing_score_percent)",
                "passed",
                "the score is below the passing score of the module",
            ),
        ),
        states=States(
            "status",
            (
                Move(
                    "verify",
                    "verified",
                    leaves=("recorded",),
                    summary="Confirm the certificate",
                    takes=("expires_on", "certificate_document_id"),
                    stamps={"verified_at": "now", "verified_by_user_id": "actor"},
                    unless=(("NOT t.passed", "only a passed result is a certificate"),),
                ),
                Move(
                    "revoke",
                    "revoked",
                    leaves=("recorded", "verified"),
                    summary="Revoke",
                    takes=("revocation_reason",),
                    needs=("revocation_reason",),
                    stamps={"revoked_at": "now"},
                    final=True,
                ),
                Move(
                    "reinstate",
                    "recorded",
                    leaves=("revoked",),
                    summary="Take the revocation back",
                    stamps={
                        "revoked_at": None,
                        "revocation_reason": None,
                        "verified_at": None,
                        "verified_by_user_id": None,
                    },
                ),
            ),
        ),
        computed={
            "validity": Computed(
                "CASE WHEN t.status = 'revoked' THEN 'revoked' WHEN NOT t.passed THEN 'failed' "
                "WHEN t.expires_on < %(today)s THEN 'expired' WHEN t.expires_on <= %(today)s + 30 THEN 'expiring_soon' "
                "ELSE 'valid' END",
                str,
                "Today: valid, expiring_soon (within 30 days), expired, failed or revoked",
            )
        },
        scope=PERSON,
        list_columns=(
            "certificate_number",
            "module_id",
            "driver_id",
            "user_id",
            "completed_at",
            "score_percent",
            "passed",
            "validity",
            "expires_on",
        ),
        title_column="certificate_number",
    ),
)
