"""Which rests of a duty period count as split sleeper-berth rests: 49 CFR 395.1(g).

Two rests make a pair when neither is shorter than two hours and, for property, one holds seven consecutive hours in the berth and
both together last ten hours; for passengers, berth time alone counts and both together hold eight hours of it. Neither rest counts
in the window, and once the second one is over the clocks count from the end of the first. The second rest of a pair may be the
first of the next, and a full rest may be the second of the last. A second rest that would make a pair with more than one rest
before it may be paired with one of them for what was driven before, and with another for where the clocks count from afterwards
(FMCSA, Hours of Service Examples of 2022, number 18). Of all legal choices the one holds that leaves the least severe and fewest
violations, graded nominal, ordinary and egregious; among equals the one that leaves the driver most time (FMCSA, questions on the
rule of 2020, number 4).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from motorpool.safety.rules.hours_of_service.driving_limits import PeriodLimits, Violation
from motorpool.safety.rules.hours_of_service.rulesets import LEG, Ruleset, severity_of
from motorpool.safety.rules.hours_of_service.timeline import Rest

#: Violations that are egregious, ordinary, nominal; then seconds of them in all.
Cost = tuple[int, int, int, int]
FREE: Cost = (0, 0, 0, 0)
#: So many rests that could be the next leg are tried. Beyond them lie a dozen rests of two hours that count in the window, so
#: that it has closed; without a bound a log that nobody could have lived would take minutes.
REACH = 12


def is_pair(first: Rest, second: Rest, ruleset: Ruleset) -> bool:
    if ruleset.splits_in_berth_only:
        return first.berth >= LEG and second.berth >= LEG and first.berth + second.berth >= ruleset.berth
    lengths = first.end - first.start, second.end - second.start
    return (
        min(lengths) >= LEG
        and sum(lengths) >= ruleset.reset
        and max(first.berth, second.berth) >= ruleset.berth
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """How the rests of one period are paired. Rests are named by the block that follows them; 0: none."""

    violations: tuple[Violation, ...]
    #: First and second leg of the pair that holds at the end of the period.
    anchor: int
    second: int
    #: Left at the end of the log: driving, window. Seconds; 0 in a period that is over.
    left: tuple[int, int]


def choose(limits: PeriodLimits, as_of: int) -> Choice:
    """The best legal choice for one period."""
    return _Choosing(limits, as_of).best()


class _Path(NamedTuple):
    """Rests paired up to the second leg of the last pair, and what was against the rules before that rest.

    `first` does not count in the window before `second`; behind it the clocks count from the end of `anchor`. Mostly the same rest.
    """

    cost: Cost
    anchor: int
    first: int
    second: int
    before: _Path | None


class _Choosing:
    """A walk over the states of a period.

    A state is the last pair. What follows costs the same however it was reached, so only the cheapest way to each is kept.
    """

    def __init__(self, limits: PeriodLimits, as_of: int) -> None:
        self.limits = limits
        self.as_of = as_of
        self.blocks = len(limits.period.blocks)
        self._costs: dict[tuple[int, int, int], Cost] = {}

    def best(self) -> Choice:
        alone = _Path(FREE, 0, 0, 0, None)
        period = self.limits.period
        pairs = {} if period.is_over and self._whole(alone) == FREE else self._pairs()
        path = min(self._reached(alone, pairs), key=self._rank) if pairs else alone
        return Choice(self._violations(path), path.anchor, path.second, self._left(path))

    def _pairs(self) -> dict[int, list[int]]:
        """The second legs that each rest could have; a full rest is never the first."""
        period, ruleset = self.limits.period, self.limits.ruleset
        rests = [(at, rest) for at, rest in enumerate(period.rests, 1) if rest is not None]
        found: dict[int, list[int]] = {}
        for at, first in rests[: -1 if period.is_over else None]:
            seconds = [after for after, second in rests if after > at and is_pair(first, second, ruleset)]
            if seconds:
                found[at] = seconds[:REACH]
        return found

    def _reached(self, alone: _Path, pairs: dict[int, list[int]]) -> Iterator[_Path]:
        """One path for each state that may still be the best.

        Going on never makes a path cheaper, so one that already costs more than a whole one is left, and so are the ones beyond.
        """
        firsts = list(pairs)
        bound = min(self._whole(alone)[:3], self._whole(self._nearest(alone, pairs, firsts))[:3])
        anchors: dict[int, list[int]] = {}
        for first in firsts:
            for after in pairs[first]:
                anchors.setdefault(after, []).append(first)
        reached: list[dict[int, _Path]] = [{} for _ in range(self.blocks + 1)]
        reached[0][0] = alone
        for second, states in enumerate(reached):
            for path in states.values():
                if path.cost[:3] > bound:
                    continue
                bound = min(bound, self._whole(path)[:3])
                yield path
                for first in firsts[bisect_left(firsts, second) :][:REACH]:
                    cost = self._until_first(path, first)
                    if cost[:3] > bound:
                        break
                    begin, excluded = first, self._excluded(path, first)
                    for after in pairs[first]:
                        cost = _plus(cost, self._between(path.anchor, begin, after, excluded))
                        if cost[:3] > bound:
                            break
                        begin = after
                        for anchor in anchors[after]:
                            if anchor < second:
                                continue
                            known = reached[after].get(anchor)
                            if known is None or cost < known.cost:
                                reached[after][anchor] = _Path(cost, anchor, first, after, path)

    def _nearest(self, path: _Path, pairs: dict[int, list[int]], firsts: list[int]) -> _Path:
        """Always the next rest that has a second one, and the next of those: mostly a good choice, and a bound for the others."""
        while (at := bisect_left(firsts, path.second)) < len(firsts):
            first = firsts[at]
            after = pairs[first][0]
            cost = _plus(
                self._until_first(path, first),
                self._between(path.anchor, first, after, self._excluded(path, first)),
            )
            path = _Path(cost, first, first, after, path)
        return path

    def _until_first(self, path: _Path, first: int) -> Cost:
        """What a path costs until the first leg of the next pair."""
        excluded = self.limits.excluded(path.second)
        return _plus(path.cost, self._between(path.anchor, path.second, first, excluded))

    def _excluded(self, path: _Path, first: int) -> int:
        """What does not count between the next pair's legs: until its second one the clocks count from the last anchor."""
        excluded = self.limits.excluded(path.second)
        return excluded if first == path.second else excluded + self.limits.excluded(first)

    def _between(self, anchor: int, begin: int, end: int, excluded: int) -> Cost:
        """In the blocks from rest `begin` to rest `end`."""
        total = FREE
        for at in range(begin, end):
            key = at, anchor, excluded
            cost = self._costs.get(key)
            if cost is None:
                cost = self._costs[key] = cost_of(self.limits.found_in(at, anchor, excluded))
            total = _plus(total, cost)
        return total

    def _whole(self, path: _Path) -> Cost:
        return self._until_first(path, self.blocks)

    def _left(self, path: _Path) -> tuple[int, int]:
        if self.limits.period.is_over:
            return 0, 0
        return self.limits.left(path.anchor, self.limits.excluded(path.second), self.as_of)

    def _rank(self, path: _Path) -> tuple[object, ...]:
        """Less is better. Both clocks must have time left for a driver to drive."""
        *violations, seconds = self._whole(path)
        left = self._left(path)
        return (*violations, -min(left), -sum(left), seconds)

    def _violations(self, path: _Path) -> tuple[Violation, ...]:
        found: list[Violation] = []
        here: _Path | None = path
        # The rest that the path in hand reaches to, and the one before it that does not count either.
        end = first = self.blocks
        while here is not None:
            excluded = self.limits.excluded(here.second)
            for at in range(here.second, end):
                more = self._excluded(here, first) if at >= first else excluded
                found += self.limits.found_in(at, here.anchor, more)
            end, first, here = here.second, here.first, here.before
        return tuple(found)


def cost_of(violations: Sequence[Violation]) -> Cost:
    if not violations:
        return FREE
    lengths = [violation.end - violation.start for violation in violations]
    graves = [severity_of(length) for length in lengths]
    return graves.count("egregious"), graves.count("ordinary"), graves.count("nominal"), sum(lengths)


def _plus(one: Cost, other: Cost) -> Cost:
    if other is FREE:
        return one
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]
