"""The accident register that a motor carrier keeps for three years (49 CFR 390.15(b)(1))."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.export import Column
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.fleet.rules.commercial import IS_COMMERCIAL
from motorpool.safety.rules.inspection_periods import add_months

YEARS = 3
#: The incident says so, or a commercial motor vehicle was in it (49 CFR 390.5).
IN_REGISTER = (
    "(t.fatalities > 0 OR t.injury_treated_away OR t.is_tow_away) AND (coalesce(i.is_dot_recordable, false) "
    f"OR t.incident_id IS NULL AND {IS_COMMERCIAL})"
)
LINES = f"""
SELECT t.id, t.report_number, (t.incident_date AT TIME ZONE %(time_zone)s)::date, t.city, t.region, t.location, d.full_name,
       v.vehicle_number, t.injury_count, t.fatalities, t.hazmat_released, t.is_tow_away, t.police_report_number,
       t.preventability, t.incident_id, t.driver_id, t.vehicle_id
FROM accident_reports t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
LEFT JOIN incidents i ON i.tenant_id = t.tenant_id AND i.id = t.incident_id
WHERE t.tenant_id = %(tenant)s AND {IN_REGISTER} AND {{scope}}
  AND t.incident_date >= (%(first)s::date)::timestamp AT TIME ZONE %(time_zone)s
  AND t.incident_date < (%(last)s::date + 1)::timestamp AT TIME ZONE %(time_zone)s
ORDER BY t.incident_date DESC, t.id
"""
COLUMNS = (
    Column("day", "Date", "date"),
    Column("city", "City or town"),
    Column("region", "State"),
    Column("driver", "Driver"),
    Column("injuries", "Injuries", "integer"),
    Column("fatalities", "Fatalities", "integer"),
    Column("hazmat_released", "Hazardous material released", "boolean"),
    Column("vehicle", "Vehicle"),
    Column("is_tow_away", "Towed away", "boolean"),
    Column("report_number", "Report"),
    Column("police_report_number", "Police report"),
)


class RegisterAsked(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Which part of the register."""

    from_: Annotated[date, Meta(description="First local day; three years ago unless given")] | None = None
    to: Annotated[date, Meta(description="Last local day; today unless given")] | None = None
    format: Annotated[Literal["json", "csv", "xlsx", "pdf"], Meta(description="A file instead of JSON")] = (
        "json"
    )


class Entry(Struct, frozen=True):
    """An accident of one vehicle. `missing`: what the register needs and the report does not say."""

    id: UUID
    report_number: str | None
    day: date
    city: str | None
    region: str | None
    location: str | None
    driver: str
    vehicle: str
    injuries: int
    fatalities: int
    hazmat_released: bool
    is_tow_away: bool
    police_report_number: str | None
    preventability: str
    incident_id: UUID | None
    driver_id: UUID
    vehicle_id: UUID
    missing: list[str]


class Register(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    first: date
    last: date
    items: list[Entry]


def kept_from(day: date) -> date:
    """The first day of the years that end with this one."""
    return add_months(day, -12 * YEARS)


async def accident_register(
    database: Database, registry: Registry, actor: Actor, asked: RegisterAsked, action: str = "read"
) -> Register:
    """The register as far as the caller reaches accident reports, the latest first.

    Raises: Forbidden; BadRequest when the period ends before it begins.
    """
    resource = registry["accident_reports"]
    reach = reach_or_forbid(resource, actor, action)
    last = asked.to or actor.today
    first = asked.from_ or kept_from(min(last, actor.today))
    if first > last:
        problem = FieldProblem("from", "must not be after to", "out_of_range")
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    query = LINES.format(scope=scope_condition(resource, reach) or "true")
    parameters = base_parameters(actor, reach) | {
        "first": first,
        "last": last,
        "time_zone": actor.time_zone,
    }
    rows = await database.read(actor, query, parameters)
    return Register(first, last, [_entry(row) for row in rows])


def _entry(row: tuple[Any, ...]) -> Entry:
    missing = [name for name, value in (("city", row[3]), ("state", row[4])) if not value]
    return Entry(*(*row, missing))


def cells_of(entry: Entry) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    return tuple(getattr(entry, one.name) for one in COLUMNS)
