"""Who else may see a document, and what people write into it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class DocumentShare(TenantModel):
    """A right to one document for a person, a role, a department or whoever has the link. Revoking deletes it."""

    __tablename__ = "document_shares"
    __facts__ = TableFacts(audit_ignore=("access_count", "last_accessed_at"), audit_redact=("share_link",))
    __unique__ = ("share_link",)
    __indexes__ = (
        "document_id",
        "shared_with_user_id",
        "share_link",
        "tenant_id, document_id",
        "tenant_id, shared_with_user_id, document_id",
        "tenant_id, shared_by_user_id",
        "tenant_id, expires_at",
        "tenant_id, created_at DESC",
    )
    __table_args__ = (
        one_of("permission_level", "view", "edit", "admin"),
        CheckConstraint(
            "num_nonnulls(shared_with_user_id, shared_with_role, shared_with_department, share_link) <= 1",
            name="one_of_person_role_department_or_link",
        ),
        CheckConstraint("share_link IS NULL OR permission_level = 'view'", name="a_link_only_lets_view"),
        CheckConstraint("access_count >= 0", name="access_count_not_negative"),
        {"comment": "Document sharing and permissions"},
    )

    document_id: Mapped[UUID] = reference("documents", cascade=True)
    shared_by_user_id: Mapped[UUID] = reference("users")
    shared_with_user_id: Mapped[UUID | None] = reference("users")
    shared_with_role: Mapped[str | None] = mapped_column(
        String(100), comment="Name of a role, such as dispatcher: everyone who has it"
    )
    shared_with_department: Mapped[str | None] = mapped_column(
        String(100), comment="Code of a department: everyone in it"
    )
    permission_level: Mapped[str] = mapped_column(
        String(20), comment="view: read and comment; edit: also new versions; admin: also share on"
    )
    expires_at: Mapped[datetime | None] = mapped_column(
        comment="No longer valid from then on; null: until revoked"
    )
    can_reshare: Mapped[bool] = mapped_column(
        server_default="false", comment="May pass the right on to others"
    )
    share_link: Mapped[str | None] = mapped_column(
        String(255), comment="Public sharing link: whoever has it may view the document without signing in"
    )
    access_count: Mapped[int] = mapped_column(server_default="0", comment="How often it was used")
    last_accessed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class DocumentComment(TenantModel, Timestamped):
    """A remark on a document or at a place of one of its pages."""

    __tablename__ = "document_comments"
    __facts__ = TableFacts(search=("comment_text",))
    __indexes__ = (
        "document_id, created_at DESC",
        "reply_to_comment_id",
        "tenant_id, created_at DESC",
        "tenant_id, document_id, created_at",
        "tenant_id, user_id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "open", "resolved"),
        CheckConstraint("page_number >= 1", name="page_number_at_least_1"),
        CheckConstraint(
            "position_x BETWEEN 0 AND 100 AND position_y BETWEEN 0 AND 100", name="position_within_the_page"
        ),
        CheckConstraint("reply_to_comment_id <> id", name="comment_does_not_reply_to_itself"),
        {"comment": "Collaborative document annotations"},
    )

    document_id: Mapped[UUID] = reference("documents", cascade=True)
    user_id: Mapped[UUID] = reference("users", comment="Who wrote it")
    comment_text: Mapped[str] = mapped_column(Text)
    page_number: Mapped[int | None] = mapped_column(comment="Counted from 1; null: about the whole document")
    position_x: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="From the left, in percent of the page's width"
    )
    position_y: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="From the top, in percent of the page's height"
    )
    reply_to_comment_id: Mapped[UUID | None] = reference("document_comments")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    is_resolved: Mapped[bool] = mapped_column(
        Computed("status = 'resolved'", persisted=True), nullable=False, comment="Follows the status"
    )
    resolved_by_user_id: Mapped[UUID | None] = reference("users")
    resolved_at: Mapped[datetime | None]
