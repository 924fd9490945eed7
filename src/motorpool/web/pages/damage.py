"""Damage on the outline of a vehicle: marked with a tap on a phone, shown on the report's page and on the vehicle's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.damage import KINDS, SEVERITIES, STANDING, outline_of
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.records import can, detail_context, pictures_of, read_row
from motorpool.web.pages.report_incident import report_kit

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
OUTLINES = ("car", "van", "truck", "bus")
MARKS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.damage_report_id, t.view, t.x::float8 AS x, t.y::float8 AS y, t.damage_type, t.severity, t.notes, t.photo_url,
        t.vehicle_part, row_number() OVER (ORDER BY t.created_at, t.id) AS number
    FROM damage_marks t
    WHERE t.tenant_id = %(tenant)s AND t.damage_report_id = ANY (%(reports)s) AND {scope}
    ORDER BY t.created_at, t.id) AS q
"""
REPORTS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.report_number, t.title, t.severity, t.status, t.is_drivable, t.reported_at
    FROM damage_reports t
    WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = %(vehicle)s AND t.status = ANY (%(standing)s) AND {scope}
    ORDER BY t.reported_at DESC LIMIT 50) AS q
"""


async def marks_of(request: AnyRequest, actor: Actor, reports: list[UUID]) -> list[Row]:
    """Marks of several reports, numbered in the order in which they were set."""
    resource = request.app.state.registry["damage_marks"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None or not reports:
        return []
    query = MARKS.format(scope=scope_condition(resource, reach) or "true")
    rows = await request.app.state.database.read(
        actor, query, base_parameters(actor, reach) | {"reports": reports}
    )
    return [msgspec.json.decode(text) for (text,) in rows]


async def damage_page(request: AnyRequest) -> Response[Any]:
    """A damage report: where it is, how bad, and what becomes of it."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["damage_reports"]
    row, _ = await read_row(request, resource)
    found = await state.database.read(
        actor,
        "SELECT vehicle_number, name, vehicle_type FROM vehicles WHERE tenant_id = %s AND id = %s",
        (actor.tenant_id, UUID(row["vehicle_id"])),
    )
    number, name, kind = found[0] if found else ("the vehicle", None, None)
    context = await detail_context(request, actor, resource, row)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "damage.html",
        **context,
        cells={cell.field.name: cell for cell in (*context["facts"], *context["long_facts"])},
        vehicle={"number": number, "name": name},
        outline=outline_of(kind),
        marks=await marks_of(request, actor, [UUID(row["id"])]),
        kinds=KINDS,
        severities=SEVERITIES,
        may_mark=actor.user_id is not None
        and row["status"] in STANDING
        and can(actor, state.registry["damage_marks"], "create"),
        may_unmark=row["status"] in STANDING and can(actor, state.registry["damage_marks"], "delete"),
        may_photograph=actor.user_id is not None
        and (can(actor, resource, "update") or can(actor, resource, "create")),
        photos=pictures_of(row["photos"]),
        money=lambda value: formats.money(value, actor.currency),
    )
    return page


@get("/report-damage", include_in_schema=False)
async def report_page(request: AnyRequest) -> Response[Any]:
    """The form, the same for everybody: a service worker keeps it.

    `?vehicle=` chooses the vehicle, `?incident=` the incident that it came from.
    """
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["damage_reports"], actor, "create")
    page: Response[Any] = state.renderer.standalone(
        "report_damage.html",
        title="Report damage",
        outlines=OUTLINES,
        kinds=KINDS,
        severities=SEVERITIES,
    )
    return page


@get("/report-damage/kit", include_in_schema=False)
async def damage_kit(request: AnyRequest) -> Response[bytes]:
    return await report_kit(request, "damage_reports")


@get("/damage-of/vehicles/{key:str}", include_in_schema=False)
async def vehicle_panel(request: AnyRequest) -> Response[Any]:
    """What is damaged on a vehicle now; fetched by its page."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["vehicles"])
    reports: list[Row] = []
    resource = state.registry["damage_reports"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is not None:
        query = REPORTS.format(scope=scope_condition(resource, reach) or "true")
        where = {"vehicle": UUID(row["id"]), "standing": list(STANDING)}
        texts = await state.database.read(actor, query, base_parameters(actor, reach) | where)
        reports = [msgspec.json.decode(text) for (text,) in texts]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "damage_panel.html",
        title=f"Damage of {row['vehicle_number']}",
        row=row,
        reports=reports,
        may_see=reach is not None,
        marks=await marks_of(request, actor, [UUID(one["id"]) for one in reports]),
        outline=outline_of(row["vehicle_type"]),
        report_href=f"/report-damage?vehicle={row['id']}" if may(actor, "damage_reports.create") else None,
    )
    return page


route_handlers = [report_page, damage_kit, vehicle_panel]
