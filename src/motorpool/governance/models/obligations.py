"""What is demanded of a person by a day, whatever it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TenantModel, Timestamped, reference


class Obligation(TenantModel, Timestamped):
    """A row for each person and each thing that they must confirm or master. It stays for the renewals."""

    __abstract__ = True
    __indexes__ = ("tenant_id, due_on", "tenant_id, user_id", "tenant_id, status")

    # After the columns that say what is demanded of whom.
    status: Mapped[str] = mapped_column(String(20), server_default="assigned", sort_order=10)
    assigned_by_user_id: Mapped[UUID | None] = reference(
        "users", comment="null: by the program", sort_order=11
    )
    assigned_at: Mapped[datetime] = mapped_column(server_default=text("now()"), sort_order=12)
    last_reminded_at: Mapped[datetime | None] = mapped_column(sort_order=13)
    waiver_reason: Mapped[str | None] = mapped_column(Text, sort_order=14)
    waived_by_user_id: Mapped[UUID | None] = reference("users", sort_order=15)
    waived_at: Mapped[datetime | None] = mapped_column(sort_order=16)
