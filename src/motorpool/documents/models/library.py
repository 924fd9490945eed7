"""Folders, documents and their versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

#: What a document can be about: value of `entity_type` -> table.
SUBJECTS = {
    "vehicle": "vehicles",
    "driver": "drivers",
    "policy": "policies",
    "maintenance": "maintenance_records",
    "facility": "facilities",
    "vendor": "vendors",
    "user": "users",
    "trip": "trips",
    "incident": "incidents",
    "accident": "accident_reports",
    "damage": "damage_reports",
    "inspection": "safety_inspections",
    "violation": "driver_violations",
    "compliance": "compliance_documents",
    "insurance": "insurance_policies",
    "sop": "sop_documents",
    "training": "training_modules",
    "checklist": "compliance_checklist_completions",
    "expense": "expenses",
    "invoice": "invoices",
    "purchase_order": "purchase_orders",
    "fuel": "fuel_transactions",
    "part": "parts",
    "transfer": "asset_transfers",
    "equipment": "equipment",
    "defect": "defects",
    "claim": "insurance_claims",
}


class DocumentFolder(TenantModel, Timestamped):
    """A folder of the library; its name is unique among its neighbours."""

    __tablename__ = "document_folders"
    __facts__ = TableFacts(
        search=("folder_name", "path", "description"),
        json_refs={"access_control.users[*]": "users"},
    )
    __indexes__ = (
        "tenant_id, parent_folder_id",
        "path",
        "tenant_id, folder_name, id",
        "tenant_id, status",
    )
    __table_args__ = (
        # A folder in the bin does not keep its name from others.
        Index(
            "uq_document_folders_tenant_id_parent_folder_id_folder_name",
            "tenant_id",
            "parent_folder_id",
            text("lower(folder_name)"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status = 'active'"),
        ),
        CheckConstraint("strpos(folder_name, '/') = 0", name="folder_name_has_no_slash"),
        CheckConstraint("parent_folder_id <> id", name="folder_is_not_its_own_parent"),
        one_of("status", "active", "discarded"),
        {"comment": "Hierarchical folder structure"},
    )

    folder_name: Mapped[str] = mapped_column(
        String(255), comment="Unique within the parent folder, whatever the case of its letters; no slash"
    )
    parent_folder_id: Mapped[UUID | None] = reference("document_folders", comment="null: at the top")
    path: Mapped[str | None] = mapped_column(
        Text, comment="Materialized path /parent/child/grandchild, kept by the program"
    )
    description: Mapped[str | None] = mapped_column(Text)
    color: Mapped[str | None] = mapped_column(String(7), comment="#rrggbb")
    icon: Mapped[str | None] = mapped_column(
        String(50), comment="Name of a Tabler icon, such as folder-heart"
    )
    access_control: Mapped[Any | None] = mapped_column(
        JSONB,
        comment="Who reads the folder and what is in it: {users: [], roles: [], departments: []}; null: as the parent",
    )
    created_by_user_id: Mapped[UUID | None] = reference("users")
    is_system: Mapped[bool] = mapped_column(
        server_default="false", comment="Made by the program and cannot be discarded"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="active", comment="discarded: in the bin")
    discarded_at: Mapped[datetime | None]
    discarded_by_user_id: Mapped[UUID | None] = reference("users")


class Document(TenantModel, Timestamped):
    """A document: what it is, whom it is about, where its content stands."""

    __tablename__ = "documents"
    __facts__ = TableFacts(
        search=("document_name", "description", "document_number"),
        polymorphic=(Polymorphic("entity_type", "entity_id", SUBJECTS),),
        json_refs={"access_control.users[*]": "users"},
        audit_ignore=("is_scanned_ai", "ai_metadata", "embedding_model"),
        audit_redact=("ai_extracted_text", "embedding_vector"),
    )
    __indexes__ = (
        "tenant_id, entity_type, entity_id",
        "folder_id",
        "uploaded_by_user_id, created_at DESC",
        "ivfflat (embedding_vector vector_cosine_ops)",
        "tenant_id, created_at DESC, id DESC",
        "tenant_id, document_name, id",
        "tenant_id, folder_id, document_name",
        "tenant_id, vehicle_id",
        "tenant_id, driver_id",
        "tenant_id, document_type",
        "tenant_id, expires_on",
        "tenant_id, status",
        "tenant_id, retention_date",
        "tenant_id, parent_document_id",
        "tenant_id, file_id",
        "tenant_id, checksum",
    )
    __table_args__ = (
        # ivfflat is poor until it was trained on rows; this one is good from the first row on.
        Index(
            "ix_documents_embedding_vector_hnsw",
            text("embedding_vector vector_cosine_ops"),
            postgresql_using="hnsw",
        ),
        one_of("status", "active", "discarded"),
        CheckConstraint("file_size_bytes >= 0", name="file_size_bytes_not_negative"),
        CheckConstraint("version >= 1", name="version_at_least_1"),
        CheckConstraint("expires_on >= issued_on", name="expires_on_not_before_issued_on"),
        CheckConstraint(
            "entity_id IS NULL OR entity_type IS NOT NULL", name="entity_id_needs_an_entity_type"
        ),
        {"comment": "Document metadata and storage"},
    )

    document_name: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    document_type: Mapped[str | None] = mapped_column(
        String(50),
        comment="What it is. Such as registration, insurance, inspection, maintenance, license, permit, title, contract, "
        "receipt, photo, manual, other",
    )
    document_number: Mapped[str | None] = mapped_column(String(100), comment="As printed on it")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None] = mapped_column(comment="Last day on which it is valid")
    file_type: Mapped[str | None] = mapped_column(String(50), comment="Such as pdf, docx, xlsx, jpg, png")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="Bytes")
    file_url: Mapped[str] = mapped_column(
        Text, comment="Where the content is: the address of a stored file, or of a file kept elsewhere"
    )
    file_id: Mapped[UUID | None] = reference(
        "files", comment="The stored file; null when it is kept elsewhere"
    )
    checksum: Mapped[str | None] = mapped_column(
        String(64), comment="SHA-256 of the content, 64 hex digits; finds the same file sent twice"
    )
    thumbnail_url: Mapped[str | None] = mapped_column(Text)
    folder_id: Mapped[UUID | None] = reference("document_folders")
    uploaded_by_user_id: Mapped[UUID] = reference("users")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    entity_type: Mapped[str | None] = mapped_column(
        String(50), comment=f"Kind of record that it is about. Such as {', '.join(SUBJECTS)}"
    )
    entity_id: Mapped[UUID | None] = mapped_column(comment="The record that it is about")
    version: Mapped[int] = mapped_column(server_default="1", comment="Number of the current version")
    parent_document_id: Mapped[UUID | None] = reference(
        "documents", comment="The document that this one replaces, amends or was copied from"
    )
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    is_scanned_ai: Mapped[bool] = mapped_column(
        server_default="false", comment="Text was extracted and analysed"
    )
    ai_extracted_text: Mapped[str | None] = mapped_column(Text)
    ai_metadata: Mapped[Any | None] = mapped_column(JSONB, comment="Results of the document analysis")
    embedding_vector: Mapped[Any | None] = mapped_column(
        Vector(1536), comment="Embedding of the whole text; shorter vectors are padded with zeros"
    )
    embedding_model: Mapped[str | None] = mapped_column(
        String(100), comment="Model that made the embedding; only vectors of one model are compared"
    )
    access_control: Mapped[Any | None] = mapped_column(
        JSONB, comment="Whom it is meant for: {users: [], roles: [], departments: []}; null: as the folder"
    )
    is_archived: Mapped[bool] = mapped_column(
        server_default="false", comment="Kept for the record, out of the everyday lists"
    )
    retention_date: Mapped[date | None] = mapped_column(comment="Must be kept until this day")
    legal_hold: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Evidence in a dispute: must not be discarded, whatever its retention date",
    )
    status: Mapped[str] = mapped_column(String(20), server_default="active", comment="discarded: in the bin")
    discarded_at: Mapped[datetime | None]
    discarded_by_user_id: Mapped[UUID | None] = reference("users")


class DocumentVersion(TenantModel):
    """One state of a document's content. Never changed: restoring an old one makes a new version."""

    __tablename__ = "document_versions"
    __unique__ = ("document_id, version_number",)
    __indexes__ = (
        "document_id, version_number DESC",
        "tenant_id, created_at DESC",
        "tenant_id, changed_by_user_id",
    )
    __table_args__ = (
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("file_size_bytes >= 0", name="file_size_bytes_not_negative"),
        {"comment": "Document version history"},
    )

    document_id: Mapped[UUID] = reference("documents", cascade=True)
    version_number: Mapped[int] = mapped_column(comment="1, 2, 3 ...")
    file_url: Mapped[str] = mapped_column(Text, comment="Where the content of this version is")
    file_id: Mapped[UUID | None] = reference("files", comment="The stored file of this version")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="Bytes")
    change_description: Mapped[str | None] = mapped_column(Text, comment="What was changed, and why")
    changed_by_user_id: Mapped[UUID] = reference("users")
    checksum: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the content, 64 hex digits")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
