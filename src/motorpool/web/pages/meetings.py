"""Safety meetings: what is planned and was held, what waits for the one who looks, and planning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.resource.write import create_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.invite_people import Invitation, invite_people
from motorpool.safety.queries.meeting_reach import leading_reach
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import form_pairs, read_row
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of, titles_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "safety_meetings"
PAGE_SIZE = 50
KINDS = {
    "toolbox_talk": "Toolbox talk",
    "monthly_safety": "Monthly safety meeting",
    "incident_review": "Incident review",
    "training": "Training",
}
SHOWS = {"scheduled": "Planned", "held": "Held", "cancelled": "Cancelled"}
#: Fields of the form that are columns as they are.
PLAIN = "topic meeting_type facility_id location facilitator_user_id agenda incident_id training_type".split()
NUMBERS = ("duration_minutes", "training_valid_months")
GROUPS = ("driver_ids", "user_ids", "facility_ids", "department_ids")
TABLES = dict(zip(GROUPS, ("drivers", "users", "facilities", "departments"), strict=True))
LIST = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.topic, t.meeting_type, t.meeting_date, t.status, t.location, f.name AS facility, u.display_name AS leader,
           a.invited, coalesce(nullif(a.came, 0),
               CASE WHEN jsonb_typeof(t.attendees) = 'array' THEN jsonb_array_length(t.attendees) END, 0) AS came, a.signed, a.mine,
           (SELECT count(*) FROM corrective_actions c WHERE c.tenant_id = t.tenant_id AND c.safety_meeting_id = t.id
              AND c.status IN ('open', 'in_progress')) AS open_actions
    FROM safety_meetings t
    LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.facilitator_user_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE p.is_invited) AS invited,
               count(*) FILTER (WHERE p.came_at IS NOT NULL AND p.withdrawn_at IS NULL) AS came,
               count(*) FILTER (WHERE p.signed_at IS NOT NULL AND p.withdrawn_at IS NULL) AS signed,
               coalesce(bool_or(p.user_id = %(actor_user)s OR p.driver_id = %(actor_driver)s), false) AS mine
        FROM meeting_attendees p WHERE p.tenant_id = t.tenant_id AND p.safety_meeting_id = t.id) AS a
    WHERE t.tenant_id = %(tenant)s AND t.status = %(show)s AND {scope}
    ORDER BY t.meeting_date {way}, t.id LIMIT %(most)s OFFSET %(first)s) AS q
"""
COUNTS = """
SELECT t.status, count(*) FROM safety_meetings t WHERE t.tenant_id = %(tenant)s AND {scope} GROUP BY t.status
"""
#: To be signed while it takes place and afterwards; the quiz once one was there.
WAITING = """
SELECT row_to_json(q)::text FROM (
    SELECT m.id AS meeting, a.id AS place, m.topic, m.meeting_date, a.signed_at IS NULL AS to_sign,
           m.quiz_attempts, (SELECT count(*) FROM meeting_questions o
             WHERE o.tenant_id = m.tenant_id AND o.safety_meeting_id = m.id) AS questions
    FROM meeting_attendees a
    JOIN safety_meetings m ON m.tenant_id = a.tenant_id AND m.id = a.safety_meeting_id
    CROSS JOIN LATERAL (SELECT count(*) AS taken, coalesce(bool_or(t.passed), false) AS passed FROM meeting_quiz_attempts t
        WHERE t.tenant_id = a.tenant_id AND t.meeting_attendee_id = a.id) AS z
    WHERE a.tenant_id = %(tenant)s AND m.tenant_id = %(tenant)s
      AND (a.user_id = %(actor_user)s OR a.driver_id = %(actor_driver)s)
      AND a.withdrawn_at IS NULL AND m.meeting_date > now() - interval '60 days'
      AND (a.signed_at IS NULL AND (m.status = 'held' AND a.came_at IS NOT NULL
             OR m.status = 'scheduled' AND m.meeting_date <= now() + interval '1 hour')
        OR a.came_at IS NOT NULL AND m.status <> 'cancelled' AND NOT z.passed
           AND (m.quiz_attempts IS NULL OR z.taken < m.quiz_attempts)
           AND EXISTS (SELECT FROM meeting_questions o WHERE o.tenant_id = m.tenant_id AND o.safety_meeting_id = m.id))
    ORDER BY m.meeting_date) AS q
"""
#: Corrective actions that the one who looks has to do.
ACTIONS = """
SELECT row_to_json(q)::text FROM (
    SELECT c.id, c.title, c.due_on, c.status, coalesce(c.due_on < %(today)s, false) AS is_late, m.topic, i.incident_number
    FROM corrective_actions c
    LEFT JOIN safety_meetings m ON m.tenant_id = c.tenant_id AND m.id = c.safety_meeting_id
    LEFT JOIN incidents i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    WHERE c.tenant_id = %(tenant)s AND c.assigned_to_user_id = %(actor_user)s AND c.status IN ('open', 'in_progress')
    ORDER BY c.due_on NULLS LAST, c.id LIMIT 50) AS q
"""


@get("/meetings", include_in_schema=False)
async def home_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "read")
    scope = scope_condition(resource, reach) or "true"
    query = request.query_params
    show = query.get("show", "scheduled") if query.get("show") in SHOWS else "scheduled"
    number = query.get("page", "1")
    page_number = int(number) if number.isdecimal() and 0 < int(number) < 100_000 else 1
    where = base_parameters(actor, reach) | {
        "show": show,
        "most": PAGE_SIZE + 1,
        "first": (page_number - 1) * PAGE_SIZE,
    }
    # What comes next stands first, of what was held the latest.
    way = "ASC" if show == "scheduled" else "DESC"
    rows = decoded(await state.database.read(actor, LIST.format(scope=scope, way=way), where))
    zone = ZoneInfo(actor.time_zone)
    for row in rows:
        local = datetime.fromisoformat(row["meeting_date"]).astimezone(zone)
        row |= {"day": local.day, "month": f"{local:%b}"}
    counts: dict[str, int] = dict(await state.database.read(actor, COUNTS.format(scope=scope), where))
    todo = (
        decoded(await state.database.read(actor, ACTIONS, where))
        if may(actor, "corrective_actions.read")
        else []
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "meetings.html",
        title="Safety meetings",
        rows=rows[:PAGE_SIZE],
        show=show,
        tabs=[(name, label, counts.get(name, 0)) for name, label in SHOWS.items()],
        waiting=decoded(await state.database.read(actor, WAITING, where)),
        todo=todo,
        kinds=KINDS,
        previous_href=address(show, page_number - 1) if page_number > 1 else None,
        next_href=address(show, page_number + 1) if len(rows) > PAGE_SIZE else None,
    )
    return page


def decoded(rows: Any) -> list[Row]:
    return [msgspec.json.decode(text) for (text,) in rows]


def address(show: str, page: int) -> str:
    return f"/meetings?{urlencode({'show': show, 'page': page})}"


# -- planning


@get("/meetings/plan", include_in_schema=False)
async def plan_page(request: AnyRequest) -> Response[Any]:
    """`?incident=` begins the review of an incident."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[TABLE], actor, "create")
    given: Row = {
        "meeting_type": "toolbox_talk",
        "facilitator_user_id": str(actor.user_id or ""),
        "duration_minutes": "30",
    }
    incident = parse_uuid(request.query_params.get("incident", ""))
    if incident is not None:
        api = state.apis["incidents"]
        text, _ = await api.read_one(actor, reach_or_forbid(api.resource, actor, "read"), incident)
        row = msgspec.json.decode(text)
        given |= {
            "incident_id": row["id"],
            "incident": f"{row['incident_number']}: {row['title']}",
            "meeting_type": "incident_review",
            "topic": f"Review: {row['title']}"[:500],
            "facility_id": row["facility_id"] or "",
            "agenda": "What happened\nWhy it happened\nWhat keeps it from happening again\nWho does what until when",
        }
    return await plan_form(request, actor, given)


@get("/meetings/{key:str}/plan", include_in_schema=False)
async def change_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    resource = request.app.state.registry[TABLE]
    reach_or_forbid(resource, actor, "update")
    row, etag = await read_row(request, resource)
    zone = ZoneInfo(actor.time_zone)
    given = {name: "" if row[name] is None else str(row[name]) for name in (*PLAIN, *NUMBERS)}
    given["when"] = f"{datetime.fromisoformat(row['meeting_date']).astimezone(zone):%Y-%m-%dT%H:%M}"
    return await plan_form(request, actor, given, row=row, etag=etag)


@post("/meetings/plan", include_in_schema=False, status_code=200)
async def plan_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "create")
    pairs = await form_pairs(request)
    try:
        body = body_of(actor, dict(pairs))
        asked = invitation_of(pairs)
        async with state.database.transaction(actor) as session:
            key = await create_row(session, resource, actor, reach, body)
            if any((asked.driver_ids, asked.user_ids, asked.facility_ids, asked.department_ids)):
                await session.flush()
                await invite_people(session, actor, key, asked)
    except FAILURES as error:
        return await _wrong(request, actor, pairs, error)
    return see_other(f"/safety-meetings/{key}", "Planned. Everybody who is invited is told.")


@post("/meetings/{key:str}/plan", include_in_schema=False, status_code=200)
async def change_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "update")
    row, _ = await read_row(request, resource)
    pairs = await form_pairs(request)
    try:
        body = body_of(actor, dict(pairs))
        when = datetime.fromisoformat(row["meeting_date"])
        if datetime.fromisoformat(body["meeting_date"]) == when.replace(second=0, microsecond=0):
            # What was not touched keeps its seconds.
            body["meeting_date"] = row["meeting_date"]
        changed = {name: value for name, value in body.items() if value != row.get(name)}
        async with state.database.transaction(actor) as session:
            if changed:
                etag = dict(pairs).get("etag") or None
                await update_row(session, resource, actor, reach, UUID(row["id"]), changed, etag)
    except FAILURES as error:
        return await _wrong(request, actor, pairs, error, row)
    moved = "meeting_date" in changed or "location" in changed
    return see_other(
        f"/safety-meetings/{row['id']}", "Saved. Everybody who is invited is told." if moved else "Saved."
    )


async def _wrong(
    request: AnyRequest, actor: Actor, pairs: list[tuple[str, str]], error: Exception, row: Row | None = None
) -> Response[Any]:
    problem = as_problem(error, problem_of)
    if problem.status not in (400, 403, 409, 412, 422):
        raise error
    given: Row = dict(pairs) | {
        name: [text for one, text in pairs if one == name and text] for name in GROUPS
    }
    return await plan_form(request, actor, given, problem=problem, row=row, etag=dict(pairs).get("etag", ""))


def body_of(actor: Actor, form: dict[str, str]) -> Row:
    """The API's body for the posted form. Raises Invalid for a day and time that is none."""
    body: Row = {name: form.get(name, "").strip() or None for name in PLAIN}
    problems = []
    for name in NUMBERS:
        text = form.get(name, "").strip()
        body[name] = int(text) if text.isdecimal() and len(text) < 9 else None
        if text and body[name] is None:
            problems.append(FieldProblem(name, "must be a whole number"))
    try:
        local = datetime.fromisoformat(form.get("when", ""))
        body["meeting_date"] = local.replace(tzinfo=ZoneInfo(actor.time_zone)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        problems.append(FieldProblem("meeting_date", "must be a day and a time", "required"))
    if not body["topic"]:
        problems.append(FieldProblem("topic", "is required", "required"))
    if body["training_type"] is None:
        body["training_valid_months"] = None
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return body


def invitation_of(pairs: list[tuple[str, str]]) -> Invitation:
    ids = {
        name: [key for one, text in pairs if one == name and (key := parse_uuid(text)) is not None]
        for name in GROUPS
    }
    return Invitation(**ids)


async def invite_fields(request: AnyRequest, actor: Actor, given: Row) -> Row:
    """What the fields to invite by need: whom the actor may see, and who is chosen."""
    state = request.app.state
    wanted = {
        TABLES[name]: [key for text in given.get(name) or [] if (key := parse_uuid(text)) is not None]
        for name in GROUPS
    }
    names = await titles_of(
        state.database, state.registry, actor, {table: keys for table, keys in wanted.items() if keys}
    )
    return {
        name: [(str(key), names.get((table, str(key)), "?")) for key in wanted[table]]
        for name, table in TABLES.items()
        if may(actor, f"{table}.read")
    }


async def plan_form(
    request: AnyRequest,
    actor: Actor,
    given: Row,
    *,
    problem: MotorpoolError | None = None,
    row: Row | None = None,
    etag: str = "",
) -> Response[Any]:
    state = request.app.state
    if row is not None and row["status"] == "held":
        raise NotFound("A meeting that was held is not planned any more.")
    errors = {one.field: one.message for one in problem.fields} if problem else {}
    shown = {"topic", "meeting_date", *PLAIN, *NUMBERS}
    away = [f"{name.replace('_', ' ')}: {text}" for name, text in errors.items() if name not in shown]
    leaders = [(str(actor.user_id or ""), actor.name)]
    if may(actor, "users.read") and (leading_reach(actor) or row is not None):
        # Who may not lead others' meetings plans the own ones.
        leaders = await choices_of(state.database, state.registry, actor, "users", MOST_CHOICES)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "meeting_plan.html",
        status=problem.status if problem else 200,
        title="Change a meeting" if row else "Plan a meeting",
        given=dict.fromkeys((*PLAIN, *NUMBERS, "when", "incident"), "") | given,
        row=row,
        etag=etag,
        errors=errors,
        problem=("; ".join(away) or (problem.detail if not problem.fields else "")) if problem else "",
        kinds=KINDS,
        leaders=leaders,
        facilities=await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if may(actor, "facilities.read")
        else [],
        invite=await invite_fields(request, actor, given) if row is None else {},
        zone=actor.time_zone,
    )
    return page


route_handlers = [home_page, plan_page, plan_posted, change_page, change_posted]
