"""The API of communication that is not plain CRUD: sending and reading messages, reading notifications."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.communication.actions.mark_notifications import mark_all_read, mark_notification
from motorpool.communication.actions.send_message import flag_message, mark_message_read, send_message
from motorpool.communication.queries.inbox import COUNT_MOST, unread_count
from motorpool.communication.resources import RESOURCES
from motorpool.communication.shapes import Attachment
from motorpool.core.verbs import Call, Nothing, Verbs

verbs = Verbs(RESOURCES)


class NewMessage(Struct, forbid_unknown_fields=True):
    message_body: Annotated[str, Meta(max_length=50_000)]
    recipient_user_id: UUID | None = None
    recipient_group_id: UUID | None = None
    subject: Annotated[str, Meta(max_length=500)] | None = None
    parent_message_id: Annotated[
        UUID | None, Meta(description="The message that it answers; then no recipient is needed")
    ] = None
    attachments: Annotated[list[Attachment], Meta(max_length=20)] | None = None


class Sent(Struct):
    id: UUID


class Marked(Struct):
    marked: Annotated[int, Meta(description="How many were unread")]


class Unread(Struct):
    unread: Annotated[int, Meta(description=f"{COUNT_MOST + 1} stands for more than {COUNT_MOST}")]


@verbs.post("messages", "create", NewMessage, path="", answers=Sent, status=201)
async def create(call: Call[NewMessage]) -> Sent:
    """Send a message to a person or a group

    They get a notification. Only sender and recipients can read it.
    """
    body = call.body
    key = await send_message(
        call.session,
        call.actor,
        body=body.message_body,
        subject=body.subject,
        recipient_user_id=body.recipient_user_id,
        recipient_group_id=body.recipient_group_id,
        parent_message_id=body.parent_message_id,
        attachments=msgspec.to_builtins(body.attachments),
    )
    return Sent(key)


@verbs.post("messages", "mark_read", Nothing, permission="read")
async def message_read(call: Call[Nothing]) -> None:
    """Note that you have read a message

    Of a group: everything up to it.
    """
    await mark_message_read(call.session, call.actor, call.key)


@verbs.post("messages", "star", Nothing, permission="read")
async def star(call: Call[Nothing]) -> None:
    """Star a message that you received"""
    await flag_message(call.session, call.actor, call.key, is_starred=True)


@verbs.post("messages", "unstar", Nothing, permission="read")
async def unstar(call: Call[Nothing]) -> None:
    """Take the star off a message"""
    await flag_message(call.session, call.actor, call.key, is_starred=False)


@verbs.post("messages", "archive", Nothing, permission="read")
async def archive(call: Call[Nothing]) -> None:
    """Archive a message that you received"""
    await flag_message(call.session, call.actor, call.key, is_archived=True)


@verbs.post("messages", "unarchive", Nothing, permission="read")
async def unarchive(call: Call[Nothing]) -> None:
    """Take a message out of the archive"""
    await flag_message(call.session, call.actor, call.key, is_archived=False)


@verbs.post("notifications", "mark_read", Nothing, permission="read")
async def notification_read(call: Call[Nothing]) -> None:
    """Note that you have read a notification"""
    await mark_notification(call.session, call.actor, call.key, "read")


@verbs.post("notifications", "mark_unread", Nothing, permission="read")
async def notification_unread(call: Call[Nothing]) -> None:
    """Keep a notification as unread; a dismissed one comes back"""
    await mark_notification(call.session, call.actor, call.key, "unread")


@verbs.post("notifications", "dismiss", Nothing, permission="read")
async def dismiss(call: Call[Nothing]) -> None:
    """Take a notification off your list"""
    await mark_notification(call.session, call.actor, call.key, "dismissed")


@verbs.post(
    "notifications", "mark_all_read", Nothing, permission="read", path="/mark-all-read", answers=Marked
)
async def all_read(call: Call[Nothing]) -> Marked:
    """Note that you have read all your notifications"""
    return Marked(await mark_all_read(call.session, call.actor))


@verbs.get("notifications", "unread_count", Nothing, permission="read", path="/unread-count", answers=Unread)
async def count(call: Call[Nothing]) -> Unread:
    """Count your unread notifications"""
    return Unread(await unread_count(call.database, call.actor))


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
