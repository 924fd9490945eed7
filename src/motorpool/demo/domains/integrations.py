"""Connections, webhooks and calendars of the demonstration, switched off: nothing is ever sent anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add

#: (name, kind, provider, address, way of signing in, minutes, state of the last run)
CONNECTIONS = (
    (
        "Telematics of the pool cars",
        "telematics",
        "samsara",
        "https://telematics.example/api",
        "api_key",
        5,
        "success",
    ),
    ("Fuel cards", "fuel_card", "wex", "https://fuel.example/v2", "oauth2", 720, "success"),
    ("City accounts", "accounting", "quickbooks", "https://accounts.example/v3", "oauth2", 1440, "failed"),
    ("Purchasing", "erp", "ariba", "https://purchasing.example/api", "basic_auth", 1440, None),
)
OPERATIONS = ("pull_vehicles", "pull_transactions", "push_invoices", "pull_orders")
#: (name, address, events, failures in a row)
HOOKS = (
    (
        "Work orders to the shop's screen",
        "https://shop.example/hooks/work-orders",
        ["work_order.created", "work_order.completed"],
        0,
    ),
    ("Incidents to the insurer", "https://insurer.example/in/incidents", ["incident.reported"], 6),
    ("Everything to the data platform", "https://data.example/motorpool", None, 10),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; times are relative to now."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = add(connection, "api_integrations", tenant, _connections(now))
    add(connection, "integration_logs", tenant, _runs(now, made))
    add(
        connection,
        "external_system_mappings",
        tenant,
        [
            {
                "integration_id": made[0],
                "entity_type": "vehicle",
                "internal_id": vehicle,
                "external_id": f"2814749{number:05}",
                "external_system": "samsara",
                "last_synced_at": now - timedelta(minutes=12),
            }
            for number, vehicle in enumerate(fleet.vehicles[:25])
        ],
    )
    hooks = add(
        connection,
        "webhook_subscriptions",
        tenant,
        [
            {
                "webhook_name": name,
                "endpoint_url": address,
                "event_types": events,
                "is_active": False,
                "consecutive_failures": failures,
                "success_count": 180 - 40 * number,
                "failure_count": failures + number,
                "last_triggered_at": now - timedelta(hours=3 + number),
                "paused_at": now - timedelta(hours=3) if failures >= 10 else None,
                "created_by_user_id": fleet.users[0],
            }
            for number, (name, address, events, failures) in enumerate(HOOKS)
        ],
    )
    add(connection, "webhook_deliveries", tenant, _deliveries(now, hooks))
    _calendars(connection, tenant, now, fleet)


def _connections(now: datetime) -> list[Row]:
    return [
        {
            "integration_name": name,
            "integration_type": kind,
            "provider": provider,
            "api_endpoint": address,
            "authentication_type": way,
            "is_active": False,
            "sync_enabled": False,
            "sync_frequency_minutes": minutes,
            "sync_status": status,
            "last_sync_at": now - timedelta(minutes=12 + minutes) if status else None,
            "last_error": "401 invalid_grant: the refresh token has expired" if status == "failed" else None,
            "configuration": {"demo": "made up"},
        }
        for name, kind, provider, address, way, minutes, status in CONNECTIONS
    ]


def _runs(now: datetime, made: list[UUID]) -> list[Row]:
    """The last runs of each connection; the third has been failing since yesterday."""
    rows: list[Row] = []
    for number, key in enumerate(made[:3]):
        for run in range(14):
            rejected = 2 if (number, run) == (1, 4) else 0
            failed = number == 2 and run < 2
            records = 0 if failed else 120 - 31 * number + run
            status = "failed" if failed else "partial" if rejected else "success"
            rows.append(
                {
                    "integration_id": key,
                    "log_type": "push" if number == 2 else "pull",
                    "operation": OPERATIONS[number],
                    "records_processed": records,
                    "records_succeeded": records - rejected,
                    "records_failed": rejected,
                    "execution_time_ms": 240 + 37 * run,
                    "status": status,
                    "error_details": {"status": 401, "error": "invalid_grant"} if failed else None,
                    "occurred_at": now
                    - timedelta(minutes=12)
                    - timedelta(hours=run * (1 + 11 * (number > 0))),
                }
            )
    return rows


def _deliveries(now: datetime, hooks: list[UUID]) -> list[Row]:
    rows: list[Row] = []
    for number, key in enumerate(hooks):
        events = HOOKS[number][2] or ["trip.ended", "vehicle.updated"]
        for attempt in range(10):
            failed = attempt < HOOKS[number][3]
            triggered = now - timedelta(hours=3 + number + 2 * attempt)
            row: Row = {
                "webhook_subscription_id": key,
                "event_type": events[attempt % len(events)],
                "payload": {"event": events[attempt % len(events)], "demo": True},
                "delivery_status": "failed" if failed else "success",
                "delivery_attempt": 4 if failed else 1,
                "response_status": None if failed and number == 2 else 503 if failed else 200,
                "error_message": "no answer in 30 s" if failed and number == 2 else None,
                "duration_ms": 30_000 if failed and number == 2 else 85 + 13 * attempt,
                "triggered_at": triggered,
                "delivered_at": None if failed else triggered + timedelta(seconds=1),
            }
            rows.append(row)
    return rows


def _calendars(connection: psycopg.Connection[Any], tenant: UUID, now: datetime, fleet: DemoFleet) -> None:
    add(
        connection,
        "calendar_integrations",
        tenant,
        [
            {
                "user_id": user,
                "provider": ("microsoft", "google")[number % 2],
                "calendar_id": f"demo-calendar-{number + 1}",
                "calendar_name": ("Work", "Fleet office", "Shop bays")[number % 3],
                "is_primary": True,
                "is_enabled": False,
                "sync_direction": ("two_way", "one_way")[number % 2],
                "last_sync_at": now - timedelta(hours=2),
                "sync_status": "success",
            }
            for number, user in enumerate(fleet.users[:3])
        ],
    )
    add(
        connection,
        "microsoft_graph_sync",
        tenant,
        [
            {
                "user_id": user,
                "sync_type": kind,
                "last_sync_at": now - timedelta(hours=2, minutes=number),
                "sync_status": "success" if number != 3 else "failed",
                "error_message": "The mailbox could not be reached" if number == 3 else None,
                "items_synced": 14 + number * 5 if number != 3 else 0,
                "items_failed": 0,
                "sync_duration_ms": 900 + 120 * number,
            }
            for number, (user, kind) in enumerate(
                (user, kind) for user in fleet.users[:2] for kind in ("calendar", "email")
            )
        ],
    )
