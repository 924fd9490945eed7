"""The two limits of a duty period: hours of driving, and the window (property) or hours on duty (passengers) to drive in.

Both count from an anchor: coming on duty rested or, after a split rest, the end of its first leg (49 CFR 395.1(g)(1)(iii)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from motorpool.safety.rules.hours_of_service.duty_log import DRIVE
from motorpool.safety.rules.hours_of_service.rulesets import ADVERSE, LONG_WINDOW, LONG_WINDOW_RULE, Ruleset
from motorpool.safety.rules.hours_of_service.timeline import Exempt, Period


class Violation(NamedTuple):
    """Driving that was against a rule; epoch seconds."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds of counted time."""

    driving: int
    window: int
    window_rule: str


class PeriodLimits:
    """The limits of one duty period. `has_long_window`: it may use the 16-hour short-haul exception."""

    def __init__(
        self,
        period: Period,
        ruleset: Ruleset,
        exempt: Exempt,
        adverse: list[tuple[int, int]] | None,
        *,
        has_long_window: bool = False,
    ) -> None:
        self.period = period
        self.ruleset = ruleset
        self._exempt = exempt
        self._adverse = adverse
        self.has_long_window = has_long_window
        self._usual, self._in_adverse_conditions = self._limits(0), self._limits(ADVERSE)
        #: Of each block: its last driving ends then by the counted clock.
        self._last_driven = [
            max(
                (
                    piece.counted + piece.end - piece.start
                    for piece in block.pieces
                    if piece.kind == DRIVE and not piece.is_exempt
                ),
                default=0,
            )
            for block in period.blocks
        ]
        self.driving_before = [0]
        self.on_duty_before = [0]
        for block in period.blocks:
            self.driving_before.append(self.driving_before[-1] + block.driving)
            self.on_duty_before.append(self.on_duty_before[-1] + block.on_duty)

    def limits(self, anchor: int, until: int) -> Limits:
        """Of driving until `until`, counted from `anchor` (both epoch seconds).

        Adverse conditions lengthen both limits where they were met since the anchor.
        """
        if self._adverse is None or any(start < until and end > anchor for start, end in self._adverse):
            return self._in_adverse_conditions
        return self._usual

    def _limits(self, more: int) -> Limits:
        rules = self.ruleset
        if self.has_long_window:
            return Limits(rules.driving + more, max(rules.window + more, LONG_WINDOW), LONG_WINDOW_RULE)
        return Limits(rules.driving + more, rules.window + more, rules.window_rule)

    def anchor(self, at: int) -> int:
        """Where the clocks count from when block `at` (0: no split rest yet) begins behind a first leg."""
        blocks, rests = self.period.blocks, self.period.rests
        if at < len(blocks):
            return blocks[at].start
        rest = rests[at - 1]
        assert rest is not None, "a leg of a pair has been taken"
        return rest.end

    def excluded(self, at: int) -> int:
        """Counted length of the rest before block `at`, 0 for no rest."""
        rest = self.period.rests[at - 1] if at else None
        if rest is None:
            return 0
        return self._exempt.counted(rest.end) - self._exempt.counted(rest.start)

    def found_in(self, at: int, anchor: int, excluded: int) -> list[Violation]:
        """Violations in block `at` when the clocks count from the beginning of block `anchor` without `excluded` seconds."""
        block, rules = self.period.blocks[at], self.ruleset
        begin = self.anchor(anchor)
        limits = self.limits(begin, block.end)
        driven = self.driving_before[at] - self.driving_before[anchor]
        on_duty = self.on_duty_before[at] - self.on_duty_before[anchor]
        closes = self._exempt.counted(begin) + excluded + limits.window
        if driven + block.driving <= limits.driving and (
            on_duty + block.on_duty <= limits.window
            if rules.window_is_on_duty
            else self._last_driven[at] <= closes
        ):
            return []
        found: list[Violation] = []
        for piece in block.pieces:
            if piece.is_exempt:
                continue
            length = piece.end - piece.start
            if piece.kind == DRIVE:
                lawful = limits.driving - driven
                if lawful < length:
                    found.append(Violation(rules.driving_rule, piece.start + max(0, lawful), piece.end))
                lawful = limits.window - on_duty if rules.window_is_on_duty else closes - piece.counted
                if lawful < length:
                    found.append(Violation(limits.window_rule, piece.start + max(0, lawful), piece.end))
                driven += length
            on_duty += length
        return found

    def left(self, anchor: int, excluded: int, as_of: int) -> tuple[int, int]:
        """(driving, window) left at `as_of`, not below 0, when the clocks count from the beginning of block `anchor`."""
        begin = self.anchor(anchor)
        limits = self.limits(begin, as_of)
        driven = self.driving_before[-1] - self.driving_before[anchor]
        if self.ruleset.window_is_on_duty:
            used = self.on_duty_before[-1] - self.on_duty_before[anchor]
        else:
            used = self._exempt.counted(as_of) - self._exempt.counted(begin) - excluded
        return max(0, limits.driving - driven), max(0, limits.window - used)
