"""Geofences as GeoJSON: for the map, for files, and those that contain a point."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import shapely

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.active_fences import fence_row
from motorpool.telematics.rules.geofence_shapes import BadShape

#: Features of one answer for the map.
MOST_ON_MAP = 2_000
Feature = dict[str, Any]

PROPERTIES = (
    "id name description type color is_active alert_on_entry alert_on_exit alert_on_dwell dwell_minutes "
    "speed_limit_kph vehicle_group_id radius_meters"
).split()
_SHAPE = "t.center_lat::float8 AS center_lat, t.center_lng::float8 AS center_lng, t.coordinates"
_COLUMNS = ", ".join(f"t.{name}" for name in PROPERTIES)
#: Degrees. A circle's box is a little larger than the circle.
_BOXED = """
CROSS JOIN LATERAL (
    SELECT min((p ->> 0)::float8) AS west, max((p ->> 0)::float8) AS east,
           min((p ->> 1)::float8) AS south, max((p ->> 1)::float8) AS north
    FROM jsonb_array_elements(t.coordinates -> 'coordinates' -> 0) AS p WHERE t.type <> 'circle'
    UNION ALL
    SELECT t.center_lng::float8 - wide, t.center_lng::float8 + wide, t.center_lat::float8 - high, t.center_lat::float8 + high
    FROM (SELECT t.radius_meters / 111000.0 AS high,
                 t.radius_meters / (111000.0 * greatest(cos(radians(t.center_lat::float8)), 0.001)) AS wide) AS reach
    WHERE t.type = 'circle'
) AS b
"""
IN_BOX = f"""
SELECT row_to_json(q)::text FROM (
    SELECT {_COLUMNS}, {_SHAPE} FROM geofences t {_BOXED}
    WHERE t.tenant_id = %(tenant)s AND (t.is_active OR %(inactive)s)
      AND b.west <= %(east)s AND b.east >= %(west)s AND b.south <= %(north)s AND b.north >= %(south)s
    ORDER BY t.name, t.id LIMIT %(most)s) AS q
"""
_ALL = f"SELECT {_COLUMNS}, {_SHAPE} FROM geofences t WHERE t.tenant_id = %(tenant)s"
EVERY = f"SELECT row_to_json(q)::text FROM ({_ALL} ORDER BY t.name, t.id) AS q"
ONE = f"SELECT row_to_json(q)::text FROM ({_ALL} AND t.id = %(key)s) AS q"


async def fences_in_box(
    database: Database,
    actor: Actor,
    resource: Resource,
    box: tuple[float, float, float, float],
    *,
    inactive: bool = False,
) -> tuple[list[Feature], bool]:
    """Areas of fences that touch a box of degrees (west, south, east, north), and whether there are more of them."""
    reach = reach_or_forbid(resource, actor, "read")
    west, south, east, north = box
    parameters = base_parameters(actor, reach) | {"west": west, "south": south, "east": east, "north": north}
    rows = await database.read(actor, IN_BOX, parameters | {"inactive": inactive, "most": MOST_ON_MAP + 1})
    return [as_area(one) for one in _decoded(rows[:MOST_ON_MAP])], len(rows) > MOST_ON_MAP


async def fence_area(database: Database, actor: Actor, key: UUID) -> Feature | None:
    """The area of one fence."""
    rows = await database.read(actor, ONE, {"tenant": actor.tenant_id, "key": key})
    return as_area(_decoded(rows)[0]) if rows else None


async def all_fences(database: Database, actor: Actor) -> list[Feature]:
    """Every fence as it was drawn: a circle is a point with `radius_meters`."""
    return [as_drawn(one) for one in _decoded(await database.read(actor, EVERY, {"tenant": actor.tenant_id}))]


async def fences_around(
    database: Database, actor: Actor, resource: Resource, latitude: float, longitude: float
) -> list[Feature]:
    """Properties of the active fences that contain a point, by name."""
    box = (longitude, latitude, longitude, latitude)
    near, _ = await fences_in_box(database, actor, resource, box)
    point = shapely.Point(longitude, latitude)
    return [
        one["properties"]
        for one in near
        if shapely.from_geojson(msgspec.json.encode(one["geometry"])).intersects(point)
    ]


def as_area(row: dict[str, Any]) -> Feature:
    """A stored fence with the area that positions are compared with; a circle's is a polygon of many corners."""
    shape = row["coordinates"]
    if row["type"] == "circle":
        found = fence_row(
            UUID(row["id"]),
            "circle",
            row["center_lat"],
            row["center_lng"],
            row["radius_meters"],
            None,
        )
        try:
            shape = msgspec.json.decode(shapely.to_geojson(found.area))
        except BadShape:
            shape = None
    centre = {"center_lat": row["center_lat"], "center_lng": row["center_lng"]}
    return {"type": "Feature", "id": row["id"], "geometry": shape, "properties": _properties(row) | centre}


def as_drawn(row: dict[str, Any]) -> Feature:
    """A stored fence for a file, as `POST /geofences/import` takes it."""
    shape = row["coordinates"]
    if row["type"] == "circle":
        shape = {"type": "Point", "coordinates": [row["center_lng"], row["center_lat"]]}
    return {"type": "Feature", "id": row["id"], "geometry": shape, "properties": _properties(row)}


def _properties(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in PROPERTIES}


def _decoded(rows: list[Any]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(row[0]) for row in rows]
