"""What communication does when other domains announce something."""

from __future__ import annotations

from uuid import UUID

from motorpool.communication.actions.tell_geofence_alerts import tell_geofence_alerts
from motorpool.core.jobs.registry import JobContext, job


@job("communication.tell_geofence_alerts", on="geofence_alerts")
async def react_to_geofence_alerts(context: JobContext, event_ids: list[str]) -> None:
    """Notify people of entries, exits and dwells that a geofence alerts about."""
    async with context.database.transaction(context.actor) as session:
        await tell_geofence_alerts(session, context.actor, [UUID(key) for key in event_ids])
