"""Rates by day, business share, totals that add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from motorpool.telematics.rules.mileage import (
    LoggedTrip,
    Rate,
    is_contemporaneous,
    rate_on,
    total,
    worth,
)

#: 2022 had a change in mid-year: IRS Notice 2022-3, Announcement 2022-13.
RATES = [
    Rate(date(2022, 1, 1), Decimal("0.585")),
    Rate(date(2022, 7, 1), Decimal("0.625")),
    Rate(date(2023, 1, 1), Decimal("0.655")),
]


def trip(day: date, miles: str, usage: str | None = "business", percent: str | None = None) -> LoggedTrip:
    km = Decimal(miles) * Decimal("1.609344")
    return LoggedTrip(day, km, usage, None if percent is None else Decimal(percent))


def test_the_rate_of_the_day() -> None:
    assert rate_on(RATES, date(2021, 12, 31)) is None
    assert [
        rate_on(RATES, day).per_mile for day in (date(2022, 6, 30), date(2022, 7, 1), date(2026, 1, 1))
    ] == [
        Decimal("0.585"),
        Decimal("0.625"),
        Decimal("0.655"),
    ]
    assert worth(trip(date(2022, 6, 30), "100"), RATES) == (Decimal("0.585"), Decimal("58.50"))
    assert worth(trip(date(2022, 7, 1), "100"), RATES) == (Decimal("0.625"), Decimal("62.50"))
    assert worth(trip(date(2020, 7, 1), "100"), RATES) == (None, Decimal(0))


def test_what_a_year_comes_to() -> None:
    found = total(
        [
            trip(date(2022, 6, 1), "10"),
            trip(date(2022, 8, 1), "20"),
            trip(date(2022, 8, 2), "10", "mixed", "25"),
            trip(date(2022, 8, 3), "4", "mixed"),
            trip(date(2022, 8, 4), "6", "commute"),
            trip(date(2022, 8, 5), "5", "personal"),
            trip(date(2022, 8, 6), "1", None),
        ],
        RATES,
    )
    assert (found.trips, found.miles, found.business) == (7, Decimal("56.0"), Decimal("32.5"))
    assert (found.commute, found.personal) == (Decimal("6.0"), Decimal("12.5"))
    assert (found.unclassified, found.unclassified_trips) == (Decimal("5.0"), 2)
    assert found.business_percent == Decimal("58.0"), "32.5 of 56"
    # 10 x 0.585 + 20 x 0.625 + 2.5 x 0.625 (1.5625)
    assert found.amount == Decimal("5.85") + Decimal("12.50") + Decimal("1.56")
    assert [(one[0].valid_from, one[1]) for one in found.by_rate if one[0]] == [
        (date(2022, 1, 1), Decimal("10.0")),
        (date(2022, 7, 1), Decimal("22.5")),
    ]
    assert total([], RATES).business_percent is None


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1000),
            st.integers(0, 99_999),
            st.sampled_from(["business", "personal", "commute", "mixed", None]),
            st.one_of(st.none(), st.integers(0, 100)),
        ),
        max_size=30,
    )
)
def test_the_columns_add_up(rows: list[tuple[int, int, str | None, int | None]]) -> None:
    trips = [
        LoggedTrip(
            date(2022, 1, 1) + timedelta(days=day),
            Decimal(km) / 100,
            usage,
            None if p is None else Decimal(p),
        )
        for day, km, usage, p in rows
    ]
    found = total(trips, RATES)
    assert found.miles == sum(one.miles for one in trips)
    assert found.amount == sum(worth(one, RATES)[1] for one in trips)
    assert found.miles == found.business + found.commute + found.personal + found.unclassified
    assert found.business == sum(miles for _, miles, _ in found.by_rate)


def test_a_record_is_made_within_the_week() -> None:
    start = datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert is_contemporaneous(start, start + timedelta(days=7))
    assert not is_contemporaneous(start, start + timedelta(days=8))
    assert not is_contemporaneous(start, None)
