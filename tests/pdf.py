"""The text of a PDF that typst made: glyph numbers are told back to characters by each font's ToUnicode table."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_STRING = re.compile(rb"\\(?:[0-7]{1,3}|.)|[^\\]", re.S)
_ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
#: A font is chosen; a string is shown; a text ends.
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)|\bET\b", re.S)


def text_of(content: bytes) -> str:
    """All pages, a line for each piece of text."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    found: list[str] = []
    for body in objects.values():
        pages = re.search(rb"/Contents (\d+) 0 R", body)
        if not pages or b"/Type/Page" not in body.replace(b" ", b""):
            continue
        resources = body
        if elsewhere := re.search(rb"/Resources (\d+) 0 R", body):
            resources = objects[int(elsewhere[1])]
        named = re.search(rb"/Font\s*<<(.*?)>>", resources, re.S)
        fonts = {
            name: dict(_characters(objects, int(number)))
            for name, number in re.findall(rb"/(\w+) (\d+) 0 R", named[1] if named else b"")
        }
        found += _lines(_stream(objects[int(pages[1])]), fonts)
    return "\n".join(found)


def _stream(body: bytes) -> bytes:
    held = _STREAM.search(body)
    assert held
    return zlib.decompress(held[1]) if b"FlateDecode" in body else held[1]


def _characters(objects: dict[int, bytes], font: int) -> Iterator[tuple[int, str]]:
    table = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if table:
        for glyph, code in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", _stream(objects[int(table[1])])):
            if len(code) >= 4 and glyph != b"0000":
                yield int(glyph, 16), bytes.fromhex(code.decode()).decode("utf-16-be")


def _lines(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    font: dict[int, str] = {}
    line = ""
    for match in _SHOWN.finditer(content):
        name, shown = match.groups()
        if name is not None:
            font = fonts.get(name, {})
        elif shown is not None:
            raw = bytes(_bytes(shown))
            line += "".join(
                font.get(high << 8 | low, "") for high, low in zip(raw[::2], raw[1::2], strict=False)
            )
        else:
            yield line
            line = ""


def _bytes(text: bytes) -> Iterator[int]:
    for part in _STRING.findall(text):
        if part[:1] != b"\\":
            yield part[0]
        elif part[1:2].isdigit():
            yield int(part[1:], 8) & 0xFF
        else:
            yield _ESCAPES.get(part[1:], part[1])
