"""Policies, procedures, training, checks, onboarding and workflows of the demonstration. All of them are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, governance_texts as texts
from motorpool.demo.domains.governance_people import load_checks, load_onboarding, load_training
from motorpool.demo.domains.governance_workflows import load_workflows
from motorpool.demo.domains.inserting import Row, add, numbers

_COUNTER = "INSERT INTO counters (tenant_id, name, year, value) VALUES (%s, %s, 0, %s)"
#: (policy, title, severity, state, days ago, days until due)
VIOLATIONS = (
    (0, "Phone in hand on Market Street", "high", "open", 1, 6),
    (4, "Idled 41 minutes at the airport line", "low", "open", 2, 12),
    (3, "Twelve hours of driving on Friday", "critical", "investigating", 3, -1),
    (2, "No inspection before the first trip", "medium", "investigating", 5, 2),
    (5, "Order split in two below the limit", "medium", "open", 6, 8),
    (0, "Phone in hand, seen by a passenger", "high", "resolved", 12, -2),
    (6, "Weekend trip to Tahoe in a pool vehicle", "medium", "resolved", 20, -8),
    (7, "Track of a colleague looked up without a case", "high", "resolved", 26, -14),
    (4, "Idled 25 minutes beside the depot", "low", "dismissed", 30, -20),
    (2, "No inspection before the first trip", "medium", "dismissed", 41, -30),
)
DECISIONS = ("allow", "allow", "allow", "warn", "allow", "require_approval", "allow", "deny")


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    policies, versions = _policies(connection, tenant, fleet, now)
    runs = load_workflows(connection, tenant, fleet, now)
    _enforcement(connection, tenant, fleet, now, policies, versions, runs)
    procedures = _procedures(connection, tenant, fleet, now)
    courses = load_training(connection, tenant, fleet, now)
    checklists = load_checks(connection, tenant, fleet, now)
    references = {
        "policy_id": policies[0],
        "sop_id": procedures[2],
        "training_module_id": courses[0],
        "checklist_id": checklists[0],
    }
    load_onboarding(connection, tenant, fleet, now, references)


def _policies(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, now: datetime
) -> tuple[list[UUID], list[UUID]]:
    today, chief = now.date(), fleet.users[0]
    rows: list[Row] = []
    for number, (title, category, severity, mode, status, law, days, text) in enumerate(texts.POLICIES, 1):
        ever = status in ("active", "deprecated")
        since = now - timedelta(days=40 * number)
        rows.append(
            {
                "policy_number": f"POL-{number:04}",
                "title": title,
                "category": category,
                "description": text,
                "status": status,
                "enforcement_mode": mode,
                "severity": severity,
                "applies_to": {"everyone": True} if number % 3 else {"roles": ["driver", "dispatcher"]},
                "owner_user_id": fleet.users[number % len(fleet.users)],
                "regulation_reference": law,
                "effective_from": since.date() if ever else None,
                "effective_until": today - timedelta(days=30) if status == "deprecated" else None,
                "review_interval_months": 12,
                "review_due_on": today + timedelta(days=55 * number - 90) if status == "active" else None,
                "acknowledgment_valid_days": days,
                "blocks_assignment": severity == "critical",
                "requires_dual_control": severity == "critical",
                "created_by_user_id": chief,
                "approved_by_user_id": chief if ever or status == "approved" else None,
                "approved_at": since - timedelta(days=3) if ever or status == "approved" else None,
                "activated_at": since if ever else None,
                "deprecated_at": now - timedelta(days=30) if status == "deprecated" else None,
                "created_at": since - timedelta(days=20),
            }
        )
    policies = add(connection, "policies", tenant, rows)
    connection.execute(_COUNTER, (tenant, "policies", len(rows)))
    versions: list[Row] = []
    for number, row in enumerate(rows):
        ever = row["activated_at"] is not None
        second = number % 4 == 1
        for version in (1, 2) if second else (1,):
            latest = version == 2 or not second
            made = row["created_at"] + timedelta(days=12 * version)
            versions.append(
                {
                    "policy_id": row["id"],
                    "version_number": version,
                    "title": row["title"],
                    "content": f"# {row['title']}\n\n{row['description']}\n",
                    "change_summary": "Rewritten in plain words" if version == 2 else None,
                    "quiz": texts.QUIZ if number == 0 else None,
                    "passing_score_percent": 66 if number == 0 else None,
                    "status": ("published" if latest else "superseded") if ever else "draft",
                    "effective_from": row["effective_from"],
                    "created_by_user_id": chief,
                    "published_by_user_id": chief if ever else None,
                    "published_at": made if ever else None,
                    "superseded_at": None if latest or not ever else made + timedelta(days=12),
                    "created_at": made - timedelta(days=5),
                }
            )
    add(connection, "policy_versions", tenant, versions)
    current = {row["policy_id"]: row for row in versions if row["status"] == "published"}
    _acknowledgements(connection, tenant, fleet, now, rows, current)
    latest_of = {row["policy_id"]: row["id"] for row in versions}
    return policies, [latest_of[key] for key in policies]


def _acknowledgements(
    connection: psycopg.Connection[Any],
    tenant: UUID,
    fleet: DemoFleet,
    now: datetime,
    policies: list[Row],
    current: dict[UUID, Row],
) -> None:
    assignments: list[Row] = []
    done: list[Row] = []
    active = [row for row in policies if row["status"] == "active"]
    for number, (policy, user) in enumerate(product(active, fleet.users)):
        since = max(current[policy["id"]]["published_at"], now - timedelta(days=420))
        waits = number % 5 == 3
        due = (
            now.date() + timedelta(days=(-4, 5, 12)[number % 3])
            if waits
            else since.date() + timedelta(days=14)
        )
        assignments.append(
            {
                "policy_id": policy["id"],
                "user_id": user,
                "due_on": due,
                "reason": "new_version" if number % 2 else "hire",
                "assigned_by_user_id": fleet.users[0],
                "assigned_at": since if not waits else now - timedelta(days=10),
            }
        )
        if not waits:
            quiz = policy is policies[0]
            done.append(
                {
                    "policy_version_id": current[policy["id"]]["id"],
                    "user_id": user,
                    "acknowledged_at": since + timedelta(days=1 + number % 12, hours=number % 9),
                    "method": "paper" if number % 7 == 0 else "electronic",
                    "quiz_score_percent": "100" if quiz else None,
                    "recorded_by_user_id": user,
                }
            )
    add(connection, "policy_assignments", tenant, assignments)
    add(connection, "policy_acknowledgments", tenant, done)


def _enforcement(
    connection: psycopg.Connection[Any],
    tenant: UUID,
    fleet: DemoFleet,
    now: datetime,
    policies: list[UUID],
    versions: list[UUID],
    runs: list[UUID],
) -> None:
    events = (
        "driver_assignments.create",
        "trips.close",
        "purchase_orders.submit",
        "fuel_card_transactions.import",
    )
    executions: list[Row] = []
    for number in range(48):
        policy = (0, 2, 3, 4, 5)[number % 5]
        decision = DECISIONS[number % len(DECISIONS)]
        executions.append(
            {
                "policy_id": policies[policy],
                "policy_version_id": versions[policy],
                "trigger_event": events[number % len(events)],
                "record_type": "vehicles",
                "record_id": fleet.vehicles[number * 7 % len(fleet.vehicles)],
                "enforcement_mode": texts.POLICIES[policy][3],
                "decision": decision,
                "was_enforced": texts.POLICIES[policy][3] != "monitor",
                "reasons": [{"rule": "limit", "effect": decision, "message": texts.POLICIES[policy][0]}]
                if decision != "allow"
                else None,
                "duration_ms": 3 + number * 5 % 17,
                "workflow_instance_id": runs[0] if decision == "require_approval" else None,
                "executed_at": now - timedelta(hours=5 * number + 1),
            }
        )
    add(connection, "policy_executions", tenant, executions)
    rows: list[Row] = []
    for number, (policy, title, severity, status, ago, due) in enumerate(VIOLATIONS):
        over = status in ("resolved", "dismissed")
        rows.append(
            {
                "policy_id": policies[policy],
                "policy_version_id": versions[policy],
                "title": title,
                "severity": severity,
                "status": status,
                "detected_at": now - timedelta(days=ago, hours=number),
                "detected_by": "person" if policy in (0, 5, 7) else "telematics",
                "vehicle_id": None if policy in (5, 7) else fleet.vehicles[number * 11 % len(fleet.vehicles)],
                "driver_id": None if policy in (5, 7) else fleet.drivers[number * 3 % len(fleet.drivers)],
                "assigned_to_user_id": None if status == "open" else fleet.users[number % len(fleet.users)],
                "due_on": now.date() + timedelta(days=due),
                "corrective_action": "Talk with the driver, noted in the file"
                if status == "resolved"
                else None,
                "resolution": {
                    "resolved": "Coached; no repeat since",
                    "dismissed": "The report was mistaken",
                }.get(status),
                "resolved_at": now - timedelta(days=ago - 4) if over else None,
                "resolved_by_user_id": fleet.users[0] if over else None,
            }
        )
    given = numbers(connection, tenant, "policy_violations", "PV", [row["detected_at"].year for row in rows])
    add(
        connection,
        "policy_violations",
        tenant,
        [{"violation_number": number, **row} for number, row in zip(given, rows, strict=True)],
    )


def _procedures(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, now: datetime
) -> list[UUID]:
    chief, today = fleet.users[0], now.date()
    rows: list[Row] = []
    for number, (title, category, minutes, ppe, status, steps) in enumerate(texts.PROCEDURES, 1):
        approved = status == "approved"
        rows.append(
            {
                "sop_number": f"SOP-{number:04}",
                "title": title,
                "category": category,
                "steps": [
                    {"number": place, "title": name, "instruction": text}
                    for place, (name, text) in enumerate(steps, 1)
                ],
                "required_ppe": ppe or None,
                "estimated_minutes": minutes,
                "requires_observation": "insulating_gloves" in ppe,
                "valid_months": 12 if ppe else None,
                "effective_from": today - timedelta(days=50 * number) if approved else None,
                "review_interval_months": 12,
                "review_due_on": today + timedelta(days=60 * number - 100) if approved else None,
                "owner_user_id": fleet.users[number % len(fleet.users)],
                "status": status,
                "created_by_user_id": chief,
                "approved_by_user_id": chief if approved else None,
                "approved_at": now - timedelta(days=50 * number) if approved else None,
                "created_at": now - timedelta(days=50 * number + 15),
            }
        )
    keys = add(connection, "sop_documents", tenant, rows)
    connection.execute(_COUNTER, (tenant, "sop_documents", len(rows)))
    assigned: list[Row] = []
    done: list[Row] = []
    approved_rows = [row for row in rows if row["status"] == "approved"]
    for number, (row, user) in enumerate(product(approved_rows, fleet.users)):
        assigned.append(
            {
                "sop_id": row["id"],
                "user_id": user,
                "due_on": today + timedelta(days=(-9, 4, 30, -40)[number % 4]),
                "reason": "new_procedure",
                "assigned_by_user_id": chief,
                "assigned_at": now - timedelta(days=60),
            }
        )
        if number % 3 != 1:
            signed = number % 2 == 0
            done.append(
                {
                    "sop_id": row["id"],
                    "user_id": user,
                    "completed_at": now - timedelta(days=45 - number % 30),
                    "method": "observed" if row["requires_observation"] else "read",
                    "duration_minutes": row["estimated_minutes"],
                    "expires_on": today + timedelta(days=320) if row["valid_months"] else None,
                    "status": "signed_off" if signed else "submitted",
                    "reviewed_by_user_id": chief if signed else None,
                    "reviewed_at": now - timedelta(days=40 - number % 30) if signed else None,
                    "recorded_by_user_id": user,
                }
            )
    add(connection, "sop_assignments", tenant, assigned)
    add(connection, "sop_completions", tenant, done)
    return keys
