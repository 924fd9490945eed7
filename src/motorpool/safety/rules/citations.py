"""A driver's standing by citations: points in force, serious convictions, fines and court days.

Points count until they expire, and never of a citation that was dismissed. How many are too many differs by state; the marks here
are those of California's negligent-operator treatment (Vehicle Code 12810.5): 4 points within 12 months, 6 within 24, 8 within 36.
For holders of a commercial license two serious convictions within three years disqualify for 60 days, three for 120, and a major
one for a year (49 CFR 383.51).
"""

from __future__ import annotations

import re
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
#: What a form suggests as `violation_type` -> how people begin its words besides; a kind is a free text.
SERIOUS = {
    "speeding_15_over": ("speeding 15 over",),
    "excessive_speeding": ("excessive speed",),
    "reckless_driving": ("reckless",),
    "improper_lane_change": ("improper lane", "unsafe lane", "erratic lane", "illegal lane"),
    "following_too_closely": ("following too clos", "follow too clos", "followed too clos", "tailgat"),
    "handheld_phone": ("handheld", "hand held", "cell phone", "mobile phone"),
    "texting": ("texting", "text messag"),
    "no_cdl": ("no cdl", "without cdl", "without a cdl", "no commercial licen", "no commercial driver"),
    "fatal_accident": ("fatal",),
}
MAJOR = {
    "dui": (
        "dui",
        "dwi",
        "owi",
        "under the influence",
        "intoxicat",
        "drunk driving",
        "driving while impaired",
    ),
    "alcohol_test_refusal": (
        "test refus",
        "refused alcohol test",
        "refusal of alcohol test",
        "refusal to test",
    ),
    "leaving_the_scene": ("leaving scene", "leaving the scene", "left the scene", "hit and run"),
    "felony_with_vehicle": ("felony",),
    "driving_while_disqualified": ("while disqualified", "while suspended", "while revoked"),
}
#: Also usual, and neither.
OTHER_KINDS = ("speeding", "red_light", "stop_sign", "parking", "seatbelt")
#: Miles per hour over the limit from which on speeding is serious (49 CFR 383.51(c)).
SERIOUS_MPH = 15
OVER = re.compile(r"(?<!in )\b(\d+)(?: mph)? (?:plus|or more|over|above)\b|\b(?:by|over|more than) (\d+)\b")
#: Outcomes that are a conviction, and all that a court is asked for.
CONVICTIONS = frozenset({"convicted", "reduced"})
OUTCOMES = ("convicted", "reduced", "dismissed", "traffic_school")
PAYERS = ("driver", "company")
#: Days after a conviction in which the holder of a commercial license tells the employer (49 CFR 383.31).
NOTICE_DAYS = 30
#: Court days are told so many days ahead, fines so many days before they are due.
COURT_NOTICE, FINE_NOTICE = (14, 3, 1), (3,)
Level = Literal["clear", "noted", "watch", "too_many"]


def gravity_of(kind: str | None) -> Literal["serious", "major"] | None:
    """What 49 CFR 383.51 calls a violation, from its kind in people's words: case, hyphens and underscores do not matter."""
    spoken = " ".join(re.findall(r"[a-z]+|\d+", (kind or "").lower().replace("+", " plus ")))
    if any(f" {one}" in f" {spoken}" for names in MAJOR.values() for one in names):
        return "major"
    if any(f" {one}" in f" {spoken}" for names in SERIOUS.values() for one in names):
        return "serious"
    over = [int(one or other) for one, other in OVER.findall(spoken)] if "speed" in spoken else []
    return "serious" if max(over, default=0) >= SERIOUS_MPH else None


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
    status: Literal["open", "contested", "decided", "paid"] = "open"
    decided_on: date | None = None
    #: By when the employer has to be told of the conviction; None: nothing is to be told.
    notify_by: date | None = None

    def points_on(self, day: date) -> int:
        """License points that count on a day."""
        over = self.points_expire_on is not None and self.points_expire_on < day
        return 0 if over or self.outcome == "dismissed" or self.on > day else self.points or 0

    @property
    def is_conviction(self) -> bool:
        return self.outcome in CONVICTIONS

    @property
    def owes(self) -> bool:
        """Whether a fine is to be paid now: not while it is contested, and not when it was dismissed."""
        return (
            not self.fine_paid
            and bool(self.fine)
            and self.outcome != "dismissed"
            and self.status != "contested"
        )

    def court_ahead(self, today: date) -> date | None:
        """The day in court that is still to come."""
        over = self.status in ("decided", "paid")
        return None if over or self.court_on is None or self.court_on < today else self.court_on


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
    serious = sum(gravity_of(one.kind) == "serious" for one in convictions)
    major = sum(gravity_of(one.kind) == "major" for one in convictions)
    unpaid = [one for one in citations if one.owes]
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
    courts = [day for one in citations if (day := one.court_ahead(today)) is not None]
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
