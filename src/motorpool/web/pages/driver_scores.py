"""Driver behaviour for people: the feed of events, the ranking of drivers, and each driver's scorecard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.behaviour_routes import period_of
from motorpool.telematics.queries.driver_scores import (
    DRIVERS,
    Period,
    Scored,
    default_period,
    driver_ranking,
    driver_scorecard,
)
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
PAGE_ROWS = 50
KINDS = (
    "harsh_braking",
    "harsh_acceleration",
    "harsh_cornering",
    "speeding",
    "idle_excess",
    "distracted_driving",
    "no_seatbelt",
)
SEVERITIES = ("severe", "moderate", "minor")
NAMES = (
    "id recorded_at kind severity kph limit_kph g seconds limit_source is_estimated source liters latitude longitude "
    "address vehicle_id vehicle_number driver_id driver_name clip_id"
).split()
EVENTS = """
SELECT t.id, t.recorded_at, t.event_type, t.severity, t.speed_at_event::float8, t.speed_limit, t.g_force::float8, t.duration_seconds,
       t.limit_source, t.is_estimated, t.source, t.fuel_wasted_liters::float8, t.latitude::float8, t.longitude::float8, t.address,
       t.vehicle_id, v.vehicle_number, t.driver_id, d.full_name,
       (SELECT f.id FROM video_telematics_footage f WHERE f.tenant_id = %(tenant)s AND f.event_id = t.id
          AND f.event_type = 'driver_behavior_event' ORDER BY f.recorded_at LIMIT 1)
FROM driver_behavior_events t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
WHERE t.tenant_id = %(tenant)s AND {where}
ORDER BY t.recorded_at DESC, t.id DESC LIMIT {most}
"""
COACHING = """
SELECT t.id, t.status, t.reason, t.created_at, t.due_on, t.notes, t.closed_at FROM coaching_sessions t
WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND {scope} ORDER BY t.created_at DESC, t.id LIMIT 10
"""


# -- the feed


@get("/driver-behavior", include_in_schema=False)
async def feed_page(request: AnyRequest) -> Response[Any]:
    """What was noticed last. The part below the filters is fetched again every ten seconds."""
    actor, state = actor_of(request), request.app.state
    wanted = request.query_params
    chosen = {
        name: wanted[name] for name in ("kind", "severity", "driver", "vehicle", "day") if wanted.get(name)
    }
    rows = await events(request, actor, chosen, wanted.get("before"), PAGE_ROWS + 1)
    older = None
    if len(rows) > PAGE_ROWS:
        last = rows[PAGE_ROWS - 1]
        older = urlencode(chosen | {"before": f"{last['recorded_at'].isoformat()}_{last['id']}"})
    context = {
        "events": rows[:PAGE_ROWS],
        "chosen": chosen,
        "kinds": KINDS,
        "severities": SEVERITIES,
        "older": older,
        "is_first": not wanted.get("before"),
        "again": f"/driver-behavior?{urlencode(chosen | {'part': 'rows'})}",
        "day_of": lambda moment: formats.today(actor.time_zone, moment),
    }
    template = "driver_behavior_rows.html" if wanted.get("part") == "rows" else "driver_behavior.html"
    page: Response[Any] = state.renderer.page(request, actor, template, title="Driver behaviour", **context)
    return page


async def events(
    request: AnyRequest, actor: Actor, chosen: dict[str, str], before: str | None, most: int
) -> list[Row]:
    """Events that the actor may see, newest first. Raises: Forbidden, BadRequest for an id that is none."""
    resource = request.app.state.registry["driver_behavior_events"]
    reach = reach_or_forbid(resource, actor, "read")
    where = [scope_condition(resource, reach) or "true"]
    parameters = base_parameters(actor, reach)
    for name, column in (("kind", "event_type"), ("severity", "severity")):
        if value := chosen.get(name):
            where.append(f"t.{column} = %({name})s")
            parameters[name] = value
    for name in ("driver", "vehicle"):
        if value := chosen.get(name):
            key = parse_uuid(value)
            if key is None:
                raise BadRequest(f"`{name}` is no id.", code="bad_parameters")
            where.append(f"t.{name}_id = %({name})s")
            parameters[name] = key
    if day := _day(chosen.get("day")):
        start, end = formats.day_bounds(day, actor.time_zone)
        where.append("t.recorded_at >= %(start)s AND t.recorded_at < %(end)s")
        parameters |= {"start": start, "end": end}
    if span := chosen.get("span"):
        first, last = (_day(part) for part in span.split("_"))
        assert first and last
        since, until = Period(first, last).span(actor.time_zone)
        where.append("t.recorded_at >= %(since)s AND t.recorded_at < %(until)s")
        parameters |= {"since": since, "until": until}
    moment, _, key_text = (before or "").partition("_")
    if (key := parse_uuid(key_text)) and (at := _moment(moment)):
        where.append("(t.recorded_at, t.id) < (%(at)s, %(key)s)")
        parameters |= {"at": at, "key": key}
    sql = EVENTS.format(where=" AND ".join(where), most=most)
    rows = await request.app.state.database.read(actor, sql, parameters)
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


# -- the ranking


@get("/driver-scores", include_in_schema=False)
async def ranking_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(DRIVERS, actor, "read")
    period = _period(request, actor)
    ranked = await driver_ranking(state.database, actor, reach, period)
    if not reach.everything and len(ranked) == 1:
        return see_other(f"/driver-scores/{ranked[0].now.driver_id}")
    compared = [one.now.score.value for one in ranked if one.place and one.now.score.value is not None]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "driver_scores.html",
        title="Driver scores",
        ranked=ranked,
        period=period,
        days_query=_days(period),
        average=sum(compared) / len(compared) if compared else None,
        compared=len(compared),
        wanting=sum(one.now.wants_coaching for one in ranked),
        minimum_km=ranked[0].now.rating.minimum_km if ranked else None,
        presets=_presets(actor),
        change=change,
        tone=tone,
    )
    return page


def change(now: Scored, before: Scored) -> float | None:
    """Points gained since the days before; None where either has no score."""
    if now.score.value is None or before.score.value is None:
        return None
    return round(now.score.value, 1) - round(before.score.value, 1)


def tone(one: Scored) -> str:
    """Of a score's pill."""
    value = one.score.value
    if value is None or not one.is_ranked:
        return "quiet"
    below = one.rating.coaching_below
    return "bad" if value < below else "warn" if value < (100 + below) / 2 else "ok"


# -- the scorecard


@get("/driver-scores/{key:str}", include_in_schema=False)
async def scorecard_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(DRIVERS, actor, "read")
    key, period = parse_uuid(request.path_params["key"]), _period(request, actor)
    card = await driver_scorecard(state.database, actor, reach, key, period) if key else None
    if key is None or card is None:
        raise NotFound("There is no such driver.")
    chosen = {"driver": str(key), "span": f"{period.first}_{period.last}"}
    recent = await events(request, actor, chosen, None, 10)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "driver_scorecard.html",
        title=card.now.name,
        card=card,
        now=card.now,
        before=card.before,
        period=period,
        days_query=_days(period),
        trend=trend(card.weeks),
        improved=improvements(card.now, card.before),
        events=recent,
        coaching=await coaching(request, actor, key),
        new_coaching=_new_coaching(card.now) if may(actor, "coaching_sessions.create") else None,
        presets=_presets(actor),
        change=change,
        tone=tone,
        day_of=lambda moment: formats.today(actor.time_zone, moment),
    )
    return page


async def coaching(request: AnyRequest, actor: Actor, driver: UUID) -> list[Row] | None:
    """The driver's sessions, newest first; None for those who may not see any."""
    resource = request.app.state.registry["coaching_sessions"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return None
    sql = COACHING.format(scope=scope_condition(resource, reach) or "true")
    rows = await request.app.state.database.read(
        actor, sql, base_parameters(actor, reach) | {"driver": driver}
    )
    names = ("id", "status", "reason", "created_at", "due_on", "notes", "closed_at")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _new_coaching(one: Scored) -> str:
    """The form of a session, with what is known filled in."""
    worst = one.score.impacts[0].kind if one.score.impacts else ""
    kind = "speeding" if worst.startswith("speeding") else worst
    value = one.score.value
    filled = {
        "driver_id": str(one.driver_id),
        "period_start": str(one.period.first),
        "period_end": str(one.period.last),
        "event_type": kind,
        "score": "" if value is None else f"{value:.1f}",
    }
    return "/coaching-sessions/new?" + urlencode({name: text for name, text in filled.items() if text})


def improvements(now: Scored, before: Scored) -> list[tuple[str, float]]:
    """(kind, points gained) against the days before, the greatest change first; nothing where either has no score."""
    if now.score.value is None or before.score.value is None:
        return []
    lost = {one.kind: one.points for one in now.score.impacts}
    earlier = {one.kind: one.points for one in before.score.impacts}
    changes = [(kind, earlier.get(kind, 0.0) - lost.get(kind, 0.0)) for kind in {*lost, *earlier}]
    return sorted(
        ((kind, points) for kind, points in changes if abs(points) >= 0.05),
        key=lambda one: (-abs(one[1]), one[0]),
    )


@dataclass(frozen=True)
class Trend:
    """A line of weekly scores as a drawing of `width` x `height`; weeks without a score interrupt it."""

    width: int
    height: int
    lines: list[str]
    dots: list[tuple[float, float, Scored]]
    grid: list[tuple[float, int]]
    labels: list[tuple[float, date]]


LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 26


def trend(weeks: list[Scored], width: int = 640, height: int = 200) -> Trend | None:
    """None when fewer than two weeks have a score."""
    known = [one for one in weeks if one.score.value is not None]
    if len(known) < 2:
        return None
    step = (width - LEFT - RIGHT) / max(1, len(weeks) - 1)
    lowest = min(one.score.value or 0.0 for one in known)
    floor = 0 if lowest < 50 else 50

    def height_of(value: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (100 - value) / (100 - floor)

    dots: list[tuple[float, float, Scored]] = []
    lines: list[list[str]] = []
    run: list[str] = []
    for at, one in enumerate(weeks):
        if one.score.value is None:
            lines, run = [*lines, run], []
            continue
        x, y = round(LEFT + at * step, 1), round(height_of(one.score.value), 1)
        dots.append((x, y, one))
        run.append(f"{x},{y}")
    lines.append(run)
    every = max(1, len(weeks) // 6)
    return Trend(
        width,
        height,
        [" ".join(one) for one in lines if len(one) > 1],
        dots,
        [(round(height_of(mark), 1), mark) for mark in range(floor, 101, 25 if floor == 0 else 10)],
        [(round(LEFT + at * step, 1), one.period.first) for at, one in enumerate(weeks) if at % every == 0],
    )


# -- days


def _period(request: AnyRequest, actor: Actor) -> Period:
    first, last = (_day(request.query_params.get(name)) for name in ("from", "to"))
    return period_of(actor, first, min(last, actor.today) if last else None)


def _days(period: Period) -> str:
    return urlencode({"from": str(period.first), "to": str(period.last)})


def _presets(actor: Actor) -> list[tuple[str, str]]:
    today = actor.today
    spans = {
        "7 days": Period(today - timedelta(days=6), today),
        "4 weeks": default_period(today),
        "12 weeks": Period(today - timedelta(days=83), today),
        "1 year": Period(today - timedelta(days=364), today),
    }
    return [(label, _days(period)) for label, period in spans.items()]


route_handlers = [feed_page, ranking_page, scorecard_page]
