"""HTTP of dashcam clips beyond the plain resource: sending a film, a picture of it, playing it, what it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from litestar.response import Redirect
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid, NotFound
from motorpool.core.files.links import sign_link
from motorpool.core.files.reading import find_file
from motorpool.core.files.serving import serve
from motorpool.core.files.store import FileStore
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.resource.write import lock_row
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.telematics.actions.keep_footage import Clip, keep_footage, keep_thumbnail
from motorpool.telematics.models import VideoTelematicsFootage
from motorpool.telematics.queries.footage_context import FootageContext, film_file, find_film, footage_context
from motorpool.telematics.resources import RESOURCES
from motorpool.telematics.resources.driving import CLIPS_PATH as PATH

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)
TABLE = "video_telematics_footage"
FIELDS = ("vehicle_id", "recorded_at", "camera_position", "driver_id", "latitude", "longitude", "tags")
LARGEST_PICTURE = 5_000_000
#: Long enough to watch a clip several times, short enough for a link that is passed on.
LINK_LIFE = timedelta(hours=1)


@post(f"{PATH}/upload", include_in_schema=False, request_max_body_size=None)
async def upload(request: AnyRequest) -> Response[bytes]:
    """Take a film in: a form with the part `file` and the fields of FIELDS, or the bare content with a query."""
    row = await receive_footage(request)
    body = {"id": row.id, "recorded_at": row.recorded_at, "duration_seconds": row.duration_seconds,
            "resolution": row.resolution, "event_type": row.event_type, "event_id": row.event_id}  # fmt: skip
    return json_response(msgspec.json.encode(body), 201, {"Location": f"{PATH}/{row.id}"})


async def receive_footage(request: AnyRequest) -> VideoTelematicsFootage:
    """Raises Forbidden, Invalid, PayloadTooLarge, Unavailable."""
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry[TABLE], actor, "create")
    files: FileStore = state.files
    most = int(state.settings.footage.max_mb * 1_000_000)
    async with files.spool(most) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        clip = clip_of(sent.fields, actor.time_zone)
        received = await spool.finish()
        for name, table, key in (
            ("vehicle_id", "vehicles", clip.vehicle_id),
            ("driver_id", "drivers", clip.driver_id),
        ):
            # Within reach of whoever sends; else it is as if it did not exist.
            if key is None:
                continue
            look = get_statement(state.registry[table], actor, reach, key, {}, fields=("id",))
            if not await state.database.read(actor, look.sql, look.parameters):
                problem = FieldProblem(name, "does not name anything that exists here", "unknown_reference")
                raise Invalid("Some fields are not valid.", fields=[problem])
        async with state.database.transaction(actor) as session:
            return await keep_footage(
                session, files, actor, received, clip, name=sent.name, declared_type=sent.declared_type
            )


def clip_of(fields: Mapping[str, str], time_zone: str) -> Clip:
    """The fields of an upload. A time without zone is where the organisation is. Raises Invalid per field."""
    given = {name: value.strip() for name, value in fields.items() if value.strip() and name != "csrf_token"}
    problems = [
        FieldProblem(name, f"is not a field here; there are {', '.join(FIELDS)}", "unknown_field")
        for name in given
        if name not in FIELDS
    ]
    values: dict[str, Any] = {}
    for name, read, message in (
        ("vehicle_id", UUID, "must be the id of a vehicle"),
        ("driver_id", UUID, "must be the id of a driver"),
        ("recorded_at", datetime.fromisoformat, "must be an ISO 8601 time such as 2026-05-21T08:00:00Z"),
        ("latitude", _degrees(90), "must be between -90 and 90"),
        ("longitude", _degrees(180), "must be between -180 and 180"),
    ):
        if name in given:
            try:
                values[name] = read(given[name])
            except ValueError:
                problems.append(FieldProblem(name, message))
    if "vehicle_id" not in given:
        problems.append(FieldProblem("vehicle_id", "is required", "required"))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    at = values.get("recorded_at")
    if at is not None and at.tzinfo is None:
        values["recorded_at"] = at.replace(tzinfo=ZoneInfo(time_zone))
    tags = list(dict.fromkeys(filter(None, re.split(r"[,\s]+", given.get("tags", "").lower()))))
    return Clip(**values, camera_position=given.get("camera_position"), tags=tags)


def _degrees(most: float) -> Any:
    def read(text: str) -> float:
        value = float(text)
        if not -most <= value <= most:
            raise ValueError("out of range")
        return value

    return read


@route(
    f"{PATH}/{{row_id:str}}/thumbnail",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def get_thumbnail(request: AnyRequest) -> Response[Any]:
    """The still picture, for who may see the clip."""
    actor, state = actor_of(request), request.app.state
    film = await find_film(state.database, actor, state.registry[TABLE], _key(request))
    if film.thumbnail_file_id is None:
        if film.thumbnail_url and film.thumbnail_url.startswith("https://"):
            return Redirect(film.thumbnail_url)
        raise NotFound("There is no picture of this clip.")
    row = await find_file(state.database, actor, film.thumbnail_file_id)
    return await serve(request, state.files, row, inline=True)


@post(
    f"{PATH}/{{row_id:str}}/thumbnail", include_in_schema=False, request_max_body_size=None, status_code=201
)
async def post_thumbnail(request: AnyRequest) -> Response[bytes]:
    """Send a still picture of a clip."""
    actor, state, key = actor_of(request), request.app.state, _key(request)
    resource = state.registry[TABLE]
    # Whoever may send clips may send their pictures.
    action = "update" if actor.access.reach(resource.permission("update")) is not None else "create"
    reach = reach_or_forbid(resource, actor, action)
    async with state.files.spool(LARGEST_PICTURE) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key)
            await keep_thumbnail(
                session, state.files, actor, received, key, name=sent.name, declared_type=sent.declared_type
            )
    return json_response(msgspec.json.encode({"thumbnail_url": f"{PATH}/{key}/thumbnail"}), 201)


class Playable(Struct):
    url: Annotated[str, Meta(description="Works for whoever has it, until it expires; takes Range requests")]
    expires_at: Annotated[datetime | None, Meta(description="null: with the camera's provider")]
    is_link: Annotated[bool, Meta(description="The film is not kept here")]


async def playable(request: AnyRequest, key: UUID) -> Playable:
    """A link to the film for a while. Raises Forbidden, NotFound."""
    actor, state = actor_of(request), request.app.state
    film = await find_film(state.database, actor, state.registry[TABLE], key)
    if film.file_id is None and film.content_deleted_at is None:
        if not film.video_url.startswith(("https://", "http://")):
            raise NotFound("The film of this clip is not kept here.", code="not_stored_here")
        return Playable(film.video_url, None, True)
    row = await film_file(state.database, actor, film)
    expires_at = datetime.now(UTC).replace(microsecond=0) + LINK_LIFE
    return Playable(
        sign_link(state.keyring, row.tenant_id, row.id, expires_at, inline=True), expires_at, False
    )


@verbs.get(TABLE, "play", Nothing, path="/{id}/play", permission="read", answers=Playable)
async def play(call: Call[Nothing]) -> Playable:
    """Where to play a clip

    The address works without signing in, for one hour. Clips of the camera inside need `view_interior` as well.
    """
    return await playable(call.request, call.key)


@verbs.get(TABLE, "context", Nothing, path="/{id}/context", permission="read", answers=FootageContext)
async def context(call: Call[Nothing]) -> FootageContext:
    """The trip that a clip was taken on, and the events that it covers, by vehicle and time"""
    return await footage_context(call.database, call.actor, call.key)


def _key(request: AnyRequest) -> UUID:
    key = parse_uuid(request.path_params["row_id"])
    if key is None:
        raise NotFound("There is no such dashcam clip.")
    return key


route_handlers = [upload, get_thumbnail, post_thumbnail, *verbs.handlers()]
_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "required": ["file", "vehicle_id"],
    "properties": {
        "file": _FILE | {"description": "MP4 or QuickTime"},
        "vehicle_id": _TEXT | {"format": "uuid"},
        "recorded_at": _TEXT | {"description": "When it begins; left out: as the film says"},
        "camera_position": _TEXT | {"enum": ["forward", "interior", "rear", "side_left", "side_right"]},
        "driver_id": _TEXT | {"format": "uuid", "description": "Left out: who drove then"},
        "latitude": _TEXT | {"description": "Degrees; left out: where the vehicle was"},
        "longitude": _TEXT,
        "tags": _TEXT | {"description": "Words with commas between"},
    },
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_MADE = {
    "type": "object",
    "properties": {
        "id": _TEXT | {"format": "uuid"},
        "recorded_at": _TEXT | {"format": "date-time"},
        "duration_seconds": {"type": ["integer", "null"]},
        "resolution": {"type": ["string", "null"]},
        "event_type": {"type": ["string", "null"]},
        "event_id": {"type": ["string", "null"], "format": "uuid"},
    },
}
_PICTURE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": _FILE | {"description": "JPEG, PNG or WebP"}},
}
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Any] = {
    f"{PATH}/upload": {
        "post": {
            "tags": ["Telematics"],
            "operationId": "upload_video_telematics_footage",
            "summary": "Send a dashcam clip",
            "description": "Needs `video_telematics_footage.create`. Length and resolution are read from the film; driver and "
            "place are looked up; the gravest event that it covers is tied to it.",
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
            "responses": {"201": content(_MADE, "The clip")} | failures("BadRequest", "Invalid"),
        }
    },
    f"{PATH}/{{id}}/thumbnail": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "get_thumbnail_video_telematics_footage",
            "summary": "The still picture of a clip",
            "description": "Needs `video_telematics_footage.read`, and `view_interior` for the camera inside.",
            "parameters": [_ID],
            "responses": {
                "200": {"description": "The picture", "content": {"image/jpeg": {}}},
                "302": {"description": "It lies with the camera's provider: `Location` says where"},
            }
            | failures("NotFound"),
        },
        "post": {
            "tags": ["Telematics"],
            "operationId": "send_thumbnail_video_telematics_footage",
            "summary": "Send a still picture of a clip",
            "description": "Needs `video_telematics_footage.update` or `create`.",
            "parameters": [_ID],
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _PICTURE}}},
            "responses": {
                "201": content({"type": "object", "properties": {"thumbnail_url": _TEXT}}, "It is kept"),
            }
            | failures("BadRequest", "NotFound", "Invalid"),
        },
    },
    **verbs.operations(),
}
