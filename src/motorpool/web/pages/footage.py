"""Dashcam clips: by day with their pictures, one by one with map and events, and sending one from a phone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.keep_footage import POSITIONS
from motorpool.telematics.footage_routes import TABLE, playable
from motorpool.telematics.queries.footage_context import footage_context, may_view_interior
from motorpool.telematics.resources.driving import CLIPS_PATH as PATH
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.records import can, detail_context, read_row
from motorpool.web.presentation import choices_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
SHOWN = 48
ASKED = ("vehicle", "day", "camera", "only", "before")
CLIPS = """
SELECT t.id::text, t.recorded_at, t.duration_seconds, t.camera_position, t.event_type, t.legal_hold, t.tags,
    t.thumbnail_file_id IS NOT NULL, t.content_deleted_at IS NOT NULL, t.is_archived, t.file_id IS NULL,
    v.vehicle_number, d.full_name, e.event_type, e.severity
FROM video_telematics_footage t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
LEFT JOIN driver_behavior_events e ON e.tenant_id = t.tenant_id AND e.id = t.event_id
WHERE t.tenant_id = %(tenant)s AND {conditions}
ORDER BY t.recorded_at DESC, t.id DESC LIMIT %(most)s
"""
NAMES = (
    "id recorded_at duration_seconds camera_position event_type legal_hold tags has_picture is_deleted is_archived is_link "
    "vehicle driver behaviour severity"
).split()


@get("/footage", include_in_schema=False)
async def gallery_page(request: AnyRequest) -> Response[Any]:
    """Clips by day, the latest first; of a vehicle, a day, a camera or an event if asked so."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "read")
    asked = request.query_params
    conditions = [scope_condition(resource, reach) or "true"]
    parameters = base_parameters(actor, reach) | {"most": SHOWN + 1}
    if vehicle := parse_uuid(asked.get("vehicle", "")):
        conditions.append("t.vehicle_id = %(vehicle)s")
        parameters["vehicle"] = vehicle
    day = _day(asked.get("day", ""))
    if day is not None:
        start, end = formats.day_bounds(day, actor.time_zone)
        conditions.append("t.recorded_at >= %(start)s AND t.recorded_at < %(end)s")
        parameters |= {"start": start, "end": end}
    before, key = _place(asked.get("before", ""))
    if before is not None and key is not None:
        # Cameras of one vehicle often begin at the same moment.
        conditions.append("(t.recorded_at, t.id) < (%(before)s, %(key)s)")
        parameters |= {"before": before, "key": key}
    if asked.get("camera") in POSITIONS:
        conditions.append("t.camera_position = %(camera)s")
        parameters["camera"] = asked["camera"]
    if asked.get("only") == "events":
        conditions.append("t.event_id IS NOT NULL")
    rows = await state.database.read(actor, CLIPS.format(conditions=" AND ".join(conditions)), parameters)
    clips = [dict(zip(NAMES, row, strict=True)) for row in rows[:SHOWN]]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "footage.html",
        title="Dashcam clips",
        days=_by_day(clips, actor),
        asked={name: asked.get(name, "") for name in ASKED},
        day=day,
        vehicles=await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES),
        positions=POSITIONS,
        older=f"{clips[-1]['recorded_at'].isoformat()},{clips[-1]['id']}" if len(rows) > SHOWN else None,
        may_see_inside=may(actor, resource.permission("view_interior")),
        can_send=can(actor, resource, "create"),
        is_filtered=any(asked.get(name) for name in ASKED),
        path_of_pictures=PATH,
    )
    return page


def _by_day(clips: list[Row], actor: Actor) -> list[tuple[date, list[Row]]]:
    days: list[tuple[date, list[Row]]] = []
    for clip in clips:
        day = formats.today(actor.time_zone, clip["recorded_at"])
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(clip)
    return days


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _place(text: str) -> tuple[datetime | None, UUID | None]:
    """Time and id of the clip after which a page goes on."""
    moment, _, key = text.partition(",")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        return None, None
    return (found if found.tzinfo else None), parse_uuid(key)


@get("/footage/new", include_in_schema=False)
async def send_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach_or_forbid(resource, actor, "create")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "footage_new.html",
        title="Send a clip",
        vehicles=await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES),
        chosen=request.query_params.get("vehicle", ""),
        positions=POSITIONS,
        most_mb=state.settings.footage.max_mb,
        action=f"{PATH}/upload",
    )
    return page


async def footage_page(request: AnyRequest) -> Response[Any]:
    """A clip: the film with the events on it, where it was, and what it belongs to."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    context = await detail_context(request, actor, resource, row)
    film, refusal = None, None
    try:
        film = await playable(request, key)
    except MotorpoolError as problem:
        if problem.status not in (403, 404):
            raise
        refusal = problem.detail
    inside = row["camera_position"] == "interior" and not await may_view_interior(
        state.database, actor, resource, key
    )
    about = await footage_context(state.database, actor, key)
    at = formats.moment(row["recorded_at"])
    assert at is not None
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "footage_view.html",
        **context,
        cells={cell.field.name: cell for cell in context["facts"]},
        film=film,
        refusal=refusal,
        is_hidden=inside,
        about=about,
        recorded_at=at,
        ended_at=at + timedelta(seconds=row["duration_seconds"] or 0),
        local_day=formats.today(actor.time_zone, at),
        picture=f"{PATH}/{key}/thumbnail" if row["thumbnail_file_id"] and not inside else None,
        hold_href=f"/video-telematics-footage/{key}/edit" if can(actor, resource, "update") else None,
    )
    return page


route_handlers = [gallery_page, send_page]
