"""Length and size of films from their headers."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.mp4 import EPOCH, Film, read_film

CLIP = Path(__file__).parents[3] / "src" / "motorpool" / "demo" / "data" / "clip_forward.mp4"


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def film(
    *, version: int = 0, turned: bool = False, made: int = 0, duration: int = 90_000, scale: int = 1000
) -> bytes:
    if version:
        movie = bytes([1, 0, 0, 0]) + struct.pack(">QQIQ", made, 0, scale, duration) + bytes(80)
    else:
        movie = bytes(4) + struct.pack(">IIII", made, 0, scale, duration) + bytes(80)
    matrix = struct.pack(
        ">9i",
        *(
            (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
            if turned
            else (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
        ),
    )
    track = bytes([version, 0, 0, 0]) + bytes(32 if version else 20) + bytes(16) + matrix
    track += struct.pack(">II", 1920 << 16, 1080 << 16)
    return (
        box(b"ftyp", b"isom")
        + box(b"mdat", bytes(50))
        + box(b"moov", box(b"mvhd", movie) + box(b"trak", box(b"tkhd", track)))
    )


def test_a_real_film() -> None:
    with CLIP.open("rb") as file:
        found = read_film(file)
    assert (found.duration_s, found.width, found.height) == (14.0, 480, 270)
    assert found.resolution == "480x270"


def test_both_versions_of_the_boxes_and_a_turned_phone() -> None:
    made = int((datetime(2026, 5, 21, tzinfo=UTC) - EPOCH).total_seconds())
    for version in (0, 1):
        found = read_film(io.BytesIO(film(version=version, made=made)))
        assert found == Film(90.0, 1920, 1080, datetime(2026, 5, 21, tzinfo=UTC))
        assert found.resolution == "1080p"
    upright = read_film(io.BytesIO(film(turned=True)))
    assert (upright.width, upright.height, upright.made_at) == (1080, 1920, None)


def test_a_length_that_is_not_known() -> None:
    assert read_film(io.BytesIO(film(duration=0xFFFFFFFF))).duration_s is None
    assert read_film(io.BytesIO(film(scale=0))).duration_s is None
    assert read_film(io.BytesIO(b"")) == Film()


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_it_does_not_raise(noise: bytes) -> None:
    read_film(io.BytesIO(noise))
    read_film(io.BytesIO(film()[:120] + noise))
    read_film(io.BytesIO(box(b"moov", box(b"mvhd", noise) + box(b"trak", box(b"tkhd", noise)) + noise)))
