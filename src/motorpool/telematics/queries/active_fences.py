"""The geofences of a tenant, ready to be compared with positions; made anew only when one of them has changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Connection
from motorpool.telematics.rules.geofence_shapes import ALWAYS, FenceRow, Fences
from motorpool.telematics.rules.track import Flags

#: Tenants whose fences are kept in memory.
KEPT = 32

#: A sum and not the latest: transactions do not commit in the order of their times.
VERSION = "SELECT count(*), sum(extract(epoch FROM updated_at)) FROM geofences WHERE tenant_id = %(tenant)s"
ACTIVE = """
SELECT id, type, center_lat::float8, center_lng::float8, radius_meters, coordinates, dwell_minutes,
       (extract(epoch FROM applies_from) * 1000000)::int8, vehicle_group_id, speed_limit_kph::float8
FROM geofences WHERE tenant_id = %(tenant)s AND is_active ORDER BY id
"""
MEMBERS = """
SELECT group_id, vehicle_id FROM vehicle_group_members
WHERE tenant_id = %(tenant)s AND vehicle_id = ANY (%(vehicles)s)
"""


@dataclass(frozen=True)
class ActiveFences:
    fences: Fences
    #: Whether there is any fence at all, active or not.
    ever: bool


Version = tuple[Any, ...]
_cache: OrderedDict[tuple[UUID, float], tuple[Version, Fences]] = OrderedDict()
#: Being made now: lanes of the derivation see a change at the same time, and one of them makes the shapes for all.
_making: dict[tuple[UUID, float, Version], asyncio.Task[Fences]] = {}


async def active_fences(connection: Connection, tenant_id: UUID, margin: float) -> ActiveFences:
    """All active fences of a tenant with halos of `margin` metres."""
    parameters = {"tenant": tenant_id}
    version = await (await connection.execute(VERSION, parameters)).fetchone()
    assert version is not None
    key = tenant_id, margin
    known = _cache.get(key)
    if known is None or known[0] != version:
        rows = await (await connection.execute(ACTIVE, parameters)).fetchall()
        # Another lane may have made them while this one was reading.
        known = _cache.get(key)
        if known is None or known[0] != version:
            making = _making.get((*key, version))
            if making is None:
                making = asyncio.create_task(_make(key, version, rows, known[1] if known else None))
                _making[*key, version] = making
                making.add_done_callback(lambda _: _making.pop((*key, version)))
            # Whoever is stopped meanwhile does not stop it for the others.
            known = version, await asyncio.shield(making)
    if key in _cache:
        _cache.move_to_end(key)
    return ActiveFences(known[1], version[0] > 0)


async def _make(
    key: tuple[UUID, float], version: Version, rows: Sequence[tuple[Any, ...]], earlier: Fences | None
) -> Fences:
    """Make the shapes and keep them."""
    # In a thread: thousands of new shapes take a second.
    fences = await asyncio.to_thread(lambda: Fences.of([fence_row(*row) for row in rows], key[1], earlier))
    _cache[key] = version, fences
    _cache.move_to_end(key)
    while len(_cache) > KEPT:
        _cache.popitem(last=False)
    return fences


async def fences_allowed(
    connection: Connection, tenant_id: UUID, fences: Fences, vehicles: Sequence[UUID]
) -> Flags:
    """Which fences each vehicle has to do with, shape (vehicles, fences), or (1, fences) where all are for all."""
    if all(row.group is None for row in fences.rows):
        return np.ones((1, len(fences)), np.bool_)
    parameters = {"tenant": tenant_id, "vehicles": list(vehicles)}
    members = set(await (await connection.execute(MEMBERS, parameters)).fetchall())
    allowed = np.ones((len(vehicles), len(fences)), np.bool_)
    for at, row in enumerate(fences.rows):
        if row.group is not None:
            allowed[:, at] = [(row.group, vehicle) in members for vehicle in vehicles]
    return allowed


def fence_row(
    key: UUID,
    kind: str,
    latitude: float | None,
    longitude: float | None,
    radius: int | None,
    coordinates: dict[str, Any] | None,
    dwell_minutes: int | None = None,
    applies_from_us: int | None = None,
    group: UUID | None = None,
    limit_kph: float | None = None,
) -> FenceRow:
    """A row of the table as the rules take it."""
    centre = None
    if kind == "circle" and latitude is not None and longitude is not None:
        centre = latitude, longitude
    return FenceRow(
        key,
        centre,
        None if centre is None else radius,
        coordinates if centre is None else None,
        None if dwell_minutes is None else dwell_minutes * 60.0,
        ALWAYS if applies_from_us is None else applies_from_us,
        group,
        limit_kph,
    )
