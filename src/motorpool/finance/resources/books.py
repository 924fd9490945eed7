"""Budgets, cost allocation, accounting periods and depreciation."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Move, Resource, Scope, States
from motorpool.finance.models import (
    AccountingPeriod,
    BudgetAllocation,
    CostAllocation,
    DepreciationEntry,
    DepreciationSchedule,
)
from motorpool.finance.resources.closing import closed_period
from motorpool.fleet.resources import OF_DEPARTMENT, vehicle_scope

PERIOD_STATES = States(
    "status",
    (
        Move(
            "close",
            "closed",
            leaves=("open",),
            summary="Close the books of this period",
            stamps={"closed_at": "now", "closed_by_user_id": "actor"},
            unless=(
                (
                    "EXISTS (SELECT FROM accounting_periods p WHERE p.tenant_id = t.tenant_id AND p.status = 'open' "
                    "AND p.starts_on < t.starts_on)",
                    "an earlier period is still open",
                ),
            ),
        ),
        Move(
            "reopen",
            "open",
            leaves=("closed",),
            summary="Open the books of this period again",
            needs=("reopen_reason",),
            stamps={"closed_at": None, "closed_by_user_id": None},
            unless=(
                (
                    "EXISTS (SELECT FROM accounting_periods p WHERE p.tenant_id = t.tenant_id AND p.status = 'closed' "
                    "AND p.starts_on > t.starts_on)",
                    "a later period is closed",
                ),
            ),
        ),
    ),
)

BOOKS = (
    Resource(
        model=BudgetAllocation,
        label="Budget allocation",
        operations=FULL,
        writable=tuple(
            "fiscal_year fiscal_period department department_id cost_center category allocated_amount warn_at_percent "
            "critical_at_percent notes".split()
        ),
        filters=tuple("id fiscal_year department category cost_center department_id budget_state".split()),
        default_sort="-fiscal_year",
        computed={
            "budget_state": Computed(
                "CASE WHEN t.spent_amount + t.committed_amount > t.allocated_amount THEN 'overspent' "
                "WHEN t.percent_utilized >= t.critical_at_percent THEN 'critical' "
                "WHEN t.percent_utilized >= t.warn_at_percent THEN 'warning' ELSE 'ok' END",
                Literal["ok", "warning", "critical", "overspent"],
                "How much of it is used, by its own thresholds",
            )
        },
        scope=Scope(department=OF_DEPARTMENT),
        list_columns=(
            "fiscal_year",
            "fiscal_period",
            "department",
            "category",
            "allocated_amount",
            "spent_amount",
            "committed_amount",
            "remaining_amount",
            "percent_utilized",
            "budget_state",
        ),
        title_column="category",
    ),
    Resource(
        model=CostAllocation,
        label="Cost allocation",
        operations=FULL,
        writable=tuple(
            "allocation_date department department_id cost_center project_code vehicle_id allocated_amount "
            "allocation_percentage allocation_method notes".split()
        ),
        create_only=("source_type", "source_id"),
        default_sort="-allocation_date",
        made_by=("created_by_user_id",),
        locks=(closed_period("t.allocation_date", open=("notes",)),),
        rules=(
            (
                "t.allocation_percentage IS NULL OR (SELECT sum(o.allocation_percentage) FROM cost_allocations o "
                "WHERE o.tenant_id = t.tenant_id AND o.source_type = t.source_type AND o.source_id = t.source_id) <= 100",
                "allocation_percentage",
                "would charge more than 100 % of the record",
            ),
        ),
        scope=Scope(department=OF_DEPARTMENT),
        list_columns=(
            "allocation_date",
            "source_type",
            "source_id",
            "department",
            "cost_center",
            "project_code",
            "vehicle_id",
            "allocated_amount",
            "allocation_percentage",
        ),
        title_column="source_type",
    ),
    Resource(
        model=AccountingPeriod,
        label="Accounting period",
        writable=("period", "starts_on", "ends_on"),
        default_sort="-starts_on",
        states=PERIOD_STATES,
        list_columns=("period", "starts_on", "ends_on", "status", "closed_at", "closed_by_user_id"),
        title_column="period",
    ),
    Resource(
        model=DepreciationSchedule,
        label="Depreciation schedule",
        writable=tuple(
            "depreciation_method declining_factor purchase_price salvage_value useful_life_years useful_life_miles "
            "depreciation_start_date is_active".split()
        ),
        create_only=("vehicle_id",),
        default_sort="-depreciation_start_date",
        rules=(
            (
                "t.depreciation_method = 'units_of_production' OR t.useful_life_years IS NOT NULL",
                "useful_life_years",
                "must be given for this method",
            ),
            (
                "t.depreciation_method <> 'units_of_production' OR t.useful_life_miles IS NOT NULL",
                "useful_life_miles",
                "must be given for units of production",
            ),
        ),
        scope=vehicle_scope(),
        list_columns=(
            "vehicle_id",
            "depreciation_method",
            "purchase_price",
            "salvage_value",
            "useful_life_years",
            "current_book_value",
            "accumulated_depreciation",
            "is_active",
        ),
        title_column="depreciation_start_date",
    ),
    Resource(
        model=DepreciationEntry,
        label="Depreciation entry",
        plural="Depreciation entries",
        operations=READ_ONLY,
        default_sort="-period_start_date",
        list_columns=(
            "depreciation_schedule_id",
            "period",
            "depreciation_amount",
            "beginning_book_value",
            "ending_book_value",
            "miles_driven",
        ),
        title_column="period",
    ),
)
