"""What an incident cost, and what of it stays with the fleet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The amounts of one claim. `direction`: own, we claim; against_us, another party does."""

    direction: str
    claimed: Decimal | None = None
    paid: Decimal | None = None
    deductible: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """Money of an incident. `total`: the actual cost that people entered, else what the parts come to."""

    damage: Decimal
    is_damage_estimated: bool
    fines: Decimal
    #: Own share of what others claim; the insurer pays the rest to them.
    deductibles: Decimal
    #: What insurers paid to others for us; it is none of our costs.
    paid_to_others: Decimal
    #: What insurers, ours or theirs, paid to us.
    recovered: Decimal
    entered: Decimal | None
    total: Decimal
    net: Decimal


def costs_of(
    *,
    entered: Decimal | None,
    damages: Iterable[tuple[Decimal | None, Decimal | None]],
    fines: Iterable[Decimal | None],
    claims: Iterable[Claimed],
) -> Costs:
    """Add up. `entered`: the incident's actual cost; `damages`: (actual, estimated) of each damage report; `fines`: those that the
    company paid.

    >>> own = Claimed("own", paid=Decimal(1500), deductible=Decimal(500))
    >>> costs_of(entered=None, damages=[(Decimal(2000), None)], fines=[], claims=[own]).net
    Decimal('500')
    """
    kept, claimed = list(damages), list(claims)
    damage = sum((_first(actual, estimated) for actual, estimated in kept), NOTHING)
    fined = sum((one or NOTHING for one in fines), NOTHING)
    ours = [one for one in claimed if one.direction == "own"]
    theirs = [one for one in claimed if one.direction != "own"]
    # The deductible of an own claim is the part of the damage that nobody paid back: it is in the damage already.
    shares = sum((one.deductible or NOTHING for one in theirs), NOTHING)
    recovered = sum((one.paid or NOTHING for one in ours), NOTHING)
    total = damage + fined + shares if entered is None else entered
    return Costs(
        damage,
        any(actual is None and estimated is not None for actual, estimated in kept),
        fined,
        shares,
        sum((one.paid or NOTHING for one in theirs), NOTHING),
        recovered,
        entered,
        total,
        total - recovered,
    )


def _first(actual: Decimal | None, estimated: Decimal | None) -> Decimal:
    return actual if actual is not None else estimated if estimated is not None else NOTHING
