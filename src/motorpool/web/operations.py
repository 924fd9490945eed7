"""OpenAPI of the hand-written operations, beside what the resources describe themselves."""

from __future__ import annotations

from typing import Any

from motorpool.communication.routes import OPERATIONS as COMMUNICATION
from motorpool.core.resource.openapi import content
from motorpool.fleet.routes import OPERATIONS as FLEET
from motorpool.identity.routes import OPERATIONS as IDENTITY
from motorpool.system.routes import OPERATIONS as SYSTEM
from motorpool.telematics.device_routes import OPERATIONS as DEVICES

Json = dict[str, Any]
FAILURES = {
    "400": {"$ref": "#/components/responses/BadRequest"},
    "401": {"$ref": "#/components/responses/Unauthenticated"},
    "403": {"$ref": "#/components/responses/Forbidden"},
    "422": {"$ref": "#/components/responses/Invalid"},
}
NUMBERS = {"type": "array", "items": {"type": ["number", "null"]}}
RECEIPT = {
    "type": "object",
    "required": ["received", "accepted", "duplicates", "rejected", "problems"],
    "properties": {
        "received": {"type": "integer"},
        "accepted": {"type": "integer", "description": "New rows, committed before the answer was sent"},
        "duplicates": {"type": "integer", "description": "Already there, or twice in the batch"},
        "rejected": {"type": "integer"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
TIME = {"description": "RFC 3339 with zone, or epoch seconds or milliseconds"}
NUMBER = {"type": ["number", "null"]}


def batch(name: str, fields: Json, required: list[str], example: Json) -> Json:
    item = {"type": "object", "required": required, "properties": fields}
    schema = {
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "array", "maxItems": 10_000, "items": item}},
        "examples": [{name: [example]}],
    }
    return {
        "required": True,
        "content": {kind: {"schema": schema} for kind in ("application/json", "application/msgpack")},
    }


VEHICLE = {"type": "string", "description": "Vehicle number, VIN, device identifier or vehicle id"}
POSITION: Json = {
    "vehicle": VEHICLE,
    "recorded_at": TIME,
    "latitude": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "minimum": -180, "maximum": 180},
    "altitude": NUMBER | {"description": "metres"},
    "speed": NUMBER | {"description": "km/h"},
    "heading": NUMBER | {"description": "degrees"},
    "accuracy": NUMBER | {"description": "metres"},
    "source": {"type": ["string", "null"]},
    "ignition": {"type": ["boolean", "null"]},
}
READING: Json = {
    "vehicle": VEHICLE,
    "recorded_at": TIME,
    "rpm": NUMBER,
    "speed": NUMBER | {"description": "km/h"},
    "coolant_temp": NUMBER | {"description": "degrees Celsius"},
    "fuel_level": NUMBER | {"description": "percent"},
    "dtc_codes": {"type": ["array", "null"], "items": {"type": "string"}},
}


def ingest(what: str, permission: str, request: Json) -> Json:
    return {
        "post": {
            "tags": ["Telemetry"],
            "operationId": f"send_{what}",
            "summary": f"Send a batch of {what}",
            "description": f"Needs `{permission}`. At most 10,000 items. Good items are stored even when others are not; "
            "the answer is sent after the commit. 503 with Retry-After when the server is full.",
            "requestBody": request,
            "responses": {"200": content(RECEIPT, "What became of the batch")} | FAILURES,
        }
    }


OPERATIONS: dict[str, Json] = {
    **IDENTITY,
    **FLEET,
    **DEVICES,
    **SYSTEM,
    **COMMUNICATION,
    "/api/v1/telemetry/positions": ingest(
        "positions",
        "vehicle_locations.create",
        batch(
            "positions",
            POSITION,
            ["vehicle", "recorded_at", "latitude", "longitude"],
            {
                "vehicle": "BUS-12",
                "recorded_at": "2026-05-21T08:00:00Z",
                "latitude": 37.78,
                "longitude": -122.41,
                "speed": 31,
            },
        ),
    ),
    "/api/v1/telemetry/obd": ingest(
        "engine readings",
        "obd_telemetry.create",
        batch(
            "readings",
            READING,
            ["vehicle", "recorded_at"],
            {"vehicle": "BUS-12", "recorded_at": "2026-05-21T08:00:00Z", "rpm": 1800, "coolant_temp": 90},
        ),
    ),
    "/api/v1/vehicles/{id}/track": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "vehicle_track",
            "summary": "A vehicle's fixes between two times, by column",
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "format": "uuid"},
                },
                {"name": "from", "in": "query", "schema": {"type": "string", "format": "date-time"}},
                {"name": "to", "in": "query", "schema": {"type": "string", "format": "date-time"}},
            ],
            "responses": {
                "200": content(
                    {
                        "type": "object",
                        "properties": {
                            "t": NUMBERS,
                            "latitude": NUMBERS,
                            "longitude": NUMBERS,
                            "speed_kph": NUMBERS,
                            "heading": NUMBERS,
                            "speed_estimated": {"type": "boolean"},
                            "truncated": {"type": "boolean"},
                        },
                    },
                    "Columns of equal length, in order of time",
                ),
                "404": {"$ref": "#/components/responses/NotFound"},
            }
            | FAILURES,
        }
    },
    "/api/v1/stream": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "stream",
            "summary": "Server-sent events: a snapshot of vehicle states, then changes",
            "parameters": [
                {"name": "topics", "in": "query", "schema": {"type": "string", "default": "vehicle_states"}}
            ],
            "responses": {"200": {"description": "text/event-stream; resume with Last-Event-ID"}} | FAILURES,
        }
    },
}
