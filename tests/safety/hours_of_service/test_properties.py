"""What holds for every log."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from tests.safety.hours_of_service.notation import DAY, evaluated

from motorpool.safety.rules.hours_of_service.duty_log import Entry, read_duty_log
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

OFF, SB, D, ON = "off_duty", "sleeper_berth", "driving", "on_duty_not_driving"
Stretches = list[tuple[str, int]]
stretches = st.lists(
    st.tuples(
        st.sampled_from((OFF, SB, D, ON)),
        st.one_of(st.integers(1, 700), st.sampled_from((30, 120, 420, 600, 2040))),
    ),
    min_size=1,
    max_size=40,
)
rulesets = st.sampled_from(sorted(RULESETS))
HOUR = 3600


def look(log: Stretches, ruleset: str = "property_70_8", zone: str = "America/Chicago") -> Evaluation:
    entries, minute = [], 0
    for status, minutes in log:
        entries.append(Entry(status, DAY + timedelta(minutes=minute)))
        minute += minutes
    return evaluate(
        read_duty_log(ruleset, ZoneInfo(zone), time(0), (), DAY + timedelta(minutes=minute), entries)
    )


def driven(log: Stretches) -> list[tuple[int, int]]:
    found, here = [], int(DAY.timestamp())
    for status, minutes in log:
        if status == D:
            if found and found[-1][1] == here:
                found[-1] = found[-1][0], here + minutes * 60
            else:
                found.append((here, here + minutes * 60))
        here += minutes * 60
    return found


@given(stretches, rulesets)
def test_violations_are_driving(log: Stretches, ruleset: str) -> None:
    drives = driven(log)
    found = look(log, ruleset).violations
    for one in found:
        assert one.start < one.end
        assert any(start <= one.start and one.end <= end for start, end in drives)
    for rule in {one.rule for one in found}:
        of_rule = [one for one in found if one.rule == rule]
        assert all(before.end <= after.start for before, after in pairwise(of_rule))


@given(stretches, rulesets, st.integers(0, 39), st.floats(0.01, 0.99))
def test_a_stretch_cut_in_two_changes_nothing(log: Stretches, ruleset: str, at: int, share: float) -> None:
    at %= len(log)
    status, minutes = log[at]
    first = max(1, int(minutes * share))
    cut = [*log[:at], (status, first), (status, minutes - first), *log[at + 1 :]] if first < minutes else log
    assert look(cut, ruleset) == look(log, ruleset)


@given(stretches, st.integers(600, 900))
def test_a_full_rest_makes_the_daily_clocks_full(log: Stretches, rest: int) -> None:
    clocks = look([*log, (OFF, rest)]).clocks
    assert (clocks.driving, clocks.window, clocks.until_break) == (11 * HOUR, 14 * HOUR, 8 * HOUR)
    assert clocks.anchor is None and clocks.pending is None


@given(stretches)
def test_34_hours_make_the_cycle_full(log: Stretches) -> None:
    assert look([*log, (SB, 34 * 60)]).clocks.cycle == 70 * HOUR


@given(stretches, st.integers(0, 40), st.integers(1, 800), st.sampled_from((OFF, SB)))
def test_a_rest_more_never_adds_driving_against_the_11_hours(
    log: Stretches, at: int, minutes: int, status: str
) -> None:
    """Where only one pairing is possible. Where several are, FMCSA's order looks at how many and how grave they are, not how long."""
    at %= len(log) + 1
    with_rest = [*log[:at], (status, minutes), *log[at:]]
    if any(kind == SB and length >= 7 * 60 for kind, length in _joined(with_rest)):
        return
    assert _beyond(look(with_rest)) <= _beyond(look(log))


def _joined(log: Stretches) -> Stretches:
    found: Stretches = []
    for status, minutes in log:
        if found and found[-1][0] == status:
            found[-1] = status, found[-1][1] + minutes
        else:
            found.append((status, minutes))
    return found


def _beyond(found: Evaluation) -> int:
    return sum(one.end - one.start for one in found.violations if one.rule == "11_hour_driving")


@given(stretches, rulesets)
def test_driving_is_lawful_from_when_it_is_said_to_be(log: Stretches, ruleset: str) -> None:
    """After resting in the berth until then a minute of driving is no violation; a minute sooner, unless it is now, it is one."""
    end = int(DAY.timestamp()) + sum(minutes for _, minutes in log) * 60
    clocks = look(log, ruleset).clocks
    wait = (clocks.may_drive_from - end) // 60
    assert wait >= 0

    def is_lawful(rest: int) -> bool:
        longer = [*log, *([(SB, rest)] if rest else []), (D, 1)]
        last = end + rest * 60
        return all(one.end <= last for one in look(longer, ruleset).violations)

    assert is_lawful(wait)
    if wait:
        assert not is_lawful(wait - 1)


@given(stretches, rulesets)
def test_clocks_never_run_below_nothing(log: Stretches, ruleset: str) -> None:
    clocks = look(log, ruleset).clocks
    assert min(clocks.driving, clocks.window, clocks.cycle, clocks.until_break or 0) >= 0


@settings(max_examples=30)
@given(
    stretches, st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"))
)
def test_no_day_is_too_short_or_too_long(log: Stretches, zone: str) -> None:
    """The logs reach over the change of the clock in March; daily clocks run on elapsed time everywhere."""
    there, here = look(log, zone=zone), look(log, zone="UTC")
    assert there.clocks.driving == here.clocks.driving and there.clocks.window == here.clocks.window


def test_a_day_of_23_hours() -> None:
    """New York, 8 March 2026: the clock goes from 2 to 3. Days begin at midnight there, so when 9 March begins
    (04:00 UTC) the seven days no longer hold 2 March, and its hours go an hour sooner than seven times 24 hours after they began."""
    begin = 5  # 2 March, midnight in New York, in hours of UTC
    days = " ".join(f"{begin + 24 * day} ON {begin + 24 * day + 10} OFF" for day in range(6))
    # 8 March has 23 hours: 9 March begins at 04:00 UTC, 7 x 24 + 4 hours after the beginning.
    last = 7 * 24 + 4
    early = evaluated(
        f"{days} {last - 1} OFF", zone="America/New_York", at=last - 0.01, ruleset="passenger_60_7"
    )
    late = evaluated(f"{days} {last - 1} OFF", zone="America/New_York", at=last, ruleset="passenger_60_7")
    assert (early.clocks.cycle, late.clocks.cycle) == (0, 10 * HOUR)


@pytest.mark.parametrize(("start", "left"), [(time(0), 50), (time(6), 54), (time(12), 60)])
def test_the_carriers_day_begins_when_it_says(start: time, left: int) -> None:
    """Ten hours of work, from 2 to 12, seen six days later at 23:00: what lies before the day's beginning has gone."""
    found = evaluated("2 ON 12 OFF", at=7 * 24 - 1, day_start=start)
    assert found.clocks.cycle == 60 * HOUR  # a restart: 34 hours off
    kept = evaluated("2 ON 12 OFF", at=7 * 24 - 1, day_start=start, ruleset="passenger_60_7")
    assert kept.clocks.cycle == left * HOUR
