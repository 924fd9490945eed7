"""The notification centre: what one was told, the counter of the bell, and how one wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.communication.actions.mark_notifications import Mark, mark_all_read, mark_notification
from motorpool.communication.actions.save_preferences import CATEGORIES, save_preferences
from motorpool.communication.queries.inbox import COUNT_MOST, inbox, unread_count
from motorpool.communication.queries.preferences import own_preference
from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 30
TONES = {"low": "quiet", "medium": "info", "high": "warn", "urgent": "bad"}
DAY_PARTS = ("quiet_hours_start", "quiet_hours_end")


@get("/notifications", include_in_schema=False)
async def notifications_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    unread_only = request.query_params.get("show") == "unread"
    rows = await inbox(
        state.database,
        actor,
        unread=unread_only,
        before=_cursor(request.query_params.get("before")),
        limit=PAGE_ROWS + 1,
    )
    shown = rows[:PAGE_ROWS]
    older = None
    if len(rows) > PAGE_ROWS:
        last = shown[-1]
        parameters = {"before": f"{last.created_at.isoformat()}_{last.id}"}
        older = urlencode(parameters | ({"show": "unread"} if unread_only else {}))
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "notifications.html",
        title="Notifications",
        notices=shown,
        unread=await unread_count(state.database, actor),
        most=COUNT_MOST,
        unread_only=unread_only,
        is_first=request.query_params.get("before") is None,
        older=older,
        tones=TONES,
    )
    return page


def _cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """Time and id of the last notification of the page before; None for anything else."""
    moment, _, key = (text or "").partition("_")
    found = parse_uuid(key)
    try:
        time = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (time, found) if found is not None and time.tzinfo is not None else None


@get("/notifications/unread", include_in_schema=False)
async def unread_shown(request: AnyRequest) -> Response[dict[str, int]]:
    """The number at the bell."""
    count = await unread_count(request.app.state.database, actor_of(request))
    return Response({"unread": count}, headers={"Cache-Control": "no-store"})


@post("/notifications/read-all", include_in_schema=False, status_code=200)
async def all_read(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    async with request.app.state.database.transaction(actor) as session:
        await mark_all_read(session, actor)
    return see_other("/notifications", "All are read.")


@post("/notifications/{key:str}/open", include_in_schema=False, status_code=200)
async def opened(request: AnyRequest) -> Response[Any]:
    """Go where a notification leads; it is read then."""
    return see_other(await _mark(request, "read") or "/notifications")


@post("/notifications/{key:str}/read", include_in_schema=False, status_code=200)
async def read(request: AnyRequest) -> Response[Any]:
    await _mark(request, "read")
    return see_other(_back(request))


@post("/notifications/{key:str}/unread", include_in_schema=False, status_code=200)
async def unread(request: AnyRequest) -> Response[Any]:
    await _mark(request, "unread")
    return see_other(_back(request))


@post("/notifications/{key:str}/dismiss", include_in_schema=False, status_code=200)
async def dismissed(request: AnyRequest) -> Response[Any]:
    await _mark(request, "dismissed")
    return see_other(_back(request))


async def _mark(request: AnyRequest, mark: Mark) -> str | None:
    actor, key = actor_of(request), parse_uuid(request.path_params["key"])
    if key is None:
        raise NotFound("There is no such notification.")
    async with request.app.state.database.transaction(actor) as session:
        return await mark_notification(session, actor, key, mark)


def _back(request: AnyRequest) -> str:
    """The same list that the button was on."""
    return "/notifications" + ("?show=unread" if request.query_params.get("show") == "unread" else "")


@get("/notifications/preferences", include_in_schema=False)
async def preferences_page(request: AnyRequest) -> Response[Any]:
    return await _preferences(request)


@post("/notifications/preferences", include_in_schema=False, status_code=200)
async def preferences_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    form = await form_texts(request)
    by_category = {category: form.get(f"email_{category}", "") for category in CATEGORIES}
    try:
        async with request.app.state.database.transaction(actor) as session:
            await save_preferences(
                session,
                actor,
                email_enabled="email_enabled" in form,
                quiet_hours_enabled="quiet_hours_enabled" in form,
                quiet_hours_start=form.get("quiet_hours_start", ""),
                quiet_hours_end=form.get("quiet_hours_end", ""),
                email_by_category={
                    category: word == "yes" for category, word in by_category.items() if word in ("yes", "no")
                },
            )
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status != 422:
            raise problem from error
        return await _preferences(request, form, problem)
    return see_other("/notifications/preferences", "Saved.")


async def _preferences(
    request: AnyRequest, form: dict[str, str] | None = None, problem: MotorpoolError | None = None
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    if actor.user_id is None:
        raise NotFound("Only a person has preferences.")
    stored = await own_preference(state.database, actor)
    values: dict[str, Any] = {
        "email_enabled": stored.email_enabled,
        "quiet_hours_enabled": stored.quiet_hours_enabled,
    }
    for name in DAY_PARTS:
        clock = getattr(stored, name)
        values[name] = clock.strftime("%H:%M") if clock else ""
    exceptions = {category: stored.by_category.get(category, {}).get("email") for category in CATEGORIES}
    words = {
        category: {None: "", True: "yes", False: "no"}[wanted] for category, wanted in exceptions.items()
    }
    if form is not None:
        values |= {name: name in form for name in ("email_enabled", "quiet_hours_enabled")}
        values |= {name: form.get(name, "") for name in DAY_PARTS}
        words = {category: form.get(f"email_{category}", "") for category in CATEGORIES}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "notification_preferences.html",
        status=problem.status if problem else 200,
        title="Notification preferences",
        values=values,
        words=words,
        categories=CATEGORIES,
        mail_is_on=state.settings.smtp.host is not None,
        problem=problem and problem.detail,
        errors=errors_of(problem),
    )
    return page


route_handlers = [
    notifications_page,
    unread_shown,
    all_read,
    opened,
    read,
    unread,
    dismissed,
    preferences_page,
    preferences_posted,
]
