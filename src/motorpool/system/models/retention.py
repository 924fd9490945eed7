"""How long data is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped


class DataRetentionPolicy(TenantModel, Timestamped):
    """After how many days the rows of a table may go, and whether they are put away first. A plan: nothing deletes by it yet."""

    __tablename__ = "data_retention_policies"
    __facts__ = TableFacts(
        search=("policy_name", "table_name"),
        audit_ignore=("last_executed_at", "records_archived", "records_deleted"),
    )
    __unique__ = ("policy_name",)
    __indexes__ = (
        "tenant_id, table_name, is_active",
        "tenant_id, last_executed_at DESC",
    )
    __table_args__ = (
        CheckConstraint("retention_days > 0", name="retention_days_is_above_0"),
        CheckConstraint("table_name ~ '^[a-z][a-z0-9_]*$'", name="table_name_is_the_name_of_a_table"),
        CheckConstraint(
            "records_archived >= 0 AND records_deleted >= 0", name="record_counts_are_not_negative"
        ),
        {"comment": "Automated data lifecycle management"},
    )

    policy_name: Mapped[str] = mapped_column(String(255))
    table_name: Mapped[str] = mapped_column(
        String(100), comment="Such as vehicle_locations, obd_telemetry, user_activity_log"
    )
    retention_days: Mapped[int] = mapped_column(comment="Days after which a row may go")
    archive_before_delete: Mapped[bool] = mapped_column(server_default="true")
    archive_storage_location: Mapped[str | None] = mapped_column(
        Text, comment="Folder in the file store; null: archive"
    )
    delete_condition: Mapped[Any | None] = mapped_column(
        JSONB,
        comment='Which of them go, as the list filters of the API: {"status": "closed"}; null: all',
    )
    is_active: Mapped[bool] = mapped_column(server_default="true")
    last_executed_at: Mapped[datetime | None]
    records_archived: Mapped[int] = mapped_column(BigInteger, server_default="0", comment="In all runs")
    records_deleted: Mapped[int] = mapped_column(BigInteger, server_default="0", comment="In all runs")
