"""How long a film is and how large its picture, read from the boxes of an MP4 or QuickTime file (ISO/IEC 14496-12).

Only headers are read, nothing is decoded: `moov/mvhd` has the time scale and the duration, each `moov/trak/tkhd` the size of
its picture, `moov/mvhd` when it was made. What is damaged or missing is not known; nothing here raises for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

#: Seconds in these files count from here.
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
#: A header box of a film is far smaller than this, bytes.
LARGEST_HEADER = 64 * 1024
#: Boxes of one level that are looked at; a damaged file must not keep us busy.
MOST_BOXES = 10_000
NAMES = {2160: "4K", 1440: "1440p", 1080: "1080p", 720: "720p", 480: "480p"}


@dataclass(frozen=True, slots=True)
class Film:
    """None: the file does not say."""

    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    made_at: datetime | None = None

    @property
    def resolution(self) -> str | None:
        """`1080p`, `4K`, or `640x360` for a size that has no name."""
        if not self.width or not self.height:
            return None
        return NAMES.get(min(self.width, self.height)) or f"{self.width}x{self.height}"


def read_film(file: IO[bytes]) -> Film:
    """Look into a seekable file."""
    file.seek(0, 2)
    end = file.tell()
    duration: float | None = None
    made: datetime | None = None
    size: tuple[int, int] | None = None
    for kind, start, stop in _boxes(file, 0, end):
        if kind != b"moov":
            continue
        for inner, begins, ends in _boxes(file, start, stop):
            if inner == b"mvhd":
                duration, made = _movie_header(_content(file, begins, ends))
            elif inner == b"trak":
                for header, first, last in _boxes(file, begins, ends):
                    if header == b"tkhd":
                        size = max(size or (0, 0), _picture(_content(file, first, last)), key=_area)
        break
    width, height = size if size and _area(size) else (None, None)
    return Film(duration, width, height, made)


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, begin and end of the content) of the boxes between two places."""
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1 and len(head) == 16:
            size, header = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        yield kind, start + header, start + size
        start += size


def _content(file: IO[bytes], start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(min(end - start, LARGEST_HEADER))


def _movie_header(content: bytes) -> tuple[float | None, datetime | None]:
    try:
        if content[0] == 1:
            made, _, scale, duration = struct.unpack(">QQIQ", content[4:32])
        else:
            made, _, scale, duration = struct.unpack(">IIII", content[4:20])
    except (IndexError, struct.error):
        return None, None
    unknown = duration in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
    seconds = duration / scale if scale and not unknown else None
    try:
        at = EPOCH + timedelta(seconds=made) if made else None
    except OverflowError:
        at = None
    # Cameras without a clock write 1904 or 1970.
    return seconds, at if at and at.year >= 2000 else None


def _picture(content: bytes) -> tuple[int, int]:
    """Width and height are the last two fields, 16.16 fixed point; turned by the matrix before them where it says so."""
    if len(content) < 84:
        return 0, 0
    length = 96 if content[0] == 1 else 84
    if len(content) < length:
        return 0, 0
    width, height = (value >> 16 for value in struct.unpack(">II", content[length - 8 : length]))
    a, b = struct.unpack(">ii", content[length - 44 : length - 36])
    return (height, width) if a == 0 and b != 0 else (width, height)


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
