"""Drug and alcohol tests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class DrugAlcoholTest(TenantModel, Timestamped):
    """One test that a driver has to take, with the time by which the law wants it (49 CFR 382)."""

    __tablename__ = "drug_alcohol_tests"
    __facts__ = TableFacts(search=("specimen_number", "collection_site"))
    __indexes__ = (
        "driver_id, ordered_at DESC",
        "tenant_id, ordered_at DESC",
        "tenant_id, status, due_at",
        "tenant_id, reason",
        "accident_report_id",
    )
    __table_args__ = (
        one_of("test_type", "alcohol", "drug"),
        one_of(
            "reason",
            "pre_employment",
            "random",
            "post_accident",
            "reasonable_suspicion",
            "return_to_duty",
            "follow_up",
        ),
        one_of("status", "due", "completed", "missed", "cancelled"),
        one_of("result", "negative", "negative_dilute", "positive", "refused", "invalid"),
        CheckConstraint("due_at >= ordered_at", name="due_after_it_was_ordered"),
        CheckConstraint("status <> 'completed' OR result IS NOT NULL", name="a_completed_test_has_a_result"),
        CheckConstraint("status <> 'missed' OR missed_reason IS NOT NULL", name="a_missed_test_has_a_reason"),
        CheckConstraint("concentration >= 0", name="concentration_from_zero"),
        {"comment": "Drug and alcohol tests of drivers, with their deadlines and results"},
    )

    driver_id: Mapped[UUID] = reference("drivers")
    accident_report_id: Mapped[UUID | None] = reference(
        "accident_reports", comment="Accident that calls for it"
    )
    test_type: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(20), server_default="due")
    ordered_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When the clock began; the time of the accident after one"
    )
    remind_at: Mapped[datetime | None] = mapped_column(
        comment="From here on a delay must be explained: 2 hours for alcohol after an accident"
    )
    due_at: Mapped[datetime | None] = mapped_column(
        comment="No attempt after this: 8 hours for alcohol, 32 for drugs after an accident (49 CFR 382.303)"
    )
    taken_at: Mapped[datetime | None]
    collection_site: Mapped[str | None] = mapped_column(String(255))
    collector_name: Mapped[str | None] = mapped_column(String(255))
    specimen_number: Mapped[str | None] = mapped_column(String(100))
    result: Mapped[str | None] = mapped_column(String(20))
    concentration: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 3), comment="Alcohol, grams per 210 litres of breath"
    )
    review_officer: Mapped[str | None] = mapped_column(String(255), comment="Medical review officer")
    by_law_enforcement: Mapped[bool] = mapped_column(
        server_default="false", comment="Made by the police; may stand in for the employer's test"
    )
    delay_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was later than the law wants")
    missed_reason: Mapped[str | None] = mapped_column(
        Text, comment="Why it was not made in time; kept on file"
    )
    document_id: Mapped[UUID | None] = reference("documents", comment="Chain of custody form or report")
    ordered_by_user_id: Mapped[UUID | None] = reference("users")
    notes: Mapped[str | None] = mapped_column(Text)
