"""A vehicle's fixes between two times, column by column."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.reached_vehicle import reached_vehicle
from motorpool.telematics.rules.outliers import JumpFilter, plausible
from motorpool.telematics.rules.track import Track

Floats = np.ndarray[Any, np.dtype[np.float64]]
PERMISSION = "vehicle_locations.read"
#: A day at one fix a second, with room to spare.
MOST = 100_000
#: No speed is computed over a longer silence than this, in seconds.
LONGEST_LEG_S = 300.0

SQL = """
SELECT extract(epoch FROM recorded_at)::float8, latitude::float8, longitude::float8, speed::float8, heading::float8
FROM vehicle_locations
WHERE tenant_id = %(tenant)s AND vehicle_id = %(vehicle)s AND recorded_at >= %(start)s AND recorded_at < %(end)s
ORDER BY recorded_at LIMIT %(most)s
"""


async def vehicle_track(
    database: Database, actor: Actor, vehicle_id: UUID, start: datetime, end: datetime
) -> dict[str, Any]:
    """Columns `t` (epoch seconds), `latitude`, `longitude`, `speed_kph`, `heading` in order of time.

    Where no fix of the span carries a speed it is computed between fixes (straight line, at most LONGEST_LEG_S apart)
    and `speed_estimated` is true. `truncated` when there are more than MOST fixes.

    Raises: Forbidden, NotFound for a vehicle that the actor does not reach.
    """
    parameters = await reached_vehicle(database, actor, PERMISSION, vehicle_id)
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
    """km/h at each fix from the leg that leads to it, GPS jumps left out and single spikes smoothed by the median of
    three legs, as for a trip's top speed; None for the first fix, for a jump and after a silence.
    """
    track = Track.of(t, latitude, longitude)
    kept = np.flatnonzero(plausible(track, JumpFilter()))
    clean = track.take(kept)
    with np.errstate(divide="ignore", invalid="ignore"):
        legs = np.where(clean.leg_s <= LONGEST_LEG_S, clean.leg_m / clean.leg_s * 3.6, np.nan)
    if len(legs) >= 3:
        legs[1:-1] = np.median(np.stack([legs[:-2], legs[1:-1], legs[2:]]), axis=0)
    speeds = dict(zip(clean.t[1:].tolist(), legs.tolist(), strict=True))
    found = (speeds.get(moment) for moment in t.tolist())
    return [None if speed is None or np.isnan(speed) else round(speed, 1) for speed in found]
