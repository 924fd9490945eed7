"""HTTP of work orders beyond plain resources: the start/stop clock, and the order on paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.resource.openapi import failures, query
from motorpool.core.resource.routes import actor_of
from motorpool.core.verbs import KEY, Call, Verbs, query_of
from motorpool.maintenance.actions.run_clocks import Clock, clock_in, clock_out
from motorpool.maintenance.printing.work_order import work_order_pdf
from motorpool.maintenance.resources import RESOURCES

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)


class ClockIn(Struct, forbid_unknown_fields=True):
    technician_id: Annotated[UUID, Meta(description="Left out: the technician that the caller is")] | None = (
        None
    )
    started_at: Annotated[datetime, Meta(tz=True, description="Left out: now")] | None = None
    labor_type: (
        Annotated[str, Meta(min_length=1, max_length=50, description="Such as regular, overtime, diagnosis")]
        | None
    ) = None


class ClockOut(Struct, forbid_unknown_fields=True):
    technician_id: Annotated[UUID, Meta(description="Left out: the technician that the caller is")] | None = (
        None
    )
    ended_at: Annotated[datetime, Meta(tz=True, description="Left out: now")] | None = None
    break_minutes: Annotated[int, Meta(ge=0, le=1440, description="Not counted, minutes")] | None = None
    notes: Annotated[str, Meta(max_length=10_000)] | None = None


class ClockState(Struct):
    """The labour entry that the clock writes."""

    id: UUID
    work_order_id: UUID
    task_id: UUID | None
    technician_id: UUID
    started_at: datetime
    ended_at: Annotated[datetime | None, Meta(description="null: the clock is running")]
    hours: Annotated[Decimal | None, Meta(description="Hours worked, less the break")]
    labor_cost: Annotated[Decimal | None, Meta(description="Hours x the technician's rate")]


@verbs.post("work_order_tasks", "clock_in", ClockIn, answers=ClockState)
async def clock_in_on_task(call: Call[ClockIn]) -> ClockState:
    """Start the clock on a task

    A pending task, and an order that is open, are started by it. A technician has one clock: where it runs already, the
    answer is 409 and says on what. Another's clock needs `work_order_labor.update` too.
    """
    return _state(await clock_in(call.session, call.actor, task_id=call.key, **_begin(call.body)))


@verbs.post("work_order_tasks", "clock_out", ClockOut, answers=ClockState)
async def clock_out_on_task(call: Call[ClockOut]) -> ClockState:
    """Stop the clock on a task

    The hours count towards the task and the order at once. Completing or blocking a task stops its clocks too.
    """
    return _state(await clock_out(call.session, call.actor, task_id=call.key, **_end(call.body)))


@verbs.post("maintenance_records", "clock_in", ClockIn, answers=ClockState)
async def clock_in_on_order(call: Call[ClockIn]) -> ClockState:
    """Start the clock on a work order

    As on one of its tasks, for work that belongs to none of them.
    """
    return _state(await clock_in(call.session, call.actor, order_id=call.key, **_begin(call.body)))


@verbs.post("maintenance_records", "clock_out", ClockOut, answers=ClockState)
async def clock_out_on_order(call: Call[ClockOut]) -> ClockState:
    """Stop the clock on a work order

    On whichever of its tasks it runs.
    """
    return _state(await clock_out(call.session, call.actor, order_id=call.key, **_end(call.body)))


def _begin(body: ClockIn) -> dict[str, Any]:
    return {"technician_id": body.technician_id, "at": body.started_at, "labor_type": body.labor_type}


def _end(body: ClockOut) -> dict[str, Any]:
    return {
        "technician_id": body.technician_id,
        "at": body.ended_at,
        "break_minutes": body.break_minutes,
        "notes": body.notes,
    }


def _state(clock: Clock) -> ClockState:
    return ClockState(
        clock.id,
        clock.work_order_id,
        clock.task_id,
        clock.technician_id,
        clock.started_at,
        clock.ended_at,
        clock.hours,
        clock.labor_cost,
    )


class Sheet(Struct, forbid_unknown_fields=True):
    costs: Annotated[bool, Meta(description="false: without amounts, for the shop floor")] = True


@get("/api/v1/maintenance-records/{key:str}/pdf", include_in_schema=False)
async def get_pdf(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """A work order on paper."""
    actor, state = actor_of(request), request.app.state
    order = parse_uuid(key)
    if order is None:
        raise NotFound("There is no such work order.")
    asked = query_of(request, Sheet)
    public: str | None = state.settings.http.public_url
    address = (public or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")
    name, document = await work_order_pdf(
        state.database, state.registry, actor, order, address=address, costs=asked.costs
    )
    return Response(
        document,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


route_handlers = [*verbs.handlers(), get_pdf]
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Any] = verbs.operations() | {
    "/api/v1/maintenance-records/{id}/pdf": {
        "get": {
            "tags": ["Maintenance"],
            "operationId": "get_pdf_maintenance_records",
            "summary": "A work order on paper",
            "description": "Vehicle, tasks with boxes, parts, labour, totals, a line to sign on, and a QR code that leads to the "
            "order's page. Needs `maintenance_records.read`; tasks and lines are those that the caller may read.",
            "parameters": [
                KEY,
                query("costs", {"type": "boolean"}, "false: without amounts, for the shop floor"),
            ],
            "responses": {
                "200": {
                    "description": "The document",
                    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
                }
            }
            | failures("BadRequest", "NotFound"),
        }
    },
}
