"""Telling the event log, and whoever reacts, what happened at geofences."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.core.events.log import append_event
from motorpool.core.jobs.defer import defer_reactions

TOPIC = "geofence_events"
#: Somebody wants to hear of these.
ALERT_TOPIC = "geofence_alerts"
#: Events of one announcement.
AT_ONCE = 500

ALERTS = """
SELECT e.id FROM geofence_events e JOIN geofences f ON f.tenant_id = e.tenant_id AND f.id = e.geofence_id
WHERE e.tenant_id = %(tenant)s AND e.id = ANY (%(ids)s)
  AND CASE e.event_type WHEN 'entry' THEN f.alert_on_entry WHEN 'exit' THEN f.alert_on_exit ELSE f.alert_on_dwell END
ORDER BY e.recorded_at
"""


async def announce_geofence_events(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Append these events to the log, in the transaction that wrote them; reactions get those that fences alert about."""
    for begin in range(0, len(ids), AT_ONCE):
        some = list(ids[begin : begin + AT_ONCE])
        await append_event(connection, TOPIC, {"event_ids": [str(one) for one in some]})
        rows = await (await connection.execute(ALERTS, {"tenant": tenant_id, "ids": some})).fetchall()
        if rows:
            await defer_reactions(connection, ALERT_TOPIC, tenant_id, event_ids=[row[0] for row in rows])
