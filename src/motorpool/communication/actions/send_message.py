"""Messages between people: sending, answering, and what the recipient does with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.communication.models import Message, MessageGroup, MessageGroupMember
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.resource.guard import NOTHING_THERE
from motorpool.core.tenancy import Actor
from motorpool.identity.models import User

#: How much of a message stands in the notification.
PREVIEW = 300


async def send_message(
    session: AsyncSession,
    actor: Actor,
    *,
    body: str,
    subject: str | None = None,
    recipient_user_id: UUID | None = None,
    recipient_group_id: UUID | None = None,
    parent_message_id: UUID | None = None,
    attachments: list[dict[str, Any]] | None = None,
) -> UUID:
    """Send a message to a person or a group and tell them; its id.

    An answer belongs to the conversation of its parent and goes, unless told otherwise, to the group or the other
    person. Raises Invalid for a wrong recipient or parent, Forbidden for a group that the sender is not in.
    """
    if actor.user_id is None:
        raise Forbidden("Only people send messages.")
    if not body.strip():
        raise Invalid(fields=[FieldProblem("message_body", "must not be empty")])
    parent = await _parent(session, actor, parent_message_id) if parent_message_id else None
    if parent is not None and recipient_user_id is None and recipient_group_id is None:
        recipient_group_id = parent.recipient_group_id
        if recipient_group_id is None:
            to_me = parent.sender_user_id != actor.user_id
            recipient_user_id = parent.sender_user_id if to_me else parent.recipient_user_id
    if (recipient_user_id is None) == (recipient_group_id is None):
        problem = (
            "give a person or a group, not both"
            if recipient_user_id
            else "is required, or recipient_group_id"
        )
        raise Invalid(fields=[FieldProblem("recipient_user_id", problem, "required")])
    if recipient_group_id is not None:
        people = await _members(session, actor, recipient_group_id)
    else:
        assert recipient_user_id is not None
        people = [await _person(session, actor, recipient_user_id)]
    message = Message(
        tenant_id=actor.tenant_id,
        sender_user_id=actor.user_id,
        recipient_user_id=recipient_user_id,
        recipient_group_id=recipient_group_id,
        parent_message_id=parent_message_id,
        subject=subject or (parent.subject if parent else None),
        message_body=body,
        attachments=attachments,
    )
    if parent is not None:
        message.conversation_id = parent.conversation_id
    session.add(message)
    await session.flush()
    key: UUID = message.id
    await notify(
        session,
        actor,
        to=[person for person in people if person != actor.user_id],
        category="message",
        kind="message",
        title=f"{actor.name}: {message.subject}" if message.subject else f"Message from {actor.name}",
        message=body[:PREVIEW],
        entity=("message", key),
        action_label="Read",
    )
    return key


async def mark_message_read(session: AsyncSession, actor: Actor, key: UUID) -> None:
    """Note that the caller has read a message; of a group, everything up to it. Nothing happens to one's own."""
    row = (
        await session.execute(
            select(Message.recipient_user_id, Message.recipient_group_id, Message.sent_at).where(
                Message.tenant_id == actor.tenant_id, Message.id == key
            )
        )
    ).one()
    if row.recipient_group_id is not None:
        await session.execute(
            update(MessageGroupMember)
            .where(
                MessageGroupMember.tenant_id == actor.tenant_id,
                MessageGroupMember.group_id == row.recipient_group_id,
                MessageGroupMember.user_id == actor.user_id,
            )
            .values(last_read_at=func.greatest(MessageGroupMember.last_read_at, row.sent_at))
        )
        return
    await session.execute(
        update(Message)
        .where(*_received(actor, key), Message.is_read.is_(False))
        .values(is_read=True, read_at=func.now())
    )


async def flag_message(
    session: AsyncSession,
    actor: Actor,
    key: UUID,
    *,
    is_starred: bool | None = None,
    is_archived: bool | None = None,
) -> None:
    """Star or archive a message that one received. Raises Forbidden for one that went to somebody else."""
    wanted = {"is_starred": is_starred, "is_archived": is_archived}
    result = await session.execute(
        update(Message)
        .where(*_received(actor, key))
        .values({name: value for name, value in wanted.items() if value is not None})
        .returning(Message.id)
    )
    if not result.all():
        raise Forbidden("Only its recipient stars or archives a message.", code="not_the_recipient")


def _received(actor: Actor, key: UUID) -> tuple[Any, ...]:
    return (
        Message.tenant_id == actor.tenant_id,
        Message.id == key,
        Message.recipient_user_id == actor.user_id,
    )


async def _parent(session: AsyncSession, actor: Actor, key: UUID) -> Message:
    mine = select(MessageGroupMember.group_id).where(
        MessageGroupMember.tenant_id == actor.tenant_id, MessageGroupMember.user_id == actor.user_id
    )
    parent = await session.scalar(
        select(Message).where(
            Message.tenant_id == actor.tenant_id,
            Message.id == key,
            or_(
                Message.sender_user_id == actor.user_id,
                Message.recipient_user_id == actor.user_id,
                Message.recipient_group_id.in_(mine),
            ),
        )
    )
    if parent is None:
        raise _unknown("parent_message_id")
    return parent


async def _person(session: AsyncSession, actor: Actor, key: UUID) -> UUID:
    status = await session.scalar(
        select(User.status).where(User.tenant_id == actor.tenant_id, User.id == key)
    )
    if status is None:
        raise _unknown("recipient_user_id")
    if status != "active":
        raise Invalid(fields=[FieldProblem("recipient_user_id", "names somebody who cannot sign in")])
    return key


async def _members(session: AsyncSession, actor: Actor, group: UUID) -> list[UUID]:
    is_active = await session.scalar(
        select(MessageGroup.is_active).where(
            MessageGroup.tenant_id == actor.tenant_id, MessageGroup.id == group
        )
    )
    if is_active is None:
        raise _unknown("recipient_group_id")
    if not is_active:
        raise Invalid(fields=[FieldProblem("recipient_group_id", "names a group that is closed")])
    members = await session.scalars(
        select(MessageGroupMember.user_id).where(
            MessageGroupMember.tenant_id == actor.tenant_id, MessageGroupMember.group_id == group
        )
    )
    people = list(members)
    if actor.user_id not in people:
        raise Forbidden("You are not a member of this group.", code="not_a_member")
    return people


def _unknown(field: str) -> Invalid:
    return Invalid(fields=[FieldProblem(field, NOTHING_THERE, "unknown_reference")])
