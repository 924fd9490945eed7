"""Lines of the compliance overview: what is not in order today, and what lapses within 90 days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

About = Literal["driver", "vehicle", "facility", "fleet"]
State = Literal["stops", "lapsed", "missing", "lapses"]
#: The worst first.
STATES: tuple[State, ...] = ("stops", "lapsed", "missing", "lapses")
#: Days ahead by which what lapses is counted.
WITHIN = (30, 60, 90)
LONGEST = WITHIN[-1]


class Line(Struct):
    """One thing about a driver, a vehicle, a facility, or the fleet as a whole."""

    about: About
    subject_id: UUID | None
    subject: str
    state: Annotated[
        State,
        Meta(
            description="stops: may not drive or be used today; lapsed, missing: a paper; lapses: within 90 days"
        ),
    ]
    code: str
    title: Annotated[str, Meta(description="What it is about, such as Medical card")]
    sentence: str
    lapses_on: Annotated[date | None, Meta(description="Last day on which it is valid")] = None
    days_left: Annotated[int | None, Meta(description="Days until then; negative since it has lapsed")] = None
    rule: Annotated[str | None, Meta(description="Where the law asks for it")] = None
    source: Annotated[str | None, Meta(description="Table of the row by which it is mended")] = None
    source_id: UUID | None = None
    document_type: Annotated[str | None, Meta(description="Kind of compliance document that is missing")] = (
        None
    )

    @property
    def within(self) -> int | None:
        """30, 60 or 90: the days ahead in which it lapses; None for what is wrong today."""
        if self.state != "lapses" or self.days_left is None:
            return None
        return next((days for days in WITHIN if self.days_left <= days), None)


class Subject(Struct):
    """Who or what the lines are about, with the worst of them first."""

    about: About
    id: UUID | None
    name: str
    worst: State
    lines: list[Line]


class Counts(Struct):
    """How much is wrong, of how many."""

    drivers: int
    drivers_stopped: Annotated[int, Meta(description="Drivers who may not drive today")]
    vehicles: int
    vehicles_stopped: Annotated[int, Meta(description="Vehicles that may not be used today")]
    lapsed: Annotated[int, Meta(description="Papers that have lapsed, beside what stops somebody")]
    missing: int
    lapse_within_30: int
    lapse_within_60: Annotated[int, Meta(description="In 31 to 60 days")]
    lapse_within_90: Annotated[int, Meta(description="In 61 to 90 days")]


def distinct(lines: Iterable[Line]) -> list[Line]:
    """Each thing once: of lines about the same row of the same subject the first counts."""
    found: dict[tuple[object, ...], Line] = {}
    for one in lines:
        own_row = one.source is None or one.source_id == one.subject_id
        by: object = (one.code, one.title) if own_row else one.source_id
        found.setdefault((one.about, one.subject_id, by), one)
    return list(found.values())


def grouped(lines: Iterable[Line]) -> list[Subject]:
    """Lines by subject: the subjects with the worst first, then those where something lapses soonest."""
    by_subject: dict[tuple[str, UUID | None], list[Line]] = {}
    for one in lines:
        by_subject.setdefault((one.about, one.subject_id), []).append(one)
    found = []
    for held in by_subject.values():
        held.sort(key=_order)
        found.append(Subject(held[0].about, held[0].subject_id, held[0].subject, held[0].state, held))
    order = ("driver", "vehicle", "facility", "fleet")
    found.sort(
        key=lambda one: (STATES.index(one.worst), order.index(one.about), _order(one.lines[0]), one.name)
    )
    return found


def counted(lines: Iterable[Line], *, drivers: int, vehicles: int) -> Counts:
    """The figures above the list; `drivers` and `vehicles`: how many are in service at all."""
    held = list(lines)
    stopped = {(one.about, one.subject_id) for one in held if one.state == "stops"}
    ahead = [one.within for one in held]
    return Counts(
        drivers,
        sum(about == "driver" for about, _ in stopped),
        vehicles,
        sum(about == "vehicle" for about, _ in stopped),
        sum(one.state == "lapsed" for one in held),
        sum(one.state == "missing" for one in held),
        *(ahead.count(days) for days in WITHIN),
    )


def _order(line: Line) -> tuple[int, int, str]:
    return STATES.index(line.state), line.days_left if line.days_left is not None else 0, line.title
