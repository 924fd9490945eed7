"""Times as senders write them: ISO 8601 or seconds or milliseconds since 1970, as microseconds since 1970
UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from motorpool.telematics.ingest.records import NO_TIME, Floats, Ints

#: Smaller numbers are seconds (until the year 5138), greater ones milliseconds (since 1973).
SECONDS_BELOW = 1e11
LATEST = 253_402_300_800_000_000  # the year 10000, in microseconds


def from_epoch(values: Floats) -> Ints:
    """Seconds or milliseconds since 1970 as microseconds; NO_TIME for NaN, infinity and what lies after the
    year 9999.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        micros = np.where(np.abs(values) < SECONDS_BELOW, values * 1e6, values * 1e3)
        usable = np.isfinite(micros) & (np.abs(micros) < LATEST)
        return np.where(usable, np.rint(np.where(usable, micros, 0)), NO_TIME).astype(np.int64)


def from_text(text: str, zone: ZoneInfo | None = None) -> int:
    """One time in ISO 8601 or as a number. Without an offset it is local in `zone`; NO_TIME when it cannot be
    read.
    """
    text = text.strip()
    try:
        return int(from_epoch(np.array([float(text)]))[0])
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME
    if moment.tzinfo is None:
        if zone is None:
            return NO_TIME
        moment = moment.replace(tzinfo=zone)
    try:
        since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except OverflowError:
        return NO_TIME
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_texts(texts: pa.Array, zone: ZoneInfo | None = None) -> Ints:
    """Many times in one form; whatever does not fit that form is read one by one."""
    if texts.null_count == len(texts):
        return np.full(len(texts), NO_TIME, np.int64)
    try:
        return from_epoch(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        pass
    try:
        return _micros(pc.cast(texts, pa.timestamp("us", "UTC")))
    except pa.ArrowInvalid:
        pass
    if zone is not None:
        try:
            return from_local(_micros(pc.cast(texts, pa.timestamp("us"))), zone)
        except pa.ArrowInvalid:
            pass
    return np.array([NO_TIME if t is None else from_text(t, zone) for t in texts.to_pylist()], np.int64)


def from_mixed(items: Sequence[str | int | float]) -> Ints:
    """Times of a decoded body, each text or number."""
    if all(type(item) is str for item in items):
        return from_texts(pa.array(items, pa.string()))
    if not any(type(item) is str for item in items):
        return from_epoch(np.array(items, np.float64))
    return np.array([from_text(str(item)) for item in items], np.int64)


def from_local(micros: Ints, zone: ZoneInfo) -> Ints:
    """Wall-clock times of a zone as UTC. Of a repeated hour the first is meant; a skipped hour counts as if
    not skipped.

    The offset is looked up once per quarter of an hour, the finest step at which zones change.
    """
    quarter = 900_000_000
    readable = micros != NO_TIME
    quarters, place = np.unique(np.where(readable, micros, 0) // quarter, return_inverse=True)
    offsets = np.array([_offset(int(q) * 900, zone) for q in quarters], np.int64)
    return np.where(readable, micros - offsets[place], NO_TIME)


def _offset(local_seconds: int, zone: ZoneInfo) -> int:
    """Offset of a zone from UTC in microseconds at a wall-clock time."""
    try:
        wall = datetime.fromtimestamp(local_seconds, UTC).replace(tzinfo=zone)
    except (OverflowError, ValueError):
        return 0
    offset = wall.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1e6)


def _micros(array: pa.Array) -> Ints:
    """A timestamp array in microseconds, nulls as NO_TIME."""
    whole = pc.cast(array, pa.int64())
    micros: Ints = pc.fill_null(whole, pa.scalar(NO_TIME, pa.int64())).to_numpy(zero_copy_only=False)
    return micros
