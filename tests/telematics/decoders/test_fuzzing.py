"""Whatever arrives, a decoder answers, refuses or waits; it never fails otherwise, never hangs, and never invents a place.

Short in `make test`; with MOTORPOOL_SOAK=1 a million mutated packets per decoder.
"""

from __future__ import annotations

import contextlib
import math
import os
import random
import time

import pytest
from hypothesis import given, settings, strategies as st
from tests.telematics.decoders.test_golden import CODEC_8_1, CODEC_8E, NOW
from tests.telematics.gateway.senders import (
    START,
    avl_datagram,
    avl_packet,
    avl_record,
    codec12_response,
    gl200_location,
    gt06_alarm,
    gt06_heartbeat,
    gt06_location,
    gt06_login,
    h02_location,
    teltonika_login,
)

from motorpool.telematics.decoders import osmand, owntracks
from motorpool.telematics.decoders.checksums import crc16_ibm, crc16_x25
from motorpool.telematics.decoders.protocol import MOST_BYTES, Garbage, Protocol
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.decoders.report import Report, Undecodable
from motorpool.telematics.models import EVENT_CODES

SOAK = os.environ.get("MOTORPOOL_SOAK") == "1"
PACKETS = 1_000_000 if SOAK else 3_000
PLACE = (37.78, -122.41)
IMEI = "356307042441013"
SAMPLES: dict[str, list[bytes]] = {
    "teltonika": [
        teltonika_login(IMEI),
        bytes.fromhex(CODEC_8_1),
        bytes.fromhex(CODEC_8E),
        avl_packet([avl_record(START, *PLACE, elements={239: 1, 66: 12800, 253: 1}, event=253)] * 3),
        codec12_response("ok"),
        b"\xff",
    ],
    "gt06": [
        gt06_login(IMEI),
        gt06_location(START, *PLACE),
        gt06_alarm(START, *PLACE, 1),
        gt06_heartbeat(True),
        bytes.fromhex(
            "7878281520000000003c49434349443a38393838323339303030303039373330323635303e00020d446f260d0a"
        ),
        bytes.fromhex(
            "797900262100000000020043006f006d006d0061006e00640020006500720072006f0072002100236e850d0a"
        ),
    ],
    "h02": [
        h02_location(IMEI, START, *PLACE),
        b"*HQ,1700086468,LINK,180902,15,0,84,0,0,240517,FFFFFBFF#",
        bytes.fromhex("2441060116601245431311165035313006004318210e000000fffffbffff0024"),
        bytes.fromhex(
            "24410600082621532131081504419390060740418306000000fffffbfdff0015060000002c02dc0c000000001f"
        ),
    ],
    "gl200": [
        gl200_location(IMEI, START, *PLACE),
        gl200_location(IMEI, START, *PLACE, kind="GTHBM", sort="BUFF"),
        b"+ACK:GTHBD,1A0102,135790246811220,,20100214093254,11F0$",
        b"+ACK:GTRTO,02010B,135790246811220,,GPS,0001,20100214093254,11F0$",
    ],
}


def check(report: Report) -> None:
    """What a decoder may say."""
    if report.latitude is not None:
        assert report.longitude is not None
        assert -90 <= report.latitude <= 90 and -180 <= report.longitude <= 180
        assert (report.latitude, report.longitude) != (0, 0)
    for value in (report.altitude, report.speed, report.heading, report.accuracy, report.odometer_m):
        assert value is None or math.isfinite(value)
    assert report.speed is None or report.speed >= 0
    assert report.heading is None or 0 <= report.heading < 360
    assert {each.code for each in report.happenings} <= set(EVENT_CODES)
    assert report.recorded_at is None or isinstance(report.recorded_at, int)
    assert all(math.isfinite(value) for value in report.readings.values())


def converse(protocol: Protocol, data: bytes) -> int:
    """Feed a stream as the gateway does; how many messages were understood. Anything but Undecodable is an error."""
    understood = 0
    while data:
        try:
            length = protocol.frame(data)
        except Garbage:
            return understood
        assert 0 <= length <= len(data)
        if not length:
            return understood
        frame, data = data[:length], data[length:]
        try:
            message = protocol.read(frame, NOW)
        except Undecodable:
            continue
        understood += 1
        for report in message.reports:
            check(report)
        if message.answer is not None:
            assert message.answer.isprintable()
    return understood


def mutated(generator: random.Random, sample: bytes) -> bytes:
    """A packet with some bytes changed, cut, doubled or moved."""
    data = bytearray(sample)
    for _ in range(generator.randint(1, 4)):
        place = generator.randrange(len(data)) if data else 0
        match generator.randrange(6):
            case 0 | 1:
                if data:
                    data[place] = generator.randrange(256)
            case 2:
                if data:
                    data[place] ^= 1 << generator.randrange(8)
            case 3:
                del data[place : place + generator.randint(1, 8)]
            case 4:
                data[place:place] = data[place : place + generator.randint(1, 16)]
            case _:
                if data:
                    data[place] = generator.choice(b"\x00\xff,#$*0\x7f")
    return bytes(data)


def resealed(name: str, data: bytes) -> bytes:
    """With a fitting checksum and length, so that the mutation reaches the decoder behind them."""
    if name == "teltonika" and data[:4] == bytes(4) and len(data) > 15:
        content = data[8:-4]
        return bytes(4) + len(content).to_bytes(4, "big") + content + crc16_ibm(content).to_bytes(4, "big")
    if name == "gt06" and data[:2] == b"\x78\x78" and 10 <= len(data) <= 260:
        body = bytes((len(data) - 5,)) + data[3:-4]
        return b"\x78\x78" + body + crc16_x25(body).to_bytes(2, "big") + b"\r\n"
    return data


@pytest.mark.parametrize("name", PROTOCOLS)
def test_mutated_packets(name: str) -> None:
    generator = random.Random(f"{name} 2026")
    samples = SAMPLES[name]
    understood, slowest = 0, 0.0
    for number in range(PACKETS):
        data = mutated(generator, generator.choice(samples))
        if number % 2:
            data = resealed(name, data)
        if number % 10 == 0:
            data += generator.choice(samples)
        began = time.perf_counter()
        understood += converse(PROTOCOLS[name](), data)
        slowest = max(slowest, time.perf_counter() - began)
    assert understood > PACKETS / 20, "the mutations reach the decoder"
    assert slowest < 2


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_samples_themselves_are_understood(name: str) -> None:
    for sample in SAMPLES[name]:
        assert converse(PROTOCOLS[name](), sample) == 1, sample


@pytest.mark.parametrize("name", PROTOCOLS)
@settings(max_examples=200 if not SOAK else 20_000, deadline=None)
@given(data=st.binary(max_size=600))
def test_arbitrary_bytes(name: str, data: bytes) -> None:
    converse(PROTOCOLS[name](), data)
    try:
        for message in PROTOCOLS[name]().datagram(data, NOW):
            for report in message.reports:
                check(report)
    except Undecodable:
        pass


@pytest.mark.parametrize("name", PROTOCOLS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_the_framer_does_not_mind_how_the_bytes_arrive(name: str, data: st.DataObject) -> None:
    """The same messages in one piece or in many."""
    chosen = data.draw(
        st.lists(st.sampled_from(SAMPLES[name][:2] if name == "h02" else SAMPLES[name][1:4]), max_size=4)
    )
    stream = b"".join(chosen)
    whole: list[bytes] = []
    protocol, rest = PROTOCOLS[name](), stream
    while rest and (length := protocol.frame(rest)):
        whole.append(rest[:length])
        rest = rest[length:]
    pieces: list[bytes] = []
    protocol, buffer, place = PROTOCOLS[name](), b"", 0
    while place < len(stream):
        step = data.draw(st.integers(1, 40))
        buffer += stream[place : place + step]
        place += step
        while buffer and (length := protocol.frame(buffer)):
            pieces.append(buffer[:length])
            buffer = buffer[length:]
    assert pieces == whole == chosen


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_message_without_an_end_is_garbage(name: str) -> None:
    """The buffer is bounded: either the framer says so, or the connection does at `MOST_BYTES`."""
    start = {
        "teltonika": bytes(4) + b"\xff" * 4,
        "gt06": b"\x79\x79\xff\xff",
        "h02": b"*",
        "gl200": b"+RESP:GTFRI",
    }[name]
    with pytest.raises(Garbage):
        PROTOCOLS[name]().frame(start + b"x" * MOST_BYTES)


def test_long_numbers_and_names_cost_nothing() -> None:
    """One datagram of a stranger must not hold up everybody else: no pattern tries all ways to read a long number."""

    def cost(name: str, count: int) -> float:
        """Seconds for long numbers, the best of five; not less than what a clock can tell."""
        digits, took = b"1" * count, []
        for _ in range(5):
            began = time.perf_counter()
            for data in (
                b"*HQ,123456,V1,123456,A," + digits + b"#",
                b"+RESP:GTFRI,2C0204,356307042441013,1." + digits + b"$",
            ):
                with contextlib.suppress(Undecodable):
                    PROTOCOLS[name]().datagram(data, NOW)
            took.append(time.perf_counter() - began)
        return max(min(took), 1e-4)

    for name in ("h02", "gl200"):
        # Sixteen times as long costs about sixteen times as much; trying all ways would cost 256 times.
        assert cost(name, MOST_BYTES) < 64 * cost(name, MOST_BYTES // 16)
        # The longest that H02 takes at all.
        assert cost(name, 900) < 64 * cost(name, 56)
    with pytest.raises(Undecodable, match="100 characters"):
        PROTOCOLS["h02"]().datagram(b"*HQ," + b"7" * 101 + b",V1#", NOW)
    assert PROTOCOLS["gl200"]().datagram(b"\r\n" * 5_000, NOW) == []


def test_datagrams_of_teltonika() -> None:
    generator = random.Random(8)
    sample = avl_datagram(IMEI, 7, [avl_record(START, *PLACE, elements={239: 1})] * 2)
    for _ in range(PACKETS // 4):
        try:
            for message in PROTOCOLS["teltonika"]().datagram(mutated(generator, sample), NOW):
                for report in message.reports:
                    check(report)
        except Undecodable:
            pass


@pytest.mark.parametrize("name", ["osmand form", "osmand json", "owntracks"])
def test_messages_of_phones(name: str) -> None:
    decode, sample = {
        "osmand form": (
            osmand.decode_form,
            b"id=abc&timestamp=1779348600&lat=37.78&lon=-122.41&speed=20&bearing=90&altitude=15&accuracy=5&batt=88",
        ),
        "osmand json": (
            osmand.decode_json,
            b'{"device_id":"abc","location":{"timestamp":"2026-05-21T07:30:00Z","coords":{"latitude":37.78,'
            b'"longitude":-122.41,"speed":10,"heading":90},"battery":{"level":0.5}}}',
        ),
        "owntracks": (
            lambda data: owntracks.decode(data, "ann/phone"),
            b'{"_type":"location","lat":37.78,"lon":-122.41,"tst":1779348600,"acc":12,"vel":36,"cog":90,"batt":88,"bs":2}',
        ),
    }[name]
    generator = random.Random(name)
    for _ in range(PACKETS):
        try:
            report = decode(mutated(generator, sample))
        except Undecodable:
            continue
        if report is not None:
            check(report)
