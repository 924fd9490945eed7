"""A meeting's quiz as somebody may see it: right answers for who leads the meeting, and for who has no try left."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.meeting_quiz import tries_left

QUESTIONS = """
SELECT id, question_text, choices, right_choices FROM meeting_questions
WHERE tenant_id = %(tenant)s AND safety_meeting_id = %(key)s ORDER BY position
"""
TERMS = "SELECT quiz_pass_percent, quiz_attempts FROM safety_meetings WHERE tenant_id = %(tenant)s AND id = %(key)s"
ATTEMPTS = """
SELECT t.answers, t.score::text, t.passed FROM meeting_quiz_attempts t
WHERE t.tenant_id = %(tenant)s AND t.meeting_attendee_id = %(place)s ORDER BY t.attempt_number
"""
OWN_PLACE = """
SELECT id FROM meeting_attendees WHERE tenant_id = %(tenant)s AND safety_meeting_id = %(key)s
  AND (user_id = %(actor_user)s OR driver_id = %(actor_driver)s) LIMIT 1
"""


class ShownQuestion(Struct):
    id: UUID
    text: str
    choices: list[str]
    right: Annotated[
        list[int] | None, Meta(description="Places of the right answers; null for who may still answer")
    ]
    chosen: Annotated[list[int] | None, Meta(description="In the last attempt")]
    was_right: bool | None
    several: Annotated[bool, Meta(description="More than one answer is right")]


class ShownQuiz(Struct):
    """A quiz, and how the one who asks did."""

    questions: list[ShownQuestion]
    pass_percent: int | None
    attempts: Annotated[int | None, Meta(description="How often one may try; null: until it is passed")]
    taken: Annotated[int, Meta(description="Attempts so far")]
    may_try: bool
    score: Annotated[Decimal | None, Meta(description="Percent, of the last attempt")]
    passed: bool

    @property
    def percent(self) -> str:
        return "" if self.score is None else f"{self.score.normalize():f}"


async def meeting_quiz(
    database: Database, actor: Actor, key: UUID, *, leads: bool, place: UUID | None = None
) -> ShownQuiz:
    """`place`: whose attempts count, the actor's own unless given. `leads`: right answers are told in any case."""
    where = {
        "tenant": actor.tenant_id,
        "key": key,
        "actor_user": actor.user_id,
        "actor_driver": actor.driver_id,
    }
    if place is None:
        own = await database.read(actor, OWN_PLACE, where)
        place = own[0][0] if own else None
    terms = await database.read(actor, TERMS, where)
    percent, allowed = terms[0] if terms else (None, None)
    rows = await database.read(actor, QUESTIONS, where)
    tried = await database.read(actor, ATTEMPTS, where | {"place": place}) if place else []
    passed = any(one[2] for one in tried)
    may_try = place is not None and tries_left(allowed, len(tried), passed=passed)
    tells = leads or (bool(tried) and not may_try)
    last: dict[str, Any] = tried[-1][0] if tried else {}
    return ShownQuiz(
        [
            ShownQuestion(
                row[0],
                row[1],
                row[2],
                row[3] if tells else None,
                last.get(str(row[0])),
                sorted(row[3]) == last.get(str(row[0]), []) if tried else None,
                len(row[3]) > 1,
            )
            for row in rows
        ],
        percent,
        allowed,
        len(tried),
        may_try,
        Decimal(tried[-1][1]) if tried else None,
        passed,
    )
