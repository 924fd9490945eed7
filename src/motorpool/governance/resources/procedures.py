"""Procedures, who must master them, who showed that they do."""

from __future__ import annotations

from motorpool.core.resource.declaration import RETIRED, Computed, Move, Numbered, Resource, States
from motorpool.governance.models import SopAssignment, SopCompletion, SopDocument
from motorpool.governance.resources.obligations import obligation
from motorpool.governance.resources.reach import ACCOUNT, IN_FORCE
from motorpool.governance.rules.versions import other_version, retire, revise
from motorpool.governance.shapes import QuizAnswer, QuizQuestion, SopStep

WORDS = (
    "title purpose scope content steps safety_notes required_ppe required_tools vehicle_types estimated_minutes "
    "document_id quiz passing_score_percent requires_observation valid_months"
)
#: A completion of procedure `s` was signed off where that is demanded, and passed its quiz if there is one.
COUNTS = (
    "({k}.status = 'signed_off' OR ({k}.status = 'submitted' AND NOT s.requires_observation)) "
    "AND (s.passing_score_percent IS NULL OR {k}.quiz_score_percent >= s.passing_score_percent)"
)
#: A completion `k` of the assigned procedure that counts, by the assigned person.
COMPLETED = f"""EXISTS (
    SELECT FROM sop_completions k JOIN sop_documents s ON s.tenant_id = k.tenant_id AND s.id = k.sop_id
    WHERE k.tenant_id = t.tenant_id AND k.sop_id = t.sop_id AND k.user_id = t.user_id
    AND {COUNTS.format(k="k")} AND {{in_time}})"""
IN_TIME = "(k.expires_on IS NULL OR k.expires_on >= %(today)s)"

RESOURCES = (
    Resource(
        model=SopDocument,
        label="Procedure",
        operations=RETIRED,
        writable=tuple(
            "category regulation_reference effective_from review_interval_months review_due_on department_id "
            "owner_user_id".split()
        ),
        create_only=tuple(f"sop_number version_number supersedes_sop_id {WORDS}".split()),
        made_by=("created_by_user_id",),
        numbered=Numbered("sop_number", "SOP-{number:04}"),
        default_sort="title",
        shapes={"steps": list[SopStep], "quiz": list[QuizQuestion]},
        rules=(
            (
                "t.supersedes_sop_id IS NULL OR EXISTS (SELECT FROM sop_documents s WHERE s.tenant_id = t.tenant_id "
                "AND s.id = t.supersedes_sop_id AND s.sop_number = t.sop_number "
                "AND s.version_number < t.version_number)",
                "supersedes_sop_id",
                "must be an earlier version with the same number",
            ),
        ),
        states=States(
            "status",
            (
                revise("Change the words", WORDS, "draft", "in_review"),
                Move("submit", "in_review", leaves=("draft",), summary="Submit for review"),
                Move(
                    "approve",
                    "approved",
                    leaves=("in_review",),
                    summary="Approve: its words can no longer be changed",
                    takes=("effective_from", "review_due_on"),
                    stamps={"approved_at": "now", "approved_by_user_id": "actor"},
                    unless=(
                        ("t.steps IS NULL AND t.content IS NULL", "write its steps or its text first"),
                        (
                            other_version("sop_documents", "sop_number", "approved"),
                            "another version of it is approved; retire that one first",
                        ),
                    ),
                ),
                retire("draft", "in_review", "approved"),
                Move(
                    "restore",
                    "draft",
                    leaves=("retired",),
                    summary="Take up again as a draft",
                    stamps={"retired_at": None, "approved_at": None, "approved_by_user_id": None},
                    unless=(
                        (
                            "EXISTS (SELECT FROM sop_completions k WHERE k.tenant_id = t.tenant_id "
                            "AND k.sop_id = t.id)",
                            "people completed it, so its words must stay; make a new version",
                        ),
                    ),
                ),
            ),
        ),
        computed={
            "is_review_overdue": Computed(
                "t.status = 'approved' AND coalesce(t.review_due_on < %(today)s, false)",
                bool,
                "Its review is late",
            )
        },
        scope=IN_FORCE,
        list_columns=(
            "sop_number",
            "version_number",
            "title",
            "category",
            "status",
            "estimated_minutes",
            "review_due_on",
        ),
        title_column="title",
        examples={"title": "Lock out a high-voltage battery", "category": "maintenance"},
    ),
    obligation(SopAssignment, "Procedure assignment", "sop", fulfilled=COMPLETED, in_time=IN_TIME),
    Resource(
        model=SopCompletion,
        label="Procedure completion",
        operations=RETIRED,
        writable=("notes", "expires_on"),
        create_only=tuple(
            "sop_id user_id completed_at method duration_minutes quiz_answers quiz_score_percent vehicle_id signed_name "
            "signature".split()
        ),
        made_by=("recorded_by_user_id",),
        hidden=("signature",),
        default_sort="-completed_at",
        expand={"sop": "sop_id", "user": "user_id", "vehicle": "vehicle_id"},
        shapes={"quiz_answers": list[QuizAnswer]},
        states=States(
            "status",
            (
                Move(
                    "sign_off",
                    "signed_off",
                    leaves=("submitted", "rejected"),
                    summary="Sign off",
                    takes=("review_comment", "expires_on"),
                    stamps={"reviewed_at": "now", "reviewed_by_user_id": "actor"},
                    unless=(
                        (
                            "t.user_id = %(actor_user)s",
                            "nobody signs off their own completion",
                        ),
                    ),
                ),
                Move(
                    "reject",
                    "rejected",
                    leaves=("submitted", "signed_off"),
                    summary="Reject",
                    takes=("review_comment",),
                    needs=("review_comment",),
                    stamps={"reviewed_at": "now", "reviewed_by_user_id": "actor"},
                ),
            ),
        ),
        computed={
            "is_valid": Computed(
                "coalesce(t.expires_on >= %(today)s, true) AND EXISTS (SELECT FROM sop_documents s "
                f"WHERE s.tenant_id = t.tenant_id AND s.id = t.sop_id AND {COUNTS.format(k='t')})",
                bool,
                "Signed off where that is demanded, its quiz passed, and not expired",
            )
        },
        scope=ACCOUNT,
        list_columns=(
            "sop_id",
            "user_id",
            "completed_at",
            "method",
            "quiz_score_percent",
            "status",
            "reviewed_by_user_id",
            "expires_on",
        ),
    ),
)
