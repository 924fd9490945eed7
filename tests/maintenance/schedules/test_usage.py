"""What an ordinary day of a vehicle is."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, strategies as st

from motorpool.maintenance.actions.measure_use import measured
from motorpool.maintenance.rules.usage import daily_use


def weekly(*weeks: float) -> tuple[list[float], list[float]]:
    """A reading at the end of each week."""
    days, values = [0.0], [1000.0]
    for week in weeks:
        days.append(days[-1] + 7)
        values.append(values[-1] + week)
    return days, values


def test_steady_use_is_what_it_is() -> None:
    use = daily_use(*weekly(*[350.0] * 13))
    assert use and use.per_day == pytest.approx(50) and use.days == 91


def test_one_long_journey_or_a_week_in_the_shop_moves_nothing() -> None:
    steady = [350.0] * 11
    use = daily_use(*weekly(*steady, 5000.0, 0.0))
    assert use and use.per_day == pytest.approx(50)


def test_few_readings_are_spread_over_their_weeks() -> None:
    use = daily_use([0, 30, 61, 91], [0, 1500, 3050, 4550])
    assert use and use.per_day == pytest.approx(50)


def test_a_reading_below_an_earlier_one_is_left_out() -> None:
    days, values = weekly(*[350.0] * 6)
    use = daily_use([*days, 43.0], [*values, 10.0])
    assert use and use.per_day == pytest.approx(50)


def test_too_little_says_nothing() -> None:
    assert daily_use([], []) is None
    assert daily_use([1.0], [5.0]) is None
    assert daily_use([1.0, 2.0], [0.0, 500.0]) is None
    short = daily_use([0.0, 10.0], [0.0, 500.0])
    assert short and short.per_day == pytest.approx(50)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1e9)), max_size=40))
def test_use_is_never_below_zero(readings: list[tuple[float, float]]) -> None:
    use = daily_use([day for day, _ in readings], [value for _, value in readings])
    assert use is None or use.per_day >= 0


def test_trips_stand_in_where_readings_are_few() -> None:
    read, driven = uuid.uuid4(), uuid.uuid4()
    days, values = weekly(*[350.0] * 8)
    readings = [(read, "odometer", day, value) for day, value in zip(days, values, strict=True)]
    readings += [(driven, "odometer", 60.0, 5.0)]
    trips = [(driven, week, 700.0, 7 * 3600.0) for week in range(10)]
    rows = {(row["vehicle_id"], row["meter_type"]): row for row in measured(readings, trips)}
    assert rows[read, "odometer"]["use_basis"] == "readings"
    assert rows[driven, "odometer"]["use_basis"] == "trips"
    assert rows[driven, "odometer"]["daily_use"] == pytest.approx(100)
    assert rows[driven, "engine_hours"]["daily_use"] == pytest.approx(3600)
    assert rows[driven, "odometer"]["use_days"] == 70
