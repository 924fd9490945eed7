"""Verbs of devices: adopt, disable, enable, reveal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid, NotFound
from motorpool.core.resource.routes import ResourceApi, actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_row, read_body
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.record_activity import record_activity
from motorpool.telematics.actions.change_device import adopt_device, disable_device, enable_device

AnyRequest = Request[Any, Any, Any]


@post("/api/v1/devices/{row_id:str}/adopt", include_in_schema=False, status_code=200)
async def post_adopt(request: AnyRequest, row_id: FromPath[str]) -> Response[bytes]:
    """Take a quarantined device into use: `{"vehicle_id": "...", "name": "..."}`."""
    body = read_body(await request.body(), request.headers.get("content-type", ""))
    problems = [
        FieldProblem(name, "is not a field of this action", "unknown_field")
        for name in body
        if name not in ("vehicle_id", "name")
    ]
    vehicle = parse_uuid(str(body.get("vehicle_id", "")))
    if vehicle is None:
        problems.append(FieldProblem("vehicle_id", "must be the id of a vehicle", "required"))
    name = body.get("name")
    if name is not None and not isinstance(name, str):
        problems.append(FieldProblem("name", "must be text", "wrong_type"))
    if problems or vehicle is None:
        raise Invalid("Some fields are not valid.", fields=problems)
    api, actor, key = await _begin(request, row_id, "adopt")
    async with api.database.transaction(actor) as session:
        await _reach(session, api, actor, key, "adopt")
        await adopt_device(session, key, vehicle_id=vehicle, name=name)
    return await _row(api, actor, key)


@post("/api/v1/devices/{row_id:str}/disable", include_in_schema=False, status_code=200)
async def post_disable(request: AnyRequest, row_id: FromPath[str]) -> Response[bytes]:
    """Stop accepting a device's reports."""
    api, actor, key = await _begin(request, row_id, "disable")
    async with api.database.transaction(actor) as session:
        await _reach(session, api, actor, key, "disable")
        await disable_device(session, key)
    return await _row(api, actor, key)


@post("/api/v1/devices/{row_id:str}/enable", include_in_schema=False, status_code=200)
async def post_enable(request: AnyRequest, row_id: FromPath[str]) -> Response[bytes]:
    """Accept a disabled device's reports again; the same right as disabling."""
    api, actor, key = await _begin(request, row_id, "disable")
    async with api.database.transaction(actor) as session:
        await _reach(session, api, actor, key, "disable")
        await enable_device(session, key)
    return await _row(api, actor, key)


@post("/api/v1/devices/{row_id:str}/reveal", include_in_schema=False, status_code=200)
async def post_reveal(request: AnyRequest, row_id: FromPath[str]) -> Response[bytes]:
    """The secret identifier; that somebody looked is in the activity log."""
    api, actor, key = await _begin(request, row_id, "reveal")
    async with api.database.transaction(actor) as session:
        await _reach(session, api, actor, key, "reveal")
        identifier = await session.scalar(
            text("SELECT identifier FROM devices WHERE tenant_id = :tenant AND id = :key"),
            {"tenant": actor.tenant_id, "key": key},
        )
        await record_activity(session, actor, "reveal", resource_type="device", resource_id=key)
    answer = json_response(msgspec.json.encode({"id": key, "identifier": identifier}))
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _begin(request: AnyRequest, row_id: str, verb: str) -> tuple[ResourceApi, Actor, UUID]:
    """Raises: Forbidden, NotFound for what is no id."""
    api: ResourceApi = request.app.state.apis["devices"]
    actor = actor_of(request)
    reach_or_forbid(api.resource, actor, verb)
    key = parse_uuid(row_id)
    if key is None:
        raise NotFound("There is no such device.")
    return api, actor, key


async def _reach(session: AsyncSession, api: ResourceApi, actor: Actor, key: UUID, verb: str) -> None:
    await lock_row(session, api.resource, actor, reach_or_forbid(api.resource, actor, verb), key)


async def _row(api: ResourceApi, actor: Actor, key: UUID) -> Response[bytes]:
    row, etag = await api.read_one(actor, reach_or_forbid(api.resource, actor, "read"), key)
    return json_response(row, headers={"ETag": etag})


route_handlers = [post_adopt, post_disable, post_enable, post_reveal]
