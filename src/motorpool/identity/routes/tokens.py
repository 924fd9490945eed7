"""API tokens and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid, NotFound
from motorpool.core.verbs import Call, Nothing, lacking
from motorpool.identity.actions.create_api_token import create_api_token, revoke_api_token
from motorpool.identity.actions.end_access import revoke_session
from motorpool.identity.routes.collector import require_zone, verbs


class NewToken(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(description="What it is for", examples=["Fuel import"])]
    user_id: Annotated[UUID | None, Meta(description="As whom it acts; left out: as the caller")] = None
    scopes: Annotated[
        list[str] | None,
        Meta(
            description="Patterns within the owner's rights; left out: all of them",
            examples=[["vehicles.read", "trips.*"]],
        ),
    ] = None
    expires_at: Annotated[datetime | None, Meta(description="With a zone; left out: until it is revoked")] = (
        None
    )
    allowed_ips: Annotated[
        list[str] | None,
        Meta(description="Networks in CIDR form; left out: from anywhere", examples=[["192.0.2.0/24"]]),
    ] = None
    rate_limit: Annotated[
        int | None, Meta(description="Requests per hour; left out: no limit of its own")
    ] = None


class MadeToken(Struct):
    id: UUID
    user_id: UUID | None
    token_name: str
    token_prefix: str | None
    permissions: list[str] | None
    allowed_ips: list[str] | None
    rate_limit: int | None
    expires_at: datetime | None
    created_at: datetime | None
    token: Annotated[str | None, Meta(description="The secret: in this answer and never again")]


@verbs.post("api_tokens", "create", NewToken, path="", answers=MadeToken, status=201, once_only=("token",))
async def create(call: Call[NewToken]) -> MadeToken:
    """Make an API token

    Never more than its owner may do. A repetition with the same Idempotency-Key makes no second token and cannot tell
    the secret again: `token` is null.
    """
    body, actor = call.body, call.actor
    require_zone("expires_at", body.expires_at)
    owner = body.user_id or actor.user_id
    if owner != actor.user_id and not call.reach.everything:
        raise lacking("api_tokens.create")
    if owner is None:
        raise Invalid(fields=[FieldProblem("user_id", "must name the user as whom the token acts")])
    try:
        row, token = await create_api_token(
            call.session,
            call.state.keyring,
            actor,
            user_id=owner,
            name=body.name,
            scopes=body.scopes,
            expires_at=body.expires_at,
            allowed_ips=body.allowed_ips,
            rate_limit=body.rate_limit,
        )
    except NotFound as error:
        nobody = FieldProblem("user_id", "does not name anything that exists here", "unknown_reference")
        raise Invalid(fields=[nobody]) from error
    return MadeToken(
        row.id,
        row.user_id,
        row.token_name,
        row.token_prefix,
        row.permissions,
        body.allowed_ips,
        row.rate_limit,
        row.expires_at,
        row.created_at,
        token.text,
    )


class Reason(Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(description="For the record", max_length=1000)] | None = None


class Revoked(Struct):
    id: UUID
    status: Literal["revoked"]
    revoked_at: datetime | None = None


@verbs.post("api_tokens", "revoke", Reason, answers=Revoked)
async def revoke(call: Call[Reason]) -> Revoked:
    """Revoke an API token

    It stops at once in this process and within seconds in others.
    """
    row = await revoke_api_token(call.session, call.actor, call.key, call.body.reason)
    return Revoked(row.id, "revoked", row.revoked_at)


@verbs.post("sessions", "revoke", Nothing, permission=None, answers=Revoked)
async def sign_out(call: Call[Nothing]) -> Revoked:
    """Sign a browser out

    Somebody else's needs `sessions.revoke`.
    """
    await revoke_session(call.session, call.actor, call.key)
    return Revoked(call.key, "revoked")
