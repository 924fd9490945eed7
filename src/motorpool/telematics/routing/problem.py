"""A vehicle routing problem and its answer, as plain data that crosses to the solver's process as JSON."""

from __future__ import annotations

from msgspec import Struct, field

Matrix = list[list[int]]
"""Whole numbers from each place (row) to each place (column)."""


class Visit(Struct):
    """Something to be done at a place."""

    place: int
    service_s: int = 0
    #: Seconds since the start of the day's clock within which the visit has to begin; empty: any time.
    windows: list[tuple[int, int]] = field(default_factory=list)
    #: What is brought there, in the same units and order as a vehicle's `capacity`.
    demand: list[int] = field(default_factory=list)
    #: 0 to 100; where not everything fits, greater ones are kept.
    priority: int = 0
    #: What the vehicle must be able to do.
    skills: list[int] = field(default_factory=list)


class Van(Struct):
    """A vehicle with its day."""

    profile: str
    start: int | None = None
    end: int | None = None
    capacity: list[int] = field(default_factory=list)
    window: tuple[int, int] | None = None
    skills: list[int] = field(default_factory=list)
    most_visits: int | None = None


class Grid(Struct):
    """What travel takes for one kind of vehicle: seconds, and what the solver is to make small."""

    seconds: Matrix
    #: None: the seconds themselves.
    costs: Matrix | None = None


class Problem(Struct):
    visits: list[Visit]
    vans: list[Van]
    grids: dict[str, Grid]
    #: How long to look for something better, in seconds.
    time_limit_s: float = 5.0
    seed: int = 1


class Tour(Struct):
    """Visits of a van in their order; `begins` in seconds on the problem's clock."""

    van: int
    begins: int
    visits: list[int]


class Answer(Struct):
    tours: list[Tour]
    #: Visits that no van makes.
    left_out: list[int]
    cost: int
    rounds: int = 1
