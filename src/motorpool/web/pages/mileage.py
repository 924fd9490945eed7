"""The mileage log on the screen: what the file will hold, and what is still to be classified."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.errors import BadRequest
from motorpool.core.resource.routes import actor_of
from motorpool.telematics.queries.mileage_log import mileage_log, mileage_rates
from motorpool.telematics.report_routes import RATE_KINDS, log_of
from motorpool.telematics.reports.mileage_file import recorded, use
from motorpool.telematics.reports.running import Asked
from motorpool.telematics.rules.mileage import total, worth
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.reports_telematics import FILES, names_of

AnyRequest = Request[Any, Any, Any]
#: Lines of the page; the files hold all.
SHOWN = 200


@get("/reports/mileage-log", include_in_schema=False)
async def mileage_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    query = dict(request.query_params.items())
    problem = None
    try:
        first, last, driver, vehicle, kind = log_of(query, actor)
    except BadRequest as error:
        problem = told(error)
        first, last, driver, vehicle, kind = log_of({}, actor)
    if driver is None and vehicle is None and actor.driver_id is not None and not query:
        driver = actor.driver_id
    try:
        lines = await mileage_log(
            state.database, state.registry, actor, first, last, driver=driver, vehicle=vehicle
        )
    except BadRequest as error:
        problem, lines = told(error), []
    rates, currency = await mileage_rates(state.database, actor, kind)
    found = total((line.trip for line in lines), rates)
    picked = {name: key for name, key in (("driver", driver), ("vehicle", vehicle)) if key}
    asked = Asked(first, last, picked)
    zone = formats.zone_of(actor.time_zone)
    pairs = [*asked.query(), ("rate", kind)]
    address = urlencode(pairs)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "mileage.html",
        title="Mileage log",
        asked=asked,
        problem=problem,
        named=await names_of(request, actor, asked),
        kinds=RATE_KINDS,
        kind=kind,
        currency=currency,
        rates=rates,
        found=found,
        lines=[(line, use(line), *worth(line.trip, rates), recorded(line, zone)) for line in lines[:SHOWN]],
        left_out=max(0, len(lines) - SHOWN),
        years=[actor.today.year - back for back in range(4)],
        whole_year=first.year if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) else None,
        others=urlencode([pair for pair in pairs if pair[0] not in ("from", "to")]),
        files=[
            (label, icon, f"/api/v1/reports/mileage-log?{address}&format={form}")
            for form, label, icon in FILES
        ]
        if may(actor, "trips.export")
        else [],
    )
    return page


def told(error: BadRequest) -> str:
    return " ".join([error.detail, *(f"{entry.field} {entry.message}." for entry in error.fields)])


route_handlers = [mileage_page]
