"""HTTP of the figures on incidents."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream

from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.verbs import query_of
from motorpool.safety.queries import incident_figures as figures
from motorpool.safety.table_downloads import NO_STORE, as_file, table_operation

AnyRequest = Request[Any, Any, Any]


@get("/api/v1/incidents/figures", include_in_schema=False)
async def get_figures(request: AnyRequest) -> Response[bytes] | Stream:
    """Incidents by state, severity, type and month as JSON, or as a table with `format`."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, figures.FiguresAsked)
    action = "read" if asked.format == "json" else "export"
    found = await figures.incident_figures(state.database, state.registry, actor, asked, action)
    if asked.format == "json":
        return json_response(msgspec.json.encode(found), headers=NO_STORE)
    return await as_file(
        actor,
        "Incidents in figures",
        f"incident-figures-{found.first}-{found.last}",
        asked.format,
        figures.COLUMNS,
        [figures.cells_of(one) for one in found.rows],
        [("period", f"{found.first} to {found.last}")],
    )


OPERATIONS = {
    "/api/v1/incidents/figures": table_operation(
        "incident_figures",
        "Incidents by state, severity, type and month",
        "incidents",
        figures.FiguresAsked,
        figures.Figures,
    )
}
route_handlers = [get_figures]
