"""Ids and numbers of derived rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from motorpool.telematics.rules.identity import stop_id, trip_id, trip_number

VEHICLE = UUID("018f3a3c-0000-7000-8000-000000000001")
START = datetime(2008, 5, 21, 14, 32, 5, tzinfo=UTC).timestamp()


def test_ids_are_the_same_for_ever() -> None:
    assert trip_id(VEHICLE, START) == UUID("5f32194b-a891-5553-8f80-3a0ef9eca0f6")
    assert stop_id(VEHICLE, START) == UUID("1abc61d4-8df7-50ad-9c30-fdad2dfd9f0b")


def test_ids_differ_by_vehicle_kind_and_start_but_not_by_noise_below_a_millisecond() -> None:
    other = UUID("018f3a3c-0000-7000-8000-000000000002")
    ids = {
        trip_id(VEHICLE, START),
        stop_id(VEHICLE, START),
        trip_id(other, START),
        trip_id(VEHICLE, START + 0.001),
    }
    assert len(ids) == 4
    assert trip_id(VEHICLE, START + 0.0001) == trip_id(VEHICLE, START)


def test_the_number_is_made_of_vehicle_and_utc_start() -> None:
    assert trip_number("CAB12", START) == "CAB12-20080521-143205"
    assert trip_number("CAB12", START + 0.999) == "CAB12-20080521-143205"


def test_a_long_vehicle_number_is_cut_and_kept_apart() -> None:
    one, two = trip_number("X" * 60 + "1", START), trip_number("X" * 60 + "2", START)
    assert len(one) == len(two) == 50
    assert one != two
    assert one.endswith("-20080521-143205")
    assert trip_number("Y" * 34, START) == "Y" * 34 + "-20080521-143205"
