"""What form 300A asks for beside the cases: hours and people of an establishment in a year, and who certified it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class OshaYear(TenantModel, Timestamped):
    """Employees and hours of one establishment in one year, as form 300A asks for them (29 CFR 1904.32)."""

    __tablename__ = "osha_years"
    __facts__ = TableFacts(search=("establishment_name", "certified_by_name"))
    __indexes__ = ("tenant_id, year DESC", "facility_id")
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "facility_id",
            "year",
            name="uq_osha_years_tenant_id_facility_id_year",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("status", "draft", "certified"),
        one_of("establishment_type", "private", "state_government", "local_government"),
        CheckConstraint("year BETWEEN 1971 AND 2200", name="a_calendar_year"),
        CheckConstraint("average_employees >= 0", name="employees_are_counted_from_zero"),
        CheckConstraint("hours_worked > 0", name="hours_worked_above_zero"),
        CheckConstraint("naics_code ~ '^[0-9]{6}$'", name="a_naics_code_has_six_digits"),
        CheckConstraint("employer_number ~ '^[0-9]{9}$'", name="an_employer_number_has_nine_digits"),
        CheckConstraint(
            "status = 'draft' OR (average_employees IS NOT NULL AND hours_worked IS NOT NULL "
            "AND certified_by_name IS NOT NULL AND certified_by_title IS NOT NULL AND certified_on IS NOT NULL)",
            name="certified_means_complete_and_signed",
        ),
        {"comment": "Employees and hours of establishments by year, and who certified the OSHA 300A summary"},
    )

    facility_id: Mapped[UUID | None] = reference(
        "facilities", comment="Establishment; null: the whole organisation is one"
    )
    year: Mapped[int] = mapped_column(comment="Calendar year")
    average_employees: Mapped[int | None] = mapped_column(
        comment="Annual average: sum of the employees of each pay period / number of pay periods"
    )
    hours_worked: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 1), comment="Hours that all employees worked in the year; no holidays, no sick leave"
    )
    establishment_name: Mapped[str | None] = mapped_column(
        String(100), comment="As it stands on the form; null: the facility's or the organisation's name"
    )
    street: Mapped[str | None] = mapped_column(String(100), comment="null: the facility's")
    city: Mapped[str | None] = mapped_column(String(100), comment="null: the facility's")
    region: Mapped[str | None] = mapped_column(String(50), comment="State, two letters; null: the facility's")
    postal_code: Mapped[str | None] = mapped_column(String(20), comment="null: the facility's")
    industry_description: Mapped[str | None] = mapped_column(
        String(300), comment="Such as General freight trucking, local"
    )
    naics_code: Mapped[str | None] = mapped_column(
        String(6), comment="North American Industry Classification System, six digits, such as 484110"
    )
    employer_number: Mapped[str | None] = mapped_column(
        String(9), comment="Employer identification number (EIN), nine digits"
    )
    establishment_type: Mapped[str] = mapped_column(String(20), server_default="private")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    certified_by_name: Mapped[str | None] = mapped_column(
        String(255), comment="Company executive who examined the log (29 CFR 1904.32(b)(3))"
    )
    certified_by_title: Mapped[str | None] = mapped_column(
        String(100), comment="Such as owner, officer of the corporation, highest ranking official"
    )
    certified_by_phone: Mapped[str | None] = mapped_column(String(40))
    certified_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    entered_by_user_id: Mapped[UUID | None] = reference("users")
