"""The API in words, for the page and the Markdown reference: types, fields, filters, moves, a call with curl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.openapi.parameters import operators_of
from motorpool.core.resource.openapi.schemas import SCHEMAS, input_schema, row_schema, value_schema

Json = dict[str, Any]
FORMATS = {
    "uuid": "id",
    "date": "date",
    "date-time": "time",
    "decimal": "decimal",
    "int32": "integer",
    "int64": "integer",
    "binary": "file",
    "password": "text",
}
TYPES = {
    "string": "text",
    "boolean": "true or false",
    "integer": "integer",
    "number": "number",
    "object": "object",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field, or one parameter. `note`: required, read only, on creation only, or nothing."""

    name: str
    kind: str
    meaning: str
    note: str = ""


def kind_of(schema: Mapping[str, Any]) -> str:
    """A JSON schema as a few words: `text, at most 50`, `decimal`, `list of RouteStop`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"] if value is not None)
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"] if one.get("type") != "null")
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else [one for one in kinds if one != "null"]
    if kinds == ["array"]:
        items = schema.get("items")
        if items and "enum" in items and schema.get("uniqueItems"):
            return kind_of(items).replace("one of", "any of", 1)
        return f"list of {kind_of(items)}" if items else "list"
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    words = " or ".join("list" if one == "array" else TYPES.get(one, one) for one in kinds)
    if "maxLength" in schema and words == "text":
        return f"text, at most {schema['maxLength']}"
    if "minimum" in schema and "maximum" in schema:
        return f"{words}, {schema['minimum']:g} to {schema['maximum']:g}"
    return words


def is_nullable(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", [])
    return "null" in kinds if isinstance(kinds, list) else {"type": "null"} in schema.get("anyOf", ())


def lines_of(schema: Mapping[str, Any]) -> list[Line]:
    """The fields of an object's schema; required ones are marked."""
    required = schema.get("required", ())
    return [
        Line(name, kind_of(field), str(field.get("description", "")), "required" if name in required else "")
        for name, field in schema.get("properties", {}).items()
    ]


def resource_lines(resource: Resource) -> list[Line]:
    """All fields of a resource that can be read, and what callers may do with them."""
    required = input_schema(resource, creating=True).get("required", ())
    given = {*resource.writable, *resource.create_only}
    lines = []
    for name, field in row_schema(resource)["properties"].items():
        note = (
            "read only" if name not in given else "on creation only" if name in resource.create_only else ""
        )
        if name in required and "create" in resource.operations:
            note = f"required, {note}" if note else "required"
        meaning = str(field.get("description", "")).replace("; cannot be changed afterwards", "")
        lines.append(Line(name, kind_of(field), meaning, note))
    return lines


def filter_lines(resource: Resource) -> list[tuple[str, list[str]]]:
    """Each filter with the endings that make sense for it."""
    return [(name, operators_of(resource, name, value_schema(resource, name))) for name in resource.filters]


def move_takes(move: Move) -> str:
    """What the body of a move may hold: `reason (required), notes`."""
    takes = dict.fromkeys((*move.needs, *move.takes))
    return ", ".join(f"`{name}`{' (required)' if name in move.needs else ''}" for name in takes)


def structures_of(schema: Any) -> list[str]:
    """Names of the structures that a schema refers to, in order."""
    found: dict[str, None] = {}
    if isinstance(schema, dict):
        if "$ref" in schema and str(schema["$ref"]).startswith(SCHEMAS):
            found[schema["$ref"].removeprefix(SCHEMAS)] = None
        for part in schema.values():
            found |= dict.fromkeys(structures_of(part))
    elif isinstance(schema, list):
        for part in schema:
            found |= dict.fromkeys(structures_of(part))
    return list(found)


def curl(method: str, path: str, example: Any = None, *, etag: bool = False) -> str:
    """A call for a shell; `$MOTORPOOL` is the server's address and `$TOKEN` an API token."""
    parts = ["curl"]
    if method.upper() not in ("GET", "POST") or (method.upper() == "POST" and example is None):
        parts.append(f"-X {method.upper()}")
    parts.append(f'"$MOTORPOOL{path}"')
    lines = [" ".join(parts), '-H "Authorization: Bearer $TOKEN"']
    if etag:
        lines.append("-H 'If-Match: \"...\"'")
    if example is not None:
        lines.append('-H "Content-Type: application/json"')
        text = json.dumps(example, ensure_ascii=False, indent=2).replace("'", "'\\''")
        lines.append(f"-d '{text}'")
    return " \\\n  ".join(lines)
