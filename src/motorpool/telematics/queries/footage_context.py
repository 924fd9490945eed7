"""What belongs to a clip by vehicle and time: the trip, the events that it covers; and who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.files.reading import FileRow, find_file
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.tie_footage import COVERED, SLACK_S, USUAL_LENGTH_S

CLIP = """
SELECT t.camera_position, t.file_id, t.thumbnail_file_id, t.video_url, t.thumbnail_url, t.content_deleted_at
FROM video_telematics_footage t WHERE t.tenant_id = %(tenant)s AND t.id = %(clip)s AND {reach}
"""
TRIP = """
SELECT t.id, t.trip_number FROM video_telematics_footage c
JOIN trips t ON t.tenant_id = %(tenant)s AND t.vehicle_id = c.vehicle_id AND t.started_at <= c.recorded_at
  AND (t.ended_at IS NULL OR t.ended_at >= c.recorded_at)
WHERE c.tenant_id = %(tenant)s AND c.id = %(clip)s ORDER BY t.started_at DESC LIMIT 1
"""
EVENTS = f"""
SELECT x.kind, x.event, x.at, coalesce(e.event_type, i.incident_type), coalesce(e.severity, i.severity),
    extract(epoch FROM x.at - f.recorded_at)::float8
FROM ({COVERED.format(clips="c.id = :clip")}) x
JOIN video_telematics_footage f ON f.tenant_id = :tenant AND f.id = x.clip
LEFT JOIN driver_behavior_events e ON e.tenant_id = :tenant AND e.id = x.event
LEFT JOIN incidents i ON i.tenant_id = :tenant AND i.id = x.event
ORDER BY x.at
"""
for _name in ("tenant", "clip", "slack", "length"):
    EVENTS = EVENTS.replace(f":{_name}", f"%({_name})s")


class CoveredEvent(Struct):
    kind: Annotated[str, Meta(description="incident or driver_behavior_event")]
    id: UUID
    at: datetime
    event_type: str | None
    severity: str | None
    offset_seconds: Annotated[float, Meta(description="From the beginning of the clip")]


class FootageContext(Struct):
    trip_id: UUID | None
    trip_number: str | None
    events: list[CoveredEvent]


class Film(Struct):
    """Where a clip's film and picture are."""

    camera_position: str | None
    file_id: UUID | None
    thumbnail_file_id: UUID | None
    video_url: str
    thumbnail_url: str | None
    content_deleted_at: datetime | None


async def find_film(database: Database, actor: Actor, resource: Resource, clip: UUID) -> Film:
    """A clip that the actor may see; for one of the camera inside that needs a permission of its own.

    Raises Forbidden, NotFound.
    """
    reach = reach_or_forbid(resource, actor, "read")
    rows = await database.read(
        actor,
        CLIP.format(reach=scope_condition(resource, reach) or "true"),
        base_parameters(actor, reach) | {"clip": clip},
    )
    if not rows:
        raise NotFound("There is no such dashcam clip.")
    film = Film(*rows[0])
    if film.camera_position == "interior" and not await may_view_interior(database, actor, resource, clip):
        permission = resource.permission("view_interior")
        raise Forbidden(
            f"Clips of the camera inside need the permission {permission}.",
            code="permission_needed",
            permission=permission,
        )
    return film


async def may_view_interior(database: Database, actor: Actor, resource: Resource, clip: UUID) -> bool:
    """Whether the permission for interior cameras reaches this clip."""
    reach = actor.access.reach(resource.permission("view_interior"))
    if reach is None:
        return False
    sql = CLIP.format(reach=scope_condition(resource, reach) or "true")
    return bool(await database.read(actor, sql, base_parameters(actor, reach) | {"clip": clip}))


async def film_file(database: Database, actor: Actor, film: Film) -> FileRow:
    """The stored film. Raises NotFound that says why there is none."""
    if film.content_deleted_at is not None:
        raise NotFound("The film was deleted because its time was over.", code="content_deleted")
    if film.file_id is None:
        raise NotFound("The film lies with the camera's provider.", code="not_stored_here")
    return await find_file(database, actor, film.file_id)


async def footage_context(database: Database, actor: Actor, clip: UUID) -> FootageContext:
    """Trip and events of a clip that the actor may see; each only for who may read its kind."""
    keys = {"tenant": actor.tenant_id, "clip": clip}

    def may(table: str) -> bool:
        reach = actor.access.reach(f"{table}.read")
        return reach is not None

    trips = await database.read(actor, TRIP, keys) if may("trips") else []
    rows = await database.read(actor, EVENTS, keys | {"slack": SLACK_S, "length": USUAL_LENGTH_S})
    tables = {"incident": "incidents", "driver_behavior_event": "driver_behavior_events"}
    events = [CoveredEvent(*row) for row in rows if may(tables[row[0]])]
    trip = trips[0] if trips else (None, None)
    return FootageContext(trip[0], trip[1], events)
