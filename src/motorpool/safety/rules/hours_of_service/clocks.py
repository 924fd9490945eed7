"""What a driver has left at the end of the log, and from when on driving is lawful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from motorpool.safety.rules.hours_of_service.breaks import Breaks
from motorpool.safety.rules.hours_of_service.cycle import Cycle
from motorpool.safety.rules.hours_of_service.driving_limits import PeriodLimits
from motorpool.safety.rules.hours_of_service.pairing import Choice, choose, is_pair
from motorpool.safety.rules.hours_of_service.rulesets import BREAK, DRIVING_BEFORE_BREAK, LEG, Ruleset
from motorpool.safety.rules.hours_of_service.timeline import Period, Rest, Timeline


@dataclass(frozen=True, slots=True)
class PendingPair:
    """A rest that another one would make a split sleeper-berth pair with; `needed` seconds of it are missing."""

    rest: Rest
    needed: int
    needed_kind: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds left, not below 0. `until_break` is None where no break is due; `anchor` where the clocks have not started."""

    driving: int
    window: int
    until_break: int | None
    cycle: int
    anchor: int | None
    may_drive_from: int
    pending: PendingPair | None


#: Makes the limits of a period as it would be.
Limiting = Callable[[Period], PeriodLimits]


def read_clocks(
    ruleset: Ruleset,
    timeline: Timeline,
    cycle: Cycle,
    current: tuple[Period, Choice] | None,
    breaks: Breaks | None,
    limiting: Limiting,
) -> Clocks:
    """`current`: the period that is under way; `breaks`: its breaks, None where the rule does not apply."""
    as_of, resting = timeline.as_of, timeline.resting
    since = resting.start if resting else as_of
    free = cycle.free_from(as_of, since)
    if current is None:
        until_break = DRIVING_BEFORE_BREAK if ruleset.has_break else None
        return Clocks(ruleset.driving, ruleset.window, until_break, cycle.left(as_of), None, free, None)
    period, choice = current
    rested = _Rested(ruleset, timeline, period)
    if min(choice.left) == 0:
        free = max(free, _daily_free(rested, limiting, since))
    until_break = None
    if breaks is not None:
        until_break = max(0, DRIVING_BEFORE_BREAK - breaks.driven)
        if until_break == 0:
            free = max(free, as_of + BREAK - breaks.pause)
    anchor = period.start
    if choice.anchor:
        leg = period.rests[choice.anchor - 1]
        anchor = leg.end if leg else anchor
    driving, window = choice.left
    return Clocks(driving, window, until_break, cycle.left(as_of), anchor, free, rested.pending(choice))


class _Rested:
    """The rests of the period under way, and what the one that goes on, or begins now, would still need to pair with them."""

    def __init__(self, ruleset: Ruleset, timeline: Timeline, period: Period) -> None:
        self.ruleset = ruleset
        self.as_of = timeline.as_of
        self.period = period
        self.now = period.rests[-1]
        self.berth_now = timeline.berth_now

    def grown(self, more: int) -> Rest:
        """The rest as it will be after so many seconds more in the berth."""
        start = self.now.start if self.now else self.as_of
        longest = self.now.berth if self.now else 0
        return Rest(start, self.as_of + more, max(longest, self.berth_now + more))

    def legs(self) -> Iterator[tuple[int, Rest, int, str]]:
        """(block behind it, rest, seconds that are missing, of what kind) of rests that are over and lack a second one."""
        for at, rest in enumerate(self.period.rests, 1):
            if rest is None or rest is self.now:
                continue
            needed, kind = self._missing(rest, self.now)
            whole = self.grown(needed)
            if (
                needed > 0
                and whole.end - whole.start < self.ruleset.reset
                and is_pair(rest, whole, self.ruleset)
            ):
                yield at, rest, needed, kind

    def _missing(self, first: Rest, begun: Rest | None) -> tuple[int, str]:
        lasted = begun.end - begun.start if begun else 0
        longest, berth_now = (begun.berth, self.berth_now) if begun else (0, 0)
        rules = self.ruleset
        if rules.splits_in_berth_only:
            wanted = max(LEG, rules.berth - first.berth)
            return (0 if longest >= wanted else wanted - berth_now), "sleeper_berth"
        needed = max(LEG - lasted, rules.reset - (first.end - first.start) - lasted, 0)
        if max(first.berth, longest) >= rules.berth:
            return needed, "off_duty"
        return max(needed, rules.berth - berth_now), "sleeper_berth"

    def pending(self, choice: Choice) -> PendingPair | None:
        """The pair that is nearest to being one; of equally near ones the later, which leaves more time."""
        open_legs = [leg for leg in self.legs() if leg[0] >= choice.second]
        if open_legs:
            _, rest, needed, kind = min(open_legs, key=lambda leg: (leg[2], -leg[0]))
            return PendingPair(rest, needed, kind)
        if self.now is None:
            return None
        needed, kind = self._missing(self.now, None)
        could = Rest(0, needed, needed)
        return PendingPair(self.now, needed, kind) if is_pair(self.now, could, self.ruleset) else None


def _daily_free(rested: _Rested, limiting: Limiting, since: int) -> int:
    """The earliest moment at which a driver who goes on resting, in the berth, has driving time and a window again."""
    for needed in sorted({needed for _, _, needed, _ in rested.legs()}):
        until = rested.as_of + needed
        period = Period(rested.period.blocks, [*rested.period.rests[:-1], rested.grown(needed)], False)
        if min(choose(limiting(period), until).left) > 0:
            return until
    return max(rested.as_of, since + rested.ruleset.reset)
