"""Telling a driver and those who manage citations of a court day and of a fine: 14, 3 and 1 days ahead, and when it is overdue.

What was told is known by the notifications themselves, as with papers that have to be renewed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.core.database.turns import take_turn
from motorpool.core.tenancy import Actor

CATEGORY = "safety"
COURT_NOTICE, FINE_NOTICE, STALE_DAYS = (14, 3, 1), (3,), 60
CITATIONS = text("""
SELECT c.id, s.label, s.day, s.day - t.today AS days_left, coalesce(c.citation_number, '') AS number,
       coalesce(c.violation_type, 'citation') AS kind, c.court_location, c.fine_amount, d.full_name AS driver,
       d.user_id AS driver_user, d.home_facility_id AS facility_id, d.department_id, z.currency
FROM tenants z
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE z.time_zone)::date AS today) AS t
CROSS JOIN LATERAL (
    SELECT c.id, 'Court day' AS label, c.court_date AS day, max(c.court_date - n.days) AS since
    FROM driver_violations c CROSS JOIN unnest(CAST(:court AS integer[])) AS n(days)
    WHERE c.tenant_id = :tenant AND c.id = ANY (:ids) AND c.case_status IN ('open', 'contested') AND c.court_date >= t.today
      AND c.court_date - n.days <= t.today
    GROUP BY c.id, c.court_date
    UNION ALL
    SELECT c.id, 'Fine', c.fine_due_date,
           max(CASE WHEN c.fine_due_date < t.today THEN c.fine_due_date + 1 ELSE c.fine_due_date - n.days END)
    FROM driver_violations c CROSS JOIN unnest(CAST(:fine AS integer[])) AS n(days)
    WHERE c.tenant_id = :tenant AND c.id = ANY (:ids) AND c.case_status IN ('open', 'decided') AND NOT c.fine_paid
      AND c.fine_amount > 0 AND c.outcome IS DISTINCT FROM 'dismissed' AND c.fine_due_date >= t.today - :stale
      AND c.fine_due_date - n.days <= t.today
    GROUP BY c.id, c.fine_due_date) AS s
JOIN driver_violations c ON c.tenant_id = :tenant AND c.id = s.id
JOIN drivers d ON d.tenant_id = :tenant AND d.id = c.driver_id
WHERE z.id = :tenant AND NOT EXISTS (
    SELECT FROM notifications x
    WHERE x.tenant_id = :tenant AND x.entity_type = 'violation' AND x.entity_id = s.id AND x.action_label = s.label
      AND x.created_at >= s.since::timestamp AT TIME ZONE z.time_zone)
ORDER BY s.day, c.id
""")


async def tell_citations(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell what these citations ask for now and nobody was told of; how many notifications were written."""
    # Two rounds at once would tell twice.
    await take_turn(session, f"{actor.tenant_id}/citations")
    where = {
        "tenant": actor.tenant_id,
        "ids": list(ids),
        "court": list(COURT_NOTICE),
        "fine": list(FINE_NOTICE),
        "stale": STALE_DAYS,
    }
    written = 0
    for row in (await session.execute(CITATIONS, where)).all():
        overdue = row.days_left < 0
        told = await notify(
            session,
            actor,
            to=[row.driver_user] if row.driver_user else (),
            permission="driver_violations.decide",
            facility_id=row.facility_id,
            department_id=row.department_id,
            category=CATEGORY,
            kind="alert" if overdue else "reminder",
            priority="high" if row.days_left <= 1 else "medium",
            entity=("violation", row.id),
            action_label=row.label,
            **_words(row),
        )
        written += len(told)
    return written


def _words(row: Any) -> dict[str, Any]:
    day = f"{row.day.day} {row.day:%b %Y}"
    about = f"{row.kind.replace('_', ' ').capitalize()}{f' {row.number}' if row.number else ''}"
    if row.label == "Court day":
        where = f" at {row.court_location}" if row.court_location else ""
        return {
            "title": f"Court day of {row.driver}: {day}",
            "message": f"{about}: court{where} {_when(row.days_left)}, on {day}.",
        }
    amount = f"{row.fine_amount:,.2f} {row.currency}"
    if row.days_left < 0:
        return {
            "title": f"Fine of {row.driver} is overdue",
            "message": f"{about}: {amount} was to be paid by {day} and is not recorded as paid.",
        }
    return {
        "title": f"Fine of {row.driver} is due on {day}",
        "message": f"{about}: {amount} has to be paid {_when(row.days_left)}, by {day}.",
    }


def _when(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
