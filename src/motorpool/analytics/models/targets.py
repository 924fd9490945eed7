"""What the fleet wants to reach, and what others reach."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    SharedModel,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

TARGET_MET = """coalesce(CASE target_direction WHEN 'at_most' THEN current_value <= target_value
    ELSE current_value >= target_value END, false)"""
#: The share of the way that was made; a goal of at most 0 that is not met has none.
PERCENT_TO_TARGET = """greatest(least(round(100 * CASE target_direction
    WHEN 'at_most' THEN target_value / nullif(current_value, 0)
    ELSE current_value / nullif(target_value, 0) END, 2), 9999999.99), -9999999.99)"""


class KpiTarget(TenantModel, Timestamped):
    """A goal for one figure over one period."""

    __tablename__ = "kpi_targets"
    __facts__ = TableFacts(search=("kpi_name", "metric_type", "department", "vehicle_group"))
    __indexes__ = (
        "tenant_id, kpi_category, period_start_date DESC",
        "tenant_id, period_end_date, target_met",
        "tenant_id, kpi_name, id",
        "tenant_id, period_start_date",
        "tenant_id, department_id",
        "tenant_id, vehicle_group_id",
    )
    __table_args__ = (
        one_of("period_type", "monthly", "quarterly", "yearly"),
        one_of("trend", "improving", "declining", "stable"),
        one_of("target_direction", "at_least", "at_most"),
        CheckConstraint("period_end_date > period_start_date", name="period_ends_after_it_starts"),
        {"comment": "KPI goals and target tracking"},
    )

    kpi_name: Mapped[str] = mapped_column(String(255))
    kpi_category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as safety, efficiency, cost, utilization, compliance"
    )
    metric_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as mpg, cost_per_mile, accidents_per_million_miles"
    )
    target_value: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    target_direction: Mapped[str] = mapped_column(
        String(20),
        server_default="at_least",
        comment="Whether more is better (mpg) or less (cost per mile)",
    )
    warning_value: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 4), comment="Beyond this it is called at risk, although the target is not reached"
    )
    current_value: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 4), comment="As last measured or entered, in the unit of the target"
    )
    unit_of_measure: Mapped[str | None] = mapped_column(
        String(50), comment="Such as mpg, USD per mile, percent, hours"
    )
    period_type: Mapped[str | None] = mapped_column(String(20))
    period_start_date: Mapped[date]
    period_end_date: Mapped[date] = mapped_column(comment="Last day of the period")
    department: Mapped[str | None] = mapped_column(String(100), comment="Name; see also the reference")
    department_id: Mapped[UUID | None] = reference("departments", comment="Whose goal it is")
    vehicle_group: Mapped[str | None] = mapped_column(String(100), comment="Name; see also the reference")
    vehicle_group_id: Mapped[UUID | None] = reference("vehicle_groups", comment="Which vehicles count")
    target_met: Mapped[bool] = mapped_column(Computed(TARGET_MET, persisted=True))
    percent_to_target: Mapped[Decimal | None] = mapped_column(
        Numeric(9, 2), Computed(PERCENT_TO_TARGET, persisted=True), comment="100: exactly reached"
    )
    trend: Mapped[str | None] = mapped_column(String(20), comment="Against the period before")
    notes: Mapped[str | None] = mapped_column(Text)
    created_by_user_id: Mapped[UUID | None] = reference("users")


class BenchmarkData(SharedModel):
    """What a figure is elsewhere: in an industry, a region, fleets of a size."""

    __tablename__ = "benchmark_data"
    __facts__ = TableFacts(ownership="shared_or_own", search=("metric_name", "data_source"))
    __unique__ = ("metric_name, industry_type, fleet_size_category, region, period",)
    __indexes__ = (
        "benchmark_category, industry_type, fleet_size_category",
        "metric_name, region, period",
        "tenant_id, as_of_date DESC",
        "tenant_id, benchmark_category",
    )
    __table_args__ = (
        CheckConstraint(
            "(percentile_25 IS NULL OR percentile_50 IS NULL OR percentile_25 <= percentile_50) AND "
            "(percentile_50 IS NULL OR percentile_75 IS NULL OR percentile_50 <= percentile_75) AND "
            "(percentile_75 IS NULL OR percentile_90 IS NULL OR percentile_75 <= percentile_90)",
            name="percentiles_are_in_order",
        ),
        CheckConstraint("sample_size > 0", name="sample_size_is_above_0"),
        {"comment": "Industry benchmark comparisons"},
    )

    benchmark_category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as fuel_efficiency, maintenance_cost, safety"
    )
    metric_name: Mapped[str] = mapped_column(
        String(255), comment="Such as cost_per_mile, mpg, preventable_accidents_per_million_miles"
    )
    industry_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as transportation, utilities, government, construction"
    )
    fleet_size_category: Mapped[str | None] = mapped_column(
        String(50), comment="Such as small, medium, large, enterprise"
    )
    region: Mapped[str | None] = mapped_column(String(100))
    benchmark_value: Mapped[Decimal] = mapped_column(Numeric(12, 4), comment="Mean, in the unit of measure")
    percentile_25: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    percentile_50: Mapped[Decimal | None] = mapped_column(Numeric(12, 4), comment="Median")
    percentile_75: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    percentile_90: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    sample_size: Mapped[int | None] = mapped_column(comment="Fleets behind the figure")
    data_source: Mapped[str | None] = mapped_column(String(255), comment="Who published it")
    unit_of_measure: Mapped[str | None] = mapped_column(String(50))
    period: Mapped[str | None] = mapped_column(String(20), comment="Such as 2024-Q4, 2024")
    as_of_date: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
