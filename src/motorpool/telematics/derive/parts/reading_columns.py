"""Columns of engine readings straight into NumPy, as `derive.tracks` does it for positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

import numpy as np

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.parts.part import Stretch
from motorpool.telematics.derive.tracks import ARRAY_HEADER, BEGINNING, POSTGRES_EPOCH, REAL, TIME
from motorpool.telematics.derive.work import moment
from motorpool.telematics.rules.track import Floats

NOTHING: Floats = np.empty(0)


def begin_of(stretch: Stretch) -> datetime:
    """After this time the stretch is derived anew."""
    return BEGINNING if stretch.since is None else moment(stretch.since)


def end_of(stretch: Stretch) -> datetime | None:
    """None: everything that there is, also readings later than the last fix."""
    return None if stretch.complete else moment(stretch.until)


async def read_columns(
    connection: Connection, query: LiteralString, parameters: dict[str, Any], texts: int, kinds: str
) -> list[tuple[int, tuple[str, ...], list[Floats]]]:
    """Rows of (number, `texts` texts, arrays). kinds: `t` an array of timestamps, which become epoch seconds, `f` of float8;
    NULL is an empty array, but elements must not be NULL: write NaN. Arrays of equal length come in the order of the first: what
    PostgreSQL sorts below an aggregate need not stay so.
    """
    found = []
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(query, parameters)
        result = cursor.pgresult
        assert result is not None
        for row in range(result.ntuples):
            number = int.from_bytes(result.get_value(row, 0) or b"", "big")
            names = tuple((result.get_value(row, 1 + at) or b"").decode() for at in range(texts))
            arrays = [_array(result.get_value(row, 1 + texts + at), kind) for at, kind in enumerate(kinds)]
            if len({len(array) for array in arrays}) == 1 and (np.diff(arrays[0]) < 0).any():
                order = np.argsort(arrays[0], kind="stable")
                arrays = [array[order] for array in arrays]
            found.append((number - 1, names, arrays))
    return found


def _array(value: bytes | None, kind: str) -> Floats:
    if value is None or len(value) <= ARRAY_HEADER:
        return NOTHING
    if kind == "t":
        times = np.frombuffer(value, TIME, offset=ARRAY_HEADER)["value"]
        return np.asarray((times.astype(np.int64) + POSTGRES_EPOCH) / 1e6, np.float64)
    return np.asarray(np.frombuffer(value, REAL, offset=ARRAY_HEADER)["value"], np.float64)


def windows(stretches: Sequence[Stretch]) -> dict[str, list[Any]]:
    """Parameters `vehicles`, `since`, `until` of a query over the stretches."""
    return {
        "vehicles": [one.vehicle_id for one in stretches],
        "since": [begin_of(one) for one in stretches],
        "until": [end_of(one) for one in stretches],
    }
