"""Teltonika: Codec 8, 8 Extended and 16 for positions, Codec 12 for commands.

After the manufacturer's page "Teltonika Data Sending Protocols" (wiki.teltonika-gps.com). Over TCP a device first sends
the length and the text of its IMEI and waits for 01 (accepted) or 00; then packets `00000000, length, codec, count, records,
count, CRC-16/IBM`, each answered with the number of records taken, in four bytes: a device sends again what was not taken.
Over UDP each packet carries a number and the IMEI.
"""

from __future__ import annotations

import struct

from motorpool.telematics.decoders.checksums import crc16_ibm
from motorpool.telematics.decoders.protocol import (
    MOST_BYTES,
    Garbage,
    Message,
    Protocol,
    command_text,
    is_on_earth,
    printable,
)
from motorpool.telematics.decoders.report import Report, Undecodable
from motorpool.telematics.decoders.teltonika_io import apply_elements

CODEC_8, CODEC_8E, CODEC_16, CODEC_12 = 0x08, 0x8E, 0x10, 0x0C
POSITIONS = (CODEC_8, CODEC_8E, CODEC_16)
COMMAND, RESPONSE = 5, 6
PING = 0xFF
HEADER, TRAILER = 8, 4
FIX = struct.Struct(">QBiihHBH")


class Teltonika(Protocol):
    """See the module."""

    name = "teltonika"
    title = "Teltonika (Codec 8, 8 Extended, 16)"
    port = 5027
    command_example = "getinfo"
    command_help = "Any of the device's text commands, such as getinfo, getver, setdigout 1, cpureset."
    set_up = (
        "  setparam 2004:{host};2005:{port};2006:0",
        "  setparam 2001:APN",
    )
    devices = "FMB, FMC, FMM, FMT and TMT families"

    def __init__(self) -> None:
        self._greeted = False

    def frame(self, buffer: bytes) -> int:
        if buffer[0] == PING:
            return 1
        if len(buffer) < 4:
            return 0
        if buffer[:4] != b"\0\0\0\0":
            length = int.from_bytes(buffer[:2], "big")
            if self._greeted or not 8 <= length <= 17:
                raise Garbage("neither an IMEI nor a data packet of Teltonika")
            return 2 + length if len(buffer) >= 2 + length else 0
        if len(buffer) < HEADER:
            return 0
        length = int.from_bytes(buffer[4:8], "big")
        if not 3 <= length <= MOST_BYTES - HEADER - TRAILER:
            raise Garbage(f"a data packet cannot be {length} bytes long")
        whole = HEADER + length + TRAILER
        return whole if len(buffer) >= whole else 0

    def decode(self, frame: bytes, now: int) -> Message:
        if frame[0] == PING and len(frame) == 1:
            return Message()
        if frame[:4] != b"\0\0\0\0":
            imei = frame[2:].decode("ascii", "replace")
            if not imei.isdecimal():
                raise Garbage("the IMEI is not a number")
            self._greeted = True
            return Message(imei, reply=b"\x01", refusal=b"\x00")
        data = frame[HEADER:-TRAILER]
        if crc16_ibm(data) != int.from_bytes(frame[-TRAILER:], "big"):
            # As documented: no record is taken, so that the device sends them again.
            return Message(reply=bytes(4), problem="the checksum is wrong")
        if data[0] == CODEC_12:
            return _response(data)
        reports = records(data)
        return Message(reports=reports, reply=struct.pack(">I", len(reports)), refusal=bytes(4))

    def datagram(self, data: bytes, now: int) -> list[Message]:
        try:
            length, packet, _, number, imei_length = struct.unpack_from(">HHBBH", data)
        except struct.error as error:
            raise Garbage("shorter than a datagram of Teltonika") from error
        imei = data[8 : 8 + imei_length].decode("ascii", "replace")
        if length != len(data) - 2 or not imei.isdecimal() or not 8 <= imei_length <= 17:
            raise Garbage("not a datagram of Teltonika")
        try:
            reports = records(data[8 + imei_length :])
        except (struct.error, IndexError, ValueError) as error:
            raise Undecodable(f"a datagram does not hold what it should: {error}") from error

        def answer(taken: int) -> bytes:
            return struct.pack(">HHBBB", 5, packet, 1, number, taken)

        return [Message(imei, reports, reply=answer(len(reports)), refusal=answer(0))]

    def command(self, text: str, identifier: str, now: int) -> bytes:
        content = command_text(text, 1024)
        data = bytes((CODEC_12, 1, COMMAND)) + struct.pack(">I", len(content)) + content + b"\x01"
        return bytes(4) + struct.pack(">I", len(data)) + data + struct.pack(">I", crc16_ibm(data))


def records(data: bytes) -> list[Report]:
    """The records between a packet's length and its checksum. Raises ValueError and struct.error."""
    codec, count = data[0], data[1]
    if codec not in POSITIONS:
        raise ValueError(f"codec {codec:#04x} is not known")
    if data[-1] != count:
        raise ValueError(f"announces {count} records and ends with {data[-1]}")
    reports: list[Report] = []
    place = 2
    for _ in range(count):
        report, place = _record(codec, data, place)
        reports.append(report)
    if place != len(data) - 1:
        raise ValueError(f"{len(data) - 1 - place} bytes are left over")
    return reports


def _record(codec: int, data: bytes, place: int) -> tuple[Report, int]:
    millis, priority, lon, lat, altitude, angle, satellites, speed = FIX.unpack_from(data, place)
    place += FIX.size
    report = Report("", recorded_at=millis * 1000)
    latitude, longitude = lat / 1e7, lon / 1e7
    # Without a fix the last known place is repeated, with 0 satellites.
    if satellites and is_on_earth(latitude, longitude):
        report.latitude, report.longitude = latitude, longitude
        report.altitude, report.heading = float(altitude), float(angle % 360)
        report.speed = float(speed)
        report.attributes["satellites"] = satellites
    if priority:
        report.attributes["priority"] = priority
    event, elements, place = _elements(codec, data, place)
    apply_elements(report, event, elements)
    return report, place


def _elements(codec: int, data: bytes, place: int) -> tuple[int, dict[int, bytes], int]:
    """Event id, values by id, and where they end. Ids and counts have one byte in Codec 8 and two in 8 Extended."""
    wide_id = 1 if codec == CODEC_8 else 2
    wide_count = 2 if codec == CODEC_8E else 1
    found: dict[int, bytes] = {}

    def take(width: int) -> int:
        nonlocal place
        if place + width > len(data) - 1:
            raise ValueError("the elements are cut off")
        value = int.from_bytes(data[place : place + width], "big")
        place += width
        return value

    event = take(wide_id)
    if codec == CODEC_16:
        take(1)  # generation type
    total = take(wide_count)
    for width in (1, 2, 4, 8):
        for _ in range(take(wide_count)):
            number = take(wide_id)
            take(width)
            found[number] = data[place - width : place]
    if codec == CODEC_8E:
        for _ in range(take(2)):
            number, width = take(2), take(2)
            take(width)
            found[number] = data[place - width : place]
    if len(found) > total:
        raise ValueError(f"announces {total} elements and has {len(found)}")
    return event, found, place


def _response(data: bytes) -> Message:
    if data[2] != RESPONSE:
        raise ValueError("not a response")
    length = int.from_bytes(data[3:7], "big")
    if 7 + length + 1 != len(data):
        raise ValueError("the response has another length than it says")
    return Message(answer=printable(data[7 : 7 + length].decode("utf-8", "replace"), 2000))
