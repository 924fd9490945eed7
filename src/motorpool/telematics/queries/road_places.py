"""Places along the road: the nearest ones, and those in a box of the map.

Distances come from earthdistance, on a sphere of the equator's radius: at most 0.7 % off. Both questions go through
functions that may use the spatial index (decision 10); what they find is read again as the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import (
    OWN_OR_SHARED,
    base_parameters,
    reach_or_forbid,
    scope_condition,
)
from motorpool.core.tenancy import Actor

#: Places that are looked at within a radius, before the conditions; a dense city has some thousands in 100 km.
MOST_NEAR = 20_000
#: Features of one answer for the map.
MOST_IN_BOX = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """What the map needs of a table's rows, and what narrows a search: parameter -> condition over `t`."""

    properties: tuple[str, ...]
    conditions: Mapping[str, str] = field(default_factory=dict)
    on_map: str = "true"


#: The cheapest passing of a car with a transponder, as the map writes it.
FROM_RATE = (
    "(SELECT min((r ->> 'amount')::numeric)::text || ' ' || coalesce(t.toll_rates ->> 'currency', 'USD') "
    "FROM jsonb_array_elements(t.toll_rates -> 'rates') r "
    "WHERE coalesce(r ->> 'payment', 'transponder') = 'transponder' AND coalesce((r ->> 'axles_from')::int, 2) <= 2 "
    "AND coalesce(r ->> 'valid_from', '') <= %(today)s::text AND coalesce(r ->> 'valid_to', '9999') >= %(today)s::text "
    "AND coalesce(r -> 'vehicle_types', '[]') = '[]' AND coalesce(r -> 'days', '[]') = '[]') AS from_rate"
)
LEVEL = (
    "CASE WHEN 'dcfast' = ANY (t.charging_levels) THEN 'DC fast' WHEN 'level2' = ANY (t.charging_levels) THEN 'Level 2' "
    "WHEN 'level1' = ANY (t.charging_levels) THEN 'Level 1' END AS level"
)
PLACES: dict[str, Place] = {
    "traffic_cameras": Place(
        ("t.name", "t.road", "t.direction", "t.status", "t.feed_url", "t.last_updated"),
        {"status": "t.status = %(status)s"},
    ),
    "weather_stations": Place(
        (
            "t.name",
            "t.temperature_f::float8",
            "t.conditions",
            "t.wind_speed_mph::float8",
            "t.visibility_miles::float8",
            "t.road_conditions",
            "t.last_updated",
        ),
    ),
    "ev_charging_stations": Place(
        (
            "t.name",
            "t.address",
            "t.network",
            "t.num_ports",
            LEVEL,
            "t.max_power_kw::float8",
            "t.pricing",
            "t.access_type",
            "t.available_24x7",
        ),
        {
            "min_kw": "t.max_power_kw >= %(min_kw)s",
            "level": "%(level)s = ANY (t.charging_levels)",
            "fuel": "t.fuel_type = %(fuel)s",
            "connector": "%(connector)s = ANY (t.connector_types)",
        },
        on_map="t.fuel_type = 'electric'",
    ),
    "toll_plazas": Place(("t.name", "t.road", "t.direction", "t.operator", FROM_RATE)),
}

NEAREST = """
SELECT (SELECT row_to_json(_row)::text FROM (
    SELECT {columns}, round((n.metres / 1000)::numeric, 3)::float8 AS distance_km) AS _row)
FROM nearest_{table}(%(lat)s, %(lng)s, %(radius_m)s, {most_near}) n
JOIN {table} t ON t.id = n.place AND {owner}
WHERE {conditions}
ORDER BY n.metres, t.id LIMIT %(most)s
"""
IN_BOX = """
SELECT json_build_object('type', 'Feature', 'id', t.id,
    'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(t.longitude::float8, t.latitude::float8)),
    'properties', (SELECT json_strip_nulls(row_to_json(_row)) FROM (SELECT t.id, {columns}) AS _row))::text
FROM {table} t
WHERE t.id = ANY (ARRAY(SELECT {table}_in_box(%(west)s, %(south)s, %(east)s, %(north)s, {most})))
  AND {owner} AND {conditions}
ORDER BY t.id LIMIT {limit}
"""


async def nearest(
    database: Database,
    actor: Actor,
    resource: Resource,
    *,
    latitude: float,
    longitude: float,
    radius_km: float,
    most: int,
    wanted: Mapping[str, Any] | None = None,
) -> list[str]:
    """JSON texts of rows with `distance_km`, the nearest first. Raises Forbidden."""
    reach = reach_or_forbid(resource, actor, "read")
    given = {name: value for name, value in (wanted or {}).items() if value is not None}
    place = PLACES[str(resource.table.name)]
    conditions = [place.conditions[name] for name in given]
    if condition := scope_condition(resource, reach):
        conditions.append(condition)
    sql = NEAREST.format(
        columns=resource.whole_row,
        table=resource.table.name,
        most_near=MOST_NEAR,
        owner=OWN_OR_SHARED,
        conditions=" AND ".join(conditions) or "true",
    )
    parameters = base_parameters(actor, reach) | given
    parameters |= {"lat": latitude, "lng": longitude, "radius_m": radius_km * 1000, "most": most}
    return [row[0] for row in await database.read(actor, sql, parameters)]


async def in_box(
    database: Database, actor: Actor, resource: Resource, box: tuple[float, float, float, float]
) -> tuple[list[str], bool]:
    """GeoJSON features (texts) in a box of degrees (west, south, east, north), and whether there are more of them."""
    reach = reach_or_forbid(resource, actor, "read")
    place = PLACES[str(resource.table.name)]
    conditions = [place.on_map]
    if condition := scope_condition(resource, reach):
        conditions.append(condition)
    sql = IN_BOX.format(
        columns=", ".join(place.properties),
        table=resource.table.name,
        most=MOST_NEAR,
        owner=OWN_OR_SHARED,
        conditions=" AND ".join(conditions),
        limit=MOST_IN_BOX + 1,
    )
    west, south, east, north = box
    parameters = base_parameters(actor, reach)
    parameters |= {"west": west, "south": south, "east": east, "north": north}
    rows = await database.read(actor, sql, parameters)
    return [row[0] for row in rows[:MOST_IN_BOX]], len(rows) > MOST_IN_BOX


def box_of(text: str) -> tuple[float, float, float, float]:
    """`west,south,east,north` in degrees. Raises BadRequest."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        fits = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    except ValueError:
        fits = False
    if not fits:
        problem = FieldProblem(
            "box", "must be west,south,east,north in degrees, such as -122.6,37.6,-122.2,37.9"
        )
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    return west, south, east, north
