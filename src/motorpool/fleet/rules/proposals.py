"""Which of the vehicles that are free is given: a pure order, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

#: A vehicle whose seats are not known stands behind those that are known to fit.
UNKNOWN_SURPLUS = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vehicle that is free, with what matters for the choice."""

    id: UUID
    number: str
    name: str | None
    #: Year, make and model.
    description: str
    vehicle_type: str | None
    seats: int | None
    facility_id: UUID | None
    facility: str | None
    #: Hours that it was out on reservations in the last 30 days.
    used_hours: float
    #: Sentences of what somebody should know before it is given.
    warnings: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; None: it does not matter."""

    vehicle_type: str | None = None
    seats: int | None = None
    facility_id: UUID | None = None


def ranked(candidates: Iterable[Candidate], wish: Wish) -> list[Candidate]:
    """Best first: of the kind that is wanted, at the place where it is wanted, without warnings, no larger than needed,
    the least used.
    """
    return sorted(candidates, key=lambda one: _rank(one, wish))


def _rank(one: Candidate, wish: Wish) -> tuple[bool, bool, int, int, float, str]:
    surplus = 0
    if wish.seats is not None:
        surplus = UNKNOWN_SURPLUS if one.seats is None else one.seats - wish.seats
    return (
        not _is_kind(one, wish),
        wish.facility_id is not None and one.facility_id != wish.facility_id,
        len(one.warnings),
        surplus,
        one.used_hours,
        one.number,
    )


def _is_kind(one: Candidate, wish: Wish) -> bool:
    return wish.vehicle_type is None or (one.vehicle_type or "").lower() == wish.vehicle_type.lower()


def why(one: Candidate, wish: Wish) -> str:
    """Why this vehicle stands where it stands: `Van, 8 seats for 6, at North depot, out 12 h in 30 days`."""
    parts = [(one.vehicle_type or "kind not known").replace("_", " ").capitalize()]
    if wish.seats is not None:
        parts.append("seats not known" if one.seats is None else f"{one.seats} seats for {wish.seats}")
    elif one.seats is not None:
        parts.append(f"{one.seats} seats")
    if one.facility:
        parts.append(f"at {one.facility}")
    parts.append(
        f"out {one.used_hours:.0f} h in 30 days" if one.used_hours >= 1 else "hardly used in 30 days"
    )
    return ", ".join(parts)
