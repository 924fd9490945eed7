"""A meeting that counts as a training gives those who signed, and passed its quiz where there is one, their record, once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor

#: Completed on the day of the meeting, or on the later day on which the quiz was passed.
GIVE = text("""
WITH due AS (
    SELECT a.tenant_id, a.id, a.driver_id, uuidv7() AS record, m.training_type, m.topic, m.location, m.duration_minutes,
           m.training_valid_months, m.quiz_pass_percent, z.name AS provider, u.display_name AS instructor, q.score,
           (m.meeting_date AT TIME ZONE z.time_zone)::date AS began,
           greatest(m.meeting_date, q.submitted_at) AT TIME ZONE z.time_zone AS completed
    FROM meeting_attendees a
    JOIN safety_meetings m ON m.tenant_id = a.tenant_id AND m.id = a.safety_meeting_id
    JOIN tenants z ON z.id = a.tenant_id
    LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.facilitator_user_id
    LEFT JOIN LATERAL (
        SELECT t.score, t.submitted_at FROM meeting_quiz_attempts t
        WHERE t.tenant_id = a.tenant_id AND t.meeting_attendee_id = a.id AND t.passed ORDER BY t.attempt_number LIMIT 1
    ) AS q ON true
    WHERE a.tenant_id = :tenant AND a.safety_meeting_id = ANY (:keys) AND m.status = 'held' AND m.training_type IS NOT NULL
      AND a.driver_id IS NOT NULL AND a.signed_at IS NOT NULL AND a.withdrawn_at IS NULL AND a.training_record_id IS NULL
      AND (q.score IS NOT NULL OR NOT EXISTS (
        SELECT FROM meeting_questions o WHERE o.tenant_id = m.tenant_id AND o.safety_meeting_id = m.id))
    FOR NO KEY UPDATE OF a
), made AS (
    INSERT INTO driver_training_records (tenant_id, id, driver_id, training_type, training_provider, training_date,
        completion_date, expiration_date, score, passing_score, status, instructor_name, training_hours, training_location, notes)
    SELECT tenant_id, record, driver_id, training_type, provider, began, completed::date,
           (completed + make_interval(months => training_valid_months))::date, score, quiz_pass_percent, 'completed', instructor,
           round(duration_minutes / 60.0, 1), location, 'Safety meeting: ' || topic
    FROM due RETURNING id
)
UPDATE meeting_attendees a SET training_record_id = due.record FROM due
WHERE a.tenant_id = :tenant AND a.id = due.id RETURNING due.record
""")


async def give_training(session: AsyncSession, actor: Actor, keys: Collection[UUID]) -> list[UUID]:
    """The new training records of these meetings, as far as they are held."""
    made = list((await session.execute(GIVE, {"tenant": actor.tenant_id, "keys": list(keys)})).scalars())
    await react(session, actor, Change("driver_training_records", "create", tuple(made)))
    return made
