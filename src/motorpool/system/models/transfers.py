"""Imports and exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of, reference


class ImportJob(TenantModel):
    """A table that somebody brings in from a file: first tried without a trace, then run in portions."""

    __tablename__ = "import_jobs"
    __facts__ = TableFacts(
        search=("file_name", "import_type"),
        audit_ignore=(
            "rows_processed",
            "rows_succeeded",
            "rows_failed",
            "rows_created",
            "rows_updated",
            "error_log",
            "validation_errors",
            "preview",
        ),
    )
    __indexes__ = (
        "tenant_id, status, created_at DESC",
        "imported_by_user_id, created_at DESC",
        "tenant_id, created_at DESC",
        "tenant_id, import_type, created_at DESC",
    )
    __table_args__ = (
        one_of("status", "pending", "checking", "checked", "processing", "completed", "failed", "cancelled"),
        CheckConstraint(
            "rows_processed = rows_succeeded + rows_failed", name="every_row_succeeded_or_failed"
        ),
        {"comment": "Bulk data import job tracking"},
    )

    import_type: Mapped[str] = mapped_column(
        String(100), comment="Table that the rows go into, such as vehicles, drivers, fuel_transactions"
    )
    file_name: Mapped[str | None] = mapped_column(String(500))
    file_url: Mapped[str | None] = mapped_column(Text, comment="Where the file can be fetched")
    file_id: Mapped[UUID | None] = reference("files", comment="The file as it was sent")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    row_count: Mapped[int | None] = mapped_column(
        comment="Rows below the heading; known after the first reading"
    )
    rows_processed: Mapped[int] = mapped_column(server_default="0")
    rows_succeeded: Mapped[int] = mapped_column(server_default="0")
    rows_failed: Mapped[int] = mapped_column(server_default="0")
    rows_created: Mapped[int] = mapped_column(server_default="0", comment="Of those that succeeded")
    rows_updated: Mapped[int] = mapped_column(
        server_default="0", comment="Of those that succeeded: were there before"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    error_log: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{row, error, field}]: the first ones; all stand in import_errors"
    )
    validation_errors: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{error, field, rows}]: the errors of the dry run by kind"
    )
    error_message: Mapped[str | None] = mapped_column(Text, comment="Why the whole import failed")
    error_file_id: Mapped[UUID | None] = reference(
        "files", comment="The rows that failed, with their errors, to correct and send again"
    )
    import_parameters: Mapped[Any | None] = mapped_column(
        JSONB, comment="Sheet, column mapping, what happens to rows that exist and to empty cells"
    )
    preview: Mapped[Any | None] = mapped_column(
        JSONB, comment="Headings and first rows of the file, to choose the mapping by"
    )
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    imported_by_user_id: Mapped[UUID] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ImportRowError(TenantModel):
    """What is wrong with one cell or one row of an imported file."""

    __tablename__ = "import_errors"
    __facts__ = TableFacts(audited=False, reason="a result of a job, made anew each time that it runs")
    __indexes__ = ("tenant_id, import_job_id, row_number",)
    __table_args__ = ({"comment": "What is wrong with the rows of an imported file"},)

    import_job_id: Mapped[UUID] = reference("import_jobs", cascade=True)
    row_number: Mapped[int] = mapped_column(comment="As a spreadsheet counts: the heading is row 1")
    field: Mapped[str | None] = mapped_column(String(100), comment="Our column; null: the row as a whole")
    heading: Mapped[str | None] = mapped_column(Text, comment="The file's column")
    value: Mapped[str | None] = mapped_column(Text, comment="What stands in the cell")
    message: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(50), server_default="invalid")


class ExportJob(TenantModel):
    """A list that somebody takes out as a file."""

    __tablename__ = "export_jobs"
    __facts__ = TableFacts(search=("export_type",), audit_ignore=("row_count", "rows_total"))
    __indexes__ = (
        "tenant_id, status, created_at DESC",
        "requested_by_user_id, created_at DESC",
        "expires_at",
        "tenant_id, created_at DESC",
        "tenant_id, export_type, created_at DESC",
    )
    __table_args__ = (
        one_of("export_format", "csv", "excel", "pdf", "json", "ndjson", "zip"),
        one_of("status", "pending", "processing", "completed", "failed", "cancelled", "expired"),
        {"comment": "Data export job tracking"},
    )

    export_type: Mapped[str] = mapped_column(
        String(100), comment="Table that is exported, such as vehicles, maintenance_records"
    )
    export_format: Mapped[str] = mapped_column(String(20), server_default="csv")
    filters: Mapped[Any | None] = mapped_column(
        JSONB, comment='The parameters of the list, such as {"status": "active", "sort": "vehicle_number"}'
    )
    columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="In order; null: all")
    row_count: Mapped[int | None] = mapped_column(comment="Rows written")
    rows_total: Mapped[int | None] = mapped_column(comment="Rows found when it started")
    file_url: Mapped[str | None] = mapped_column(Text, comment="Where the file can be fetched")
    file_id: Mapped[UUID | None] = reference("files", comment="The file as it is stored")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None] = mapped_column(comment="The file is removed then")
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    error_message: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    requested_by_user_id: Mapped[UUID] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
