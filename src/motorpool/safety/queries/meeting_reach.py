"""Who may lead a meeting, and whose place on its list somebody signs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, Forbidden, NotFound
from motorpool.core.resource.select import base_parameters, get_statement, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.meetings import MEETINGS

MEETING = next(one for one in MEETINGS if one.table.name == "safety_meetings")
LEAD = "safety_meetings.lead"
#: People sign while a meeting takes place, so from shortly before on.
EARLY = timedelta(hours=1)
NOBODY = Reach()
LOOK = """
SELECT t.id, t.status, t.meeting_date, t.quiz_pass_percent, t.quiz_attempts,
       coalesce(t.facilitator_user_id = %(actor_user)s, false) OR coalesce({within}, false) AS leads
FROM safety_meetings t WHERE t.tenant_id = %(tenant)s AND t.id = %(key)s {lock}
"""
PLACE = """
SELECT a.id, a.safety_meeting_id, a.came_at, a.signed_at, a.withdrawn_at,
       coalesce(a.user_id = %(actor_user)s OR a.driver_id = %(actor_driver)s, false) AS is_own
FROM meeting_attendees a WHERE a.tenant_id = %(tenant)s AND a.id = %(key)s FOR NO KEY UPDATE
"""
MEETING_OF = "SELECT safety_meeting_id FROM meeting_attendees WHERE tenant_id = %(tenant)s AND id = %(key)s"


@dataclass(frozen=True, slots=True)
class Meeting:
    """`leads`: the actor may invite, note attendance and take signatures."""

    id: UUID
    status: str
    meeting_date: datetime
    quiz_pass_percent: int | None
    quiz_attempts: int | None
    leads: bool

    @property
    def has_begun(self) -> bool:
        return self.meeting_date <= datetime.now(UTC) + EARLY


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the list, locked. `is_own`: the actor's own."""

    id: UUID
    meeting: Meeting
    came_at: datetime | None
    signed_at: datetime | None
    withdrawn_at: datetime | None
    is_own: bool


def leading_reach(actor: Actor) -> Reach:
    """Whose meetings the actor may lead; being on a list is no reason."""
    return replace(actor.access.reach(LEAD) or NOBODY, own=False)


async def look_at_meeting(session: AsyncSession, actor: Actor, key: UUID, lock: str = "") -> Meeting | None:
    reach = leading_reach(actor)
    within = scope_condition(MEETING, reach) or "true"
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        LOOK.format(within=within, lock=lock), base_parameters(actor, reach) | {"key": key}
    )
    row = found.first()
    return None if row is None else Meeting(*row)


async def _sees(session: AsyncSession, actor: Actor, key: UUID) -> bool:
    reach = actor.access.reach("safety_meetings.read") or NOBODY
    statement = get_statement(MEETING, actor, reach, key, {}, fields=("id",))
    connection = await session.connection()
    return (await connection.exec_driver_sql(statement.sql, statement.parameters)).first() is not None


async def meeting_to_lead(session: AsyncSession, actor: Actor, key: UUID, *, closed: bool = False) -> Meeting:
    """A meeting that the actor leads, locked. `closed`: one that was held will do.

    Raises: NotFound for one that the actor does not see, Forbidden for one that others lead, Conflict for one that was cancelled
    or is closed.
    """
    meeting = await look_at_meeting(session, actor, key, "FOR NO KEY UPDATE")
    if meeting is None or not (meeting.leads or await _sees(session, actor, key)):
        raise NotFound("There is no such safety meeting.")
    if not meeting.leads:
        raise Forbidden(f"This needs the permission {LEAD}.", code="permission_needed", permission=LEAD)
    if meeting.status == "cancelled":
        raise Conflict("The meeting was cancelled.", code="cancelled")
    if meeting.status == "held" and not closed:
        raise Conflict("The meeting is closed; its list stays as it is.", code="closed")
    return meeting


async def lock_meeting_of(session: AsyncSession, actor: Actor, key: UUID) -> None:
    """Lock the meeting of a place on a list, shared: many sign at once, but nobody closes the meeting or its quiz under them."""
    connection = await session.connection()
    meeting = (await connection.exec_driver_sql(MEETING_OF, {"tenant": actor.tenant_id, "key": key})).scalar()
    if meeting is not None:
        await connection.exec_driver_sql(
            "SELECT FROM safety_meetings WHERE tenant_id = %(tenant)s AND id = %(key)s FOR SHARE",
            {"tenant": actor.tenant_id, "key": meeting},
        )


async def place_on_list(session: AsyncSession, actor: Actor, key: UUID, *, leading: bool = False) -> Place:
    """A place that the actor may act for: the own one, or one of a meeting that they lead (`leading`: only that).

    Raises: NotFound for others', Conflict when the meeting was cancelled.
    """
    await lock_meeting_of(session, actor, key)
    connection = await session.connection()
    where = {
        "tenant": actor.tenant_id,
        "key": key,
        "actor_user": actor.user_id,
        "actor_driver": actor.driver_id,
    }
    row: Any = (await connection.exec_driver_sql(PLACE, where)).first()
    meeting = None if row is None else await look_at_meeting(session, actor, row.safety_meeting_id)
    if meeting is None or not (meeting.leads or row.is_own):
        raise NotFound("There is no such meeting attendee.")
    if leading and not meeting.leads:
        raise Forbidden(f"This needs the permission {LEAD}.", code="permission_needed", permission=LEAD)
    if meeting.status == "cancelled":
        raise Conflict("The meeting was cancelled.", code="cancelled")
    return Place(row.id, meeting, row.came_at, row.signed_at, row.withdrawn_at, row.is_own)
