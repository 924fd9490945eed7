"""Depreciation of vehicles."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class DepreciationSchedule(TenantModel, Timestamped):
    """Vehicle asset depreciation tracking."""

    __tablename__ = "depreciation_schedules"
    __facts__ = TableFacts(audit_ignore=("current_book_value", "accumulated_depreciation"))
    __indexes__ = (
        "vehicle_id",
        "tenant_id, is_active",
        "tenant_id, depreciation_start_date DESC",
        "tenant_id, depreciation_method",
    )
    __table_args__ = (
        one_of("depreciation_method", "straight_line", "declining_balance", "units_of_production"),
        CheckConstraint(
            "purchase_price >= 0 AND salvage_value >= 0 AND accumulated_depreciation >= 0",
            name="amounts_from_zero",
        ),
        CheckConstraint("salvage_value <= purchase_price", name="salvage_value_within_the_price"),
        CheckConstraint(
            "current_book_value BETWEEN salvage_value AND purchase_price",
            name="book_value_between_salvage_and_price",
        ),
        CheckConstraint("useful_life_years > 0 AND useful_life_miles > 0", name="useful_life_above_zero"),
        CheckConstraint("declining_factor > 0", name="declining_factor_above_zero"),
        Index(
            "uq_depreciation_schedules_one_active",
            "tenant_id",
            "vehicle_id",
            unique=True,
            postgresql_where=text("is_active"),
        ),
        {"comment": "Vehicle asset depreciation tracking"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    depreciation_method: Mapped[str] = mapped_column(String(50), server_default="straight_line")
    declining_factor: Mapped[Decimal] = mapped_column(
        Numeric(4, 2),
        server_default="2",
        comment="Multiple of the straight-line rate for a declining balance; 2 is double declining",
    )
    purchase_price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    salvage_value: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="What it is worth at the end")
    useful_life_years: Mapped[int | None] = mapped_column(comment="Years")
    useful_life_miles: Mapped[int | None] = mapped_column(comment="Miles, for units of production")
    depreciation_start_date: Mapped[date]
    current_book_value: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), comment="After the last entry; null before the first"
    )
    accumulated_depreciation: Mapped[Decimal] = mapped_column(Numeric(12, 2), server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default="true", comment="At most one a vehicle is")


class DepreciationEntry(TenantModel):
    """Periodic depreciation journal entries."""

    __tablename__ = "depreciation_entries"
    __unique__ = ("depreciation_schedule_id, period",)
    __indexes__ = (
        "depreciation_schedule_id, period DESC",
        "tenant_id, period_start_date DESC",
        "tenant_id, period",
    )
    __table_args__ = (
        CheckConstraint("period_end_date >= period_start_date", name="end_after_start"),
        CheckConstraint("depreciation_amount >= 0 AND miles_driven >= 0", name="amounts_from_zero"),
        CheckConstraint(
            "beginning_book_value - depreciation_amount = ending_book_value",
            name="beginning_less_depreciation_is_the_end",
        ),
        {"comment": "Periodic depreciation journal entries"},
    )

    depreciation_schedule_id: Mapped[UUID] = reference("depreciation_schedules")
    period: Mapped[str] = mapped_column(String(20), comment="Such as YYYY-MM")
    period_start_date: Mapped[date]
    period_end_date: Mapped[date]
    depreciation_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    beginning_book_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    ending_book_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    miles_driven: Mapped[int | None] = mapped_column(comment="Miles in the period, for units of production")
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
