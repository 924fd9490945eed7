"""The clocks of 49 CFR 382.303, by example and by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.fleet.rules.commercial import is_commercial
from motorpool.safety.rules.incident_facts import accident_severity, severity_of, title_of
from motorpool.safety.rules.post_accident import (
    LIMITS,
    PROMPT,
    WITHDRAWN,
    Accident,
    KeptTest,
    NeededTest,
    Steps,
    TestType as PostAccidentTest,
    citation_windows,
    clock_of,
    is_tested_vehicle,
    steps,
    tests_needed as needed_for,
    with_note,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CRASH = Accident(NOON, is_covered=True)


def kinds(accident: Accident) -> list[str]:
    return [one.test_type for one in needed_for(accident)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"fatalities": 1}, ["alcohol", "drug"]),
        ({"fatalities": 1, "is_covered": False}, []),
        ({"treated_away": True}, []),
        ({"towed": True}, []),
        ({"treated_away": True, "cited_at": NOON + HOUR}, ["alcohol", "drug"]),
        ({"towed": True, "cited_at": NOON + 8 * HOUR}, ["alcohol", "drug"]),
        ({"towed": True, "cited_at": NOON + 8 * HOUR + SECOND}, ["drug"]),
        ({"towed": True, "cited_at": NOON + 32 * HOUR}, ["drug"]),
        ({"towed": True, "cited_at": NOON + 32 * HOUR + SECOND}, []),
        ({"towed": True, "cited_at": NOON}, ["alcohol", "drug"]),
        ({"towed": True, "cited_at": NOON - SECOND}, []),
        ({"cited_at": NOON + HOUR}, []),
        ({"towed": True, "cited_at": NOON + HOUR, "is_covered": False}, []),
        ({"is_covered": False, "is_ordered": True}, ["alcohol", "drug"]),
    ],
)
def test_the_table_of_the_law(changes: dict[str, Any], expected: list[str]) -> None:
    assert kinds(replace(CRASH, **changes)) == expected


def test_the_clocks_run_from_the_accident_not_from_the_citation() -> None:
    alcohol, drug = needed_for(replace(CRASH, towed=True, cited_at=NOON + 5 * HOUR))
    assert (alcohol.ordered_at, alcohol.remind_at, alcohol.due_at) == (NOON, NOON + 2 * HOUR, NOON + 8 * HOUR)
    assert (drug.ordered_at, drug.remind_at, drug.due_at) == (NOON, None, NOON + 32 * HOUR)
    assert alcohol.basis == "law"
    assert alcohol.reason == "A vehicle was towed away and the driver was cited (49 CFR 382.303)."


@pytest.mark.parametrize(
    ("after", "phase", "until"),
    [
        (0 * HOUR, "prompt", 2 * HOUR),
        (2 * HOUR - SECOND, "prompt", 2 * HOUR),
        (2 * HOUR, "explain", 8 * HOUR),
        (8 * HOUR - SECOND, "explain", 8 * HOUR),
        (8 * HOUR, "closed", None),
    ],
)
def test_an_alcohol_test_has_three_phases(after: timedelta, phase: str, until: timedelta | None) -> None:
    found = clock_of(NOON + PROMPT, NOON + LIMITS["alcohol"], NOON + after)
    assert (found.phase, found.until) == (phase, until and NOON + until)


def test_a_drug_test_has_two_phases() -> None:
    due = NOON + LIMITS["drug"]
    assert clock_of(None, due, NOON + 3 * HOUR).phase == "prompt"
    assert clock_of(None, due, due).phase == "closed"


def test_what_a_citation_would_still_change() -> None:
    towed = replace(CRASH, towed=True)
    assert citation_windows(towed) == {"alcohol": NOON + 8 * HOUR, "drug": NOON + 32 * HOUR}
    assert citation_windows(replace(towed, cited_at=NOON + 9 * HOUR)) == {"alcohol": NOON + 8 * HOUR}
    assert citation_windows(replace(towed, cited_at=NOON + HOUR)) == {}
    assert citation_windows(replace(towed, fatalities=1)) == {}
    assert citation_windows(CRASH) == {}
    assert citation_windows(replace(towed, is_covered=False)) == {}


@pytest.mark.parametrize(
    ("kind", "weight", "seats", "expected"),
    [
        ("car", 2_000, 5, False),
        ("truck", 11_793, 2, False),  # 26,000 lb
        ("truck", 11_794, 2, True),  # 26,001 lb
        ("van", 4_000, 15, False),
        ("van", 4_000, 16, True),
        ("bus", None, None, True),
        ("tractor", None, None, True),
        ("truck", None, 3, None),
        ("car", None, None, False),
        (None, None, None, False),
    ],
)
def test_vehicles_of_part_382(
    kind: str | None, weight: int | None, seats: int | None, expected: bool | None
) -> None:
    assert is_tested_vehicle(kind, weight, seats) is expected


def test_the_register_begins_lower_than_the_tests() -> None:
    assert is_commercial("truck", 4_537, 3) and not is_tested_vehicle("truck", 4_537, 3)
    assert not is_commercial("van", 4_536, 8)
    assert not is_commercial("car", None, None)


def test_a_first_judgement_of_severity() -> None:
    none = {"fatalities": 0, "injuries": 0}
    assert severity_of(**none, treated_away=0, towed=0) == "minor"
    assert severity_of(**none, treated_away=0, towed=1) == "moderate"
    assert severity_of(**none, treated_away=1, towed=0) == "serious"
    assert severity_of(fatalities=1, injuries=0, treated_away=0, towed=0) == "critical"
    assert accident_severity(**none, treated_away=True, towed=False) == "severe"


def test_a_title_is_made_of_the_first_sentence() -> None:
    assert title_of("collision", "Rear-ended at a light. He fled.") == "Rear-ended at a light"
    assert title_of("collision", "  \n") == "Crash"
    assert title_of("odd_thing", None) == "Odd thing"
    assert len(title_of("collision", "word " * 60)) <= 80


# -- properties


OFFSETS = st.integers(-3 * 3600, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
ACCIDENTS = st.builds(
    Accident,
    st.just(NOON),
    st.booleans(),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
    st.none() | OFFSETS.map(lambda offset: NOON + offset),
    st.booleans(),
)
DRIVERS = st.sampled_from((UUID(int=1), UUID(int=2)))


@given(ACCIDENTS)
def test_an_alcohol_test_never_comes_without_a_drug_test(accident: Accident) -> None:
    found = kinds(accident)
    assert found in ([], ["drug"], ["alcohol", "drug"])


@given(ACCIDENTS)
def test_nothing_is_needed_by_law_without_an_outcome_or_a_commercial_vehicle(accident: Accident) -> None:
    by_law = [one for one in needed_for(accident) if one.basis == "law"]
    if by_law:
        assert accident.is_covered and accident.outcome is not None
        assert accident.fatalities or accident.cited_at is not None


@given(ACCIDENTS)
def test_clocks_lie_in_order(accident: Accident) -> None:
    for one in needed_for(accident):
        assert one.ordered_at == accident.occurred_at
        assert one.ordered_at < (one.remind_at or one.due_at) <= one.due_at


@given(ACCIDENTS, st.booleans())
def test_graver_facts_never_take_a_test_away(accident: Accident, dies: bool) -> None:
    graver = replace(accident, fatalities=1) if dies else replace(accident, towed=True, treated_away=True)
    assert set(kinds(accident)) <= set(kinds(graver))


@given(ACCIDENTS)
def test_an_open_window_is_one_in_which_a_citation_orders_the_test(accident: Accident) -> None:
    for kind, until in citation_windows(accident).items():
        assert kind in kinds(replace(accident, cited_at=until))
        assert kind not in kinds(replace(accident, cited_at=until + SECOND, is_ordered=False))


@given(st.lists(OFFSETS, min_size=2, max_size=8).map(sorted), st.sampled_from(("alcohol", "drug")))
def test_a_clock_only_goes_forward(moments: list[timedelta], kind: PostAccidentTest) -> None:
    limit = LIMITS[kind]
    remind = NOON + PROMPT if kind == "alcohol" else None
    places = [
        ("prompt", "explain", "closed").index(clock_of(remind, NOON + limit, NOON + one).phase)
        for one in moments
    ]
    assert places == sorted(places)
    for one in moments:
        found = clock_of(remind, NOON + limit, NOON + one)
        assert found.until is None or found.until > NOON + one


def carried_out(todo: Steps, driver: UUID, kept: list[KeptTest]) -> list[KeptTest]:
    """The rows after the steps, as the action writes them."""
    rows = {row.id: row for row in kept}

    def timed(row: KeptTest, one: NeededTest) -> KeptTest:
        return replace(row, ordered_at=one.ordered_at, remind_at=one.remind_at, due_at=one.due_at)

    for row, why in todo.withdraw:
        rows[row.id] = replace(row, status="cancelled", notes=with_note(row.notes, why))
    for row, one in todo.retime:
        rows[row.id] = timed(row, one)
    for row, one in todo.restore:
        rows[row.id] = replace(timed(row, one), status="due", notes=with_note(row.notes, one.reason))
    for one in todo.order:
        key = uuid4()
        rows[key] = KeptTest(
            key,
            driver,
            one.test_type,
            "due",
            one.ordered_at,
            one.remind_at,
            one.due_at,
            True,
            one.reason,
        )
    return list(rows.values())


@given(st.lists(st.tuples(ACCIDENTS, DRIVERS), min_size=1, max_size=6))
def test_rows_follow_the_facts_whatever_they_become(history: list[tuple[Accident, UUID]]) -> None:
    kept: list[KeptTest] = []
    for accident, driver in history:
        kept = carried_out(steps(accident, driver, kept), driver, kept)
        assert steps(accident, driver, kept) == Steps(), "a second time there is nothing to do"
        live = [(row.driver_id, row.test_type) for row in kept if row.status == "due"]
        assert sorted(live) == sorted((driver, kind) for kind in kinds(accident))
        for one in needed_for(accident):
            (row,) = [
                row
                for row in kept
                if (row.driver_id, row.test_type, row.status) == (driver, one.test_type, "due")
            ]
            assert (row.remind_at, row.due_at) == (one.remind_at, one.due_at)


@given(ACCIDENTS, ACCIDENTS, st.sampled_from(("completed", "missed")))
def test_what_was_taken_or_missed_stays(before: Accident, after: Accident, status: str) -> None:
    driver = UUID(int=1)
    kept = [replace(row, status=status) for row in carried_out(steps(before, driver, []), driver, [])]
    later = carried_out(steps(after, driver, kept), driver, kept)
    assert {row.id for row in kept} <= {row.id for row in later if row.status == status}
    assert len([row for row in later if row.status == "due"]) == len(set(kinds(after)) - set(kinds(before)))


def test_what_a_person_ordered_stands_and_is_not_taken_back() -> None:
    driver = UUID(int=1)
    by_hand = KeptTest(uuid4(), driver, "alcohol", "due", NOON, None, None, by_rule=False)
    todo = steps(replace(CRASH, fatalities=1), driver, [by_hand])
    assert [one.test_type for one in todo.order] == ["drug"]
    assert [row.id for row, _ in todo.retime] == [by_hand.id]
    assert steps(CRASH, driver, [by_hand]) == Steps()


def test_what_a_person_cancelled_comes_back_for_the_law_only() -> None:
    driver = UUID(int=1)
    ordered = replace(CRASH, is_covered=False, is_ordered=True)
    rows = carried_out(steps(ordered, driver, []), driver, [])
    cancelled = [replace(row, status="cancelled", notes="The driver has left") for row in rows]
    assert steps(ordered, driver, cancelled) == Steps()
    assert len(steps(replace(CRASH, fatalities=1), driver, cancelled).restore) == 2
    withdrawn = carried_out(steps(CRASH, driver, rows), driver, rows)
    assert all((row.notes or "").splitlines()[-1].startswith(WITHDRAWN) for row in withdrawn)
    assert len(steps(ordered, driver, withdrawn).restore) == 2
