"""The OpenAPI 3.1 document, made from the declarations: what a caller needs to know, in the words of the tables."""

from __future__ import annotations

from typing import Any

import msgspec

from motorpool import __version__
from motorpool.core.database.models import closed_set
from motorpool.core.export import FORMATS
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.registry import Registry

Json = dict[str, Any]

DESCRIPTION = """Every table is a collection under `/api/v1`. Lists take `field` filters with operators
(`field__in|gt|gte|lt|lte|contains|isnull`), `q` for text search, `sort=-a,b`, `limit` (50, at most 1000), `cursor`,
`fields`, `expand` and `count=true`. Decimals are strings, times are RFC 3339 with a zone. Updates take `If-Match` with the
`ETag` of a read; a POST with an `Idempotency-Key` does its work once. Errors are `application/problem+json` (RFC 9457) with
a stable `code` and one entry for each wrong field."""

UUID_SCHEMA: Json = {"type": "string", "format": "uuid"}
ID_IN_PATH: Json = {"name": "id", "in": "path", "required": True, "schema": UUID_SCHEMA}
LIST_PARAMETERS: list[Json] = [
    {
        "name": "sort",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Columns, comma separated; `-` descends.",
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50},
    },
    {
        "name": "cursor",
        "in": "query",
        "schema": {"type": "string"},
        "description": "`next_cursor` of the page before.",
    },
    {
        "name": "fields",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Only these fields, comma separated.",
    },
    {
        "name": "count",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": "Also count, exactly up to 100,000.",
    },
]


def document(registry: Registry, extra_paths: dict[str, Json] | None = None) -> Json:
    """The whole document; `extra_paths` are the hand-written operations of the domains."""
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {"Problem": problem_schema()}
    for resource in sorted(registry.values(), key=lambda resource: (resource.domain, resource.collection)):
        name = schema_name(resource)
        schemas[name] = row_schema(resource)
        if "create" in resource.operations:
            schemas[f"{name}Create"] = input_schema(resource, creating=True)
        if "update" in resource.operations:
            schemas[f"{name}Update"] = input_schema(resource, creating=False)
        paths[f"/api/v1/{resource.collection}"] = collection_path(resource)
        paths[f"/api/v1/{resource.collection}/{{id}}"] = row_path(resource)
        paths |= more_paths(resource)
    for path, operations in (extra_paths or {}).items():
        paths.setdefault(path, {}).update(operations)
    domains = sorted({resource.domain for resource in registry.values()} | {"Telemetry"})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Motorpool", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": domain} for domain in domains],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token, `mp_...`"},
                "session": {"type": "apiKey", "in": "cookie", "name": "motorpool_session"},
            },
            "responses": {
                name: problem_response(text)
                for name, text in (
                    ("BadRequest", "A parameter or the body cannot be read"),
                    ("Unauthenticated", "No valid token or session"),
                    ("Forbidden", "The permission is missing"),
                    ("NotFound", "There is no such row in this tenant"),
                    ("Conflict", "It conflicts with what is stored"),
                    ("Stale", "The row was changed since it was read"),
                    ("Invalid", "Some fields are not valid; one entry each"),
                )
            },
        },
    }


def schema_name(resource: Resource) -> str:
    return resource.model.__name__


def row_schema(resource: Resource) -> Json:
    properties = {name: property_schema(resource, name) for name in resource.visible}
    return {
        "type": "object",
        "description": (resource.model.__doc__ or "").strip(),
        "properties": properties,
        "required": list(properties),
    }


def input_schema(resource: Resource, *, creating: bool) -> Json:
    names = (*resource.writable, *(resource.create_only if creating else ()))
    schema: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: property_schema(resource, name) for name in names},
    }
    if required := [name for name in names if creating and resource.required_on_create(name)]:
        schema["required"] = required
    if resource.examples:
        schema["examples"] = [{key: value for key, value in resource.examples.items() if key in names}]
    return schema


def property_schema(resource: Resource, name: str) -> Json:
    """The schema of one field; the column's comment is its description."""
    kind = resource.type_of(name)
    schema: Json = (
        shape_schema(kind)
        if name in resource.computed or not _is_decimal(kind)
        else {
            "type": "string",
            "format": "decimal",
        }
    )
    schema.pop("$schema", None)
    if name in resource.computed:
        description: str | None = resource.computed[name].description
    else:
        column = resource.column(name)
        description = column.comment
        if values := closed_set(column):
            schema = {"type": "string", "enum": list(values)}
        if name in resource.references:
            target = resource.references[name].replace("_", "-")
            description = (description + "; " if description else "") + f"id in `/api/v1/{target}`"
    if resource.nullable(name):
        schema = nullable(schema)
    if description:
        schema["description"] = description
    return schema


def shape_schema(kind: Any) -> Json:
    """The schema of a type with what it refers to put in its place; shapes of jsonb columns are small."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="{name}")

    def inline(part: Any) -> Any:
        if isinstance(part, dict):
            if set(part) == {"$ref"}:
                return inline(components[part["$ref"]])
            return {key: inline(value) for key, value in part.items()}
        return [inline(item) for item in part] if isinstance(part, list) else part

    made: Json = inline(schema)
    return made


def nullable(schema: Json) -> Json:
    if isinstance(schema.get("type"), str):
        schema = schema | {"type": [schema["type"], "null"]}
        return schema | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})
    return {"anyOf": [schema, {"type": "null"}]}


def _is_decimal(kind: Any) -> bool:
    from decimal import Decimal

    return kind is Decimal


def collection_path(resource: Resource) -> Json:
    path: Json = {}
    name = schema_name(resource)
    if "list" in resource.operations:
        page = {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "items": ref(name)},
                "next_cursor": {"type": ["string", "null"]},
                "count": {"type": ["integer", "null"]},
                "count_at_least": {"type": "integer"},
            },
        }
        path["get"] = operation(
            resource,
            "list",
            f"List {resource.plural.lower()}",
            {"200": content(page, "One page")},
            "BadRequest",
        ) | {"parameters": list_parameters(resource)}
    if "create" in resource.operations:
        path["post"] = operation(
            resource,
            "create",
            f"Add a {resource.label.lower()}",
            {"201": content(ref(name), "It was added")},
            "Invalid",
            "Conflict",
        ) | {
            "requestBody": body(f"{name}Create"),
            "parameters": [header("Idempotency-Key", "Makes a repetition harmless")],
        }
    return path


def row_path(resource: Resource) -> Json:
    name = schema_name(resource)
    path: Json = {"parameters": [ID_IN_PATH]}
    if "get" in resource.operations:
        path["get"] = operation(
            resource,
            "get",
            f"Read a {resource.label.lower()}",
            {"200": content(ref(name), "The row")},
            "NotFound",
        )
    if "update" in resource.operations:
        path["patch"] = operation(
            resource,
            "update",
            f"Change a {resource.label.lower()}",
            {"200": content(ref(name), "The changed row")},
            "NotFound",
            "Conflict",
            "Stale",
            "Invalid",
        ) | {
            "requestBody": body(f"{name}Update"),
            "parameters": [header("If-Match", "ETag of the row as you read it")],
        }
    if "delete" in resource.operations:
        path["delete"] = operation(
            resource,
            "delete",
            f"Delete a {resource.label.lower()}",
            {"204": {"description": "It is gone"}},
            "NotFound",
            "Conflict",
            "Stale",
        )
    return path


def more_paths(resource: Resource) -> dict[str, Json]:
    """Bulk writes and the moves of the state column."""
    name, label = schema_name(resource), resource.label.lower()
    paths: dict[str, Json] = {}
    parts: Json = {}
    if "create" in resource.operations:
        parts["create"] = {"type": "array", "maxItems": 1000, "items": ref(f"{name}Create")}
    if "update" in resource.operations:
        key = {"type": "object", "required": [resource.key], "properties": {resource.key: UUID_SCHEMA}}
        parts["update"] = {"type": "array", "maxItems": 1000, "items": key}
    if "delete" in resource.operations:
        parts["delete"] = {"type": "array", "maxItems": 1000, "items": UUID_SCHEMA}
    if resource.moves:
        verbs = {"type": "string", "enum": [move.verb for move in resource.moves]}
        ids = {"type": "array", "maxItems": 1000, "items": UUID_SCHEMA}
        parts["move"] = {
            "type": "object",
            "required": ["verb", "ids"],
            "properties": {"verb": verbs, "ids": ids},
        }
    if "list" in resource.operations:
        formats = {"type": "string", "enum": list(FORMATS), "default": "csv"}
        binary: Json = {one.media_type: {} for one in FORMATS.values()}
        get = operation(
            resource,
            "export",
            f"Export {resource.plural.lower()}",
            {"200": {"description": "The file, as it is written", "content": binary}},
            "BadRequest",
            "Invalid",
        )
        get["parameters"] = [
            {"name": "format", "in": "query", "schema": formats},
            *(
                one
                for one in list_parameters(resource)
                if one["name"] in ("sort", "fields", "q", *resource.filters)
            ),
        ]
        paths[f"/api/v1/{resource.collection}/export"] = {"get": get}
    if parts:
        request = {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": parts}
        done = {
            "type": "object",
            "description": "Ids of new rows, numbers of changed, deleted and moved ones",
        }
        post = operation(
            resource,
            "bulk",
            f"Write many {resource.plural.lower()} at once, all or none",
            {"200": content(done, "Everything was done")},
            "BadRequest",
            "Conflict",
            "Invalid",
        )
        post |= {
            "description": "Each part needs its own permission. A wrong row is named by its place, as in `create[3]`.",
            "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
            "parameters": [header("Idempotency-Key", "Makes a repetition harmless")],
        }
        paths[f"/api/v1/{resource.collection}/bulk"] = {"post": post}
    for move in resource.moves:
        paths[f"/api/v1/{resource.collection}/{{id}}/{move.verb}"] = {
            "parameters": [ID_IN_PATH],
            "post": _move_operation(resource, move, name, label),
        }
    return paths


def _move_operation(resource: Resource, move: Move, name: str, label: str) -> Json:
    takes = dict.fromkeys((*move.needs, *move.takes))
    schema: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {column: property_schema(resource, column) for column in takes},
    }
    if move.needs:
        schema["required"] = list(move.needs)
    made = operation(
        resource,
        move.verb,
        move.summary or f"{move.verb.replace('_', ' ').capitalize()} a {label}",
        {"200": content(ref(name), "The row as it is now")},
        "NotFound",
        "Conflict",
        "Stale",
        "Invalid",
    )
    assert resource.states is not None
    froms = ", ".join(f"`{state}`" for state in move.leaves)
    made["description"] = (
        f"Needs `{resource.permission(move.verb)}`. From {froms} to `{move.to}`; from any other "
        f"`{resource.states.column}` it is 409 with the moves that are legal."
    )
    return made | {
        "requestBody": {
            "required": bool(move.needs),
            "content": {"application/json": {"schema": schema}},
        },
        "parameters": [
            header("If-Match", "ETag of the row as you read it"),
            header("Idempotency-Key", "Makes a repetition harmless"),
        ],
    }


def list_parameters(resource: Resource) -> list[Json]:
    filters = [
        {
            "name": name,
            "in": "query",
            "schema": {
                key: value for key, value in property_schema(resource, name).items() if key != "description"
            },
            "description": "Equal to; also with "
            + ", ".join(f"`{name}__{op}`" for op in ("in", "gt", "gte", "lt", "lte")),
        }
        for name in resource.filters
    ]
    search = {"name": "q", "in": "query", "schema": {"type": "string"}}
    words = f"All words, anywhere in {', '.join(resource.facts.search)}"
    expand = {"name": "expand", "in": "query", "schema": {"type": "string"}}
    return [
        *filters,
        *([search | {"description": words}] if resource.facts.search else []),
        *([expand | {"description": f"Any of {', '.join(resource.expand)}"}] if resource.expand else []),
        *LIST_PARAMETERS,
    ]


def operation(resource: Resource, action: str, summary: str, answers: Json, *problems: str) -> Json:
    crud = {"list": "read", "get": "read"}
    codes = {
        "BadRequest": "400",
        "NotFound": "404",
        "Conflict": "409",
        "Stale": "412",
        "Invalid": "422",
    }
    failures = {"401": "Unauthenticated", "403": "Forbidden"} | {
        codes[problem]: problem for problem in problems
    }
    return {
        "tags": [resource.domain],
        "operationId": f"{action}_{resource.table.name}",
        "summary": summary,
        "description": f"Needs `{resource.permission(crud.get(action, action))}`. {resource.table.comment or ''}".strip()
        + ".",
        "responses": answers
        | {code: {"$ref": f"#/components/responses/{name}"} for code, name in sorted(failures.items())},
    }


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Json, description: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def body(name: str) -> Json:
    return {"required": True, "content": {"application/json": {"schema": ref(name)}}}


def header(name: str, description: str) -> Json:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": description}


def problem_response(description: str) -> Json:
    return {"description": description, "content": {"application/problem+json": {"schema": ref("Problem")}}}


def problem_schema() -> Json:
    text = {"type": "string"}
    entry = {"type": "object", "properties": {"field": text, "message": text, "code": text}}
    return {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "code": text | {"description": "Stable; branch on this"},
            "detail": text,
            "errors": {"type": "array", "items": entry},
        },
    }
