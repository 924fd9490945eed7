"""The list of a meeting as its page and its print show it: who is on it, who came, who signed, and how the quiz went."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.meetings import MEETINGS

ATTENDEES = next(one for one in MEETINGS if one.table.name == "meeting_attendees")
#: Who is not there yet comes last among those who are expected.
LIST = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, coalesce(d.full_name, u.display_name, t.guest_name) AS name, t.guest_company AS company,
           CASE WHEN t.driver_id IS NOT NULL THEN 'driver' WHEN t.user_id IS NOT NULL THEN 'user' ELSE 'guest' END AS kind,
           coalesce(t.user_id = %(actor_user)s OR t.driver_id = %(actor_driver)s, false) AS is_own, t.is_invited, t.came_at,
           t.signed_at, t.signed_name, t.signature, t.signed_with, s.display_name AS signed_by, t.withdrawn_at,
           w.display_name AS withdrawn_by, t.withdrawal_reason, t.training_record_id,
           (SELECT count(*) FROM meeting_quiz_attempts z WHERE z.tenant_id = t.tenant_id AND z.meeting_attendee_id = t.id)
               AS attempts,
           b.score::text AS score, coalesce(b.passed, false) AS passed
    FROM meeting_attendees t
    LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
    LEFT JOIN users s ON s.tenant_id = t.tenant_id AND s.id = t.signed_by_user_id
    LEFT JOIN users w ON w.tenant_id = t.tenant_id AND w.id = t.withdrawn_by_user_id
    LEFT JOIN LATERAL (
        SELECT z.score, z.passed FROM meeting_quiz_attempts z
        WHERE z.tenant_id = t.tenant_id AND z.meeting_attendee_id = t.id ORDER BY z.passed DESC, z.score DESC LIMIT 1
    ) AS b ON true
    WHERE t.tenant_id = %(tenant)s AND t.safety_meeting_id = %(key)s AND {within}
    ORDER BY lower(coalesce(d.full_name, u.display_name, t.guest_name)), t.id) AS q
"""
HANDOUTS = """
SELECT id::text, name FROM files
WHERE tenant_id = %(tenant)s AND entity_type = 'safety_meetings' AND entity_id = %(key)s AND purpose = 'handout'
  AND deleted_at IS NULL
"""
LEADER = """
SELECT u.display_name FROM safety_meetings m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.facilitator_user_id
WHERE m.tenant_id = %(tenant)s AND m.id = %(key)s
"""


class Attendee(Struct):
    """A place on the list. `score`: percent, of the best attempt."""

    id: UUID
    name: str
    company: str | None
    kind: str
    is_own: bool
    is_invited: bool
    came_at: datetime | None
    signed_at: datetime | None
    signed_name: str | None
    signature: str | None
    signed_with: str | None
    signed_by: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal_reason: str | None
    training_record_id: UUID | None
    attempts: int
    score: Decimal | None
    passed: bool

    @property
    def percent(self) -> str:
        return "" if self.score is None else f"{self.score.normalize():f}"

    @property
    def was_there(self) -> bool:
        return self.came_at is not None and self.withdrawn_at is None


class Counts(Struct):
    invited: int
    came: int
    signed: int
    #: Invited, and not there.
    missing: int
    passed: int


async def attendees_of(
    database: Database, actor: Actor, key: UUID, *, everybody: bool = False
) -> list[Attendee]:
    """Those whom the actor may see on the list; `everybody`: the actor leads the meeting."""
    reach = Reach(everything=True) if everybody else actor.access.reach("meeting_attendees.read") or Reach()
    within = scope_condition(ATTENDEES, reach) or "true"
    rows = await database.read(
        actor, LIST.format(within=within), base_parameters(actor, reach) | {"key": key}
    )
    return [msgspec.json.decode(text, type=Attendee) for (text,) in rows]


def counts_of(people: list[Attendee]) -> Counts:
    there = [one for one in people if one.was_there]
    return Counts(
        sum(one.is_invited for one in people),
        len(there),
        sum(one.signed_at is not None for one in there),
        sum(one.is_invited and not one.was_there for one in people),
        sum(one.passed for one in there),
    )


async def handouts_of(database: Database, actor: Actor, row: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, address) of what was handed out."""
    listed = [str(one) for one in row["handouts"] or []]
    if not listed:
        return []
    where = {"tenant": actor.tenant_id, "key": UUID(row["id"])}
    names: dict[str, str] = dict(await database.read(actor, HANDOUTS, where))
    return [(names.get(one.rpartition("/")[2], one.rpartition("/")[2] or one), one) for one in listed]


async def leader_of(database: Database, actor: Actor, key: UUID) -> str | None:
    """The name of who leads it: whoever is invited may know, without seeing accounts."""
    rows = await database.read(actor, LEADER, {"tenant": actor.tenant_id, "key": key})
    return rows[0][0] if rows else None
