"""Arithmetic of insurance policies: the term that follows, what a cancelled one still costs, and what claims come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from motorpool.safety.rules.inspection_periods import add_months

CENT = Decimal("0.01")


def next_term(first: date, last: date) -> tuple[date, date]:
    """First and last day of the term that follows without a gap: as long as this one, whole years as years.

    Of 2026-03-01 to 2027-02-28 it is 2027-03-01 to 2028-02-29. Insurers write a term from 12:01 of a day to 12:01 of its
    anniversary: of 2025-12-28 to 2026-12-28 it is 2026-12-28 to 2027-12-28, so both terms hold the day of the change.
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day == first.day:
        return last, add_months(last, months)
    if last.year > first.year and _in_years(first, last.year - first.year) == last:
        # From 29 February to 1 March.
        return last, _in_years(last, last.year - first.year)
    start = last + timedelta(days=1)
    years = start.year - first.year
    if years > 0 and _in_years(first, years) == start:
        return start, _in_years(start, years) - timedelta(days=1)
    return start, start + (last - first)


def _in_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def earned(premium: Decimal, first: date, last: date, until: date) -> Decimal:
    """The part of a premium for the days from `first` to `until`, pro rata of the term that was agreed, to the cent."""
    days = (last - first).days + 1
    passed = min(max((until - first).days + 1, 0), days)
    return (premium * passed / days).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Losses:
    """What the claims on a policy come to. Money is in the organisation's currency."""

    claims: int
    open: int
    paid: Decimal
    #: Set aside by the insurer for claims that are open.
    reserved: Decimal
    #: Our own share.
    deductibles: Decimal
    #: Paid and reserved by the premium earned so far; None without one.
    ratio: Decimal | None


def losses(
    claims: Iterable[tuple[str, Decimal | None, Decimal | None, Decimal | None]], premium: Decimal | None
) -> Losses:
    """`claims`: status, paid, reserved and deductible of each; `premium`: earned so far."""
    held = list(claims)
    open_ = [one for one in held if one[0] in ("filed", "under_review", "approved")]
    paid = sum((one[1] or Decimal(0) for one in held), Decimal(0))
    # What was paid already is no longer set aside.
    reserved = sum(
        (max((one[2] or Decimal(0)) - (one[1] or Decimal(0)), Decimal(0)) for one in open_), Decimal(0)
    )
    own = sum((one[3] or Decimal(0) for one in held), Decimal(0))
    ratio = (paid + reserved) / premium if premium else None
    return Losses(len(held), len(open_), paid, reserved, own, ratio)
