"""What the analytics domain offers."""

from __future__ import annotations

from motorpool.analytics.models import (
    AnalyticsCache,
    BenchmarkData,
    Dashboard,
    KpiTarget,
    ReportExecution,
    SavedReport,
)
from motorpool.analytics.shapes import (
    Columns,
    Filters,
    Grouping,
    Layout,
    ReportConfig,
    Sharing,
    Sorting,
    Widgets,
)
from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Resource, Scope

SHARED_WITH_ME = (
    "t.created_by_user_id = %(actor_user)s OR t.is_public "
    "OR t.access_control -> 'user_ids' @> to_jsonb(%(actor_user)s::text)"
)
RUNS_OF_MINE = (
    "t.executed_by_user_id = %(actor_user)s OR EXISTS (SELECT FROM saved_reports r WHERE r.tenant_id = t.tenant_id "
    "AND r.id = t.saved_report_id AND r.created_by_user_id = %(actor_user)s)"
)
KPI_STANDING = """CASE WHEN t.current_value IS NULL THEN 'not_measured' WHEN t.target_met THEN 'met'
    WHEN t.warning_value IS NULL THEN CASE WHEN t.period_end_date < %(today)s THEN 'missed' ELSE 'behind' END
    WHEN (t.target_direction = 'at_most' AND t.current_value <= t.warning_value)
      OR (t.target_direction = 'at_least' AND t.current_value >= t.warning_value) THEN 'at_risk'
    WHEN t.period_end_date < %(today)s THEN 'missed' ELSE 'behind' END"""

RESOURCES = (
    Resource(
        model=SavedReport,
        label="Saved report",
        operations=FULL,
        writable=tuple(
            "report_name report_type report_category description report_config filters columns grouping sorting "
            "chart_types schedule_enabled schedule_frequency schedule_day schedule_time email_recipients file_format "
            "is_public is_favorite access_control".split()
        ),
        made_by=("created_by_user_id",),
        shapes={
            "report_config": ReportConfig,
            "filters": Filters,
            "columns": Columns,
            "grouping": Grouping,
            "sorting": Sorting,
            "access_control": Sharing,
        },
        default_sort="report_name",
        scope=Scope(own=SHARED_WITH_ME),
        list_columns=(
            "report_name",
            "report_category",
            "report_type",
            "schedule_frequency",
            "last_run_at",
            "created_by_user_id",
        ),
        title_column="report_name",
        examples={
            "report_name": "Cost per mile by department",
            "report_type": "fleet_utilization",
            "report_config": {"source": "vehicles", "joins": ["department"], "period": "last_month"},
            "columns": [{"column": "department.name"}, {"column": "id", "aggregate": "count"}],
        },
    ),
    Resource(
        model=ReportExecution,
        label="Report run",
        operations=READ_ONLY,
        default_sort="-executed_at",
        scope=Scope(own=RUNS_OF_MINE),
        hidden=("file_id",),
        list_columns=(
            "executed_at",
            "saved_report_id",
            "status",
            "execution_type",
            "row_count",
            "execution_time_ms",
            "executed_by_user_id",
        ),
        title_column="executed_at",
    ),
    Resource(
        model=Dashboard,
        label="Dashboard",
        operations=FULL,
        writable=tuple(
            "dashboard_name description dashboard_type layout_config widgets refresh_interval_seconds is_default "
            "is_public access_control".split()
        ),
        made_by=("created_by_user_id",),
        shapes={"layout_config": Layout, "widgets": Widgets, "access_control": Sharing},
        default_sort="dashboard_name",
        scope=Scope(own=SHARED_WITH_ME),
        list_columns=(
            "dashboard_name",
            "dashboard_type",
            "created_by_user_id",
            "is_default",
            "is_public",
            "last_viewed_at",
        ),
        title_column="dashboard_name",
        examples={"dashboard_name": "Morning round", "dashboard_type": "operational"},
    ),
    Resource(
        model=KpiTarget,
        label="KPI target",
        operations=FULL,
        writable=tuple(
            "kpi_name kpi_category metric_type target_value target_direction warning_value current_value "
            "unit_of_measure period_type period_start_date period_end_date department department_id vehicle_group "
            "vehicle_group_id notes".split()
        ),
        made_by=("created_by_user_id",),
        computed={
            "standing": Computed(
                KPI_STANDING, str, "met, at_risk, behind, missed (the period is over) or not_measured"
            )
        },
        default_sort="-period_end_date",
        scope=Scope(department="t.department_id = ANY (%(reach_departments)s)"),
        list_columns=(
            "kpi_name",
            "standing",
            "current_value",
            "target_value",
            "unit_of_measure",
            "period_end_date",
            "department",
        ),
        title_column="kpi_name",
        examples={
            "kpi_name": "Cost per mile",
            "metric_type": "cost_per_mile",
            "target_value": "0.62",
            "target_direction": "at_most",
        },
    ),
    Resource(
        model=BenchmarkData,
        label="Benchmark",
        plural="Benchmarks",
        operations=FULL,
        writable=tuple(
            "benchmark_category metric_name industry_type fleet_size_category region benchmark_value percentile_25 "
            "percentile_50 percentile_75 percentile_90 sample_size data_source unit_of_measure period "
            "as_of_date".split()
        ),
        list_columns=(
            "metric_name",
            "benchmark_value",
            "unit_of_measure",
            "industry_type",
            "fleet_size_category",
            "region",
            "period",
        ),
        title_column="metric_name",
    ),
    Resource(
        model=AnalyticsCache,
        label="Cached figure",
        operations=READ_ONLY,
        default_sort="-created_at",
        list_columns=(
            "cache_key",
            "cache_type",
            "aggregation_level",
            "period_start",
            "is_stale",
            "expires_at",
        ),
        title_column="cache_key",
    ),
)
