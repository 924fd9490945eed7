"""Street limits of an area, kept in memory from round to round."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.parts.behaviour_statements import STREET_VERSIONS, STREETS
from motorpool.telematics.rules.speed_limits import CELL, Streets
from motorpool.telematics.rules.track import Flags, Floats

#: Squares of 0.05 degrees (about 5 km) whose lines are kept, and indexes over some of them.
MOST_CELLS = 512
MOST_INDEXES = 4
#: A round that touches more squares goes without street limits beyond the first ones: bounds its memory.
MOST_AT_ONCE = 400


@dataclass(frozen=True, eq=False)
class _Cell:
    version: tuple[int, str]
    lines: NDArray[np.object_]
    limit_kph: Floats
    one_way: Flags


class StreetCache:
    """Lines by tenant and square, and the newest indexes made of them. A change is noticed by its count and time."""

    def __init__(self) -> None:
        self._cells: OrderedDict[tuple[UUID, int], _Cell] = OrderedDict()
        self._indexes: OrderedDict[tuple[tuple[UUID, int, int, str], ...], Streets] = OrderedDict()

    async def load(self, connection: Connection, tenant_id: UUID, cells: list[int]) -> Streets | None:
        """The streets of these squares; None when there are none with a limit."""
        parameters = {"tenant": tenant_id, "cells": cells[:MOST_AT_ONCE]}
        rows = await (await connection.execute(STREET_VERSIONS, parameters)).fetchall()
        if not rows:
            return None
        versions = {cell: (count, changed) for cell, count, changed in rows}
        held = {cell: self._cells.get((tenant_id, cell)) for cell in versions}
        missing = [cell for cell, one in held.items() if one is None or one.version != versions[cell]]
        if missing:
            await self._read(connection, tenant_id, missing, versions)
        key = tuple((tenant_id, cell, *version) for cell, version in versions.items())
        if key not in self._indexes:
            self._indexes[key] = _index([self._cells[tenant_id, cell] for cell in versions], list(versions))
        self._indexes.move_to_end(key)
        while len(self._indexes) > MOST_INDEXES:
            self._indexes.popitem(last=False)
        for cell in versions:
            self._cells.move_to_end((tenant_id, cell))
        while len(self._cells) > MOST_CELLS:
            self._cells.popitem(last=False)
        streets = self._indexes[key]
        return None if np.isnan(streets.limit_kph).all() else streets

    async def _read(
        self,
        connection: Connection,
        tenant_id: UUID,
        cells: list[int],
        versions: dict[int, tuple[int, str]],
    ) -> None:
        rows = await (await connection.execute(STREETS, {"tenant": tenant_id, "cells": cells})).fetchall()
        own = np.array([row[0] for row in rows], np.int64)
        lines = shapely.from_geojson(np.array([row[1] for row in rows], object))
        limits = np.array([row[2] for row in rows], np.float64)
        one_way = np.array([row[3] for row in rows], np.bool_)
        for cell in cells:
            mine = own == cell
            self._cells[tenant_id, cell] = _Cell(versions[cell], lines[mine], limits[mine], one_way[mine])


def _index(cells: list[_Cell], numbers: list[int]) -> Streets:
    middle = sorted(numbers)[len(numbers) // 2]
    row, column = divmod(middle, 10_000)
    return Streets.of(
        np.concatenate([one.lines for one in cells]),
        np.concatenate([one.limit_kph for one in cells]),
        np.concatenate([one.one_way for one in cells]),
        ((row + 0.5) * CELL - 90, (column + 0.5) * CELL - 180),
    )
