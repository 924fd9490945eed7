"""The hours of rules in Python and in SQL say the same."""

from __future__ import annotations

import json
import random
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from motorpool.telematics.queries.trip_rule_matches import _IN_HOURS
from motorpool.telematics.rules.classification import Span, WeeklyHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def in_hours(hours: WeeklyHours, weekday: int, clock: time) -> bool:
    """Whether a local time of day lies in the hours; `weekday` 0 is Monday."""
    now = clock.hour * 3600 + clock.minute * 60 + clock.second
    today = ((_seconds(one.start), _seconds(one.end)) for one in getattr(hours, WEEKDAYS[weekday]))
    before = ((_seconds(one.start), _seconds(one.end)) for one in getattr(hours, WEEKDAYS[weekday - 1]))
    return any(now >= start and (now < end or end <= start) for start, end in today) or any(
        end <= start and now < end for start, end in before
    )


def _seconds(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 3600 + int(minute) * 60


def clock(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}:{chance.choice((0, 15, 30)):02}"


async def test_python_and_sql_agree(database: Any, tenant: Any) -> None:
    chance = random.Random(4)
    moments = [datetime(2026, 5, 4) + timedelta(minutes=15 * n) for n in range(7 * 96)]
    inside = 0
    for _ in range(20):
        hours = WeeklyHours(
            **{
                day: [
                    Span(clock(chance), chance.choice((clock(chance), "24:00")))
                    for _ in range(chance.randrange(3))
                ]
                for day in WEEKDAYS
            }
        )
        expected = [in_hours(hours, one.weekday(), one.time()) for one in moments]
        rows = await database.read(
            tenant.actor,
            f"SELECT {_IN_HOURS} FROM unnest(%(moments)s::timestamp[]) WITH ORDINALITY AS t (local, n) "
            "CROSS JOIN (SELECT %(hours)s::jsonb AS hours) AS r ORDER BY t.n",
            {"moments": moments, "hours": json.dumps(msgspec.to_builtins(hours))},
        )
        assert [row[0] for row in rows] == expected
        inside += sum(expected)
    assert 0 < inside < 20 * len(moments)
