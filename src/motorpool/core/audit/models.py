"""The audit trail: one row for each changed row, written by a database trigger that no code path can skip."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import PartitionedModel, TableFacts


class AuditTrail(PartitionedModel):
    """Who changed what, when, from where and why."""

    __tablename__ = "audit_trails"
    __facts__ = TableFacts(
        rights="read", audited=False, partition_by="occurred_at", reason="is itself the log"
    )
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "occurred_at"),
        Index(
            "ix_audit_trails_table_name_record_id_occurred_at",
            "table_name",
            "record_id",
            text("occurred_at DESC"),
        ),
        Index("ix_audit_trails_user_id_occurred_at", "user_id", text("occurred_at DESC")),
        Index(
            "ix_audit_trails_tenant_id_occurred_at", "tenant_id", text("occurred_at DESC"), text("id DESC")
        ),
        {
            "comment": "System-wide audit logging for compliance",
            "postgresql_partition_by": "RANGE (occurred_at)",
        },
    )

    table_name: Mapped[str] = mapped_column(String(100))
    record_id: Mapped[UUID]
    operation: Mapped[str] = mapped_column(String(20), comment="INSERT, UPDATE or DELETE")
    old_values: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="On update only the changed columns"
    )
    new_values: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="On update only the changed columns"
    )
    changed_fields: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    user_id: Mapped[UUID | None]
    ip_address: Mapped[Any | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(String(255), comment="Session or API token")
    reason: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
