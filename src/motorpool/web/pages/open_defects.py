"""Defects that are open: what is wrong with which vehicle."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition

AnyRequest = Request[Any, Any, Any]
SHOWN = 100
#: Name in the address -> (label, states).
WHICH = {
    "open": ("Open", "t.status NOT IN ('certified', 'dismissed')"),
    "unsafe": ("Unsafe", "t.is_unsafe AND t.status NOT IN ('certified', 'dismissed')"),
    "certify": ("To certify", "t.status = 'repaired'"),
    "deferred": ("Put off", "t.status = 'deferred'"),
}
OPEN_DEFECTS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.defect_number AS number, t.description, t.severity, t.is_unsafe, t.status, t.reported_at, t.deferred_until,
        t.vehicle_id, v.vehicle_number, t.work_order_id, w.work_order_number, w.status AS work_order_status,
        (SELECT count(*) FROM defect_sightings s WHERE s.tenant_id = t.tenant_id AND s.defect_id = t.id) AS seen
    FROM defects t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.id = t.work_order_id
    WHERE t.tenant_id = %(tenant)s AND {scope} AND {which}
    ORDER BY t.is_unsafe DESC, array_position(ARRAY['critical', 'major', 'minor'], t.severity::text), t.reported_at
    LIMIT {most}) AS q
"""
DEFECT_COUNTS = "SELECT {counts} FROM defects t WHERE t.tenant_id = %(tenant)s AND {scope}"


@get("/open-defects", include_in_schema=False)
async def defects_page(request: AnyRequest) -> Response[Any]:
    """What is wrong with which vehicle, the gravest and oldest first."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["defects"]
    reach = reach_or_forbid(resource, actor, "read")
    wanted = request.query_params.get("show", "open")
    show = wanted if wanted in WHICH else "open"
    scope = scope_condition(resource, reach) or "true"
    parameters = base_parameters(actor, reach)
    query = OPEN_DEFECTS.format(scope=scope, which=WHICH[show][1], most=SHOWN + 1)
    texts = await state.database.read(actor, query, parameters)
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in WHICH.values())
    (numbers,) = await state.database.read(
        actor, DEFECT_COUNTS.format(scope=scope, counts=counts), parameters
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "inspect_defects.html",
        title="Open defects",
        defects=[msgspec.json.decode(text) for (text,) in texts[:SHOWN]],
        more=len(texts) > SHOWN,
        show=show,
        tabs=[
            (name, label, number) for (name, (label, _)), number in zip(WHICH.items(), numbers, strict=True)
        ],
    )
    return page


route_handlers = [defects_page]
