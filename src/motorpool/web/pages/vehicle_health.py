"""How vehicles are: the fleet by its faults, and a vehicle's engine with charts, faults, fuel and charge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Conflict
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.resource.write import lock_row
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.acknowledge_fault import acknowledge_fault
from motorpool.telematics.ingest.records import READINGS
from motorpool.telematics.queries.engine_data import PERMISSION
from motorpool.telematics.queries.engine_health import Show, Warned, severity_rank, vehicle_health
from motorpool.telematics.rules.trouble_codes import decode
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.records import form_texts, key_of, read_row, tabs_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
PAGE_ROWS = 100
LISTED = 50
#: Name in the address -> (what it is called, how long).
PERIODS = {
    "6h": ("6 hours", timedelta(hours=6)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
}
READING_UNITS = {one.name: one.unit for one in READINGS.numbers}
#: Unit of a reading -> key of `formats.UNITS`.
CONVERTED = {"°C": "celsius", "km/h": "kph", "km": "km"}
SHOWN: dict[Show, str] = {"attention": "With faults", "engine": "With engine data", "all": "All vehicles"}
FAULT_ROWS = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.code, t.description, t.severity, t.status, t.first_seen_at, t.last_seen_at, t.cleared_at, t.occurrence,
           t.mil_on, t.odometer_km, t.freeze_frame, t.acknowledged_at, t.acknowledgement_note, u.display_name AS acknowledged_by
    FROM vehicle_faults t LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.acknowledged_by_user_id
    WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND {{scope}}
    ORDER BY t.status, {severity_rank("t.severity")} * (t.status = 'active')::int, t.first_seen_at DESC LIMIT {{most}}) AS q
"""
FUEL_ROWS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.kind, t.ended_at, t.liters::float8, t.percent::float8, t.energy_kwh::float8, t.after_percent::float8,
           t.confidence, t.reasons
    FROM fuel_events t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND {scope}
    ORDER BY t.ended_at DESC LIMIT {most}) AS q
"""
USED = """
SELECT sum(t.fuel_consumed_liters)::float8, sum(t.energy_consumed_kwh)::float8,
       sum(t.distance_km) FILTER (WHERE t.fuel_consumed_liters IS NOT NULL)::float8
FROM trips t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND t.started_at >= %(start)s
  AND t.started_at < %(end)s AND t.fuel_method IS NOT NULL AND {scope}
"""


@get("/vehicle-health", include_in_schema=False)
async def fleet_page(request: AnyRequest) -> Response[Any]:
    """All vehicles, the gravest active faults first."""
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry["vehicle_faults"], actor, "read")
    wanted = request.query_params.get("show")
    show: Show = next((one for one in SHOWN if one == wanted), "engine")
    offset = _whole(request.query_params.get("from"))
    found = await vehicle_health(state.database, actor, reach, show=show, limit=PAGE_ROWS + 1, offset=offset)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "vehicle_health_fleet.html",
        title="Vehicle health",
        vehicles=found[:PAGE_ROWS],
        said=partial(said, units=actor.units),
        show=show,
        shown=SHOWN,
        following=offset + PAGE_ROWS if len(found) > PAGE_ROWS else None,
        before=max(0, offset - PAGE_ROWS) if offset else None,
    )
    return page


@get("/vehicles/{key:str}/health", include_in_schema=False)
async def health_page(request: AnyRequest) -> Response[Any]:
    """A vehicle's engine over a period: charts, faults now and before, fuel and charge."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicles"]
    reach = reach_or_forbid(state.registry["vehicle_faults"], actor, "read")
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    tabs = tabs_of(state.registry, actor, resource, row["id"])
    rows = await vehicle_health(state.database, actor, reach, vehicles=[key], limit=1)
    health = rows[0] if rows else None
    span = period_of(request, actor, formats.moment(health.recorded_at) if health else None)
    faults = [
        _advised(one, actor.units) for one in await _rows(request, actor, "vehicle_faults", FAULT_ROWS, key)
    ]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "vehicle_health.html",
        title=f"Health of {row['vehicle_number']}",
        row=row,
        tabs=tabs,
        tab=next(tab for tab in tabs if tab.name == "health"),
        health=health,
        said=partial(said, units=actor.units),
        active=[one for one in faults if one["status"] == "active"],
        cleared=[one for one in faults if one["status"] == "cleared"],
        fuel=await _rows(request, actor, "fuel_events", FUEL_ROWS, key),
        used=await consumption(request, actor, key, span["start"], span["end"]),
        span=span,
        periods=PERIODS,
        may_chart=may(actor, PERMISSION),
        can_acknowledge=may(actor, "vehicle_faults.acknowledge"),
    )
    return page


def period_of(request: AnyRequest, actor: Actor, latest: datetime | None) -> Row:
    """`?day=` a day of the viewer's, else `?period=` up to now; for a vehicle that has been silent for longer, up to its last
    reading.
    """
    today = formats.today(actor.time_zone)
    try:
        day = min(date.fromisoformat(request.query_params["day"]), today)
    except (KeyError, ValueError):
        day = None
    if day is not None:
        start, end = formats.day_bounds(day, actor.time_zone)
        return {"name": "day", "day": day, "today": today, "start": start, "end": end, "is_past": False}
    name = request.query_params.get("period", "24h")
    name = name if name in PERIODS else "24h"
    now = datetime.now(UTC).replace(microsecond=0)
    length = PERIODS[name][1]
    is_past = latest is not None and latest < now - length
    end = latest + timedelta(minutes=1) if is_past and latest is not None else now
    return {"name": name, "day": None, "today": today, "start": end - length, "end": end, "is_past": is_past}


@post("/vehicle-faults/{key:str}/acknowledge", include_in_schema=False, status_code=200)
async def acknowledge_posted(request: AnyRequest) -> Response[Any]:
    """From the page of a fault or of its vehicle, to which it goes back."""
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry["vehicle_faults"]
    reach = reach_or_forbid(resource, actor, "acknowledge")
    key = key_of(request, resource)
    form = await form_texts(request)
    vehicle = parse_uuid(form.get("vehicle", ""))
    back = f"/vehicles/{vehicle}/health" if vehicle else f"/vehicle-faults/{key}"
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key, None)
            await acknowledge_fault(session, actor, key, form.get("note", "").strip()[:2000] or None)
    except Conflict as problem:
        return see_other(back, problem.detail, "warning")
    return see_other(back, "Fault acknowledged.")


async def _rows(request: AnyRequest, actor: Actor, table: str, sql: str, vehicle: UUID) -> list[Row]:
    """None for those who may not see them."""
    resource = request.app.state.registry[table]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return []
    text = sql.format(scope=scope_condition(resource, reach) or "true", most=LISTED)
    rows = await request.app.state.database.read(
        actor, text, base_parameters(actor, reach) | {"vehicle": vehicle}
    )
    return [msgspec.json.decode(row[0]) for row in rows]


async def consumption(
    request: AnyRequest, actor: Actor, vehicle: UUID, start: datetime, end: datetime
) -> Row | None:
    """What the trips that began in the span consumed, as far as it is known."""
    resource = request.app.state.registry["trips"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return None
    sql = USED.format(scope=scope_condition(resource, reach) or "true")
    parameters = base_parameters(actor, reach) | {"vehicle": vehicle, "start": start, "end": end}
    liters, kwh, km = (await request.app.state.database.read(actor, sql, parameters))[0]
    if liters is None and kwh is None:
        return None
    per_100 = liters / km * 100 if liters is not None and km and km >= 0.5 else None
    return {"liters": liters, "kwh": kwh, "per_100km": per_100}


def measured(name: str, value: float, units: str) -> str:
    """A value of a column of the readings, with its unit."""
    unit = READING_UNITS[name]
    if unit in CONVERTED:
        return formats.quantity(value, CONVERTED[unit], units, 0)
    return f"{formats.number(round(value, 1))} {unit}"


def said(warning: Warned, units: str) -> str:
    return f"{warning.text} Last: {measured(warning.metric, warning.value, units)}."


def _advised(row: Row, units: str) -> Row:
    try:
        advice = decode(row["code"]).advice
    except ValueError:
        advice = "Only the maker's workshop can read this code."
    frame = [(name, measured(name, value, units)) for name, value in (row["freeze_frame"] or {}).items()]
    return row | {"advice": advice, "freeze_frame": frame}


def _whole(text: str | None) -> int:
    return min(int(text), 1_000_000) if text and text.isdecimal() and len(text) < 8 else 0


route_handlers = [fleet_page, health_page, acknowledge_posted]
