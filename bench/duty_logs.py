"""Hours of service: how long the logs of a thousand drivers take, one core, from what a request holds to violations and clocks."""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from motorpool.safety.rules.hours_of_service.exchange import EvaluatedLog, GivenEntry, GivenLog, evaluated

BEGIN = datetime(2026, 3, 2, 5, tzinfo=UTC)
DAYS = 8
#: (status, shortest and longest time in minutes) of a day that ends in a full rest, and of one with a split rest in the berth.
PLAIN = (
    ("on_duty_not_driving", 15, 45),
    ("driving", 120, 240),
    ("on_duty_not_driving", 15, 90),
    ("driving", 60, 180),
    ("off_duty", 30, 60),
    ("driving", 120, 240),
    ("on_duty_not_driving", 15, 60),
    ("off_duty", 600, 700),
)
SPLIT = (
    ("on_duty_not_driving", 15, 30),
    ("driving", 180, 270),
    ("off_duty", 150, 180),
    ("driving", 120, 270),
    ("on_duty_not_driving", 15, 60),
    ("sleeper_berth", 450, 500),
)


def measure(drivers: int, rounds: int) -> str:
    dice = random.Random(8)
    logs = [log_of(dice, is_split=number % 10 < 3) for number in range(drivers)]
    times = []
    found: list[EvaluatedLog] = []
    for _ in range(rounds):
        began = time.process_time()
        found = [evaluated(log) for log in logs]
        times.append(time.process_time() - began)
    entries = sum(len(log.log) for log in logs)
    violations = sum(len(one.violations) for one in found)
    return (
        f"(o) duty logs of {drivers:,} drivers x {DAYS} days ({entries:,} entries, {violations:,} violations; three of ten drivers "
        f"split their rests): **{statistics.median(times):.2f} s** of one core ({', '.join(f'{one:.2f}' for one in times)}). "
        "Aim: under 1 s for 1,000."
    )


def log_of(dice: random.Random, *, is_split: bool) -> GivenLog:
    entries: list[GivenEntry] = []
    here, end = BEGIN, BEGIN + timedelta(days=DAYS)
    while here < end:
        for status, least, most in SPLIT if is_split else PLAIN:
            entries.append(GivenEntry(status, here.isoformat()))
            here += timedelta(minutes=dice.randint(least, most))
    return GivenLog("property_70_8", "America/Chicago", here.isoformat(), entries)


if __name__ == "__main__":
    print(measure(1_000, 3))
