"""What a trip cost in tolls: the plazas that its track passes, each passing once, at the rate of its time and vehicle."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.trip_fixes import trip_fixes
from motorpool.telematics.rules.toll_passings import passings
from motorpool.telematics.rules.toll_rates import USUAL_AXLES, TollRates, rate_of, zone_of

#: Degrees round the track in which plazas are looked for; more than any radius.
MARGIN = 0.03
PLAZAS = """
SELECT t.id, t.name, t.road, t.direction, t.latitude::float8, t.longitude::float8, t.toll_rates
FROM toll_plazas t
WHERE t.id = ANY (ARRAY(SELECT toll_plazas_in_box(%(west)s, %(south)s, %(east)s, %(north)s, 5000)))
  AND (t.tenant_id = %(tenant)s OR t.tenant_id IS NULL)
ORDER BY t.tenant_id NULLS LAST, t.id
"""
#: An organisation's own plaza stands for the shared one at the same place.
SAME_PLACE = 0.002


class TollPassing(Struct):
    toll_plaza_id: UUID
    name: str
    road: str | None
    direction: str | None
    passed_at: datetime
    distance_m: Annotated[float, Meta(description="How near the track comes to the plaza")]
    amount: Annotated[Decimal | None, Meta(description="null: the plaza has no rate for this passing")]
    currency: str


class TollTotal(Struct):
    currency: str
    amount: Decimal


class TripTolls(Struct):
    passings: list[TollPassing]
    totals: Annotated[list[TollTotal], Meta(description="By currency")]
    unpriced: Annotated[int, Meta(description="Passings without a rate; they are in no total")]
    payment: str
    axles: int
    axles_assumed: Annotated[bool, Meta(description="Nobody entered the vehicle's axles")]


async def trip_tolls(
    database: Database, actor: Actor, trip_id: UUID, *, payment: str, radius_m: float
) -> TripTolls:
    """Tolls along a trip that the actor may see. Raises NotFound."""
    fixes = await trip_fixes(database, actor, trip_id)
    found: list[TollPassing] = []
    if len(fixes.t) > 1:
        west, south, east, north = fixes.box
        box = {"west": west - MARGIN, "south": south - MARGIN, "east": east + MARGIN, "north": north + MARGIN}
        plazas = _once(await database.read(actor, PLAZAS, {"tenant": actor.tenant_id, **box}))
        places = [(row[4], row[5], row[3]) for row in plazas]
        for one in passings(fixes.t, fixes.latitude, fixes.longitude, places, radius_m=radius_m):
            key, name, road, direction, _, _, stored = plazas[one.plaza]
            rates = msgspec.convert(stored, TollRates) if stored else TollRates(currency="USD", rates=[])
            at = datetime.fromtimestamp(one.t, UTC)
            rate = rate_of(
                rates,
                at,
                axles=fixes.axles,
                vehicle_type=fixes.vehicle_type,
                payment=payment,
                zone=zone_of(rates, actor.time_zone),
            )
            amount = None if rate is None else rate.amount
            near = round(one.off_m, 1)
            found.append(TollPassing(key, name, road, direction, at, near, amount, rates.currency))
    totals: dict[str, Decimal] = {}
    for passing in found:
        if passing.amount is not None:
            totals[passing.currency] = totals.get(passing.currency, Decimal(0)) + passing.amount
    return TripTolls(
        passings=found,
        totals=[TollTotal(currency, amount) for currency, amount in sorted(totals.items())],
        unpriced=sum(passing.amount is None for passing in found),
        payment=payment,
        axles=fixes.axles or USUAL_AXLES,
        axles_assumed=fixes.axles is None,
    )


def _once(plazas: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Plazas without those of the platform where the organisation has one of its own for the same direction."""
    kept: list[tuple[Any, ...]] = []
    for row in plazas:
        _, _, _, direction, lat, lng, _ = row
        twins = (one for one in kept if one[3] == direction)
        if not any(abs(one[4] - lat) < SAME_PLACE and abs(one[5] - lng) < SAME_PLACE for one in twins):
            kept.append(row)
    return kept
