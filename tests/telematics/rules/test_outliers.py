"""The jump filter: what it drops, and what it must not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.outliers import JumpFilter, plausible
from motorpool.telematics.rules.track import Track

METRE = 1 / 111_195.08
JUMPS = JumpFilter()


def dropped(t: list[float], x: list[float]) -> list[int]:
    track = Track.of(t, np.zeros(len(t)), np.array(x) * METRE)
    return np.flatnonzero(~plausible(track, JUMPS)).tolist()


MINUTES = [60.0 * at for at in range(10)]


def test_a_steady_drive_keeps_everything() -> None:
    assert dropped(MINUTES, [600.0 * at for at in range(10)]) == []


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5])
def test_an_excursion_at_impossible_speed_is_dropped(many: int) -> None:
    t = [float(at) for at in range(30)]
    x = [10.0 * at for at in range(30)]
    for at in range(12, 12 + many):
        x[at] += 5000
    assert dropped(t, x) == list(range(12, 12 + many))


def test_six_fixes_elsewhere_are_not_dropped() -> None:
    x = [10.0 * at + (5000 if 12 <= at < 18 else 0) for at in range(30)]
    assert dropped([float(at) for at in range(30)], x) == []


def test_out_and_straight_back_at_motorway_speed_is_dropped_only_if_it_cannot_be_driven() -> None:
    assert dropped(MINUTES, [0, 0, 0, 0, 1600, 0, 0, 0, 0, 0]) == [4]
    assert dropped(MINUTES, [0, 0, 0, 0, 1400, 0, 0, 0, 0, 0]) == []
    # Motorway in one direction.
    assert dropped(MINUTES, [1800.0 * at for at in range(10)]) == []


def test_a_move_after_a_silence_stays() -> None:
    # A ferry, a tunnel, a tow: 40 km in an hour, back later; both ends are single fixes.
    assert dropped([0, 60, 3660, 3720, 9000, 9060], [0, 0, 40_000, 40_000, 0, 0]) == []
    assert dropped([0, 60, 3660, 9000, 9060], [0, 0, 40_000, 0, 0]) == []


def test_a_leap_to_stay_stays() -> None:
    # A frozen receiver that catches up.
    assert dropped(MINUTES, [0, 0, 0, 0, 0, 9000, 9000, 9600, 10_200, 10_800]) == []


def test_repeated_places_stay() -> None:
    assert dropped(MINUTES, [0.0] * 10) == []


def test_two_sources_in_turn_are_left_alone() -> None:
    assert dropped(MINUTES, [0, 9000] * 5) == []
    assert dropped(MINUTES, [0, 0, 9000, 9000, 0, 0, 9000, 9000, 0, 0]) == []


def test_the_ends_stay_because_nothing_speaks_against_them() -> None:
    assert dropped(MINUTES, [9000, 0, 0, 0, 0, 0, 0, 0, 0, 9000]) == []


def test_few_fixes() -> None:
    assert dropped([], []) == []
    assert dropped([0], [0]) == []
    assert dropped([0, 1], [0, 9000]) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([1.0, 5.0, 60.0]), st.sampled_from([0.0, 100.0, 1600.0, 5000.0, 9000.0])),
        max_size=80,
    ),
    st.data(),
)
def test_a_fix_is_judged_by_its_context_alone(steps: list[tuple[float, float]], data: st.DataObject) -> None:
    t = np.cumsum([step for step, _ in steps])
    track = Track.of(t, np.zeros(len(t)), np.array([x for _, x in steps]) * METRE)
    whole = plausible(track, JUMPS)
    low = data.draw(st.integers(0, len(t)))
    high = data.draw(st.integers(low, len(t)))
    part = plausible(track.take(slice(max(0, low - JUMPS.context), high + JUMPS.context)), JUMPS)
    begin = min(low, JUMPS.context)
    assert part[begin : begin + high - low].tolist() == whole[low:high].tolist()


@pytest.mark.parametrize("field", ["max_speed", "slack", "max_points", "reversal_speed", "reversal_ratio"])
def test_a_filter_that_cannot_work_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        JumpFilter(**{field: 0})
