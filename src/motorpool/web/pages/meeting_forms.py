"""What people do on the pages about meetings: invite, tick, sign one after another, write minutes and actions, close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.invite_people import invite_people
from motorpool.safety.actions.note_attendance import (
    Attendance,
    Comer,
    add_comer,
    note_attendance,
    reinstate_attendance,
    take_off_list,
    withdraw_attendance,
)
from motorpool.safety.actions.sign_attendance import sign_attendance
from motorpool.safety.queries.meeting_reach import look_at_meeting, meeting_to_lead
from motorpool.safety.queries.meeting_sheet import attendees_of
from motorpool.safety.rules.inspection_signature import Signature
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.inspections import told
from motorpool.web.pages.meeting import may_sign, standing_of
from motorpool.web.pages.meetings import TABLE, invitation_of
from motorpool.web.pages.records import form_pairs, form_texts, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
EVERYTHING = Reach(everything=True)
Work = Callable[[AsyncSession, Actor, UUID, dict[str, str]], Awaitable[str]]


def at(key: UUID, part: str = "") -> str:
    return f"/safety-meetings/{key}{f'#{part}' if part else ''}"


async def done(request: AnyRequest, work: Work, part: str = "attendance", back: str = "") -> Response[Any]:
    """Do something with the meeting of the address, and go back to where it stands; what is refused is said there."""
    actor, state = actor_of(request), request.app.state
    key = key_of(request, state.registry[TABLE])
    here = back or at(key, part)
    form = await form_texts(request)
    try:
        async with state.database.transaction(actor) as session:
            message = await work(session, actor, key, form)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 403, 409, 422):
            raise
        return see_other(here, told(problem), "danger")
    return see_other(here, message)


def place_of(form: dict[str, str]) -> UUID:
    key = parse_uuid(form.get("place", ""))
    if key is None:
        raise BadRequest("Whom?")
    return key


# -- the list


@post("/meetings/{key:str}/invite", include_in_schema=False, status_code=200)
async def invite_posted(request: AnyRequest) -> Response[Any]:
    asked = invitation_of(await form_pairs(request))

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        made = await invite_people(session, actor, key, asked)
        return f"{len(made)} invited." if made else "Nobody new: they are on the list already."

    return await done(request, work)


@post("/meetings/{key:str}/attendance", include_in_schema=False, status_code=200)
async def attendance_posted(request: AnyRequest) -> Response[Any]:
    """One ticked or not, or everybody who is expected."""
    actor, state = actor_of(request), request.app.state
    key = key_of(request, state.registry[TABLE])
    everybody: list[UUID] = []
    if (await form_texts(request)).get("what") == "all":
        everybody = [
            one.id
            for one in await attendees_of(state.database, actor, key, everybody=True)
            if one.came_at is None and not one.withdrawn_at
        ]

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        if form.get("what") == "all":
            noted = Attendance(everybody)
        elif form.get("what") == "absent":
            noted = Attendance([], [place_of(form)])
        else:
            noted = Attendance([place_of(form)])
        await note_attendance(session, actor, key, noted)
        return "Noted."

    return await done(request, work)


@post("/meetings/{key:str}/comer", include_in_schema=False, status_code=200)
async def comer_posted(request: AnyRequest) -> Response[Any]:
    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        driver, user = parse_uuid(form.get("driver", "")), parse_uuid(form.get("user", ""))
        guest = form.get("guest", "").strip() or None
        await add_comer(session, actor, key, Comer(driver, user, guest, form.get("company") or None))
        return "On the list."

    return await done(request, work)


@post("/meetings/{key:str}/list/{verb:str}", include_in_schema=False, status_code=200)
async def list_posted(request: AnyRequest) -> Response[Any]:
    """Withdraw, reinstate or take off."""
    verb = request.path_params["verb"]

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        place = place_of(form)
        if verb == "withdraw":
            await withdraw_attendance(session, actor, place, form.get("reason", ""))
            return "Withdrawn."
        if verb == "reinstate":
            await reinstate_attendance(session, actor, place)
            return "It counts again."
        if verb == "take-off":
            await take_off_list(session, actor, place)
            return "Taken off the list."
        raise NotFound("There is no such page.")

    return await done(request, work)


# -- signing


@get("/meetings/{key:str}/sign", include_in_schema=False)
async def signing_page(request: AnyRequest) -> Response[Any]:
    """Who still has to sign, on the tablet that goes round; `?place=` is the one who signs now."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[TABLE])
    meeting = await standing_of(request, actor, UUID(row["id"]))
    people = await attendees_of(state.database, actor, meeting.id, everybody=meeting.leads)
    left = [one for one in people if may_sign(meeting, one) and (meeting.leads or one.is_own)]
    chosen = parse_uuid(request.query_params.get("place", ""))
    signer = next((one for one in left if one.id == chosen), None)
    if signer is None and chosen is not None:
        return see_other(at(meeting.id), "There is nothing to sign.", "warning")
    if signer is None and not meeting.leads:
        signer = left[0] if left else None
        if signer is None:
            return see_other(at(meeting.id), "There is nothing to sign.", "warning")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "meeting_sign.html",
        title="Sign" if signer else "Who signs?",
        row=row,
        signer=signer,
        left=sorted(left, key=lambda one: one.came_at is None),
        signed=sum(one.signed_at is not None for one in people),
        leads=meeting.leads,
    )
    return page


@post("/meetings/{key:str}/sign", include_in_schema=False, status_code=200)
async def sign_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    key = key_of(request, state.registry[TABLE])
    form = await form_texts(request)
    place, image = place_of(form), form.get("image") or None
    people = await attendees_of(
        state.database, actor, key, everybody=(await standing_of(request, actor, key)).leads
    )
    one = next((one for one in people if one.id == place), None)
    # What is drawn signs by itself; a name alone has to be typed.
    name = form.get("name", "").strip() or (one.name if one and image else "")
    next_one = at(key) if one is None or one.is_own else f"/meetings/{key}/sign"

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        await sign_attendance(session, actor, place, Signature(name, image))
        return f"{name} has signed."

    return await done(request, work, back=next_one)


# -- what was said and decided


@post("/meetings/{key:str}/minutes", include_in_schema=False, status_code=200)
async def minutes_posted(request: AnyRequest) -> Response[Any]:
    """Save the minutes, and with `then=close` close the meeting."""
    resource = request.app.state.registry[TABLE]

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        await meeting_to_lead(session, actor, key, closed=True)
        body: dict[str, Any] = {"minutes": form.get("minutes", "").strip() or None}
        if form.get("then") != "close":
            await update_row(session, resource, actor, EVERYTHING, key, body, None)
            return "The minutes are saved."
        if duration := form.get("duration", "").strip():
            if not duration.isdecimal() or len(duration) > 5:
                raise BadRequest("The duration is a whole number of minutes.")
            body["duration_minutes"] = int(duration)
        await move_row(session, resource, actor, EVERYTHING, key, resource.move("hold"), body)
        return "The meeting is closed."

    return await done(request, work, "minutes")


def _day_of(text: str) -> date | None:
    """None too for what is no day: that is told with the other fields."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@post("/meetings/{key:str}/actions", include_in_schema=False, status_code=200)
async def action_posted(request: AnyRequest) -> Response[Any]:
    """Something that somebody has to do."""
    state = request.app.state
    resource = state.registry["corrective_actions"]

    async def work(session: AsyncSession, actor: Actor, key: UUID, form: dict[str, str]) -> str:
        due = _day_of(form.get("due_on", ""))
        body = {
            "title": form.get("title", "").strip(),
            "assigned_to_user_id": form.get("owner") or None,
            "due_on": form.get("due_on") or None,
            "safety_meeting_id": str(key),
        }
        # Whoever leads the meeting writes down what was decided; others need the permission.
        meeting = await look_at_meeting(session, actor, key)
        if meeting is None:
            raise NotFound("There is no such safety meeting.")
        reach = EVERYTHING if meeting.leads else reach_or_forbid(resource, actor, "create")
        if not body["title"]:
            raise BadRequest("Say what is to be done.")
        if due is not None and due < actor.today:
            raise BadRequest(
                f"{due} has passed already: give a day from today on until which it is to be done."
            )
        await create_row(session, resource, actor, reach, body)
        return (
            "Written down; the owner is told."
            if body["assigned_to_user_id"]
            else "Written down. It has no owner yet."
        )

    return await done(request, work, "actions")


route_handlers = [
    invite_posted,
    attendance_posted,
    comer_posted,
    list_posted,
    signing_page,
    sign_posted,
    minutes_posted,
    action_posted,
]
