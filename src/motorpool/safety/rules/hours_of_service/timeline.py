"""A duty log laid out: duty periods between full rests, in them blocks of work and driving between shorter rests.

Two clocks run beside each other, both in seconds: elapsed time, and *counted* time, which stands still in agricultural operations
(49 CFR 395.1(k)). Without that exception they are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from motorpool.safety.rules.hours_of_service.duty_log import DRIVE, REST, DutyLog


class Piece(NamedTuple):
    """Unbroken work or driving; `counted` is the counted clock at `start`, which runs with the time unless `is_exempt`."""

    kind: int
    start: int
    end: int
    counted: int
    is_exempt: bool


class Rest(NamedTuple):
    """Unbroken off-duty and berth time; `berth`: the longest unbroken part of it in the berth."""

    start: int
    end: int
    berth: int


@dataclass(slots=True)
class Block:
    """Work and driving between two rests; both sums are counted time."""

    pieces: list[Piece] = field(default_factory=list)
    driving: int = 0
    on_duty: int = 0

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return self.pieces[-1].end


@dataclass(slots=True)
class Period:
    """From coming on duty rested until the next full rest.

    `rests[i]` lies before `blocks[i + 1]`; the last one, behind the last block, is None while the driver is at work.
    """

    blocks: list[Block]
    rests: list[Rest | None]
    is_over: bool

    @property
    def start(self) -> int:
        return self.blocks[0].start

    @property
    def end(self) -> int:
        return self.blocks[-1].end


class Exempt:
    """Times that do not count; None: all of them."""

    def __init__(self, times: list[tuple[int, int]] | None) -> None:
        self.all = times is None
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        total = 0
        for start, end in times or ():
            if self._ends and start <= self._ends[-1]:
                more = max(0, end - self._ends[-1])
                self._ends[-1] += more
                total += more
                continue
            self._starts.append(start)
            self._ends.append(end)
            self._before.append(total)
            total += end - start

    def counted(self, moment: int) -> int:
        """The counted clock."""
        if self.all:
            return 0
        at = bisect_right(self._starts, moment) - 1
        if at < 0:
            return moment
        return moment - self._before[at] - (min(moment, self._ends[at]) - self._starts[at])

    def cut(self, kind: int, start: int, end: int) -> Iterator[Piece]:
        if self.all:
            yield Piece(kind, start, end, 0, True)
            return
        here = start
        for begin, stop in zip(self._starts, self._ends, strict=True):
            if stop <= here or begin >= end:
                continue
            if here < begin:
                yield Piece(kind, here, begin, self.counted(here), False)
                here = begin
            until = min(stop, end)
            yield Piece(kind, here, until, self.counted(here), True)
            here = until
        if here < end:
            yield Piece(kind, here, end, self.counted(here), False)

    @property
    def is_empty(self) -> bool:
        return not self.all and not self._starts


@dataclass(slots=True)
class Timeline:
    periods: list[Period]
    exempt: Exempt
    as_of: int
    #: The rest that goes on at `as_of`, and for how long the driver has been in the berth then.
    resting: Rest | None
    berth_now: int


def lay_out(log: DutyLog) -> Timeline:
    exempt = Exempt(log.exceptions.get("agricultural", []))
    counts_all = exempt.is_empty
    reset = log.ruleset.reset
    periods: list[Period] = []
    block: Block | None = None
    rest: Rest | None = None
    for kind, start, end, berth in _stretches(log):
        if kind == REST:
            rest = Rest(start, end, berth)
            if block is not None:
                period = periods[-1]
                period.rests.append(rest)
                period.is_over = end - start >= reset
                block = None
            continue
        rest = None
        if block is None:
            block = Block()
            if periods and not periods[-1].is_over:
                periods[-1].blocks.append(block)
            else:
                periods.append(Period([block], [], False))
        if counts_all:
            block.pieces.append(Piece(kind, start, end, start, False))
            block.on_duty += end - start
            if kind == DRIVE:
                block.driving += end - start
            continue
        for piece in exempt.cut(kind, start, end):
            block.pieces.append(piece)
            if not piece.is_exempt:
                block.on_duty += piece.end - piece.start
                if kind == DRIVE:
                    block.driving += piece.end - piece.start
    if periods and len(periods[-1].rests) < len(periods[-1].blocks):
        periods[-1].rests.append(None)
    return Timeline(periods, exempt, log.as_of, rest, _berth_now(log))


def _berth_now(log: DutyLog) -> int:
    since = log.as_of
    for _, in_berth, start in reversed(log.entries):
        if not in_berth and start < since:
            break
        since = start
    return log.as_of - since


def _stretches(log: DutyLog) -> Iterator[tuple[int, int, int, int]]:
    """(kind, start, end, longest time in the berth), equal neighbours joined, what lasted no time left out."""
    kind = start = -1
    berth = longest = 0
    entries = log.entries
    last = len(entries) - 1
    for at, (now, in_berth, begin) in enumerate(entries):
        end = entries[at + 1][2] if at < last else log.as_of
        if end <= begin:
            continue
        if now != kind:
            if kind >= 0:
                yield kind, start, begin, longest
            kind, start, berth, longest = now, begin, 0, 0
        if now == REST:
            berth = berth + end - begin if in_berth else 0
            longest = max(longest, berth)
    if kind >= 0:
        yield kind, start, log.as_of, longest
