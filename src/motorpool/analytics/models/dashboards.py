"""Dashboards and the cache behind them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Dashboard(TenantModel, Timestamped):
    """A page of widgets that somebody put together."""

    __tablename__ = "dashboards"
    __facts__ = TableFacts(
        search=("dashboard_name", "description"),
        audit_ignore=("last_viewed_at", "view_count"),
        json_refs={"access_control.user_ids[*]": "users", "access_control.department_ids[*]": "departments"},
    )
    __indexes__ = (
        "tenant_id, created_by_user_id",
        "tenant_id, is_default, is_public",
        "tenant_id, dashboard_name, id",
        "tenant_id, dashboard_type",
    )
    __table_args__ = (
        CheckConstraint("refresh_interval_seconds >= 10", name="refresh_interval_is_at_least_10_seconds"),
        CheckConstraint("view_count >= 0", name="view_count_is_not_negative"),
        Index(
            "uq_dashboards_default_of_owner",
            "tenant_id",
            "created_by_user_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
        {"comment": "Custom user dashboards"},
    )

    dashboard_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    dashboard_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as executive, operational, financial, safety, custom"
    )
    layout_config: Mapped[Any | None] = mapped_column(
        JSONB, comment="Grid layout configuration: columns, row height, gap"
    )
    widgets: Mapped[Any | None] = mapped_column(JSONB, comment="[{widget_id, type, config, position, size}]")
    refresh_interval_seconds: Mapped[int] = mapped_column(
        server_default="300", comment="Seconds, at least 10"
    )
    is_default: Mapped[bool] = mapped_column(
        server_default="false", comment="What its owner sees first; one for each owner"
    )
    is_public: Mapped[bool] = mapped_column(server_default="false", comment="Everybody here may see it")
    access_control: Mapped[Any | None] = mapped_column(
        JSONB, comment="Who else may see it: users, roles, departments"
    )
    created_by_user_id: Mapped[UUID] = reference("users")
    last_viewed_at: Mapped[datetime | None]
    view_count: Mapped[int] = mapped_column(server_default="0")


class AnalyticsCache(TenantModel):
    """A figure that was computed before somebody asks, and how long it holds."""

    __tablename__ = "analytics_cache"
    __facts__ = TableFacts(audited=False, reason="a cache: it can be thrown away at any time")
    __unique__ = ("cache_key",)
    __indexes__ = (
        "cache_key, expires_at",
        "tenant_id, cache_type, is_stale",
        "expires_at",
        "tenant_id, created_at DESC",
    )
    __table_args__ = (
        one_of("period_type", "daily", "weekly", "monthly", "yearly"),
        CheckConstraint("period_end >= period_start", name="period_ends_after_it_starts"),
        CheckConstraint("access_count >= 0", name="access_count_is_not_negative"),
        {"comment": "Pre-computed analytics for performance"},
    )

    cache_key: Mapped[str] = mapped_column(String(500))
    cache_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as dashboard, report, kpi, widget"
    )
    aggregation_level: Mapped[str | None] = mapped_column(
        String(50), comment="Such as vehicle, driver, department, fleet"
    )
    period_type: Mapped[str | None] = mapped_column(String(20))
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    cache_data: Mapped[Any] = mapped_column(JSONB)
    row_count: Mapped[int | None]
    computation_time_ms: Mapped[int | None] = mapped_column(comment="Milliseconds")
    is_stale: Mapped[bool] = mapped_column(server_default="false", comment="A table behind it has changed")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_accessed_at: Mapped[datetime | None]
    access_count: Mapped[int] = mapped_column(server_default="0")
