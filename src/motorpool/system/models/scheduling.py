"""Jobs on a schedule, and what became of each run."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import SharedModel, TableFacts, Timestamped, one_of
from motorpool.system.rules.schedules import CRON_PATTERN

HAS_ITS_TIME = """CASE schedule_type WHEN 'cron' THEN cron_expression IS NOT NULL
    WHEN 'interval' THEN interval_minutes IS NOT NULL ELSE scheduled_time IS NOT NULL END"""


class ScheduledJob(SharedModel, Timestamped):
    """Something that is to be done again and again, or once at a time that was chosen. A plan: nothing runs it yet."""

    __tablename__ = "scheduled_jobs"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        search=("job_name", "job_handler"),
        audit_ignore=(
            "last_run_at",
            "last_run_status",
            "last_run_duration_ms",
            "next_run_at",
            "failure_count",
        ),
    )
    __unique__ = ("job_name",)
    __indexes__ = (
        "next_run_at, is_active",
        "tenant_id, job_type, is_active",
        "tenant_id, next_run_at",
    )
    __table_args__ = (
        one_of("schedule_type", "cron", "interval", "one_time"),
        one_of("last_run_status", "success", "failed", "timeout"),
        CheckConstraint(HAS_ITS_TIME, name="a_schedule_says_when"),
        CheckConstraint(f"cron_expression ~ '{CRON_PATTERN}'", name="cron_expression_has_five_fields"),
        CheckConstraint("interval_minutes > 0", name="interval_minutes_is_above_0"),
        CheckConstraint("max_retries BETWEEN 0 AND 20", name="max_retries_is_between_0_and_20"),
        CheckConstraint("failure_count >= 0", name="failure_count_is_not_negative"),
        {"comment": "Background job scheduler"},
    )

    job_name: Mapped[str] = mapped_column(String(255))
    job_type: Mapped[str] = mapped_column(String(100), comment="Such as report, sync, cleanup, notification")
    job_handler: Mapped[str] = mapped_column(
        String(255), comment="Function/class to execute: the name under which the program registers it"
    )
    job_parameters: Mapped[Any | None] = mapped_column(JSONB, comment="What the handler is told")
    schedule_type: Mapped[str] = mapped_column(String(50), server_default="cron")
    cron_expression: Mapped[str | None] = mapped_column(
        String(100), comment="Minute, hour, day, month, weekday in UTC: 30 6 * * mon-fri"
    )
    interval_minutes: Mapped[int | None] = mapped_column(comment="Minutes from one start to the next")
    scheduled_time: Mapped[datetime | None] = mapped_column(comment="When a job that runs once is due")
    last_run_at: Mapped[datetime | None]
    last_run_status: Mapped[str | None] = mapped_column(String(20))
    last_run_duration_ms: Mapped[int | None] = mapped_column(comment="Milliseconds")
    next_run_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    retry_on_failure: Mapped[bool] = mapped_column(server_default="true")
    max_retries: Mapped[int] = mapped_column(server_default="3", comment="Attempts after the first")
    failure_count: Mapped[int] = mapped_column(server_default="0", comment="Failures in a row")


class JobExecutionHistory(SharedModel):
    """One run of a scheduled job; it belongs to whom its job belongs."""

    __tablename__ = "job_execution_history"
    __facts__ = TableFacts(
        ownership="shared_or_own", audited=False, reason="a history itself: one row for each run"
    )
    __indexes__ = (
        "scheduled_job_id, started_at DESC",
        "execution_status, started_at DESC",
        "tenant_id, started_at DESC",
    )
    __table_args__ = (
        one_of("execution_status", "success", "failed", "timeout"),
        CheckConstraint("completed_at >= started_at", name="completed_after_it_started"),
        CheckConstraint("retry_attempt >= 0", name="retry_attempt_is_not_negative"),
        {"comment": "Job execution audit trail"},
    )

    scheduled_job_id: Mapped[UUID | None]
    execution_status: Mapped[str | None] = mapped_column(String(20), comment="null: still running")
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    duration_ms: Mapped[int | None] = mapped_column(comment="Milliseconds")
    records_processed: Mapped[int | None]
    error_message: Mapped[str | None] = mapped_column(Text)
    error_stack_trace: Mapped[str | None] = mapped_column(Text, comment="For whoever repairs the program")
    output_data: Mapped[Any | None] = mapped_column(JSONB)
    retry_attempt: Mapped[int] = mapped_column(server_default="0", comment="0: the first attempt")
