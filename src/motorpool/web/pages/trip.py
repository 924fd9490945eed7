"""A trip: its facts, its track, and what it was for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response

from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.track import PERMISSION as TRACK
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.records import can, detail_context, read_row

AnyRequest = Request[Any, Any, Any]
NEIGHBOURS = """
SELECT (SELECT t.id::text FROM trips t WHERE {conditions} AND t.started_at < %(started)s
        ORDER BY t.started_at DESC LIMIT 1),
       (SELECT t.id::text FROM trips t WHERE {conditions} AND t.started_at > %(started)s
        ORDER BY t.started_at LIMIT 1)
"""


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
        elapsed_minutes=(until - started).total_seconds() / 60,
        previous_id=previous,
        next_id=following,
        etag=etag,
        may_track=may(actor, TRACK),
        can_classify=can(actor, resource, "update"),
    )
    return page


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
