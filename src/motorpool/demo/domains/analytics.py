"""Reports, dashboards, goals and benchmarks of the demonstration. The benchmarks are made up and say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add

#: (name, type, category, source, period, columns, rhythm, day)
REPORTS = (
    (
        "Fleet list",
        "vehicle_list",
        "operations",
        "vehicles",
        "all",
        ("vehicle_number", "make", "status"),
        None,
        None,
    ),
    (
        "Trips of last week",
        "trip_log",
        "operations",
        "trips",
        "last_week",
        ("vehicle_id", "distance_km"),
        "weekly",
        1,
    ),
    (
        "Fuel by vehicle",
        "fuel_analysis",
        "finance",
        "fuel_transactions",
        "last_month",
        ("vehicle_id", "id"),
        "monthly",
        2,
    ),
    (
        "Open work orders",
        "maintenance_costs",
        "maintenance",
        "maintenance_records",
        "all",
        ("id",),
        "daily",
        None,
    ),
    (
        "Licences that expire",
        "compliance",
        "compliance",
        "drivers",
        "all",
        ("full_name", "license_expires_on"),
        "monthly",
        1,
    ),
    ("Incidents of the quarter", "safety", "safety", "incidents", "this_quarter", ("id",), "quarterly", 3),
    (
        "Vendors and what they got",
        "spending",
        "finance",
        "invoices",
        "last_12_months",
        ("vendor_id", "total_amount"),
        None,
        None,
    ),
)
#: (name, type, widgets as (id, type, title))
DASHBOARDS = (
    (
        "Morning round",
        "operational",
        (("vehicles", "figure", "Vehicles on the road"), ("map", "map", "Where they are")),
    ),
    ("Costs", "financial", (("fuel", "chart", "Fuel by month"), ("orders", "table", "Dearest work orders"))),
    (
        "Safety",
        "safety",
        (("incidents", "gauge", "Incidents per 100,000 km"), ("expiring", "list", "Papers that expire")),
    ),
)
#: (name, category, measure, unit, direction, target, warning, spread)
GOALS = (
    ("Cost per kilometre", "cost", "cost_per_km", "USD per km", "at_most", 0.42, 0.46, 0.05),
    ("Vehicles available", "utilization", "availability", "percent", "at_least", 94.0, 91.0, 3.0),
    ("Services done in time", "compliance", "pm_on_time", "percent", "at_least", 95.0, 90.0, 6.0),
    ("Harsh events per 100 km", "safety", "harsh_events_per_100km", "events", "at_most", 1.5, 2.0, 0.5),
    ("Fuel per 100 km", "efficiency", "liters_per_100km", "litres", "at_most", 11.5, 12.5, 1.2),
)
MADE_UP = "Example figures of the demonstration"


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; times are relative to now."""
    random = Random(20260301)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    reports = add(connection, "saved_reports", tenant, _reports(now, fleet))
    add(connection, "report_executions", tenant, _runs(now, fleet, reports, random))
    add(connection, "dashboards", tenant, _dashboards(now, fleet))
    add(connection, "kpi_targets", tenant, _goals(now.date(), fleet, random))
    add(connection, "benchmark_data", tenant, _benchmarks(now.date()))


def _reports(now: datetime, fleet: DemoFleet) -> list[Row]:
    return [
        {
            "report_name": name,
            "report_type": kind,
            "report_category": category,
            "report_config": {"source": source, "period": period},
            "columns": [{"column": column} for column in columns],
            "sorting": [{"column": columns[0], "descending": False}],
            "chart_types": ["table"],
            "schedule_enabled": False,
            "schedule_frequency": rhythm,
            "schedule_day": day,
            "schedule_time": time(6, 30) if rhythm else None,
            "file_format": "pdf" if category in ("safety", "compliance") else "excel",
            "is_public": number % 2 == 0,
            "is_favorite": number < 2,
            "created_by_user_id": fleet.users[number % min(len(fleet.users), 3)],
            "last_run_at": now - timedelta(days=number, hours=3),
            "run_count": 3,
        }
        for number, (name, kind, category, source, period, columns, rhythm, day) in enumerate(REPORTS)
    ]


def _runs(now: datetime, fleet: DemoFleet, reports: list[UUID], random: Random) -> list[Row]:
    rows: list[Row] = []
    for number, report in enumerate(reports):
        for age in range(3):
            failed = number == 4 and age == 2
            rows.append(
                {
                    "saved_report_id": report,
                    "executed_by_user_id": fleet.users[number % min(len(fleet.users), 3)],
                    "execution_type": "manual",
                    "row_count": None if failed else random.randint(12, 480),
                    "execution_time_ms": random.randint(90, 2400),
                    "file_format": "pdf" if number in (4, 5) else "excel",
                    "status": "timeout" if failed else "completed",
                    "error_message": "It took longer than 60 seconds; narrow the period." if failed else None,
                    "executed_at": now - timedelta(days=number + 7 * age, hours=3),
                }
            )
    return rows


def _dashboards(now: datetime, fleet: DemoFleet) -> list[Row]:
    return [
        {
            "dashboard_name": name,
            "dashboard_type": kind,
            "layout_config": {"columns": 12, "row_height": 80, "gap": 16},
            "widgets": [
                {
                    "widget_id": widget,
                    "type": what,
                    "title": title,
                    "config": {},
                    "position": {"x": 6 * place, "y": 0},
                    "size": {"width": 6, "height": 4},
                }
                for place, (widget, what, title) in enumerate(widgets)
            ],
            "is_default": number == 0,
            "is_public": True,
            "created_by_user_id": fleet.users[0],
            "last_viewed_at": now - timedelta(hours=5 * number + 1),
            "view_count": 40 - 11 * number,
        }
        for number, (name, kind, widgets) in enumerate(DASHBOARDS)
    ]


def _goals(today: date, fleet: DemoFleet, random: Random) -> list[Row]:
    """Six months of each goal, the last one under way; trends follow from the values."""
    rows: list[Row] = []
    for name, category, measure, unit, direction, target, warning, spread in GOALS:
        before: float | None = None
        for age in range(5, -1, -1):
            first = _month(today, -age)
            value = round(random.uniform(target - spread, target + spread), 2)
            better = before is not None and (value < before) == (direction == "at_most")
            rows.append(
                {
                    "kpi_name": name,
                    "kpi_category": category,
                    "metric_type": measure,
                    "target_value": target,
                    "target_direction": direction,
                    "warning_value": warning,
                    "current_value": value,
                    "unit_of_measure": unit,
                    "period_type": "monthly",
                    "period_start_date": first,
                    "period_end_date": _month(today, 1 - age) - timedelta(days=1),
                    "trend": None if before is None else "improving" if better else "declining",
                    "created_by_user_id": fleet.users[0],
                }
            )
            before = value
    return rows


def _month(today: date, months: int) -> date:
    """The first day of a month, counted from this one."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _benchmarks(today: date) -> list[Row]:
    return [
        {
            "benchmark_category": category,
            "metric_name": measure,
            "industry_type": industry,
            "fleet_size_category": "medium",
            "benchmark_value": round(target * factor, 4),
            "percentile_25": round(target * factor * 0.85, 4),
            "percentile_50": round(target * factor, 4),
            "percentile_75": round(target * factor * 1.12, 4),
            "percentile_90": round(target * factor * 1.3, 4),
            "data_source": MADE_UP,
            "unit_of_measure": unit,
            "period": str(today.year - 1),
            "as_of_date": date(today.year - 1, 12, 31),
        }
        for _, category, measure, unit, _, target, _, _ in GOALS
        for industry, factor in (("government", 1.05), ("transportation", 0.97))
    ]
