"""The OSHA 300 log of a year: its lines and its summary, of one establishment or of all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.export import Column
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.osha_rates import Case, Summary, counted_days, summarise

#: The name that stands in the log where the person's must not (29 CFR 1904.29(b)(6)).
PRIVACY_CASE = "Privacy case"
FILES = ("csv", "xlsx", "pdf")
LINES = """
SELECT t.id, t.case_number, t.person_name, t.is_privacy_case, t.job_title, t.injured_on, t.location, f.name, t.description,
       t.body_part, t.harmful_object, t.injury_type, t.classification, t.days_away, t.days_restricted, t.incident_id
FROM injury_records t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND t.injured_on >= %(first)s AND t.injured_on <= %(last)s
  AND t.is_employee AND t.classification <> 'first_aid' AND {scope} AND {facility}
ORDER BY t.injured_on, t.case_number
"""
COLUMNS = (
    Column("case_number", "Case"),
    Column("person", "Employee"),
    Column("job_title", "Job title"),
    Column("injured_on", "Date", "date"),
    Column("place", "Where"),
    Column("description", "Injury or illness, part of the body, and what did the harm"),
    Column("classification", "Outcome"),
    Column("days_away", "Days away", "integer"),
    Column("days_restricted", "Days restricted", "integer"),
    Column("injury_type", "Type"),
)


class LogAsked(Struct, forbid_unknown_fields=True):
    """Which log."""

    year: (
        Annotated[int, Meta(ge=1971, le=2200, description="Calendar year; this one unless given")] | None
    ) = None
    facility: Annotated[UUID, Meta(description="Only cases of this establishment")] | None = None
    hours: (
        Annotated[
            float, Meta(gt=0, le=1_000_000_000, description="Hours that all employees worked in the year")
        ]
        | None
    ) = None
    employees: (
        Annotated[int, Meta(ge=0, le=10_000_000, description="Average number of employees in the year")]
        | None
    ) = None
    format: Annotated[Literal["json", "csv", "xlsx", "pdf"], Meta(description="A file instead of JSON")] = (
        "json"
    )


class Line(Struct, frozen=True):
    """A line of the log. `person` is "Privacy case" where the name must not stand; days as OSHA counts them."""

    id: UUID
    case_number: str
    person: str
    job_title: str | None
    injured_on: date
    place: str | None
    description: str | None
    classification: str
    days_away: int
    days_restricted: int
    injury_type: str
    incident_id: UUID | None


class Log(Struct, frozen=True):
    year: int
    lines: list[Line]
    summary: Summary
    employees: int | None = None


async def osha_log(
    database: Database, registry: Registry, actor: Actor, asked: LogAsked, action: str = "read"
) -> Log:
    """The log as far as the caller reaches injury records. Raises Forbidden."""
    resource = registry["injury_records"]
    reach = reach_or_forbid(resource, actor, action)
    year = asked.year or actor.today.year
    query = LINES.format(
        scope=scope_condition(resource, reach) or "true",
        facility="t.facility_id = %(facility)s" if asked.facility else "true",
    )
    parameters = base_parameters(actor, reach) | {
        "first": date(year, 1, 1),
        "last": date(year, 12, 31),
        "facility": asked.facility,
    }
    rows = await database.read(actor, query, parameters)
    lines = [_line(row) for row in rows]
    cases = [Case(one.classification, one.injury_type, one.days_away, one.days_restricted) for one in lines]
    hours = None if asked.hours is None else Decimal(str(asked.hours))
    return Log(year, lines, summarise(cases, hours), asked.employees)


def _line(row: Any) -> Line:
    (
        key,
        number,
        name,
        private,
        job,
        day,
        place,
        facility,
        told,
        part,
        thing,
        kind,
        outcome,
        away,
        less,
        incident,
    ) = row
    about = "; ".join(one for one in (told, part, thing) if one)
    return Line(
        key,
        number,
        PRIVACY_CASE if private else name,
        job,
        day,
        place or facility,
        about or None,
        outcome,
        counted_days(away),
        counted_days(less),
        kind,
        incident,
    )


def cells_of(line: Line) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    words = {"classification": line.classification, "injury_type": line.injury_type}
    return tuple(
        words[one.name].replace("_", " ").capitalize() if one.name in words else getattr(line, one.name)
        for one in COLUMNS
    )
