"""Geofences from a GeoJSON file (RFC 7946): all of its features, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor

#: What a feature's properties may set; others are left alone, files carry all sorts of them.
TAKEN = (
    "description color is_active alert_on_entry alert_on_exit alert_on_dwell dwell_minutes "
    "speed_limit_kph vehicle_group_id"
).split()
NAMES = ("name", "Name", "NAME", "title")
RADII = ("radius_meters", "radius")
Body = dict[str, Any]


async def import_geofences(
    session: AsyncSession,
    actor: Actor,
    resource: Resource,
    reach: Reach,
    features: Sequence[Any],
    *,
    applies_from: datetime | None = None,
) -> list[UUID]:
    """Create the fences of these GeoJSON features; their ids, in order.

    A Point with a property `radius_meters` (or `radius`, metres) is a circle, a Polygon a polygon with its holes. Each
    part of a MultiPolygon becomes a fence of its own, with its number behind the name.
    Raises Invalid with an entry for each wrong feature, as `features[3].geometry`; nothing is written then.
    """
    bodies: list[Body] = []
    origins: list[int] = []
    problems: list[FieldProblem] = []
    for index, feature in enumerate(features):
        try:
            made = fences_of(feature)
        except ValueError as error:
            field, _, message = str(error).partition(": ")
            problems.append(FieldProblem(f"features[{index}].{field}", message))
            continue
        for body in made:
            bodies.append(
                body if applies_from is None else {**body, "applies_from": applies_from.isoformat()}
            )
            origins.append(index)
    if not problems:
        try:
            return await create_rows(session, resource, actor, reach, bodies)
        except Invalid as error:
            problems = [_at_feature(problem, origins) for problem in error.fields]
    raise Invalid("Some features are not valid; nothing was imported.", fields=problems)


def fences_of(feature: Any) -> list[Body]:
    """Bodies of the fences that a feature stands for. Raises ValueError `<field>: <what would be right>`."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise ValueError("type: must be Feature")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise ValueError("properties: must be an object")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        raise ValueError("geometry: is required")
    name = next((str(properties[one]) for one in NAMES if properties.get(one) not in (None, "")), None)
    if name is None:
        raise ValueError("properties.name: is required")
    body = {key: properties[key] for key in TAKEN if properties.get(key) is not None} | {"name": name}
    kind, points = geometry.get("type"), geometry.get("coordinates")
    if kind == "Point":
        return [{**body, **_circle(points, properties)}]
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(points, list):
        raise ValueError("geometry: must be a Polygon, a MultiPolygon, or a Point with a radius")
    shape = "rectangle" if properties.get("type") == "rectangle" and kind == "Polygon" else "polygon"
    parts = [points] if kind == "Polygon" else points
    return [
        {
            **body,
            "name": name if len(parts) == 1 else f"{name} ({number})",
            "type": shape,
            "coordinates": {"type": "Polygon", "coordinates": _flat(part)},
        }
        for number, part in enumerate(parts, 1)
    ]


def _circle(point: Any, properties: dict[str, Any]) -> Body:
    radius = next((properties[one] for one in RADII if properties.get(one) is not None), None)
    if isinstance(radius, bool) or not isinstance(radius, int | float):
        raise ValueError("properties.radius_meters: is required for a Point, in metres")
    if (
        not isinstance(point, list)
        or len(point) < 2
        or not all(isinstance(one, int | float) for one in point[:2])
    ):
        raise ValueError("geometry.coordinates: must be [longitude, latitude]")
    return {
        "type": "circle",
        "center_lng": round(float(point[0]), 8),
        "center_lat": round(float(point[1]), 8),
        "radius_meters": round(radius),
    }


def _flat(rings: Any) -> Any:
    """Without heights; what is not made of rings is left for the validation to tell."""
    if not isinstance(rings, list):
        return rings
    return [
        [point[:2] if isinstance(point, list) else point for point in ring]
        if isinstance(ring, list)
        else ring
        for ring in rings
    ]


def _at_feature(problem: FieldProblem, origins: Sequence[int]) -> FieldProblem:
    """`[2].coordinates` is about the feature that the third fence came from."""
    place, _, field = problem.field.partition("].")
    number = place.lstrip("[")
    if not number.isdecimal() or int(number) >= len(origins):
        return problem
    at = {"coordinates": "geometry", "center_lat": "geometry", "center_lng": "geometry"}.get(
        field.split(".")[0].split("[")[0], f"properties.{field}"
    )
    return FieldProblem(f"features[{origins[int(number)]}].{at}", problem.message, problem.code)
