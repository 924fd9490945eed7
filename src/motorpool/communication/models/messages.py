"""Messages between people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, reference


class MessageGroup(TenantModel, Timestamped):
    """People who are written to together, such as the night shift."""

    __tablename__ = "message_groups"
    __facts__ = TableFacts(search=("name", "description"))
    __unique__ = ("name",)
    __table_args__ = ({"comment": "Groups of people for messages"},)

    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(server_default="true", comment="Can be written to")
    created_by_user_id: Mapped[UUID | None] = reference("users")


class MessageGroupMember(TenantModel):
    """A person in a group, and how far they have read."""

    __tablename__ = "message_group_members"
    __facts__ = TableFacts(audit_ignore=("last_read_at",))
    __unique__ = ("group_id, user_id",)
    __indexes__ = ("tenant_id, user_id", "tenant_id, group_id")
    __table_args__ = ({"comment": "Who is in which message group"},)

    group_id: Mapped[UUID] = reference("message_groups", cascade=True)
    user_id: Mapped[UUID] = reference("users")
    last_read_at: Mapped[datetime | None] = mapped_column(
        comment="The group's messages up to then have been read"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Message(TenantModel):
    """A message of one person to another, or to a group. Only these people see it."""

    __tablename__ = "messages"
    __facts__ = TableFacts(
        search=("subject", "message_body"),
        audit_redact=("subject", "message_body", "attachments"),
        audit_ignore=("is_read", "read_at", "is_archived", "is_starred"),
    )
    __indexes__ = (
        "conversation_id, sent_at DESC",
        "recipient_user_id, is_read, sent_at DESC",
        "sender_user_id, sent_at DESC",
        "recipient_group_id, sent_at DESC",
        "tenant_id, sent_at DESC",
        "parent_message_id",
    )
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(recipient_user_id, recipient_group_id) = 1",
            name="it_goes_to_a_person_or_to_a_group",
        ),
        CheckConstraint("parent_message_id <> id", name="a_message_does_not_answer_itself"),
        {"comment": "Internal messaging system"},
    )

    conversation_id: Mapped[UUID] = mapped_column(
        server_default=text("uuidv7()"), comment="The same for a message and all answers to it"
    )
    sender_user_id: Mapped[UUID] = reference("users")
    recipient_user_id: Mapped[UUID | None] = reference("users")
    recipient_group_id: Mapped[UUID | None] = reference("message_groups")
    subject: Mapped[str | None] = mapped_column(String(500))
    message_body: Mapped[str] = mapped_column(Text)
    parent_message_id: Mapped[UUID | None] = reference(
        "messages", comment="The message that this one answers"
    )
    attachments: Mapped[Any | None] = mapped_column(JSONB)
    is_read: Mapped[bool] = mapped_column(
        server_default="false", comment="By the recipient; see the members of a group"
    )
    read_at: Mapped[datetime | None]
    is_archived: Mapped[bool] = mapped_column(server_default="false", comment="By the recipient")
    is_starred: Mapped[bool] = mapped_column(server_default="false", comment="By the recipient")
    sent_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
