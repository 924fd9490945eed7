"""What follows from changes of the fleet's rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.jobs.defer import defer_reactions
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.fleet.actions.decide_reservations import refuse_fewer_kilometres, refuse_taken
from motorpool.fleet.actions.hand_over_reservations import begin_use, end_use
from motorpool.fleet.availability.asking import Use, refuse_uses
from motorpool.fleet.models import MeterReading
from motorpool.fleet.resources import RESOURCES

#: Topics of announcements.
REQUESTED, DECIDED = "reservations_requested", "reservations_decided"
METER_READINGS = next(one for one in RESOURCES if one.model is MeterReading)
#: History may be written down whatever holds today; what reaches into the future is asked about from now on.
_AHEAD = """
SELECT id, vehicle_id, driver_id, greatest(starts_at, now()), ends_at FROM driver_assignments
WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s) AND (ends_at IS NULL OR ends_at > now())
"""


@foresight("vehicle_reservations", "approve", "reschedule", "hand_over", "extend")
async def refuse_reservation(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """A vehicle is promised and handed over only when nothing speaks against it."""
    await refuse_taken(session, actor, intent.occasion, intent.rows)


@foresight("vehicle_reservations", "return")
async def refuse_odometer(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """An odometer does not run backwards."""
    await refuse_fewer_kilometres(session, actor, intent.rows)


@reaction("vehicle_reservations", "hand_over")
async def vehicle_is_out(session: AsyncSession, actor: Actor, change: Change) -> None:
    await begin_use(session, actor, METER_READINGS, change.keys)


@reaction("vehicle_reservations", "return")
async def vehicle_is_back(session: AsyncSession, actor: Actor, change: Change) -> None:
    await end_use(session, actor, METER_READINGS, change.keys)


@reaction("vehicle_reservations", "create", "reconsider")
async def announce_requests(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Whoever listens hears that vehicles are asked for."""
    connection = await raw_connection(session)
    await defer_reactions(connection, REQUESTED, actor.tenant_id, reservation_ids=list(change.keys))


@reaction("vehicle_reservations", "approve", "reject", "cancel", "reschedule")
async def announce_decisions(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Whoever listens hears what became of requests."""
    connection = await raw_connection(session)
    await defer_reactions(connection, DECIDED, actor.tenant_id, reservation_ids=list(change.keys))


@reaction("driver_assignments", "create", "update")
async def ask_for_assignment(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Nobody is assigned to a vehicle that cannot be used when it begins; without end, only that moment is asked about."""
    if change.occasion == "update" and "starts_at" not in change.columns:
        return
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        _AHEAD, {"tenant": actor.tenant_id, "keys": list(change.keys)}
    )
    uses, fields = [], []
    for key, vehicle, driver, starts_at, ends_at in found:
        uses.append(Use([vehicle], [driver], starts_at, ends_at, key))
        fields.append((change.place(key, "vehicle_id"), change.place(key, "driver_id")))
    await refuse_uses(session, actor, uses, fields)
