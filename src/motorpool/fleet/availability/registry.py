"""Reasons that speak against using a vehicle or a driver, registered by the domains that know them.

A domain registers a SELECT; the question for any number of vehicles and drivers is one statement over all of them. The
SELECT gives, in this order and under these names:

    subject_id uuid          the vehicle, or the driver
    blocks     boolean       true: must not be used; false: somebody should know
    sentence   text          why, as a dispatcher reads it
    from_at    timestamptz   since when, or null
    until_at   timestamptz   until when, where that is known, or null
    source     text          table of the row behind it, or null
    source_id  uuid          its id, or null

and may use the parameters %(tenant)s, %(vehicles)s and %(drivers)s (uuid[]), %(starts_at)s and %(ends_at)s (the time of
use; equal for a moment), %(today)s (the tenant's day on which the use starts) and %(except_id)s (a row that is not held against
itself, such as the reservation that is being approved; or null).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Subject = Literal["vehicle", "driver", "pair"]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons of one kind. `about` pair: between this vehicle and this driver; the subject is the vehicle."""

    code: str
    about: Subject
    sql: str


_REASONS: dict[str, Reasons] = {}


def register(*reasons: Reasons) -> None:
    """Add reasons. Raises: ValueError when the code is taken."""
    for one in reasons:
        if one.code in _REASONS:
            raise ValueError(f"two reasons are called {one.code}")
        _REASONS[one.code] = one


def registered() -> tuple[Reasons, ...]:
    return tuple(_REASONS.values())
