"""A vehicle's fixes between two times, column by column."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import VEHICLES

Floats = np.ndarray[Any, np.dtype[np.float64]]
PERMISSION = "vehicle_locations.read"
#: A day at one fix a second, with room to spare.
MOST = 100_000
#: No speed is computed over a longer silence than this, in seconds.
LONGEST_LEG_S = 300.0
EARTH_RADIUS_M = 6_371_008.8

SQL = """
SELECT extract(epoch FROM recorded_at)::float8, latitude::float8, longitude::float8, speed::float8, heading::float8
FROM vehicle_locations
WHERE tenant_id = %(tenant)s AND vehicle_id = %(vehicle)s AND recorded_at >= %(start)s AND recorded_at < %(end)s
ORDER BY recorded_at LIMIT %(most)s
"""
KNOWN = "SELECT 1 FROM vehicles t WHERE t.tenant_id = %(tenant)s AND t.id = %(vehicle)s"


async def vehicle_track(
    database: Database, actor: Actor, vehicle_id: UUID, start: datetime, end: datetime
) -> dict[str, Any]:
    """Columns `t` (epoch seconds), `latitude`, `longitude`, `speed_kph`, `heading` in order of time.

    Where no fix of the span carries a speed it is computed between fixes (straight line, at most LONGEST_LEG_S apart)
    and `speed_estimated` is true. `truncated` when there are more than MOST fixes.

    Raises: Forbidden, NotFound for a vehicle that the actor does not reach.
    """
    reach = actor.access.reach(PERMISSION)
    if reach is None:
        raise Forbidden(
            f"This needs the permission {PERMISSION}.", code="permission_needed", permission=PERMISSION
        )
    parameters = base_parameters(actor, reach) | {"vehicle": vehicle_id}
    condition = scope_condition(VEHICLES, reach)
    if not await database.read(actor, KNOWN + (f" AND {condition}" if condition else ""), parameters):
        raise NotFound("There is no such vehicle.")
    rows = await database.read(actor, SQL, parameters | {"start": start, "end": end, "most": MOST + 1})
    truncated = len(rows) > MOST
    rows = rows[:MOST]
    t, latitude, longitude, speed, heading = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    )
    estimated = bool(rows) and all(value is None for value in speed)
    if estimated:
        speed = estimated_speeds(np.array(t), np.array(latitude), np.array(longitude))
    return {
        "t": t,
        "latitude": latitude,
        "longitude": longitude,
        "speed_kph": speed,
        "heading": heading,
        "speed_estimated": estimated,
        "truncated": truncated,
    }


def estimated_speeds(t: Floats, latitude: Floats, longitude: Floats) -> list[float | None]:
    """km/h at each fix from the leg that leads to it; None for the first and after a silence."""
    lat, lng = np.radians(latitude), np.radians(longitude)
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lng) / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    seconds = np.diff(t)
    with np.errstate(divide="ignore", invalid="ignore"):
        legs = np.where((seconds > 0) & (seconds <= LONGEST_LEG_S), metres / seconds * 3.6, np.nan)
    return [None, *(None if np.isnan(leg) else round(float(leg), 1) for leg in legs)]
