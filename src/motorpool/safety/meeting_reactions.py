"""What follows when a meeting is moved, cancelled or closed, and when somebody is given an action."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.errors import Conflict
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.give_training import give_training

CHANGED, GIVEN = "meetings_changed", "corrective_actions_given"
#: What whoever was invited has to know.
TELLING = frozenset({"meeting_date", "location", "facility_id"})
#: The next to begin of those that have not.
AHEAD = text(
    "SELECT min(meeting_date) FROM safety_meetings WHERE tenant_id = :tenant AND id = ANY (:keys) AND meeting_date > now()"
)
#: Actions that somebody has: only these are told.
OWNED = text("""
SELECT id FROM corrective_actions
WHERE tenant_id = :tenant AND id = ANY (:keys) AND assigned_to_user_id IS NOT NULL AND status IN ('open', 'in_progress')
""")


@reaction("safety_meetings", "update", "reschedule", "cancel")
async def tell_the_invited(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "update" and not TELLING & change.columns:
        return
    connection = await raw_connection(session)
    await announce_rows(connection, CHANGED, actor.tenant_id, "meeting_ids", change.keys)


@foresight("safety_meetings", "hold")
async def wait_for_the_beginning(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Raises: Conflict for a meeting that has not begun by the clock; people may sign a little before."""
    keys = [one["id"] for one in intent.rows]
    first = (await session.execute(AHEAD, {"tenant": actor.tenant_id, "keys": keys})).scalar()
    if first is not None:
        begins = first.astimezone(ZoneInfo(actor.time_zone))
        raise Conflict(
            f"The meeting begins on {begins:%Y-%m-%d} at {begins:%H:%M} ({actor.time_zone}); it can be closed from then on.",
            code="move_forbidden",
        )


@reaction("safety_meetings", "hold")
async def count_as_training(session: AsyncSession, actor: Actor, change: Change) -> None:
    await session.flush()
    await give_training(session, actor, change.keys)


@reaction("corrective_actions", "create", "update", "reopen")
async def tell_the_owner(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "update" and "assigned_to_user_id" not in change.columns:
        return
    await session.flush()
    keys = list(
        (await session.execute(OWNED, {"tenant": actor.tenant_id, "keys": list(change.keys)})).scalars()
    )
    connection = await raw_connection(session)
    await announce_rows(connection, GIVEN, actor.tenant_id, "action_ids", keys)
