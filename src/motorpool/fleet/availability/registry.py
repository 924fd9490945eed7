"""Reasons that speak against using a vehicle or a driver, registered by the domains that know them.

A domain registers a SELECT; the question for any number of vehicles and drivers is one statement over all of them. The
SELECT gives, in this order and under these names:

    subject_id uuid          the vehicle, or the driver
    blocks     boolean       true: must not be used; false: somebody should know
    sentence   text          why, as a dispatcher reads it beside the vehicle's number, without a full stop
    from_at    timestamptz   since when, or null
    until_at   timestamptz   until when, where that is known, or null
    source     text          table of the row behind it, or null
    source_id  uuid          its id, or null

and may use the parameters %(tenant)s, %(vehicles)s and %(drivers)s (uuid[]), %(starts_at)s and %(ends_at)s (the time of
use; equal for a moment), %(today)s and %(last_day)s (the tenant's days on which the use starts and ends), %(time_zone)s (the
tenant's) and %(except_id)s (a row that is not held against itself, such as the reservation that is being approved; or
null). They are put in as columns of the question, so that questions about many times are one statement too; each is used
as a value, and %(vehicles)s and %(drivers)s stand inside of `= ANY (...)`, which an index serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from motorpool.core.resource.hooks import load_hooks

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
    """The reasons of all domains."""
    load_hooks()
    return tuple(_REASONS.values())


#: SQL: the use begins now, give or take what clocks differ.
AT_ONCE = "%(starts_at)s <= now() + interval '5 minutes'"


def during(start: str, end: str) -> str:
    """SQL: the span [start, end) has a part in the time of use; a moment lies in the span. `end` null: without end.

    Comparisons in place of ranges: an index serves them under row-level security (decision 10).
    """
    return (
        f"(({start}) < %(ends_at)s OR ({start}) = %(starts_at)s) "
        f"AND (({end}) IS NULL OR ({end}) > %(starts_at)s)"
    )


def moment(value: str) -> str:
    """SQL: a timestamptz as a dispatcher reads it, `23 Nov 2026, 08:00` in the tenant's time zone."""
    return f"to_char(({value}) AT TIME ZONE %(time_zone)s, 'FMDD Mon YYYY, HH24:MI')"


def day(value: str) -> str:
    """SQL: a date as a dispatcher reads it, `23 Nov 2026`."""
    return f"to_char({value}, 'FMDD Mon YYYY')"
