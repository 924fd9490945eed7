"""What trips are for: the words, and how much of a trip's distance is business. Pure.

US tax law knows business, commuting and other personal use (Treas. Reg. 1.61-21; IRS Publication 463, chapter 5, on the
records that prove it). Commuting counts as personal. A mixed trip counts by its stated share; without one none of it
is business, because what cannot be shown is not deducted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

Usage = Literal["business", "personal", "commute", "mixed"]
USAGES: tuple[Usage, ...] = ("business", "personal", "commute", "mixed")
#: What a person says with one touch; a mixed trip needs a share besides.
BIG_BUTTONS: tuple[Usage, ...] = ("business", "personal", "commute")

Clock = Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", description="HH:MM, local")]


class Span(Struct, forbid_unknown_fields=True):
    """From a time of day to another; one that ends before it begins goes on past midnight."""

    start: Clock
    end: Clock


Spans = Annotated[list[Span], Meta(max_length=8)]


class WeeklyHours(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Hours of each weekday; a day without any is free."""

    mon: Spans = []
    tue: Spans = []
    wed: Spans = []
    thu: Spans = []
    fri: Spans = []
    sat: Spans = []
    sun: Spans = []


def business_share(usage: str | None, percent: Decimal | None) -> Decimal:
    """The share of a trip's distance that is business, 0 to 1."""
    if usage == "business":
        return Decimal(1)
    return percent / 100 if usage == "mixed" and percent is not None else Decimal(0)
