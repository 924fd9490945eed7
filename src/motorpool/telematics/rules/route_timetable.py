"""When a vehicle is where, along stops in a given order; and why a stop found no place in any tour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Window = tuple[float | None, float | None]
"""Earliest begin and latest arrival at a stop, in seconds on one clock; None: open."""


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of a timetable, in seconds on the same clock. `late_s`: arrival after the end of its window, else 0."""

    arrival: float
    waiting_s: float
    departure: float
    late_s: float


def timetable(
    begins: float, legs_s: Sequence[float], service_s: Sequence[float], windows: Sequence[Window]
) -> list[Call]:
    """Calls along n stops; `legs_s[i]` leads to stop i. Whoever comes early waits; whoever comes late is served all the same.

    Raises: ValueError when the sequences are not equally long.
    """
    if not len(legs_s) == len(service_s) == len(windows):
        raise ValueError(
            f"{len(legs_s)} legs, {len(service_s)} services, {len(windows)} windows: they must be equally many"
        )
    calls: list[Call] = []
    now = begins
    for leg, service, (earliest, latest) in zip(legs_s, service_s, windows, strict=True):
        arrival = now + leg
        waiting = max(0.0, earliest - arrival) if earliest is not None else 0.0
        late = max(0.0, arrival - latest) if latest is not None else 0.0
        now = arrival + waiting + service
        calls.append(Call(arrival, waiting, now, late))
    return calls


def latest_start(
    begins: float, legs_s: Sequence[float], service_s: Sequence[float], windows: Sequence[Window]
) -> float:
    """When to leave at the latest so that nothing is done later than by leaving at `begins`: waiting is spared.

    The forward time slack of M. W. P. Savelsbergh ("The vehicle routing problem with time windows: minimizing route duration", ORSA
    Journal on Computing 4, 1992).
    """
    waited, slack = 0.0, float("inf")
    for call, (_, latest) in zip(timetable(begins, legs_s, service_s, windows), windows, strict=True):
        waited += call.waiting_s
        if latest is not None:
            slack = min(slack, waited + max(0.0, latest - call.arrival - call.waiting_s))
    return begins + min(waited, slack)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a vehicle could do for one stop: seconds to it from its start and from it to its end (None: no way leads there), its day
    on the clock, and what it can carry.
    """

    there_s: float | None
    back_s: float | None
    begins: float
    ends: float
    capacity: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is stable, `reason` a sentence for people."""

    code: str
    reason: str


MEASURES = ("kg", "m³", "pieces")


def refusal(
    demand: tuple[float, ...],
    service_s: float,
    window: Window,
    offers: Sequence[Offer],
    wanted: Sequence[float],
) -> Refusal:
    """Why a stop was left out, looking at each vehicle as if it went nowhere else first.

    demand: kg, m³ and pieces. wanted: what all stops ask for together, in the same measures.
    """
    if not offers:
        return Refusal("no_vehicle", "There is no vehicle.")
    near = [offer for offer in offers if offer.there_s is not None and offer.back_s is not None]
    if not near:
        return Refusal("unreachable", "No way leads there for any of the vehicles.")
    for amount, name, most in zip(demand, MEASURES, _capacities(near, max), strict=True):
        if most is not None and amount > most:
            return Refusal("too_large", f"It needs {amount:g} {name}; the largest vehicle takes {most:g}.")
    fits = [offer for offer in near if _carries(offer, demand)]
    if not fits:
        return Refusal("too_large", "No single vehicle can take all that it needs.")
    earliest, latest = window
    arrivals = [max(offer.begins + (offer.there_s or 0.0), earliest or offer.begins) for offer in fits]
    if latest is not None and min(arrivals) > latest:
        late = (min(arrivals) - latest) / 60
        return Refusal("window", f"The nearest vehicle would come {late:.0f} min after its time window ends.")
    if all(
        arrival + service_s + (offer.back_s or 0.0) > offer.ends
        for arrival, offer in zip(arrivals, fits, strict=True)
    ):
        return Refusal("shift", "No vehicle can go there and be back before its day ends.")
    for amount, total, name, most in zip(demand, wanted, MEASURES, _capacities(offers, sum), strict=True):
        if amount and most is not None and total > most:
            return Refusal(
                "capacity", f"All stops need {total:g} {name}; the vehicles together take {most:g}."
            )
    return Refusal("no_time", "The vehicles have no time left for it beside the other stops.")


def _carries(offer: Offer, demand: tuple[float, ...]) -> bool:
    return all(most is None or amount <= most for amount, most in zip(demand, offer.capacity, strict=True))


def _capacities(offers: Sequence[Offer], taken: Callable[[list[float]], float]) -> list[float | None]:
    """The greatest capacity in each measure, or their sum; None where one vehicle has no limit."""
    columns = zip(*(offer.capacity for offer in offers), strict=True)
    limits = [[most for most in column if most is not None] for column in columns]
    return [taken(column) if len(column) == len(offers) else None for column in limits]
