"""OpenAPI of the hand-written operations, beside what the resources describe themselves."""

from __future__ import annotations

from typing import Any

from motorpool.communication.routes import OPERATIONS as COMMUNICATION
from motorpool.core.files.operations import OPERATIONS as FILES
from motorpool.core.resource.openapi import content, failures, query, shared
from motorpool.fleet.routes import OPERATIONS as FLEET
from motorpool.fleet.vin_routes import OPERATIONS as VINS
from motorpool.identity.routes import OPERATIONS as IDENTITY
from motorpool.integrations.routes import OPERATIONS as INTEGRATIONS
from motorpool.maintenance.cost_routes import OPERATIONS as COSTS
from motorpool.maintenance.order_routes import OPERATIONS as WORK_ORDERS
from motorpool.maintenance.part_routes import OPERATIONS as PARTS
from motorpool.maintenance.schedule_routes import OPERATIONS as SCHEDULES
from motorpool.maintenance.shop_routes import OPERATIONS as SHOP
from motorpool.maintenance.suggestion_routes import OPERATIONS as SUGGESTIONS
from motorpool.maintenance.supply_routes import OPERATIONS as SUPPLY
from motorpool.safety.compliance_package_routes import OPERATIONS as COMPLIANCE_PACKAGES
from motorpool.safety.compliance_paper_routes import OPERATIONS as COMPLIANCE_PAPERS
from motorpool.safety.compliance_routes import OPERATIONS as COMPLIANCE
from motorpool.safety.hours_routes import OPERATIONS as HOURS
from motorpool.safety.incident_routes import OPERATIONS as INCIDENTS
from motorpool.safety.inspection_routes import OPERATIONS as INSPECTIONS
from motorpool.safety.insurance_routes import OPERATIONS as INSURANCE
from motorpool.safety.meeting_routes import OPERATIONS as MEETINGS
from motorpool.system.routes import OPERATIONS as SYSTEM
from motorpool.telematics.behaviour_routes import OPERATIONS as BEHAVIOUR
from motorpool.telematics.device_routes import OPERATIONS as DEVICES
from motorpool.telematics.engine_routes import OPERATIONS as ENGINES
from motorpool.telematics.fence_routes import OPERATIONS as FENCES
from motorpool.telematics.footage_routes import OPERATIONS as FOOTAGE
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Series
from motorpool.telematics.report_routes import OPERATIONS as REPORTS
from motorpool.telematics.road_routes import OPERATIONS as ROADS
from motorpool.telematics.route_routes import OPERATIONS as ROUTES
from motorpool.telematics.trip_routes import OPERATIONS as TRIPS

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
#: Most items of a batch.
MOST = 10_000
RECEIPT: Json = {
    "type": "object",
    "required": ["received", "accepted", "duplicates", "rejected", "problems"],
    "properties": {
        "received": COUNT,
        "accepted": COUNT | {"description": "New rows, committed before the answer was sent"},
        "duplicates": COUNT | {"description": "Already there, or twice in the batch"},
        "rejected": COUNT,
        "problems": {
            "type": "array",
            "description": "What was wrong with which item; at most 100 of them",
            "items": {
                "type": "object",
                "required": ["index", "field", "message", "code"],
                "properties": {"index": COUNT, "field": TEXT, "message": TEXT, "code": TEXT},
            },
        },
    },
    "examples": [{"received": 2, "accepted": 2, "duplicates": 0, "rejected": 0, "problems": []}],
}
VEHICLE = TEXT | {"description": "Vehicle number, VIN, device identifier or vehicle id"}
TIME: Json = {
    "type": ["string", "number"],
    "description": "RFC 3339 with its zone, or seconds or milliseconds since 1970",
}
UNSUPPORTED: Json = {
    "415": {
        "description": "The content is neither JSON nor msgpack",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def item_schema(series: Series) -> Json:
    """One item of a batch, with the bounds and units that ingest checks."""
    fields: dict[str, Json] = {"vehicle": VEHICLE, "recorded_at": TIME}
    for number in series.numbers:
        kind: Any = "number" if number.required else ["number", "null"]
        fields[number.name] = {
            "type": kind,
            "minimum": number.low,
            "maximum": number.high,
            "description": number.unit,
            "x-unit": number.unit,
        }
    fields |= {name: {"type": ["boolean", "null"]} for name in series.flags}
    if series.has_source:
        fields["source"] = {"type": ["string", "null"], "description": "Who sends it; `api` when left out"}
        fields["attributes"] = {"type": ["object", "null"], "description": "Anything else that was reported"}
    else:
        codes = {"type": ["array", "null"], "items": TEXT}
        fields["dtc_codes"] = codes | {"description": "Diagnostic trouble codes, such as P0301"}
    required = ["vehicle", "recorded_at", *(number.name for number in series.numbers if number.required)]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": fields}


def ingest(series: Series, what: str, example: Json) -> Json:
    """The operation that takes a batch."""
    batch: Json = {
        "type": "object",
        "required": [series.noun],
        "properties": {series.noun: {"type": "array", "maxItems": MOST, "items": item_schema(series)}},
    }
    media = {"schema": batch, "example": {series.noun: [example]}}
    return {
        "post": {
            "tags": ["Telematics"],
            "operationId": f"send_{what.replace(' ', '_')}",
            "summary": f"Send a batch of {what}",
            "description": "At most 10,000 items. Good items are stored even when others are not, and nothing is stored "
            f"twice; the answer is sent after the commit. Needs `{series.permission}`.",
            "requestBody": {
                "required": True,
                "content": dict.fromkeys(("application/json", "application/msgpack"), media),
            },
            "responses": {"200": content(RECEIPT, "What became of the batch")}
            | failures("BadRequest", "TooLarge", "Invalid", "Unavailable")
            | UNSUPPORTED,
        }
    }


def column(kind: str) -> Json:
    return {"type": "array", "items": {"type": [kind, "null"]}}


MOMENT = TEXT | {"format": "date-time"}
TRACK: Json = {
    "type": "object",
    "required": ["t", "latitude", "longitude"],
    "properties": {
        "t": column("number") | {"description": "Seconds since 1970"},
        "latitude": column("number"),
        "longitude": column("number"),
        "speed_kph": column("number") | {"x-unit": "km/h"},
        "heading": column("number") | {"x-unit": "degrees"},
        "speed_estimated": {
            "type": "boolean",
            "description": "No device told speeds: they follow from the fixes",
        },
        "truncated": {"type": "boolean", "description": "There were more fixes than one answer holds"},
    },
}
TELEMATICS: dict[str, Json] = {
    "/api/v1/telemetry/positions": ingest(
        POSITIONS,
        "positions",
        {
            "vehicle": "BUS-12",
            "recorded_at": "2026-05-21T08:00:00Z",
            "latitude": 37.78,
            "longitude": -122.41,
            "speed": 31,
            "heading": 270,
            "ignition": True,
        },
    ),
    "/api/v1/telemetry/obd": ingest(
        READINGS,
        "engine readings",
        {"vehicle": "BUS-12", "recorded_at": "2026-05-21T08:00:00Z", "rpm": 1800, "coolant_temp": 90},
    ),
    "/api/v1/vehicles/{id}/track": {
        "parameters": shared("id"),
        "get": {
            "tags": ["Telematics"],
            "operationId": "vehicle_track",
            "summary": "A vehicle's fixes between two times, by column",
            "description": "The last 24 hours unless told otherwise, at most 32 days. Needs `vehicle_locations.read`.",
            "parameters": [
                query("from", MOMENT, "The first moment"),
                query("to", MOMENT, "The last moment; now when left out"),
            ],
            "responses": {"200": content(TRACK, "Columns of equal length, in order of time")}
            | failures("BadRequest", "NotFound"),
        },
    },
    "/api/v1/stream": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "stream",
            "summary": "Server-sent events: a snapshot of vehicle states, then changes",
            "description": "Resumes at `Last-Event-ID`. The right to read is checked again every 30 seconds. "
            "Needs `vehicle_states.read`.",
            "parameters": [
                query("topics", {"type": "string", "enum": ["vehicle_states"]}, "What to tell of"),
                query("cursor", TEXT, "Like `Last-Event-ID`, for programs that cannot set it"),
            ],
            "responses": {
                "200": {"description": "Events, until one side ends", "content": {"text/event-stream": {}}}
            }
            | failures("BadRequest"),
        }
    },
}

OPERATIONS: dict[str, Json] = {
    **IDENTITY,
    **FLEET,
    **VINS,
    **DEVICES,
    **BEHAVIOUR,
    **ENGINES,
    **TRIPS,
    **REPORTS,
    **ROADS,
    **FENCES,
    **FOOTAGE,
    **ROUTES,
    **COMPLIANCE,
    **COMPLIANCE_PACKAGES,
    **COMPLIANCE_PAPERS,
    **INSURANCE,
    **HOURS,
    **INCIDENTS,
    **INSPECTIONS,
    **MEETINGS,
    **SCHEDULES,
    **SHOP,
    **PARTS,
    **COSTS,
    **SUPPLY,
    **SUGGESTIONS,
    **SYSTEM,
    **COMMUNICATION,
    **INTEGRATIONS,
    **WORK_ORDERS,
    **FILES,
    **TELEMATICS,
}
