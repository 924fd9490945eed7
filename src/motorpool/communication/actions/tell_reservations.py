"""Telling people about reservations: who decides hears of a request, who asked hears what became of it, and both ends of a
reminder are a day and an hour before it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.communication.actions.tell_each import tell_each
from motorpool.core.jobs.defer import defer
from motorpool.core.tenancy import Actor

CATEGORY = "reservation"
REMINDER_JOB = "communication.remind_reservation"
REMINDERS = (timedelta(hours=24), timedelta(hours=1))
_ROWS = text("""
SELECT r.id, r.reservation_number, r.status, r.purpose, r.starts_at, r.decision_notes, r.cancellation_reason,
       r.requested_by_user_id AS asked_by, r.decided_by_user_id AS decided_by, d.user_id AS driver_user, v.vehicle_number,
       to_char(r.starts_at AT TIME ZONE z.time_zone, 'FMDD Mon YYYY, HH24:MI') AS starts,
       to_char(r.ends_at AT TIME ZONE z.time_zone, 'FMDD Mon YYYY, HH24:MI') AS ends,
       coalesce(v.facility_id, r.pickup_facility_id) AS facility_id, r.department_id, u.display_name AS who
FROM vehicle_reservations r
JOIN tenants z ON z.id = r.tenant_id
LEFT JOIN vehicles v ON v.tenant_id = r.tenant_id AND v.id = r.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = r.tenant_id AND d.id = r.driver_id
LEFT JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.requested_by_user_id
WHERE r.tenant_id = :tenant AND r.id = ANY (:ids)
ORDER BY r.starts_at, r.id
""")


async def tell_requests(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """One notification for each request that still waits, to those who may approve it; how many were written."""
    rows = [row for row in await _rows(session, actor, ids) if row.status == "requested"]
    permission = "vehicle_reservations.approve"
    return await tell_each(session, actor, rows, _request, _others, permission=permission, category=CATEGORY)


def _request(row: Any) -> dict[str, Any]:
    return {
        "title": f"{row.reservation_number}: a vehicle is asked for",
        "message": f"{row.who or 'Somebody'} asks for {row.vehicle_number or 'a vehicle'} from {row.starts} to {row.ends}: "
        f"{row.purpose}",
        "action_url": f"/vehicle-reservations/{row.id}",
        "action_label": "Decide",
    }


def _others(count: int) -> dict[str, Any]:
    return {
        "title": f"{count} more vehicles are asked for",
        "message": "More requests came in at the same time.",
        "action_url": "/reservations",
        "action_label": "Reservations",
    }


async def tell_decisions(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """What became of each request, to who asked and who is to drive; reminders of what was approved. How many were written."""
    written = 0
    now = datetime.now(UTC)
    for row in await _rows(session, actor, ids):
        people = {row.asked_by, row.driver_user} - {None, row.decided_by}
        title, message = _decision(row)
        if people and title:
            made = await notify(
                session,
                actor,
                to=people,
                category=CATEGORY,
                title=title,
                message=message,
                action_url=f"/vehicle-reservations/{row.id}",
                action_label="Reservation",
            )
            written += len(made)
        if row.status == "approved":
            for before in REMINDERS:
                if row.starts_at - before > now:
                    await defer(
                        session,
                        REMINDER_JOB,
                        actor.tenant_id,
                        at=row.starts_at - before,
                        only_once=f"{row.id}/{row.starts_at.isoformat()}/{before}",
                        reservation_id=row.id,
                        starts_at=row.starts_at,
                    )
    return written


async def remind(session: AsyncSession, actor: Actor, key: UUID, starts_at: datetime) -> int:
    """Remind who asked and who is to drive, unless the reservation was changed or taken back meanwhile."""
    rows = await _rows(session, actor, [key])
    row = next((one for one in rows if one.status == "approved" and one.starts_at == starts_at), None)
    people = set() if row is None else {row.asked_by, row.driver_user} - {None}
    if row is None or not people:
        return 0
    made = await notify(
        session,
        actor,
        to=people,
        category=CATEGORY,
        title=f"{row.vehicle_number} is yours from {row.starts}",
        message=f"{row.reservation_number}: {row.purpose}. Until {row.ends}. Cancel it when you do not need it.",
        action_url=f"/vehicle-reservations/{row.id}",
        action_label="Reservation",
    )
    return len(made)


async def _rows(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> Sequence[Any]:
    return (await session.execute(_ROWS, {"tenant": actor.tenant_id, "ids": list(ids)})).all()


def _decision(row: Any) -> tuple[str, str]:
    span = f"{row.purpose}, from {row.starts} to {row.ends}."
    if row.status == "approved":
        return f"{row.reservation_number}: you get {row.vehicle_number}", span
    if row.status == "rejected":
        return f"{row.reservation_number} was rejected", f"{span} {row.decision_notes or ''}".strip()
    if row.status == "cancelled":
        return f"{row.reservation_number} was cancelled", f"{span} {row.cancellation_reason or ''}".strip()
    return "", ""
