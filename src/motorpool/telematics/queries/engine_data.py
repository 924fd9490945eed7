"""Engine readings of a vehicle between two times, thinned for a chart: least, greatest and mean of equal spans."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.reached_vehicle import reached_vehicle

PERMISSION = "obd_telemetry.read"
METRICS = (
    "rpm",
    "speed",
    "engine_load",
    "coolant_temp",
    "battery_voltage",
    "fuel_level",
    "state_of_charge",
)
MOST_POINTS = 2000
_COLUMNS = ", ".join(
    f"min(o.{name})::float8, max(o.{name})::float8, round(avg(o.{name}), 2)::float8" for name in METRICS
)
SQL = f"""
SELECT extract(epoch FROM date_bin(%(width)s::int4 * interval '1 second', o.recorded_at, %(start)s))::float8, count(*), {_COLUMNS}
FROM obd_telemetry o
WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = %(vehicle)s AND o.recorded_at >= %(start)s AND o.recorded_at < %(end)s
GROUP BY 1 ORDER BY 1
"""


async def engine_data(
    database: Database, actor: Actor, vehicle_id: UUID, start: datetime, end: datetime, points: int
) -> dict[str, Any]:
    """`width_s`, `t` (epoch seconds, begin of each span that has readings), `count`, and for each of METRICS `min`, `max` and
    `mean` per span, null where nothing was said; at most `points` spans (and one). No peak is lost.

    Raises: Forbidden, NotFound for a vehicle that the actor does not reach.
    """
    parameters = await reached_vehicle(database, actor, PERMISSION, vehicle_id)
    width = max(1, math.ceil((end - start).total_seconds() / points))
    rows = await database.read(actor, SQL, parameters | {"start": start, "end": end, "width": width})
    found: dict[str, Any] = {
        "width_s": width,
        "t": [row[0] for row in rows],
        "count": [row[1] for row in rows],
    }
    for place, name in enumerate(METRICS):
        first = 2 + 3 * place
        columns = ([row[first + offset] for row in rows] for offset in range(3))
        found[name] = dict(zip(("min", "max", "mean"), columns, strict=True))
    return found
