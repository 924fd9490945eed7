"""Road distances, times and lines from a Valhalla service (https://valhalla.github.io/valhalla/api/).

Matrix: `POST /sources_to_targets`, at most LARGEST places a side and question, so that larger ones are asked in blocks. Line: `POST
/route` with up to LONGEST places. Answers 400 with an error code: 171 "no suitable edges near location" (`POST /locate` tells
which), 170 "locations are in unconnected regions", 442 "no path could be found", 150/154 too many or too far.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import numpy as np
import polyline
from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid, Unavailable
from motorpool.core.http import Answer, NoAnswer, OutgoingClient, Refused
from motorpool.core.settings import OutgoingSettings
from motorpool.telematics.routing.travel import Line, Profile, Spot, Travel
from motorpool.telematics.rules.track import Floats

LARGEST = 50
LONGEST = 20
#: Valhalla's polylines have six decimals.
PRECISION = 6
#: How far from a road a place may be, in metres.
SNAP_M = 500
UNROUTABLE = {
    170: "lies in a part of the road network that the others cannot reach",
    171: "has no road near it that this vehicle may use",
    442: "cannot be reached by road from the place before it",
}


class _Cell(Struct):
    distance: float | None = None
    time: float | None = None


class _Table(Struct):
    sources_to_targets: list[list[_Cell]]


class _Located(Struct):
    edges: list[Any] | None = None


class _Leg(Struct):
    shape: str


class _Trip(Struct):
    legs: Annotated[list[_Leg], Meta(min_length=1)]


class _Route(Struct):
    trip: _Trip


class _Trouble(Struct):
    error_code: int = 0
    error: str = ""


class Valhalla:
    """A Valhalla service at an address that the operator configured; it may be on this machine or in the own network."""

    def __init__(self, url: str, outgoing: OutgoingSettings, timeout_s: float) -> None:
        self._url = url.rstrip("/")
        # The operator's own word, not an address that somebody typed into a form.
        self._outgoing = outgoing.model_copy(update={"networks": "0.0.0.0/0,::/0"})
        self._timeout_s = timeout_s

    async def travel(self, spots: list[Spot], profile: Profile) -> Travel:
        """A place off the roads has no way to it and from it: its row and column are NaN.

        Raises: Invalid when no way leads among the places at all; Unavailable when there is no usable answer.
        """
        n = len(spots)
        metres, seconds = np.full((n, n), np.nan), np.full((n, n), np.nan)
        async with OutgoingClient(self._outgoing) as client:
            chosen = list(range(n))
            try:
                await self._fill(client, spots, profile, chosen, metres, seconds)
            except Invalid:
                # The service refuses all places for one that is off the roads; which one, it tells when asked.
                off = await self._off_road(client, spots, profile)
                chosen = [place for place in chosen if place not in off]
                if not off or not chosen:
                    raise
                await self._fill(client, spots, profile, chosen, metres, seconds)
        metres[chosen, chosen] = seconds[chosen, chosen] = 0.0
        return Travel(metres, seconds, "road")

    async def _fill(
        self,
        client: OutgoingClient,
        spots: list[Spot],
        profile: Profile,
        chosen: list[int],
        metres: Floats,
        seconds: Floats,
    ) -> None:
        """Write the cells of the chosen places, block by block."""
        blocks = [chosen[start : start + LARGEST] for start in range(0, len(chosen), LARGEST)]
        for rows in blocks:
            for columns in blocks:
                body = _costing(profile) | {
                    "sources": [_location(spots[i]) for i in rows],
                    "targets": [_location(spots[i]) for i in columns],
                    "units": "kilometers",
                    # Rows of {distance, time} objects, as in every version.
                    "verbose": True,
                }
                cells = (await self._ask(client, "sources_to_targets", body, _Table)).sources_to_targets
                if len(cells) != len(rows) or any(len(row) != len(columns) for row in cells):
                    raise _unusable("its matrix has another size than what was asked")
                block = np.ix_(rows, columns)
                metres[block] = [[_number(cell.distance) * 1000 for cell in row] for row in cells]
                seconds[block] = [[_number(cell.time) for cell in row] for row in cells]

    async def _off_road(self, client: OutgoingClient, spots: list[Spot], profile: Profile) -> set[int]:
        """Places that have no road near them."""
        found: set[int] = set()
        for start in range(0, len(spots), LONGEST):
            part = range(start, min(start + LONGEST, len(spots)))
            body = _costing(profile) | {"locations": [_location(spots[i]) for i in part], "verbose": False}
            said = await self._ask(client, "locate", body, list[_Located])
            found |= {place for place, located in zip(part, said, strict=False) if not located.edges}
        return found

    async def line(self, spots: list[Spot], profile: Profile) -> Line:
        """Raises: as `travel`."""
        legs: list[_Leg] = []
        async with OutgoingClient(self._outgoing) as client:
            for start in range(0, len(spots) - 1, LONGEST - 1):
                part = range(start, min(start + LONGEST, len(spots)))
                body = _costing(profile) | {
                    "locations": [_location(spots[i]) for i in part],
                    "units": "kilometers",
                    "directions_type": "none",
                }
                found = (await self._ask(client, "route", body, _Route)).trip.legs
                if len(found) != len(part) - 1:
                    raise _unusable(f"its way has {len(found)} legs, {len(part) - 1} were asked for")
                legs += found
        try:
            points = [point for leg in legs for point in polyline.decode(leg.shape, PRECISION)]
        except (IndexError, ValueError) as error:
            raise _unusable("the shape of its way cannot be read") from error
        lat, lng = np.array(points, np.float64).T
        return Line(lat, lng, "road")

    async def _ask(self, client: OutgoingClient, what: str, body: dict[str, Any], kind: Any) -> Any:
        try:
            answer = await client.request("POST", f"{self._url}/{what}", json=body, timeout_s=self._timeout_s)
        except (NoAnswer, Refused) as error:
            raise _unusable(str(error)) from error
        if answer.status != 200:
            raise _trouble(answer)
        try:
            return answer.json(kind)
        except msgspec.DecodeError as error:
            raise _unusable(f"its answer cannot be read: {error}") from error


def _costing(profile: Profile) -> dict[str, Any]:
    known = {"height": profile.height_m, "weight": profile.weight_t} if profile.kind == "truck" else {}
    options = {name: value for name, value in known.items() if value is not None}
    return {"costing": profile.kind, "costing_options": {profile.kind: options}}


def _location(spot: Spot) -> dict[str, float]:
    return {"lat": spot.lat, "lon": spot.lng, "search_cutoff": SNAP_M}


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _trouble(answer: Answer) -> Exception:
    try:
        said = answer.json(_Trouble)
    except msgspec.DecodeError:
        said = _Trouble()
    if 400 <= answer.status < 500 and said.error_code in UNROUTABLE:
        return Invalid(
            "A place cannot be reached by road.",
            fields=[FieldProblem("stops", f"one of them {UNROUTABLE[said.error_code]}", "unroutable")],
            code="unroutable",
        )
    words = f"error {said.error_code}: {said.error}" if said.error else f"status {answer.status}"
    return _unusable(f"it answered with {words}")


def _unusable(why: str) -> Unavailable:
    return Unavailable(
        f"The routing service (MOTORPOOL_ROUTING_URL) is of no use now: {why}.", code="no_routing"
    )
