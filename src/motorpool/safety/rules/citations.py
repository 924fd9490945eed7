"""A driver's standing by citations: points in force, serious convictions, fines and court days.

Points count until they expire, and never of a citation that was dismissed. How many are too many differs by state; the marks here
are those of California's negligent-operator treatment (Vehicle Code 12810.5): 4 points within 12 months, 6 within 24, 8 within 36.
For holders of a commercial license two serious convictions within three years disqualify for 60 days, three for 120, and a major
one for a year (49 CFR 383.51).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.safety.rules.inspection_periods import add_months

#: (months, points) that are too many.
MARKS = ((12, 4), (24, 6), (36, 8))
#: From this share of a mark on it is told.
NEAR = 0.5
SERIOUS_MONTHS = 36
#: `violation_type`, in lower case.
SERIOUS = frozenset(
    "excessive_speeding speeding_15_over reckless_driving improper_lane_change following_too_closely handheld_phone texting "
    "no_cdl fatal_accident".split()
)
MAJOR = frozenset(
    "dui dwi alcohol_test_refusal leaving_the_scene leaving_scene felony_with_vehicle driving_while_disqualified".split()
)
Level = Literal["clear", "noted", "watch", "too_many"]


class Citation(Struct):
    id: UUID
    on: date
    kind: str | None = None
    number: str | None = None
    is_moving: bool = False
    points: int | None = None
    points_expire_on: date | None = None
    outcome: str | None = None
    fine: Decimal | None = None
    fine_due_on: date | None = None
    fine_paid: bool = False
    court_on: date | None = None

    def points_on(self, day: date) -> int:
        """Licence points that count on a day."""
        over = self.points_expire_on is not None and self.points_expire_on < day
        return 0 if over or self.outcome == "dismissed" or self.on > day else self.points or 0

    @property
    def is_conviction(self) -> bool:
        return self.outcome in ("convicted", "reduced")


class Window(Struct):
    """Points of the citations of the last `months`."""

    months: int
    points: int
    mark: Annotated[int, Meta(description="So many are too many")]


class Standing(Struct):
    level: Annotated[
        Level,
        Meta(description="too_many: a mark is reached or a disqualification is due; watch: half of a mark"),
    ]
    points: Annotated[int, Meta(description="Points in force today")]
    windows: list[Window]
    moving: Annotated[
        int, Meta(description="Moving violations of the last 36 months, dismissed ones left out")
    ]
    serious_convictions: Annotated[int, Meta(description="Of 49 CFR 383.51(c), in the last 36 months")]
    fines_open: Decimal
    fines_overdue: Decimal
    next_court_on: date | None
    sentences: Annotated[list[str], Meta(description="What follows, for people")]


def standing(citations: Sequence[Citation], today: date, *, commercial: bool) -> Standing:
    """A driver's standing on a day. `commercial`: holds a commercial license."""
    points = sum(one.points_on(today) for one in citations)
    windows = [
        Window(
            months,
            sum(one.points_on(today) for one in citations if one.on > add_months(today, -months)),
            mark,
        )
        for months, mark in MARKS
    ]
    recent = [one for one in citations if add_months(today, -SERIOUS_MONTHS) < one.on <= today]
    convictions = [one for one in recent if one.is_conviction]
    serious = sum((one.kind or "").lower() in SERIOUS for one in convictions)
    major = sum((one.kind or "").lower() in MAJOR for one in convictions)
    unpaid = [one for one in citations if not one.fine_paid and one.fine and one.outcome != "dismissed"]
    overdue = [one for one in unpaid if one.fine_due_on is not None and one.fine_due_on < today]
    sentences = [
        f"{one.points} points within {one.months} months; {one.mark} are too many"
        for one in windows
        if one.points >= one.mark
    ]
    if commercial and serious >= 2:
        days = 120 if serious >= 3 else 60
        sentences.append(
            f"{serious} serious convictions within three years: disqualified for {days} days (49 CFR 383.51)"
        )
    if commercial and major:
        sentences.append("A major conviction: disqualified for a year (49 CFR 383.51)")
    level: Level = "too_many" if sentences else "clear"
    if level == "clear" and any(one.points >= NEAR * one.mark for one in windows):
        level = "watch"
    elif level == "clear" and (points or any(one.is_moving and one.outcome != "dismissed" for one in recent)):
        level = "noted"
    courts = [one.court_on for one in citations if one.court_on is not None and one.court_on >= today]
    return Standing(
        level,
        points,
        windows,
        sum(one.is_moving and one.outcome != "dismissed" for one in recent),
        serious,
        sum((one.fine or Decimal(0) for one in unpaid), Decimal(0)),
        sum((one.fine or Decimal(0) for one in overdue), Decimal(0)),
        min(courts, default=None),
        sentences,
    )
