"""Notifying people of what vehicles did at geofences that alert about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.tell_each import tell_each
from motorpool.core.tenancy import Actor

EVENTS = text("""
SELECT e.event_type, e.dwell_duration_minutes, f.id AS fence, f.name, v.id AS vehicle, v.vehicle_number, v.facility_id,
       v.department_id, d.full_name
FROM geofence_events e
JOIN geofences f ON f.tenant_id = e.tenant_id AND f.id = e.geofence_id
JOIN vehicles v ON v.tenant_id = e.tenant_id AND v.id = e.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = e.tenant_id AND d.id = e.driver_id
WHERE e.tenant_id = :tenant AND e.id = ANY (:ids)
ORDER BY e.recorded_at, e.id
""")
DID = {"entry": "entered", "exit": "left", "dwell": "stays in"}


async def tell_geofence_alerts(session: AsyncSession, actor: Actor, events: Sequence[UUID]) -> int:
    """One notification for each event to those who may read geofence events of its vehicle; how many were written.

    Events that a late position has taken back meanwhile are left out.
    """
    rows = (await session.execute(EVENTS, {"tenant": actor.tenant_id, "ids": list(events)})).all()
    return await tell_each(
        session,
        actor,
        rows,
        _event,
        _others,
        permission="geofence_events.read",
        category="geofence",
        kind="alert",
        action_label="Events",
    )


def _event(row: Any) -> dict[str, Any]:
    what = DID[row.event_type]
    who = f" Driver: {row.full_name}." if row.full_name else ""
    stay = f" It was inside for {row.dwell_duration_minutes} min." if row.dwell_duration_minutes else ""
    return {
        "title": f"{row.vehicle_number} {what} {row.name}",
        "message": f"Vehicle {row.vehicle_number} {what} the geofence {row.name}.{stay}{who}",
        "entity": ("geofence", row.fence),
        "action_url": f"/geofence-events?vehicle_id={row.vehicle}&geofence_id={row.fence}",
    }


def _others(count: int) -> dict[str, Any]:
    return {
        "title": f"{count} more geofence events",
        "message": f"{count} more vehicles entered, left or stayed in geofences at the same time.",
        "action_url": "/geofence-events",
    }
