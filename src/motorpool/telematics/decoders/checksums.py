"""The two checksums that trackers use."""

from __future__ import annotations


def _table(polynomial: int) -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ polynomial if value & 1 else value >> 1
        table.append(value)
    return tuple(table)


_IBM = _table(0xA001)
_X25 = _table(0x8408)


def crc16_ibm(data: bytes) -> int:
    """CRC-16/IBM (also ARC): polynomial 0x8005 reflected, start 0; 0xBB3D for `123456789`."""
    value = 0
    for byte in data:
        value = (value >> 8) ^ _IBM[(value ^ byte) & 0xFF]
    return value


def crc16_x25(data: bytes) -> int:
    """CRC-16/X-25, which GT06 calls CRC-ITU: polynomial 0x1021 reflected, start and end inverted; 0x906E for
    `123456789`.
    """
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _X25[(value ^ byte) & 0xFF]
    return value ^ 0xFFFF
