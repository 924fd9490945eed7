"""The accident register of a motor carrier, as an auditor asks for it (49 CFR 390.15(b))."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.verbs import struct_of
from motorpool.safety.queries.accident_register import YEARS, RegisterAsked, accident_register, kept_from
from motorpool.web.navigation import may
from motorpool.web.pages.reports_telematics import FILES

AnyRequest = Request[Any, Any, Any]


@get("/accident-register", include_in_schema=False)
async def register_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    query = {name: value for name, value in request.query_params.items() if value and name in ("from", "to")}
    problem = None
    try:
        asked = struct_of(query, RegisterAsked, strict=False)
        found = await accident_register(state.database, state.registry, actor, asked)
    except MotorpoolError as error:
        if error.status not in (400, 422):
            raise
        problem = " ".join(f"{one.field.capitalize()} {one.message}." for one in error.fields)
        found = await accident_register(state.database, state.registry, actor, RegisterAsked())
    period = [("from", str(found.first)), ("to", str(found.last))]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "accident_register.html",
        title="Accident register",
        register=found,
        problem=problem,
        years=YEARS,
        kept_from=kept_from(actor.today),
        incomplete=[one for one in found.items if one.missing],
        totals={
            "accidents": len(found.items),
            "injuries": sum(one.injuries for one in found.items),
            "fatalities": sum(one.fatalities for one in found.items),
            "hazmat": sum(one.hazmat_released for one in found.items),
        },
        files=[
            (label, icon, f"/api/v1/accident-reports/register?{urlencode([*period, ('format', form)])}")
            for form, label, icon in FILES
        ]
        if may(actor, "accident_reports.export")
        else [],
    )
    return page


route_handlers = [register_page]
