"""Copies of what is said in Microsoft Teams and written in Outlook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of

COPY = "a synchronised copy; the original is kept by Microsoft 365"


class TeamsIntegrationMessage(TenantModel):
    """A message of a Teams channel."""

    __tablename__ = "teams_integration_messages"
    __facts__ = TableFacts(audited=False, reason=COPY, search=("sender_name", "message_content"))
    __unique__ = ("teams_message_id",)
    __indexes__ = (
        "teams_channel_id, created_at_teams DESC",
        "teams_message_id",
        "tenant_id, teams_channel_id, created_at_teams DESC",
        "tenant_id, created_at_teams DESC",
    )
    __table_args__ = ({"comment": "Microsoft Teams message sync"},)

    teams_message_id: Mapped[str | None] = mapped_column(String(255))
    teams_channel_id: Mapped[str | None] = mapped_column(String(255))
    teams_team_id: Mapped[str | None] = mapped_column(String(255))
    sender_email: Mapped[str | None] = mapped_column(String(255))
    sender_name: Mapped[str | None] = mapped_column(String(255))
    message_content: Mapped[str | None] = mapped_column(Text)
    message_type: Mapped[str | None] = mapped_column(String(50), comment="Such as text, html, card")
    mentions: Mapped[Any | None] = mapped_column(JSONB)
    attachments: Mapped[Any | None] = mapped_column(JSONB)
    reactions: Mapped[Any | None] = mapped_column(JSONB)
    is_reply: Mapped[bool] = mapped_column(server_default="false")
    reply_to_message_id: Mapped[str | None] = mapped_column(
        String(255), comment="teams_message_id of the message that it answers"
    )
    created_at_teams: Mapped[datetime | None] = mapped_column(comment="When it was written")
    synced_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class OutlookEmail(TenantModel):
    """An e-mail of a mailbox that is connected."""

    __tablename__ = "outlook_emails"
    __facts__ = TableFacts(audited=False, reason=COPY, search=("subject", "from_address", "body_preview"))
    __unique__ = ("outlook_message_id",)
    __indexes__ = (
        "user_email, received_datetime DESC",
        "outlook_message_id",
        "conversation_id",
        "tenant_id, user_email, received_datetime DESC",
        "tenant_id, received_datetime DESC",
    )
    __table_args__ = (
        one_of("body_content_type", "html", "text"),
        one_of("importance", "low", "normal", "high"),
        {"comment": "Outlook email integration"},
    )

    outlook_message_id: Mapped[str | None] = mapped_column(String(255))
    conversation_id: Mapped[str | None] = mapped_column(String(255))
    user_email: Mapped[str | None] = mapped_column(String(255), comment="The mailbox it lies in")
    from_address: Mapped[str | None] = mapped_column(String(255))
    to_addresses: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    cc_addresses: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    subject: Mapped[str | None] = mapped_column(String(1000))
    body_preview: Mapped[str | None] = mapped_column(Text)
    body_content: Mapped[str | None] = mapped_column(Text)
    body_content_type: Mapped[str | None] = mapped_column(String(20))
    importance: Mapped[str | None] = mapped_column(String(20))
    has_attachments: Mapped[bool] = mapped_column(server_default="false")
    attachments: Mapped[Any | None] = mapped_column(JSONB)
    is_read: Mapped[bool] = mapped_column(server_default="false")
    is_draft: Mapped[bool] = mapped_column(server_default="false")
    received_datetime: Mapped[datetime | None]
    sent_datetime: Mapped[datetime | None]
    entity_references: Mapped[Any | None] = mapped_column(
        JSONB, comment="Vehicles, work orders and the like that the text names"
    )
    synced_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
