"""Announcing the meetings of the next day and the actions that are due or late; who listens tells people, each once."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.chasing import BEGAN, NOTICE_DAYS
from motorpool.core.database.database import Connection, Database
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.tenancy.actor import system_actor

NEAR, DUE = "meetings_near", "corrective_actions_due"
#: Somebody who was told anything about a meeting within the day before it needs no reminder.
MEETINGS = """
SELECT m.id FROM safety_meetings m
WHERE m.tenant_id = %(tenant)s AND m.status = 'scheduled' AND m.meeting_date > now() AND m.meeting_date <= now() + interval '24 hours'
  AND EXISTS (
    SELECT FROM (
        SELECT coalesce(a.user_id, d.user_id) AS user_id FROM meeting_attendees a
        LEFT JOIN drivers d ON d.tenant_id = a.tenant_id AND d.id = a.driver_id
        WHERE a.tenant_id = m.tenant_id AND a.safety_meeting_id = m.id AND a.withdrawn_at IS NULL
        UNION SELECT m.facilitator_user_id) AS p
    JOIN users u ON u.tenant_id = m.tenant_id AND u.id = p.user_id AND u.status = 'active'
    WHERE NOT EXISTS (
        SELECT FROM notifications x WHERE x.tenant_id = m.tenant_id AND x.user_id = u.id AND x.entity_type = 'meeting'
          AND x.entity_id = m.id AND x.created_at >= m.meeting_date - interval '24 hours'))
ORDER BY m.meeting_date, m.id
"""
#: Late ones without an owner who can be reached are for those who answer for them.
ACTIONS = f"""
SELECT a.id FROM corrective_actions a
JOIN tenants z ON z.id = a.tenant_id
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE z.time_zone)::date AS today) AS t
LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.assigned_to_user_id AND u.status = 'active'
CROSS JOIN LATERAL (SELECT ({BEGAN.format(due="a.due_on", today="t.today")})::timestamp AT TIME ZONE z.time_zone AS began) AS s
WHERE z.id = %(tenant)s AND a.tenant_id = %(tenant)s AND a.status IN ('open', 'in_progress')
  AND a.due_on <= t.today + {NOTICE_DAYS} AND (
    u.id IS NOT NULL AND NOT EXISTS (
        SELECT FROM notifications x WHERE x.tenant_id = a.tenant_id AND x.user_id = u.id
          AND x.entity_type = 'corrective_action' AND x.entity_id = a.id AND x.created_at >= s.began)
    OR a.due_on < t.today AND NOT EXISTS (
        SELECT FROM notifications x WHERE x.tenant_id = a.tenant_id AND x.entity_type = 'corrective_action'
          AND x.entity_id = a.id AND x.notification_type = 'escalation'
          AND x.created_at >= (a.due_on + 1)::timestamp AT TIME ZONE z.time_zone))
ORDER BY a.due_on, a.id
"""


async def announce_meetings(database: Database, tenant_id: UUID) -> tuple[int, int]:
    """How many meetings and actions a tenant's people have to be reminded of now."""
    actor = system_actor(tenant_id, "meetings and actions that are due")
    async with database.connection(actor) as connection:
        meetings = await _announce(connection, tenant_id, MEETINGS, NEAR, "meeting_ids")
        actions = await _announce(connection, tenant_id, ACTIONS, DUE, "action_ids")
    return meetings, actions


async def _announce(connection: Connection, tenant_id: UUID, query: str, topic: str, name: str) -> int:
    rows = await connection.execute(query, {"tenant": tenant_id})
    keys = [row[0] for row in await rows.fetchall()]
    await announce_rows(connection, topic, tenant_id, name, keys)
    return len(keys)
