"""How many incidents there were, of what kind and how grave, what could have been prevented, and how many for the distance driven."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.export import Column
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.incident_figures import months_between, per_million_km, share_of

MOST_DAYS = 3_660
#: What was filed away without having happened is no incident.
COUNTED = (
    "t.tenant_id = %(tenant)s AND NOT (t.status = 'archived' AND t.resolved_at IS NULL) AND {scope} "
    "AND t.occurred_at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s "
    "AND t.occurred_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s"
)
COUNTS = f"""
SELECT CASE WHEN grouping(x.status) = 0 THEN 'status' WHEN grouping(x.severity) = 0 THEN 'severity'
            WHEN grouping(x.incident_type) = 0 THEN 'type' WHEN grouping(x.month) = 0 THEN 'month' ELSE 'all' END,
       coalesce(x.status, x.severity, x.incident_type, x.month, ''), count(*), sum(x.injury_count)::integer,
       sum(x.fatality_count)::integer, count(*) FILTER (WHERE x.vehicle_id IS NOT NULL)::integer,
       coalesce(sum(coalesce(x.actual_cost, x.estimated_cost)), 0)
FROM (SELECT t.status, t.severity, t.incident_type, t.injury_count, t.fatality_count, t.vehicle_id, t.actual_cost, t.estimated_cost,
             to_char(t.occurred_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month
      FROM incidents t WHERE {COUNTED}) AS x
GROUP BY GROUPING SETS ((x.status), (x.severity), (x.incident_type), (x.month), ())
"""
#: An incident counts as preventable when one of its reports was judged so.
JUDGED = f"""
SELECT count(*) FILTER (WHERE j.judged), count(*) FILTER (WHERE j.preventable)
FROM incidents t
JOIN (SELECT r.incident_id, bool_or(r.preventability = 'preventable') AS preventable,
             bool_or(r.preventability <> 'pending_review') AS judged
      FROM accident_reports r WHERE r.tenant_id = %(tenant)s AND r.incident_id IS NOT NULL GROUP BY r.incident_id) AS j
  ON j.incident_id = t.id
WHERE {COUNTED}
"""
DRIVEN = """
SELECT to_char(t.started_at AT TIME ZONE %(zone)s, 'YYYY-MM'), coalesce(sum(t.distance_km), 0)
FROM trips t
WHERE t.tenant_id = %(tenant)s AND t.started_at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s
  AND t.started_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
GROUP BY 1
"""
COLUMNS = (
    Column("by", "By"),
    Column("value", "Value"),
    Column("incidents", "Incidents", "integer"),
    Column("share", "Share, %", "decimal"),
    Column("injuries", "Injuries", "integer"),
    Column("fatalities", "Fatalities", "integer"),
    Column("cost", "Cost", "decimal"),
    Column("km", "Distance, km", "decimal"),
    Column("per_million_km", "With a vehicle, per million km", "decimal"),
)


class FiguresAsked(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    from_: Annotated[date, Meta(description="First local day; a year ago unless given")] | None = None
    to: Annotated[date, Meta(description="Last local day; today unless given")] | None = None
    format: Annotated[Literal["json", "csv", "xlsx"], Meta(description="A file instead of JSON")] = "json"


class Figure(Struct, frozen=True):
    """Incidents of one kind. `km` and the rate: of months and of all, and only for those who may read all trips."""

    by: Literal["all", "status", "severity", "type", "month"]
    value: str
    incidents: int
    share: Annotated[Decimal | None, Meta(description="Percent of all")]
    injuries: int
    fatalities: int
    cost: Annotated[
        Decimal, Meta(description="Actual costs of incidents, estimated ones where they are not known")
    ]
    with_vehicle: int
    km: Decimal | None = None
    per_million_km: Annotated[
        Decimal | None, Meta(description="Incidents with a vehicle per million kilometres of trips")
    ] = None


class Figures(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    first: date
    last: date
    all: Figure
    judged: Annotated[int, Meta(description="Incidents whose preventability was judged")]
    preventable: int
    preventable_percent: Decimal | None
    by_status: list[Figure]
    by_severity: list[Figure]
    by_type: list[Figure]
    by_month: list[Figure]

    @property
    def rows(self) -> list[Figure]:
        return [self.all, *self.by_status, *self.by_severity, *self.by_type, *self.by_month]


async def incident_figures(
    database: Database, registry: Registry, actor: Actor, asked: FiguresAsked, action: str = "read"
) -> Figures:
    """The figures of the incidents that the caller reaches. Raises: Forbidden; BadRequest for a period that cannot be."""
    resource = registry["incidents"]
    reach = reach_or_forbid(resource, actor, action)
    last = asked.to or actor.today
    first = asked.from_ or date(last.year - (last.month < 12), last.month % 12 + 1, 1)
    if not 0 <= (last - first).days <= MOST_DAYS:
        problem = FieldProblem(
            "from", f"must be before to, by at most {MOST_DAYS // 366} years", "out_of_range"
        )
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    scope = scope_condition(resource, reach) or "true"
    parameters = base_parameters(actor, reach) | {"first": first, "last": last, "zone": actor.time_zone}
    counted = await database.read(actor, COUNTS.format(scope=scope), parameters)
    reports = actor.access.reach("accident_reports.read")
    judged = preventable = 0
    if reports is not None and reports.everything:
        ((judged, preventable),) = await database.read(actor, JUDGED.format(scope=scope), parameters)
    # Of some incidents by all kilometres a rate would say nothing.
    trips = actor.access.reach("trips.read")
    knows = reach.everything and trips is not None and trips.everything
    driven: dict[str, Decimal] = {}
    if knows:
        driven = dict(await database.read(actor, DRIVEN, parameters))
    return _figures(first, last, counted, driven, knows, judged, preventable)


def _figures(
    first: date,
    last: date,
    counted: list[Any],
    driven: dict[str, Decimal],
    knows: bool,
    judged: int,
    preventable: int,
) -> Figures:
    rows = {(by, value): tuple(rest) for by, value, *rest in counted}
    total = rows.get(("all", ""), (0, 0, 0, 0, Decimal(0)))

    def figure(by: Any, value: str, km: Decimal | None = None) -> Figure:
        number, injured, dead, vehicles, cost = rows.get((by, value), (0, 0, 0, 0, Decimal(0)))
        rate = None if km is None else per_million_km(vehicles, km)
        share = share_of(number, total[0])
        return Figure(by, value, number, share, injured or 0, dead or 0, cost, vehicles, km, rate)

    def ranked(by: str) -> list[Figure]:
        found = [figure(by, value) for kind, value in rows if kind == by]
        return sorted(found, key=lambda one: (-one.incidents, one.value))

    months = [
        figure("month", month, driven.get(month, Decimal(0)) if knows else None)
        for month in months_between(first, last)
    ]
    everything = figure("all", "", sum(driven.values(), Decimal(0)) if knows else None)
    return Figures(
        first,
        last,
        everything,
        judged,
        preventable,
        share_of(preventable, judged),
        ranked("status"),
        [figure("severity", one) for one in ("critical", "serious", "moderate", "minor")],
        ranked("type"),
        months,
    )


def cells_of(figure: Figure) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    return tuple(getattr(figure, one.name) for one in COLUMNS)
