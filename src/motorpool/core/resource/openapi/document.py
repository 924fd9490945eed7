"""The whole document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motorpool import __version__
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi.examples import row_example, sample
from motorpool.core.resource.openapi.operations import resource_paths
from motorpool.core.resource.openapi.parameters import SHARED, fields_name, fields_parameter
from motorpool.core.resource.openapi.problems import problem_responses, problem_schema
from motorpool.core.resource.openapi.schemas import (
    UUID_SCHEMA,
    input_schema,
    row_schema,
    schema_name,
    shape_components,
)
from motorpool.core.resource.openapi.wording import domain_text
from motorpool.core.resource.registry import Registry

Json = dict[str, Any]

DESCRIPTION = """Every table is a collection under `/api/v1`, and they all work alike.

**Lists** take a parameter for each filter (`status=open`), with an ending for other comparisons: `__in` (comma separated),
`__gt`, `__gte`, `__lt`, `__lte`, `__contains`, `__isnull` (`true` or `false`). `q` searches text, `sort=-a,b` sorts, `fields`
leaves the rest out, `expand` puts referenced rows in. A page holds `limit` rows (50, at most 1000); `cursor` takes the
`next_cursor` of the page before.

**Values.** Exact numbers are strings (`"1234.50"`), times are RFC 3339 with a zone and are given back in UTC, ids are UUIDs.
Fields keep the unit that their description says, whatever the person who asks prefers to see.

**Writing.** `PATCH` changes what it names. Send the `ETag` of a read as `If-Match` and nobody's change is lost. A `POST` with an
`Idempotency-Key` does its work once, however often it is sent. Where something stands (`status`) changes by verbs only:
`POST /api/v1/<collection>/{id}/<verb>`.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code` and one entry for each wrong field. Besides those
that an operation lists, any request can be answered with 413 (too large), 429 (the token's quota is used up) or 503
(`Retry-After` says when to try again).

**Who asks.** Send `Authorization: Bearer mp_...` with an API token. A browser's session works too; it sends its CSRF token as
`X-CSRFToken` with everything that writes. Rows of other organisations do not exist: they are 404."""


def document(registry: Registry, extra_paths: dict[str, Json] | None = None) -> Json:
    """The whole document; `extra_paths` are the hand-written operations of the domains."""
    resources = in_order(registry)
    shapes = shape_components(resources)
    schemas: dict[str, Json] = {"Problem": problem_schema(), "BulkResult": BULK_RESULT}
    paths: dict[str, Json] = {}
    for resource in resources:
        schemas |= resource_schemas(resource, shapes)
        paths |= resource_paths(resource, shapes)
    for path, item in (extra_paths or {}).items():
        paths.setdefault(path, {}).update(
            {key: part if key == "parameters" else completed(part, shapes) for key, part in item.items()}
        )
    if clash := set(shapes) & set(schemas):
        raise ValueError(f"structures and tables of the same name: {sorted(clash)}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Motorpool", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [
            {"name": domain, "description": domain_text(domain)}
            for domain in dict.fromkeys(resource.domain for resource in resources)
        ],
        "security": [{"token": []}, {"session": []}],
        "paths": dict(sorted(paths.items(), key=_place(resources))),
        "components": {
            "schemas": schemas | shapes,
            "parameters": SHARED | {fields_name(one): fields_parameter(one) for one in resources},
            "headers": {
                "ETag": {"description": "State of the row, for `If-Match`", "schema": {"type": "string"}},
                "Location": {"description": "Address of the new row", "schema": {"type": "string"}},
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token, `mp_...`: made on the page API tokens or by `motorpool token create`",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "motorpool_session",
                    "description": "The cookie of a person who signed in",
                },
            },
            "responses": problem_responses(),
        },
    }


def in_order(registry: Registry) -> list[Resource]:
    """Resources by domain and collection."""
    return sorted(registry.values(), key=lambda resource: (resource.domain, resource.collection))


def resource_schemas(resource: Resource, shapes: Mapping[str, Json]) -> dict[str, Json]:
    """The row of a resource and what its create and update take."""
    name = schema_name(resource)
    schemas = {name: row_schema(resource) | {"examples": [row_example(resource, shapes)]}}
    if "create" in resource.operations:
        schemas[f"{name}Create"] = input_schema(resource, creating=True)
    if "update" in resource.operations:
        schemas[f"{name}Update"] = input_schema(resource, creating=False)
    return schemas


def completed(operation: Json, shapes: Mapping[str, Json]) -> Json:
    """A hand-written operation with an example of its body, and passwords marked as such."""
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None or "$ref" in media["schema"]:
        return operation
    schema = media["schema"]
    properties = {
        name: field | {"writeOnly": True, "format": "password"} if name.endswith("password") else field
        for name, field in schema.get("properties", {}).items()
    }
    schema = schema | ({"properties": properties} if properties else {})
    media = {"example": sample(schema, "body", shapes)} | media | {"schema": schema}
    content = operation["requestBody"]["content"] | {"application/json": media}
    return operation | {"requestBody": operation["requestBody"] | {"content": content}}


def collection_of(path: str) -> str:
    """The collection that a path belongs to: `/api/v1/vehicles/{id}/track` -> `vehicles`."""
    return path.removeprefix("/api/v1/").split("/")[0]


def _place(resources: list[Resource]) -> Any:
    """Sorts paths: by domain and collection, hand-written ones outside of any collection last."""
    places = {resource.collection: number for number, resource in enumerate(resources)}

    def place(item: tuple[str, Json]) -> tuple[int, str, int]:
        collection = collection_of(item[0])
        return places.get(collection, len(places)), collection, item[0].count("/")

    return place


BULK_RESULT: Json = {
    "type": "object",
    "description": "What was done: ids of the new rows, numbers of the others.",
    "properties": {
        "created": {"type": "array", "items": UUID_SCHEMA},
        "updated": {"type": "integer"},
        "deleted": {"type": "integer"},
        "moved": {"type": "integer"},
    },
    "examples": [{"created": ["0198c1e0-4b5a-7c3d-9e2f-1a2b3c4d5e6f"], "updated": 12}],
}
