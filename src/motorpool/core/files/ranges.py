"""Range requests (RFC 9110, section 14): one range of bytes, checked against the entity tag."""

from __future__ import annotations

import re

from motorpool.core.errors import MotorpoolError

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class RangeNotSatisfiable(MotorpoolError):
    status, code, title = 416, "range_not_satisfiable", "The range is outside of the file"


def wanted_range(header: str | None, if_range: str | None, etag: str, size: int) -> tuple[int, int] | None:
    """(start, end) with `end` exclusive, or None for the whole file.

    A header that is malformed, asks for several ranges, or belongs to another version (If-Range) is ignored, as the
    RFC allows. Raises RangeNotSatisfiable for a range that begins behind the end.
    """
    match = _RANGE.fullmatch((header or "").replace(" ", ""))
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    elif last:
        start, end = max(size - int(last), 0), size
    else:
        return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(
            f"The file has {size} bytes.",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        )
    return start, end


def matches_etag(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller already has this content (RFC 9110, 13.1.2: weak comparison)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
