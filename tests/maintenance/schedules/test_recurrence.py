"""When a service is due, by hand-worked examples and by what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from motorpool.maintenance.rules.recurrence import (
    HOUR_S,
    MILE_M,
    Interval,
    Margin,
    Mark,
    Use,
    add_months,
    completed_at,
    due_status,
    interval_of,
    next_due,
    occurrences,
    predicted_day,
    true_reading,
)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-03-31", 1, "2024-04-30"),
        ("2024-12-31", 2, "2025-02-28"),
        ("2024-11-15", 3, "2025-02-15"),
        ("2024-12-01", 1, "2025-01-01"),
        # 1900 and 2100 are no leap years, 2000 was one.
        ("2096-02-29", 48, "2100-02-28"),
        ("1999-08-31", 6, "2000-02-29"),
    ],
)
def test_months_end_where_the_month_ends(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_series_of_months_comes_back_to_its_day() -> None:
    assert add_months(date(2023, 2, 28), 1, 31) == date(2023, 3, 31)
    found = list(
        occurrences(
            Interval(months=1),
            Mark(date(2024, 2, 29)),
            Mark(date(2024, 1, 31)),
            Use(),
            date(2024, 6, 30),
            31,
        )
    )
    assert found == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
        date(2024, 5, 31),
        date(2024, 6, 30),
    ]


@pytest.mark.parametrize(
    ("interval", "anchor", "expected"),
    [
        # 180 days over a 29 February: 31 Oct 2023 + 180 days.
        (Interval(days=180), Mark(date(2023, 10, 31)), Mark(date(2024, 4, 28))),
        (Interval(days=180), Mark(date(2022, 10, 31)), Mark(date(2023, 4, 29))),
        (Interval(days=365), Mark(date(2024, 2, 29)), Mark(date(2025, 2, 28))),
        (Interval(days=1), Mark(date(2024, 2, 28)), Mark(date(2024, 2, 29))),
        (Interval(7500), Mark(None, 41_280), Mark(None, 48_780)),
        (Interval(hours=250), Mark(None, None, 1190), Mark(None, None, 1440)),
        (
            Interval(7500, 180, None, 400),
            Mark(date(2026, 1, 1), 1000, 10),
            Mark(date(2026, 6, 30), 8500, 410),
        ),
        # Days and months: the earlier day.
        (Interval(days=200, months=6), Mark(date(2026, 1, 31)), Mark(date(2026, 7, 31))),
        (Interval(days=100, months=6), Mark(date(2026, 1, 31)), Mark(date(2026, 5, 11))),
        # Without a beginning there is no mark.
        (Interval(7500, 180), Mark(date(2026, 1, 1)), Mark(date(2026, 6, 30))),
        (Interval(7500), Mark(date(2026, 1, 1)), Mark()),
    ],
)
def test_the_next_one_is_counted_from_the_last(interval: Interval, anchor: Mark, expected: Mark) -> None:
    assert next_due(interval, anchor) == expected


def test_early_and_late_completions_shift_what_follows() -> None:
    every = Interval(miles=5000, days=180)
    first = next_due(every, Mark(date(2026, 1, 1), 10_000))
    assert first == Mark(date(2026, 6, 30), 15_000)
    early = next_due(every, Mark(date(2026, 6, 10), 14_400))
    late = next_due(every, Mark(date(2026, 7, 20), 15_900))
    assert early == Mark(date(2026, 12, 7), 19_400)
    assert late == Mark(date(2027, 1, 16), 20_900)


def test_only_the_intervals_of_the_trigger_count() -> None:
    every = {"miles": 5000, "days": 180, "months": 6, "hours": 250}
    assert interval_of("mileage", **every) == Interval(miles=5000)
    assert interval_of("time", **every) == Interval(days=180, months=6)
    assert interval_of("engine_hours", **every) == Interval(hours=250)
    assert interval_of("whichever_first", **every) == Interval(5000, 180, 6, 250)


NOTICE, GRACE = Margin(7, 500, 25), Margin(2, 100, 5)
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        (Mark(date(2026, 3, 18)), Mark(TODAY), "upcoming"),
        (Mark(date(2026, 3, 17)), Mark(TODAY), "due_soon"),
        (Mark(date(2026, 3, 11)), Mark(TODAY), "due_soon"),
        (Mark(TODAY), Mark(TODAY), "due"),
        (Mark(date(2026, 3, 8)), Mark(TODAY), "due"),
        (Mark(date(2026, 3, 7)), Mark(TODAY), "overdue"),
        (Mark(None, 50_000), Mark(TODAY, 49_499.9), "upcoming"),
        (Mark(None, 50_000), Mark(TODAY, 49_500), "due_soon"),
        (Mark(None, 50_000), Mark(TODAY, 50_000), "due"),
        (Mark(None, 50_000), Mark(TODAY, 50_100), "due"),
        (Mark(None, 50_000), Mark(TODAY, 50_100.1), "overdue"),
        (Mark(None, 50_000), Mark(TODAY), "upcoming"),
        (Mark(None, None, 400), Mark(TODAY, None, 375), "due_soon"),
        (Mark(None, None, 400), Mark(TODAY, None, 406), "overdue"),
        # Whichever comes first.
        (Mark(date(2026, 9, 1), 50_000, 400), Mark(TODAY, 20_000, 401), "due"),
        (Mark(date(2026, 3, 1), 50_000, 400), Mark(TODAY, 49_900, 401), "overdue"),
        (Mark(), Mark(TODAY, 49_900, 401), "not_planned"),
    ],
)
def test_where_a_service_stands(due: Mark, now: Mark, expected: str) -> None:
    assert due_status(due, now, NOTICE, GRACE) == expected
    assert due_status(due, now, NOTICE, GRACE, active=False) == "paused"


@pytest.mark.parametrize(
    ("due", "now", "use", "expected"),
    [
        # 600 miles at 50 a day: 12 days, before the day that is planned.
        (Mark(date(2026, 6, 1), 50_000), Mark(TODAY, 49_400), Use(50), date(2026, 3, 22)),
        (Mark(date(2026, 3, 15), 50_000), Mark(TODAY, 49_400), Use(50), date(2026, 3, 15)),
        # A part of a day is a day.
        (Mark(None, 50_000), Mark(TODAY, 49_999), Use(50), date(2026, 3, 11)),
        (Mark(None, 50_000), Mark(TODAY, 50_000), Use(50), TODAY),
        (Mark(None, 50_000), Mark(TODAY, 49_000), Use(), None),
        (Mark(None, 50_000), Mark(TODAY, 49_000), Use(0), None),
        (Mark(None, 50_000), Mark(TODAY, 10_000), Use(1), None),
        (Mark(None, None, 400), Mark(TODAY, None, 390), Use(50, 2.5), date(2026, 3, 14)),
        (Mark(date(2026, 3, 1)), Mark(TODAY), Use(), date(2026, 3, 1)),
        (Mark(), Mark(TODAY, 1000), Use(50), None),
    ],
)
def test_the_expected_day_follows_the_use(due: Mark, now: Mark, use: Use, expected: date | None) -> None:
    assert predicted_day(due, now, use) == expected


def test_a_forecast_counts_on_from_each_service() -> None:
    # Every 3,000 miles at 100 a day is every 30 days; overdue ones are expected today.
    found = list(
        occurrences(
            Interval(3000), Mark(None, 9_000), Mark(TODAY, 9_400), Use(100), TODAY + timedelta(days=65)
        )
    )
    assert found == [TODAY, TODAY + timedelta(days=30), TODAY + timedelta(days=60)]
    # In 20 days by miles; the year is never reached.
    found = list(
        occurrences(
            Interval(2000, 365),
            Mark(date(2026, 12, 1), 10_000),
            Mark(TODAY, 8_000),
            Use(100),
            TODAY + timedelta(days=41),
        )
    )
    assert found == [TODAY + timedelta(days=20), TODAY + timedelta(days=40)]
    assert list(occurrences(Interval(3000), Mark(None, 9_000), Mark(TODAY), Use(100), date(2027, 1, 1))) == []


@pytest.mark.parametrize(
    ("shown", "offset", "known", "expected"),
    [
        (120_000.0, 0.0, 119_000.0, 120_000.0),
        (500.0, 119_900.0, 120_300.0, 120_400.0),
        # A device that counts through a replaced meter.
        (120_450.0, 119_900.0, 120_300.0, 120_450.0),
        (500.0, 119_900.0, None, 500.0),
    ],
)
def test_replaced_meters_are_added(shown: float, offset: float, known: float | None, expected: float) -> None:
    assert true_reading(shown, offset, known) == expected


def test_the_meter_at_a_completion() -> None:
    kilometres = 100_000.0 * MILE_M
    # As the order says: 160,934 km are 100,000 miles.
    assert completed_at(160_934_400.0, 0, kilometres, 95_000, 99_000, MILE_M) == 100_000
    # After a replacement the dash shows 500 km.
    assert completed_at(500_000.0, 99_700 * MILE_M, kilometres, 95_000, 99_000, MILE_M) == 100_011
    # Below the last time: mistyped, the meter is believed.
    assert completed_at(16_093_440.0, 0, kilometres, 95_000, 99_000, MILE_M) == 100_000
    assert completed_at(None, 0, kilometres, 95_000, 99_000, MILE_M) == 100_000
    assert completed_at(None, 0, 94_000 * MILE_M, 95_000, 99_000, MILE_M) == 95_000
    assert completed_at(None, 0, None, 95_000, 99_000, MILE_M) == 99_000
    assert completed_at(None, 0, None, None, None, HOUR_S) is None


days = st.dates(date(1999, 1, 1), date(2099, 12, 31))
steps = st.integers(1, 2000)
maybe = st.none() | steps
intervals = st.builds(Interval, maybe, maybe, st.none() | st.integers(1, 60), maybe)
anchors = st.builds(Mark, days, st.integers(0, 1_000_000), st.integers(0, 100_000))


@given(intervals, anchors)
def test_the_next_one_is_never_before_the_last(interval: Interval, anchor: Mark) -> None:
    due = next_due(interval, anchor)
    assert anchor.day and anchor.miles is not None and anchor.hours is not None
    assert due.day is None or due.day > anchor.day
    assert due.miles is None or due.miles > anchor.miles
    assert due.hours is None or due.hours > anchor.hours


@given(anchors, steps, steps, st.integers(1, 60), st.integers(0, 500))
def test_a_longer_interval_is_never_due_sooner(
    anchor: Mark, miles: int, hours: int, months: int, more: int
) -> None:
    short = next_due(Interval(miles, miles, months, hours), anchor)
    long = next_due(Interval(miles + more, miles + more, months + more % 12, hours + more), anchor)
    assert short.day and long.day and short.day <= long.day
    assert short.miles is not None and long.miles is not None and short.miles <= long.miles
    assert short.hours is not None and long.hours is not None and short.hours <= long.hours


@given(days, st.integers(0, 600), st.integers(0, 600))
def test_months_keep_their_order_and_their_day(day: date, some: int, more: int) -> None:
    there = add_months(day, some)
    assert add_months(day, some) <= add_months(day, some + more)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == some
    assert there.day == day.day or (there + timedelta(days=1)).day == 1


@given(intervals, anchors, st.floats(0, 300), st.floats(0, 24))
def test_a_forecast_is_in_order_and_never_past(
    interval: Interval, anchor: Mark, miles: float, hours: float
) -> None:
    assert anchor.day
    now = Mark(anchor.day, anchor.miles, anchor.hours)
    until = anchor.day + timedelta(days=366)
    found = list(occurrences(interval, next_due(interval, anchor), now, Use(miles, hours), until))
    assert found == sorted(set(found))
    assert all(anchor.day <= one <= until for one in found)


worse = ["not_planned", "upcoming", "due_soon", "due", "overdue"]


@given(anchors, st.integers(-400, 400), st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_time_only_makes_it_worse(anchor: Mark, ahead: int, later: int, notice: int, grace: int) -> None:
    assert anchor.day
    due = Mark(date(2050, 1, 1))
    now = due.day + timedelta(days=ahead) if due.day else anchor.day
    margins = Margin(notice), Margin(grace)
    before = due_status(due, Mark(now), *margins)
    after = due_status(due, Mark(now + timedelta(days=later)), *margins)
    assert worse.index(before) <= worse.index(after)
