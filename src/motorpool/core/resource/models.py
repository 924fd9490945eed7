"""Bookkeeping of the kernel: answers of repeated POSTs, counters of business numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import Base, TableFacts


class IdempotencyKey(Base):
    """The answer that a POST with an Idempotency-Key gave, stored in the same transaction, for 24 hours."""

    __tablename__ = "idempotency_keys"
    __facts__ = TableFacts(audited=False, reason="protocol state; the rows it made are audited")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "user_key", "route", "idempotency_key"),
        Index("ix_idempotency_keys_created_at", "created_at"),
        {"comment": "Answers of recent POSTs by Idempotency-Key"},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    user_key: Mapped[str] = mapped_column(String(80), comment="User or API token that sent the request")
    route: Mapped[str] = mapped_column(String(255))
    idempotency_key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the body, hex")
    response_status: Mapped[int | None]
    response_headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    response_body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Counter(Base):
    """The last business number given, for each kind of record and year."""

    __tablename__ = "counters"
    __facts__ = TableFacts(
        audited=False, reason="machine state; the numbers stand in the rows that carry them"
    )
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "name", "year", name="pk_counters"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_counters_tenant_id"),
        {"comment": "Last business number given, by kind of record and year"},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    name: Mapped[str] = mapped_column(String(100), comment="Table that is numbered")
    year: Mapped[int] = mapped_column(comment="0 for numbers that go on for ever")
    value: Mapped[int] = mapped_column(BigInteger)
