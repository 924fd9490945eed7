"""From a duty log to its violations and clocks."""

from __future__ import annotations

from dataclasses import dataclass

from motorpool.safety.rules.hours_of_service.breaks import Breaks, breaks_of
from motorpool.safety.rules.hours_of_service.clocks import Clocks, read_clocks
from motorpool.safety.rules.hours_of_service.cycle import Cycle
from motorpool.safety.rules.hours_of_service.driving_limits import PeriodLimits, Violation
from motorpool.safety.rules.hours_of_service.duty_log import DutyLog
from motorpool.safety.rules.hours_of_service.pairing import Choice, choose
from motorpool.safety.rules.hours_of_service.rulesets import LONG_WINDOW_DAYS, SHORT_HAUL_DUTY
from motorpool.safety.rules.hours_of_service.timeline import Period, Timeline, lay_out


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Violations in order of time, one for each rule and unbroken stretch of driving; `final_before`: those that begin before
    then stay as they are, whatever comes (later ones may vanish when a split rest is completed)."""

    violations: tuple[Violation, ...]
    clocks: Clocks
    final_before: int


def evaluate(log: DutyLog) -> Evaluation:
    """Evaluate one driver's log. The driver is taken as rested, with a full cycle, at its beginning."""
    timeline = lay_out(log)
    cycle = Cycle(log, timeline)
    found = cycle.violations()
    long_windows = _LongWindows(log, timeline, cycle)
    choice: Choice | None = None
    breaks: Breaks | None = None
    limits: PeriodLimits | None = None
    for period in timeline.periods:
        choice, limits = long_windows.choose(period)
        found.extend(choice.violations)
        breaks = None
        if log.ruleset.has_break and not _is_short_haul(log, period):
            breaks = breaks_of(period)
            found.extend(breaks.violations)
    current = None
    if choice is not None and not timeline.periods[-1].is_over:
        current = timeline.periods[-1], choice

    def limiting(as_it_would_be: Period) -> PeriodLimits:
        return long_windows.limits(as_it_would_be, limits is not None and limits.has_long_window)

    clocks = read_clocks(log.ruleset, timeline, cycle, current, breaks, limiting)
    found.sort(key=lambda violation: (violation.start, violation.rule))
    return Evaluation(tuple(found), clocks, current[0].start if current else log.as_of)


def _claims(log: DutyLog, kind: str, period: Period) -> bool:
    """Whether the exception is claimed for (some of) this period."""
    times = log.exceptions.get(kind, [])
    until = period.end if period.is_over else log.as_of
    return times is None or any(start < until and end > period.start for start, end in times)


def _is_short_haul(log: DutyLog, period: Period) -> bool:
    """Whether 49 CFR 395.1(e)(1) frees the period of the break: claimed, and released in time."""
    return _claims(log, "short_haul_150_air_mile", period) and period.end - period.start <= SHORT_HAUL_DUTY


class _LongWindows:
    """The 16-hour exception, 49 CFR 395.1(o): used by driving after the 14th hour; not again within seven carrier days unless a
    34-hour restart lies between. That the driver returned to the place of the last five tours is what claiming it says."""

    def __init__(self, log: DutyLog, timeline: Timeline, cycle: Cycle) -> None:
        self._log = log
        self._timeline = timeline
        self._cycle = cycle
        self._used_on: int | None = None

    def limits(self, period: Period, has_long_window: bool) -> PeriodLimits:
        adverse = self._log.exceptions.get("adverse_driving", [])
        return PeriodLimits(
            period, self._log.ruleset, self._timeline.exempt, adverse, has_long_window=has_long_window
        )

    def choose(self, period: Period) -> tuple[Choice, PeriodLimits]:
        """The best pairing of the next period, in order of time."""
        rules = self._log.ruleset
        limits = self.limits(period, False)
        choice = choose(limits, self._log.as_of)
        if rules.restart is None or not _claims(self._log, "short_haul_16_hour", period):
            return choice, limits
        day = self._cycle.days.index(period.start)
        if self._used_on is None or day - self._used_on >= LONG_WINDOW_DAYS:
            is_used = any(one.rule == rules.window_rule for one in choice.violations)
            if is_used or not period.is_over:
                limits = self.limits(period, True)
                choice = choose(limits, self._log.as_of)
            if is_used:
                self._used_on = day
        last = period.rests[-1]
        if last is not None and last.end - last.start >= rules.restart:
            self._used_on = None
        return choice, limits
