"""The OSHA 300 log of a year: its lines and its summary, of one establishment or of all.

Hours and employees are rows of `osha_years`. Of all establishments together they are the organisation's own row, else the sum of
those of its establishments, as far as these are entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from motorpool.safety.rules.osha_forms import ita_lacks, ita_line
from motorpool.safety.rules.osha_rates import Case, Summary, counted_days, summarise

#: The name that stands in the log where the person's must not (29 CFR 1904.29(b)(6)).
PRIVACY_CASE = "Privacy case"
LINES = """
SELECT t.id, t.case_number, t.person_name, t.is_privacy_case, t.job_title, t.injured_on, t.location, f.name, t.description,
       t.body_part, t.harmful_object, t.injury_type, t.classification, t.days_away, t.days_restricted, t.incident_id,
       t.facility_id
FROM injury_records t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND t.injured_on >= %(first)s AND t.injured_on <= %(last)s
  AND t.is_employee AND t.classification <> 'first_aid' AND {scope} AND {facility}
ORDER BY t.injured_on, t.case_number
"""
#: The year's row of the establishment, and what the facility says where the row is silent or not there.
SAID = """
SELECT coalesce(t.establishment_name, f.name, %(name)s), coalesce(t.street, f.address), coalesce(t.city, f.city),
       coalesce(t.region, f.region), coalesce(t.postal_code, f.postal_code), t.industry_description, t.naics_code,
       t.employer_number, coalesce(t.establishment_type, 'private'), t.id, t.average_employees, t.hours_worked, t.status,
       t.certified_by_name, t.certified_by_title, t.certified_on, t.certified_by_phone, t.facility_id
"""
YEARS = f"""{SAID} FROM osha_years t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND t.year = %(year)s AND {{scope}} ORDER BY 1, t.id
"""
YEAR = f"""{SAID}
FROM (SELECT %(facility)s::uuid AS id) AS e
LEFT JOIN facilities f ON f.tenant_id = %(tenant)s AND f.id = e.id
LEFT JOIN (SELECT t.* FROM osha_years t WHERE t.tenant_id = %(tenant)s AND t.year = %(year)s
             AND t.facility_id IS NOT DISTINCT FROM %(facility)s::uuid AND {{scope}}) AS t ON true
"""
SUMS = """
SELECT sum(t.average_employees)::integer, sum(t.hours_worked), count(*)::integer
FROM osha_years t
WHERE t.tenant_id = %(tenant)s AND t.year = %(year)s AND t.facility_id IS NOT NULL AND {scope}
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
Year = Annotated[int, Meta(ge=1971, le=2200, description="Calendar year; this one unless given")]


class LogAsked(Struct, forbid_unknown_fields=True):
    """Which log."""

    year: Year | None = None
    facility: Annotated[UUID, Meta(description="Only cases of this establishment")] | None = None
    format: Annotated[
        Literal["json", "csv", "xlsx", "pdf"],
        Meta(description="A file instead of JSON; pdf is form 300 as it is printed"),
    ] = "json"


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


class Establishment(Struct, frozen=True):
    """Who the log is of, as the forms ask for it; what the year's row does not say comes from the facility."""

    name: str
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    industry: str | None = None
    naics_code: str | None = None
    employer_number: str | None = None
    kind: str = "private"
    facility_id: UUID | None = None


class Certificate(Struct, frozen=True):
    """The executive who says that the summary is true and complete (29 CFR 1904.32(b)(3))."""

    name: str
    title: str
    on: date
    phone: str | None = None


class Log(Struct, frozen=True):
    year: int
    lines: list[Line]
    summary: Summary
    employees: int | None = None
    establishment: Establishment = Establishment("")
    certificate: Certificate | None = None
    entered: Annotated[UUID | None, Meta(description="The row of osha-years that hours stand in")] = None
    summed: Annotated[
        int,
        Meta(
            description="So many establishments' rows make up hours and employees; 0: they have their own row"
        ),
    ] = 0


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
    facts = await _year(database, registry, actor, year, asked.facility)
    return Log(
        year,
        lines,
        summarise([_case(one) for one in lines], facts.hours),
        facts.employees,
        facts.establishment,
        facts.certificate,
        facts.row,
        facts.summed,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    establishment: Establishment
    employees: int | None = None
    hours: Decimal | None = None
    certificate: Certificate | None = None
    row: UUID | None = None
    summed: int = 0


async def _year(
    database: Database, registry: Registry, actor: Actor, year: int, facility: UUID | None
) -> _Facts:
    """What is entered for the year, as far as the caller may read it."""
    plain = Establishment(actor.tenant_name, facility_id=facility)
    resource = registry["osha_years"]
    reach = actor.access.reach(resource.permission("read"))
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "year": year,
        "facility": facility,
        "name": actor.tenant_name,
    }
    scope = "false"
    if reach is not None:
        parameters = base_parameters(actor, reach) | parameters
        scope = scope_condition(resource, reach) or "true"
    found = await database.read(actor, YEAR.format(scope=scope), parameters)
    if not found:
        return _Facts(plain)
    (row,) = found
    place = _place(row, facility)
    certificate = Certificate(row[13], row[14], row[15], row[16]) if row[12] == "certified" else None
    if row[9] is not None or facility is not None:
        return _Facts(place, row[10], row[11], certificate, row[9])
    (employees, hours, count), *_ = await database.read(actor, SUMS.format(scope=scope), parameters)
    return _Facts(place, employees, hours, summed=count)


async def establishment_summaries(
    database: Database, registry: Registry, actor: Actor, year: int, action: str = "read"
) -> list[Log]:
    """The summary of each establishment that has a row of the year, else of the organisation's own row; without the lines.

    Raises Forbidden.
    """
    resource, years = registry["injury_records"], registry["osha_years"]
    reach, of_years = reach_or_forbid(resource, actor, action), reach_or_forbid(years, actor, action)
    query = LINES.format(scope=scope_condition(resource, reach) or "true", facility="true")
    parameters = base_parameters(actor, reach) | {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    lines = [(row[-1], _case(_line(row))) for row in await database.read(actor, query, parameters)]
    rows = await database.read(
        actor,
        YEARS.format(scope=scope_condition(years, of_years) or "true"),
        base_parameters(actor, of_years) | {"year": year, "name": actor.tenant_name},
    )
    whole = all(row[-1] is None for row in rows)
    return [
        Log(
            year,
            [],
            summarise([case for place, case in lines if whole or place == row[-1]], row[11]),
            row[10],
            _place(row, row[-1]),
            entered=row[9],
        )
        for row in rows
        if whole or row[-1] is not None
    ]


def submission_line(log: Log, company: str) -> dict[str, str | int | None]:
    """The establishment's line in the file for OSHA."""
    place = log.establishment
    return ita_line(
        log.year,
        log.summary,
        company=company,
        name=place.name,
        street=place.street,
        city=place.city,
        state=place.region,
        postal_code=place.postal_code,
        naics_code=place.naics_code,
        industry=place.industry,
        employer_number=place.employer_number,
        kind=place.kind,
        employees=log.employees,
    )


def lacking_for_submission(logs: Sequence[Log], company: str) -> list[str]:
    """`Depot: the NAICS code, the hours worked` for each establishment whose line OSHA would not take."""
    found = [(one.establishment.name, ita_lacks(submission_line(one, company))) for one in logs]
    return [f"{name}: {', '.join(wanting)}" for name, wanting in found if wanting]


def _place(row: Any, facility: UUID | None) -> Establishment:
    return Establishment(*(*row[:9], facility))


def _case(line: Line) -> Case:
    return Case(line.classification, line.injury_type, line.days_away, line.days_restricted)


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
        _,
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
