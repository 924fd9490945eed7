"""A clip is taken in: its film goes to the file store, its row says what, when, where, who and which event it shows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid, NotFound
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.tie_footage import tie_footage
from motorpool.telematics.models import VideoTelematicsFootage
from motorpool.telematics.resources.driving import CLIPS_PATH
from motorpool.telematics.rules.mp4 import Film, read_film

VIDEOS = ("video/mp4", "video/quicktime")
PICTURES = ("image/jpeg", "image/png", "image/webp")
MOST_TAGS = 20
LONGEST_TAG = 40
POSITIONS = ("forward", "interior", "rear", "side_left", "side_right")
#: A fix farther away in time does not say where the clip was taken, seconds.
NEAR_FIX_S = 120

WHO = """
SELECT coalesce(
    (SELECT t.driver_id FROM trips t WHERE t.tenant_id = :tenant AND t.vehicle_id = :vehicle AND t.started_at <= :at
     AND (t.ended_at IS NULL OR t.ended_at >= :at) ORDER BY t.started_at DESC LIMIT 1),
    (SELECT a.driver_id FROM driver_assignments a WHERE a.tenant_id = :tenant AND a.vehicle_id = :vehicle
     AND a.starts_at <= :at AND (a.ends_at IS NULL OR a.ends_at > :at) ORDER BY a.starts_at DESC LIMIT 1))
"""
WHERE = """
SELECT latitude, longitude FROM vehicle_locations
WHERE tenant_id = :tenant AND vehicle_id = :vehicle
  AND recorded_at BETWEEN :at - :near * interval '1 second' AND :at + :near * interval '1 second'
ORDER BY abs(extract(epoch FROM recorded_at - :at)) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is told about a film when it is sent."""

    vehicle_id: UUID
    #: None: as the film itself says.
    recorded_at: datetime | None = None
    camera_position: str | None = None
    driver_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    tags: list[str] = field(default_factory=list)


async def keep_footage(
    session: AsyncSession,
    files: FileStore,
    actor: Actor,
    received: Received,
    clip: Clip,
    *,
    name: str,
    declared_type: str | None,
) -> VideoTelematicsFootage:
    """Keep a film that was received. Raises Invalid (kind of file, vehicle, time, tags), Unavailable.

    Driver and place are looked up where they are not told. Events that the clip covers are tied to it.
    """
    film: Film = await asyncio.to_thread(read_film, received.file)
    recorded_at = clip.recorded_at or film.made_at
    check_clip(clip, recorded_at)
    assert recorded_at is not None
    keys: dict[str, Any] = {"tenant": actor.tenant_id, "vehicle": clip.vehicle_id, "at": recorded_at}
    stored = await keep_received(
        session,
        files,
        actor,
        received,
        name=name,
        declared_type=declared_type,
        purpose="footage",
        only=VIDEOS,
    )
    place = (await session.execute(text(WHERE), keys | {"near": NEAR_FIX_S})).first()
    latitude, longitude = (
        (clip.latitude, clip.longitude) if clip.latitude is not None else tuple(place or (None, None))
    )
    row = VideoTelematicsFootage(
        tenant_id=actor.tenant_id,
        vehicle_id=clip.vehicle_id,
        driver_id=clip.driver_id or await session.scalar(text(WHO), keys),
        camera_position=clip.camera_position,
        video_url=CLIPS_PATH,
        file_id=stored.id,
        duration_seconds=None if film.duration_s is None else max(1, round(film.duration_s)),
        file_size_bytes=stored.size_bytes,
        resolution=film.resolution,
        latitude=latitude,
        longitude=longitude,
        recorded_at=recorded_at,
        tags=clip.tags or None,
        uploaded_by_user_id=actor.user_id,
    )
    session.add(row)
    await session.flush()
    row.video_url = f"{CLIPS_PATH}/{row.id}/play"
    stored.entity_type, stored.entity_id = "video_telematics_footage", row.id
    await session.flush()
    await tie_footage(session, actor.tenant_id, row.id)
    await session.refresh(row)
    return row


def check_clip(clip: Clip, recorded_at: datetime | None) -> None:
    """Raises Invalid that names each wrong field."""
    problems = []
    if recorded_at is None:
        message = "must be given: the film does not say when it was taken"
        problems.append(FieldProblem("recorded_at", message, "required"))
    if clip.camera_position is not None and clip.camera_position not in POSITIONS:
        problems.append(FieldProblem("camera_position", f"must be one of {', '.join(POSITIONS)}"))
    if (clip.latitude is None) != (clip.longitude is None):
        problems.append(FieldProblem("latitude", "and longitude go together"))
    if len(clip.tags) > MOST_TAGS or any(not 0 < len(tag) <= LONGEST_TAG for tag in clip.tags):
        problems.append(
            FieldProblem("tags", f"must be at most {MOST_TAGS} words of {LONGEST_TAG} characters")
        )
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


async def keep_thumbnail(
    session: AsyncSession,
    files: FileStore,
    actor: Actor,
    received: Received,
    footage_id: UUID,
    *,
    name: str,
    declared_type: str | None,
) -> None:
    """Keep a still picture of a clip; the one before it goes. Raises Invalid, NotFound, Conflict."""
    row = await session.get(VideoTelematicsFootage, footage_id, with_for_update=True)
    if row is None or row.tenant_id != actor.tenant_id:
        raise NotFound("There is no such dashcam clip.")
    if row.content_deleted_at is not None:
        raise Conflict("The film was deleted because its time was over.", code="content_deleted")
    stored = await keep_received(
        session,
        files,
        actor,
        received,
        name=name,
        declared_type=declared_type,
        purpose="footage",
        entity=("video_telematics_footage", footage_id),
        only=PICTURES,
    )
    before = row.thumbnail_file_id
    row.thumbnail_file_id = stored.id
    row.thumbnail_url = f"{CLIPS_PATH}/{footage_id}/thumbnail"
    await session.flush()
    if before is not None:
        await session.execute(
            text("UPDATE files SET deleted_at = now() WHERE tenant_id = :tenant AND id = :file"),
            {"tenant": actor.tenant_id, "file": before},
        )
