"""HTTP of meetings beyond the plain resources: the list, signatures, and the quiz."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.safety.actions.answer_quiz import QuizAnswers, answer_quiz
from motorpool.safety.actions.invite_people import Invitation, invite_people
from motorpool.safety.actions.note_attendance import (
    Attendance,
    Comer,
    add_comer,
    note_attendance,
    reinstate_attendance,
    take_off_list,
    withdraw_attendance,
)
from motorpool.safety.actions.set_quiz import NewQuiz, set_quiz
from motorpool.safety.actions.sign_attendance import sign_attendance
from motorpool.safety.meeting_handouts import OPERATIONS as HANDOUTS, route_handlers as handout_routes
from motorpool.safety.queries.meeting_quiz import ShownQuiz, meeting_quiz
from motorpool.safety.queries.meeting_reach import lock_meeting_of, look_at_meeting
from motorpool.safety.resources import RESOURCES
from motorpool.safety.rules.inspection_signature import Signature

verbs = Verbs(RESOURCES)
MEETINGS, ATTENDEES = "safety_meetings", "meeting_attendees"


class Invited(Struct):
    ids: Annotated[
        list[UUID], Meta(description="New places on the list; people who are on it already are left out")
    ]


class Added(Struct):
    id: Annotated[UUID, Meta(description="The place on the list")]


class Gone(Struct):
    id: UUID


class Signed(Struct, forbid_unknown_fields=True):
    signature: Signature


class Reason(Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class Marked(Struct):
    """What an attempt came to."""

    score: Annotated[Decimal, Meta(description="Percent of the questions")]
    passed: bool
    right: int
    of: int


async def meeting_first(session: AsyncSession, actor: Actor, key: UUID) -> None:
    """The meeting is locked before a place on its list, wherever both are."""
    await lock_meeting_of(session, actor, key)


@verbs.post(MEETINGS, "invite", Invitation, permission=None, answers=Invited)
async def invite(call: Call[Invitation]) -> Invited:
    """Invite people to a meeting

    Drivers and users one by one, and all of a facility or department in one go; they are told. Needs `safety_meetings.lead`, or
    to lead this meeting.
    """
    return Invited(await invite_people(call.session, call.actor, call.key, call.body))


@verbs.post(MEETINGS, "record_attendance", Attendance, permission=None)
async def record_attendance(call: Call[Attendance]) -> None:
    """Note who came

    Needs `safety_meetings.lead`, or to lead this meeting. Whoever signed is withdrawn with a reason instead.
    """
    await note_attendance(call.session, call.actor, call.key, call.body)


@verbs.post(MEETINGS, "add_attendee", Comer, permission=None, answers=Added, status=201)
async def add_attendee(call: Call[Comer]) -> Added:
    """Put somebody on the list who came without an invitation

    A driver, a user or a guest. Needs `safety_meetings.lead`, or to lead this meeting.
    """
    return Added(await add_comer(call.session, call.actor, call.key, call.body))


@verbs.post(MEETINGS, "set_quiz", NewQuiz, permission=None)
async def put_quiz(call: Call[NewQuiz]) -> None:
    """Set the quiz of a meeting

    It takes the place of the one before. Refused once somebody has answered. Needs `safety_meetings.lead`, or to lead this meeting.
    """
    await set_quiz(call.session, call.actor, call.key, call.body)


@verbs.get(MEETINGS, "quiz", Nothing, path="/{id}/quiz", permission="read", answers=ShownQuiz)
async def show_quiz(call: Call[Nothing]) -> ShownQuiz:
    """The quiz of a meeting, and how the caller did

    Right answers are told to who leads the meeting, and after the last attempt; never to who may still answer.
    """
    async with call.database.transaction(call.actor) as session:
        meeting = await look_at_meeting(session, call.actor, call.key)
    leads = meeting is not None and meeting.leads
    return await meeting_quiz(call.database, call.actor, call.key, leads=leads)


@verbs.post(ATTENDEES, "sign", Signed, permission=None, before=meeting_first)
async def sign(call: Call[Signed]) -> None:
    """Sign that one was at a meeting

    For one's own place on the list, or, on the device of whoever leads the meeting, each in turn. A signature has its time, and the
    account that took it; it never changes. A PNG or the typed name.
    """
    await sign_attendance(call.session, call.actor, call.key, call.body.signature)


@verbs.post(ATTENDEES, "answer", QuizAnswers, permission=None, answers=Marked, before=meeting_first)
async def answer(call: Call[QuizAnswers]) -> Marked:
    """Answer the quiz of a meeting at which one was

    Every question at once; an attempt stays as it was sent.
    """
    result = await answer_quiz(call.session, call.actor, call.key, call.body)
    return Marked(result.score, result.passed, result.right, result.of)


@verbs.post(ATTENDEES, "withdraw", Reason, permission=None, before=meeting_first)
async def withdraw(call: Call[Reason]) -> None:
    """Withdraw an attendance, with a reason

    The person no longer counts as having been there; what was signed stays on record. Needs `safety_meetings.lead`, or to lead the
    meeting.
    """
    await withdraw_attendance(call.session, call.actor, call.key, call.body.reason)


@verbs.post(ATTENDEES, "reinstate", Nothing, permission=None, before=meeting_first)
async def reinstate(call: Call[Nothing]) -> None:
    """Let an attendance count again that was withdrawn by mistake

    Needs `safety_meetings.lead`, or to lead the meeting.
    """
    await reinstate_attendance(call.session, call.actor, call.key)


@verbs.post(ATTENDEES, "take_off", Nothing, permission=None, answers=Gone, before=meeting_first)
async def take_off(call: Call[Nothing]) -> Gone:
    """Take somebody off the list who has not come

    Needs `safety_meetings.lead`, or to lead the meeting.
    """
    await take_off_list(call.session, call.actor, call.key)
    return Gone(call.key)


route_handlers = [*verbs.handlers(), *handout_routes]
OPERATIONS = verbs.operations() | HANDOUTS
