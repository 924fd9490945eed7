"""Connections to other systems: their credentials, what went over them, and which record is which there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.communication.models.entities import ENTITIES
from motorpool.core.database.models import (
    PartitionedModel,
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)


class ApiIntegration(TenantModel, Timestamped):
    """A connection to a telematics provider, a fuel card company, an ERP or accounts system."""

    __tablename__ = "api_integrations"
    __facts__ = TableFacts(
        search=("integration_name", "provider"),
        sealed=("credentials_encrypted",),
        audit_ignore=("last_sync_at", "next_sync_at", "sync_status", "last_error"),
        audit_redact=("credentials_encrypted_ciphertext",),
    )
    __indexes__ = (
        "tenant_id, provider, is_active",
        "next_sync_at, sync_enabled",
        "tenant_id, integration_name, id",
        "tenant_id, integration_type, is_active",
    )
    __table_args__ = (
        one_of("sync_status", "success", "failed", "in_progress"),
        CheckConstraint("api_endpoint ~ '^https://[^[:space:]]+$'", name="api_endpoint_begins_with_https"),
        CheckConstraint(
            "sync_frequency_minutes BETWEEN 1 AND 44640", name="sync_frequency_is_a_minute_to_a_month"
        ),
        {"comment": "Third-party API integration configs"},
    )

    integration_name: Mapped[str] = mapped_column(String(255))
    integration_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as telematics, fuel_card, erp, accounting"
    )
    provider: Mapped[str | None] = mapped_column(
        String(100), comment="Such as geotab, samsara, wex, quickbooks, ariba"
    )
    api_endpoint: Mapped[str | None] = mapped_column(
        Text, comment="https://…, of a public address; null: the provider's usual one"
    )
    api_version: Mapped[str | None] = mapped_column(String(50))
    authentication_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as oauth2, api_key, basic_auth"
    )
    credentials_encrypted: Mapped[str | None] = mapped_column(
        Text, comment="API key, password or token; only its end is shown"
    )
    credentials_encrypted_ciphertext: Mapped[bytes | None]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    sync_enabled: Mapped[bool] = mapped_column(server_default="true")
    sync_frequency_minutes: Mapped[int] = mapped_column(server_default="60", comment="min, up to a month")
    last_sync_at: Mapped[datetime | None]
    next_sync_at: Mapped[datetime | None]
    sync_status: Mapped[str | None] = mapped_column(String(20), comment="Of the last run; null: never ran")
    last_error: Mapped[str | None] = mapped_column(Text, comment="Why the last run failed")
    configuration: Mapped[Any | None] = mapped_column(
        JSONB, comment="Integration-specific config, nothing secret"
    )


class IntegrationLog(PartitionedModel):
    """One run over a connection, and how it ended."""

    __tablename__ = "integration_logs"
    __facts__ = TableFacts(audited=False, partition_by="occurred_at", rights="full", reason="a log")
    __indexes__ = (
        "integration_id, occurred_at DESC",
        "status, occurred_at DESC",
        "tenant_id, occurred_at DESC",
        "tenant_id, integration_id, occurred_at DESC",
        "tenant_id, status, occurred_at DESC",
    )
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "occurred_at", name="pk_integration_logs"),
        one_of("status", "success", "partial", "failed"),
        {
            "comment": "Integration activity and error logging",
            "postgresql_partition_by": "RANGE (occurred_at)",
        },
    )

    integration_id: Mapped[UUID] = reference("api_integrations")
    log_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as sync, push, pull, webhook, error"
    )
    operation: Mapped[str | None] = mapped_column(String(100), comment="Such as pull_positions")
    records_processed: Mapped[int | None]
    records_succeeded: Mapped[int | None]
    records_failed: Mapped[int | None]
    execution_time_ms: Mapped[int | None] = mapped_column(comment="ms")
    status: Mapped[str | None] = mapped_column(String(20))
    error_details: Mapped[Any | None] = mapped_column(JSONB)
    log_data: Mapped[Any | None] = mapped_column(JSONB)
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ExternalSystemMapping(TenantModel, Timestamped):
    """Which record here is which record there; one to one in each connection."""

    __tablename__ = "external_system_mappings"
    __facts__ = TableFacts(
        search=("external_id", "external_system"),
        audit_ignore=("last_synced_at",),
        polymorphic=(Polymorphic("entity_type", "internal_id", ENTITIES),),
    )
    __unique__ = (
        "integration_id, entity_type, external_id",
        "integration_id, entity_type, internal_id",
    )
    __indexes__ = (
        "entity_type, internal_id, external_system",
        "integration_id, entity_type, is_active",
        "tenant_id, entity_type, internal_id",
    )
    __table_args__ = ({"comment": "Map internal IDs to external system IDs"},)

    integration_id: Mapped[UUID] = reference("api_integrations")
    entity_type: Mapped[str] = mapped_column(String(50), comment="Such as vehicle, driver, work_order")
    internal_id: Mapped[UUID] = mapped_column(comment="Of the record here")
    external_id: Mapped[str] = mapped_column(String(255), comment="Of the record there")
    external_system: Mapped[str] = mapped_column(String(100), comment="Such as geotab, samsara, quickbooks")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    is_active: Mapped[bool] = mapped_column(server_default="true")
    last_synced_at: Mapped[datetime | None]
