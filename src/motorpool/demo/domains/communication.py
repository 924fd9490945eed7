"""Notifications, messages, alert rules and alerts of the demonstration. All of them are made up."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add

#: (name, kind, severity, conditions, channels, roles, active)
RULES: tuple[tuple[str, str, str, Row, tuple[str, ...], tuple[str, ...], bool], ...] = (
    (
        "Service due within a week",
        "maintenance_due",
        "warning",
        {"days_ahead": 7},
        ("in_app", "email"),
        ("fleet_manager",),
        True,
    ),
    (
        "Licence or medical card expires",
        "driver_certification",
        "warning",
        {"days_ahead": 30},
        ("in_app", "email"),
        ("fleet_manager", "safety_officer"),
        True,
    ),
    (
        "Insurance expires",
        "inspection_expiring",
        "critical",
        {"days_ahead": 14},
        ("in_app", "email"),
        ("fleet_manager",),
        True,
    ),
    (
        "Far too fast",
        "driver_behavior",
        "critical",
        {"conditions": [{"field": "speed_at_event", "operator": "gt", "value": 130}], "times": 1},
        ("in_app", "email"),
        ("safety_officer",),
        True,
    ),
    (
        "Harsh braking, three times a day",
        "driver_behavior",
        "warning",
        {
            "conditions": [{"field": "event_type", "operator": "eq", "value": "harsh_braking"}],
            "times": 3,
            "within_minutes": 1440,
        },
        ("in_app",),
        ("safety_officer",),
        True,
    ),
    (
        "Left the depot at night",
        "geofence",
        "warning",
        {"conditions": [{"field": "event_type", "operator": "eq", "value": "exit"}]},
        ("in_app",),
        ("dispatcher",),
        True,
    ),
    (
        "Idling for a quarter of an hour",
        "idle_time",
        "info",
        {"lasting_minutes": 15},
        ("in_app",),
        ("dispatcher",),
        True,
    ),
    (
        "Fuel bill over 250 USD",
        "cost_threshold",
        "warning",
        {"conditions": [{"field": "total_cost", "operator": "gt", "value": 250}]},
        ("in_app", "email"),
        ("accountant",),
        False,
    ),
)
#: (rule, hours ago, state, words)
ALERTS = (
    (0, 3, "open", "Service A is due in 412 km"),
    (0, 9, "acknowledged", "Brake fluid is due in 3 days"),
    (0, 50, "resolved", "Tire rotation is due in 5 days"),
    (1, 14, "open", "A medical card expires in 21 days"),
    (1, 120, "resolved", "A licence expires in 28 days"),
    (2, 30, "acknowledged", "The policy of two vehicles expires in 12 days"),
    (3, 5, "open", "142 km/h where 105 km/h are allowed, US-101 at Paul Ave"),
    (3, 77, "resolved", "136 km/h where 105 km/h are allowed, I-280 at Mariposa St"),
    (4, 20, "acknowledged", "Braked harshly four times in a day"),
    (4, 96, "resolved", "Braked harshly three times in a day"),
    (5, 11, "open", "Left Cab depot at 02:40"),
    (6, 2, "open", "Idles for 22 minutes at SFO taxi staging"),
    (6, 26, "resolved", "Idled for 31 minutes at Ferry Building"),
    (6, 52, "resolved", "Idled for 18 minutes at Caltrain station"),
)
#: (hours ago, kind, category, priority, title, words, read)
NOTICES = (
    (1, "alert", "safety", "high", "142 km/h on US-101", "A cab was 37 km/h too fast at Paul Ave.", False),
    (
        2,
        "approval",
        "expense",
        "medium",
        "An expense waits for approval",
        "Towing after a breakdown, 240.00 USD.",
        False,
    ),
    (
        3,
        "alert",
        "maintenance",
        "medium",
        "Service A is due",
        "In 412 km or nine days, whichever comes first.",
        False,
    ),
    (5, "system", "system", "low", "The export is ready", "Trips of last month as an Excel file.", True),
    (
        8,
        "reminder",
        "safety",
        "high",
        "A medical card expires in 21 days",
        "Without it the driver may not be assigned.",
        False,
    ),
    (20, "alert", "vehicle", "medium", "Left the depot at 02:40", "Nobody is assigned at that time.", True),
    (
        26,
        "approval",
        "maintenance",
        "medium",
        "A work order waits for approval",
        "Brake discs and pads, front axle, 512.80 USD.",
        True,
    ),
    (
        30,
        "reminder",
        "policy",
        "low",
        "A policy waits to be read",
        "Use of phones while driving, version 3.",
        True,
    ),
    (
        49,
        "alert",
        "vehicle",
        "urgent",
        "A vehicle has broken down",
        "On I-280 at Mariposa St; the tow truck is on its way.",
        True,
    ),
    (74, "system", "system", "low", "Import finished", "118 rows were read, 2 of them have errors.", True),
)
GROUPS = (
    ("Dispatch", "Whoever is on duty at the desk"),
    ("Shop", "Technicians and the parts counter"),
    ("Night shift", "Drivers and dispatch from ten to six"),
)
#: Conversations: (group or None, subject, [words in turn]), the newest last.
TALKS: tuple[tuple[int | None, str, tuple[str, ...]], ...] = (
    (
        None,
        "Spare key of the wheelchair van",
        (
            "Is the spare key still in the cabinet?",
            "No, the body shop has it until Thursday.",
            "Thanks, I will ask them to bring it along.",
        ),
    ),
    (
        0,
        "Rain from four o'clock",
        (
            "Heavy rain is forecast from four o'clock. Please expect longer trips to the airport.",
            "Two more cabs are on stand-by.",
        ),
    ),
    (
        1,
        "Brake pads are back in stock",
        (
            "The ceramic pads for the sedans arrived, twelve sets.",
            "Good, I will start with the two that were put off.",
        ),
    ),
    (2, "Street closed", ("Market St is closed between 5th and 8th from midnight until five.",)),
    (
        None,
        "Meter reading",
        (
            "The odometer of one of the pool cars jumped by 900. Did somebody mistype it?",
            "Yes, corrected. It should be 41,812.",
        ),
    ),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; times are relative to now."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    rules = add(connection, "alert_rules", tenant, _rules(now, fleet))
    add(connection, "alert_history", tenant, _alerts(now, fleet, rules))
    add(connection, "notifications", tenant, _notices(now, fleet))
    add(
        connection,
        "notification_preferences",
        tenant,
        [
            {
                "user_id": user,
                "quiet_hours_enabled": True,
                "quiet_hours_start": time(22),
                "quiet_hours_end": time(6, 30),
                "notification_settings": {"system": {"email": False}},
            }
            for user in fleet.users[:2]
        ],
    )
    groups = add(
        connection,
        "message_groups",
        tenant,
        [{"name": name, "description": text, "created_by_user_id": fleet.users[0]} for name, text in GROUPS],
    )
    members = [{"group_id": group, "user_id": user} for group in groups for user in fleet.users[:6]]
    add(connection, "message_group_members", tenant, members)
    if len(fleet.users) > 1:
        add(connection, "messages", tenant, _messages(connection, now, fleet, groups))


def _rules(now: datetime, fleet: DemoFleet) -> list[Row]:
    rows: list[Row] = []
    for number, (name, kind, severity, conditions, channels, roles, active) in enumerate(RULES):
        fired = [hours for rule, hours, _, _ in ALERTS if rule == number]
        row: Row = {
            "rule_name": name,
            "description": "Made up for the demonstration",
            "alert_type": kind,
            "severity": severity,
            "trigger_conditions": conditions,
            "notification_channels": list(channels),
            "recipient_roles": list(roles),
            "is_active": active,
            "cooldown_minutes": 1440 if "days_ahead" in conditions else 60,
            "last_triggered_at": now - timedelta(hours=min(fired)) if fired else None,
            "created_by_user_id": fleet.users[0],
        }
        if kind == "geofence":
            row |= {"active_from": time(22), "active_until": time(5)}
        if severity == "critical":
            row |= {"escalate_after_minutes": 120, "escalate_to_roles": ["admin"]}
        rows.append(row)
    return rows


def _alerts(now: datetime, fleet: DemoFleet, rules: list[UUID]) -> list[Row]:
    rows: list[Row] = []
    for number, (rule, hours, status, words) in enumerate(ALERTS):
        fired = now - timedelta(hours=hours)
        about_driver = RULES[rule][1] == "driver_certification"
        things = fleet.drivers if about_driver and fleet.drivers else fleet.vehicles
        row: Row = {
            "alert_rule_id": rules[rule],
            "alert_type": RULES[rule][1],
            "severity": RULES[rule][2],
            "status": status,
            "entity_type": "driver" if things is fleet.drivers else "vehicle",
            "entity_id": things[number * 5 % len(things)],
            "alert_message": words,
            "fired_at": fired,
        }
        person = fleet.users[number % len(fleet.users)]
        if status != "open":
            row |= {"acknowledged_by_user_id": person, "acknowledged_at": fired + timedelta(minutes=35)}
        if status == "resolved":
            row |= {"resolved_by_user_id": person, "resolved_at": fired + timedelta(hours=1, minutes=50)}
            row["resolution_notes"] = "Talked to the driver" if rule in (3, 4, 6) else "Done"
        rows.append(row)
    return rows


def _notices(now: datetime, fleet: DemoFleet) -> list[Row]:
    rows: list[Row] = []
    for user in fleet.users[:4]:
        for number, (hours, kind, category, priority, title, words, is_read) in enumerate(NOTICES):
            told = now - timedelta(hours=hours)
            vehicle = fleet.vehicles[number * 7 % len(fleet.vehicles)]
            row: Row = {
                "user_id": user,
                "notification_type": kind,
                "category": category,
                "priority": priority,
                "title": title,
                "message": words,
                "is_read": is_read,
                "read_at": told + timedelta(minutes=25) if is_read else None,
                "delivery_channels": ["in_app"],
                "created_at": told,
            }
            if category in ("vehicle", "maintenance", "safety"):
                row |= {"entity_type": "vehicle", "entity_id": vehicle, "action_url": f"/vehicles/{vehicle}"}
            rows.append(row)
    return rows


def _messages(
    connection: psycopg.Connection[Any], now: datetime, fleet: DemoFleet, groups: list[UUID]
) -> list[Row]:
    rows: list[Row] = []
    for number, (group, subject, words) in enumerate(TALKS):
        answer = connection.execute("SELECT uuidv7()").fetchone()
        assert answer is not None
        pair = (fleet.users[0], fleet.users[1 + number % (len(fleet.users) - 1)])
        parent: UUID | None = None
        for turn, text in enumerate(words):
            key = connection.execute("SELECT uuidv7()").fetchone()
            assert key is not None
            sent = now - timedelta(hours=30 - 6 * number, minutes=-14 * turn)
            is_read = turn + 1 < len(words) or number > 1
            row: Row = {
                "id": key[0],
                "conversation_id": answer[0],
                "sender_user_id": pair[(turn + 1) % 2],
                "recipient_user_id": None if group is not None else pair[turn % 2],
                "recipient_group_id": groups[group] if group is not None else None,
                "subject": subject,
                "message_body": text,
                "parent_message_id": parent,
                "is_read": group is None and is_read,
                "read_at": sent + timedelta(minutes=9) if group is None and is_read else None,
                "sent_at": sent,
            }
            rows.append(row)
            parent = key[0]
    return rows
