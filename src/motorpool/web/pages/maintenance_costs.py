"""What maintenance costs: the fleet's charts and a table of its vehicles. The address is the question: keep it, send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import struct_of
from motorpool.maintenance.queries.cost_question import Asked, Question, a_year_until, asked_of
from motorpool.maintenance.queries.cost_tables import Group, by_category, by_class, by_system, total
from motorpool.maintenance.queries.vehicle_costs import Costs, VehicleCost, maintenance_costs
from motorpool.maintenance.rules.cost_figures import OUT_OF_ORDINARY
from motorpool.web import formats
from motorpool.web.fields import field_of
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.reports_telematics import FILES, Bar
from motorpool.web.titles import choices_of, titles_of

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 50
TOP = 10
#: Colours of the stacked chart; what is left is one more.
SERIES = 6
#: More months than these are shown as years.
MOST_MONTHS = 36
SORTS = {"cost": "Cost", "ratio": "For the distance", "downtime": "Downtime"}
#: Filter -> table of what it names.
NAMED = {
    "vehicle": "vehicles",
    "department": "departments",
    "facility": "facilities",
    "group": "vehicle_groups",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stacked bar, in percent of the chart's height, from above."""

    series: int
    top: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Stack:
    label: str
    total: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class StackChart:
    #: (number of the colour, name).
    series: list[tuple[int, str]]
    stacks: list[Stack]
    #: Values of the axis from the top down.
    axis: list[str]


@get("/maintenance-costs", include_in_schema=False)
async def costs_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    query = {name: value for name, value in request.query_params.items() if value}
    sort = query.pop("sort", "cost")
    sort = sort if sort in SORTS else "cost"
    number = _page_number(query.pop("page", "1"))
    asked, problem = read_question(query, actor)
    costs = await maintenance_costs(state.database, state.registry, actor, asked)
    vehicles = sorted_by(costs.vehicles, sort)
    shown = vehicles[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    picked = {name: [value] for name in NAMED if (value := getattr(asked.question, name)) is not None}
    titles = await titles_of(
        state.database, state.registry, actor, {NAMED[name]: found for name, found in picked.items()}
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "maintenance_costs.html",
        title="Maintenance costs",
        asked=asked,
        question=asked.question,
        problem=problem,
        spans=spans(asked, actor.today),
        totals=total(costs),
        # Nothing was spent and nothing is under way.
        is_empty=not any(one.orders or one.open_orders for one in costs.vehicles),
        monthly=month_chart(costs, actor),
        top=cost_bars(costs.vehicles, actor),
        classes=class_bars(by_class(costs), actor),
        downtime=downtime_bars(costs.vehicles, actor),
        systems=system_bars(by_system(costs), actor),
        vehicles=shown,
        count=len(vehicles),
        first_row=(number - 1) * PAGE_ROWS + 1,
        sort=sort,
        sorts=[(name, label, _address(asked, sort=name)) for name, label in SORTS.items()],
        previous_href=_address(asked, sort=sort, page=number - 1) if number > 1 else None,
        next_href=_address(asked, sort=sort, page=number + 1) if number * PAGE_ROWS < len(vehicles) else None,
        money=lambda value: formats.money(value, actor.currency),
        whole=lambda value: whole_money(value, actor.currency),
        ratio=lambda row: ratio_text(row, actor),
        ratio_unit=ratio_unit(actor),
        limit=OUT_OF_ORDINARY,
        vehicle_types=field_of(state.registry["vehicles"], "vehicle_type").suggestions,
        categories=sorted(
            {cell.category for cell in costs.cells} | {asked.question.work_order_type or "preventive"}
        ),
        departments=await _choices(request, actor, "departments"),
        facilities=await _choices(request, actor, "facilities"),
        named={name: titles.get((NAMED[name], str(found[0])), "") for name, found in picked.items()},
        files=[
            (
                label,
                icon,
                f"/api/v1/maintenance-records/costs?{urlencode([*asked.query(), ('format', form)])}",
            )
            for form, label, icon in FILES
        ]
        if may(actor, "maintenance_records.export")
        else [],
    )
    return page


def read_question(query: dict[str, str], actor: Actor) -> tuple[Asked, str | None]:
    """What the address asks; what is wrong with it is said, and left out."""
    known = set(Question.__struct_encode_fields__) - {"by", "format", "limit", "offset"}
    given = {name: value for name, value in query.items() if name in known}
    try:
        return asked_of(struct_of(given, Question, strict=False), actor), None
    except MotorpoolError as error:
        said = " ".join(f"{one.field}: {one.message}." for one in error.fields)
        return asked_of(Question(), actor), said or "What is asked for cannot be read."


def spans(asked: Asked, today: date) -> list[tuple[str, str, bool]]:
    """(label, parameters, whether it is shown) of the periods that are usually asked for."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    named = (
        ("This month", month, today),
        ("Last month", before, month - timedelta(days=1)),
        ("Last 90 days", today - timedelta(days=89), today),
        ("12 months", a_year_until(today), today),
        ("This year", year, today),
        ("Last year", year.replace(year=year.year - 1), year - timedelta(days=1)),
    )
    others = asked.query()[2:]
    return [
        (
            label,
            urlencode([("from", first.isoformat()), ("to", last.isoformat()), *others]),
            (first, last) == (asked.first, asked.last),
        )
        for label, first, last in named
    ]


def sorted_by(vehicles: list[VehicleCost], sort: str) -> list[VehicleCost]:
    """They come with the dearest first."""
    if sort == "ratio":
        return sorted(
            vehicles, key=lambda one: -(one.cost_per_km if one.cost_per_km is not None else Decimal(-1))
        )
    if sort == "downtime":
        return sorted(vehicles, key=lambda one: -one.downtime_hours)
    return vehicles


# -- charts


def month_chart(costs: Costs, actor: Actor) -> StackChart | None:
    """Net cost of each month (of each year, where the months are many), stacked by type of work."""
    groups = by_category(costs)
    names = [one.name for one in groups if one.net_cost > 0]
    series = {name: min(place, SERIES) for place, name in enumerate(names)}
    if not names:
        return None
    by_year = len(costs.asked.months) > MOST_MONTHS
    sums: dict[str, dict[int, Decimal]] = {
        _month_label(month, by_year=by_year, first=month == costs.asked.months[0]): {}
        for month in costs.asked.months
    }
    for cell in costs.cells:
        if cell.category in series:
            label = _month_label(cell.month, by_year=by_year, first=cell.month == costs.asked.months[0])
            held = sums[label]
            place = series[cell.category]
            held[place] = held.get(place, Decimal(0)) + cell.net_cost
    highest = nice_above(
        max(float(sum(max(value, Decimal(0)) for value in held.values())) for held in sums.values())
    )
    legend = [(place, formats.words(name)) for name, place in series.items() if place < SERIES]
    if len(names) > SERIES:
        legend.append((SERIES, "Other"))
    by_number = dict(legend)
    stacks = []
    for label, held in sums.items():
        pieces, used = [], 0.0
        for place in sorted(held):
            height = 100 * max(float(held[place]), 0) / highest
            used += height
            told = f"{label}, {by_number[place]}: {whole_money(held[place], actor.currency)}"
            pieces.append(Piece(place, round(100 - used, 2), round(height, 2), told))
        stacks.append(Stack(label, whole_money(sum(held.values(), Decimal(0)), actor.currency), pieces))
    return StackChart(legend, stacks, [whole_money(highest * share, actor.currency) for share in (1, 0.5, 0)])


def _month_label(month: date, *, by_year: bool, first: bool) -> str:
    if by_year:
        return str(month.year)
    return f"{month:%b} {month.year}" if first or month.month == 1 else f"{month:%b}"


def nice_above(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * step for step in (1, 2, 2.5, 5, 10, 20) if power * step >= value)


def cost_bars(vehicles: list[VehicleCost], actor: Actor) -> list[Bar]:
    found = [one for one in vehicles[:TOP] if one.net_cost > 0]
    return [
        Bar(
            one.vehicle_number,
            whole_money(one.net_cost, actor.currency),
            _share(float(one.net_cost), float(found[0].net_cost)),
            f"/vehicles/{one.vehicle_id}/service",
            one.is_outlier,
        )
        for one in found
    ]


def downtime_bars(vehicles: list[VehicleCost], actor: Actor) -> list[Bar]:
    found = [one for one in sorted_by(vehicles, "downtime")[:TOP] if one.downtime_hours > 0]
    return [
        Bar(
            one.vehicle_number,
            hours_text(one.downtime_hours),
            _share(one.downtime_hours, found[0].downtime_hours),
            f"/vehicles/{one.vehicle_id}/service",
        )
        for one in found
    ]


def class_bars(classes: list[Group], actor: Actor) -> list[Bar]:
    """Net cost for the distance, by class of vehicle."""
    known = sorted((one for one in classes if one.cost_per_km), key=lambda one: -(one.cost_per_km or 0))
    return [
        Bar(
            formats.words(one.name) if one.name else "Not told",
            ratio_text(one, actor),
            _share(float(one.cost_per_km or 0), float(known[0].cost_per_km or 0)),
        )
        for one in known
    ]


def system_bars(systems: list[Group], actor: Actor) -> list[Bar]:
    found = [one for one in systems if one.net_cost > 0][:TOP]
    return [
        Bar(
            one.name or "Not told",
            whole_money(one.net_cost, actor.currency),
            _share(float(one.net_cost), float(found[0].net_cost)),
        )
        for one in found
    ]


def _share(value: float, most: float) -> float:
    return round(100 * value / most, 2) if most > 0 else 0.0


# -- words


def whole_money(value: Any, currency: str) -> str:
    """An amount without its cents: charts and tiles are read from afar."""
    exact = Decimal(str(value))
    places = 0 if abs(exact) >= 10 or exact == exact.to_integral_value() else 2
    return formats.money(exact, currency, places)


def ratio_unit(actor: Actor) -> str:
    return "mi" if actor.units == "imperial" else "km"


def ratio_text(row: Any, actor: Actor) -> str:
    """Net cost for a mile or kilometre, with three decimals."""
    value = row.cost_per_mile if actor.units == "imperial" else row.cost_per_km
    return formats.money(value, actor.currency, 3)


def hours_text(hours: float) -> str:
    return f"{hours:,.0f} h" if hours >= 10 else f"{hours:,.1f} h"


def _page_number(text: str) -> int:
    return int(text) if text.isdecimal() and 0 < int(text) < 100_000 else 1


def _address(asked: Asked, **more: Any) -> str:
    return f"/maintenance-costs?{urlencode([*asked.query(), *((name, str(value)) for name, value in more.items())])}"


async def _choices(request: AnyRequest, actor: Actor, table: str) -> list[tuple[str, str]]:
    state = request.app.state
    if not may(actor, f"{table}.read"):
        return []
    return await choices_of(state.database, state.registry, actor, table, MOST_CHOICES)


route_handlers = [costs_page]
