"""Reservations: the calendar by vehicle, what waits for somebody, and one reservation with what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.access import Reach
from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, read_reasons
from motorpool.fleet.queries.free_vehicles import free_vehicles
from motorpool.fleet.queries.reservation_board import (
    IN_SPAN,
    NEXT,
    OUT,
    WAITING,
    Row,
    calendar_vehicles,
    in_shop,
    reservations,
)
from motorpool.fleet.rules.proposals import Wish, why
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.availability import told
from motorpool.web.pages.records import detail_context, read_row
from motorpool.web.presentation import choices_of
from motorpool.web.timetable import Bar, Cell, Scale, lines

AnyRequest = Request[Any, Any, Any]
TABLE = "vehicle_reservations"
#: Vehicles that the calendar shows; the busy ones come first.
MOST_VEHICLES = 60
LISTED = 20
PROPOSED = 5
#: View -> (days, columns a day, columns in each part of the table).
VIEWS = {"day": (1, 48, 4), "week": (7, 12, 12)}
#: Moves that have a page of their own.
OWN_MOVES = {"hand_over": "hand-over", "return": "return"}


@dataclass(frozen=True, slots=True)
class Block:
    """What a bar of the calendar says."""

    href: str
    text: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A vehicle of the calendar; without an id: what was given no vehicle yet."""

    id: UUID | None
    number: str
    note: str
    lines: list[list[Cell[Block]]]


@get("/reservations", include_in_schema=False)
async def board_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "read")
    view = "day" if request.query_params.get("view") == "day" else "week"
    first, days = period_of(request, actor, view)
    start, _ = formats.day_bounds(first, actor.time_zone)
    _, end = formats.day_bounds(first + timedelta(days=days - 1), actor.time_zone)
    read = state.database
    rows = await reservations(read, actor, resource, reach, IN_SPAN, start=start, end=end)
    scale = Scale(
        datetime.combine(first, time()),
        datetime.combine(first + timedelta(days=days), time()),
        days * VIEWS[view][1],
        VIEWS[view][2],
    )
    kind = request.query_params.get("vehicle_type") or None
    facility = parse_uuid(request.query_params.get("facility_id", ""))
    lanes, more = await lanes_of(request, actor, rows, scale, start, end, kind, facility)
    shown = {str(lane.id) for lane in lanes}
    decides = can_move(actor, "approve")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "reservations.html",
        title="Reservations",
        view=view,
        first=first,
        last=first + timedelta(days=days - 1),
        before=first - timedelta(days=days),
        after=first + timedelta(days=days),
        today=actor.today,
        heads=heads_of(view, first, days),
        lanes=lanes,
        columns=scale.columns,
        more=more,
        agenda=[one for one in rows if not (kind or facility) or one["vehicle_id"] in shown],
        kind=kind,
        facility=facility,
        kinds=await kinds_of(request, actor),
        facilities=await choices_of(read, state.registry, actor, "facilities", 200)
        if may(actor, "facilities.read")
        else [],
        waiting=await _list(request, actor, reach, WAITING),
        out=await _list(request, actor, reach, OUT, "t.ends_at, t.id"),
        coming=await _list(request, actor, reach, NEXT) if decides else [],
        decides=decides,
        may_hand_over=can_move(actor, "hand_over"),
        may_take_back=can_move(actor, "return"),
        may_ask=may(actor, resource.permission("create")),
    )
    return page


def can_move(actor: Actor, verb: str) -> bool:
    return may(actor, f"{TABLE}.{verb}")


async def _list(
    request: AnyRequest, actor: Actor, reach: Reach, condition: str, order: str = "t.starts_at, t.id"
) -> list[Row]:
    state = request.app.state
    return await reservations(
        state.database, actor, state.registry[TABLE], reach, condition, order, most=LISTED
    )


def period_of(request: AnyRequest, actor: Actor, view: str) -> tuple[date, int]:
    """First day and number of days: the chosen day, or seven days from it."""
    try:
        day = date.fromisoformat(request.query_params["day"])
        day = min(max(day, date(2000, 1, 3)), date(2100, 1, 1))
    except (KeyError, ValueError):
        day = actor.today
    return day, VIEWS[view][0]


def heads_of(view: str, first: date, days: int) -> list[tuple[str, date | None]]:
    """Labels of the parts of the table; a day that can be looked at alone."""
    if view == "day":
        return [(f"{hour:02}:00", None) for hour in range(0, 24, 2)]
    found = [first + timedelta(days=number) for number in range(days)]
    return [(f"{day:%a} {day.day} {day:%b}", day) for day in found]


async def lanes_of(
    request: AnyRequest,
    actor: Actor,
    rows: list[Row],
    scale: Scale,
    start: datetime,
    end: datetime,
    kind: str | None,
    facility: UUID | None,
) -> tuple[list[Lane], bool]:
    """The calendar's lanes, and whether there are more vehicles than it shows."""
    state = request.app.state
    bars: dict[UUID | None, list[Bar[Block]]] = {}
    for row in rows:
        key = UUID(row["vehicle_id"]) if row["vehicle_id"] else None
        bars.setdefault(key, []).append(bar_of(row, actor.time_zone))
    for booking, vehicle, begins, ends in await in_shop(
        state.database, actor, state.registry["service_bay_schedule"], start, end
    ):
        block = Block(f"/service-bay-schedule/{booking}", "Shop", "In the shop", "shop")
        bars.setdefault(vehicle, []).append(
            Bar(local(begins, actor.time_zone), local(ends, actor.time_zone), block)
        )
    vehicles = await calendar_vehicles(
        state.database,
        actor,
        state.registry["vehicles"],
        [key for key in bars if key],
        kind=kind,
        facility=facility,
        most=MOST_VEHICLES + 1,
    )
    lanes = [
        Lane(key, number, " · ".join(filter(None, (name, kind_, place))), lines(bars.get(key, ()), scale))
        for key, number, name, kind_, place in vehicles[:MOST_VEHICLES]
    ]
    if not (kind or facility):
        # Whoever may not read a vehicle still sees where their own reservation lies.
        seen = {lane.id for lane in lanes}
        names = {UUID(row["vehicle_id"]): row["vehicle_number"] for row in rows if row["vehicle_id"]}
        lanes += [
            Lane(key, number, "", lines(bars[key], scale))
            for key, number in names.items()
            if key not in seen and len(vehicles) <= MOST_VEHICLES
        ]
        if None in bars:
            lanes.insert(0, Lane(None, "Any vehicle", "To be chosen", lines(bars[None], scale)))
    return lanes, len(vehicles) > MOST_VEHICLES


def bar_of(row: Row, zone: str) -> Bar[Block]:
    begins, ends = local(row["starts_at"], zone), local(row["ends_at"], zone)
    if row["status"] == "returned" and row["returned_at"]:
        ends = min(ends, local(row["returned_at"], zone))
    elif row["is_late"]:
        ends = max(ends, local(datetime.now(UTC), zone))
    state = "late" if row["is_late"] else row["status"]
    who = row["driver"] or row["asked_by"] or ""
    words = (
        f"{row['reservation_number']}, {formats.words(state)}: {row['purpose']}. {begins:%a %H:%M} to {ends:%a %H:%M}"
        f"{f', {who}' if who else ''}"
    )
    return Bar(
        begins,
        max(ends, begins),
        Block(f"/vehicle-reservations/{row['id']}", who or row["purpose"], words, state),
    )


def local(value: Any, zone: str) -> datetime:
    """The wall clock of a zone, without the zone."""
    found = formats.moment(value)
    assert found is not None
    return found.astimezone(formats.zone_of(zone)).replace(tzinfo=None)


async def kinds_of(request: AnyRequest, actor: Actor) -> list[str]:
    """Kinds of vehicles that there are."""
    rows = await request.app.state.database.read(
        actor,
        "SELECT DISTINCT vehicle_type FROM vehicles WHERE tenant_id = %(tenant)s AND status = 'active' "
        "AND vehicle_type IS NOT NULL ORDER BY 1 LIMIT 50",
        {"tenant": actor.tenant_id},
    )
    return [row[0] for row in rows]


async def reservation_page(request: AnyRequest) -> Response[Any]:
    """One reservation: what speaks against it, which vehicles could be given, and what can be done now."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    own = {f"/moves/{verb}": path for verb, path in OWN_MOVES.items()}
    context["actions"] = [one for one in context["actions"] if not one.href.endswith(tuple(own))]
    status = row["status"]
    start, end = formats.moment(row["starts_at"]), formats.moment(row["ends_at"])
    assert start is not None and end is not None
    key = UUID(row["id"])
    reasons = []
    if status in ("requested", "approved") and end > datetime.now(UTC):
        use = Use(
            [UUID(row["vehicle_id"])] if row["vehicle_id"] else [],
            [UUID(row["driver_id"])] if row["driver_id"] else [],
            start,
            end,
            key,
        )
        reasons = told(state.registry, actor, await read_reasons(state.database, actor, [use]), key)
    proposals = []
    wish = Wish(
        row["vehicle_type"],
        row["passengers"],
        UUID(row["pickup_facility_id"]) if row["pickup_facility_id"] else None,
    )
    decides = status == "requested" and can_move(actor, "approve")
    if decides:
        driver = UUID(row["driver_id"]) if row["driver_id"] else None
        found = await free_vehicles(state.database, actor, start, end, wish, driver_id=driver, except_id=key)
        asked = [one for one in found if str(one.id) == row["vehicle_id"]]
        rest = [one for one in found if str(one.id) != row["vehicle_id"]]
        proposals = [(one, why(one, wish)) for one in [*asked, *rest][:PROPOSED]]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "reservation.html",
        **context,
        reasons=reasons,
        judged=status in ("requested", "approved") and bool(row["vehicle_id"] or row["driver_id"]),
        decides=decides,
        proposals=proposals,
        hand_over_href=f"/reservations/{key}/hand-over"
        if status == "approved" and can_move(actor, "hand_over")
        else None,
        return_href=f"/reservations/{key}/return"
        if status == "handed_over" and can_move(actor, "return")
        else None,
    )
    return page


route_handlers = [board_page]
