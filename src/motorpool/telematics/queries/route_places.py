"""Places with coordinates that a stop can be made of: facilities and geofences, by a part of their name. (Vendors
have an address, but no coordinates.)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from shapely.geometry import shape

from motorpool.core.tenancy import Actor

MOST = 8
#: A stop at an area counts as reached within this many metres at least.
SMALLEST_M, LARGEST_M = 50, 5000


@dataclass(frozen=True, slots=True)
class Place:
    """`kind`: facility or geofence; `radius_m`: how far round the point counts as there."""

    kind: str
    id: str
    name: str
    address: str | None
    lat: float
    lng: float
    radius_m: int | None


async def route_places(apis: dict[str, Any], actor: Actor, text: str) -> list[Place]:
    """Places that the actor may read, facilities first. What has no coordinates is left out."""
    found: list[Place] = []
    for table, made in (("facilities", _facility), ("geofences", _geofence)):
        if actor.access.reach(f"{table}.read") is None:
            continue
        query = [("limit", str(MOST)), *([("q", text)] if text.strip() else [])]
        texts, _, _ = await apis[table].list_page(actor, query)
        found += [place for row in texts if (place := made(msgspec.json.decode(row))) is not None]
    return found


def _facility(row: dict[str, Any]) -> Place | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    address = ", ".join(part for part in (row["address"], row["city"]) if part)
    return Place(
        "facility",
        row["id"],
        row["name"],
        address or None,
        float(row["latitude"]),
        float(row["longitude"]),
        None,
    )


def _geofence(row: dict[str, Any]) -> Place | None:
    if row["type"] == "circle" and row["center_lat"] is not None and row["center_lng"] is not None:
        lat, lng, radius = float(row["center_lat"]), float(row["center_lng"]), row["radius_meters"]
    elif row["coordinates"]:
        area = shape(row["coordinates"])
        inside = area.representative_point()
        west, south, east, north = area.bounds
        lat, lng, radius = inside.y, inside.x, int(max(north - south, east - west) * 111_195 / 2)
    else:
        return None
    near = min(max(int(radius or SMALLEST_M), SMALLEST_M), LARGEST_M)
    return Place("geofence", row["id"], row["name"], row["description"], lat, lng, near)
