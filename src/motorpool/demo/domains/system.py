"""Settings, flags, retention, saved views, and what went in and out of the demonstration's tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add

#: (key, value, type, category, what it is)
SETTINGS = (
    ("fleet.week_starts_on", "monday", "string", "general", "First day of the week in calendars"),
    ("fleet.fiscal_year_starts_in", 7, "number", "general", "Month in which the financial year begins"),
    (
        "maintenance.remind_days_before",
        14,
        "number",
        "maintenance",
        "Days before a service at which people are told",
    ),
    (
        "maintenance.block_overdue",
        False,
        "boolean",
        "maintenance",
        "Vehicles with an overdue service cannot be reserved",
    ),
    (
        "safety.critical_incident_roles",
        ["safety_officer", "admin"],
        "json",
        "safety",
        "Who is told of a critical incident",
    ),
    (
        "finance.approval_limit",
        500,
        "number",
        "finance",
        "Amount above which an expense needs a second person, USD",
    ),
)
#: (key, name, on, percent, what it is)
FLAGS = (
    ("new_dispatch_board", "New dispatch board", True, 25, "The board with lanes for each depot"),
    ("route_suggestions", "Route suggestions", False, 0, "Order of stops is proposed"),
    ("quick_inspections", "Quick inspections", True, 100, "Inspections on the phone with one hand"),
)
#: (name, table, days, archive)
RETENTION = (
    ("Positions for two years", "vehicle_locations", 730, True),
    ("Engine readings for one year", "obd_telemetry", 365, True),
    ("Activity for one year", "user_activity_log", 365, False),
    ("Webhook deliveries for 30 days", "webhook_deliveries", 30, False),
)
#: (name, list, columns, filters, sort, shared)
VIEWS = (
    (
        "In the shop",
        "vehicles",
        ["vehicle_number", "make", "model", "status"],
        {"status": "in_shop"},
        "vehicle_number",
        True,
    ),
    (
        "Licence next",
        "drivers",
        ["full_name", "license_class", "license_expires_on"],
        None,
        "license_expires_on",
        True,
    ),
    ("Long trips", "trips", None, None, "-started_at", False),
)
#: (table, file, rows, created, updated, failed)
IMPORTS = (
    ("vehicles", "pool-cars-2026.xlsx", 84, 76, 5, 3),
    ("drivers", "drivers from HR.csv", 61, 61, 0, 0),
    ("vendors", "vendors.csv", 23, 19, 4, 0),
)
MISTAKES = (
    (14, "vin", "VIN", "1FT-UNKNOWN-UNIT-44", "expected str of length <= 17", "wrong_type"),
    (37, "model_year", "Year", "next year", "must be a whole number, such as 12", "wrong_type"),
    (52, "department_id", "Dept", "PARKS & REC", "names no department that exists here", "unknown_reference"),
)
#: (table, format, filters, rows)
EXPORTS = (
    ("vehicles", "excel", {"status": "active"}, 71),
    ("trips", "csv", {"sort": "-started_at"}, 1240),
    ("drivers", "pdf", None, 61),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; times are relative to now."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    keys = ("setting_key", "setting_value", "setting_type", "category", "description")
    settings = [dict(zip(keys, setting, strict=True)) for setting in SETTINGS]
    for row in settings:
        row["setting_value"] = Jsonb(row["setting_value"])
        row["last_modified_by_user_id"] = fleet.users[0]
    add(connection, "system_settings", tenant, settings)
    add(
        connection,
        "feature_flags",
        tenant,
        [
            {
                "flag_key": key,
                "flag_name": name,
                "is_enabled": on,
                "rollout_percentage": percent,
                "description": text,
                "created_by_user_id": fleet.users[0],
            }
            for key, name, on, percent, text in FLAGS
        ],
    )
    add(
        connection,
        "data_retention_policies",
        tenant,
        [
            {
                "policy_name": name,
                "table_name": table,
                "retention_days": days,
                "archive_before_delete": archive,
                "is_active": False,
            }
            for name, table, days, archive in RETENTION
        ],
    )
    add(
        connection,
        "list_views",
        tenant,
        [
            {
                "user_id": fleet.users[0],
                "name": name,
                "collection": collection,
                "columns": columns,
                "filters": filters,
                "sort": sort,
                "is_shared": shared,
            }
            for name, collection, columns, filters, sort, shared in VIEWS
        ],
    )
    imports = add(connection, "import_jobs", tenant, _imports(now, fleet))
    add(
        connection,
        "import_errors",
        tenant,
        [
            {
                "import_job_id": imports[0],
                "row_number": row,
                "field": field,
                "heading": heading,
                "value": value,
                "message": message,
                "code": code,
            }
            for row, field, heading, value, message, code in MISTAKES
        ],
    )
    add(connection, "export_jobs", tenant, _exports(now, fleet))


def _imports(now: datetime, fleet: DemoFleet) -> list[Row]:
    return [
        {
            "import_type": table,
            "file_name": file,
            "file_size_bytes": 180 * rows,
            "row_count": rows,
            "rows_processed": rows,
            "rows_succeeded": rows - failed,
            "rows_failed": failed,
            "rows_created": created,
            "rows_updated": updated,
            "status": "completed",
            "error_log": [
                {"row": row, "field": field, "error": text} for row, field, _, _, text, _ in MISTAKES
            ]
            if failed
            else None,
            "started_at": now - timedelta(days=40 - number, minutes=1),
            "completed_at": now - timedelta(days=40 - number),
            "imported_by_user_id": fleet.users[0],
            "created_at": now - timedelta(days=40 - number, minutes=4),
        }
        for number, (table, file, rows, created, updated, failed) in enumerate(IMPORTS)
    ]


def _exports(now: datetime, fleet: DemoFleet) -> list[Row]:
    return [
        {
            "export_type": table,
            "export_format": form,
            "filters": filters,
            "row_count": rows,
            "rows_total": rows,
            "file_size_bytes": 150 * rows,
            "expires_at": now - timedelta(days=3 + 4 * number),
            "status": "expired",
            "started_at": now - timedelta(days=10 + 4 * number),
            "completed_at": now - timedelta(days=10 + 4 * number),
            "requested_by_user_id": fleet.users[0],
            "created_at": now - timedelta(days=10 + 4 * number, minutes=1),
        }
        for number, (table, form, filters, rows) in enumerate(EXPORTS)
    ]
