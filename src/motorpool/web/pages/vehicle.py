"""A vehicle's day: where it was, how fast, its trips and stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from motorpool.core.access import Reach
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import PERMISSION as STATES, live_states
from motorpool.telematics.queries.track import PERMISSION as TRACK
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.availability import availability_now
from motorpool.web.pages.records import can, detail_context, read_row

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
#: More trips or stops than this a day are not listed.
MOST = 500
#: Trips and stops that touch the day, not only those that begin in it.
TOUCHING = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.started_at, t.ended_at, {columns}
    FROM {table} t
    WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND t.started_at < %(end)s
      AND t.started_at >= %(start)s - interval '31 days' AND (t.ended_at IS NULL OR t.ended_at > %(start)s)
      AND {scope}
    ORDER BY t.started_at LIMIT {most}) AS q
"""
TRIP_COLUMNS = (
    "t.trip_number, t.distance_km::float8, t.duration_minutes, t.idle_time_minutes, t.max_speed_kph::float8"
)
STOP_COLUMNS = "t.duration_minutes, t.idle_minutes, t.latitude::float8, t.longitude::float8"


@dataclass(frozen=True, slots=True)
class Part:
    """A trip or a stop in the day's timeline; times are cut to the day."""

    kind: str
    id: str
    started_at: datetime
    ended_at: datetime | None
    minutes: float
    #: Of a trip, the share that lies in the day.
    distance_km: float
    #: Of a stop, the share that lies in the day; None: not known.
    idle_minutes: float | None
    row: Row


async def vehicle_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicles"]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    live = None
    if may(actor, STATES):
        texts = await live_states(state.database, actor, state.settings.live.offline_after_seconds, [key])
        live = msgspec.json.decode(texts[0]) if texts else None
    context = await detail_context(request, actor, resource, row)
    chosen = await chosen_day(request, actor, live)
    today = formats.today(actor.time_zone)
    start, end = formats.day_bounds(chosen, actor.time_zone)
    trips = await touching(request, actor, "trips", TRIP_COLUMNS, key, start, end)
    stops = await touching(request, actor, "stops", STOP_COLUMNS, key, start, end)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "vehicle.html",
        **context,
        **await availability_now(request, key),
        live=live,
        day=chosen,
        is_today=chosen == today,
        previous_day=chosen - timedelta(days=1),
        next_day=chosen + timedelta(days=1) if chosen < today else None,
        latest_day=formats.today(actor.time_zone, formats.moment(live["recorded_at"]))
        if live and live["recorded_at"]
        else None,
        day_start=start,
        day_end=end,
        timeline=timeline(trips, stops, start, end, datetime.now(UTC)),
        summary=summary(trips, stops, start, end),
        may_track=may(actor, TRACK),
        may_trips=may(actor, "trips.read"),
        can_classify=can(actor, state.registry["trips"], "update"),
    )
    return page


async def chosen_day(request: AnyRequest, actor: Actor, live: Row | None) -> date:
    """`?day=` (a date or `today`); else today, or the day of the last report of a vehicle of which nothing came today."""
    if request.query_params.get("day") == "today":
        return formats.today(actor.time_zone)
    try:
        return min(date.fromisoformat(request.query_params["day"]), formats.today(actor.time_zone))
    except (KeyError, ValueError):
        today = formats.today(actor.time_zone)
    recorded = formats.moment(live["recorded_at"]) if live else None
    return today if recorded is None else min(today, formats.today(actor.time_zone, recorded))


async def touching(
    request: AnyRequest, actor: Actor, table: str, columns: str, vehicle: UUID, start: datetime, end: datetime
) -> list[Row]:
    """Trips or stops of the vehicle that have a part in the span; none for those who may not see them."""
    resource = request.app.state.registry[table]
    reach: Reach | None = actor.access.reach(resource.permission("read"))
    if reach is None:
        return []
    sql = TOUCHING.format(
        columns=columns, table=table, scope=scope_condition(resource, reach) or "true", most=MOST
    )
    parameters = base_parameters(actor, reach) | {"vehicle": vehicle, "start": start, "end": end}
    rows = await request.app.state.database.read(actor, sql, parameters)
    return [msgspec.json.decode(row[0]) for row in rows]


def timeline(trips: list[Row], stops: list[Row], start: datetime, end: datetime, now: datetime) -> list[Part]:
    """Trips and stops in order of time, cut to the span; what is still going on in it has no end."""
    parts = []
    for kind, rows in (("trip", trips), ("stop", stops)):
        for row in rows:
            began, ended = formats.moment(row["started_at"]), formats.moment(row["ended_at"])
            assert began is not None
            from_, to = max(began, start), min(ended or now, end)
            share = share_inside(row, start, end)
            distance = (row.get("distance_km") or 0.0) * share
            idle = None if row.get("idle_minutes") is None else row["idle_minutes"] * share
            minutes = (to - from_).total_seconds() / 60
            shown_end = to if ended or end <= now else None
            parts.append(Part(kind, row["id"], from_, shown_end, minutes, distance, idle, row))
    return sorted(parts, key=lambda part: (part.started_at, part.kind == "trip"))


def summary(trips: list[Row], stops: list[Row], start: datetime, end: datetime) -> Row:
    """Totals of the span: what lies partly outside counts with its share of the time."""
    total: Row = {
        "trips": len(trips),
        "stops": len(stops),
        "distance_km": 0.0,
        "driving_minutes": 0.0,
        "idle_minutes": None,
    }
    speeds = [row["max_speed_kph"] for row in trips if row["max_speed_kph"] is not None]
    total["max_speed_kph"] = max(speeds, default=None)
    for row in trips:
        share = share_inside(row, start, end)
        total["distance_km"] += (row["distance_km"] or 0) * share
        total["driving_minutes"] += (row["duration_minutes"] or 0) * share
        if row["idle_time_minutes"] is not None:
            total["idle_minutes"] = (total["idle_minutes"] or 0) + row["idle_time_minutes"] * share
    for row in stops:
        if row["idle_minutes"] is not None:
            total["idle_minutes"] = (total["idle_minutes"] or 0) + row["idle_minutes"] * share_inside(
                row, start, end
            )
    return total


def share_inside(row: Row, start: datetime, end: datetime) -> float:
    """How much of a trip's or stop's time lies in the span, 0 to 1; 1 for one that is under way."""
    began, ended = formats.moment(row["started_at"]), formats.moment(row["ended_at"])
    if began is None or ended is None or ended <= began:
        return 1.0
    inside = (min(ended, end) - max(began, start)).total_seconds()
    return max(0.0, min(1.0, inside / (ended - began).total_seconds()))
