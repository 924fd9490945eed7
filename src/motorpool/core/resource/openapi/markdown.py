"""The reference in Markdown, `docs/api`: a page for each domain, from the same declarations as the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi.document import collection_of, in_order
from motorpool.core.resource.openapi.parameters import sortable
from motorpool.core.resource.openapi.reading import (
    Line,
    filter_lines,
    lines_of,
    move_takes,
    resource_lines,
    structures_of,
)
from motorpool.core.resource.openapi.schemas import purpose, row_schema, shape_components
from motorpool.core.resource.openapi.wording import domain_text, lock_words
from motorpool.core.resource.registry import Registry

Json = dict[str, Any]
METHODS = ("get", "post", "patch", "delete")
MADE = "Made by `motorpool openapi --markdown docs/api`."
CRUD = {
    "list": ("GET", ""),
    "get": ("GET", "/{id}"),
    "create": ("POST", ""),
    "update": ("PATCH", "/{id}"),
    "delete": ("DELETE", "/{id}"),
}


def pages(registry: Registry, by_hand: Mapping[str, Json], introduction: str) -> dict[str, str]:
    """File name -> text of every page; the same declarations give the same bytes."""
    resources = in_order(registry)
    domains = list(dict.fromkeys(resource.domain for resource in resources))
    shapes = shape_components(resources)
    files = {"README.md": _index(resources, domains, introduction)}
    for domain in domains:
        own = [resource for resource in resources if resource.domain == domain]
        parts = [f"# {domain}", domain_text(domain), MADE]
        parts += [_collection(resource, by_hand) for resource in own]
        if others := _others(domain, resources, by_hand):
            parts.append("## Beside the collections\n\n" + others)
        if structures := _structures(own, shapes):
            parts.append("## Structures\n\n" + structures)
        files[f"{domain.lower()}.md"] = "\n\n".join(part for part in parts if part) + "\n"
    return files


def _index(resources: list[Resource], domains: list[str], introduction: str) -> str:
    parts = ["# API reference", MADE, introduction]
    for domain in domains:
        rows = [
            f"| [{resource.plural}]({domain.lower()}.md#{resource.collection}) | `/api/v1/{resource.collection}` "
            f"| {_cell(purpose(resource))} |"
            for resource in resources
            if resource.domain == domain
        ]
        heading = f"## [{domain}]({domain.lower()}.md)"
        table = "\n".join(["| collection | path | what it holds |", "| --- | --- | --- |", *rows])
        parts += [heading, domain_text(domain), table]
    return "\n\n".join(part for part in parts if part) + "\n"


def _collection(resource: Resource, by_hand: Mapping[str, Json]) -> str:
    """One collection; its heading is its path, which links lead to."""
    path = f"/api/v1/{resource.collection}"
    verbs = [
        (method.upper(), where, operation)
        for where, item in by_hand.items()
        if collection_of(where) == resource.collection
        for method, operation in item.items()
        if method in METHODS
    ]
    taken = {(method, where) for method, where, _ in verbs}
    offered = [
        f"`{method} {path}{tail}`"
        for name, (method, tail) in CRUD.items()
        if name in resource.operations and (method, path + tail) not in taken
    ]
    offered += [f"`GET {path}/export`"] if "list" in resource.operations else []
    writes = {"create", "update", "delete"} & set(resource.operations)
    offered += [f"`POST {path}/bulk`"] if writes or resource.moves else []
    parts = [
        f"## {resource.collection}",
        f"**{resource.plural}.** {purpose(resource)}",
        ", ".join(offered) + ".",
        _fields(resource_lines(resource)),
        _reading(resource),
    ]
    if resource.states:
        parts.append(_moves(resource))
    if verbs:
        parts.append(_operations(verbs))
    keys = ", ".join(f"`{key}`" for key in resource.permissions)
    return "\n\n".join([*parts, f"Permissions: {keys}."])


def _fields(lines: list[Line]) -> str:
    rows = [f"| `{line.name}` | {_cell(line.kind)} | {_cell(line.meaning)} | {line.note} |" for line in lines]
    return "\n".join(["| field | type | meaning | |", "| --- | --- | --- | --- |", *rows])


def _reading(resource: Resource) -> str:
    """Filters, search, sorts and references of a list."""
    if "list" not in resource.operations:
        return ""
    filters = ", ".join(
        f"`{name}`" + (f" ({', '.join(operators)})" if operators else "")
        for name, operators in filter_lines(resource)
    )
    lines = [f"* Filters: {filters or 'none'}."]
    if resource.facts.search:
        lines.append(f"* Search (`q`): {', '.join(f'`{name}`' for name in resource.facts.search)}.")
    sorts = ", ".join(f"`{name}`" for name in sortable(resource))
    lines.append(f"* Sorts: {sorts}; `{resource.default_sort}` unless told otherwise.")
    lines += [f"* Settled: {lock_words(lock)}" for lock in resource.locks]
    if resource.expand:
        lines.append(f"* Expand: {', '.join(f'`{name}`' for name in resource.expand)}.")
    return "\n".join(lines)


def _moves(resource: Resource) -> str:
    assert resource.states is not None
    rows = [
        f"| `{move.verb}` | {_cell(move.summary)} | {', '.join(move.leaves)} | {move.to or 'the same'} | {move_takes(move)} |"
        for move in resource.moves
    ]
    note = f"States (`{resource.states.column}`), by `POST /api/v1/{resource.collection}/{{id}}/<verb>`:"
    if not rows:
        return f"States (`{resource.states.column}`) are changed by the program."
    if resource.states.by_program:
        note += f" {', '.join(resource.states.by_program)} come about by the program."
    head = ["| verb | | from | to | takes |", "| --- | --- | --- | --- | --- |"]
    return note + "\n\n" + "\n".join([*head, *rows])


def _operations(operations: list[tuple[str, str, Json]]) -> str:
    rows = []
    for method, where, operation in operations:
        words = f"{operation['summary']}. {operation.get('description', '')}"
        rows.append(f"| `{method} {where}` | {_cell(words)} | {_takes(operation)} |")
    return "\n".join(["| operation | what it does | takes |", "| --- | --- | --- |", *rows])


def _takes(operation: Json) -> str:
    media: Json = operation.get("requestBody", {}).get("content", {})
    schema = media[next(iter(media))]["schema"] if media else {}
    return ", ".join(f"`{line.name}`{' (required)' if line.note else ''}" for line in lines_of(schema))


def _others(domain: str, resources: list[Resource], by_hand: Mapping[str, Json]) -> str:
    """Hand-written operations that belong to no collection."""
    known = {resource.collection for resource in resources}
    found = [
        (method.upper(), where, operation)
        for where, item in by_hand.items()
        if collection_of(where) not in known
        for method, operation in item.items()
        if method in METHODS and domain in operation["tags"]
    ]
    return _operations(found) if found else ""


def _structures(resources: list[Resource], shapes: Mapping[str, Json]) -> str:
    """The structures inside of jsonb columns of a domain."""
    waiting = [name for resource in resources for name in structures_of(row_schema(resource)["properties"])]
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            text = str(shapes[name].get("description", ""))
            found[name] = "\n\n".join(
                part for part in (f"### {name}", text, _fields(lines_of(shapes[name]))) if part
            )
            waiting += structures_of(shapes[name])
    return "\n\n".join(found[name] for name in sorted(found))


def _cell(text: str) -> str:
    """Text inside of a table."""
    return " ".join(text.split()).replace("|", "\\|")
