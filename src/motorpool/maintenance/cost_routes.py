"""HTTP of maintenance costs, and of a vehicle's service history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.export import FORMATS, Heading, write_table
from motorpool.core.resource.openapi import content, failures, query
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import KEY, query_of, schema_of
from motorpool.maintenance.queries.cost_question import Question, asked_of
from motorpool.maintenance.queries.cost_tables import ROWS, Group, Total, cells_of, columns_of, total
from motorpool.maintenance.queries.service_history import HistoryAsked, HistoryPage, service_history
from motorpool.maintenance.queries.vehicle_costs import Costs, VehicleCost, maintenance_costs

AnyRequest = Request[Any, Any, Any]
Json = dict[str, Any]
CHUNK = 1000
NO_STORE = {"Cache-Control": "no-store"}
NOTES = (
    "An order counts on the local day on which it was closed; cancelled ones never, those under way or opened again as open cost.",
    "Net is total less warranty. Distance is that of the meters, replaced ones included, or of trips (`distance_basis`); "
    "ratios are null below 0.5 km.",
    "An outlier costs more than 2.5 robust standard deviations above the median of its class for a kilometre.",
)


@get("/api/v1/maintenance-records/costs", include_in_schema=False)
async def get_costs(request: AnyRequest) -> Response[bytes] | Stream:
    """Maintenance costs as JSON, or as a file with `format`."""
    actor, state = actor_of(request), request.app.state
    question = query_of(request, Question)
    asked = asked_of(question, actor)
    is_file = question.format != "json"
    costs = await maintenance_costs(
        state.database, state.registry, actor, asked, "export" if is_file else "read"
    )
    if is_file:
        return await costs_file(costs, actor, state.settings.exports.pdf_rows)
    rows = ROWS[question.by](costs)
    answer = {
        "from": asked.first,
        "to": asked.last,
        "time_zone": actor.time_zone,
        "currency": actor.currency,
        "by": question.by,
        "items": rows[question.offset : question.offset + question.limit],
        "count": len(rows),
        "totals": total(costs),
        "notes": NOTES,
    }
    return json_response(msgspec.json.encode(answer), headers=NO_STORE)


async def costs_file(costs: Costs, actor: Actor, pdf_rows: int) -> Stream:
    """All rows as a file. Raises Invalid for a PDF that would be too long."""
    asked = costs.asked
    form, by = asked.question.format, asked.question.by
    columns, found = columns_of(by, actor.units), ROWS[by](costs)

    async def rows() -> AsyncIterator[list[tuple[Any, ...]]]:
        for start in range(0, len(found), CHUNK):
            yield [cells_of(row, columns, actor.units) for row in found[start : start + CHUNK]]

    about = [("period", f"{asked.first} to {asked.last}"), ("currency", actor.currency)]
    about += [(name.replace("_", " "), value) for name, value in asked.query()[2:]]
    heading = Heading("Maintenance costs", actor.tenant_name, about, zone=ZoneInfo(actor.time_zone))
    blocks = write_table(form, columns, rows(), heading, pdf_rows=pdf_rows)
    # The first block is made here, so that a mistake is a clear answer and not a broken file.
    first = await anext(blocks, b"")

    async def all_blocks() -> AsyncIterator[bytes]:
        yield first
        async for block in blocks:
            yield block

    name = f"maintenance-costs-by-{by}-{asked.first}-{asked.last}.{FORMATS[form].extension}"
    return Stream(
        all_blocks(),
        media_type=FORMATS[form].media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'} | NO_STORE,
    )


@get("/api/v1/vehicles/{vehicle_id:str}/service-history", include_in_schema=False)
async def get_history(request: AnyRequest, vehicle_id: FromPath[str]) -> Response[bytes]:
    """What was done to a vehicle and found on it, the latest first."""
    actor, state = actor_of(request), request.app.state
    key = parse_uuid(vehicle_id)
    if key is None:
        raise NotFound("There is no such vehicle.")
    asked = query_of(request, HistoryAsked)
    page = await service_history(state.database, state.registry, actor, key, asked)
    return json_response(msgspec.json.encode(page), headers=NO_STORE)


def _parameters(kind: type[msgspec.Struct]) -> list[Json]:
    """The fields of a struct as parameters of an address."""
    found = []
    for name, schema in schema_of(kind).get("properties", {}).items():
        said = [one.get("description") for one in (schema, *schema.get("anyOf", ()))]
        words = next((one for one in said if one), name.replace("_", " ").capitalize())
        found.append(query(name, schema, words))
    return found


def _operation(
    name: str, summary: str, description: str, parameters: list[Json], answer: Json, *also: str
) -> Json:
    return {
        "get": {
            "tags": ["Maintenance"],
            "operationId": name,
            "summary": summary,
            "description": description,
            "parameters": parameters,
            "responses": {"200": content(answer, "The answer")} | failures("BadRequest", *also),
        }
    }


_TEXT: Json = {"type": "string"}
_COSTS: Json = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "time_zone": _TEXT,
        "currency": _TEXT,
        "by": _TEXT,
        "items": {"type": "array", "items": {"anyOf": [schema_of(VehicleCost), schema_of(Group)]}},
        "count": {"type": "integer"},
        "totals": schema_of(Total),
        "notes": {"type": "array", "items": _TEXT},
    },
}
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Json] = {
    "/api/v1/maintenance-records/costs": _operation(
        "maintenance_costs",
        "Maintenance costs by vehicle, month, type of work, system or class",
        "Needs `maintenance_records.read` and `vehicles.read`, files `maintenance_records.export`. "
        + " ".join(NOTES),
        _parameters(Question),
        _COSTS,
    ),
    "/api/v1/vehicles/{id}/service-history": _operation(
        "vehicle_service_history",
        "Service history of a vehicle",
        "Work orders with the parts they fitted, inspections, defects, replaced meters and services entered without an order, "
        "the latest first, as far as the caller may read them. Needs `vehicles.read`.",
        [KEY, *_parameters(HistoryAsked)],
        schema_of(HistoryPage),
        "NotFound",
    ),
}
route_handlers = [get_costs, get_history]
