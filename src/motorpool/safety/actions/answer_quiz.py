"""Somebody answers the quiz of a meeting at which they were."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.give_training import give_training
from motorpool.safety.models import MeetingQuizAttempt
from motorpool.safety.queries.meeting_reach import place_on_list
from motorpool.safety.rules.meeting_quiz import (
    MOST_CHOICES,
    MOST_QUESTIONS,
    Question,
    Result,
    answer_problems,
    score,
    tries_left,
)

QUESTIONS = text("""
SELECT id, question_text, choices, right_choices FROM meeting_questions
WHERE tenant_id = :tenant AND safety_meeting_id = :key ORDER BY position
""")
BEFORE = text("""
SELECT count(*) AS taken, coalesce(bool_or(passed), false) AS passed FROM meeting_quiz_attempts
WHERE tenant_id = :tenant AND meeting_attendee_id = :place
""")


class QuizAnswer(Struct, forbid_unknown_fields=True):
    question_id: UUID
    choices: Annotated[
        list[int], Meta(max_length=MOST_CHOICES, description="Places of the chosen answers, from 0")
    ]


class QuizAnswers(Struct, forbid_unknown_fields=True):
    """Every question of the quiz, answered."""

    answers: Annotated[list[QuizAnswer], Meta(max_length=MOST_QUESTIONS)]


async def answer_quiz(session: AsyncSession, actor: Actor, key: UUID, sent: QuizAnswers) -> Result:
    """Keep an attempt. Raises: NotFound for somebody else's place; Conflict for somebody who was not there, has passed or has no try
    left, and without a quiz; Invalid for questions that are not answered.
    """
    place = await place_on_list(session, actor, key)
    if place.came_at is None or place.withdrawn_at is not None:
        raise Conflict("The quiz is for those who were there; sign the attendance first.", code="not_there")
    where = {"tenant": actor.tenant_id, "key": place.meeting.id, "place": key}
    questions = [
        Question(row.id, row.question_text, tuple(row.choices), frozenset(row.right_choices))
        for row in await session.execute(QUESTIONS, where)
    ]
    if not questions:
        raise Conflict("This meeting has no quiz.", code="no_quiz")
    # The place is locked: two attempts at once come one after the other.
    before = (await session.execute(BEFORE, where)).one()
    if not tries_left(place.meeting.quiz_attempts, before.taken, passed=before.passed):
        raise Conflict(
            "The quiz is passed already." if before.passed else "No attempt is left.", code="no_attempt_left"
        )
    given = [(one.question_id, one.choices) for one in sent.answers]
    if problems := answer_problems(questions, given):
        raise Invalid("The quiz is not answered yet.", fields=problems)
    answers = {key_: frozenset(chosen) for key_, chosen in given}
    result = score(questions, answers, place.meeting.quiz_pass_percent)
    await session.execute(
        insert(MeetingQuizAttempt).values(
            tenant_id=actor.tenant_id,
            meeting_attendee_id=key,
            attempt_number=before.taken + 1,
            answers={str(one): sorted(chosen) for one, chosen in answers.items()},
            score=result.score,
            passed=result.passed,
            submitted_by_user_id=actor.user_id,
        )
    )
    if result.passed:
        await give_training(session, actor, [place.meeting.id])
    return result
