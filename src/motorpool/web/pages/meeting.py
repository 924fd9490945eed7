"""A meeting: for whoever is invited what it is about and the own signature, for whoever leads it the list, the quiz and its close."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.errors import NotFound
from motorpool.core.files.names import content_disposition
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.meeting import meeting_pdf
from motorpool.safety.queries.meeting_quiz import ShownQuiz, meeting_quiz
from motorpool.safety.queries.meeting_reach import Meeting, look_at_meeting
from motorpool.safety.queries.meeting_sheet import Attendee, attendees_of, counts_of, handouts_of, leader_of
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.incident import rows_of
from motorpool.web.pages.meetings import KINDS, TABLE, invite_fields
from motorpool.web.pages.records import can, detail_context, moves_of, read_row
from motorpool.web.titles import choices_of, titles_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]


async def meeting_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    context = await detail_context(request, actor, resource, row)
    meeting = await standing_of(request, actor, key)
    people = await attendees_of(state.database, actor, key, everybody=meeting.leads)
    mine = next((one for one in people if one.is_own), None)
    quiz = await meeting_quiz(
        state.database, actor, key, leads=meeting.leads, place=mine.id if mine else None
    )
    actions = await rows_of(request, actor, "corrective_actions", ("safety_meeting_id", row["id"]))
    users = {UUID(one["assigned_to_user_id"]) for one in actions if one["assigned_to_user_id"]}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "meeting.html",
        **context | {"actions": [one for one in context["actions"] if one.label != "Hold"]},
        here=f"/safety-meetings/{key}",
        cells={cell.field.name: cell for cell in context["facts"]},
        kind=KINDS.get(row["meeting_type"] or "", formats.words(row["meeting_type"] or "")),
        points=[point.strip() for point in (row["agenda"] or "").splitlines() if point.strip()],
        handouts=await handouts_of(state.database, actor, row),
        leader=await leader_of(state.database, actor, key),
        leads=meeting.leads,
        has_begun=meeting.has_begun,
        may_close=meeting.meeting_date <= datetime.now(UTC),
        people=people,
        counts=counts_of(people),
        sees_list=meeting.leads or any(not one.is_own for one in people),
        mine=mine,
        may_sign=mine is not None and may_sign(meeting, mine),
        quiz=quiz if quiz.questions else None,
        may_answer=mine is not None and row["status"] != "cancelled" and may_answer(mine, quiz),
        follow_up=actions,
        acts={one["id"]: moves_of(actor, state.registry["corrective_actions"], one) for one in actions},
        names=await titles_of(state.database, state.registry, actor, {"users": users} if users else {}),
        may_act=meeting.leads or can(actor, state.registry["corrective_actions"], "create"),
        owners=await choices_of(state.database, state.registry, actor, "users", MOST_CHOICES)
        if may(actor, "users.read")
        else [(str(actor.user_id or ""), actor.name)],
        invite=await invite_fields(request, actor, {})
        if meeting.leads and row["status"] == "scheduled"
        else {},
        plan_href=f"/meetings/{key}/plan"
        if row["status"] != "held" and can(actor, resource, "update")
        else None,
        incident_href=f"/incidents/{row['incident_id']}"
        if row["incident_id"] and may(actor, "incidents.read")
        else None,
    )
    return page


async def standing_of(request: AnyRequest, actor: Actor, key: UUID) -> Meeting:
    async with request.app.state.database.transaction(actor) as session:
        meeting = await look_at_meeting(session, actor, key)
    if meeting is None:
        raise NotFound("There is no such safety meeting.")
    return meeting


def may_sign(meeting: Meeting, one: Attendee) -> bool:
    if one.signed_at is not None or one.withdrawn_at is not None or not meeting.has_begun:
        return False
    return meeting.status == "scheduled" or (meeting.status == "held" and one.came_at is not None)


def may_answer(one: Attendee, quiz: ShownQuiz) -> bool:
    """`quiz`: as it is shown to this person."""
    return bool(quiz.questions) and one.was_there and quiz.may_try


@get("/meetings/{key:str}/record.pdf", include_in_schema=False)
async def record_pdf(request: AnyRequest) -> Response[bytes]:
    """The list with signatures, the quiz's results, minutes and actions: what an auditor or an insurer asks for."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    meeting = await standing_of(request, actor, key)
    context = await detail_context(request, actor, resource, row)
    cells = {cell.field.name: cell.text for cell in context["facts"]}
    people = await attendees_of(state.database, actor, key, everybody=meeting.leads)
    quiz = await meeting_quiz(state.database, actor, key, leads=meeting.leads)
    actions = await rows_of(request, actor, "corrective_actions", ("safety_meeting_id", row["id"]))
    users = {UUID(one["assigned_to_user_id"]) for one in actions if one["assigned_to_user_id"]}
    names = await titles_of(state.database, state.registry, actor, {"users": users} if users else {})
    document = await meeting_pdf(
        actor,
        row,
        kind=KINDS.get(row["meeting_type"] or "", formats.words(row["meeting_type"] or "meeting")),
        leader=await leader_of(state.database, actor, key),
        place=", ".join(one for one in (row["location"], cells.get("facility_id")) if one),
        incident=cells.get("incident_id"),
        people=people,
        counts=counts_of(people),
        has_quiz=bool(quiz.questions),
        handouts=[name for name, _ in await handouts_of(state.database, actor, row)],
        actions=[
            (
                one["title"],
                names.get(("users", one["assigned_to_user_id"] or ""), ""),
                one["due_on"] or "",
                "Overdue" if one["is_overdue"] else formats.words(one["status"]),
            )
            for one in actions
        ],
    )
    return Response(
        document,
        media_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition(
                f"meeting-{row['meeting_date'][:10]}.pdf", inline=False
            ),
            "Cache-Control": "no-store",
        },
    )


route_handlers = [record_pdf]
