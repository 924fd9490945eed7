"""Street limits of an area, kept in memory from round to round."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.parts.behaviour_statements import STREET_VERSIONS, STREETS
from motorpool.telematics.rules.speed_limits import CELL, ROW, Streets, cell_of, cells_round
from motorpool.telematics.rules.track import Flags, Floats

#: Squares of 0.05 degrees (about 5 km) whose lines are kept, and indexes over some of them.
MOST_CELLS = 512
MOST_INDEXES = 16
Version = tuple[int, str]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class _Cell:
    version: Version
    lines: NDArray[np.object_]
    limit_kph: Floats
    one_way: Flags


class StreetCache:
    """Lines by tenant and square, and the newest indexes made of them. A change is noticed by its count and time."""

    def __init__(self) -> None:
        self._cells: OrderedDict[tuple[UUID, int], _Cell] = OrderedDict()
        self._indexes: OrderedDict[tuple[int, tuple[tuple[UUID, int, int, str], ...]], Streets] = (
            OrderedDict()
        )

    async def load(
        self, connection: Connection, tenant_id: UUID, latitude: Floats, longitude: Floats
    ) -> dict[int, Streets]:
        """The streets round these places for `street_limits`: an index for each row of squares with a limit near it."""
        parameters = {"tenant": tenant_id, "cells": cells_round(latitude, longitude)}
        rows = await (await connection.execute(STREET_VERSIONS, parameters)).fetchall()
        versions = {cell: (count, changed) for cell, count, changed in rows}
        found: dict[int, Streets] = {}
        if not versions:
            return found
        places = cell_of(latitude, longitude) // ROW
        for row in np.unique(places).tolist():
            at = places == row
            near = [cell for cell in cells_round(latitude[at], longitude[at]) if cell in versions]
            if near:
                streets = await self._index_of(
                    connection, tenant_id, row, {cell: versions[cell] for cell in near}
                )
                if not np.isnan(streets.limit_kph).all():
                    found[row] = streets
        return found

    async def _index_of(
        self, connection: Connection, tenant_id: UUID, row: int, versions: dict[int, Version]
    ) -> Streets:
        key = row, tuple((tenant_id, cell, *version) for cell, version in versions.items())
        streets = self._indexes.get(key)
        if streets is None:
            cells = {
                cell: one
                for cell, version in versions.items()
                if (one := self._cells.get((tenant_id, cell))) is not None and one.version == version
            }
            if missing := [cell for cell in versions if cell not in cells]:
                cells |= await _read(connection, tenant_id, missing, versions)
            # In a thread: tens of thousands of segments take a while.
            streets = await asyncio.to_thread(_index, row, [cells[cell] for cell in versions])
            _keep(self._cells, {(tenant_id, cell): one for cell, one in cells.items()}, MOST_CELLS)
        _keep(self._indexes, {key: streets}, MOST_INDEXES)
        return streets


async def _read(
    connection: Connection, tenant_id: UUID, cells: list[int], versions: dict[int, Version]
) -> dict[int, _Cell]:
    rows = await (await connection.execute(STREETS, {"tenant": tenant_id, "cells": cells})).fetchall()
    own = np.array([row[0] for row in rows], np.int64)
    lines = shapely.from_geojson(np.array([row[1] for row in rows], object))
    limits = np.array([row[2] for row in rows], np.float64)
    one_way = np.array([row[3] for row in rows], np.bool_)
    found = {}
    for cell in cells:
        mine = own == cell
        found[cell] = _Cell(versions[cell], lines[mine], limits[mine], one_way[mine])
    return found


def _keep(held: OrderedDict[K, V], newest: dict[K, V], most: int) -> None:
    for key, value in newest.items():
        held[key] = value
        held.move_to_end(key)
    while len(held) > most:
        held.popitem(last=False)


def _index(row: int, cells: list[_Cell]) -> Streets:
    return Streets.of(
        np.concatenate([one.lines for one in cells]),
        np.concatenate([one.limit_kph for one in cells]),
        np.concatenate([one.one_way for one in cells]),
        ((row + 0.5) * CELL - 90, 0.0),
    )
