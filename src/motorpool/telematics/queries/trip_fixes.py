"""The fixes of one trip, for what is worked out along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor

Floats = NDArray[np.float64]
#: A day at one fix a second, with room to spare.
MOST = 100_000
TRIP = """
SELECT t.vehicle_id, t.started_at, t.ended_at, v.axles, v.vehicle_type
FROM trips t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
WHERE t.tenant_id = %(tenant)s AND t.id = %(trip)s
"""
FIXES = """
SELECT extract(epoch FROM recorded_at)::float8, latitude::float8, longitude::float8 FROM vehicle_locations
WHERE tenant_id = %(tenant)s AND vehicle_id = %(vehicle)s AND recorded_at >= %(start)s
  AND recorded_at <= coalesce(%(end)s, 'infinity'::timestamptz)
ORDER BY recorded_at LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, eq=False)
class TripFixes:
    """Columns of equal length in order of time: epoch seconds and degrees."""

    axles: int | None
    vehicle_type: str | None
    t: Floats
    latitude: Floats
    longitude: Floats

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return (
            float(self.longitude.min()),
            float(self.latitude.min()),
            float(self.longitude.max()),
            float(self.latitude.max()),
        )


async def trip_fixes(database: Database, actor: Actor, trip_id: UUID) -> TripFixes:
    """Whoever calls this has made sure that the actor may see the trip. Raises NotFound."""
    keys: dict[str, Any] = {"tenant": actor.tenant_id, "trip": trip_id}
    rows = await database.read(actor, TRIP, keys)
    if not rows:
        raise NotFound("There is no such trip.")
    vehicle, start, end, axles, kind = rows[0]
    fixes = await database.read(
        actor, FIXES, keys | {"vehicle": vehicle, "start": start, "end": end, "most": MOST}
    )
    t, latitude, longitude = (np.array([row[i] for row in fixes], dtype=np.float64) for i in range(3))
    return TripFixes(axles, kind, t, latitude, longitude)
