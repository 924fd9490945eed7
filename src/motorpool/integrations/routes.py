"""Verbs of connectors, and the address that Samsara's webhook sends to."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.exceptions import HTTPException
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, NotFound, PayloadTooLarge
from motorpool.core.http import OutgoingClient
from motorpool.core.resource.openapi import failures
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.integrations.actions.change_connector import ignore_object, map_object, pause, poll_now
from motorpool.integrations.actions.connect_provider import (
    check_values,
    connector_of,
    store_connection,
    try_sign_in,
)
from motorpool.integrations.actions.receive_webhook import receive_webhook
from motorpool.integrations.jobs import order_poll
from motorpool.integrations.resources import RESOURCES

verbs = Verbs(RESOURCES)
#: Public: the signature is the proof; see `identity.http.PUBLIC_PATHS`.
WEBHOOK_PATH = "/api/v1/incoming/samsara"
MOST_BYTES = 1_000_000


class NewConnection(Struct, forbid_unknown_fields=True):
    name: str
    provider: Annotated[str, Meta(description="geotab or samsara")]
    values: Annotated[
        dict[str, str],
        Meta(
            description="geotab: database, user_name, password; samsara: api_token, webhook_secret; "
            "either: api_endpoint, history_hours"
        ),
    ]
    minutes: Annotated[int, Meta(description="Between two polls, 1 to 1,440")] = 1


class Connected(Struct):
    id: UUID
    account: Annotated[str, Meta(description="What the provider said")]


@verbs.post(
    "api_integrations",
    "connect",
    NewConnection,
    path="/connect",
    answers=Connected,
    status=201,
    everywhere=True,
)
async def connect(call: Call[NewConnection]) -> Connected:
    """Connect a telematics provider

    The credentials are tried first; when they are refused nothing is stored.
    """
    connector = connector_of(call.body.provider)
    check_values(connector, call.body.values)
    async with OutgoingClient(call.state.settings.outgoing) as client:
        account = await try_sign_in(client, connector, call.body.values)
    key = await store_connection(
        call.session,
        call.state.keyring,
        call.actor,
        connector,
        call.body.name,
        call.body.values,
        call.body.minutes,
    )
    await order_poll(call.session, call.actor.tenant_id, key)
    return Connected(key, account)


@verbs.post("api_integrations", "poll", Nothing)
async def poll(call: Call[Nothing]) -> None:
    """Fetch now

    After a pause it goes on.
    """
    await poll_now(call.session, call.actor, call.key)


@verbs.post("api_integrations", "pause", Nothing)
async def pause_connector(call: Call[Nothing]) -> None:
    """Pause fetching"""
    await pause(call.session, call.actor, call.key)


class MappedObject(Struct, forbid_unknown_fields=True):
    internal_id: Annotated[UUID | None, Meta(description="The vehicle or driver here; null: none")]


@verbs.post("connector_objects", "map", MappedObject)
async def map_one(call: Call[MappedObject]) -> None:
    """Say which vehicle or driver here it is"""
    await map_object(call.session, call.actor, call.key, call.body.internal_id)


class IgnoredObject(Struct, forbid_unknown_fields=True):
    ignored: bool = True


@verbs.post("connector_objects", "ignore", IgnoredObject)
async def ignore(call: Call[IgnoredObject]) -> None:
    """Ignore its records, or stop ignoring them"""
    await ignore_object(call.session, call.actor, call.key, call.body.ignored)


@post(f"{WEBHOOK_PATH}/{{tenant:str}}/{{integration:str}}", include_in_schema=False, status_code=200)
async def samsara_webhook(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Harsh events as they happen. The address carries the tenant (decision 3)."""
    tenant, integration = (parse_uuid(request.path_params[name]) for name in ("tenant", "integration"))
    if tenant is None or integration is None:
        raise NotFound("There is no such webhook.")
    received = await receive_webhook(
        request.app.state.database,
        tenant,
        integration,
        request.headers.get("x-samsara-timestamp"),
        request.headers.get("x-samsara-signature"),
        await _body(request),
        time.time(),
    )
    return Response(msgspec.json.encode(received), media_type="application/json")


async def _body(request: Request[Any, Any, Any]) -> bytes:
    parts = bytearray()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > MOST_BYTES:
                raise PayloadTooLarge(f"A message may have {MOST_BYTES:,} bytes at most.")
    except HTTPException as error:
        raise BadRequest("The body ended before it was complete") from error
    return bytes(parts)


route_handlers = [*verbs.handlers(), samsara_webhook]
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations() | {
    f"{WEBHOOK_PATH}/{{tenant}}/{{integration}}": {
        "post": {
            "tags": ["Integrations"],
            "operationId": "receive_samsara_webhook",
            "summary": "Webhook of Samsara",
            "description": "Public: the header `X-Samsara-Signature` (HMAC-SHA256, `v1=`) is the proof. The connector's page shows "
            "the address. 401 when the signature is missing, does not fit or is too old, 400 when the message cannot be read.",
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                for name in ("tenant", "integration")
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"type": "object"},
                        "example": {"eventId": "0f1a", "eventType": "AlertIncident", "data": {}},
                    }
                },
            },
            "responses": {"200": {"description": "It is kept, or was kept before"}} | failures("BadRequest"),
        }
    }
}
