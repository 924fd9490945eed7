"""Errors of the API in the OpenAPI document: one schema, one response with an example for each kind."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
PROBLEM_TYPE = "application/problem+json"

#: Name of the response -> (status, title, detail, code, entries for fields).
KINDS: dict[str, tuple[int, str, str, str, list[tuple[str, str, str]]]] = {
    "BadRequest": (
        400,
        "The request cannot be read",
        "Some parameters of the request are wrong.",
        "bad_parameters",
        [("limit", "must be a number from 1 to 1000", "bad_parameter")],
    ),
    "Unauthenticated": (401, "Sign in first", "The token is not valid any more.", "unauthenticated", []),
    "Forbidden": (
        403,
        "You may not do this",
        "This needs the permission vehicles.update.",
        "permission_needed",
        [],
    ),
    "NotFound": (404, "There is no such thing here", "There is no such vehicle.", "not_found", []),
    "Conflict": (
        409,
        "This conflicts with what is stored",
        "Already used: vehicle_number.",
        "already_exists",
        [("vehicle_number", "is already used", "taken")],
    ),
    "Stale": (
        412,
        "It was changed in the meantime",
        "The vehicle was changed since you read it. Read it again and repeat the change.",
        "stale",
        [],
    ),
    "TooLarge": (413, "The request is too large", "The file is larger than 100 MB.", "file_too_large", []),
    "Invalid": (
        422,
        "The input is not valid",
        "Some fields are not valid.",
        "invalid",
        [
            ("year", "must be int >= 1886", "wrong_type"),
            ("facility_id", "does not name anything that exists here", "unknown_reference"),
        ],
    ),
    "Unavailable": (503, "Not available right now", "The server is full; try again.", "unavailable", []),
}
MEANINGS = {
    "BadRequest": "A parameter or the body cannot be read.",
    "Unauthenticated": "No token or session, or one that is not valid.",
    "Forbidden": "The permission is missing.",
    "NotFound": "There is no such row in this organisation, or it is out of reach.",
    "Conflict": "It conflicts with what is stored: a key that is used, a move that is not legal now, a row that others refer to.",
    "Stale": "The row was changed since it was read with the ETag of `If-Match`.",
    "TooLarge": "The content is larger than the server takes.",
    "Invalid": "Some fields are not valid; one entry each.",
    "Unavailable": "The server cannot take more just now; `Retry-After` says when to try again.",
}


def failures(*names: str) -> Json:
    """Responses of an operation: those that every operation has, and the named ones."""
    kinds = sorted({"Unauthenticated", "Forbidden", *names}, key=lambda name: KINDS[name][0])
    return {str(KINDS[name][0]): {"$ref": f"#/components/responses/{name}"} for name in kinds}


def problem_responses() -> dict[str, Json]:
    return {
        name: {
            "description": MEANINGS[name],
            "content": {
                PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example(name)}
            },
        }
        for name in KINDS
    }


def example(name: str) -> Json:
    status, title, detail, code, fields = KINDS[name]
    found: Json = {
        "type": f"urn:motorpool:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if fields:
        found["errors"] = [{"field": field, "message": text, "code": kind} for field, text, kind in fields]
    return found


def problem_schema() -> Json:
    text = {"type": "string"}
    entry = {
        "type": "object",
        "required": ["field", "message", "code"],
        "properties": {
            "field": text | {"description": "Path of the field, as in `stops[2].lat`"},
            "message": text | {"description": "What would be right"},
            "code": text
            | {"description": "Stable, such as required, unknown_field, read_only, not_in_set, taken"},
        },
    }
    return {
        "type": "object",
        "description": "An error (RFC 9457). Some kinds carry more, such as `legal`, the verbs that are legal now.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": text | {"description": "`urn:motorpool:problem:` and the code"},
            "title": text,
            "status": {"type": "integer"},
            "code": text | {"description": "Stable: branch on this"},
            "detail": text | {"description": "A sentence for people"},
            "errors": {"type": "array", "items": entry, "description": "One entry for each wrong field"},
        },
    }
