"""Shapes of the jsonb columns of the fleet."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

ClockTime = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", description="Such as 07:30")]


class Hours(Struct, forbid_unknown_fields=True):
    """A stretch of a day."""

    opens: ClockTime
    closes: Annotated[ClockTime, Meta(description="Later than it opens; 24:00 is the end of the day")]

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(
                "closes must be later than opens; a night is two stretches, to 24:00 and from 00:00"
            )


class OpeningHours(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """When a facility is open; a day that is left out is closed."""

    mon: list[Hours] = []
    tue: list[Hours] = []
    wed: list[Hours] = []
    thu: list[Hours] = []
    fri: list[Hours] = []
    sat: list[Hours] = []
    sun: list[Hours] = []
