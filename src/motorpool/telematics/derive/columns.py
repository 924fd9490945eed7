"""Columns of many vehicles in one query, straight into NumPy.

PostgreSQL gathers each column of a vehicle in one array; in binary form its elements have one size each, so
that `numpy.frombuffer` reads them without Python looking at a row. (COPY in binary form took three times as
long: libpq hands out its rows one by one.)
"""

from __future__ import annotations

from typing import Any, LiteralString

import numpy as np

from motorpool.core.database.database import Connection
from motorpool.telematics.rules.track import Floats

#: Binary timestamps count microseconds from here, in microseconds since 1970.
POSTGRES_EPOCH = 946_684_800_000_000
ARRAY_HEADER = 20
#: Each element comes with its size.
ELEMENTS = {
    kind: np.dtype([("size", ">i4"), ("value", value)])
    for kind, value in (("t", ">i8"), ("f", ">f8"), ("i", ">i4"))
}
NOTHING: Floats = np.empty(0)


async def read_columns(
    connection: Connection, query: LiteralString, parameters: dict[str, Any], kinds: str, texts: int = 0
) -> list[tuple[int, tuple[str, ...], list[Floats]]]:
    """Rows of (number from 1 on, `texts` texts, arrays) as (place from 0 on, texts, arrays of float64).

    kinds, a letter for each array: `t` of timestamps, which become epoch seconds, `f` of float8, `i` of int4. NULL is an empty
    array, but elements must not be NULL, they would have no size: write NaN or -1. Arrays of equal length come in the order of the
    first: what PostgreSQL sorts below an aggregate need not stay so.
    """
    found: list[tuple[int, tuple[str, ...], list[Floats]]] = []
    if not parameters["vehicles"]:
        return found
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
    elements = np.frombuffer(value, ELEMENTS[kind], offset=ARRAY_HEADER)["value"]
    if kind == "t":
        return np.asarray((elements.astype(np.int64) + POSTGRES_EPOCH) / 1e6, np.float64)
    return np.asarray(elements, np.float64)
