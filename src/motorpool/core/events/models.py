"""The event log that streams read: see `core.events.log`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from motorpool.core.database.models import Base, TableFacts


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's xid8: 64 bits, never wraps."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId


class EventRecord(Base):
    """Something that happened in a tenant, for live pages and (later) webhooks. Kept for an hour."""

    __tablename__ = "event_log"
    __facts__ = TableFacts(audited=False, reason="short-lived stream, no state of its own")
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        Index("ix_event_log_tenant_id_xid_id", "tenant_id", "xid", "id"),
        Index("ix_event_log_occurred_at", "occurred_at"),
        {"comment": "Recent events, read in commit-safe order by (xid, id)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    tenant_id: Mapped[UUID] = mapped_column(
        server_default=text("(nullif(current_setting('motorpool.tenant_id', true), ''))::uuid")
    )
    xid: Mapped[str] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
