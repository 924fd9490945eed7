"""HTTP of engines: trouble codes, thinned readings for charts, faults, and how the fleet's vehicles are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, NotFound
from motorpool.core.resource.openapi import content, failures, query
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Verbs, query_of, schema_of
from motorpool.telematics.actions.acknowledge_fault import acknowledge_fault
from motorpool.telematics.queries.engine_data import METRICS, MOST_POINTS, engine_data
from motorpool.telematics.queries.engine_health import Health, Show, vehicle_health
from motorpool.telematics.resources import RESOURCES
from motorpool.telematics.rules.trouble_codes import SEVERITIES, decode

AnyRequest = Request[Any, Any, Any]
LONGEST = timedelta(days=93)
FAULTS = next(one for one in RESOURCES if one.table.name == "vehicle_faults")
verbs = Verbs(RESOURCES)


class Note(Struct, forbid_unknown_fields=True):
    note: Annotated[str, Meta(max_length=2000, description="What is going to be done about it")] | None = None


@verbs.post("vehicle_faults", "acknowledge", Note)
async def acknowledge(call: Call[Note]) -> None:
    """Take note of a fault

    Who did, when, and a note of it; the fault stays active as long as readings carry it.
    """
    await acknowledge_fault(call.session, call.actor, call.key, call.body.note)


class Shown(Struct, forbid_unknown_fields=True):
    show: Annotated[
        Show, Meta(description="All vehicles, those with engine data, or those with active faults")
    ] = "all"
    limit: Annotated[int, Meta(ge=1, le=1000)] = 200
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class Fleet(Struct):
    items: list[Health]


@verbs.get("vehicle_faults", "health", Shown, path="/api/v1/vehicle-health", permission="read", answers=Fleet)
async def health(call: Call[Shown]) -> Fleet:
    """List vehicles by their health, the gravest active faults first

    Values of the engine also need `obd_telemetry.read`.
    """
    asked = call.body
    found = await vehicle_health(
        call.database, call.actor, call.reach, show=asked.show, limit=asked.limit, offset=asked.offset
    )
    return Fleet(found)


class Decoded(Struct):
    code: str
    description: str
    listed: Annotated[bool, Meta(description="Whether its text is known; otherwise only its structure")]
    system: Annotated[str, Meta(description="Powertrain, body, chassis, network or heavy vehicle")]
    part: Annotated[str, Meta(description="Such as ignition, emissions, transmission")]
    of_maker: Annotated[bool, Meta(description="The maker defines it; texts are those of one maker")]
    severity: Annotated[str, Meta(description=", ".join(SEVERITIES))]
    advice: str


@get("/api/v1/trouble-codes/{code:str}", include_in_schema=False)
async def get_trouble_code(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """What a diagnostic trouble code says, how grave it is, and what to do."""
    reach_or_forbid(FAULTS, actor_of(request), "read")
    try:
        found = decode(code)
    except ValueError as error:
        raise NotFound(f"{code[:40]!r} {error}.", code="no_trouble_code") from error
    told = Decoded(
        found.code,
        found.description,
        found.text is not None,
        found.system,
        found.part,
        found.of_maker,
        found.severity,
        found.advice,
    )
    return json_response(msgspec.json.encode(told))


class Span(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    from_: Annotated[datetime, Meta(tz=True, description="24 hours before `to` when left out")] | None = None
    to: Annotated[datetime, Meta(tz=True, description="Now when left out")] | None = None
    points: Annotated[int, Meta(ge=10, le=MOST_POINTS, description="At most so many spans")] = 400


@get("/api/v1/vehicles/{vehicle_id:str}/engine-data", include_in_schema=False)
async def get_engine_data(request: AnyRequest, vehicle_id: FromPath[str]) -> Response[bytes]:
    """Engine readings of a vehicle, thinned so that no peak is lost."""
    actor = actor_of(request)
    key = parse_uuid(vehicle_id)
    if key is None:
        raise NotFound("There is no such vehicle.")
    asked = query_of(request, Span)
    end = asked.to or datetime.now(UTC)
    start = asked.from_ or end - timedelta(hours=24)
    if not timedelta(0) < end - start <= LONGEST:
        problem = FieldProblem("from", f"must be before `to`, and at most {LONGEST.days} days")
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    data = await engine_data(request.app.state.database, actor, key, start, end, asked.points)
    return json_response(msgspec.json.encode(data))


_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": ["number", "null"]}}
_METRIC: dict[str, Any] = {
    "type": "object",
    "required": ["min", "max", "mean"],
    "properties": {"min": _NUMBERS, "max": _NUMBERS, "mean": _NUMBERS},
}
_DATA: dict[str, Any] = {
    "type": "object",
    "required": ["width_s", "t", "count", *METRICS],
    "properties": {
        "width_s": {"type": "integer", "description": "Length of a span, seconds"},
        "t": {
            "type": "array",
            "items": {"type": "number"},
            "description": "Begin of each span, seconds since 1970",
        },
        "count": {"type": "array", "items": {"type": "integer"}},
        **dict.fromkeys(METRICS, _METRIC),
    },
}
_TEXT: dict[str, Any] = {"type": "string"}
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Any] = {
    **verbs.operations(),
    "/api/v1/trouble-codes/{code}": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "get_trouble_code",
            "summary": "Decode a diagnostic trouble code",
            "description": "By its text where it is listed, and by its structure (SAE J2012, SAE J1939-73). Needs "
            "`vehicle_faults.read`.",
            "parameters": [{"name": "code", "in": "path", "required": True, "schema": _TEXT}],
            "responses": {"200": content(schema_of(Decoded), "What the code says")} | failures("NotFound"),
        }
    },
    "/api/v1/vehicles/{id}/engine-data": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "get_engine_data",
            "summary": "Engine readings of a vehicle for a chart",
            "description": "Least, greatest and mean of equal spans, at most `points` of them. Needs `obd_telemetry.read`.",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": _TEXT | {"format": "uuid"}},
                query("from", _TIME, "24 hours before `to` when left out"),
                query("to", _TIME, "Now when left out"),
                query(
                    "points", {"type": "integer", "minimum": 10, "maximum": MOST_POINTS}, "400 when left out"
                ),
            ],
            "responses": {"200": content(_DATA, "Columns of equal length")}
            | failures("BadRequest", "NotFound"),
        }
    },
}
route_handlers = [*verbs.handlers(), get_trouble_code, get_engine_data]
