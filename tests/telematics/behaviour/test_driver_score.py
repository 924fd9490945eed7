"""The driver score: Samsara's published example, and that its explanation adds up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.driver_score import (
    COUNTED,
    KM_PER_MILE,
    SEVERITIES,
    Record,
    Weights,
    score,
)


def test_samsaras_published_example() -> None:
    """5 events in 247 miles, 69 of 520 minutes above the limit: 66.5, shown as 67 (article 115001947714)."""
    record = Record(247 * KM_PER_MILE, 520 * 60, {"harsh_braking": 5}, {"minor": 69 * 60})
    found = score(record)
    assert found.value is not None and round(found.value, 1) == 66.5
    assert [(one.kind, round(one.points, 2)) for one in found.impacts] == [
        ("harsh_braking", 20.24),
        ("speeding_minor", 13.27),
    ]
    assert found.impacts[0].formula == "1 x 5 x 1,000 / 247 mi"
    assert found.impacts[1].formula == "1 x 100 x 69.0 min / 520 min"


def test_whatever_the_kinds_are_the_example_stays() -> None:
    events = {"harsh_braking": 2, "harsh_acceleration": 1, "harsh_cornering": 2}
    found = score(
        Record(247 * KM_PER_MILE, 520 * 60, events, {"minor": 9 * 60, "moderate": 20 * 60, "severe": 40 * 60})
    )
    assert found.value is not None and round(found.value, 1) == 66.5


def test_weights_idling_and_the_floor() -> None:
    record = Record(100 * KM_PER_MILE, 3600, {"idle_excess": 4, "harsh_braking": 1}, {"severe": 360})
    assert score(record).value == pytest.approx(100 - 10 - 10)
    assert score(record, Weights(idle_excess=0.5, speeding_severe=3, harsh_braking=0)).value == pytest.approx(
        50
    )
    assert score(record, Weights(speeding_severe=10)).value == 0


def test_without_distance_there_is_no_score() -> None:
    found = score(Record(0, 0, {"harsh_braking": 3}, {}))
    assert found.value is None and found.impacts == ()


def test_weights_are_0_to_10() -> None:
    with pytest.raises(ValueError, match="speeding_severe must be between 0 and 10"):
        Weights(speeding_severe=11)


amounts = st.dictionaries(st.sampled_from(COUNTED), st.integers(0, 50))
seconds = st.dictionaries(st.sampled_from(SEVERITIES), st.floats(0, 1e5))


@settings(deadline=None)
@given(st.floats(0.1, 1e5), st.floats(0, 1e6), amounts, seconds)
def test_the_explanation_adds_up(km, driving, events, speeding) -> None:
    found = score(Record(km, driving, events, speeding))
    assert found.value == pytest.approx(max(0, 100 - found.lost))
    assert all(one.points >= 0 for one in found.impacts)
    worse = score(
        Record(km, driving, events | {"harsh_braking": events.get("harsh_braking", 0) + 1}, speeding)
    )
    assert worse.value is not None and worse.value <= found.value
