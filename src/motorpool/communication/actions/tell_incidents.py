"""Telling those who answer for safety of what happened, and everybody concerned of a drug or alcohol test whose clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import Priority, notify
from motorpool.communication.actions.tell_each import tell_each
from motorpool.core.jobs.defer import defer
from motorpool.core.tenancy import Actor

CATEGORY = "safety"
TEST_REMINDER_JOB = "communication.remind_post_accident_test"
#: So long before two hours have passed, and before no attempt is made any more, people are reminded of a test that is due.
BEFORE_DELAY, BEFORE_END = timedelta(minutes=45), timedelta(hours=2)
PRIORITY: dict[str, Priority] = {
    "critical": "urgent",
    "serious": "high",
    "moderate": "medium",
    "minor": "low",
}
INCIDENTS = text("""
SELECT i.id, i.incident_number, i.title, i.severity, i.location, v.vehicle_number, d.full_name AS driver,
       coalesce(i.facility_id, v.facility_id) AS facility_id, coalesce(i.department_id, v.department_id) AS department_id
FROM incidents i
LEFT JOIN vehicles v ON v.tenant_id = i.tenant_id AND v.id = i.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = i.tenant_id AND d.id = i.driver_id
WHERE i.tenant_id = :tenant AND i.id = ANY (:ids) AND i.status = 'reported'
ORDER BY array_position(ARRAY['critical', 'serious', 'moderate', 'minor'], i.severity::text), i.occurred_at, i.id
""")
TESTS = text("""
SELECT t.id, t.test_type, t.remind_at, t.due_at, r.incident_id, r.id AS report_id, d.full_name AS driver, d.user_id AS driver_user,
       v.facility_id, v.department_id,
       to_char(coalesce(t.remind_at, t.due_at) AT TIME ZONE z.time_zone, 'FMDD Mon, HH24:MI') AS first,
       to_char(t.due_at AT TIME ZONE z.time_zone, 'FMDD Mon, HH24:MI') AS last
FROM drug_alcohol_tests t
JOIN tenants z ON z.id = t.tenant_id
JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
JOIN accident_reports r ON r.tenant_id = t.tenant_id AND r.id = t.accident_report_id
JOIN vehicles v ON v.tenant_id = r.tenant_id AND v.id = r.vehicle_id
WHERE t.tenant_id = :tenant AND t.id = ANY (:ids) AND t.status = 'due' AND t.due_at > now()
ORDER BY t.due_at, t.id
""")


async def tell_incidents(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """One notification for each new incident to those who may investigate it; how many were written."""
    rows = (await session.execute(INCIDENTS, {"tenant": actor.tenant_id, "ids": list(ids)})).all()
    shared = {"permission": "incidents.investigate", "category": CATEGORY, "kind": "alert"}
    return await tell_each(session, actor, rows, _incident, _others, **shared)


def _incident(row: Any) -> dict[str, Any]:
    about = [row.vehicle_number, row.driver, row.location]
    return {
        "priority": PRIORITY[row.severity],
        "title": f"{row.severity.capitalize()}: {row.title}",
        "message": ", ".join((row.incident_number, *(one for one in about if one))),
        "entity": ("incident", row.id),
        "action_label": "Incident",
    }


def _others(count: int) -> dict[str, Any]:
    return {
        "title": f"{count} more incidents",
        "message": f"{count} more incidents were reported at the same time.",
        "action_url": "/incidents?status=reported",
        "action_label": "Incidents",
    }


async def tell_tests(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell the driver and those who record tests of each test that is due, and plan the reminders; how many were written."""
    written, now = 0, datetime.now(UTC)
    for row in (await session.execute(TESTS, {"tenant": actor.tenant_id, "ids": list(ids)})).all():
        written += await _tell(session, actor, row)
        moments = [row.due_at - BEFORE_END, *([row.remind_at - BEFORE_DELAY] if row.remind_at else [])]
        for moment in moments:
            if moment > now:
                await defer(
                    session,
                    TEST_REMINDER_JOB,
                    actor.tenant_id,
                    at=moment,
                    only_once=f"{row.id}/{moment.isoformat()}",
                    test_id=row.id,
                    due_at=row.due_at,
                )
    return written


async def remind_test(session: AsyncSession, actor: Actor, key: UUID, due_at: datetime) -> int:
    """Remind of a test, unless it was made, missed or withdrawn meanwhile, or its clock was put right."""
    rows = (await session.execute(TESTS, {"tenant": actor.tenant_id, "ids": [key]})).all()
    return sum([await _tell(session, actor, row) for row in rows if row.due_at == due_at])


async def _tell(session: AsyncSession, actor: Actor, row: Any) -> int:
    kind = {"alcohol": "Alcohol test", "drug": "Drug test"}[row.test_type]
    href = f"/incidents/{row.incident_id}" if row.incident_id else f"/accident-reports/{row.report_id}"
    is_prompt = row.remind_at is not None and row.remind_at > datetime.now(UTC)
    until = row.first if is_prompt else row.last
    shared: dict[str, Any] = {
        "category": CATEGORY,
        "kind": "alert",
        "priority": "urgent",
        "action_url": href,
        "action_label": "Clocks",
    }
    office = await notify(
        session,
        actor,
        permission="drug_alcohol_tests.record",
        facility_id=row.facility_id,
        department_id=row.department_id,
        title=f"{kind} of {row.driver} by {until}",
        message=f"After an accident (49 CFR 382.303). No attempt after {row.last}.",
        **shared,
    )
    if row.driver_user is None:
        return len(office)
    sober = " No alcohol until it was made." if row.test_type == "alcohol" else ""
    own = await notify(
        session,
        actor,
        to=[row.driver_user],
        title=f"{kind} by {until}",
        message=f"After your accident (49 CFR 382.303). Stay available for it.{sober}",
        **shared,
    )
    return len(office) + len(own)
