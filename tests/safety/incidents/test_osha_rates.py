"""The rates of form 300A."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from motorpool.safety.rules.osha_rates import RECORDABLE, Case, incidence_rate, summarise

CASES = st.lists(
    st.builds(
        Case,
        st.sampled_from((*RECORDABLE, "first_aid")),
        st.just("injury"),
        st.integers(0, 400),
        st.integers(0, 400),
        st.booleans(),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("cases", "hours", "rate"),
    [
        (7, 400_000, "3.50"),
        (0, 1, "0.00"),
        (1, 200_000, "1.00"),
        (2, 123_456, "3.24"),
        (3, 0, None),
        (3, None, None),
    ],
)
def test_rates(cases: int, hours: int | None, rate: str | None) -> None:
    assert incidence_rate(cases, hours) == (None if rate is None else Decimal(rate))


@given(CASES, st.integers(1, 10_000_000))
def test_a_summary_adds_up(cases: list[Case], hours: int) -> None:
    found = summarise(cases, hours)
    assert found.recordable == sum(found.cases.values()) == sum(found.types.values())
    assert found.dart_cases <= found.recordable
    assert found.dart_rate is not None and found.total_recordable_rate is not None
    assert found.dart_rate <= found.total_recordable_rate
    assert found.days_away <= 180 * found.recordable


@given(CASES)
def test_first_aid_and_strangers_change_nothing(cases: list[Case]) -> None:
    more = [Case("first_aid", days_away=3), Case("death", is_employee=False)]
    assert summarise([*cases, *more], 1000) == summarise(cases, 1000)
