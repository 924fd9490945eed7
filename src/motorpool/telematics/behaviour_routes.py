"""Scores of drivers over HTTP, and the import of street limits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, field

from motorpool.core.errors import BadRequest, FieldProblem, NotFound
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Verbs
from motorpool.telematics.actions.import_street_limits import import_street_limits
from motorpool.telematics.queries.behaviour_on_map import behaviour_in_box
from motorpool.telematics.queries.driver_scores import (
    DRIVERS,
    Period,
    Scored,
    default_period,
    driver_ranking,
    driver_scorecard,
)
from motorpool.telematics.queries.road_places import box_of
from motorpool.telematics.resources import RESOURCES
from motorpool.telematics.road_routes import Box, Features
from motorpool.telematics.rules.driver_score import Impact

verbs = Verbs((*RESOURCES, DRIVERS))
LONGEST_DAYS = 366


class Days(Struct, forbid_unknown_fields=True):
    """A span of days in the organisation's time zone; the last four weeks when left out."""

    since: Annotated[date | None, Meta(description="The first day")] = field(default=None, name="from")
    until: Annotated[date | None, Meta(description="The last day, included; today when left out")] = field(
        default=None, name="to"
    )


class ImpactShown(Struct):
    kind: str
    amount: Annotated[float, Meta(description="Number of events; of speeding s above the limit")]
    weight: float
    points: Annotated[float, Meta(description="Points lost")]
    formula: Annotated[str, Meta(description="The calculation, with its figures")]


class WeekShown(Struct):
    first_day: date
    last_day: date
    score: float | None
    distance_km: float
    events: int


class DriverScore(Struct, kw_only=True):
    """The score is 100 less the points of all impacts, and not below 0."""

    driver_id: UUID
    name: str
    first_day: date
    last_day: date
    score: Annotated[float | None, Meta(description="0 to 100; null: nothing was driven")]
    previous_score: Annotated[float | None, Meta(description="Of as many days before")]
    is_ranked: Annotated[bool, Meta(description="Whether enough was driven to compare")]
    coaching_suggested: bool
    distance_km: float
    driving_minutes: float
    events: Annotated[dict[str, int], Meta(description="How many of each kind")]
    impacts: list[ImpactShown]


class Scorecard(DriverScore, kw_only=True):
    weights: dict[str, float]
    weights_valid_from: Annotated[date | None, Meta(description="null: the program's defaults")]
    weeks: list[WeekShown]


class RankedDriver(DriverScore, kw_only=True):
    place: Annotated[int | None, Meta(description="1 is best; null: drove too little to be compared")]


class Ranking(Struct):
    items: list[RankedDriver]


def period_of(actor: Actor, first: date | None, last: date | None) -> Period:
    """The days that a request names. Raises: BadRequest."""
    last = last or actor.today
    first = first or default_period(last).first
    if not 0 <= (last - first).days < LONGEST_DAYS:
        problem = FieldProblem("from", f"must not be after `to`, and at most {LONGEST_DAYS} days")
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    return Period(first, last)


@verbs.get("drivers", "score", Days, permission="read", answers=Scorecard)
async def score(call: Call[Days]) -> Scorecard:
    """A driver's safety score with its explanation and its weeks

    Also needs `driver_behavior_events.read`. Points lost: weight x events x 1,000 / miles for each kind of event, weight x 100 x time
    above the limit / driving time for speeding.
    """
    period = period_of(call.actor, call.body.since, call.body.until)
    card = await driver_scorecard(call.database, call.actor, call.reach, call.key, period)
    if card is None:
        raise NotFound("There is no such driver.")
    rating = card.now.rating
    return Scorecard(
        **_common(card.now, card.before),
        weights=asdict(rating.weights),
        weights_valid_from=rating.valid_from,
        weeks=[
            WeekShown(
                one.period.first,
                one.period.last,
                _rounded(one.score.value),
                round(one.score.distance_km, 2),
                sum(one.counts.values()),
            )
            for one in card.weeks
        ],
    )


@verbs.get("drivers", "score_ranking", Days, path="/score-ranking", permission="read", answers=Ranking)
async def ranking(call: Call[Days]) -> Ranking:
    """Drivers by their safety score, best first

    Who drove less than the organisation's minimum stands last, without a place. Also needs `driver_behavior_events.read`.
    """
    period = period_of(call.actor, call.body.since, call.body.until)
    found = await driver_ranking(call.database, call.actor, call.reach, period)
    return Ranking([RankedDriver(**_common(one.now, one.before), place=one.place) for one in found])


@verbs.get("driver_behavior_events", "in_box", Box, path="/in-box", permission="read", answers=Features)
async def events_in_box(call: Call[Box]) -> Any:
    """Driver behaviour events of the last 14 days in a box of the map"""
    resource = call.state.registry["driver_behavior_events"]
    texts, truncated = await behaviour_in_box(call.database, call.actor, resource, box_of(call.body.box))
    return Features([msgspec.Raw(text.encode()) for text in texts], truncated)  # type: ignore[misc]


class StreetImport(Struct, forbid_unknown_fields=True):
    """A GeoJSON FeatureCollection of lines with a `maxspeed` (or `speed_limit`, `limit_kph`, `limit_mph`) each, where it is known."""

    features: Annotated[
        list[Any],
        Meta(
            min_length=1,
            max_length=200_000,
            examples=[
                [
                    {
                        "type": "Feature",
                        "properties": {"maxspeed": "25 mph"},
                        "geometry": {
                            "type": "LineString",
                            "coordinates": [[-122.42, 37.77], [-122.41, 37.77]],
                        },
                    }
                ]
            ],
        ),
    ]
    source: Annotated[str, Meta(max_length=255)] | None = None
    type: str = "FeatureCollection"
    name: str | None = None
    crs: Any = None
    bbox: Any = None
    metadata: Any = None
    xy_coordinate_resolution: float | None = None


class StreetsImported(Struct):
    pieces: Annotated[int, Meta(description="Pieces of streets in the file")]
    with_limit: int
    changed: Annotated[int, Meta(description="New, or other than before")]


@verbs.post("street_limits", "import", StreetImport, path="/import", answers=StreetsImported, everywhere=True)
async def import_streets(call: Call[StreetImport]) -> StreetsImported:
    """Take over the speed limits of streets from a GeoJSON file

    Streets without a limit belong into the file: without them their neighbours' limits would be taken for theirs.
    """
    done = await import_street_limits(call.session, call.body.features, call.body.source)
    return StreetsImported(done.pieces, done.with_limit, done.changed)


def _common(now: Scored, before: Scored) -> dict[str, Any]:
    return {
        "driver_id": now.driver_id,
        "name": now.name,
        "first_day": now.period.first,
        "last_day": now.period.last,
        "score": _rounded(now.score.value),
        "previous_score": _rounded(before.score.value),
        "is_ranked": now.is_ranked,
        "coaching_suggested": now.wants_coaching,
        "distance_km": round(now.score.distance_km, 2),
        "driving_minutes": round(now.score.driving_s / 60, 1),
        "events": now.counts,
        "impacts": [_impact(one) for one in now.score.impacts],
    }


def _impact(one: Impact) -> ImpactShown:
    return ImpactShown(one.kind, one.amount, one.weight, round(one.points, 2), one.formula)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
