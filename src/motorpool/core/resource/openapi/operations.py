"""Operations that the kernel makes from a resource: list, read, add, change, delete, export, bulk, moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motorpool.core.export import FORMATS
from motorpool.core.resource.bulk import MOST
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.openapi.examples import create_example, example_id, given_example, update_example
from motorpool.core.resource.openapi.parameters import (
    column_parameters,
    filter_parameters,
    list_parameters,
    query,
    search_parameter,
    shared,
    sort_parameter,
)
from motorpool.core.resource.openapi.problems import failures
from motorpool.core.resource.openapi.schemas import (
    UUID_SCHEMA,
    default_of,
    given_schema,
    purpose,
    ref,
    schema_name,
    value_schema,
)
from motorpool.core.resource.openapi.wording import in_sentence, lock_words, one, sentence

Json = dict[str, Any]
CRUD = {"list": "read", "get": "read"}
ETAG: Json = {"ETag": {"$ref": "#/components/headers/ETag"}}
LOCATION: Json = {"Location": {"$ref": "#/components/headers/Location"}}


def content(schema: Json, description: str, headers: Json | None = None) -> Json:
    """A JSON answer."""
    answer: Json = {"description": description, "content": {"application/json": {"schema": schema}}}
    return answer | ({"headers": headers} if headers else {})


def body(schema: Json, example: Any = None, *, required: bool = True) -> Json:
    """A JSON body."""
    media: Json = {"schema": schema} | ({"example": example} if example is not None else {})
    return {"required": required, "content": {"application/json": media}}


def resource_paths(resource: Resource, components: Mapping[str, Json]) -> dict[str, Json]:
    """Path -> path item of everything that the kernel offers for a resource."""
    path = f"/api/v1/{resource.collection}"
    paths = {
        path: _collection(resource, components),
        f"{path}/{{id}}": _row(resource, components),
    }
    if "list" in resource.operations:
        paths[f"{path}/export"] = {"get": _export(resource)}
    if bulk := _bulk(resource, components):
        paths[f"{path}/bulk"] = {"post": bulk}
    for move in resource.moves:
        paths[f"{path}/{{id}}/{move.verb}"] = {
            "parameters": shared("id"),
            "post": _move(resource, move, components),
        }
    return {path: item for path, item in paths.items() if set(item) - {"parameters"}}


def _collection(resource: Resource, components: Mapping[str, Json]) -> Json:
    item: Json = {}
    name = schema_name(resource)
    if "list" in resource.operations:
        item["get"] = _operation(
            resource,
            "list",
            f"List {in_sentence(resource.plural)}",
            f"{purpose(resource)} {_order(resource)}",
            list_parameters(resource),
            {"200": content(_page(name), "One page")} | failures("BadRequest"),
        )
    if "create" in resource.operations:
        words = [_given_by_program(resource)]
        if resource.states and (first := _first_state(resource)):
            words.append(f"It begins as `{first}`.")
        item["post"] = _operation(
            resource,
            "create",
            f"Add {one(resource.label, resource.plural)}",
            " ".join(word for word in words if word),
            shared("idempotency_key"),
            {"201": content(ref(name), "The new row", ETAG | LOCATION)}
            | failures("BadRequest", "Conflict", "Invalid"),
            body(ref(f"{name}Create"), create_example(resource, components)),
        )
    return item


def _row(resource: Resource, components: Mapping[str, Json]) -> Json:
    name, label = schema_name(resource), one(resource.label, resource.plural)
    item: Json = {"parameters": shared("id")}
    if "get" in resource.operations:
        item["get"] = _operation(
            resource,
            "get",
            f"Read {label}",
            purpose(resource),
            [*column_parameters(resource), *shared("if_none_match")],
            {
                "200": content(ref(name), "The row", ETAG),
                "304": {"description": "It is as you know it", "headers": ETAG},
            }
            | failures("BadRequest", "NotFound"),
        )
    if "update" in resource.operations:
        words = "Only what the body names is changed; null empties a field."
        item["patch"] = _operation(
            resource,
            "update",
            f"Change {label}",
            " ".join([words, *(lock_words(lock) for lock in resource.locks)]),
            shared("if_match"),
            {"200": content(ref(name), "The row as it is now", ETAG)}
            | failures("BadRequest", "NotFound", "Conflict", "Stale", "Invalid"),
            body(ref(f"{name}Update"), update_example(resource, components)),
        )
    if "delete" in resource.operations:
        item["delete"] = _operation(
            resource,
            "delete",
            f"Delete {label}",
            " ".join(["409 names what still refers to it.", *(lock.sentence for lock in resource.locks)]),
            shared("if_match"),
            {"204": {"description": "It is gone"}} | failures("NotFound", "Conflict", "Stale"),
        )
    return item


def _export(resource: Resource) -> Json:
    formats = {"type": "string", "enum": list(FORMATS), "default": "csv"}
    binary: Json = {kind.media_type: {} for kind in FORMATS.values()}
    return _operation(
        resource,
        "export",
        f"Export {in_sentence(resource.plural)} as a file",
        "All rows that the filters leave, as a stream. A column that refers to a row of another table is followed by its name.",
        [
            query("format", formats, "Kind of the file"),
            *filter_parameters(resource),
            *search_parameter(resource),
            sort_parameter(resource),
            *column_parameters(resource)[:1],
        ],
        {"200": {"description": "The file, sent while it is written", "content": binary}}
        | failures("BadRequest", "Invalid"),
    )


def _bulk(resource: Resource, components: Mapping[str, Json]) -> Json | None:
    name = schema_name(resource)
    ids: Json = {"type": "array", "minItems": 1, "maxItems": MOST, "items": UUID_SCHEMA}
    parts: Json = {}
    example: Json = {}
    if "create" in resource.operations:
        parts["create"] = {"type": "array", "minItems": 1, "maxItems": MOST, "items": ref(f"{name}Create")}
        example["create"] = [create_example(resource, components)]
    if "update" in resource.operations:
        key: Json = {
            "type": "object",
            "description": f"The id, and the fields of {name}Update that change",
            "required": [resource.key],
            "properties": {resource.key: UUID_SCHEMA},
        }
        parts["update"] = {"type": "array", "minItems": 1, "maxItems": MOST, "items": key}
        changed = update_example(resource, components)
        example["update"] = [{resource.key: example_id(resource.table.name)} | changed]
    if "delete" in resource.operations:
        parts["delete"] = ids
    if resource.moves:
        verbs = [move.verb for move in resource.moves]
        parts["move"] = {
            "type": "object",
            "description": "One move for many rows; what the move takes stands beside `ids`",
            "required": ["verb", "ids"],
            "properties": {"verb": {"type": "string", "enum": verbs}, "ids": ids},
        }
        example = example or {"move": {"verb": verbs[0], "ids": [example_id(resource.table.name)]}}
    if not parts:
        return None
    schema = {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": parts}
    return _operation(
        resource,
        "bulk",
        f"Write many {in_sentence(resource.plural)} at once, all or none",
        "Each part needs its own permission. A wrong row is named by its place, as in `create[3].name`.",
        shared("idempotency_key"),
        {"200": content(ref("BulkResult"), "Everything was done")}
        | failures("BadRequest", "NotFound", "Conflict", "Invalid"),
        body(schema, example or None),
        permission=None,
    )


def _move(resource: Resource, move: Move, components: Mapping[str, Json]) -> Json:
    assert resource.states is not None
    takes = list(dict.fromkeys((*move.needs, *move.takes)))
    schema: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {column: given_schema(resource, column, creating=False) for column in takes},
    }
    if move.needs:
        schema["required"] = list(move.needs)
    label = one(resource.label, resource.plural)
    froms = " or ".join(f"`{state}`" for state in move.leaves)
    leads = f" to `{move.to}`" if move.to else ", and stays there"
    words = [f"From {froms}{leads}; from elsewhere 409, with the moves that are legal then in `legal`."]
    words += [sentence(f"Not while {text}") for _, text in move.unless]
    return _operation(
        resource,
        move.verb,
        move.summary or f"{move.verb.replace('_', ' ').capitalize()} {label}",
        " ".join(words),
        shared("if_match", "idempotency_key"),
        {"200": content(ref(schema_name(resource)), "The row as it is now", ETAG)}
        | failures("BadRequest", "NotFound", "Conflict", "Stale", "Invalid"),
        body(
            schema,
            given_example(resource, move.needs or takes[:1], components, takes),
            required=bool(move.needs),
        ),
    )


def _operation(
    resource: Resource,
    action: str,
    summary: str,
    description: str,
    parameters: list[Json],
    responses: Json,
    request: Json | None = None,
    permission: str | None = "",
) -> Json:
    needed = resource.permission(CRUD.get(action, action)) if permission == "" else permission
    words = f"{description} Needs `{needed}`." if needed else description
    found: Json = {
        "tags": [resource.domain],
        "operationId": f"{action}_{resource.table.name}",
        "summary": summary,
        "description": words.strip(),
    }
    if parameters:
        found["parameters"] = parameters
    if request is not None:
        found["requestBody"] = request
    return found | {"responses": responses}


def _page(name: str) -> Json:
    return {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": ref(name)},
            "next_cursor": {"type": ["string", "null"], "description": "Null on the last page"},
            "count": {"type": ["integer", "null"], "description": "With `count=true`"},
            "count_at_least": {"type": "integer", "description": "When there are more than are counted"},
        },
    }


def _order(resource: Resource) -> str:
    column, descending = resource.default_sort.lstrip("-"), resource.default_sort.startswith("-")
    if column == resource.key:
        return f"{'Newest' if descending else 'Oldest'} first, unless `sort` says otherwise."
    way = ", highest first," if descending else ""
    if descending and value_schema(resource, column).get("format") in ("date", "date-time"):
        way = ", latest first,"
    return f"Sorted by `{column}`{way} unless `sort` says otherwise."


def _given_by_program(resource: Resource) -> str:
    if resource.numbered is None:
        return ""
    example = resource.numbered.pattern.format(year=2026, number=42)
    return f"`{resource.numbered.column}` is given, as in `{example}`, when it is left out."


def _first_state(resource: Resource) -> str | None:
    assert resource.states is not None
    found = default_of(resource.column(resource.states.column))
    return str(found) if found else None
