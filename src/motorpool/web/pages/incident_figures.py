"""Incidents in figures: by state, severity, type and month, what could have been prevented, and for the distance driven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import struct_of
from motorpool.safety.queries.incident_figures import Figure, Figures, FiguresAsked, incident_figures
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.reports_telematics import Bar

AnyRequest = Request[Any, Any, Any]
FILES = (("csv", "CSV", "file-type-csv"), ("xlsx", "Excel", "file-spreadsheet"))


@get("/incident-figures", include_in_schema=False)
async def figures_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    query = {name: value for name, value in request.query_params.items() if value and name in ("from", "to")}
    problem = None
    try:
        found = await incident_figures(
            state.database, state.registry, actor, struct_of(query, FiguresAsked, strict=False)
        )
    except MotorpoolError as error:
        if error.status not in (400, 422):
            raise
        problem = " ".join(f"{one.field.capitalize()} {one.message}." for one in error.fields)
        found = await incident_figures(state.database, state.registry, actor, FiguresAsked())
    period = [("from", str(found.first)), ("to", str(found.last))]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "incident_figures.html",
        title="Incident figures",
        figures=found,
        problem=problem,
        unit="miles" if actor.units == "imperial" else "km",
        rate=rate_of(found.all, actor),
        distance=None if found.all.km is None else formats.quantity(found.all.km, "km", actor.units, 0),
        cost=formats.money(found.all.cost, actor.currency),
        severities=bars(found.by_severity, "severity"),
        types=bars(found.by_type, "incident_type"),
        states=bars(found.by_status, "status"),
        months=[(one, _month(one.value), rate_of(one, actor)) for one in reversed(found.by_month)],
        columns=month_bars(found),
        money=lambda value: formats.money(value, actor.currency),
        files=[
            (label, icon, f"/api/v1/incidents/figures?{urlencode([*period, ('format', form)])}")
            for form, label, icon in FILES
        ]
        if may(actor, "incidents.export")
        else [],
    )
    return page


def bars(figures: Sequence[Figure], column: str) -> list[Bar]:
    """The longest fills the line; each leads to the list of what it counts."""
    most = max((one.incidents for one in figures), default=0) or 1
    return [
        Bar(
            formats.words(one.value),
            f"{one.incidents} · {one.share} %" if one.share is not None else str(one.incidents),
            100 * one.incidents / most,
            f"/incidents?{urlencode([(column, one.value)])}",
        )
        for one in figures
    ]


def month_bars(found: Figures) -> list[Bar]:
    most = max((one.incidents for one in found.by_month), default=0) or 1
    return [Bar(_month(one.value), str(one.incidents), 100 * one.incidents / most) for one in found.by_month]


def rate_of(figure: Figure, actor: Actor) -> str | None:
    """Incidents with a vehicle per million miles or kilometres, as people here count."""
    if figure.per_million_km is None:
        return None
    factor = formats.KM_PER_MILE if actor.units == "imperial" else 1
    return f"{float(figure.per_million_km) * factor:,.2f}"


def _month(value: str) -> str:
    """`2026-11` -> `Nov 2026`."""
    return formats.day(f"{value}-01").partition(" ")[2]


route_handlers = [figures_page]
