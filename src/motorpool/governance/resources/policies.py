"""Policies, their versions, who acknowledges them, what their evaluation gave."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from motorpool.core.resource.declaration import (
    APPEND_ONLY,
    RETIRED,
    Computed,
    Move,
    Numbered,
    Resource,
    States,
)
from motorpool.governance.models import (
    Policy,
    PolicyAcknowledgment,
    PolicyAssignment,
    PolicyVersion,
)
from motorpool.governance.resources.obligations import obligation
from motorpool.governance.resources.reach import ACCOUNT, IN_FORCE
from motorpool.governance.rules.versions import other_version
from motorpool.governance.shapes import Audience, PolicyRule, QuizAnswer, QuizQuestion

UNWRITTEN = (
    "NOT EXISTS (SELECT FROM policy_versions v WHERE v.tenant_id = t.tenant_id AND v.policy_id = t.id)",
    "write a version first",
)
PUBLISHED = (
    "SELECT {what} FROM policy_versions v WHERE v.tenant_id = t.tenant_id AND v.policy_id = t.id "
    "AND v.status = 'published'"
)
POLICY_OF_VERSION = (
    "FROM policy_versions v JOIN policies p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id "
    "WHERE v.tenant_id = t.tenant_id AND v.id = t.policy_version_id"
)
#: The last day on which an acknowledgement of policy `p` counts.
ENDS_ON = "({k}.acknowledged_at AT TIME ZONE %(time_zone)s)::date + p.acknowledgment_valid_days"
PASSED = "(v.passing_score_percent IS NULL OR k.quiz_score_percent >= v.passing_score_percent)"
#: An acknowledgement by the assigned person that still speaks of the words in force: of the published version, or of an
#: earlier one where no later version asked for a new one.
ACKNOWLEDGED = f"""EXISTS (
    SELECT FROM policy_acknowledgments k
    JOIN policy_versions v ON v.tenant_id = k.tenant_id AND v.id = k.policy_version_id
    JOIN policies p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
    WHERE k.tenant_id = t.tenant_id AND k.user_id = t.user_id AND v.policy_id = t.policy_id AND {PASSED}
    AND NOT EXISTS (SELECT FROM policy_versions n WHERE n.tenant_id = v.tenant_id AND n.policy_id = v.policy_id
        AND n.version_number > v.version_number AND n.status IN ('published', 'superseded')
        AND n.requires_new_acknowledgment)
    AND {{in_time}})"""
IN_TIME = f"(p.acknowledgment_valid_days IS NULL OR {ENDS_ON.format(k='k')} >= %(today)s)"
WORDS = (
    "title content change_summary document_id rules quiz passing_score_percent requires_new_acknowledgment "
    "effective_from"
)

POLICY = Resource(
    model=Policy,
    label="Policy",
    plural="Policies",
    operations=RETIRED,
    writable=tuple(
        "policy_number title category description enforcement_mode severity applies_to owner_user_id department_id "
        "regulation_reference effective_from effective_until review_interval_months last_reviewed_on review_due_on "
        "requires_acknowledgment acknowledgment_due_days acknowledgment_valid_days blocks_assignment "
        "requires_dual_control requires_mfa confidence_score".split()
    ),
    made_by=("created_by_user_id",),
    numbered=Numbered("policy_number", "POL-{number:04}"),
    default_sort="title",
    shapes={"applies_to": Audience},
    states=States(
        "status",
        (
            Move(
                "test",
                "testing",
                leaves=("draft",),
                summary="Try it out: evaluated, without effect",
                unless=(UNWRITTEN,),
            ),
            Move(
                "approve",
                "approved",
                leaves=("draft", "testing"),
                summary="Approve",
                stamps={"approved_at": "now", "approved_by_user_id": "actor"},
                unless=(
                    UNWRITTEN,
                    (
                        "t.requires_dual_control AND t.created_by_user_id = %(actor_user)s",
                        "it demands two people; somebody other than its author must approve it",
                    ),
                ),
            ),
            Move(
                "activate",
                "active",
                leaves=("approved", "deprecated"),
                summary="Put into force",
                takes=("effective_from", "effective_until"),
                stamps={"activated_at": "now", "deprecated_at": None},
                unless=(
                    (
                        f"NOT EXISTS ({PUBLISHED.format(what='')})",
                        "publish a version of it first",
                    ),
                ),
            ),
            Move(
                "revise",
                "draft",
                leaves=("testing", "approved"),
                summary="Back to the draft",
                stamps={"approved_at": None, "approved_by_user_id": None},
            ),
            Move(
                "deprecate",
                "deprecated",
                leaves=("active",),
                summary="Take out of force",
                takes=("effective_until",),
                stamps={"deprecated_at": "now"},
            ),
            Move(
                "archive",
                "archived",
                leaves=("draft", "testing", "approved", "deprecated"),
                summary="Archive",
                stamps={"archived_at": "now"},
                final=True,
            ),
            Move(
                "restore",
                "draft",
                leaves=("archived",),
                summary="Take out of the archive",
                stamps={"archived_at": None, "approved_at": None, "approved_by_user_id": None},
            ),
        ),
    ),
    computed={
        "is_in_force": Computed(
            "t.status = 'active' AND coalesce(t.effective_from <= %(today)s, true) "
            "AND coalesce(t.effective_until >= %(today)s, true)",
            bool,
            "Active, and today lies between its first and its last day",
        ),
        "is_review_overdue": Computed(
            "t.status = 'active' AND coalesce(t.review_due_on < %(today)s, false)", bool, "Its review is late"
        ),
        "published_version": Computed(
            PUBLISHED.format(what="v.version_number"), int, "Number of the version that counts"
        ),
    },
    scope=IN_FORCE,
    list_columns=(
        "policy_number",
        "title",
        "category",
        "status",
        "enforcement_mode",
        "published_version",
        "effective_from",
        "review_due_on",
    ),
    title_column="title",
    examples={"title": "Use of a handheld phone while driving", "category": "safety", "severity": "high"},
)

VERSION = Resource(
    model=PolicyVersion,
    label="Policy version",
    operations=APPEND_ONLY,
    create_only=tuple(f"policy_id version_number {WORDS}".split()),
    made_by=("created_by_user_id",),
    default_sort="-created_at",
    expand={"policy": "policy_id", "document": "document_id"},
    shapes={"rules": list[PolicyRule], "quiz": list[QuizQuestion]},
    states=States(
        "status",
        (
            Move(
                "revise",
                "draft",
                leaves=("draft", "in_review"),
                summary="Change the words",
                takes=tuple(WORDS.split()),
                stamps={"reviewed_by_user_id": None},
            ),
            Move("submit", "in_review", leaves=("draft",), summary="Submit for review"),
            Move(
                "publish",
                "published",
                leaves=("draft", "in_review"),
                summary="Publish: its words can no longer be changed",
                takes=("effective_from",),
                stamps={
                    "published_at": "now",
                    "published_by_user_id": "actor",
                    "reviewed_by_user_id": "actor",
                },
                unless=(
                    (
                        other_version("policy_versions", "policy_id", "published"),
                        "another version is published; supersede that one first",
                    ),
                    (
                        "EXISTS (SELECT FROM policies p WHERE p.tenant_id = t.tenant_id AND p.id = t.policy_id "
                        "AND p.requires_dual_control) AND t.created_by_user_id = %(actor_user)s",
                        "it demands two people; somebody other than its author must publish it",
                    ),
                ),
            ),
            Move(
                "supersede",
                "superseded",
                leaves=("published",),
                summary="Withdraw, for another version to take its place",
                stamps={"superseded_at": "now"},
                final=True,
            ),
        ),
    ),
    scope=IN_FORCE,
    list_columns=("policy_id", "version_number", "title", "status", "effective_from", "published_at"),
    title_column="title",
)

ASSIGNMENT = obligation(
    PolicyAssignment, "Policy assignment", "policy", fulfilled=ACKNOWLEDGED, in_time=IN_TIME
)

ACKNOWLEDGMENT = Resource(
    model=PolicyAcknowledgment,
    label="Policy acknowledgement",
    operations=APPEND_ONLY,
    create_only=tuple(
        "policy_version_id user_id acknowledged_at method signed_name signature document_id quiz_answers "
        "quiz_score_percent comment".split()
    ),
    made_by=("recorded_by_user_id",),
    hidden=("signature",),
    filters=("id", "policy_version_id", "user_id", "acknowledged_at", "policy_id"),
    default_sort="-acknowledged_at",
    expand={"policy_version": "policy_version_id", "user": "user_id"},
    shapes={"quiz_answers": list[QuizAnswer]},
    rules=(
        (
            "NOT EXISTS (SELECT FROM policy_versions v WHERE v.tenant_id = t.tenant_id "
            "AND v.id = t.policy_version_id AND v.status IN ('draft', 'in_review'))",
            "policy_version_id",
            "is not published yet",
        ),
        (
            "t.quiz_score_percent IS NOT NULL OR NOT EXISTS (SELECT FROM policy_versions v WHERE v.tenant_id = "
            "t.tenant_id AND v.id = t.policy_version_id AND v.passing_score_percent IS NOT NULL)",
            "quiz_score_percent",
            "is required: this version has a quiz that must be passed",
        ),
        (
            "t.acknowledged_at <= now() + interval '10 minutes'",
            "acknowledged_at",
            "must not lie in the future",
        ),
    ),
    computed={
        "policy_id": Computed(f"SELECT v.policy_id {POLICY_OF_VERSION}", UUID, "The policy of the version"),
        "quiz_passed": Computed(
            f"SELECT t.quiz_score_percent >= v.passing_score_percent {POLICY_OF_VERSION}",
            bool,
            "null: the version has no quiz",
        ),
        "expires_on": Computed(
            f"SELECT {ENDS_ON.format(k='t')} {POLICY_OF_VERSION}",
            date,
            "Last day on which it counts; null: until a new version asks for another",
        ),
        "is_current": Computed(
            "NOT EXISTS (SELECT FROM policy_acknowledgments k "
            "JOIN policy_versions n ON n.tenant_id = k.tenant_id AND n.id = k.policy_version_id "
            "JOIN policy_versions v ON v.tenant_id = n.tenant_id AND v.policy_id = n.policy_id "
            "WHERE k.tenant_id = t.tenant_id AND k.user_id = t.user_id AND v.id = t.policy_version_id "
            "AND (k.acknowledged_at, k.id) > (t.acknowledged_at, t.id))",
            bool,
            "The latest of this person for this policy",
        ),
    },
    scope=ACCOUNT,
    list_columns=(
        "user_id",
        "policy_version_id",
        "acknowledged_at",
        "method",
        "quiz_score_percent",
        "quiz_passed",
        "is_current",
        "expires_on",
    ),
)

RESOURCES = (POLICY, VERSION, ASSIGNMENT, ACKNOWLEDGMENT)
