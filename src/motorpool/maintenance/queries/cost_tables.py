"""Costs as a table: a row for each vehicle, month, type of work, system or class of vehicle, and the total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from motorpool.core.export import Column, Kind
from motorpool.maintenance.queries.cost_question import By
from motorpool.maintenance.queries.vehicle_costs import (
    ZERO,
    Amounts,
    Cell,
    Costs,
    VehicleCost,
    available_percent,
    fleet_ratio,
    on_time_percent,
    total_of,
)
from motorpool.maintenance.rules.cost_figures import KM_PER_MILE, cost_per_km, cost_per_mile, percent


class Group(Amounts, kw_only=True):
    """Costs of what belongs together, with their share of all."""

    name: Annotated[
        str, Meta(description="Month (its first day), type of work order, system or class of vehicle")
    ]
    share_percent: Annotated[float | None, Meta(description="Of the net cost of all")] = None
    vehicles: Annotated[int | None, Meta(description="Of a class: how many there are")] = None
    distance_km: Annotated[float | None, Meta(description="Of the vehicles whose distance is known")] = None
    cost_per_km: Annotated[Decimal | None, Meta(description="Net cost of those vehicles")] = None
    cost_per_mile: Decimal | None = None
    downtime_hours: float | None = None
    availability_percent: float | None = None
    services_due: int | None = None
    services_on_time: int | None = None


class Total(Amounts, kw_only=True):
    """All vehicles together."""

    vehicles: int
    open_orders: int
    open_cost: Decimal
    distance_km: float
    cost_per_km: Decimal | None
    cost_per_mile: Decimal | None
    downtime_hours: float
    availability_percent: float | None
    services_due: int
    services_on_time: int
    services_on_time_percent: float | None
    outliers: int


def total(costs: Costs) -> Total:
    found = costs.vehicles
    net, km = fleet_ratio(found)
    return Total(
        **_fields(total_of(found)),
        vehicles=len(found),
        open_orders=sum(one.open_orders for one in found),
        open_cost=sum((one.open_cost for one in found), ZERO),
        distance_km=round(km, 1),
        cost_per_km=cost_per_km(net, km),
        cost_per_mile=cost_per_mile(net, km),
        downtime_hours=round(sum(one.downtime_hours for one in found), 1),
        availability_percent=available_percent(found),
        services_due=sum(one.services_due for one in found),
        services_on_time=sum(one.services_on_time for one in found),
        services_on_time_percent=on_time_percent(found),
        outliers=sum(one.is_outlier for one in found),
    )


def by_month(costs: Costs) -> list[Group]:
    """Every month of the period, those without costs included."""
    grouped, whole = _grouped(costs.cells, lambda cell: cell.month.isoformat()), _whole(costs)
    return [
        _group(name := month.isoformat(), grouped.get(name, []), costs.monthly_km.get(month, 0.0), whole)
        for month in costs.asked.months
    ]


def by_category(costs: Costs) -> list[Group]:
    """Types of work orders, the dearest first."""
    return _dearest(costs, _grouped(costs.cells, lambda cell: cell.category))


def by_system(costs: Costs) -> list[Group]:
    """Systems of the vehicle, the dearest first; work of which the system was not told under an empty name."""
    return _dearest(costs, _grouped(costs.cells, lambda cell: cell.system or ""))


def by_class(costs: Costs) -> list[Group]:
    """Types of vehicles, the dearest first."""
    classes: dict[str, list[VehicleCost]] = {}
    for one in costs.vehicles:
        classes.setdefault(one.vehicle_type or "", []).append(one)
    whole = float(total_of(costs.vehicles).net_cost)
    found = []
    for name, held in classes.items():
        amounts, (net, km) = total_of(held), fleet_ratio(held)
        found.append(
            Group(
                **_fields(amounts),
                name=name,
                share_percent=percent(float(amounts.net_cost), whole),
                vehicles=len(held),
                distance_km=round(km, 1),
                cost_per_km=cost_per_km(net, km),
                cost_per_mile=cost_per_mile(net, km),
                downtime_hours=round(sum(one.downtime_hours for one in held), 1),
                availability_percent=available_percent(held),
                services_due=sum(one.services_due for one in held),
                services_on_time=sum(one.services_on_time for one in held),
            )
        )
    return sorted(found, key=lambda one: (-one.net_cost, one.name))


def _grouped(cells: Iterable[Cell], name_of: Callable[[Cell], str]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(name_of(cell), []).append(cell)
    return found


def _dearest(costs: Costs, grouped: dict[str, list[Cell]]) -> list[Group]:
    km, whole = sum(costs.monthly_km.values()), _whole(costs)
    found = [_group(name, cells, km, whole) for name, cells in grouped.items()]
    return sorted(found, key=lambda one: (-one.net_cost, one.name))


def _whole(costs: Costs) -> float:
    return float(sum((cell.net_cost for cell in costs.cells), ZERO))


def _group(name: str, cells: Sequence[Cell], km: float, whole: float) -> Group:
    amounts = total_of(cells)
    measured = sum((cell.measured_cost for cell in cells), ZERO)
    return Group(
        **_fields(amounts),
        name=name,
        share_percent=percent(float(amounts.net_cost), whole),
        distance_km=round(km, 1),
        cost_per_km=cost_per_km(measured, km),
        cost_per_mile=cost_per_mile(measured, km),
    )


def _fields(amounts: Amounts) -> dict[str, Any]:
    return {name: getattr(amounts, name) for name in Amounts.__struct_fields__}


ROWS: dict[By, Callable[[Costs], Sequence[Amounts]]] = {
    "vehicle": lambda costs: costs.vehicles,
    "month": by_month,
    "category": by_category,
    "system": by_system,
    "class": by_class,
}
#: Heading of a group's name.
NAMES: dict[By, str] = {
    "month": "Month",
    "category": "Type of work",
    "system": "System",
    "class": "Class of vehicle",
}
_MONEY: tuple[tuple[str, str, Kind], ...] = (
    ("labor_cost", "Labour", "money"),
    ("parts_cost", "Parts", "money"),
    ("outside_service_cost", "Outside service", "money"),
    ("other_cost", "Other", "money"),
    ("tax_amount", "Tax", "money"),
    ("discount_amount", "Discount", "money"),
    ("total_cost", "Total", "money"),
    ("warranty_amount", "Warranty", "money"),
    ("net_cost", "Net", "money"),
)


def columns_of(by: By, units: str) -> list[Column]:
    """The columns of a file. People who think in miles get miles and the cost of a mile."""
    ratio = (
        ("cost_per_mile", "Net per mile", "decimal")
        if units == "imperial"
        else ("cost_per_km", "Net per km", "decimal")
    )
    distance = ("distance_km", "Distance (mi)" if units == "imperial" else "Distance (km)", "decimal")
    use: tuple[tuple[str, str, Kind], ...] = (
        ("downtime_hours", "Downtime (h)", "decimal"),
        ("availability_percent", "Availability (%)", "decimal"),
        ("services_due", "Services due", "integer"),
        ("services_on_time", "Services on time", "integer"),
    )
    counted: tuple[tuple[str, str, Kind], ...] = (
        ("orders", "Work orders", "integer"),
        ("labor_hours", "Labour hours", "decimal"),
        *_MONEY,
    )
    found: list[tuple[str, str, Any]]
    if by == "vehicle":
        found = [
            ("vehicle_number", "Vehicle", "text"),
            ("name", "Name", "text"),
            ("vehicle_type", "Class", "text"),
            *counted,
            ("open_orders", "Under way", "integer"),
            ("open_cost", "Cost so far", "money"),
            distance,
            ("distance_basis", "Distance from", "text"),
            ratio,
            *use,
            ("is_outlier", "Out of the ordinary", "boolean"),
        ]
    else:
        name_kind = "date" if by == "month" else "text"
        found = [
            ("name", NAMES[by], name_kind),
            *counted,
            ("share_percent", "Share (%)", "decimal"),
            distance,
            ratio,
        ]
        if by == "class":
            found = [found[0], ("vehicles", "Vehicles", "integer"), *found[1:], *use]
    return [Column(name, heading, kind) for name, heading, kind in found]


def cells_of(row: Amounts, columns: Sequence[Column], units: str) -> tuple[Any, ...]:
    """A row's values in the order of the columns."""
    return tuple(_cell(row, column.name, units) for column in columns)


def _cell(row: Amounts, name: str, units: str) -> Any:
    value = getattr(row, name)
    if name == "distance_km" and value is not None and units == "imperial":
        return round(value / float(KM_PER_MILE), 1)
    return value
