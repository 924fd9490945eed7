"""Preferences and quiet hours, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from motorpool.communication.rules.delivery import Preference, channels_for, quiet_until

PACIFIC = ZoneInfo("America/Los_Angeles")
NIGHT = Preference(quiet_hours_enabled=True, quiet_hours_start=time(22), quiet_hours_end=time(6, 30))
LUNCH = Preference(quiet_hours_enabled=True, quiet_hours_start=time(12), quiet_hours_end=time(13))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("preference", "now", "end"),
    [
        (NIGHT, "2026-05-21T21:59:59", None),
        (NIGHT, "2026-05-21T22:00:00", "2026-05-22T06:30:00"),
        (NIGHT, "2026-05-21T23:59:59", "2026-05-22T06:30:00"),
        (NIGHT, "2026-05-22T00:00:00", "2026-05-22T06:30:00"),
        (NIGHT, "2026-05-22T06:29:59", "2026-05-22T06:30:00"),
        (NIGHT, "2026-05-22T06:30:00", None),
        (LUNCH, "2026-05-21T11:59:00", None),
        (LUNCH, "2026-05-21T12:00:00", "2026-05-21T13:00:00"),
        (LUNCH, "2026-05-21T13:00:00", None),
    ],
)
def test_quiet_hours_hold_from_their_start_to_before_their_end(
    preference: Preference, now: str, end: str | None
) -> None:
    assert quiet_until(preference, local(now).astimezone(UTC), PACIFIC) == (end and local(end))


def test_the_same_moment_is_quiet_in_one_zone_and_not_in_another() -> None:
    now = datetime(2026, 5, 21, 23, 0, tzinfo=UTC)
    assert quiet_until(NIGHT, now, ZoneInfo("UTC")) is not None
    assert quiet_until(NIGHT, now, PACIFIC) is None


def test_a_night_that_loses_an_hour_ends_at_its_wall_clock_time() -> None:
    # In the night of 8 March 2026 clocks in California go from 2:00 to 3:00.
    end = quiet_until(NIGHT, local("2026-03-07T23:00:00").astimezone(UTC), PACIFIC)
    assert end is not None
    assert end.astimezone(UTC) == datetime(2026, 3, 8, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "preference",
    [
        Preference(quiet_hours_start=time(22), quiet_hours_end=time(6)),
        Preference(quiet_hours_enabled=True),
        Preference(quiet_hours_enabled=True, quiet_hours_start=time(22)),
        Preference(quiet_hours_enabled=True, quiet_hours_start=time(22), quiet_hours_end=time(22)),
    ],
)
def test_no_quiet_hours_without_both_ends_and_the_switch(preference: Preference) -> None:
    assert quiet_until(preference, datetime(2026, 5, 21, 23, tzinfo=UTC), ZoneInfo("UTC")) is None


@given(
    start=st.times(),
    end=st.times(),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_quiet_hours_end_later_within_a_day_and_then_it_is_not_quiet(
    start: time, end: time, now: datetime, zone: str
) -> None:
    where = ZoneInfo(zone)
    preference = Preference(quiet_hours_enabled=True, quiet_hours_start=start, quiet_hours_end=end)
    over = quiet_until(preference, now, where)
    if over is not None:
        gone = over.astimezone(UTC) - now
        # Clocks that are put back or forward may move the end by an hour.
        assert -timedelta(hours=1) <= gone <= timedelta(hours=25)
        assert over.timetz().replace(tzinfo=None) == end


@pytest.mark.parametrize(
    ("preference", "offered", "expected"),
    [
        (Preference(), ("in_app", "email"), ("in_app", "email")),
        (Preference(), ("in_app",), ("in_app",)),
        (Preference(email_enabled=False), ("in_app", "email"), ("in_app",)),
        (Preference(by_category={"safety": {"email": False}}), ("in_app", "email"), ("in_app",)),
        (Preference(by_category={"expense": {"email": False}}), ("in_app", "email"), ("in_app", "email")),
        (
            Preference(email_enabled=False, by_category={"safety": {"email": True}}),
            ("in_app", "email"),
            ("in_app", "email"),
        ),
        (Preference(by_category={"safety": {"sms": True}}), ("in_app", "email"), ("in_app", "email")),
    ],
)
def test_the_word_for_the_category_wins(
    preference: Preference, offered: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert channels_for(preference, "safety", offered) == expected
