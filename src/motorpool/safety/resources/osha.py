"""Employees and hours of establishments by year, until an executive certifies the summary."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, Lock, Move, Resource, Scope, States
from motorpool.fleet.resources import AT_FACILITY
from motorpool.safety.models.osha import OshaYear

YEAR_STATES = States(
    "status",
    (
        Move(
            "certify",
            "certified",
            leaves=("draft",),
            summary="An executive has examined the log and says that it is true and complete",
            takes=("certified_by_phone",),
            needs=("certified_by_name", "certified_by_title", "certified_on"),
            unless=(
                (
                    "t.average_employees IS NULL OR t.hours_worked IS NULL",
                    "employees and hours are entered before the summary is certified",
                ),
                (
                    "make_date(t.year, 12, 31) >= %(today)s",
                    "the summary of a year is certified when the year is over",
                ),
            ),
        ),
        Move("reopen", "draft", leaves=("certified",), summary="Correct the figures and certify again"),
    ),
)
OSHA = (
    Resource(
        model=OshaYear,
        label="OSHA year",
        operations=FULL,
        writable=tuple(
            "average_employees hours_worked establishment_name street city region postal_code industry_description naics_code "
            "employer_number establishment_type notes".split()
        ),
        create_only=("facility_id", "year"),
        default_sort="-year",
        made_by=("entered_by_user_id",),
        states=YEAR_STATES,
        locks=(
            Lock(
                "t.status = 'certified'",
                "the summary is certified: reopen it to correct it",
                open=("notes",),
            ),
        ),
        scope=Scope(facility=AT_FACILITY),
        list_columns=tuple(
            "year facility_id average_employees hours_worked status certified_by_name certified_on".split()
        ),
        title_column="year",
        examples={
            "year": 2025,
            "average_employees": 42,
            "hours_worked": "81350.0",
            "naics_code": "484110",
            "employer_number": "941234567",
        },
    ),
)
