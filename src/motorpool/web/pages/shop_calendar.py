"""The calendar of a shop: who is in which bay when. Moved by hand, by a form, or by a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.shop_calendar import (
    BOOKING,
    Booked,
    Presence,
    ShopCalendar,
    shop_calendar,
    shop_of,
    shops_with_bays,
)
from motorpool.maintenance.queries.shop_facts import Shop
from motorpool.maintenance.rules.bay_fit import Bay
from motorpool.maintenance.rules.working_time import Span, instant
from motorpool.web.navigation import may
from motorpool.web.pages.shop_calendar_form import date_of, route_handlers as form_handlers

AnyRequest = Request[Any, Any, Any]
#: Hours that are shown of a day on which the shop is closed.
MORNING, EVENING = 7, 18


@dataclass(frozen=True, slots=True)
class Card:
    """A booking on one of its days."""

    booked: Booked
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day as columns of hours: minutes since its start."""

    day: date
    midnight: datetime
    first: int
    last: int
    #: (minute, label)
    hours: list[tuple[int, str]]
    open: list[tuple[int, int]]
    is_today: bool


@get("/shop/calendar", include_in_schema=False)
async def calendar_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(BOOKING, actor, "read")
    shops = await shops_with_bays(state.database, actor)
    wanted = parse_uuid(request.query_params.get("facility", ""))
    facility = wanted if wanted in dict(shops) else shops[0][0] if shops else None
    shop = await shop_of(state.database, actor, facility) if facility else None
    if shop is None:
        return shown(request, actor, shops=[], shop=None)
    today = datetime.now(shop.zone).date()
    day = date_of(request.query_params.get("day"), today)
    week = request.query_params.get("view") == "week"
    first = day - timedelta(days=day.weekday()) if week else day
    calendar = await shop_calendar(state.database, actor, shop, first, 7 if week else 1)
    days = [day_of(calendar, first + timedelta(days=number), today) for number in range(7 if week else 1)]
    step = timedelta(days=7 if week else 1)
    wanted = parse_uuid(request.query_params.get("booking", ""))
    marked = next((one for one in calendar.bookings if one.id == wanted), None)
    return shown(
        request,
        actor,
        shops=shops,
        shop=shop,
        day=day,
        week=week,
        days=days,
        calendar=calendar,
        lanes=[(bay, [cards_of(calendar, bay, one, shop) for one in days]) for bay in calendar.bays],
        people=[presence_text(one, shop, week=week) for one in calendar.presence],
        marked=marked,
        marked_text=marked and marked_text(calendar, marked, shop),
        today=today,
        before=day - step,
        after=day + step,
        limits=limits,
    )


def shown(request: AnyRequest, actor: Actor, **context: Any) -> Response[Any]:
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "shop_calendar.html",
        title="Shop calendar",
        may_book=may(actor, "service_bay_schedule.create"),
        may_move=may(actor, "service_bay_schedule.update"),
        may_plan=may(actor, "service_bay_schedule.plan"),
        **context,
    )
    return page


def minute_of(moment: datetime, midnight: datetime) -> float:
    return (moment - midnight).total_seconds() / 60


def day_of(calendar: ShopCalendar, day: date, today: date) -> Day:
    """The hours of a day that are worth showing: when the shop is open, and what is booked outside of that."""
    zone = calendar.shop.zone
    midnight, end = (instant(one, time(), zone) for one in (day, day + timedelta(days=1)))
    length = round(minute_of(end, midnight))

    def within(spans: list[Span]) -> list[tuple[int, int]]:
        found = [
            (max(0, round(minute_of(a, midnight))), min(length, round(minute_of(b, midnight))))
            for a, b in spans
        ]
        return [(a, b) for a, b in found if a < b]

    open_ = within(calendar.open)
    shown_ = open_ or [(MORNING * 60, EVENING * 60)]
    shown_ = shown_ + within([(one.start, one.end) for one in calendar.bookings])
    first = min(a for a, _ in shown_) // 60 * 60
    last = min(length, math.ceil(max(b for _, b in shown_) / 60) * 60)
    hours = [
        (minute, f"{(midnight + timedelta(minutes=minute)).astimezone(zone):%H:%M}")
        for minute in range(first, last, 60)
    ]
    return Day(day, midnight, first, last, hours, open_, day == today)


def cards_of(calendar: ShopCalendar, bay: Bay, day: Day, shop: Shop) -> list[Card]:
    end = instant(day.day + timedelta(days=1), time(), shop.zone)
    return [
        Card(one, times(one, shop, day.day))
        for one in calendar.bookings
        if one.bay_id == bay.id and one.start < end and one.end > day.midnight
    ]


def times(one: Booked, shop: Shop, day: date) -> str:
    """`09:00–11:30`; with the day where it is another."""

    def clock(moment: datetime) -> str:
        local = moment.astimezone(shop.zone)
        return f"{local:%H:%M}" if local.date() == day else f"{local:%a} {local.day} {local:%b %H:%M}"

    return f"{clock(one.start)}–{clock(one.end)}"


def marked_text(calendar: ShopCalendar, one: Booked, shop: Shop) -> str:
    """`Bay 1, Mon 30 Nov 09:00–11:30`."""
    bay = next((bay.name for bay in calendar.bays if bay.id == one.bay_id), "")
    day = one.start.astimezone(shop.zone)
    return f"{bay}, {day:%a} {day.day} {day:%b} {times(one, shop, day.date())}"


def presence_text(one: Presence, shop: Shop, *, week: bool) -> dict[str, Any]:
    """A technician in words: when there, how much is booked."""
    hours = [f"{a.astimezone(shop.zone):%H:%M} to {b.astimezone(shop.zone):%H:%M}" for a, b in one.there]
    return {
        "name": one.person.technician.name,
        "id": one.person.technician.id,
        "there": bool(one.there),
        "hours": f"{one.there_minutes / 60:g} h" if week else ", ".join(hours),
        "booked": f"{one.booked_minutes / 60:g} h booked",
        "part": min(100, round(100 * one.booked_minutes / one.there_minutes)) if one.there_minutes else 0,
    }


def limits(bay: Bay) -> str:
    """What a bay can take, in a line."""
    parts = [f"carries {bay.max_weight_lbs:,} lb"] if bay.max_weight_lbs else []
    parts += [f"lifts {bay.max_lift_lbs:,} lb"] if bay.max_lift_lbs else []
    parts += [name.replace("_", " ") for name in sorted(bay.equipment)]
    return " · ".join(parts)


route_handlers = [calendar_page, *form_handlers]
