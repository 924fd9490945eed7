"""Ratios, availability and what is out of the ordinary, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.maintenance.queries.cost_question import a_year_until, months_of
from motorpool.maintenance.queries.vehicle_costs import VehicleCost, mark_outliers, trusted_distance
from motorpool.maintenance.rules.cost_figures import (
    OUT_OF_ORDINARY,
    availability,
    cost_per_km,
    cost_per_mile,
    deviations,
    percent,
)


def test_costs_for_a_distance() -> None:
    assert cost_per_km(Decimal("2000"), 4000.0) == Decimal("0.5000")
    # 2000 / (4000 / 1.609344) miles
    assert cost_per_mile(Decimal("2000"), 4000.0) == Decimal("0.8047")
    assert cost_per_mile(Decimal("1609.34"), 1.609344) == Decimal("1609.3400")


@pytest.mark.parametrize("km", [None, 0.0, 0.49])
def test_no_ratio_below_half_a_kilometre(km: float | None) -> None:
    assert cost_per_km(Decimal(10), km) is None
    assert cost_per_mile(Decimal(10), km) is None
    assert cost_per_km(Decimal(10), 0.5) == Decimal(20)


@given(st.decimals(0, 100_000, places=2), st.floats(0.5, 1e6))
def test_a_mile_costs_what_its_kilometres_cost(cost: Decimal, km: float) -> None:
    by_km, by_mile = cost_per_km(cost, km), cost_per_mile(cost, km)
    assert by_km is not None and by_mile is not None
    assert abs(float(by_mile) - float(by_km) * 1.609344) <= 0.0002


def test_availability() -> None:
    assert availability(timedelta(hours=38), timedelta(hours=2159)) == 98.2
    assert availability(timedelta(0), timedelta(hours=1)) == 100.0
    # Hours of before a reopening may come to more than the period has.
    assert availability(timedelta(hours=50), timedelta(hours=40)) == 0.0
    assert availability(timedelta(hours=1), timedelta(0)) is None
    assert percent(1, 2) == 50.0
    assert percent(0, 0) is None


def test_an_extreme_vehicle_stands_out_and_does_not_hide_itself() -> None:
    found = deviations([0.10, 0.11, 0.12, 0.11, 0.10, 0.95])
    assert found is not None
    # Median 0.11, median absolute deviation 0.01: (0.95 - 0.11) / 0.014826.
    assert found[-1] == pytest.approx(56.66, abs=0.01)
    assert [one > OUT_OF_ORDINARY for one in found] == [False] * 5 + [True]


def test_where_most_are_alike_the_mean_deviation_stands_in() -> None:
    found = deviations([0.1, 0.1, 0.1, 0.1, 0.6])
    assert found is not None
    # Mean absolute deviation 0.1: 0.5 / 0.12533.
    assert found[-1] == pytest.approx(3.99, abs=0.01)


@pytest.mark.parametrize(
    ("meters", "trips", "basis"),
    [(0.8, 1.0, "meters"), (0.79, 1.0, "trips"), (0.5, 0.5, "meters"), (0.0, 0.0, "trips")],
)
def test_meters_are_trusted_from_four_fifths_on(meters: float, trips: float, basis: str) -> None:
    assert trusted_distance([10.0], meters, [12.0], trips)[0] == basis


def vehicle(kind: str, ratio: str, km: float = 500.0) -> VehicleCost:
    told = dict.fromkeys(("name", "make", "model", "model_year", "cost_per_mile", "availability_percent"))
    counted = dict.fromkeys(
        ("open_orders", "open_cost", "downtime_hours", "hours", "services_due", "services_on_time"), 0
    )
    known = {
        "vehicle_id": uuid4(),
        "vehicle_number": ratio,
        "vehicle_type": kind,
        "distance_basis": "meters",
        "orders": 1,
    }
    return VehicleCost(**known, **told, **counted, distance_km=km, cost_per_km=Decimal(ratio))


def test_who_is_compared_with_whom() -> None:
    five = [vehicle("van", ratio) for ratio in ("0.10", "0.11", "0.12", "0.11", "0.95")]
    # One that went less than 100 km is not compared.
    short = vehicle("van", "9.00", 99.9)
    # Two trucks are too few: they are compared with the fleet.
    trucks = [vehicle("truck", "0.11"), vehicle("truck", "0.90")]
    mark_outliers([*five, short, *trucks])
    assert [one.is_outlier for one in five] == [False] * 4 + [True]
    assert short.deviation is None
    assert [one.is_outlier for one in trucks] == [False, True]


def test_few_or_equal_vehicles_are_not_compared() -> None:
    assert deviations([0.1, 0.2, 0.3, 9.0]) is None
    assert deviations([0.3] * 8) is None


@given(st.lists(st.floats(0, 1000), min_size=5, max_size=40), st.floats(0.01, 100))
def test_deviations_do_not_depend_on_the_currency(values: list[float], factor: float) -> None:
    before, after = deviations(values), deviations([value * factor for value in values])
    if before is not None and after is not None:
        assert after == pytest.approx(before, rel=1e-6, abs=1e-6)


def test_months() -> None:
    assert months_of(date(2025, 11, 17), date(2026, 2, 1)) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
    assert a_year_until(date(2026, 11, 23)) == date(2025, 12, 1)
    assert a_year_until(date(2026, 12, 31)) == date(2026, 1, 1)
    assert a_year_until(date(1, 5, 1)) == date(1, 6, 1)
    assert len(months_of(a_year_until(date(2024, 2, 29)), date(2024, 2, 29))) == 12
