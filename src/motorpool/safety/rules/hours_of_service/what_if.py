"""Whether a driver could lawfully do work that is only planned, and from when on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from motorpool.safety.rules.hours_of_service.cycle import Cycle
from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.duty_log import REST, DutyLog
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate
from motorpool.safety.rules.hours_of_service.rulesets import BREAK, HOUR, LEG
from motorpool.safety.rules.hours_of_service.timeline import lay_out

#: (kind, is in the berth, seconds), in order.
Plan = Sequence[tuple[int, bool, int]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """`violations` of the plan when it begins as wished; `lawful_from`: its earliest lawful beginning from then on, None if
    resting never makes it lawful; `at_end` is the evaluation at the plan's end when it begins as wished."""

    violations: tuple[Violation, ...]
    lawful_from: int | None
    at_end: Evaluation


def what_if(log: DutyLog, plan: Plan, start: int, *, in_berth: bool) -> Outlook:
    """The plan as it would go if the driver rested from the end of the log until `start` (epoch seconds, not before that end)."""
    at_end = evaluate(_with(log, plan, start, in_berth=in_berth))
    violations = _in_plan(at_end, start)
    lawful_from = start if not violations else None
    if violations:
        for later in _beginnings(log, start):
            if not _in_plan(evaluate(_with(log, plan, later, in_berth=in_berth)), later):
                lawful_from = later
                break
    return Outlook(violations, lawful_from, at_end)


def _with(log: DutyLog, plan: Plan, start: int, *, in_berth: bool) -> DutyLog:
    entries = [*log.entries, (REST, in_berth, log.as_of)]
    here = start
    for kind, berth, seconds in plan:
        entries.append((kind, berth, here))
        here += seconds
    return replace(log, entries=tuple(entries), as_of=here)


def _in_plan(found: Evaluation, start: int) -> tuple[Violation, ...]:
    return tuple(one for one in found.violations if one.start >= start)


def _beginnings(log: DutyLog, start: int) -> list[int]:
    """When more becomes lawful by resting: a break, the second leg of a pair, a full rest, a restart, a new carrier day."""
    timeline = lay_out(log)
    since = timeline.resting.start if timeline.resting else log.as_of
    rules = log.ruleset
    lengths = [BREAK, rules.reset, *([rules.restart] if rules.restart else [])]
    moments = [since + length for length in lengths]
    # A leg may need anything between two hours and a full rest, from now or from when this rest began.
    if timeline.periods and not timeline.periods[-1].is_over:
        for rest in timeline.periods[-1].rests:
            if rest is not None and rest.end - rest.start >= LEG:
                missing = max(LEG, rules.reset - (rest.end - rest.start))
                moments += [
                    since + missing,
                    since + rules.berth,
                    log.as_of + missing,
                    log.as_of + rules.berth,
                ]
    days = Cycle(log, timeline).days
    moments += days.starts
    last = log.as_of + (rules.cycle_days + 1) * 24 * HOUR
    return sorted({moment for moment in moments if start < moment <= last})
