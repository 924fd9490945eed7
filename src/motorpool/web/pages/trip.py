"""A trip: its facts, its track, what it was for, and where it can be joined or cut; trips that wait for a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, Conflict, Invalid
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.resource.write import lock_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.edit_trips import merge_trips, split_trip, undo_edit
from motorpool.telematics.queries.track import PERMISSION as TRACK, vehicle_track
from motorpool.telematics.queries.trip_surroundings import PURPOSES, place_names, trip_surroundings
from motorpool.telematics.rules.classification import BIG_BUTTONS, USAGES
from motorpool.telematics.rules.merging import halts
from motorpool.telematics.rules.track import Track
from motorpool.telematics.trip_routes import definition_of
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import can, detail_context, form_texts, key_of, read_row
from motorpool.web.rendering import is_partial, see_other

AnyRequest = Request[Any, Any, Any]
NEIGHBOURS = """
SELECT (SELECT t.id::text FROM trips t WHERE {conditions} AND t.started_at < %(started)s
        ORDER BY t.started_at DESC LIMIT 1),
       (SELECT t.id::text FROM trips t WHERE {conditions} AND t.started_at > %(started)s
        ORDER BY t.started_at LIMIT 1)
"""
#: Trips that wait for a word are counted and shown this far back.
WAITING_DAYS = 90
WAITING = f"""t.tenant_id = %(tenant)s AND t.usage_type IS NULL AND t.ended_at IS NOT NULL
    AND t.started_at > now() - interval '{WAITING_DAYS} days'"""
COUNT = "SELECT count(*) FROM (SELECT FROM trips t WHERE {conditions} LIMIT 1000) AS found"
NEXT = """
SELECT t.id, t.trip_number, t.started_at, t.ended_at, t.distance_km, t.duration_minutes, t.start_address, t.end_address,
       t.start_location_lat, t.start_location_lng, t.end_location_lat, t.end_location_lng, v.vehicle_number, d.full_name
FROM trips t LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.driver_id
WHERE {conditions} AND (%(before)s::timestamptz IS NULL OR (t.started_at, t.id) < (%(before)s, %(id)s::uuid))
ORDER BY t.started_at DESC, t.id DESC LIMIT 1
"""
#: Address parameters of the list's shortcuts.
SHORTCUTS = (
    ("All", ""),
    ("To classify", "usage_type__isnull=true"),
    ("Business", "usage_type=business"),
    ("Personal", "usage_type=personal"),
    ("Commute", "usage_type=commute"),
)


async def trip_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["trips"]
    row, etag = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    started, ended = formats.moment(row["started_at"]), formats.moment(row["ended_at"])
    assert started is not None
    until = ended or datetime.now(UTC)
    cells = {cell.field.name: cell for cell in context["facts"]}
    previous, following = await neighbours(request, actor, UUID(row["vehicle_id"]), started)
    around = await trip_surroundings(state.database, actor, row, started, until)
    may_split = ended is not None and may(actor, "trips.split")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "trip.html",
        **context,
        cells=cells,
        started_at=started,
        ended_at=ended,
        # The track's end is exclusive; the last fix belongs to the trip.
        track_end=until + timedelta(seconds=1),
        local_day=formats.today(actor.time_zone, started),
        local_start=started.astimezone(formats.zone_of(actor.time_zone)).replace(tzinfo=None),
        local_end=until.astimezone(formats.zone_of(actor.time_zone)).replace(tzinfo=None),
        elapsed_minutes=(until - started).total_seconds() / 60,
        previous_id=previous,
        next_id=following,
        etag=etag,
        may_track=may(actor, TRACK),
        can_classify=can(actor, resource, "update"),
        usages=USAGES,
        around=around,
        rejected=(row["metadata"] or {}).get("rejected", 0),
        may_merge=ended is not None and following is not None and may(actor, "trips.merge"),
        may_split=may_split,
        may_undo=may(actor, "trip_edits.undo"),
        halts=await halts_of(request, actor, row, started, until) if may_split and may(actor, TRACK) else [],
    )
    return page


async def halts_of(
    request: AnyRequest, actor: Actor, row: dict[str, Any], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Where the trip can be cut at a halt."""
    found = await vehicle_track(
        request.app.state.database, actor, UUID(row["vehicle_id"]), start, end + timedelta(seconds=1)
    )
    if len(found["t"]) < 3:
        return []
    track = Track.of(found["t"], found["latitude"], found["longitude"])
    return [
        (datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        for first, last in halts(track)
    ]


async def neighbours(
    request: AnyRequest, actor: Actor, vehicle: UUID, started: datetime
) -> tuple[str | None, str | None]:
    """Ids of the vehicle's trips before and after, among those that the actor may see."""
    resource = request.app.state.registry["trips"]
    reach = actor.access.reach(resource.permission("read"))
    assert reach is not None
    scope = scope_condition(resource, reach) or "true"
    conditions = f"t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND ({scope})"
    parameters = base_parameters(actor, reach) | {"vehicle": vehicle, "started": started}
    rows = await request.app.state.database.read(actor, NEIGHBOURS.format(conditions=conditions), parameters)
    previous, following = rows[0]
    return previous, following


@post("/trips/{key:str}/merge", include_in_schema=False, status_code=200)
async def merge_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["trips"]
    reach, key = reach_or_forbid(resource, actor, "merge"), key_of(request, resource)
    form = await form_texts(request)
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key, None)
            await merge_trips(session, actor, key, definition_of(state), reason=form.get("reason") or None)
    except (Conflict, Invalid) as problem:
        return see_other(f"/trips/{key}", _told(problem), "danger")
    return see_other(f"/trips/{key}", "The trips are one now.")


@post("/trips/{key:str}/split", include_in_schema=False, status_code=200)
async def split_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["trips"]
    reach, key = reach_or_forbid(resource, actor, "split"), key_of(request, resource)
    form = await form_texts(request)
    zone = formats.zone_of(actor.time_zone)
    try:
        at, until = (
            datetime.fromisoformat(form[name]) if form.get(name) else None for name in ("at", "until")
        )
    except ValueError as error:
        raise BadRequest("The time to cut at cannot be read.") from error
    if at is None:
        return see_other(f"/trips/{key}", "Say at what time to cut the trip.", "danger")
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key, None)
            second = await split_trip(
                session,
                actor,
                key,
                definition_of(state),
                at=at,
                until=until if until is None or until.tzinfo else until.replace(tzinfo=zone),
                reason=form.get("reason") or None,
            )
    except (Conflict, Invalid) as problem:
        return see_other(f"/trips/{key}", _told(problem), "danger")
    return see_other(f"/trips/{second}", "The trip is cut; this is the second part.")


@post("/trips/{key:str}/undo", include_in_schema=False, status_code=200)
async def undo_posted(request: AnyRequest) -> Response[Any]:
    """Take back the join or cut that the form names; the trip may be gone afterwards."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["trip_edits"]
    reach = reach_or_forbid(resource, actor, "undo")
    trip = key_of(request, state.registry["trips"])
    edit = parse_uuid((await form_texts(request)).get("edit", ""))
    if edit is None:
        raise BadRequest("There is no such join or cut.")
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, edit, None)
            undone = await undo_edit(session, actor, edit, definition_of(state))
            first, vehicle = undone.trip_started_at, undone.vehicle_id
    except (Conflict, Invalid) as problem:
        return see_other(f"/trips/{trip}", _told(problem), "danger")
    rows = await state.database.read(
        actor,
        "SELECT id FROM trips WHERE tenant_id = %s AND vehicle_id = %s AND started_at <= %s "
        "ORDER BY started_at DESC LIMIT 1",
        (actor.tenant_id, vehicle, first),
    )
    return see_other(f"/trips/{rows[0][0] if rows else trip}", "It was undone.")


def _told(problem: Conflict | Invalid) -> str:
    fields = problem.fields
    return f"{problem.detail} {' '.join(one.message for one in fields)}" if fields else problem.detail


@get("/trips", include_in_schema=False)
async def trips_page(request: AnyRequest) -> Response[Any]:
    """The list, with what waits for a word."""
    actor, state = actor_of(request), request.app.state
    waiting = 0
    if not is_partial(request):
        waiting = await waiting_count(request, actor)
    query = {name: value for name, value in request.query_params.items() if name.startswith("usage_type")}
    current = "&".join(f"{name}={value}" for name, value in query.items())
    return await list_response(
        request,
        state.registry["trips"],
        template="trips.html",
        waiting=waiting,
        waiting_days=WAITING_DAYS,
        shortcuts=[
            (label, f"/trips?{params}" if params else "/trips", params == current)
            for label, params in SHORTCUTS
        ],
        can_classify=may(actor, "trips.update"),
    )


def waiting_where(
    request: AnyRequest, actor: Actor, *, only_own: bool = False
) -> tuple[str, dict[str, Any]] | None:
    """Conditions and parameters of the trips that wait for a word of the actor; None: they may change none."""
    resource = request.app.state.registry["trips"]
    reach = actor.access.reach(resource.permission("update"))
    if reach is None:
        return None
    scope = scope_condition(resource, reach)
    conditions = WAITING + (f" AND ({scope})" if scope else "")
    if only_own and actor.driver_id:
        conditions += " AND t.driver_id = %(actor_driver)s"
    return conditions, base_parameters(actor, reach)


async def waiting_count(request: AnyRequest, actor: Actor, *, only_own: bool = False) -> int:
    """How many trips wait (1000: or more)."""
    where = waiting_where(request, actor, only_own=only_own)
    if where is None:
        return 0
    conditions, parameters = where
    rows = await request.app.state.database.read(actor, COUNT.format(conditions=conditions), parameters)
    return int(rows[0][0])


async def waiting_trip(
    request: AnyRequest, actor: Actor, after: tuple[datetime, UUID] | None, *, only_own: bool
) -> dict[str, Any] | None:
    """The latest trip that waits, or the latest before `after`."""
    where = waiting_where(request, actor, only_own=only_own)
    if where is None:
        return None
    state = request.app.state
    conditions, parameters = where
    before, key = after or (None, None)
    rows = await state.database.read(
        actor, NEXT.format(conditions=conditions), parameters | {"before": before, "id": key}
    )
    if not rows:
        return None
    names = (
        "id trip_number started_at ended_at distance_km duration_minutes start_place end_place start_lat start_lng "
        "end_lat end_lng vehicle driver"
    ).split()
    found = dict(zip(names, rows[0], strict=True))
    places = await place_names(
        state.database,
        actor,
        [(found["start_lat"], found["start_lng"]), (found["end_lat"], found["end_lng"])],
    )
    for side, place in zip(("start", "end"), places, strict=True):
        lat, lng = found[f"{side}_lat"], found[f"{side}_lng"]
        found[f"{side}_place"] = (
            found[f"{side}_place"] or place or (f"{lat:.4f}, {lng:.4f}" if lat is not None else formats.DASH)
        )
    return found


@get("/classify", include_in_schema=False)
async def classify_page(request: AnyRequest) -> Response[Any]:
    """One trip at a time, with buttons for the thumb; `after` leaves out what was skipped."""
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry["trips"], actor, "update")
    only_own = request.query_params.get("whose", "own" if actor.driver_id else "all") == "own"
    after = _after(request)
    scope = scope_condition(state.registry["trips"], reach) or "true"
    purposes = await state.database.read(actor, PURPOSES.format(scope=scope), base_parameters(actor, reach))
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "classify.html",
        title="Classify trips",
        count=await waiting_count(request, actor, only_own=only_own),
        trip=await waiting_trip(request, actor, after, only_own=only_own),
        buttons=BIG_BUTTONS,
        purposes=[row[0] for row in purposes],
        only_own=only_own,
        has_driver=actor.driver_id is not None,
        was_skipped=after is not None,
        whose="own" if only_own else "all",
    )
    return page


def _after(request: AnyRequest) -> tuple[datetime, UUID] | None:
    moment, _, key = request.query_params.get("after", "").partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None


@post("/classify", include_in_schema=False, status_code=200)
async def classified(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["trips"]
    reach = reach_or_forbid(resource, actor, "update")
    form = await form_texts(request)
    key, usage = parse_uuid(form.get("trip", "")), form.get("usage_type", "")
    if key is None or usage not in BIG_BUTTONS:
        raise BadRequest("Say which trip was what.")
    purpose = form.get("purpose_chosen") or form.get("business_purpose", "").strip() or None
    body: dict[str, Any] = {"usage_type": usage}
    if usage == "business" and purpose:
        body["business_purpose"] = purpose
    async with state.database.transaction(actor) as session:
        await update_row(session, resource, actor, reach, key, body, None)
    whose = "own" if form.get("whose") == "own" else "all"
    return see_other(f"/classify?whose={whose}", f"{formats.words(usage)}.")


route_handlers = [merge_posted, split_posted, undo_posted, trips_page, classify_page, classified]
