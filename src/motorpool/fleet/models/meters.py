"""What vehicles' meters come to, replaced meters included: kept by the database as readings arrive."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of, reference


class VehicleMeter(TenantModel):
    """Where an odometer or engine-hour meter stands now, and how fast it runs: machine state, one row a meter."""

    __tablename__ = "vehicle_meters"
    __facts__ = TableFacts(audited=False, reason="machine state, follows the readings")
    __unique__ = ("vehicle_id, meter_type",)
    __table_args__ = (
        one_of("meter_type", "odometer", "engine_hours"),
        one_of("use_basis", "readings", "trips"),
        {"comment": "True value and daily use of each meter of each vehicle"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles", cascade=True)
    meter_type: Mapped[str] = mapped_column(String(20))
    true_value: Mapped[float | None] = mapped_column(
        comment="Metres or seconds, earlier meters included; never falls but by a replacement or correction. null: no reading"
    )
    replacement_offset: Mapped[float] = mapped_column(
        server_default="0", comment="What is added to what the present meter shows, metres or seconds"
    )
    recorded_at: Mapped[datetime | None] = mapped_column(comment="When the latest reading was taken")
    counts_from: Mapped[datetime | None] = mapped_column(
        comment="Readings before the last replacement or correction no longer count; null: all do"
    )
    ignored_readings: Mapped[int] = mapped_column(
        server_default="0", comment="Readings below an earlier one, which do not count"
    )
    last_ignored_at: Mapped[datetime | None] = mapped_column(comment="When the latest of them was taken")
    daily_use: Mapped[float | None] = mapped_column(
        comment="Metres or seconds on an ordinary day of the last 13 weeks; null: not known"
    )
    use_basis: Mapped[str | None] = mapped_column(String(20), comment="What the daily use was measured by")
    use_days: Mapped[int | None] = mapped_column(comment="Days that the measurement spans")
    use_measured_at: Mapped[datetime | None]
