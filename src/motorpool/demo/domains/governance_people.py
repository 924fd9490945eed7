"""Training, checks and onboarding of the demonstration: who has done what, who is late. All of it is made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, governance_texts as texts
from motorpool.demo.domains.inserting import Row, add, numbers

#: State of an assignment, days until due, days since the result (None: none), score
COURSES_OF_DRIVERS = (
    ("completed", -200, 210, 92),
    ("completed", -700, 720, 86),
    ("assigned", 6, None, None),
    ("in_progress", 2, None, None),
    ("completed", -1060, 1075, 88),
    ("assigned", -5, None, None),
    ("completed", -30, 41, 97),
    ("in_progress", -12, 14, 60),
    ("waived", 20, None, None),
)


def load_training(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, now: datetime
) -> list[UUID]:
    """Modules, and what a score of drivers has of them; the ids of the modules."""
    today, chief = now.date(), fleet.users[0]
    modules: list[Row] = [
        {
            "module_code": code,
            "title": title,
            "category": category,
            "delivery_method": method,
            "duration_minutes": minutes,
            "passing_score_percent": passing,
            "valid_months": months,
            "is_mandatory": mandatory,
            "blocks_assignment": mandatory and number == 0,
            "regulation_reference": law,
            "quiz": texts.QUIZ if code == "DEF-101" else None,
            "applies_to": {"roles": ["driver"]} if mandatory else None,
            "cost_per_person": f"{minutes * 3 // 4}.00" if method == "classroom" else None,
            "owner_user_id": fleet.users[number % len(fleet.users)],
            "status": "draft" if code == "COA-150" else "active",
            "published_at": None if code == "COA-150" else now - timedelta(days=1200),
            "created_by_user_id": chief,
        }
        for number, (code, title, category, method, minutes, passing, months, mandatory, law) in enumerate(
            texts.COURSES
        )
    ]
    keys = add(connection, "training_modules", tenant, modules)
    required = [row for row in modules if row["is_mandatory"]]
    assignments: list[Row] = []
    results: list[Row] = []
    for number, driver in enumerate(fleet.drivers[:20]):
        for place, module in enumerate(required):
            status, due, ago, score = COURSES_OF_DRIVERS[(number + 4 * place) % len(COURSES_OF_DRIVERS)]
            assignment: Row = {
                "module_id": module["id"],
                "driver_id": driver,
                "due_on": today + timedelta(days=due),
                "priority": "high" if due < 0 and status != "completed" else "normal",
                "reason": "renewal" if number % 3 == 0 else "hire",
                "status": status,
                "progress_percent": {"completed": 100, "in_progress": 40}.get(status, 0),
                "assigned_by_user_id": chief,
                "assigned_at": now + timedelta(days=due - 30),
                "started_at": now + timedelta(days=due - 10)
                if status in ("completed", "in_progress")
                else None,
                "completed_at": now - timedelta(days=ago) if status == "completed" and ago else None,
                "closing_reason": "Holds a newer certificate of the state" if status == "waived" else None,
                "closed_by_user_id": chief if status == "waived" else None,
            }
            assignments.append(assignment)
            if ago is not None:
                results.append(_result(module, assignment, now - timedelta(days=ago), score or 0, chief))
    add(connection, "training_assignments", tenant, assignments)
    for row in results:
        row["training_assignment_id"] = row.pop("assignment")["id"]
    given = numbers(
        connection, tenant, "training_completions", "CERT", [row["completed_at"].year for row in results]
    )
    for row, number_ in zip(results, given, strict=True):
        row["certificate_number"] = number_
    add(connection, "training_completions", tenant, results)
    return keys


def _result(module: Row, assignment: Row, finished: datetime, score: int, by: UUID) -> Row:
    passed = score >= (module["passing_score_percent"] or 0)
    months = module["valid_months"]
    return {
        "assignment": assignment,
        "module_id": module["id"],
        "driver_id": assignment["driver_id"],
        "started_at": finished - timedelta(minutes=module["duration_minutes"]),
        "completed_at": finished,
        "passed": passed,
        "score_percent": str(score),
        "hours": str(round(module["duration_minutes"] / 60, 1)),
        "location": "Bayview depot" if module["delivery_method"] == "classroom" else None,
        "expires_on": finished.date() + timedelta(days=round(months * 30.44)) if passed and months else None,
        "status": "verified" if passed else "recorded",
        "verified_by_user_id": by if passed else None,
        "verified_at": finished + timedelta(days=1) if passed else None,
        "recorded_by_user_id": by,
    }


def load_checks(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, now: datetime
) -> list[UUID]:
    """Lists, and checks in every state; the ids of the lists."""
    chief, today = fleet.users[0], now.date()
    lists = add(
        connection,
        "compliance_checklists",
        tenant,
        [
            {
                "checklist_code": code,
                "name": name,
                "category": category,
                "subject_type": subject,
                "items": [
                    {
                        "key": key,
                        "question": question,
                        "answer_kind": "pass_fail",
                        **({"is_critical": True} if bad else {}),
                    }
                    for key, question, bad in items
                ],
                "interval_days": interval,
                "valid_days": interval,
                "requires_review": reviewed,
                "regulation_reference": law,
                "owner_user_id": chief,
                "status": "active",
                "created_by_user_id": chief,
                "activated_at": now - timedelta(days=300),
            }
            for code, name, category, subject, interval, reviewed, law, items in texts.CHECKLISTS
        ],
    )
    states = (
        "approved",
        "submitted",
        "assigned",
        "in_progress",
        "approved",
        "rejected",
        "assigned",
        "approved",
    )
    rows: list[Row] = []
    for number in range(36):
        place = (0, 1, 1, 0, 2, 1, 0, 3)[number % 8]
        _, _, _, subject, interval, reviewed, _, items = texts.CHECKLISTS[place]
        status = states[(number + number // 8) % len(states)]
        filled = status in ("approved", "submitted", "rejected")
        failed = 1 if filled and number % 6 == 1 else 0
        when = now - timedelta(days=2 + number * 3)
        rows.append(
            {
                "checklist_id": lists[place],
                "vehicle_id": fleet.vehicles[number * 5 % len(fleet.vehicles)]
                if subject == "vehicle"
                else None,
                "driver_id": fleet.drivers[number % len(fleet.drivers)] if subject == "driver" else None,
                "facility_id": fleet.facilities[number % len(fleet.facilities)]
                if subject == "facility"
                else None,
                "assigned_to_user_id": fleet.users[number % len(fleet.users)],
                "due_on": when.date() + timedelta(days=3)
                if filled
                else today + timedelta(days=number % 12 - 4),
                "status": status,
                "answers": [
                    {
                        "key": key,
                        "passed": index >= failed,
                        **({"note": "To be renewed"} if index < failed else {}),
                    }
                    for index, (key, _, _) in enumerate(items)
                ]
                if filled
                else None,
                "passed": failed == 0 if filled else None,
                "score_percent": str(round(100 * (len(items) - failed) / len(items), 2)) if filled else None,
                "started_at": when if filled or status == "in_progress" else None,
                "submitted_at": when + timedelta(minutes=25) if filled else None,
                "submitted_by_user_id": fleet.users[number % len(fleet.users)] if filled else None,
                "signed_name": "Signed on the tablet" if filled else None,
                "reviewed_by_user_id": chief if status in ("approved", "rejected") else None,
                "reviewed_at": when + timedelta(hours=20) if status in ("approved", "rejected") else None,
                "review_comment": "Photo of the label is missing" if status == "rejected" else None,
                "valid_until": when.date() + timedelta(days=interval)
                if status == "approved" and interval and not failed
                else None,
                "requested_by_user_id": chief if reviewed else None,
                "created_at": when - timedelta(days=4),
            }
        )
    given = numbers(
        connection,
        tenant,
        "compliance_checklist_completions",
        "CHK",
        [row["created_at"].year for row in rows],
    )
    for row, number_ in zip(rows, given, strict=True):
        row["completion_number"] = number_
    add(connection, "compliance_checklist_completions", tenant, rows)
    return lists


def load_onboarding(
    connection: psycopg.Connection[Any],
    tenant: UUID,
    fleet: DemoFleet,
    now: datetime,
    references: dict[str, UUID],
) -> None:
    """Two plans and newcomers at every stage; `references`: what the steps of the plans point at."""
    chief, today = fleet.users[0], now.date()
    names = {"policy": "policy_id", "training": "training_module_id", "checklist": "checklist_id"}
    plans: list[Row] = []
    for name, kind, steps in (
        ("New cab driver", "driver", texts.DRIVER_PLAN),
        ("New vehicle", "vehicle", texts.VEHICLE_PLAN),
    ):
        # The checklist of the references is about drivers.
        pointing = names if kind == "driver" else {}
        plans.append(
            {
                "name": name,
                "onboarding_for": kind,
                "role_name": "driver" if kind == "driver" else None,
                "steps": [
                    {
                        "key": key,
                        "title": title,
                        "kind": what,
                        "owner_role": role,
                        "due_days": days,
                        **({pointing[what]: str(references[pointing[what]])} if what in pointing else {}),
                    }
                    for key, title, what, role, days in steps
                ],
                "duration_days": 45 if kind == "driver" else 10,
                "owner_user_id": chief,
                "status": "active",
                "created_by_user_id": chief,
                "activated_at": now - timedelta(days=250),
            }
        )
    add(connection, "onboarding_checklists", tenant, plans)
    newcomers: list[Row] = []
    #: (state, days since the start, steps done)
    for number, (status, ago, done) in enumerate(
        (
            ("planned", -6, 0),
            ("in_progress", 4, 2),
            ("in_progress", 16, 3),
            ("in_progress", 60, 5),
            ("completed", 90, 6),
            ("completed", 140, 6),
            ("on_hold", 20, 2),
            ("cancelled", 75, 1),
        )
    ):
        driver = number % 3 != 2
        plan = plans[0 if driver else 1]
        starts = today - timedelta(days=ago)
        newcomers.append(
            {
                "onboarding_checklist_id": plan["id"],
                "title": f"{'Driver' if driver else 'Vehicle'} {number + 1} of this year",
                "driver_id": fleet.drivers[-1 - number % len(fleet.drivers)] if driver else None,
                "vehicle_id": None if driver else fleet.vehicles[-1 - number % len(fleet.vehicles)],
                "starts_on": starts,
                "due_on": starts + timedelta(days=plan["duration_days"]),
                "mentor_user_id": fleet.users[number % len(fleet.users)],
                "responsible_user_id": chief,
                "status": status,
                "started_at": now - timedelta(days=ago) if ago > 0 else None,
                "completed_at": now - timedelta(days=ago - 40) if status == "completed" else None,
                "closing_reason": {"on_hold": "Waits for the licence", "cancelled": "Took another job"}.get(
                    status
                ),
                "created_by_user_id": chief,
                "notes": "Made up for the demonstration",
            }
        )
        newcomers[-1]["plan"], newcomers[-1]["done"] = plan, done
    todo = [(row.pop("plan"), row.pop("done")) for row in newcomers]
    add(connection, "onboarding_progress", tenant, newcomers)
    add(
        connection,
        "onboarding_tasks",
        tenant,
        [
            {
                "onboarding_progress_id": newcomer["id"],
                "step_key": step["key"],
                "position": position,
                "title": step["title"],
                "assigned_to_role": step["owner_role"],
                "due_on": newcomer["starts_on"] + timedelta(days=step["due_days"]),
                "status": "done" if position < done else "open",
                "completed_at": newcomer["started_at"] + timedelta(days=step["due_days"], hours=3)
                if position < done
                else None,
                "completed_by_user_id": chief if position < done else None,
            }
            for newcomer, (plan, done) in zip(newcomers, todo, strict=True)
            for position, step in enumerate(plan["steps"])
        ],
    )
