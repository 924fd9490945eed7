"""The OsmAnd protocol as text in, report out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.decoders.osmand import decode_form, decode_json, parse_time
from motorpool.telematics.decoders.report import Report, Undecodable

MICROS = int(datetime(2026, 5, 21, 7, 30, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "1779348600", "1779348600000", "1779348600.0", "2026-05-21T07:30:00Z", "2026-05-21T09:30:00+02:00",
        "2026-05-21 07:30:00", "2026-05-21T07:30:00.000Z", "20260521T073000Z",
    ],
)  # fmt: skip
def test_every_form_of_a_time(text: str) -> None:
    assert parse_time(text) == MICROS


@pytest.mark.parametrize(
    "text", ["", "x", "nan", "inf", "1e99", "2026-13-01T00:00:00Z", "9" * 400, None, [], True]
)
def test_what_is_no_time(text: Any) -> None:
    with pytest.raises(Undecodable, match="timestamp"):
        parse_time(text)


def test_a_query_as_traccar_client_sends_it() -> None:
    report = decode_form(
        "id=123456&timestamp=1779348600&lat=37.78&lon=-122.41&speed=10&bearing=370.5&altitude=12.5&accuracy=15"
        "&batt=85.0&charge=true&driverUniqueId=D7&fuel=3.5&doors=4&note=a%26b&odometer=1234.5&hdop=0.9"
    )
    assert report == Report(
        "123456", MICROS, 37.78, -122.41, 12.5, pytest.approx(18.52), 10.5, 15.0, 1234.5, None,
        {"battery_percent": 85.0, "charging": True, "driver_unique_id": "D7", "fuel": 3.5, "doors": 4, "note": "a&b", "hdop": 0.9},
    )  # fmt: skip


def test_other_spellings() -> None:
    report = decode_form(b"deviceid=abc&location=-0.5,78.25&heading=90&ignition=1&valid=1")
    assert (report.identifier, report.latitude, report.longitude) == ("abc", -0.5, 78.25)
    assert (report.heading, report.ignition, report.recorded_at) == (90.0, True, None)


@pytest.mark.parametrize(
    "query", ["id=a", "id=a&lat=&lon=", "id=a&lat=1&lon=2&valid=false", "id=a&lat=0&lon=0"]
)
def test_without_a_fix_it_is_a_sign_of_life(query: str) -> None:
    assert decode_form(query).latitude is None


def test_optional_numbers_that_make_no_sense_are_left_out() -> None:
    report = decode_form("id=a&lat=1&lon=2&speed=-1&bearing=x&altitude=nan&accuracy=99999&batt=full")
    assert (report.speed, report.heading, report.altitude, report.accuracy) == (None, None, None, 9_999.99)
    assert report.attributes == {}


def test_a_push_address_is_not_kept() -> None:
    assert decode_form("id=a&notificationToken=secret").attributes == {}


@pytest.mark.parametrize(
    "query",
    ["", "lat=1&lon=2", "id=", "id=%00a", "id=" + "x" * 101, "id=a&lat=91&lon=0", "id=a&lat=x&lon=2", "id=a&lat=1",
     "id=a&location=1", "id=a&lat=1&lon=181", "id=a&timestamp=soon", "&".join(f"k{n}=1" for n in range(200))],
)  # fmt: skip
def test_what_cannot_be_understood(query: str) -> None:
    with pytest.raises(Undecodable) as error:
        decode_form(query)
    assert "xxx" not in str(error.value)


BODY: dict[str, Any] = {
    "device_id": "123456",
    "location": {
        "timestamp": "2026-05-21T07:30:00.000Z",
        "coords": {
            "latitude": 37.78,
            "longitude": -122.41,
            "accuracy": 4.5,
            "speed": 10,
            "heading": 90,
            "altitude": 12,
        },
        "is_moving": True,
        "odometer": 1234.5,
        "event": "motionchange",
        "mock": False,
        "activity": {"type": "in_vehicle", "confidence": 90},
        "battery": {"level": 0.85, "is_charging": True},
        "alarm": "sos",
        "extras": {"key": "value", "nested": {"a": [1]}},
    },
}


def test_the_newer_json_body() -> None:
    assert decode_json(json.dumps(BODY).encode()) == Report(
        "123456", MICROS, 37.78, -122.41, 12.0, pytest.approx(36.0), 90.0, 4.5, 1234.5, None,
        {"key": "value", "nested": '{"a":[1]}', "is_moving": True, "event": "motionchange", "mock": False, "alarm": "sos",
         "activity": "in_vehicle", "battery_percent": 85.0, "charging": True},
    )  # fmt: skip


def test_minus_one_means_no_speed() -> None:
    body = json.loads(json.dumps(BODY))
    body["location"]["coords"] |= {"speed": -1, "heading": -1}
    report = decode_json(json.dumps(body).encode())
    assert (report.speed, report.heading) == (None, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"{}", b'{"device_id": null}', b'{"device_id": true}', b'{"device_id": "a", "location": 3}',
     b'{"device_id": "a", "location": {"coords": []}}', b'{"device_id": "a", "location": {"timestamp": {}}}',
     b'{"device_id": "a", "location": {"coords": {"latitude": 91, "longitude": 0}}}', b"[" * 100_000],
)  # fmt: skip
def test_json_that_cannot_be_understood(body: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_json(body)


def is_storable(report: Report) -> None:
    """What a decoder promises, whatever came in."""
    assert 1 <= len(report.identifier) <= 100
    if report.latitude is not None:
        assert report.longitude is not None
        assert abs(report.latitude) <= 90
        assert abs(report.longitude) <= 180
    assert report.speed is None or report.speed >= 0
    assert report.heading is None or 0 <= report.heading < 360
    text = json.dumps(report.attributes, allow_nan=False)
    # An escaped backslash before u0000 is text that PostgreSQL takes; the character itself is not.
    assert "\\u0000" not in text.replace("\\\\", "")


KEYS = ["id", "deviceid", "timestamp", "lat", "lon", "location", "speed", "bearing", "heading", "altitude", "accuracy",
        "batt", "charge", "valid", "driverUniqueId", "cell", "wifi", "odometer", "ignition", "x"]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(["true", "1,2", "nan"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), VALUES), max_size=25))
def test_any_form_is_decoded_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        report = decode_form(urlencode(pairs, errors="replace"))
    except Undecodable:
        return
    is_storable(report)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    for decode in (decode_form, decode_json):
        try:
            is_storable(decode(body))
        except Undecodable:
            continue


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
COORDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("latitude", "longitude", "accuracy", "speed", "heading", "altitude"), JSON)
)
LOCATION = st.fixed_dictionaries(
    {},
    optional={"coords": COORDS | JSON, "timestamp": JSON, "odometer": JSON, "extras": JSON, "battery": JSON, "activity": JSON,
              "event": JSON, "is_moving": JSON, "alarm": JSON},
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional={"device_id": JSON | st.just("a"), "location": LOCATION | JSON}))
def test_any_json_is_decoded_or_refused(message: dict[str, Any]) -> None:
    try:
        report = decode_json(json.dumps(message).encode())
    except Undecodable:
        return
    is_storable(report)
