"""Budgets, where costs are charged, and the months that are closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

LINE = ("tenant_id", "fiscal_year", "fiscal_period", "department", "cost_center", "category")


class BudgetAllocation(TenantModel, Timestamped):
    """Department/fleet budget tracking."""

    __tablename__ = "budget_allocations"
    __facts__ = TableFacts(
        search=("department", "cost_center", "category"),
        audit_ignore=("spent_amount", "committed_amount", "remaining_amount", "percent_utilized"),
    )
    __indexes__ = (
        "tenant_id, fiscal_year, fiscal_period",
        "department, category",
        "tenant_id, category",
        "tenant_id, cost_center",
        "department_id",
    )
    __table_args__ = (
        Index("uq_budget_allocations_line", *LINE, unique=True, postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "allocated_amount >= 0 AND spent_amount >= 0 AND committed_amount >= 0", name="amounts_from_zero"
        ),
        CheckConstraint(
            "warn_at_percent > 0 AND critical_at_percent >= warn_at_percent",
            name="critical_comes_after_warning",
        ),
        {"comment": "Department/fleet budget tracking"},
    )

    fiscal_year: Mapped[int]
    fiscal_period: Mapped[str | None] = mapped_column(
        String(20), comment="Such as Q1, Q2, Q3, Q4, JAN, FEB; null: the whole year"
    )
    department: Mapped[str | None] = mapped_column(String(100), comment="Name as in the budget")
    department_id: Mapped[UUID | None] = reference("departments")
    cost_center: Mapped[str | None] = mapped_column(String(100))
    category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as fuel, maintenance, insurance, depreciation"
    )
    allocated_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    spent_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), server_default="0")
    committed_amount: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="POs not yet invoiced"
    )
    remaining_amount: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), Computed("allocated_amount - spent_amount - committed_amount", persisted=True)
    )
    percent_utilized: Mapped[Decimal | None] = mapped_column(
        Numeric(17, 2),
        Computed("(spent_amount + committed_amount) / NULLIF(allocated_amount, 0) * 100", persisted=True),
        comment="Percent of the allocation that is spent or committed",
    )
    warn_at_percent: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="80", comment="Percent used from which it warns"
    )
    critical_at_percent: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), server_default="95", comment="Percent used from which it is critical"
    )
    notes: Mapped[str | None] = mapped_column(Text)


class CostAllocation(TenantModel):
    """Allocate expenses to departments/projects."""

    __tablename__ = "cost_allocations"
    __facts__ = TableFacts(
        search=("department", "cost_center", "project_code"),
        polymorphic=(
            Polymorphic(
                "source_type",
                "source_id",
                {
                    "expense": "expenses",
                    "invoice": "invoices",
                    "fuel_transaction": "fuel_transactions",
                    "maintenance_record": "maintenance_records",
                    "depreciation_entry": "depreciation_entries",
                    "insurance_policy": "insurance_policies",
                },
            ),
        ),
    )
    __indexes__ = (
        "tenant_id, allocation_date DESC",
        "source_type, source_id",
        "department, cost_center",
        "tenant_id, source_id",
        "tenant_id, project_code",
        "vehicle_id",
        "department_id",
    )
    __table_args__ = (
        one_of("allocation_method", "manual", "automatic", "usage_based"),
        CheckConstraint("allocated_amount >= 0", name="allocated_amount_from_zero"),
        CheckConstraint("allocation_percentage BETWEEN 0 AND 100", name="percentage_from_0_to_100"),
        {"comment": "Allocate expenses to departments/projects"},
    )

    source_type: Mapped[str] = mapped_column(
        String(50), comment="Such as expense, invoice, fuel_transaction, maintenance_record"
    )
    source_id: Mapped[UUID] = mapped_column(comment="The record whose cost is charged")
    allocation_date: Mapped[date]
    department: Mapped[str | None] = mapped_column(String(100), comment="Name as in the budget")
    department_id: Mapped[UUID | None] = reference("departments")
    cost_center: Mapped[str | None] = mapped_column(String(100))
    project_code: Mapped[str | None] = mapped_column(String(100))
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    allocated_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    allocation_percentage: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Percent of the record's amount"
    )
    allocation_method: Mapped[str | None] = mapped_column(String(50))
    notes: Mapped[str | None] = mapped_column(Text)
    created_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AccountingPeriod(TenantModel, Timestamped):
    """A month or other span of the books. Spans do not overlap, and are closed in their order."""

    __tablename__ = "accounting_periods"
    __unique__ = ("period",)
    __indexes__ = ("tenant_id, starts_on DESC", "tenant_id, status")
    __table_args__ = (
        one_of("status", "open", "closed"),
        CheckConstraint("ends_on >= starts_on", name="end_after_start"),
        ExcludeConstraint(
            ("tenant_id", "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_accounting_periods_span",
            using="gist",
        ),
        {"comment": "Spans of the books, closed in their order"},
    )

    period: Mapped[str] = mapped_column(String(20), comment="Such as 2026-07 or 2026-Q3")
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(comment="Last day")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    closed_at: Mapped[datetime | None]
    closed_by_user_id: Mapped[UUID | None] = reference("users")
    reopen_reason: Mapped[str | None] = mapped_column(Text)
