"""The weather on a trip: what the nearest station said at the time, at its beginning, on the way and at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import numpy as np
from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.trip_fixes import trip_fixes

#: A station farther away says nothing about the road, km.
RADIUS_KM = 60.0
#: An observation older or younger than this is no weather of the moment, minutes.
NEAR_IN_TIME_MIN = 90
#: One point about each half hour of the trip, and not more than these.
EVERY_S = 1800.0
MOST_POINTS = 9
SQL = """
SELECT p.n, f.* FROM unnest(%(n)s::int[], %(lat)s::float8[], %(lng)s::float8[], %(at)s::timestamptz[]) AS p (n, lat, lng, at)
CROSS JOIN LATERAL (
    SELECT s.id, s.station_id, s.name, round((near.metres / 1000)::numeric, 1)::float8 AS distance_km, o.*
    FROM nearest_weather_stations(p.lat, p.lng, %(radius_m)s, 10) near
    JOIN weather_stations s ON s.id = near.place AND (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL)
    CROSS JOIN LATERAL (
        SELECT h.* FROM (
            SELECT w.observed_at, w.temperature_f::float8, w.conditions, w.wind_speed_mph::float8, w.wind_gust_mph::float8,
                   w.visibility_miles::float8, w.precipitation_inches::float8, w.road_conditions
            FROM weather_observations w
            WHERE (w.tenant_id = %(tenant)s OR w.tenant_id IS NULL) AND w.tenant_id IS NOT DISTINCT FROM s.tenant_id
              AND w.station_id = s.station_id
              AND w.observed_at BETWEEN p.at - %(near)s * interval '1 minute' AND p.at + %(near)s * interval '1 minute'
            UNION ALL
            SELECT s.last_updated, s.temperature_f::float8, s.conditions, s.wind_speed_mph::float8, NULL,
                   s.visibility_miles::float8, NULL, s.road_conditions
            WHERE s.last_updated BETWEEN p.at - %(near)s * interval '1 minute' AND p.at + %(near)s * interval '1 minute'
        ) h ORDER BY abs(extract(epoch FROM h.observed_at - p.at)) LIMIT 1
    ) o
    ORDER BY near.metres LIMIT 1
) f ORDER BY p.n
"""


class TripWeatherPoint(Struct):
    """Values are null where the station did not say."""

    at: datetime
    weather_station_id: UUID
    station_id: str
    station: str | None
    distance_km: Annotated[float, Meta(description="From the vehicle to the station")]
    observed_at: datetime
    temperature_f: float | None
    conditions: str | None
    wind_speed_mph: float | None
    wind_gust_mph: float | None
    visibility_miles: float | None
    precipitation_inches: float | None
    road_conditions: str | None


class TripWeather(Struct):
    points: Annotated[
        list[TripWeatherPoint], Meta(description="In order of time; empty where no station was near")
    ]


async def trip_weather(database: Database, actor: Actor, trip_id: UUID) -> TripWeather:
    """Weather along a trip that the actor may see; an observation that holds for several points is told once. Raises NotFound."""
    fixes = await trip_fixes(database, actor, trip_id)
    if len(fixes.t) == 0:
        return TripWeather([])
    span = float(fixes.t[-1] - fixes.t[0])
    count = int(np.clip(np.ceil(span / EVERY_S) + 1, 2, MOST_POINTS))
    wanted = np.linspace(fixes.t[0], fixes.t[-1], count)
    places = np.unique(np.clip(np.searchsorted(fixes.t, wanted), 0, len(fixes.t) - 1))
    moments = [datetime.fromtimestamp(value, UTC) for value in fixes.t[places].tolist()]
    rows = await database.read(
        actor,
        SQL,
        {
            "tenant": actor.tenant_id,
            "n": list(range(len(places))),
            "lat": fixes.latitude[places].tolist(),
            "lng": fixes.longitude[places].tolist(),
            "at": moments,
            "radius_m": RADIUS_KM * 1000,
            "near": NEAR_IN_TIME_MIN,
        },
    )
    found: list[TripWeatherPoint] = []
    for number, *values in rows:
        point = TripWeatherPoint(moments[number], *values)
        before = found[-1] if found else None
        if before is None or (before.station_id, before.observed_at) != (point.station_id, point.observed_at):
            found.append(point)
    return TripWeather(found)
