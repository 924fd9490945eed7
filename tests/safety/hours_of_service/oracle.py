"""The rules once more, in the plainest way: a log as an array of minutes, every legal pairing tried, every minute looked at.

Shares nothing with the engine. For property and passenger rules with the exceptions that need no place: adverse driving for the
whole log. Minutes count from the beginning of the log, which is midnight of a UTC day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

OFF, SB, D, ON = range(4)
HOUR, DAY = 60, 1440
Minutes = NDArray[np.int8]
Flags = NDArray[np.bool_]
#: (rest that does not count before the second one, the second one, rest from whose end the clocks count then), by number.
Pairs = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Rules:
    passenger: bool
    cycle_hours: int
    cycle_days: int
    adverse: bool = False

    @property
    def reset(self) -> int:
        return (8 if self.passenger else 10) * HOUR

    @property
    def driving(self) -> int:
        return (10 if self.passenger else 11) * HOUR + self.more

    @property
    def window(self) -> int:
        return (15 if self.passenger else 14) * HOUR + self.more

    @property
    def more(self) -> int:
        return 2 * HOUR if self.adverse else 0


@dataclass(frozen=True)
class Run:
    """A rest from minute `start` to `end`, with its longest time in the berth."""

    start: int
    end: int
    berth: int

    @property
    def length(self) -> int:
        return self.end - self.start


def rests_of(log: Minutes) -> list[Run]:
    found: list[Run] = []
    at = 0
    for resting, group in groupby(log.tolist(), key=lambda status: status in (OFF, SB)):
        statuses = list(group)
        if resting:
            berths = [
                len(list(part)) for in_berth, part in groupby(statuses, key=lambda s: s == SB) if in_berth
            ]
            found.append(Run(at, at + len(statuses), max(berths, default=0)))
        at += len(statuses)
    return found


def may_pair(first: Run, second: Run, rules: Rules) -> bool:
    if rules.passenger:
        return first.berth >= 120 and second.berth >= 120 and first.berth + second.berth >= 8 * HOUR
    return (
        first.length >= 120
        and second.length >= 120
        and first.length + second.length >= 10 * HOUR
        and (first.berth >= 7 * HOUR or second.berth >= 7 * HOUR)
    )


def pairings(rests: Sequence[Run], rules: Rules) -> Iterator[Pairs]:
    """Every set of pairs in which each begins no earlier than the one before it ended. Where several rests would make a pair with
    the same second one, the time before that and the time behind it may go by different ones (FMCSA's example 18)."""

    def firsts(begin: int, second: int) -> list[int]:
        return [
            first
            for first in range(begin, second)
            if rests[first].length < rules.reset and may_pair(rests[first], rests[second], rules)
        ]

    def after(begin: int) -> Iterator[Pairs]:
        yield ()
        for second in range(begin + 1, len(rests)):
            possible = firsts(begin, second)
            for more in after(second) if possible else ():
                for first in possible:
                    for anchor in possible:
                        yield ((first, second, anchor), *more)

    return after(0)


@dataclass(frozen=True)
class Verdict:
    """Minutes that were driven against each rule, and hours left at the end, under one pairing."""

    driving: Flags
    window: Flags
    left: tuple[int, int]

    @property
    def grades(self) -> tuple[int, int, int]:
        """Egregious, ordinary and nominal violations."""
        lengths = [length for flags in (self.driving, self.window) for length in _lengths(flags)]
        return (
            sum(length > 180 for length in lengths),
            sum(15 <= length <= 180 for length in lengths),
            sum(length < 15 for length in lengths),
        )

    @property
    def rank(self) -> tuple[int, ...]:
        return (*self.grades, -min(self.left), -sum(self.left), int(self.driving.sum() + self.window.sum()))


def _lengths(flags: Flags) -> list[int]:
    return [len(list(group)) for value, group in groupby(flags.tolist()) if value]


def verdicts(log: Minutes, rules: Rules) -> list[Verdict]:
    """One for each legal pairing of a log that has no full rest except at its end."""
    rests = rests_of(log)
    work = np.flatnonzero(log >= D)
    if not len(work):
        return []
    begin = int(work[0])
    # A rest before the driver came on duty is part of the rest that made the driver fresh.
    rests = [rest for rest in rests if rest.start >= begin]
    return [
        _verdict(log, begin, [(rests[a], rests[b], rests[c]) for a, b, c in pairs], rules)
        for pairs in pairings(rests, rules)
    ]


def _verdict(log: Minutes, begin: int, pairs: Sequence[tuple[Run, Run, Run]], rules: Rules) -> Verdict:
    n = len(log)
    anchor = np.full(n + 1, begin)
    in_leg = np.zeros(n, bool)
    for first, second, counted_from in pairs:
        anchor[second.end :] = counted_from.end
        for leg in (first, second):
            in_leg[leg.start : leg.end] = True
    driven = _since(anchor, log == D)
    used = _since(anchor, log >= D if rules.passenger else ~in_leg)
    driving = (log == D) & (np.arange(n) >= begin)
    left = max(0, rules.driving - int(driven[-1])), max(0, rules.window - int(used[-1]))
    return Verdict(driving & (driven[:-1] >= rules.driving), driving & (used[:-1] >= rules.window), left)


def _since(anchor: NDArray[np.int64], counts: Flags) -> NDArray[np.int64]:
    """For every minute and the end: how many minutes since its anchor count."""
    sums = np.concatenate(([0], np.cumsum(counts)))
    return np.asarray(sums - sums[anchor], np.int64)


def periods_of(log: Minutes, rules: Rules) -> list[tuple[int, int, bool]]:
    """(from, until, whether a full rest ends it): the log cut behind every full rest."""
    cuts = [rest.end for rest in rests_of(log) if rest.length >= rules.reset]
    bounds = [0, *cuts, *([] if cuts and cuts[-1] == len(log) else [len(log)])]
    return [(a, b, b in cuts) for a, b in pairwise(bounds)]


def without_break(log: Minutes) -> Flags:
    """Minutes driven after eight hours of driving without half an hour of anything else."""
    found = np.zeros(len(log), bool)
    driven = pause = 0
    for minute, status in enumerate(log.tolist()):
        if status != D:
            pause += 1
            if pause >= 30:
                driven = 0
            continue
        pause = 0
        found[minute] = driven >= 8 * HOUR
        driven += 1
    return found


def beyond_cycle(log: Minutes, rules: Rules) -> tuple[Flags, int]:
    """Minutes driven with the cycle used up, and minutes left of it at the end."""
    restart = np.zeros(len(log) + 1, np.int64)
    if not rules.passenger:
        for rest in rests_of(log):
            if rest.length >= 34 * HOUR:
                restart[rest.end :] = rest.end
    minute = np.arange(len(log) + 1)
    first_day = np.maximum(0, (minute // DAY - (rules.cycle_days - 1)) * DAY)
    worked = np.concatenate(([0], np.cumsum(log >= D)))
    used = worked - worked[np.maximum(first_day, restart)]
    limit = rules.cycle_hours * HOUR
    return (log == D) & (used[:-1] >= limit), max(0, limit - int(used[-1]))
