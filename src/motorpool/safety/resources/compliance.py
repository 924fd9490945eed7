"""Papers and insurance."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, Computed, Move, Numbered, Resource, Scope, States, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.safety import shapes
from motorpool.safety.models import (
    ComplianceDocument,
    InsuranceClaim,
    InsurancePolicy,
)

#: What is about a vehicle, driver or facility is reached with it.
OF_ENTITY = (
    "(t.entity_type = 'vehicle' AND EXISTS (SELECT FROM vehicles v WHERE v.tenant_id = t.tenant_id "
    "AND v.id = t.entity_id AND v.{vehicle} = ANY ({ids}))) OR (t.entity_type = 'driver' AND EXISTS (SELECT FROM drivers d "
    "WHERE d.tenant_id = t.tenant_id AND d.id = t.entity_id AND d.{driver} = ANY ({ids})))"
)

DOCUMENT_STATES = States(
    "status",
    (
        Move(
            "renew",
            "renewed",
            leaves=("active",),
            summary="Another document takes its place",
            takes=("renewed_by_id", "notes"),
        ),
        Move(
            "reactivate",
            "active",
            leaves=("renewed",),
            summary="It is in force after all",
            stamps={"renewed_by_id": None},
        ),
        Move(
            "verify",
            "active",
            leaves=("active",),
            summary="Confirm that it is genuine",
            needs=("verification_method",),
            stamps={"verified_at": "now", "verified_by_user_id": "actor"},
        ),
    ),
)

POLICY_STATES = States(
    "renewal_status",
    (
        Move(
            "renew",
            "renewed",
            leaves=("current",),
            summary="Another policy follows it",
            takes=("renewed_by_id",),
        ),
        Move(
            "undo_renewal",
            "current",
            leaves=("renewed",),
            summary="It was not renewed after all",
            stamps={"renewed_by_id": None},
        ),
    ),
)

CLAIM_STATES = States(
    "status",
    (
        Move(
            "review",
            "under_review",
            leaves=("filed",),
            summary="The insurer looks into it",
            takes=("adjuster_name", "adjuster_contact", "reserve_amount"),
        ),
        Move(
            "approve",
            "approved",
            leaves=("filed", "under_review", "denied"),
            summary="The insurer will pay",
            takes=("reserve_amount", "notes"),
            stamps={"denial_reason": None},
        ),
        Move(
            "deny",
            "denied",
            leaves=("filed", "under_review", "approved"),
            summary="The insurer will not pay",
            needs=("denial_reason",),
        ),
        Move(
            "settle",
            "settled",
            leaves=("approved",),
            summary="It is paid",
            takes=("deductible_paid",),
            needs=("paid_amount", "settled_on"),
        ),
        Move("close", "closed", leaves=("settled", "denied"), summary="Nothing is left to do"),
        Move(
            "reopen",
            "under_review",
            leaves=("settled", "denied", "closed"),
            summary="Take it up again",
            stamps={"settled_on": None},
        ),
    ),
)

COMPLIANCE = (
    Resource(
        model=ComplianceDocument,
        label="Compliance document",
        operations=FULL,
        writable=tuple(
            "document_type entity_type entity_id document_number issuing_authority issue_date expiration_date "
            "renewal_required renewal_reminder_days document_url document_id compliance_requirements notes".split()
        ),
        filters=tuple(
            "id document_type entity_type entity_id issue_date expiration_date status current_status".split()
        ),
        default_sort="expiration_date",
        states=DOCUMENT_STATES,
        computed={
            "current_status": Computed(
                "CASE WHEN t.status = 'renewed' THEN 'renewed' WHEN t.expiration_date < %(today)s THEN 'expired' "
                "WHEN t.expiration_date <= %(today)s::date + t.renewal_reminder_days THEN 'expiring_soon' ELSE 'active' END",
                Literal["active", "expiring_soon", "expired", "renewed"],
                "The status today: expired after the last day, expiring soon within the reminder days before it",
            ),
            "days_left": Computed(
                "CASE WHEN t.status = 'active' THEN t.expiration_date - %(today)s::date END",
                int,
                "Days until it expires; negative since it has",
            ),
        },
        scope=Scope(
            facility="(t.entity_type = 'facility' AND t.entity_id = ANY (%(reach_facilities)s)) OR "
            + OF_ENTITY.format(vehicle="facility_id", driver="home_facility_id", ids="%(reach_facilities)s"),
            department=OF_ENTITY.format(
                vehicle="department_id", driver="department_id", ids="%(reach_departments)s"
            ),
            own="t.entity_type = 'driver' AND t.entity_id = %(actor_driver)s",
        ),
        list_columns=(
            "document_type",
            "entity_type",
            "document_number",
            "issuing_authority",
            "expiration_date",
            "current_status",
            "days_left",
        ),
        title_column="document_type",
        examples={"document_type": "medical_card", "entity_type": "driver"},
    ),
    Resource(
        model=InsurancePolicy,
        label="Insurance policy",
        plural="Insurance policies",
        writable=tuple(
            "policy_number insurance_carrier naic_code vendor_id policy_type coverage_type policy_start_date policy_end_date "
            "premium_amount deductible coverage_limits covered_vehicles covered_drivers agent_name agent_contact "
            "policy_document_url document_id renewal_reminder_days is_active".split()
        ),
        filters=tuple(
            "id policy_number policy_type insurance_carrier vendor_id policy_end_date is_active current_status".split()
        ),
        default_sort="policy_end_date",
        states=POLICY_STATES,
        computed={
            "current_status": Computed(
                "CASE WHEN NOT t.is_active OR t.cancelled_on < %(today)s THEN 'cancelled' "
                "WHEN t.renewal_status = 'renewed' THEN 'renewed' "
                "WHEN t.policy_end_date < %(today)s THEN 'expired' WHEN t.policy_start_date > %(today)s THEN 'upcoming' "
                "WHEN t.policy_end_date <= %(today)s::date + t.renewal_reminder_days THEN 'expiring' ELSE 'current' END",
                Literal["upcoming", "current", "expiring", "expired", "renewed", "cancelled"],
                "The status today: expiring within the reminder days before its end, expired after it",
            ),
            "is_in_force": Computed(
                "t.is_active AND %(today)s BETWEEN t.policy_start_date AND t.policy_end_date",
                bool,
                "It covers today",
            ),
        },
        verbs=(
            Verb("cover", "Say which vehicles an insurance policy covers"),
            Verb("cancel", "Cancel an insurance policy before its term is over"),
        ),
        shapes={"coverage_limits": shapes.CoverageLimits},
        list_columns=(
            "policy_number",
            "insurance_carrier",
            "policy_type",
            "policy_start_date",
            "policy_end_date",
            "premium_amount",
            "current_status",
        ),
        title_column="policy_number",
    ),
    Resource(
        model=InsuranceClaim,
        label="Insurance claim",
        writable=tuple(
            "claim_number insurance_policy_id insurer direction claim_type incident_id accident_report_id vehicle_id loss_on "
            "filed_on description claimant adjuster_name adjuster_contact claimed_amount reserve_amount notes".split()
        ),
        default_sort="-filed_on",
        made_by=("filed_by_user_id",),
        numbered=Numbered("claim_number", "CLM-{year}-{number:05}"),
        states=CLAIM_STATES,
        scope=vehicle_scope(),
        list_columns=(
            "claim_number",
            "insurance_policy_id",
            "claim_type",
            "vehicle_id",
            "filed_on",
            "status",
            "claimed_amount",
            "paid_amount",
        ),
        title_column="claim_number",
    ),
)
