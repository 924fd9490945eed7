"""Saved reports and what became of each run."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, String, Text, Time, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference

SCHEDULE_DAY = """CASE schedule_frequency
    WHEN 'weekly' THEN schedule_day BETWEEN 1 AND 7
    WHEN 'monthly' THEN schedule_day BETWEEN 1 AND 31
    WHEN 'quarterly' THEN schedule_day BETWEEN 1 AND 31
    ELSE schedule_day IS NULL END"""


class SavedReport(TenantModel, Timestamped):
    """A question about the fleet that somebody keeps: which rows, which columns, how grouped, when sent to whom."""

    __tablename__ = "saved_reports"
    __facts__ = TableFacts(
        search=("report_name", "description", "report_category"),
        audit_ignore=("last_run_at", "run_count", "next_run_at"),
        json_refs={"access_control.user_ids[*]": "users", "access_control.department_ids[*]": "departments"},
    )
    __indexes__ = (
        "tenant_id, created_by_user_id",
        "tenant_id, is_public, is_favorite",
        "schedule_enabled, schedule_frequency",
        "tenant_id, report_name, id",
        "tenant_id, report_type",
        "tenant_id, next_run_at",
        "tenant_id, last_run_at DESC",
    )
    __table_args__ = (
        one_of("schedule_frequency", "daily", "weekly", "monthly", "quarterly"),
        one_of("file_format", "pdf", "excel", "csv"),
        CheckConstraint(
            "NOT schedule_enabled OR (schedule_frequency IS NOT NULL AND schedule_time IS NOT NULL)",
            name="a_schedule_needs_a_frequency_and_a_time",
        ),
        CheckConstraint(f"schedule_day IS NULL OR {SCHEDULE_DAY}", name="schedule_day_fits_the_frequency"),
        CheckConstraint("run_count >= 0", name="run_count_is_not_negative"),
        {"comment": "User-saved report configurations"},
    )

    report_name: Mapped[str] = mapped_column(String(255))
    report_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as fleet_utilization, maintenance_costs, fuel_analysis, custom"
    )
    report_category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as operations, maintenance, finance, safety, compliance"
    )
    description: Mapped[str | None] = mapped_column(Text)
    report_config: Mapped[Any | None] = mapped_column(
        JSONB, comment="Complete report configuration: source table, joined tables, period, totals"
    )
    filters: Mapped[Any | None] = mapped_column(JSONB, comment="[{column, operator, value}]; all must hold")
    columns: Mapped[Any | None] = mapped_column(JSONB, comment="[{column, heading, aggregate}] in order")
    grouping: Mapped[Any | None] = mapped_column(JSONB, comment="[{column, bucket}] from the outside in")
    sorting: Mapped[Any | None] = mapped_column(JSONB, comment="[{column, descending}]")
    chart_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as bar, line, pie, area, table"
    )
    schedule_enabled: Mapped[bool] = mapped_column(server_default="false")
    schedule_frequency: Mapped[str | None] = mapped_column(String(50))
    schedule_day: Mapped[int | None] = mapped_column(
        comment="Weekly: 1 (Monday) to 7; monthly and quarterly: day of the month, the last one when it has no such day"
    )
    schedule_time: Mapped[time | None] = mapped_column(Time, comment="In the organisation's time zone")
    email_recipients: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Addresses that get each scheduled run"
    )
    file_format: Mapped[str | None] = mapped_column(String(20), comment="Of the file that is sent")
    is_public: Mapped[bool] = mapped_column(server_default="false", comment="Everybody here may run it")
    is_favorite: Mapped[bool] = mapped_column(server_default="false")
    access_control: Mapped[Any | None] = mapped_column(
        JSONB, comment="Who else may run it: users, roles, departments"
    )
    created_by_user_id: Mapped[UUID] = reference("users")
    last_run_at: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None] = mapped_column(comment="When the schedule is due")
    run_count: Mapped[int] = mapped_column(server_default="0")


class ReportExecution(TenantModel):
    """One run of a report, saved or not, with its file."""

    __tablename__ = "report_executions"
    __facts__ = TableFacts(audited=False, reason="a history itself: one row for each run")
    __indexes__ = (
        "saved_report_id, executed_at DESC",
        "tenant_id, executed_at DESC",
        "tenant_id, status, executed_at DESC",
        "tenant_id, executed_by_user_id",
    )
    __table_args__ = (
        one_of("execution_type", "manual", "scheduled", "api"),
        one_of("status", "running", "completed", "failed", "timeout"),
        one_of("file_format", "pdf", "excel", "csv"),
        CheckConstraint("date_range_end >= date_range_start", name="date_range_ends_after_it_starts"),
        CheckConstraint("row_count >= 0", name="row_count_is_not_negative"),
        {"comment": "Report execution history and results"},
    )

    saved_report_id: Mapped[UUID | None] = reference("saved_reports", cascade=True)
    executed_by_user_id: Mapped[UUID | None] = reference("users", comment="null: by its schedule")
    execution_type: Mapped[str] = mapped_column(String(20), server_default="manual")
    report_parameters: Mapped[Any | None] = mapped_column(JSONB, comment="The configuration as it ran")
    date_range_start: Mapped[date | None]
    date_range_end: Mapped[date | None]
    row_count: Mapped[int | None]
    execution_time_ms: Mapped[int | None] = mapped_column(comment="Milliseconds")
    file_url: Mapped[str | None] = mapped_column(Text, comment="Where the file can be fetched")
    file_id: Mapped[UUID | None] = reference("files", comment="The file as it is stored")
    file_format: Mapped[str | None] = mapped_column(String(20))
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20), server_default="running")
    error_message: Mapped[str | None] = mapped_column(Text)
    executed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
