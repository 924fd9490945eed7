"""Verbs of trips: join, cut, undo; apply the rules that classify them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import raw_connection
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.telematics.actions.apply_trip_rules import RuleChanges, apply_trip_rules, preview_trip_rules
from motorpool.telematics.actions.edit_trips import MOST_JOINED, merge_trips, split_trip, undo_edit
from motorpool.telematics.derive.definition import trip_definition
from motorpool.telematics.periods import local_period
from motorpool.telematics.resources import RESOURCES
from motorpool.telematics.rules.definition import TripDefinition

verbs = Verbs(RESOURCES)
Reason = Annotated[str, Meta(max_length=500, description="Why, for whoever reads the log")]


class Merging(Struct, forbid_unknown_fields=True):
    following: Annotated[
        int, Meta(ge=1, le=MOST_JOINED - 1, description="How many of the next trips to join it with")
    ] = 1
    reason: Reason | None = None


class Splitting(Struct, forbid_unknown_fields=True):
    at: Annotated[datetime, Meta(tz=True, description="Where the first part ends")]
    until: Annotated[
        datetime | None, Meta(description="Where the second part begins; left out: where the first ends")
    ] = None
    reason: Reason | None = None


class Parts(Struct):
    """Both parts of a trip."""

    id: UUID
    second_id: UUID


class Period(Struct, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    first: Annotated[date, Meta(description="First local day")]
    last: Annotated[date, Meta(description="Last local day, included")]


class RulesApplied(Struct):
    changed: int


def definition_of(state: Any) -> TripDefinition:
    return trip_definition(state.settings.trips)


@verbs.post("trips", "merge", Merging)
async def merge(call: Call[Merging]) -> None:
    """Join a trip with the one that follows it

    It keeps its id and number and ends where the last one ended; the stops between are gone. Every later derivation
    obeys. Undone by `POST /api/v1/trip-edits/{id}/undo`, or by cutting it there.
    """
    await merge_trips(
        call.session,
        call.actor,
        call.key,
        definition_of(call.state),
        following=call.body.following,
        reason=call.body.reason,
    )
    call.session.expire_all()


@verbs.post("trips", "split", Splitting, answers=Parts)
async def split(call: Call[Splitting]) -> Parts:
    """Cut a trip in two

    At the last position at or before `at`; with `until`, a stop lies between. Both parts keep what people said.
    """
    second = await split_trip(
        call.session,
        call.actor,
        call.key,
        definition_of(call.state),
        at=call.body.at,
        until=call.body.until,
        reason=call.body.reason,
    )
    return Parts(call.key, second)


@verbs.post("trip_edits", "undo", Nothing)
async def undo(call: Call[Nothing]) -> None:
    """Take a join or a cut of trips back"""
    await undo_edit(call.session, call.actor, call.key, definition_of(call.state))


def moments(actor: Actor, period: Period) -> tuple[datetime, datetime]:
    return local_period(period.first, period.last, actor.time_zone)


@verbs.get(
    "trip_rules", "preview", Period, path="/preview", permission="apply", answers=RuleChanges, everywhere=True
)
async def preview(call: Call[Period]) -> RuleChanges:
    """What applying the rules to a period would change"""
    return await preview_trip_rules(call.database, call.actor, *moments(call.actor, call.body))


@verbs.post("trip_rules", "apply", Period, path="/apply", answers=RulesApplied, everywhere=True)
async def apply(call: Call[Period]) -> RulesApplied:
    """Classify the trips of a period by the rules again

    What people said stays. A trip that a rule classified and that none fits any more is unclassified again.
    """
    connection = await raw_connection(call.session)
    return RulesApplied(await apply_trip_rules(connection, call.actor, *moments(call.actor, call.body)))


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
