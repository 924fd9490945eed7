"""The table of stored files. The content stands in a folder or an object store under `storage_key`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, reference


class StoredFile(TenantModel, Timestamped):
    """One file. Its content never changes: a new version is a new file."""

    __tablename__ = "files"
    __facts__ = TableFacts(search=("name",))
    __unique__ = ("storage_key",)
    __indexes__ = (
        "tenant_id, created_at DESC, id DESC",
        "tenant_id, name, id",
        "tenant_id, sha256",
        "tenant_id, entity_type, entity_id",
        "tenant_id, uploaded_by_user_id",
        "tenant_id, deleted_at",
        "tenant_id, expires_at",
    )
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_bytes"),
        CheckConstraint("(entity_type IS NULL) = (entity_id IS NULL)", name="entity_both_or_neither"),
        {"comment": "Uploaded and generated files; the content is in the file store"},
    )

    name: Mapped[str] = mapped_column(String(255), comment="File name as shown and downloaded")
    media_type: Mapped[str] = mapped_column(String(100), comment="As found in the content, not as declared")
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), comment="Checksum of the content, 64 hex digits")
    storage_key: Mapped[str] = mapped_column(
        Text, comment="Where the file store holds it: tenant, day, random digits"
    )
    purpose: Mapped[str] = mapped_column(
        String(50), server_default="attachment", comment="attachment, document, photo, import, export, model"
    )
    entity_type: Mapped[str | None] = mapped_column(String(63), comment="Table of the record it belongs to")
    entity_id: Mapped[UUID | None] = mapped_column(comment="The record it belongs to")
    uploaded_by_user_id: Mapped[UUID | None] = reference("users", comment="null: made by the program")
    expires_at: Mapped[datetime | None] = mapped_column(comment="Deleted at this time; null: kept")
    deleted_at: Mapped[datetime | None] = mapped_column(
        comment="Marked as deleted; the content is removed some days later"
    )
