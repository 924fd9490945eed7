"""Enter a duty record, or an edit of one, as a person does on a page.

A driver's own record counts at once. What the office enters for a driver who signs in is a proposal until the driver accepts it;
for a driver without an account the office keeps the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.references import check_references
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import driver_logs_within
from motorpool.safety.rules.duty_records import Terms
from motorpool.safety.rules.hours_of_service.duty_log import ANNOTATED, EXCEPTIONS, LONGEST, STATUSES

#: A clock may be a little fast.
AHEAD = timedelta(minutes=2)
SHORTEST_REASON = 4
BEFORE = """
SELECT t.driver_id, t.vehicle_id, t.co_driver_id, t.trailer_numbers, t.shipping_documents, t.odometer_start, t.odometer_end
FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.id = %(key)s
"""
HAS_ACCOUNT = (
    "SELECT d.user_id IS NOT NULL FROM drivers d WHERE d.tenant_id = %(tenant)s AND d.id = %(driver)s"
)


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """What a person says. `end` None: it goes on; `replaces`: the record that this one edits."""

    driver_id: UUID
    status: str
    start: datetime
    end: datetime | None = None
    category: str | None = None
    exceptions: list[str] = field(default_factory=list)
    vehicle_id: UUID | None = None
    place: str | None = None
    remarks: str | None = None
    replaces: UUID | None = None
    reason: str | None = None


async def enter_duty_record(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, entry: DutyEntry, terms: Terms
) -> tuple[UUID, bool]:
    """The new record's id, and whether it waits for the driver. Raises: Invalid, Conflict, Forbidden."""
    connection = await session.connection()
    where = {"tenant": actor.tenant_id, "driver": entry.driver_id, "key": entry.replaces}
    is_driver = actor.driver_id == entry.driver_id
    has_account = (await connection.exec_driver_sql(HAS_ACCOUNT, where)).scalar_one_or_none()
    waits = not is_driver and (bool(has_account) or entry.replaces is not None)
    problems = _problems(entry)
    if not problems and len(entry.reason or "") < SHORTEST_REASON:
        if entry.replaces or waits:
            problems.append(FieldProblem("reason", "say why, in at least 4 letters", "required"))
        elif await _covers(session, resource, actor, entry):
            problems.append(
                FieldProblem("reason", "say why: something else is recorded for this time", "required")
            )
    if problems:
        raise Invalid(fields=problems)
    body: dict[str, Any] = {
        "driver_id": str(entry.driver_id),
        "log_date": terms.day_of(int(entry.start.timestamp())).isoformat(),
        "duty_status": entry.status,
        "special_category": entry.category,
        "exceptions": entry.exceptions or None,
        "status_start_time": entry.start.isoformat(),
        "status_end_time": entry.end.isoformat() if entry.end else None,
        "location_start": entry.place,
        "remarks": entry.remarks,
        "vehicle_id": str(entry.vehicle_id) if entry.vehicle_id else None,
        "origin": "carrier" if waits else "driver",
        "edit_reason": entry.reason,
    }
    if entry.replaces is not None:
        found = (await connection.exec_driver_sql(BEFORE, where)).mappings().one_or_none()
        if found is None or found["driver_id"] != entry.driver_id:
            raise Conflict("The record that is edited is not there.", code="no_such_record")
        body |= {
            "replaces_log_id": str(entry.replaces),
            "trailer_numbers": found["trailer_numbers"],
            "shipping_documents": found["shipping_documents"],
            "odometer_start": found["odometer_start"],
            "odometer_end": found["odometer_end"],
        }
        if found["co_driver_id"]:
            body["co_driver_id"] = str(found["co_driver_id"])
    body = {name: value for name, value in body.items() if value is not None}
    await check_references(session, resource, actor, [body])
    return await create_row(session, resource, actor, reach, body), waits


def _problems(entry: DutyEntry) -> list[FieldProblem]:
    latest = datetime.now(UTC) + AHEAD
    problems: list[FieldProblem] = []
    if entry.status not in STATUSES:
        problems.append(FieldProblem("status", f"must be one of {', '.join(STATUSES)}"))
    if entry.category is not None:
        fitting = ANNOTATED.get(entry.category, ((), 0))[0]
        if entry.status not in fitting or entry.status == "driving":
            problems.append(
                FieldProblem("category", "personal use is off duty, a yard move is on duty, not driving")
            )
    unknown = [one for one in entry.exceptions if one not in EXCEPTIONS]
    if unknown:
        problems.append(FieldProblem("exceptions", f"must be among {', '.join(EXCEPTIONS)}"))
    if entry.start < latest - LONGEST:
        problems.append(FieldProblem("start", f"must lie within the last {LONGEST.days} days"))
    if entry.start > latest:
        problems.append(FieldProblem("start", "must not be in the future: a log tells what has been"))
    if entry.end is not None and entry.end > latest:
        problems.append(FieldProblem("end", "must not be in the future; leave it empty while it goes on"))
    if entry.end is not None and entry.end <= entry.start:
        problems.append(FieldProblem("end", "must be after the start"))
    return problems


async def _covers(session: AsyncSession, resource: Resource, actor: Actor, entry: DutyEntry) -> bool:
    """Whether something else is recorded for the time; the status that goes on now is not: a new one ends it."""
    now = datetime.now(UTC) + AHEAD
    since = entry.start - timedelta(days=2)
    (log,) = await driver_logs_within(session, actor, resource, [entry.driver_id], since, now)
    start = int(entry.start.timestamp())
    until = int((entry.end or now).timestamp())
    last = log.line[-1] if log.line else None
    return any(
        one.record is not None
        and one.start < until
        and one.end > start
        and not (one is last and one.record.end is None)
        for one in log.line
    )
