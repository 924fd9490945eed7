"""What was read out of documents, and who did what with them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import Polymorphic, TableFacts, TenantModel, reference


class DocumentAiAnalysis(TenantModel):
    """One result of an automatic analysis."""

    __tablename__ = "document_ai_analysis"
    __facts__ = TableFacts(audited=False, reason="written once by the analysis, never changed")
    __indexes__ = (
        "document_id, analysis_type",
        "tenant_id, analyzed_at DESC",
        "tenant_id, document_id",
        "tenant_id, analysis_type",
    )
    __table_args__ = (
        CheckConstraint("confidence_score BETWEEN 0 AND 1", name="confidence_score_between_0_and_1"),
        {"comment": "AI/RAG document analysis results"},
    )

    document_id: Mapped[UUID] = reference("documents", cascade=True)
    analysis_type: Mapped[str] = mapped_column(
        String(50), comment="Such as extraction, classification, summary, qa, sentiment, quality"
    )
    ai_model: Mapped[str | None] = mapped_column(
        String(100), comment="Name and version of the model or rule set that answered"
    )
    prompt_used: Mapped[str | None] = mapped_column(Text)
    response: Mapped[str | None] = mapped_column(Text)
    confidence_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2), comment="0 to 1")
    extracted_entities: Mapped[Any | None] = mapped_column(JSONB, comment="Names, dates, amounts, etc.")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    analyzed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class RAGEmbedding(TenantModel):
    """A piece of text of about 1,000 characters and its vector."""

    __tablename__ = "rag_embeddings"
    __facts__ = TableFacts(
        audited=False,
        reason="derived from texts that are audited, and made again at any time",
        polymorphic=(
            Polymorphic(
                "source_type",
                "source_id",
                {
                    "document": "documents",
                    "policy": "policy_versions",
                    "sop": "sop_documents",
                    "training": "training_modules",
                    "manual": "documents",
                },
            ),
        ),
    )
    __indexes__ = (
        "source_type, source_id, chunk_index",
        "ivfflat (embedding_vector vector_cosine_ops)",
        "tenant_id, source_type, source_id, model_used, chunk_index",
        "tenant_id, model_used",
        "tenant_id, created_at",
    )
    __table_args__ = (
        Index(
            "ix_rag_embeddings_embedding_vector_hnsw",
            text("embedding_vector vector_cosine_ops"),
            postgresql_using="hnsw",
        ),
        CheckConstraint("chunk_index >= 0", name="chunk_index_not_negative"),
        {"comment": "Vector embeddings for semantic search"},
    )

    source_type: Mapped[str] = mapped_column(
        String(50), comment="Such as document, policy, sop, training, manual"
    )
    source_id: Mapped[UUID] = mapped_column(comment="The document, policy version, procedure or module")
    chunk_text: Mapped[str] = mapped_column(Text, comment="About 1,000 characters, broken at sentences")
    chunk_index: Mapped[int | None] = mapped_column(comment="Position within the source, from 0")
    embedding_vector: Mapped[Any | None] = mapped_column(
        Vector(1536), comment="Shorter vectors are padded with zeros, which leaves the cosine unchanged"
    )
    model_used: Mapped[str | None] = mapped_column(
        String(100), comment="Model that made the vector; only vectors of one model are compared"
    )
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB, comment="Page, heading and the like")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class DocumentAuditLog(TenantModel):
    """One thing that somebody did with a document; reading counts."""

    __tablename__ = "document_audit_log"
    __facts__ = TableFacts(rights="append", audited=False, reason="is itself a log")
    __indexes__ = (
        "document_id, occurred_at DESC",
        "user_id, occurred_at DESC",
        "tenant_id, occurred_at DESC",
        "tenant_id, document_id, occurred_at DESC",
        "tenant_id, action",
    )
    __table_args__ = ({"comment": "Complete audit trail for compliance"},)

    document_id: Mapped[UUID | None] = reference("documents")
    user_id: Mapped[UUID] = reference("users")
    action: Mapped[str] = mapped_column(
        String(50),
        comment="Such as created, viewed, edited, shared, unshared, commented, version_created, moved, renamed, archived, "
        "restored, deleted, downloaded, printed",
    )
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
    details: Mapped[Any | None] = mapped_column(JSONB)
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
