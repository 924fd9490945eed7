"""A vehicle's service history, for the mechanic under it: what is open, what is due, what was done, which parts are fitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from motorpool.core.errors import BadRequest
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.cost_question import LONGEST_DAYS, Question, a_year_until, asked_of
from motorpool.maintenance.queries.service_history import (
    Event,
    HistoryAsked,
    HistoryPage,
    Kind,
    fitted_parts,
    known_since,
    service_history,
)
from motorpool.maintenance.queries.vehicle_costs import VehicleCost, maintenance_costs
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.maintenance_costs import ratio_text, ratio_unit, whole_money
from motorpool.web.pages.records import Row, can, read_row, tabs_of

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 40
KINDS: dict[Kind, str] = {
    "order": "Work orders",
    "inspection": "Inspections",
    "defect": "Defects",
    "service": "Services",
    "meter": "Meters",
}
ICONS: dict[Kind, str] = {
    "order": "tool",
    "inspection": "clipboard-check",
    "defect": "alert-triangle",
    "service": "calendar-check",
    "meter": "gauge",
}
#: Where an event leads.
TABLES: dict[Kind, str] = {
    "order": "maintenance-records",
    "inspection": "safety-inspections",
    "defect": "defects",
    "service": "recurring-maintenance-schedules",
    "meter": "meter-readings",
}
LIVE_ORDERS = "open,in_progress,waiting_parts,review"
OPEN_DEFECTS = "open,in_repair,deferred,repaired"


@dataclass(frozen=True, slots=True)
class Month:
    """Events of one month, as the viewer counts months."""

    name: str
    events: list[Event]


@get("/vehicles/{key:str}/service", include_in_schema=False)
async def service_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicles"]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    wanted = request.query_params.get("kind")
    kind: Kind | None = next((one for one in get_args(Kind) if one == wanted), None)
    history = await _history(request, actor, key, kind)
    tabs = tabs_of(state.registry, actor, resource, row["id"])
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "service_history.html",
        title=f"Service of {row['vehicle_number']}",
        row=row,
        tabs=tabs,
        tab=next(tab for tab in tabs if tab.name == "service"),
        months=months_of(history.items, actor),
        kind=kind,
        kinds=KINDS,
        icons=ICONS,
        tables=TABLES,
        is_later=bool(request.query_params.get("cursor")),
        next_href=f"?{urlencode([('kind', kind)] if kind else [])}&{urlencode([('cursor', history.next_cursor)])}"
        if history.next_cursor
        else None,
        orders=await _rows(request, actor, "maintenance_records", key, ("status__in", LIVE_ORDERS)),
        defects=await _rows(request, actor, "defects", key, ("status__in", OPEN_DEFECTS)),
        due=await _rows(request, actor, "recurring_maintenance_schedules", key, ("is_active", "true")),
        fitted=await fitted_parts(state.database, state.registry, actor, key),
        **await _costs(request, actor, key, row),
        money=lambda value: formats.money(value, actor.currency),
        whole=lambda value: whole_money(value, actor.currency),
        ratio=lambda one: ratio_text(one, actor),
        ratio_unit=ratio_unit(actor),
        miles=lambda value: formats.quantity(value * formats.KM_PER_MILE, "km", actor.units, 0),
        new_order=f"/maintenance-records/new?vehicle_id={key}"
        if can(actor, state.registry["maintenance_records"], "create")
        else None,
        new_defect=f"/defects/new?vehicle_id={key}"
        if can(actor, state.registry["defects"], "create")
        else None,
    )
    return page


async def _history(request: AnyRequest, actor: Actor, key: UUID, kind: Kind | None) -> HistoryPage:
    """The page that the address asks for; a cursor that is none begins anew."""
    state = request.app.state
    cursor = request.query_params.get("cursor")
    try:
        asked = HistoryAsked(kind, cursor, PAGE_ROWS)
        return await service_history(state.database, state.registry, actor, key, asked)
    except BadRequest:
        asked = HistoryAsked(kind, None, PAGE_ROWS)
        return await service_history(state.database, state.registry, actor, key, asked)


def months_of(events: list[Event], actor: Actor) -> list[Month]:
    """Events under their months, in the order in which they come."""
    found: list[Month] = []
    zone = formats.zone_of(actor.time_zone)
    for event in events:
        name = f"{event.at.astimezone(zone):%B %Y}"
        if not found or found[-1].name != name:
            found.append(Month(name, []))
        found[-1].events.append(event)
    return found


async def _rows(
    request: AnyRequest, actor: Actor, table: str, vehicle: UUID, *conditions: tuple[str, str]
) -> list[Row]:
    """Rows of a table that belong to the vehicle; none for those who may not read it."""
    api: ResourceApi = request.app.state.apis[table]
    if not may(actor, api.resource.permission("read")):
        return []
    texts, _, _ = await api.list_page(actor, [("vehicle_id", str(vehicle)), *conditions, ("limit", "50")])
    return [msgspec.json.decode(text) for text in texts]


async def _costs(request: AnyRequest, actor: Actor, key: UUID, row: Row) -> Row:
    """Costs to date, for the distance since it is measured, and of the last twelve months; nothing for those who may not
    read work orders.
    """
    if not may(actor, "maintenance_records.read"):
        return {"to_date": None, "measured": None, "year": None, "since": None, "measured_since": None}
    today = actor.today
    moments = await known_since(request.app.state.database, actor, key)
    measured, closed = (one and formats.today(actor.time_zone, one) for one in moments)
    begun = row.get("in_service_on") or row.get("acquired_on")
    known = [one for one in (date.fromisoformat(begun) if begun else None, closed, measured) if one]
    since = min(max(min(known, default=today), today - timedelta(days=LONGEST_DAYS)), today)
    measured_since = min(max(since, measured or since), today)

    async def from_day(first: date) -> VehicleCost | None:
        asked = asked_of(Question(from_=first, to=today, vehicle=key), actor)
        costs = await maintenance_costs(request.app.state.database, request.app.state.registry, actor, asked)
        return costs.vehicles[0] if costs.vehicles else None

    return {
        "to_date": await from_day(since),
        "measured": await from_day(measured_since),
        "year": await from_day(a_year_until(today)),
        "since": since,
        "measured_since": measured_since,
    }


route_handlers = [service_page]
