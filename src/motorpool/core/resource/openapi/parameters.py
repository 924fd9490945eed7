"""Parameters of the API in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi.schemas import UUID_SCHEMA, value_schema

Json = dict[str, Any]
ID_IN_PATH: Json = {"name": "id", "in": "path", "required": True, "schema": UUID_SCHEMA}
TEXT: Json = {"type": "string"}


def header(name: str, description: str) -> Json:
    return {"name": name, "in": "header", "schema": TEXT, "description": description}


def query(name: str, schema: Json, description: str, **more: Any) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description} | more


#: Parameters that many operations share, by their name among the components.
SHARED: dict[str, Json] = {
    "id": ID_IN_PATH,
    "limit": query(
        "limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}, "Rows of a page"
    ),
    "cursor": query("cursor", TEXT, "`next_cursor` of the page before, with the same filters and sort"),
    "count": query(
        "count",
        {"type": "boolean", "default": False},
        "Also count the rows: exactly up to 100,000, beyond that `count` is null and `count_at_least` says so",
    ),
    "idempotency_key": header(
        "Idempotency-Key", "Any text of yours: a repetition within 24 hours gets the first answer again"
    ),
    "if_match": header(
        "If-Match", "ETag of the row as you read it: 412 if it was changed since, and nothing happens"
    ),
    "if_none_match": header("If-None-Match", "ETag of the row as you know it: 304 if it is still the same"),
}


def shared(*names: str) -> list[Json]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def filter_parameters(resource: Resource) -> list[Json]:
    """One parameter for each filter; `x-operators` are the endings that it also takes."""
    return [_filter(resource, name) for name in resource.filters]


def _filter(resource: Resource, name: str) -> Json:
    schema = value_schema(resource, name)
    operators = operators_of(resource, name, schema)
    words = f"Equal to; also `{name}__{operators[0]}`"
    words += "".join(f", `__{operator}`" for operator in operators[1:])
    plain = {key: value for key, value in schema.items() if key not in ("default", "examples", "title")}
    return query(name, plain, words, **{"x-operators": operators})


def operators_of(resource: Resource, name: str, schema: Json) -> list[str]:
    """The endings of a filter that make sense for its type."""
    operators = ["in"]
    ordered = schema.get("type") in ("integer", "number") or schema.get("format") in (
        "date",
        "date-time",
        "decimal",
    )
    if ordered:
        operators += ["gt", "gte", "lt", "lte"]
    if name in resource.facts.search:
        operators.append("contains")
    if resource.nullable(name) and name not in resource.computed:
        operators.append("isnull")
    return operators


def listed(names: Iterable[str], **more: Any) -> Json:
    """Names, comma separated: each once."""
    items = {"type": "string", "enum": list(names)}
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": items} | more


COMMAS: Json = {"style": "form", "explode": False}


def sort_parameter(resource: Resource) -> Json:
    columns = sortable(resource)
    ways = [way for name in columns for way in (name, f"-{name}")]
    return query(
        "sort", listed(ways, default=[resource.default_sort]), "Comma separated, `-` descends", **COMMAS
    )


def sortable(resource: Resource) -> list[str]:
    return list(dict.fromkeys((*resource.sorts, resource.default_sort.lstrip("-"), resource.key)))


def search_parameter(resource: Resource) -> list[Json]:
    if not resource.facts.search:
        return []
    columns = ", ".join(f"`{name}`" for name in resource.facts.search)
    return [query("q", TEXT | {"maxLength": 200}, f"All of these words, anywhere in {columns}")]


def fields_name(resource: Resource) -> str:
    """Name of the parameter `fields` among the components: several operations share it."""
    return f"{resource.table.name}_fields"


def fields_parameter(resource: Resource) -> Json:
    text = "Only these fields, comma separated; the others are left out, `required` or not"
    return query("fields", listed(resource.visible), text, **COMMAS)


def column_parameters(resource: Resource) -> list[Json]:
    """`fields` and `expand`."""
    found = shared(fields_name(resource))
    if resource.expand:
        text = "Put the referenced rows in, comma separated"
        found.append(query("expand", listed(resource.expand), text, **COMMAS))
    return found


def list_parameters(resource: Resource) -> list[Json]:
    return [
        *filter_parameters(resource),
        *search_parameter(resource),
        sort_parameter(resource),
        *column_parameters(resource),
        *shared("limit", "cursor", "count"),
    ]
