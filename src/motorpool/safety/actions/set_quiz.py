"""The quiz of a meeting as its leader wrote it; once somebody has answered, it stays as it is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.meeting_reach import meeting_to_lead
from motorpool.safety.rules.meeting_quiz import MOST_CHOICES, MOST_QUESTIONS, question_problems

ANSWERED = text("""
SELECT EXISTS (
    SELECT FROM meeting_quiz_attempts t
    JOIN meeting_attendees a ON a.tenant_id = t.tenant_id AND a.id = t.meeting_attendee_id
    WHERE t.tenant_id = :tenant AND a.tenant_id = :tenant AND a.safety_meeting_id = :key)
""")
CLEAR = text("DELETE FROM meeting_questions WHERE tenant_id = :tenant AND safety_meeting_id = :key")
ADD = text("""
INSERT INTO meeting_questions (tenant_id, safety_meeting_id, position, question_text, choices, right_choices)
VALUES (:tenant, :key, :position, :text, :choices, :right)
""")
TERMS = text("""
UPDATE safety_meetings SET quiz_pass_percent = :percent, quiz_attempts = :attempts WHERE tenant_id = :tenant AND id = :key
""")


class QuizQuestion(Struct, forbid_unknown_fields=True):
    """A question with one right answer of several, or several right ones."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    choices: Annotated[
        list[Annotated[str, Meta(max_length=500)]],
        Meta(max_length=MOST_CHOICES, description="2 to 10 answers"),
    ]
    right: Annotated[list[int], Meta(max_length=MOST_CHOICES, description="Places of the right ones, from 0")]


class NewQuiz(Struct, forbid_unknown_fields=True):
    """A whole quiz; it takes the place of the one before. Without questions there is none."""

    questions: Annotated[list[QuizQuestion], Meta(max_length=MOST_QUESTIONS)]
    pass_percent: Annotated[int, Meta(ge=1, le=100, description="Left out: every result passes")] | None = (
        None
    )
    attempts: (
        Annotated[int, Meta(ge=1, le=100, description="How often one may try; left out: until it is passed")]
        | None
    ) = None


async def set_quiz(session: AsyncSession, actor: Actor, key: UUID, quiz: NewQuiz) -> None:
    """Raises: Conflict once somebody has answered or the meeting is closed; Invalid for questions without a right answer."""
    await meeting_to_lead(session, actor, key)
    where = {"tenant": actor.tenant_id, "key": key}
    if problems := question_problems([(one.text, one.choices, one.right) for one in quiz.questions]):
        raise Invalid("The quiz cannot be kept as it is.", fields=problems)
    if (await session.execute(ANSWERED, where)).scalar_one():
        raise Conflict("Somebody has answered the quiz; it stays as it is.", code="answered")
    await session.execute(CLEAR, where)
    if quiz.questions:
        await session.execute(
            ADD,
            [
                where
                | {
                    "position": place,
                    "text": one.text.strip(),
                    "choices": [choice.strip() for choice in one.choices],
                    "right": sorted(set(one.right)),
                }
                for place, one in enumerate(quiz.questions, 1)
            ],
        )
    await session.execute(TERMS, where | {"percent": quiz.pass_percent, "attempts": quiz.attempts})
