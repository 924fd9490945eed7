"""Trackers as their manufacturers describe them: what they send, byte by byte, and what they expect."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from motorpool.telematics.decoders.checksums import crc16_ibm, crc16_x25

START = datetime(2026, 5, 21, 7, 30, tzinfo=UTC)


def avl_record(
    at: datetime,
    lat: float,
    lon: float,
    speed: int = 36,
    elements: dict[int, int] | None = None,
    event: int = 0,
) -> bytes:
    """A record of Codec 8; elements below 256 take one byte, others two."""
    small = {key: value for key, value in (elements or {}).items() if value < 256}
    large = {key: value for key, value in (elements or {}).items() if value >= 256}
    fix = struct.pack(
        ">QBiihHBH", round(at.timestamp() * 1000), 0, round(lon * 1e7), round(lat * 1e7), 15, 90, 9, speed
    )
    io = bytes((event, len(small) + len(large), len(small)))
    io += b"".join(bytes((key, value)) for key, value in small.items())
    io += bytes((len(large),)) + b"".join(struct.pack(">BH", key, value) for key, value in large.items())
    return fix + io + b"\x00\x00"


def avl_data(records: Sequence[bytes]) -> bytes:
    return bytes((8, len(records))) + b"".join(records) + bytes((len(records),))


def avl_packet(records: Sequence[bytes]) -> bytes:
    data = avl_data(records)
    return bytes(4) + struct.pack(">I", len(data)) + data + struct.pack(">I", crc16_ibm(data))


def avl_datagram(imei: str, packet: int, records: Sequence[bytes]) -> bytes:
    body = struct.pack(">HBBH", packet, 1, 5, len(imei)) + imei.encode() + avl_data(records)
    return struct.pack(">H", len(body)) + body


def codec12_response(text: str) -> bytes:
    data = b"\x0c\x01\x06" + struct.pack(">I", len(text)) + text.encode() + b"\x01"
    return bytes(4) + struct.pack(">I", len(data)) + data + struct.pack(">I", crc16_ibm(data))


def teltonika_login(imei: str) -> bytes:
    return struct.pack(">H", len(imei)) + imei.encode()


def gt06_frame(number: int, content: bytes, serial: int) -> bytes:
    body = bytes((len(content) + 5, number)) + content + struct.pack(">H", serial)
    return b"\x78\x78" + body + struct.pack(">H", crc16_x25(body)) + b"\r\n"


def gt06_login(imei: str, serial: int = 1) -> bytes:
    return gt06_frame(0x01, bytes.fromhex(imei.zfill(16)), serial)


def gt06_place(at: datetime, lat: float, lon: float, speed: int = 40) -> bytes:
    course = 0x1000 | 90 | (0x0400 if lat >= 0 else 0) | (0x0800 if lon < 0 else 0)
    return struct.pack(
        ">7BIIBH", at.year % 100, at.month, at.day, at.hour, at.minute, at.second, 0xC9,
        round(abs(lat) * 1_800_000), round(abs(lon) * 1_800_000), speed, course,
    )  # fmt: skip


CELL = bytes.fromhex("01CC00287D001FB8")


def gt06_location(at: datetime, lat: float, lon: float, serial: int = 2) -> bytes:
    return gt06_frame(0x12, gt06_place(at, lat, lon) + CELL, serial)


def gt06_alarm(at: datetime, lat: float, lon: float, alarm: int, serial: int = 3) -> bytes:
    state = bytes((0x46, 6, 4, alarm, 1))
    return gt06_frame(0x16, gt06_place(at, lat, lon) + b"\x09" + CELL + state, serial)


def gt06_heartbeat(ignition: bool, serial: int = 4) -> bytes:
    return gt06_frame(0x13, bytes((0x44 | (2 if ignition else 0), 6, 4, 0, 1)), serial)


def degrees(value: float, width: int) -> str:
    whole = int(abs(value))
    return f"{whole:0{width}d}{(abs(value) - whole) * 60:07.4f}"


def h02_location(identifier: str, at: datetime, lat: float, lon: float, state: str = "FFFFFFFF") -> bytes:
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return (
        f"*HQ,{identifier},V1,{at:%H%M%S},A,{degrees(lat, 2)},{north},{degrees(lon, 3)},{east},20.00,90,{at:%d%m%y},"
        f"{state},310,260,1,2#"
    ).encode()


def gl200_location(
    imei: str,
    at: datetime,
    lat: float,
    lon: float,
    count: str = "11F0",
    kind: str = "GTFRI",
    sort: str = "RESP",
) -> bytes:
    return (
        f"+{sort}:{kind},2C0204,{imei},gv,,10,1,1,36.0,90,15.5,{lon:.6f},{lat:.6f},{at:%Y%m%d%H%M%S},0310,0260,18D8,"
        f"6141,00,2000.5,,,,,88,210100,,,,{at:%Y%m%d%H%M%S},{count}$"
    ).encode()


class Line:
    """A device's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def say(self, data: bytes, expected: int = 0, within: float = 10) -> bytes:
        """Send, and read as many bytes as an answer has."""
        self.writer.write(data)
        await self.writer.drain()
        return await asyncio.wait_for(self.reader.readexactly(expected), within) if expected else b""

    async def until(self, end: bytes, within: float = 10) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(end), within)

    async def is_closed(self, within: float = 10) -> bool:
        """Whether the other side hangs up."""
        try:
            return await asyncio.wait_for(self.reader.read(100), within) == b""
        except (ConnectionError, TimeoutError) as error:
            return isinstance(error, ConnectionError)

    def hang_up(self) -> None:
        self.writer.close()
