"""Dashcam clips of the demonstration: two short films that were drawn for it, sent as a camera would send them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.keep_footage import Clip, keep_footage, keep_thumbnail

DATA = Path(__file__).parent / "data"
CLIPS = 12
#: A clip begins so long before what it shows.
BEFORE = timedelta(seconds=8)
CAMERAS = ("forward", "forward", "interior", "rear", "forward")
EVENTS = """
SELECT vehicle_id, recorded_at FROM driver_behavior_events
WHERE tenant_id = %s AND event_type NOT IN ('speeding', 'idle_excess')
ORDER BY severity = 'severe' DESC, recorded_at DESC LIMIT %s
"""


async def add_clips(database: Database, settings: Settings, actor: Actor) -> int:
    """Clips of the gravest events; returns how many."""
    files = FileStore.of(settings)
    events = await database.read(actor, EVENTS, (actor.tenant_id, CLIPS))
    for number, (vehicle, at) in enumerate(events):
        camera = CAMERAS[number % len(CAMERAS)]
        stem = "clip_interior" if camera == "interior" else "clip_forward"
        tags = ["coaching"] if number % 3 == 0 else ["reviewed"]
        clip = Clip(
            vehicle_id=vehicle, recorded_at=at - BEFORE, camera_position=camera, tags=[*tags, "drawn"]
        )
        async with files.spool() as film, files.spool() as still:
            await film.write((DATA / f"{stem}.mp4").read_bytes())
            await still.write((DATA / f"{stem}.jpg").read_bytes())
            async with database.transaction(actor) as session:
                row = await keep_footage(
                    session,
                    files,
                    actor,
                    await film.finish(),
                    clip,
                    name=f"{camera}.mp4",
                    declared_type="video/mp4",
                )
                await keep_thumbnail(
                    session,
                    files,
                    actor,
                    await still.finish(),
                    row.id,
                    name="still.jpg",
                    declared_type="image/jpeg",
                )
                if number == 1:
                    await session.execute(
                        text(
                            "UPDATE video_telematics_footage SET legal_hold = true WHERE tenant_id = :tenant AND id = :clip"
                        ),
                        {"tenant": actor.tenant_id, "clip": row.id},
                    )
    return len(events)
