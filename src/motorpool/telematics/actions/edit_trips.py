"""Join trips, cut one in two, and take it back. The instruction is kept; every derivation obeys it (decision 26).

The joined trip is the first one with a later end: it keeps its id, its number, and what was said about it. What people
said about the others is kept with the instruction and comes back when it is undone. Of a trip that is cut, both parts
keep what was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.errors import Conflict, FieldProblem, Invalid, NotFound
from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.at_once import derive_at_once
from motorpool.telematics.models import Trip, TripEdit
from motorpool.telematics.rules.definition import TripDefinition

#: More trips than this are no slip of the derivation.
MOST_JOINED = 20
SAID = ("usage_type", "business_purpose", "business_percent", "classified_by", "classified_at")


async def merge_trips(
    session: AsyncSession,
    actor: Actor,
    trip_id: UUID,
    definition: TripDefinition,
    *,
    following: int = 1,
    reason: str | None = None,
) -> UUID:
    """Join a trip with the `following` next ones of its vehicle. The id of the joined trip, which is the first's.

    Raises NotFound; Conflict when there are not as many trips, or one of them is under way; Invalid.
    """
    if not 1 <= following < MOST_JOINED:
        raise Invalid(
            "Some fields are not valid.",
            fields=[FieldProblem("following", f"must be 1 to {MOST_JOINED - 1}")],
        )
    first = await _trip(session, actor, trip_id)
    found = await session.scalars(
        select(Trip)
        .where(
            Trip.tenant_id == actor.tenant_id,
            Trip.vehicle_id == first.vehicle_id,
            Trip.started_at > first.started_at,
        )
        .order_by(Trip.started_at)
        .limit(following)
    )
    others = list(found)
    if len(others) < following:
        raise Conflict("There is no later trip of this vehicle to join it with.", code="no_next_trip")
    chain = [first, *others]
    if any(one.ended_at is None for one in chain):
        raise Conflict("A trip that is under way cannot be joined; wait for its end.", code="under_way")
    edits = await _holding(session, actor, first.vehicle_id)
    for before, after in zip(chain, others, strict=False):
        assert before.ended_at is not None
        cut = _cut_between(edits, before, after)
        if cut is not None:
            # It was one trip until somebody cut it: the cut is taken back.
            _undo(cut, actor)
            continue
        session.add(
            TripEdit(
                vehicle_id=first.vehicle_id,
                kind="merge",
                trip_started_at=before.started_at,
                starts_at=before.ended_at,
                ends_at=after.started_at,
                reason=reason,
                absorbed=[_said(after)] if after.usage_type or after.business_purpose else None,
                made_by_user_id=actor.user_id,
            )
        )
    await _derive(session, actor, first.vehicle_id, first.started_at, definition)
    return trip_id


async def split_trip(
    session: AsyncSession,
    actor: Actor,
    trip_id: UUID,
    definition: TripDefinition,
    *,
    at: datetime,
    until: datetime | None = None,
    reason: str | None = None,
) -> UUID:
    """Cut a trip at a time, or at a stop from `at` to `until`. The id of the second part.

    Raises NotFound; Conflict for a trip that is under way; Invalid for times outside of it, or where it has no fix.
    """
    trip = await _trip(session, actor, trip_id)
    if trip.ended_at is None:
        raise Conflict("A trip that is under way cannot be cut; wait for its end.", code="under_way")
    end = until or at
    if not trip.started_at < at <= end < trip.ended_at:
        raise Invalid(
            "Some fields are not valid.",
            fields=[FieldProblem("at", "must be after the start of the trip and before its end")],
        )
    joined = [
        one
        for one in await _holding(session, actor, trip.vehicle_id)
        if one.kind == "merge" and one.starts_at <= at and end <= one.ends_at
    ]
    if joined:
        # It was two trips until somebody joined them here: that is taken back.
        for one in joined:
            _undo(one, actor)
    else:
        session.add(
            TripEdit(
                vehicle_id=trip.vehicle_id,
                kind="split",
                trip_started_at=trip.started_at,
                starts_at=at,
                ends_at=end,
                reason=reason,
                made_by_user_id=actor.user_id,
            )
        )
    said = {name: getattr(trip, name) for name in (*SAID, "classified_by_user_id", "trip_rule_id")}
    await _derive(session, actor, trip.vehicle_id, trip.started_at, definition)
    for one in joined:
        await _give_back(session, actor, one)
    second = await session.scalar(
        select(Trip)
        .where(
            Trip.tenant_id == actor.tenant_id,
            Trip.vehicle_id == trip.vehicle_id,
            Trip.started_at > trip.started_at,
            Trip.started_at < trip.ended_at,
        )
        .order_by(Trip.started_at)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if second is None:
        raise Invalid(
            "Some fields are not valid.",
            fields=[FieldProblem("at", "there is no position between which the trip could be cut")],
        )
    if said["classified_by"] == "user" and second.classified_by != "user":
        await session.execute(
            update(Trip).where(Trip.tenant_id == actor.tenant_id, Trip.id == second.id).values(**said)
        )
    return second.id


async def undo_edit(
    session: AsyncSession, actor: Actor, edit_id: UUID, definition: TripDefinition
) -> TripEdit:
    """Take an instruction back. Raises NotFound, Conflict when that was done before."""
    edit = await session.scalar(
        select(TripEdit)
        .where(TripEdit.tenant_id == actor.tenant_id, TripEdit.id == edit_id)
        .with_for_update()
    )
    if edit is None:
        raise NotFound("There is no such trip edit.")
    if edit.undone_at is not None:
        raise Conflict("This was undone already.", code="undone_already")
    _undo(edit, actor)
    await _derive(session, actor, edit.vehicle_id, edit.trip_started_at, definition)
    await _give_back(session, actor, edit)
    return edit


async def _trip(session: AsyncSession, actor: Actor, trip_id: UUID) -> Trip:
    trip = await session.scalar(select(Trip).where(Trip.tenant_id == actor.tenant_id, Trip.id == trip_id))
    if trip is None:
        raise NotFound("There is no such trip.")
    return trip


async def _holding(session: AsyncSession, actor: Actor, vehicle_id: UUID) -> Sequence[TripEdit]:
    found = await session.scalars(
        select(TripEdit).where(
            TripEdit.tenant_id == actor.tenant_id,
            TripEdit.vehicle_id == vehicle_id,
            TripEdit.undone_at.is_(None),
        )
    )
    return list(found)


def _cut_between(edits: Sequence[TripEdit], before: Trip, after: Trip) -> TripEdit | None:
    """The cut that two trips come from: the fix chosen for it lies at its time or is the last one before it."""
    assert before.ended_at is not None
    assert after.ended_at is not None
    for one in edits:
        if one.kind != "split":
            continue
        if before.ended_at == after.started_at:
            if one.starts_at == one.ends_at and before.ended_at <= one.starts_at < after.ended_at:
                return one
        elif before.ended_at <= one.starts_at and one.ends_at <= after.started_at:
            return one
    return None


def _undo(edit: TripEdit, actor: Actor) -> None:
    edit.undone_at = datetime.now(UTC)
    edit.undone_by_user_id = actor.user_id


def _said(trip: Trip) -> dict[str, Any]:
    values = {name: getattr(trip, name) for name in SAID}
    people = {name: str(value) if value is not None else None for name, value in values.items()}
    by = trip.classified_by_user_id
    return {"id": str(trip.id), **people, "classified_by_user_id": str(by) if by else None}


async def _give_back(session: AsyncSession, actor: Actor, edit: TripEdit) -> None:
    """What people had said about the trips that a merge took in."""
    for said in edit.absorbed or []:
        if said.get("classified_by") != "user":
            continue
        await session.execute(
            text(
                "UPDATE trips SET usage_type = :usage_type, business_purpose = :business_purpose, "
                "business_percent = CAST(:business_percent AS numeric), classified_by = 'user', "
                "classified_at = CAST(:classified_at AS timestamptz), "
                "classified_by_user_id = CAST(:classified_by_user_id AS uuid), trip_rule_id = NULL "
                "WHERE tenant_id = :tenant AND id = CAST(:id AS uuid) AND classified_by IS DISTINCT FROM 'user'"
            ),
            {"tenant": actor.tenant_id, **said},
        )


async def _derive(
    session: AsyncSession, actor: Actor, vehicle_id: UUID, since: datetime, definition: TripDefinition
) -> None:
    await session.flush()
    connection = await raw_connection(session)
    await derive_at_once(connection, actor.tenant_id, vehicle_id, since, definition)
