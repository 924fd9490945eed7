"""People's calendars, and how far the copies from Microsoft 365 have come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class MicrosoftGraphSync(TenantModel):
    """How far a copy of somebody's calendar, mail, Teams or files has come."""

    __tablename__ = "microsoft_graph_sync"
    __facts__ = TableFacts(audited=False, reason="machine state of the synchronisation")
    __indexes__ = (
        "user_id, sync_type, last_sync_at DESC",
        "next_sync_at, sync_status",
        "tenant_id, last_sync_at DESC",
        "tenant_id, sync_status",
    )
    __table_args__ = (
        one_of("sync_status", "success", "failed", "in_progress"),
        {"comment": "Microsoft Graph API synchronization state"},
    )

    user_id: Mapped[UUID] = reference("users", comment="Whose account it is")
    sync_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as calendar, email, teams, onedrive"
    )
    resource_id: Mapped[str | None] = mapped_column(String(255), comment="Microsoft resource ID")
    delta_token: Mapped[str | None] = mapped_column(Text, comment="For incremental sync")
    last_sync_at: Mapped[datetime | None]
    next_sync_at: Mapped[datetime | None]
    sync_status: Mapped[str | None] = mapped_column(String(20), comment="Of the last run; null: never ran")
    error_message: Mapped[str | None] = mapped_column(Text)
    items_synced: Mapped[int | None] = mapped_column(comment="In the last run")
    items_failed: Mapped[int | None] = mapped_column(comment="In the last run")
    sync_duration_ms: Mapped[int | None] = mapped_column(comment="ms")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class CalendarIntegration(TenantModel, Timestamped):
    """A person's calendar elsewhere that reservations and appointments are kept in step with."""

    __tablename__ = "calendar_integrations"
    __facts__ = TableFacts(
        search=("calendar_name", "calendar_id"),
        sealed=("access_token_encrypted", "refresh_token_encrypted"),
        audit_ignore=(
            "last_sync_at",
            "sync_status",
            "access_token_encrypted",
            "access_token_encrypted_ciphertext",
            "token_expires_at",
        ),
        audit_redact=("access_token_encrypted_ciphertext", "refresh_token_encrypted_ciphertext"),
    )
    __unique__ = ("user_id, provider, calendar_id",)
    __indexes__ = (
        "user_id, provider, is_enabled",
        "last_sync_at, is_enabled",
        "tenant_id, calendar_name, id",
    )
    __table_args__ = (
        one_of("sync_direction", "one_way", "two_way"),
        one_of("sync_status", "success", "failed", "in_progress"),
        Index(
            "uq_calendar_integrations_tenant_id_user_id_is_primary",
            "tenant_id",
            "user_id",
            unique=True,
            postgresql_where=text("is_primary"),
        ),
        {"comment": "External calendar sync configuration"},
    )

    user_id: Mapped[UUID] = reference("users", comment="Whose calendar it is")
    provider: Mapped[str | None] = mapped_column(String(50), comment="Such as microsoft, google")
    calendar_id: Mapped[str] = mapped_column(String(255), comment="Its identifier at the provider")
    calendar_name: Mapped[str | None] = mapped_column(String(500))
    is_primary: Mapped[bool] = mapped_column(
        server_default="false", comment="Where new events go; one for each person"
    )
    is_enabled: Mapped[bool] = mapped_column(server_default="true")
    sync_direction: Mapped[str | None] = mapped_column(String(20), comment="one_way: from here to there only")
    sync_vehicle_reservations: Mapped[bool] = mapped_column(server_default="true")
    sync_maintenance_appointments: Mapped[bool] = mapped_column(server_default="true")
    sync_safety_meetings: Mapped[bool] = mapped_column(server_default="false")
    last_sync_at: Mapped[datetime | None]
    sync_status: Mapped[str | None] = mapped_column(String(20), comment="Of the last run; null: never ran")
    access_token_encrypted: Mapped[str | None] = mapped_column(Text, comment="Masked")
    access_token_encrypted_ciphertext: Mapped[bytes | None]
    refresh_token_encrypted: Mapped[str | None] = mapped_column(Text, comment="Masked")
    refresh_token_encrypted_ciphertext: Mapped[bytes | None]
    token_expires_at: Mapped[datetime | None]
