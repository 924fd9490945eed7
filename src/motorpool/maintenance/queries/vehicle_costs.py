"""What maintenance cost, by vehicle, month, type of work, system and class of vehicle; in two statements.

* An order counts on the local day on which it was closed. A cancelled one never counts. One that is under way, or was
  opened again, counts under `open_cost` until it is closed (again).
* Net is the total less what the warrantor gave back; ratios are of the net cost.
* Distance: the odometer at the end of the period less that at its beginning, replaced meters included
  (`meter_readings.value + replacement_offset`), between two readings in proportion to time. Where the readings span less
  than four fifths of the period and less than the trips do, trips are added up instead. `distance_basis` says which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.cost_question import Asked
from motorpool.maintenance.queries.cost_statements import ADDED, BY_VEHICLE, CELLS
from motorpool.maintenance.queries.readable import readable
from motorpool.maintenance.rules.cost_figures import (
    COMPARED_KM,
    FEWEST_COMPARED,
    OUT_OF_ORDINARY,
    SHORTEST_KM,
    availability,
    cost_per_km,
    cost_per_mile,
    deviations,
    percent,
)

#: Readings that span this share of the period are the truth about its distance.
SPANNED = 0.8
Basis = Literal["meters", "trips"]
Money = Annotated[Decimal, Meta(description="In the tenant's currency")]
ZERO = Decimal("0.00")


class Amounts(Struct, kw_only=True):
    """What closed work orders cost, added up."""

    orders: Annotated[int, Meta(description="Work orders closed in the period")] = 0
    labor_hours: Decimal = ZERO
    labor_cost: Money = ZERO
    parts_cost: Money = ZERO
    outside_service_cost: Money = ZERO
    other_cost: Money = ZERO
    tax_amount: Money = ZERO
    discount_amount: Money = ZERO
    total_cost: Money = ZERO
    warranty_amount: Annotated[Decimal, Meta(description="Got back from warrantors")] = ZERO
    net_cost: Annotated[Decimal, Meta(description="Total less warranty")] = ZERO

    def add(self, other: Amounts) -> None:
        self.orders += other.orders
        self.net_cost += other.net_cost
        for name in ADDED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class VehicleCost(Amounts, kw_only=True):
    vehicle_id: UUID
    vehicle_number: str
    name: str | None
    vehicle_type: str | None
    make: str | None
    model: str | None
    model_year: int | None
    open_orders: Annotated[int, Meta(description="Under way now, whenever they were opened")]
    open_cost: Annotated[Decimal, Meta(description="What those have cost so far")]
    distance_km: Annotated[float | None, Meta(description="Driven in the period; null: not known")]
    distance_basis: Basis | None
    cost_per_km: Annotated[Decimal | None, Meta(description="Net cost; null below 0.5 km")]
    cost_per_mile: Annotated[Decimal | None, Meta(description="Net cost; null below 0.5 km")]
    downtime_hours: Annotated[float, Meta(description="Out of use by work orders; what overlaps counts once")]
    hours: Annotated[float, Meta(description="Hours of the period in which the vehicle was in service")]
    availability_percent: float | None
    services_due: Annotated[int, Meta(description="Preventive orders that fell due in the period")]
    services_on_time: Annotated[int, Meta(description="Those finished on the day they were due, or before")]
    deviation: Annotated[
        float | None, Meta(description="Robust standard deviations of the cost per km above its like")
    ] = None
    is_outlier: Annotated[bool, Meta(description="Deviation above 2.5")] = False


class Cell(Amounts, kw_only=True):
    """Orders of one month, type and system."""

    month: date
    category: str
    system: str | None
    #: Net cost of those vehicles whose distance is known.
    measured_cost: Decimal


@dataclass(frozen=True, slots=True)
class Costs:
    asked: Asked
    #: The dearest first.
    vehicles: list[VehicleCost]
    cells: list[Cell]
    #: Month -> km of all vehicles whose distance is known.
    monthly_km: dict[date, float]


async def maintenance_costs(
    database: Database, registry: Registry, actor: Actor, asked: Asked, action: str = "read"
) -> Costs:
    """Costs of the vehicles and work orders that the actor may read (`action` read) or export.

    Vehicles in use are there also when they cost nothing. Distances come from meters and trips as far as the actor may
    read those. Raises Forbidden without the right to the work orders or to vehicles.
    """
    vehicles, orders, parameters = _conditions(registry, actor, asked, action)
    rows = await database.read(actor, BY_VEHICLE.format(vehicles=vehicles, orders=orders), parameters)
    found = [_vehicle(row, asked, actor) for row in rows]
    parameters["measured"] = [one.vehicle_id for one, months in found if months]
    cells = await database.read(actor, CELLS.format(vehicles=vehicles, orders=orders), parameters)
    monthly: dict[date, float] = {}
    for _, distances in found:
        for month, km in zip(asked.months, distances, strict=False):
            monthly[month] = monthly.get(month, 0.0) + km
    made = [one for one, _ in found]
    mark_outliers(made)
    made.sort(key=lambda one: (-one.net_cost, one.vehicle_number))
    return Costs(asked, made, [_cell(row) for row in cells], monthly)


def _conditions(
    registry: Registry, actor: Actor, asked: Asked, action: str
) -> tuple[str, str, dict[str, Any]]:
    """Conditions on vehicles and on work orders (alias `t` both), and the parameters of the statements."""
    parameters: dict[str, Any] = {"today": actor.today}
    scopes: list[list[str]] = []
    for table, needed in (("vehicles", "read"), ("maintenance_records", action)):
        reach_or_forbid(registry[table], actor, needed)
        scopes.append([readable(registry[table], actor, parameters, needed)])
    vehicles, orders = scopes
    question = asked.question
    for name, value, held, condition in (
        ("vehicle", question.vehicle, vehicles, "t.id = %(vehicle)s"),
        ("department", question.department, vehicles, "t.department_id = %(department)s"),
        ("facility", question.facility, vehicles, "t.facility_id = %(facility)s"),
        (
            "group",
            question.group,
            vehicles,
            "EXISTS (SELECT FROM vehicle_group_members g WHERE g.tenant_id = %(tenant)s AND g.vehicle_id = t.id "
            "AND g.group_id = %(group)s)",
        ),
        ("vehicle_type", question.vehicle_type, vehicles, "t.vehicle_type = %(vehicle_type)s"),
        ("work_order_type", question.work_order_type, orders, "t.work_order_type = %(work_order_type)s"),
        ("system_code", question.system_code, orders, "t.system_code = %(system_code)s"),
    ):
        if value:
            parameters[name] = value
            held.append(condition)
    parameters |= {
        "start": asked.start,
        "end": asked.end,
        "first": asked.first,
        "last": asked.last,
        "zone": actor.time_zone,
        "cuts": list(asked.cuts),
        "may_meters": actor.access.reach("meter_readings.read") is not None,
        "may_trips": actor.access.reach("trips.read") is not None,
    }
    return " AND ".join(vehicles), " AND ".join(orders), parameters


def _vehicle(row: tuple[Any, ...], asked: Asked, actor: Actor) -> tuple[VehicleCost, list[float]]:
    """A row of the first statement, and the km of each month."""
    (key, number, name, kind, make, model, year, in_service, ended, orders, sums, open_orders, open_cost) = (
        row[:13]
    )
    down, due, on_time, metres, first, last, trip_months, trip_km, first_trip, last_trip = row[13:]
    begin, end = _in_service(asked, actor, in_service, ended)
    by_month = dict(zip(trip_months or (), trip_km or (), strict=True))
    basis, months = trusted_distance(
        [(after - before) / 1000 for before, after in pairwise(metres or ())],
        _spanned(begin, end, first, last),
        [by_month.get(number, 0.0) for number in range(1, len(asked.cuts))],
        _spanned(begin, end, first_trip, last_trip),
    )
    km = sum(months) if basis else None
    amounts = _amounts(orders, sums)
    made = VehicleCost(
        vehicle_id=key,
        vehicle_number=number,
        name=name,
        vehicle_type=kind,
        make=make,
        model=model,
        model_year=year,
        open_orders=open_orders,
        open_cost=open_cost,
        distance_km=None if km is None else round(km, 1),
        distance_basis=basis,
        cost_per_km=cost_per_km(amounts["net_cost"], km),
        cost_per_mile=cost_per_mile(amounts["net_cost"], km),
        downtime_hours=round(down / 3600, 1),
        hours=round(max(timedelta(0), end - begin) / timedelta(hours=1), 1),
        availability_percent=availability(timedelta(seconds=down), end - begin),
        services_due=due,
        services_on_time=on_time,
        **amounts,
    )
    return made, months if basis else []


def _cell(row: tuple[Any, ...]) -> Cell:
    month, category, system, orders, sums, measured = row
    return Cell(
        month=month, category=category, system=system, measured_cost=measured, **_amounts(orders, sums)
    )


def _amounts(orders: int, sums: list[Decimal] | None) -> dict[str, Any]:
    found = dict(zip(ADDED, sums, strict=True)) if sums else dict.fromkeys(ADDED, ZERO)
    return {"orders": orders, **found, "net_cost": found["total_cost"] - found["warranty_amount"]}


def _in_service(
    asked: Asked, actor: Actor, began: date | None, ended: date | None
) -> tuple[datetime, datetime]:
    """The part of the period that has passed and in which the vehicle was in service; local days become moments."""
    where = ZoneInfo(actor.time_zone)
    begin, end = asked.start, min(asked.end, datetime.now(UTC))
    if began is not None and began > asked.first:
        begin = max(begin, datetime(began.year, began.month, began.day, tzinfo=where))
    if ended is not None and ended <= asked.last:
        day_after = datetime(ended.year, ended.month, ended.day, tzinfo=where) + timedelta(days=1)
        end = min(end, day_after)
    return begin, end


def _spanned(begin: datetime, end: datetime, first: datetime | None, last: datetime | None) -> float:
    """The share of a span, 0 to 1, that lies between two moments."""
    if first is None or last is None or end <= begin:
        return 0.0
    return max(0.0, (min(last, end) - max(first, begin)) / (end - begin))


def trusted_distance(
    meters: list[float], meters_span: float, trips: list[float], trips_span: float
) -> tuple[Basis | None, list[float]]:
    """The km of each month by the source that is trusted: the meters where their readings span four fifths of the period, or
    as much of it as the trips do.
    """
    # A meter that runs backwards was misread: it says nothing.
    if meters and min(meters) >= 0 and meters_span > 0 and meters_span >= min(SPANNED, trips_span):
        return "meters", meters
    return ("trips", trips) if sum(trips) >= SHORTEST_KM else (None, [])


def mark_outliers(vehicles: list[VehicleCost]) -> None:
    """Compare each vehicle with its class, or with the fleet where the class is too small to say what is usual.

    Only those with an order: where most cost nothing, any cost would be out of the ordinary.
    """
    compared = [
        one
        for one in vehicles
        if one.orders and one.cost_per_km is not None and (one.distance_km or 0) >= COMPARED_KM
    ]
    classes: dict[str | None, list[VehicleCost]] = {}
    for one in compared:
        classes.setdefault(one.vehicle_type, []).append(one)
    for like in classes.values():
        known = like if len(like) >= FEWEST_COMPARED else compared
        found = deviations([float(one.cost_per_km or 0) for one in known])
        if found is None:
            continue
        members = {id(one) for one in like}
        for one, deviation in zip(known, found, strict=True):
            if id(one) in members:
                one.deviation = round(deviation, 2)
                one.is_outlier = deviation > OUT_OF_ORDINARY


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    total = Amounts()
    for one in amounts:
        total.add(one)
    return total


def fleet_ratio(vehicles: Iterable[VehicleCost]) -> tuple[Decimal, float]:
    """Net cost and km of the vehicles whose distance is known: the cost of the others would distort the ratio."""
    known = [one for one in vehicles if one.distance_km is not None and one.distance_km >= SHORTEST_KM]
    return sum((one.net_cost for one in known), ZERO), sum(one.distance_km or 0 for one in known)


def on_time_percent(vehicles: Iterable[VehicleCost]) -> float | None:
    """Share of the preventive orders due that were finished in time."""
    listed = list(vehicles)
    return percent(sum(one.services_on_time for one in listed), sum(one.services_due for one in listed))


def available_percent(vehicles: Iterable[VehicleCost]) -> float | None:
    """Availability over the hours of all vehicles."""
    listed = list(vehicles)
    return availability(
        timedelta(hours=sum(one.downtime_hours for one in listed)),
        timedelta(hours=sum(one.hours for one in listed)),
    )
