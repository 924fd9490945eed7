"""One's own account: who am I, what may I do, my name and my password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from motorpool.core.verbs import Call, Nothing
from motorpool.identity.actions.change_account import change_account, change_password
from motorpool.identity.queries.describe_actor import describe_actor
from motorpool.identity.routes.collector import verbs

ME = "/api/v1/me"


class Me(Struct):
    user: dict[str, Any]
    tenant: dict[str, Any]
    time_zone: Annotated[str, Meta(description="IANA zone")]
    units: str
    is_demo: bool
    session_id: UUID | None
    token_id: UUID | None
    scopes: Annotated[list[str] | None, Meta(description="What the API token is narrowed to")]
    permissions: Annotated[
        dict[str, Any],
        Meta(description='Each key that is held: "all", "own", or the facilities and departments'),
    ]


@verbs.get("users", "me", Nothing, path=ME, permission=None, answers=Me)
async def me(call: Call[Nothing]) -> dict[str, Any]:
    """Who am I, and what may I do"""
    return await describe_actor(call.database, call.actor)


class AccountValues(Struct, forbid_unknown_fields=True):
    display_name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    time_zone: Annotated[str | None, Meta(description="IANA zone; null: the organisation's")] | UnsetType = (
        UNSET
    )
    units: (
        Annotated[str | None, Meta(description="metric or imperial; null: the organisation's")] | UnsetType
    ) = UNSET


class Account(Struct):
    id: UUID
    display_name: str
    email: str
    phone: str | None
    time_zone: str | None
    units: str | None


@verbs.patch("users", "change_account", AccountValues, path=ME, permission=None, answers=Account)
async def change(call: Call[AccountValues]) -> Account:
    """Change one's own account"""
    given = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not UNSET}
    user = await change_account(call.session, call.actor, given)
    return Account(user.id, user.display_name, user.email, user.phone, user.time_zone, user.units)


class NewPassword(Struct, forbid_unknown_fields=True):
    current_password: Annotated[str, Meta(max_length=256)]
    new_password: Annotated[str, Meta(max_length=1000)]


class PasswordChanged(Struct):
    changed_at: datetime


@verbs.post(
    "users", "change_password", NewPassword, path=f"{ME}/password", permission=None, answers=PasswordChanged
)
async def password(call: Call[NewPassword]) -> PasswordChanged:
    """Change one's own password

    Only for whoever is signed in; all other browsers are signed out.
    """
    at = await change_password(
        call.session,
        call.actor,
        call.database,
        current=call.body.current_password,
        new=call.body.new_password,
    )
    return PasswordChanged(at)
