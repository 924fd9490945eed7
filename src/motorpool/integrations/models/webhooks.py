"""Webhooks: what is sent to other systems when something happens here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    PartitionedModel,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)


class WebhookSubscription(TenantModel, Timestamped):
    """An address that is told about events.

    It must be https; whoever sends to it also refuses private and loopback addresses after resolution (decision 17).
    """

    __tablename__ = "webhook_subscriptions"
    __facts__ = TableFacts(
        search=("webhook_name", "endpoint_url"),
        sealed=("secret_key",),
        audit_ignore=("last_triggered_at", "success_count", "failure_count", "consecutive_failures"),
        audit_redact=("secret_key_ciphertext", "headers"),
    )
    __indexes__ = (
        "tenant_id, is_active",
        "gin (event_types)",
        "tenant_id, webhook_name, id",
    )
    __table_args__ = (
        one_of("http_method", "POST", "PUT", "PATCH"),
        CheckConstraint("endpoint_url ~ '^https://[^[:space:]]+$'", name="endpoint_url_begins_with_https"),
        CheckConstraint("max_retries BETWEEN 0 AND 20", name="max_retries_are_at_most_twenty"),
        CheckConstraint("timeout_seconds BETWEEN 1 AND 120", name="timeout_is_one_second_to_two_minutes"),
        {"comment": "Outgoing webhook subscriptions"},
    )

    webhook_name: Mapped[str] = mapped_column(String(255))
    endpoint_url: Mapped[str] = mapped_column(Text, comment="https://…, of a public address")
    event_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as vehicle.created, work_order.completed; null: every event"
    )
    http_method: Mapped[str] = mapped_column(String(10), server_default="POST")
    headers: Mapped[Any | None] = mapped_column(
        JSONB, comment="Sent along; what is secret belongs into secret_key"
    )
    secret_key: Mapped[str | None] = mapped_column(
        String(255), comment="Signs each delivery (HMAC-SHA-256); only its end is shown"
    )
    secret_key_ciphertext: Mapped[bytes | None]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    retry_on_failure: Mapped[bool] = mapped_column(server_default="true")
    max_retries: Mapped[int] = mapped_column(server_default="3", comment="Attempts after the first, 0 to 20")
    timeout_seconds: Mapped[int] = mapped_column(server_default="30", comment="s, 1 to 120")
    last_triggered_at: Mapped[datetime | None]
    success_count: Mapped[int] = mapped_column(server_default="0")
    failure_count: Mapped[int] = mapped_column(server_default="0")
    consecutive_failures: Mapped[int] = mapped_column(
        server_default="0", comment="Since the last success; at 10 it is paused"
    )
    paused_at: Mapped[datetime | None] = mapped_column(comment="When failures switched it off")
    created_by_user_id: Mapped[UUID | None] = reference("users")


class WebhookDelivery(PartitionedModel):
    """An attempt to tell a subscriber about an event."""

    __tablename__ = "webhook_deliveries"
    __facts__ = TableFacts(audited=False, partition_by="triggered_at", rights="full", reason="a log")
    __indexes__ = (
        "webhook_subscription_id, triggered_at DESC",
        "delivery_status, next_retry_at",
        "tenant_id, triggered_at DESC",
        "tenant_id, webhook_subscription_id, triggered_at DESC",
        "tenant_id, delivery_status, triggered_at DESC",
    )
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "triggered_at", name="pk_webhook_deliveries"),
        one_of("delivery_status", "pending", "success", "failed", "retrying"),
        {"comment": "Webhook delivery logs", "postgresql_partition_by": "RANGE (triggered_at)"},
    )

    webhook_subscription_id: Mapped[UUID] = reference("webhook_subscriptions")
    event_type: Mapped[str] = mapped_column(String(100), comment="Such as work_order.completed")
    event_id: Mapped[UUID | None] = mapped_column(comment="The same in all attempts")
    payload: Mapped[Any | None] = mapped_column(JSONB)
    request_headers: Mapped[Any | None] = mapped_column(JSONB, comment="Without the signature")
    request_body: Mapped[str | None] = mapped_column(Text)
    response_status: Mapped[int | None] = mapped_column(comment="HTTP status; null: no answer")
    response_headers: Mapped[Any | None] = mapped_column(JSONB)
    response_body: Mapped[str | None] = mapped_column(Text, comment="Its beginning")
    delivery_attempt: Mapped[int] = mapped_column(server_default="1", comment="1 is the first")
    delivery_status: Mapped[str] = mapped_column(String(20), server_default="pending")
    error_message: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[int | None] = mapped_column(comment="ms")
    triggered_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    delivered_at: Mapped[datetime | None]
    next_retry_at: Mapped[datetime | None]
