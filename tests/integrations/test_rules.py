"""Pure rules: pauses, matching, Samsara's words."""

from __future__ import annotations

from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.actions.store_page import event_id
from motorpool.integrations.connectors.contract import Found, read_time
from motorpool.integrations.rules.matching import Ours, match
from motorpool.integrations.rules.polling import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    LONGEST_WAIT_S,
    next_after_success,
    pause_after,
)
from motorpool.integrations.rules.samsara_events import event_type_of, harsh_events_of, secret_key

VIN = "1FDFE4FS8HDC12345"


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_pauses_grow_to_an_hour_and_obey_the_provider(
    failures: int, jitter: float, asked: float | None
) -> None:
    pause = pause_after(failures, jitter, asked)
    assert pause >= FIRST_PAUSE_S / 2
    assert pause >= min(asked or 0, LONGEST_WAIT_S)
    assert pause <= max(LONGEST_PAUSE_S, min(asked or 0, LONGEST_WAIT_S) + 1)
    assert pause_after(failures + 1, jitter, asked) >= pause


def test_a_poll_that_left_something_goes_on_at_once() -> None:
    assert next_after_success(5, 0.3, more=True) == 0
    assert 285 <= next_after_success(5, 0.0, more=False) <= next_after_success(5, 1.0, more=False) == 300


def test_matching_takes_the_surest_clue_first() -> None:
    ours = [
        Ours("vehicle", a := uuid4(), vin=VIN.lower(), license_plate="AB 1"),
        Ours("vehicle", b := uuid4(), license_plate="7ABC-123"),
        Ours("vehicle", c := uuid4(), serials=("G9-1",)),
        Ours("driver", d := uuid4(), driver_number="E 17"),
    ]
    found = [
        Found("vehicle", "1", vin=VIN, license_plate="7ABC123"),
        Found("vehicle", "2", vin="?", license_plate="ab1"),
        Found("vehicle", "3", serial="g91"),
        Found("driver", "1", driver_number="e-17"),
        Found("vehicle", "4"),
    ]
    assert match(found, ours, {}) == {("vehicle", "1"): a, ("vehicle", "3"): c, ("driver", "1"): d}, (
        "the plate of the second is of a vehicle that its VIN gave to the first"
    )
    assert match(found[2:], ours, {("vehicle", "9"): c}) == {("driver", "1"): d}
    assert match([Found("vehicle", "5", license_plate="7 abc 123")], ours, {}) == {("vehicle", "5"): b}


def test_what_is_not_certain_is_left_to_people() -> None:
    twins = [Ours("vehicle", uuid4(), license_plate="X1"), Ours("vehicle", uuid4(), license_plate="x-1")]
    assert match([Found("vehicle", "1", license_plate="X1")], twins, {}) == {}
    single = [Ours("vehicle", uuid4(), license_plate="X1")]
    both = [Found("vehicle", "1", license_plate="X1"), Found("vehicle", "2", license_plate="X 1")]
    assert match(both, single, {}) == {}
    nothing = [Ours("vehicle", uuid4(), vin="", license_plate=""), Ours("driver", uuid4())]
    assert match([Found("vehicle", "1", vin="", license_plate=" "), Found("driver", "2")], nothing, {}) == {}


plates = st.sampled_from(["A1", "B2", "C3", "", None])


@given(st.lists(st.tuples(plates, plates)), st.lists(st.tuples(plates, plates)))
def test_matching_is_one_to_one(theirs: list[tuple[str, str]], mine: list[tuple[str, str]]) -> None:
    found = [Found("vehicle", str(n), license_plate=a, serial=b) for n, (a, b) in enumerate(theirs)]
    ours = [
        Ours("vehicle", UUID(int=n), license_plate=a, serials=(b,) if b else ())
        for n, (a, b) in enumerate(mine)
    ]
    made = match(found, ours, {})
    assert len(set(made.values())) == len(made)


def test_words_for_harsh_events() -> None:
    assert event_type_of("Harsh Braking") == "harsh_braking"
    assert event_type_of("Alert: harsh turn near 5th St") == "harsh_cornering"
    assert event_type_of("braking") == "harsh_braking"
    assert event_type_of("Crash") is event_type_of("") is event_type_of("Panic: braking news") is None


@pytest.mark.parametrize(
    "message", [{}, {"eventType": "AlertIncident", "data": {"conditions": [1, {"details": 5}]}}]
)
def test_other_messages_hold_no_event(message: dict[str, object]) -> None:
    assert harsh_events_of(message) == []


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c))
)
def test_strange_messages_are_refused_in_words(value: object) -> None:
    message = {"eventId": "x", "eventType": "AlertIncident", "data": {"happenedAtTime": value, "conditions": [
        {"details": {"harshEvent": value}}, {"details": {"harshEvent": {"vehicle": value}}}]}}  # fmt: skip
    with pytest.raises(ValueError):
        harsh_events_of(message)


def test_ids_of_events_are_stable_and_not_those_of_the_derivation() -> None:
    actor, connection = system_actor(UUID(int=1)), UUID(int=2)
    key = event_id(actor, "samsara", connection, "e1")
    assert key == event_id(actor, "samsara", connection, "e1")
    assert (key.version, key.variant) == (8, RFC_4122), "version 5 would be removed by the next derivation"
    others = {
        event_id(actor, "geotab", connection, "e1"),
        event_id(actor, "samsara", UUID(int=3), "e1"),
        event_id(system_actor(UUID(int=9)), "samsara", connection, "e1"),
        event_id(actor, "samsara", connection, "e2"),
    }
    assert len(others - {key}) == 4


def test_secrets_and_times() -> None:
    assert secret_key("c2VjcmV0") == b"secret"
    assert secret_key("no base64!") is secret_key("") is secret_key(None) is None
    assert read_time("2026-05-10T10:30:00.1234567Z").microsecond == 123456
    for wrong in ("2026-05-10T10:30:00", "", None, 5):
        with pytest.raises(ValueError):
            read_time(wrong)
