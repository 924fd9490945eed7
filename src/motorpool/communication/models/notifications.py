"""Notifications and how people want to get them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text, Time, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.communication.models.entities import ENTITIES
from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)


class Notification(TenantModel):
    """A short message of the program to one person."""

    __tablename__ = "notifications"
    __facts__ = TableFacts(
        audited=False,
        reason="machine-written copies of what is logged elsewhere, and whether they were read",
        polymorphic=(Polymorphic("entity_type", "entity_id", ENTITIES),),
    )
    __indexes__ = (
        "user_id, is_read, created_at DESC",
        "tenant_id, notification_type, created_at DESC",
        "tenant_id, user_id, created_at DESC",
        "tenant_id, created_at DESC",
    )
    __table_args__ = (
        one_of("priority", "low", "medium", "high", "urgent"),
        CheckConstraint("is_read = (read_at IS NOT NULL)", name="read_at_says_when_it_was_read"),
        CheckConstraint(
            "is_dismissed = (dismissed_at IS NOT NULL)", name="dismissed_at_says_when_it_was_dismissed"
        ),
        {"comment": "System-wide notification center"},
    )

    user_id: Mapped[UUID] = reference("users", comment="Whom it is for")
    notification_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as alert, reminder, approval, message, system"
    )
    category: Mapped[str | None] = mapped_column(
        String(50),
        comment="What preferences are set by, such as vehicle, maintenance, safety, policy, expense",
    )
    title: Mapped[str] = mapped_column(String(255))
    message: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(
        String(20), server_default="medium", comment="urgent is sent in quiet hours too"
    )
    entity_type: Mapped[str | None] = mapped_column(
        String(50), comment="What it is about, such as vehicle, driver, work_order, expense"
    )
    entity_id: Mapped[UUID | None]
    action_url: Mapped[str | None] = mapped_column(Text, comment="Page to open, such as /expenses/…")
    action_label: Mapped[str | None] = mapped_column(String(100), comment="Words on the button")
    is_read: Mapped[bool] = mapped_column(server_default="false")
    read_at: Mapped[datetime | None]
    is_dismissed: Mapped[bool] = mapped_column(server_default="false", comment="No longer listed")
    dismissed_at: Mapped[datetime | None]
    delivery_channels: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="By which it goes to this person: in_app, email, sms, teams"
    )
    email_sent_at: Mapped[datetime | None]
    email_error: Mapped[str | None] = mapped_column(Text, comment="Why the last attempt to mail it failed")
    sms_sent_at: Mapped[datetime | None]
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    expires_at: Mapped[datetime | None] = mapped_column(comment="No longer listed from then on")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class NotificationPreference(TenantModel, Timestamped):
    """How one person wants to be told; without a row, the defaults hold."""

    __tablename__ = "notification_preferences"
    __unique__ = ("user_id",)
    __table_args__ = (
        CheckConstraint(
            "NOT quiet_hours_enabled OR (quiet_hours_start IS NOT NULL AND quiet_hours_end IS NOT NULL)",
            name="quiet_hours_have_a_start_and_an_end",
        ),
        CheckConstraint("quiet_hours_start <> quiet_hours_end", name="quiet_hours_end_at_another_time"),
        {"comment": "User notification settings"},
    )

    user_id: Mapped[UUID] = reference("users")
    email_enabled: Mapped[bool] = mapped_column(server_default="true")
    sms_enabled: Mapped[bool] = mapped_column(server_default="false")
    push_enabled: Mapped[bool] = mapped_column(server_default="true")
    teams_enabled: Mapped[bool] = mapped_column(server_default="true")
    quiet_hours_enabled: Mapped[bool] = mapped_column(
        server_default="false", comment="E-mail waits until they end, unless it is urgent"
    )
    quiet_hours_start: Mapped[time | None] = mapped_column(Time, comment="In the person's time zone")
    quiet_hours_end: Mapped[time | None] = mapped_column(
        Time, comment="In the person's time zone; before the start: the next day"
    )
    notification_settings: Mapped[Any | None] = mapped_column(
        JSONB, comment="Exceptions by category: {category: {email: true, sms: false, push: true}}"
    )
