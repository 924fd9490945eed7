"""Clips are tied to the event that they show: an incident or a behaviour event of the vehicle while the film ran."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: A clip whose length nobody knows is taken to be this long, seconds.
USUAL_LENGTH_S = 60
#: Clocks of cameras and trackers differ a little, seconds.
SLACK_S = 2
#: Events that a clip covers, the gravest first; an incident before all others. `c` is the clip.
COVERED = """
    SELECT c.id AS clip, 'incident' AS kind, i.id AS event, 0 AS rank, i.occurred_at AS at
    FROM video_telematics_footage c
    JOIN incidents i ON i.tenant_id = :tenant AND i.vehicle_id = c.vehicle_id AND i.occurred_at BETWEEN
        c.recorded_at - :slack * interval '1 second'
        AND c.recorded_at + (coalesce(c.duration_seconds, :length) + :slack) * interval '1 second'
    WHERE c.tenant_id = :tenant AND {clips}
    UNION ALL
    SELECT c.id, 'driver_behavior_event', e.id,
        CASE e.severity WHEN 'severe' THEN 1 WHEN 'moderate' THEN 2 ELSE 3 END, e.recorded_at
    FROM video_telematics_footage c
    JOIN driver_behavior_events e ON e.tenant_id = :tenant AND e.vehicle_id = c.vehicle_id AND e.recorded_at BETWEEN
        c.recorded_at - :slack * interval '1 second'
        AND c.recorded_at + (coalesce(c.duration_seconds, :length) + :slack) * interval '1 second'
    WHERE c.tenant_id = :tenant AND {clips}
"""
TIE = """
UPDATE video_telematics_footage f SET event_type = best.kind, event_id = best.event
FROM (SELECT DISTINCT ON (clip) clip, kind, event FROM ({covered}) AS covered ORDER BY clip, rank, at) AS best
WHERE f.tenant_id = :tenant AND f.id = best.clip AND f.event_id IS NULL RETURNING f.id
"""


async def tie_footage(
    session: AsyncSession, tenant_id: UUID, footage_id: UUID | None = None, *, days: int = 30
) -> int:
    """Tie one clip, or all of the last days, that are tied to nothing yet; returns how many were. A person's tie stays."""
    keys: dict[str, Any] = {"tenant": tenant_id, "slack": SLACK_S, "length": USUAL_LENGTH_S}
    if footage_id is not None:
        clips, keys["clip"] = "c.id = :clip", footage_id
    else:
        clips, keys["days"] = "c.event_id IS NULL AND c.recorded_at > now() - :days * interval '1 day'", days
    done = await session.execute(text(TIE.format(covered=COVERED.format(clips=clips))), keys)
    return len(done.all())
