"""Cameras of the 511 sites that share one keyed API: `/api/v2/get/cameras?key=...&format=json`.

FL511, 511GA, DriveNC, Nevada, Utah, Ontario and others answer alike: a list of cameras, each with its views. A wrong key
is answered with a status of 4xx, or with an XML text that says so. Terms of use differ by site: what is kept here are place,
road and the address of the view at the source, to which pages link; pictures are neither copied nor shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from motorpool.telematics.road_data.records import Reading, cut, place_problem

PATH = "/api/v2/get/cameras"
WAYS = {
    "north": "N", "south": "S", "east": "E", "west": "W", "northbound": "N", "southbound": "S", "eastbound": "E",
    "westbound": "W", "nb": "N", "sb": "S", "eb": "E", "wb": "W",
}  # fmt: skip


def site_of(address: str) -> str:
    """A short name of a site, which keeps the numbers of two sites apart: `fl511` of https://fl511.com."""
    host = (urlsplit(address).hostname or "511").removeprefix("www.")
    return host.split(".")[0][:20]


def read_cameras(document: Any, site: str) -> Reading:
    """Rows for `traffic_cameras`. Cameras that cannot be used are refused one by one."""
    found = Reading()
    if not isinstance(document, list):
        found.refuse(0, "answer", type(document).__name__, "must be a list of cameras")
        return found
    seen: set[str] = set()
    for number, camera in enumerate(document, 1):
        if not isinstance(camera, Mapping) or camera.get("Id") in (None, ""):
            found.refuse(number, "Id", "", "is missing")
            continue
        key = f"{site}-{camera['Id']}"[:50]
        if key in seen:
            found.refuse(number, "Id", camera["Id"], "is there twice")
            continue
        latitude, longitude = camera.get("Latitude"), camera.get("Longitude")
        if problem := place_problem(latitude, longitude):
            name, sentence = problem
            found.refuse(number, name.capitalize(), camera.get(name.capitalize()), sentence)
            continue
        seen.add(key)
        views = [view for view in camera.get("Views") or () if isinstance(view, Mapping)]
        links = [link for view in views if (link := _link(view.get("Url")))]
        on = [view for view in views if str(view.get("Status", "")).lower() in ("enabled", "active", "")]
        name = cut(camera.get("Location"), 255) or cut(camera.get("Roadway"), 255) or f"Camera {camera['Id']}"
        direction = str(camera.get("Direction") or "").strip()
        found.rows.append(
            {
                "fdot_id": key,
                "name": name,
                "description": cut("; ".join(str(v.get("Description") or "") for v in views).strip("; "), 500),
                "latitude": str(latitude),
                "longitude": str(longitude),
                "road": cut(camera.get("Roadway"), 100),
                "direction": WAYS.get(direction.lower(), cut(direction, 10)),
                "county": cut(camera.get("County"), 50),
                "feed_url": links[0] if links else None,
                "status": "active" if on or not views else "inactive",
                "metadata": {
                    "source": str(camera.get("Source") or site), "site": site, "views": len(views), "links": links[:10],
                },
            }
        )  # fmt: skip
    return found


def _link(url: object) -> str | None:
    text = str(url or "").strip()
    return text[:1000] if text.startswith(("https://", "http://")) else None
