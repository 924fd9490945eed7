"""Services that are due: the list with its work orders, the calendar and the forecast."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.due_list import STATUSES, due_list, maintenance_types
from motorpool.maintenance.queries.service_forecast import Span, by_stretch, expected_services
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.service_due_looks import (
    SHOWN,
    TONES,
    WORDS,
    bars_of,
    group_of,
    label_of,
    month_of,
    weeks_of,
)
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "recurring_maintenance_schedules"
SPANS = (("week", "26 weeks"), ("month", "12 months"))
ROLLED_BACK = """
SELECT count(*) FROM vehicle_meters t WHERE t.tenant_id = %(tenant)s AND t.last_ignored_at > now() - interval '30 days' AND {scope}
"""


@get("/service-due", include_in_schema=False)
async def due_page(request: AnyRequest) -> Response[Any]:
    """What is overdue, due and due soon, and the next that will be."""
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry[TABLE]
    filters, query = filters_of(request)
    services = await due_list(
        state.database, actor, resource, filters=filters, statuses=STATUSES[:4], most=SHOWN
    )
    groups = [group for status in STATUSES[:4] if (group := group_of(status, services, actor))]
    can_open = may(actor, resource.permission("open_work_order"))
    return await _page(
        request,
        "service_due.html",
        "due",
        query,
        title="Service due",
        groups=groups,
        counts={one.status: one.count for one in groups},
        words=WORDS,
        tones=TONES,
        can_open=can_open,
        rolled_back=await _rolled_back(request, actor),
        filtered=bool(query),
    )


@get("/service-due/calendar", include_in_schema=False)
async def calendar_page(request: AnyRequest) -> Response[Any]:
    """A month, with every service on the day on which it is expected."""
    actor, state = actor_of(request), request.app.state
    filters, query = filters_of(request)
    month = month_of(request.query_params.get("month"), actor.today)
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    until = last + timedelta(days=6 - last.weekday())
    expected = await expected_services(state.database, actor, state.registry[TABLE], until, filters=filters)
    return await _page(
        request,
        "service_due_calendar.html",
        "calendar",
        query,
        title="Service calendar",
        month=month,
        weeks=weeks_of(month, actor.today, expected),
        count=sum(month <= one.day <= last for one in expected),
        earlier=_href("calendar", query, month=_month_text(month, -1)) if month > actor.today else None,
        later=_href("calendar", query, month=_month_text(month, 1))
        if month < actor.today.replace(day=1) + timedelta(days=330)
        else None,
    )


@get("/service-due/forecast", include_in_schema=False)
async def forecast_page(request: AnyRequest) -> Response[Any]:
    """Services, hours and costs ahead, by week or month."""
    actor, state = actor_of(request), request.app.state
    filters, query = filters_of(request)
    by: Span = "week" if request.query_params.get("by") == "week" else "month"
    until = actor.today + timedelta(days=26 * 7 - 1 if by == "week" else 364)
    expected = await expected_services(state.database, actor, state.registry[TABLE], until, filters=filters)
    stretches = by_stretch(expected, by, actor.today, until)
    return await _page(
        request,
        "service_due_forecast.html",
        "forecast",
        query,
        title="Service forecast",
        by=by,
        spans=[(label, _href("forecast", query, by=name), name == by) for name, label in SPANS],
        stretches=stretches,
        labels=[label_of(one, by) for one in stretches],
        bars=bars_of(stretches, by),
        services=len(expected),
        hours=sum(one.hours for one in stretches),
        cost=sum(one.cost for one in stretches),
        unpriced=sum(one.unpriced for one in stretches),
        money=partial(formats.money, currency=actor.currency),
    )


# -- what the pages show


async def _page(
    request: AnyRequest, template: str, tab: str, query: dict[str, str], **context: Any
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    facilities = may(actor, "facilities.read")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        template,
        tab=tab,
        tabs=[
            (name, label, icon, _href(name, query))
            for name, label, icon in (
                ("due", "Due", "clock-check"),
                ("calendar", "Calendar", "calendar-event"),
                ("forecast", "Forecast", "chart-bar"),
            )
        ],
        chosen=query,
        here=_href(tab, query),
        today=actor.today,
        facilities=await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if facilities
        else [],
        types=await maintenance_types(state.database, actor),
        can_assign=may(actor, f"{TABLE}.assign"),
        can_create=may(actor, f"{TABLE}.create"),
        **context,
    )
    return page


def filters_of(request: AnyRequest) -> tuple[Row, dict[str, str]]:
    """For the queries, and for addresses."""
    facility = parse_uuid(request.query_params.get("facility", ""))
    vehicle = parse_uuid(request.query_params.get("vehicle", ""))
    kind = request.query_params.get("type", "")[:100] or None
    filters = {"facility": facility, "vehicle": vehicle, "type": kind}
    return filters, {name: str(value) for name, value in filters.items() if value is not None}


async def _rolled_back(request: AnyRequest, actor: Actor) -> int:
    """Meters whose readings of the last 30 days fell below earlier ones."""
    resource = request.app.state.registry["vehicle_meters"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return 0
    sql = ROLLED_BACK.format(scope=scope_condition(resource, reach) or "true")
    rows = await request.app.state.database.read(actor, sql, base_parameters(actor, reach))
    return int(rows[0][0])


def _href(tab: str, query: dict[str, str], **more: str) -> str:
    path = "/service-due" if tab == "due" else f"/service-due/{tab}"
    text = urlencode({**query, **more})
    return f"{path}?{text}" if text else path


def _month_text(month: date, step: int) -> str:
    other = (month - timedelta(days=1)) if step < 0 else month + timedelta(days=32)
    return f"{other:%Y-%m}"


route_handlers = [due_page, calendar_page, forecast_page]
