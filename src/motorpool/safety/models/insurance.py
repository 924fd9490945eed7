"""Insurance policies and the claims on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class InsurancePolicy(TenantModel, Timestamped):
    """Fleet insurance policy tracking."""

    __tablename__ = "insurance_policies"
    __facts__ = TableFacts(
        search=("policy_number", "insurance_carrier", "policy_type", "agent_name"),
        ref_arrays={"covered_vehicles": "vehicles", "covered_drivers": "drivers"},
        audit_ignore=("claims_filed", "total_claims_paid"),
    )
    __unique__ = ("policy_number",)
    __indexes__ = (
        "tenant_id, policy_type, is_active",
        "policy_end_date, renewal_status",
        "tenant_id, policy_end_date",
        "tenant_id, insurance_carrier",
        "tenant_id, vendor_id",
    )
    __table_args__ = (
        one_of("renewal_status", "current", "renewed"),
        CheckConstraint("policy_end_date >= policy_start_date", name="the_policy_ends_after_it_starts"),
        CheckConstraint(
            "premium_amount >= 0 AND deductible >= 0 AND total_claims_paid >= 0", name="amounts_from_zero"
        ),
        CheckConstraint("claims_filed >= 0", name="claims_are_counted_from_zero"),
        CheckConstraint("renewal_reminder_days >= 0", name="reminder_days_from_zero"),
        CheckConstraint("renewed_by_id <> id", name="a_policy_does_not_renew_itself"),
        {"comment": "Fleet insurance policy tracking"},
    )

    policy_number: Mapped[str] = mapped_column(String(100))
    insurance_carrier: Mapped[str] = mapped_column(String(255))
    naic_code: Mapped[str | None] = mapped_column(
        String(10),
        comment="Number of the insurer at the National Association of Insurance Commissioners, as on insurance cards",
    )
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="The insurer or broker as vendor")
    policy_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as auto_liability, physical_damage, cargo, workers_comp"
    )
    coverage_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as comprehensive, collision, liability"
    )
    policy_start_date: Mapped[date] = mapped_column(comment="First day of cover")
    policy_end_date: Mapped[date] = mapped_column(comment="Last day of cover")
    premium_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="For the whole term")
    deductible: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="Own share of each loss")
    coverage_limits: Mapped[Any | None] = mapped_column(
        JSONB, comment="{bodily_injury: 1000000, property_damage: 500000}"
    )
    covered_vehicles: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="Array of vehicle IDs; null: the whole fleet"
    )
    covered_drivers: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="Array of driver IDs; null: all drivers"
    )
    agent_name: Mapped[str | None] = mapped_column(String(255))
    agent_contact: Mapped[str | None] = mapped_column(String(255), comment="Phone or e-mail")
    policy_document_url: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[UUID | None] = reference("documents", comment="The policy, when it is kept here")
    renewal_status: Mapped[str] = mapped_column(
        String(20), server_default="current", comment="What was decided; current_status also knows the term"
    )
    renewal_reminder_days: Mapped[int] = mapped_column(
        server_default="60", comment="Days before the end from which it counts as expiring"
    )
    renewed_by_id: Mapped[UUID | None] = reference("insurance_policies", comment="The policy that follows it")
    claims_filed: Mapped[int] = mapped_column(server_default="0")
    total_claims_paid: Mapped[Decimal] = mapped_column(Numeric(12, 2), server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default="true", comment="false: it was cancelled")
    cancelled_on: Mapped[date | None] = mapped_column(
        comment="Last day of cover of a policy that was cancelled mid-term"
    )
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    agreed_end_date: Mapped[date | None] = mapped_column(
        comment="The end that was agreed, of a policy that was cancelled mid-term"
    )


class InsuranceClaim(TenantModel, Timestamped):
    """A claim on an insurance policy, ours or another party's."""

    __tablename__ = "insurance_claims"
    __facts__ = TableFacts(search=("claim_number", "insurer", "adjuster_name", "description"))
    __unique__ = ("claim_number",)
    __indexes__ = (
        "tenant_id, filed_on DESC",
        "tenant_id, status, filed_on DESC",
        "insurance_policy_id",
        "incident_id",
        "accident_report_id",
        "vehicle_id",
    )
    __table_args__ = (
        one_of("status", "filed", "under_review", "approved", "denied", "settled", "closed"),
        one_of("direction", "own", "against_us"),
        CheckConstraint(
            "claimed_amount >= 0 AND reserve_amount >= 0 AND paid_amount >= 0 AND deductible_paid >= 0",
            name="amounts_from_zero",
        ),
        CheckConstraint("filed_on >= loss_on", name="it_is_filed_after_the_loss"),
        CheckConstraint("settled_on >= filed_on", name="it_is_settled_after_it_was_filed"),
        {"comment": "Insurance claims, from filing to settlement"},
    )

    claim_number: Mapped[str] = mapped_column(
        String(100), comment="The insurer's number, ours until it is known"
    )
    insurance_policy_id: Mapped[UUID | None] = reference("insurance_policies")
    insurer: Mapped[str | None] = mapped_column(String(255), comment="When it is not one of our policies")
    direction: Mapped[str] = mapped_column(
        String(20), server_default="own", comment="We claim, or another party claims against us"
    )
    claim_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as collision, comprehensive, liability, bodily_injury, cargo, workers_comp"
    )
    incident_id: Mapped[UUID | None] = reference("incidents")
    accident_report_id: Mapped[UUID | None] = reference("accident_reports")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    loss_on: Mapped[date | None] = mapped_column(comment="Day of the loss")
    filed_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(20), server_default="filed")
    description: Mapped[str | None] = mapped_column(Text)
    claimant: Mapped[str | None] = mapped_column(String(255), comment="The other party, when it claims")
    adjuster_name: Mapped[str | None] = mapped_column(String(255))
    adjuster_contact: Mapped[str | None] = mapped_column(String(255), comment="Phone or e-mail")
    claimed_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    reserve_amount: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), comment="What the insurer set aside"
    )
    paid_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="What the insurer paid")
    deductible_paid: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="What we paid ourselves")
    settled_on: Mapped[date | None]
    denial_reason: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    filed_by_user_id: Mapped[UUID | None] = reference("users")
