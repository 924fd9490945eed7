"""Workflows of the demonstration: what is being decided on, and by whom. All of it is made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, governance_texts as texts
from motorpool.demo.domains.inserting import Row, add, numbers


def load_workflows(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, now: datetime
) -> list[UUID]:
    """Definitions, runs in every state, and the decisions asked for in them; the ids of the runs."""
    definitions = add(
        connection,
        "workflow_definitions",
        tenant,
        [
            {
                "workflow_code": code,
                "name": name,
                "record_type": table,
                "trigger_kind": "moved" if condition else "manual",
                "trigger_condition": condition,
                "steps": [
                    {"key": key, "name": title, "approver_role": role, "due_hours": hours}
                    for key, title, role, hours in steps
                ],
                "due_hours": sum(hours for *_, hours in steps),
                "owner_user_id": fleet.users[0],
                "status": "active",
                "created_by_user_id": fleet.users[0],
                "activated_at": now - timedelta(days=200),
            }
            for code, name, table, condition, steps in texts.WORKFLOWS
        ],
    )
    states = ("running", "running", "running", "approved", "approved", "rejected", "on_hold", "cancelled")
    runs: list[Row] = []
    for number, status in enumerate(states):
        started = now - timedelta(days=1 + 3 * number, hours=number)
        over = status in ("approved", "rejected", "cancelled")
        vehicle = fleet.vehicles[number * 13 % len(fleet.vehicles)]
        runs.append(
            {
                "workflow_definition_id": definitions[1],
                "title": f"Sell a cab, lot {number + 1}",
                "record_type": "vehicles",
                "record_id": vehicle,
                "vehicle_id": vehicle,
                "amount": f"{3200 + 450 * number}.00",
                "priority": ("normal", "high", "low")[number % 3],
                "status": status,
                "current_step_key": None if over else ("technical", "manager", "finance")[number % 3],
                "started_by_user_id": fleet.users[number % len(fleet.users)],
                "started_at": started,
                "due_at": started + timedelta(hours=168),
                "finished_at": started + timedelta(days=2) if over else None,
                "outcome_comment": {
                    "rejected": "Still needed until the new ones are delivered",
                    "on_hold": "Waiting for the auction date",
                    "cancelled": "Entered twice",
                }.get(status),
            }
        )
    given = numbers(connection, tenant, "workflow_instances", "WF", [row["started_at"].year for row in runs])
    for run, given_number in zip(runs, given, strict=True):
        run["instance_number"] = given_number
    add(connection, "workflow_instances", tenant, runs)
    add(connection, "workflow_approvals", tenant, [one for run in runs for one in _decisions(run, fleet)])
    return [run["id"] for run in runs]


def _decisions(run: Row, fleet: DemoFleet) -> list[Row]:
    """What was asked for one run, up to the step that it waits in or that ended it."""
    steps = texts.WORKFLOWS[1][4]
    reached = [key for key, *_ in steps].index(run["current_step_key"]) if run["current_step_key"] else None
    rows: list[Row] = []
    for position, (key, name, role, hours) in enumerate(steps):
        asked = run["started_at"] + timedelta(hours=14 * position)
        pending = position == reached
        decided = not pending and run["status"] != "cancelled"
        rejected = run["status"] == "rejected" and position == 1
        rows.append(
            {
                "workflow_instance_id": run["id"],
                "step_key": key,
                "step_name": name,
                "position": position,
                "approver_role": role,
                "status": "pending"
                if pending
                else "rejected"
                if rejected
                else "approved"
                if decided
                else "skipped",
                "requested_at": asked,
                "due_at": asked + timedelta(hours=hours),
                "decided_by_user_id": None if pending else fleet.users[(position + 1) % len(fleet.users)],
                "decided_at": None if pending else asked + timedelta(hours=9),
                "comment": "Still needed"
                if rejected
                else "Worth more at auction"
                if position == 2 and decided
                else None,
            }
        )
        if pending or rejected or run["status"] == "cancelled":
            break
    return rows
