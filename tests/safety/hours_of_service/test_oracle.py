"""The engine against every legal pairing, minute by minute. In the suite 300 random logs; `MOTORPOOL_SOAK=1` looks at 100,000."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.safety.hours_of_service import oracle
from tests.safety.hours_of_service.notation import DAY

from motorpool.safety.rules.hours_of_service.duty_log import ClaimedException, Entry, read_duty_log
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate

NAMES = ("off_duty", "sleeper_berth", "driving", "on_duty_not_driving")
RULES = {
    "property_60_7": oracle.Rules(False, 60, 7),
    "property_70_8": oracle.Rules(False, 70, 8),
    "passenger_60_7": oracle.Rules(True, 60, 7),
    "passenger_70_8": oracle.Rules(True, 70, 8),
}
#: Lengths in minutes: what limits are made of, and a minute beside it.
RESTS = (
    15,
    29,
    30,
    60,
    119,
    120,
    150,
    179,
    180,
    240,
    300,
    419,
    420,
    421,
    450,
    480,
    540,
    599,
    600,
    660,
    2039,
    2040,
)
WORK = (5, 15, 30, 60, 90, 120, 180, 240, 300, 420, 479, 480, 481, 540, 660)
LOGS = 100_000 if os.environ.get("MOTORPOOL_SOAK") else 300
PORTION = 100


def random_log(dice: random.Random) -> list[tuple[int, int]]:
    """(status, minutes). Half of them are short, so that few pairings compete; some run into the cycle's limit."""
    longest = dice.choice((1200, 2400, 3600, 9 * 1440))
    log: list[tuple[int, int]] = []
    while sum(minutes for _, minutes in log) < longest:
        if dice.random() < 0.45:
            log += [
                (dice.choice((oracle.OFF, oracle.SB)), dice.choice(RESTS))
                for _ in range(dice.choice((1, 1, 1, 2, 3)))
            ]
        else:
            log.append((dice.choice((oracle.D, oracle.D, oracle.ON)), dice.choice(WORK)))
    return log


def engine(log: Sequence[tuple[int, int]], ruleset: str, *, adverse: bool) -> Evaluation:
    entries, minute = [], 0
    for status, minutes in log:
        entries.append(Entry(NAMES[status], DAY + timedelta(minutes=minute)))
        minute += minutes
    claims = [ClaimedException("adverse_driving")] if adverse else []
    return evaluate(
        read_duty_log(ruleset, ZoneInfo("UTC"), time(0), claims, DAY + timedelta(minutes=minute), entries)
    )


def minutes_against(found: Evaluation, rules: Sequence[str], length: int) -> np.ndarray:
    flags = np.zeros(length, bool)
    begin = int(DAY.timestamp())
    for one in found.violations:
        if one.rule in rules:
            flags[(one.start - begin) // 60 : (one.end - begin) // 60] = True
    return flags


@pytest.mark.parametrize("portion", range(LOGS // PORTION))
def test_the_engine_agrees(portion: int) -> None:
    dice = random.Random(portion)
    for _ in range(PORTION):
        ruleset, adverse = dice.choice(list(RULES)), dice.random() < 0.1
        log = random_log(dice)
        compare(log, ruleset, adverse=adverse)


def compare(log: Sequence[tuple[int, int]], ruleset: str, *, adverse: bool) -> None:
    rules = oracle.Rules(
        RULES[ruleset].passenger, RULES[ruleset].cycle_hours, RULES[ruleset].cycle_days, adverse=adverse
    )
    minutes = np.concatenate([np.full(length, status, np.int8) for status, length in log])
    found = engine(log, ruleset, adverse=adverse)
    told = f"{ruleset} {adverse} {log}"

    if not rules.passenger:
        against = minutes_against(found, ["30_minute_break"], len(minutes))
        assert (against == oracle.without_break(minutes)).all(), told
    beyond, cycle_left = oracle.beyond_cycle(minutes, rules)
    assert (minutes_against(found, ["60_hour_7_day", "70_hour_8_day"], len(minutes)) == beyond).all(), told
    assert found.clocks.cycle == cycle_left * 60, told

    driving = minutes_against(found, ["11_hour_driving", "10_hour_driving"], len(minutes))
    window = minutes_against(found, ["14_hour_window", "15_hour_on_duty"], len(minutes))
    for begin, end, is_over in oracle.periods_of(minutes, rules):
        all_of_them = oracle.verdicts(minutes[begin:end], rules)
        if not all_of_them:
            continue
        if is_over:
            all_of_them = [oracle.Verdict(one.driving, one.window, (0, 0)) for one in all_of_them]
        best = min(one.rank for one in all_of_them)
        fitting = [one for one in all_of_them if one.rank == best]
        assert any(
            (one.driving == driving[begin:end]).all() and (one.window == window[begin:end]).all()
            for one in fitting
        ), told
        if not is_over:
            left = found.clocks.driving // 60, found.clocks.window // 60
            assert left in [one.left for one in fitting], told
