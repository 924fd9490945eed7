"""Passings and rates, on their own."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.toll_passings import heading_of, passings
from motorpool.telematics.rules.toll_rates import TollRate, TollRates, rate_of

PLAZA = (37.8254, -122.3138)
WEST = ZoneInfo("America/Los_Angeles")
#: Degrees of longitude that are one metre there.
METRE = 1 / (111_194.9 * np.cos(np.radians(PLAZA[0])))


def drive(xs: list[float], ys: list[float] | float = 0.0, step_s: float = 10.0) -> tuple[list[float], ...]:
    """Fixes at metres east and north of the plaza."""
    north = [ys] * len(xs) if isinstance(ys, float) else ys
    t = [1e9 + step_s * i for i in range(len(xs))]
    return t, [PLAZA[0] + y / 111_194.9 for y in north], [PLAZA[1] + x * METRE for x in xs]


def through(direction: str | None, xs: list[float], **more: float) -> int:
    return len(passings(*drive(xs, **more), [(*PLAZA, direction)], radius_m=150))  # type: ignore[arg-type]


def test_only_the_tolled_way_counts() -> None:
    west, east = [2000.0, 1000.0, 0.0, -1000.0], [-2000.0, -1000.0, 0.0, 1000.0]
    assert through("W", west) == 1
    assert through("W", east) == 0
    assert through(None, east) == through("both", east) == 1


def test_a_jam_in_front_of_the_booth_is_one_passing() -> None:
    crawl = [2000.0, *np.linspace(140, -140, 200).tolist(), -2000.0]
    assert through("W", crawl) == 1


def test_going_round_is_another_passing() -> None:
    lap = [1500.0, 0.0, -1500.0, 0.0, 1500.0, 0.0, -1500.0]
    assert through("W", lap) == 2
    assert through(None, lap) == 3


def test_a_minute_between_fixes_and_the_moment_between_them() -> None:
    (one,) = passings(*drive([900.0, -600.0], step_s=60.0), [(*PLAZA, "W")], radius_m=150)
    assert one.t == pytest.approx(1e9 + 36.0, abs=0.1)
    assert one.off_m < 1


def test_over_a_long_silence_nothing_is_claimed() -> None:
    assert through("W", [900.0, -600.0], step_s=3600.0) == 0


def test_a_street_beside_it_is_none() -> None:
    assert len(passings(*drive([900.0, -600.0], 400.0), [(*PLAZA, "W")], radius_m=150)) == 0


@given(
    st.lists(st.floats(-3000, 3000), min_size=2, max_size=60),
    st.sampled_from(["W", "E", None]),
    st.integers(2, 6),
)
@settings(max_examples=150, deadline=None)
def test_more_fixes_on_the_same_way_never_make_more_passings(
    xs: list[float], direction: str | None, parts: int
) -> None:
    """Fixes between fixes are the same drive: cutting legs into pieces must not count a passing twice."""
    finer: list[float] = []
    for a, b in itertools.pairwise(xs):
        finer += np.linspace(a, b, parts, endpoint=False).tolist()
    finer.append(xs[-1])
    coarse = through(direction, xs)
    assert through(direction, finer, step_s=10.0 / parts) <= coarse + sum(
        # A piece of a leg may be under the shortest length that has a direction; whole legs as short are noise too.
        abs(a - b) < 5.0 * parts
        for a, b in itertools.pairwise(xs)
    )


@given(st.lists(st.floats(-3000, 3000), min_size=2, max_size=60), st.sampled_from(["W", "E", None]))
@settings(max_examples=150, deadline=None)
def test_between_two_passings_the_vehicle_was_away(xs: list[float], direction: str | None) -> None:
    t, lat, lng = drive(xs)
    found = passings(t, lat, lng, [(*PLAZA, direction)], radius_m=150)
    for a, b in itertools.pairwise(found):
        between = [abs(x) for moment, x in zip(t, xs, strict=True) if a.t <= moment <= b.t]
        assert max(between, default=0) > 999


def test_directions_as_people_write_them() -> None:
    assert [heading_of(text) for text in ("N", "westbound", "SB", "SouthEast"[:0] or "SE")] == [
        0,
        270,
        180,
        135,
    ]
    assert heading_of("both") is None and heading_of(None) is None


RATES = TollRates(
    currency="USD",
    rates=[
        TollRate(amount=Decimal("7"), valid_from=date(2022, 1, 1), valid_to=date(2024, 12, 31)),
        TollRate(amount=Decimal("8"), valid_from=date(2025, 1, 1), axles_to=2),
        TollRate(amount=Decimal("18"), valid_from=date(2025, 1, 1), axles_from=3),
        TollRate(
            amount=Decimal("4"),
            valid_from=date(2025, 1, 1),
            axles_to=2,
            days=["mon"],
            from_time=time(5),
            to_time=time(10),
        ),
        TollRate(amount=Decimal("9"), valid_from=date(2025, 1, 1), axles_to=2, payment="invoice"),
        TollRate(amount=Decimal("2"), valid_from=date(2025, 1, 1), vehicle_types=["motorcycle"], axles_to=2),
    ],
)


def due(
    at: str, *, axles: int | None = 2, kind: str | None = "car", payment: str = "transponder"
) -> Decimal | None:
    rate = rate_of(
        RATES, datetime.fromisoformat(at), axles=axles, vehicle_type=kind, payment=payment, zone=WEST
    )
    return None if rate is None else rate.amount


def test_rates_by_day_axles_class_payment_and_hour() -> None:
    noon = "2025-06-10T12:00:00-07:00"
    assert due("2023-06-01T12:00:00-07:00") == 7
    assert due(noon) == 8
    assert due(noon, axles=None) == 8
    assert due(noon, axles=5) == 18
    assert due(noon, payment="invoice") == 9
    assert due(noon, kind="motorcycle") == 2
    assert due("2025-06-09T06:00:00-07:00") == 4
    assert due("2025-06-09T10:00:00-07:00") == 8
    assert due("2008-05-21T12:00:00-07:00") is None


def test_days_are_those_of_the_plaza() -> None:
    # 2025-01-01 07:30 UTC is still the last evening of 2024 at the bridge.
    assert due(datetime(2025, 1, 1, 7, 30, tzinfo=UTC).isoformat()) == 7
    assert due(datetime(2025, 1, 1, 8, 30, tzinfo=UTC).isoformat()) == 8


def test_hours_past_midnight() -> None:
    night = TollRates(
        currency="USD", rates=[TollRate(amount=Decimal("1"), from_time=time(22), to_time=time(5))]
    )

    def at(hour: int) -> bool:
        moment = datetime(2025, 6, 10, hour, tzinfo=WEST)
        return rate_of(night, moment, axles=2, vehicle_type=None, payment="plate", zone=WEST) is not None

    assert [at(hour) for hour in (21, 22, 0, 4, 5)] == [False, True, True, True, False]
