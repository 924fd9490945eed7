"""What a list request asks for: filters, sort, page, columns; every wrong parameter is named at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.declaration import Resource

OPERATORS = {
    "": "=",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "in": "in",
    "contains": "contains",
    "isnull": "isnull",
}
DEFAULT_LIMIT = 50
MOST = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    column: str
    operator: str
    value: Any


@dataclass(slots=True)
class ListRequest:
    filters: list[Filter] = field(default_factory=list)
    raw_filters: list[tuple[str, str]] = field(default_factory=list)
    search: str | None = None
    sort: list[tuple[str, bool]] = field(default_factory=list)
    sort_text: str = ""
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    fields: tuple[str, ...] | None = None
    expand: tuple[str, ...] = ()
    count: bool = False


def parse_list_request(resource: Resource, query: list[tuple[str, str]]) -> ListRequest:
    """Read the query string of a list.

    Raises: BadRequest with one entry for each parameter that is unknown or has a wrong value.
    """
    parsed = ListRequest()
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for name, value in query:
        if name in seen:
            problems.append(FieldProblem(name, "must be given once", "repeated"))
            continue
        seen.add(name)
        problem = _read(resource, parsed, name, value)
        if problem:
            problems.append(FieldProblem(name, problem, "bad_parameter"))
    if problems:
        raise BadRequest("Some parameters of the request are wrong.", fields=problems, code="bad_parameters")
    if not parsed.sort:
        parsed.sort, _ = _sort(resource, resource.default_sort)
        parsed.sort_text = resource.default_sort
    return parsed


def _read(resource: Resource, parsed: ListRequest, name: str, value: str) -> str | None:
    """Take one parameter in; a sentence when it is wrong."""
    match name:
        case "limit":
            if not value.isdecimal() or not 1 <= int(value) <= MOST:
                return f"must be a number from 1 to {MOST}"
            parsed.limit = int(value)
        case "cursor":
            parsed.cursor = value
        case "count":
            if value not in ("true", "false"):
                return "must be true or false"
            parsed.count = value == "true"
        case "sort":
            parsed.sort, problem = _sort(resource, value)
            parsed.sort_text = value
            return problem
        case "fields":
            wanted = tuple(part for part in value.split(",") if part)
            if unknown := [part for part in wanted if part not in resource.visible]:
                return f"unknown: {', '.join(unknown)}; there are {', '.join(resource.visible)}"
            parsed.fields = wanted
        case "expand":
            parsed.expand = tuple(part for part in value.split(",") if part)
            if unknown := [part for part in parsed.expand if part not in resource.expand]:
                return f"unknown: {', '.join(unknown)}; there are {', '.join(resource.expand) or 'none'}"
        case "q":
            if not resource.facts.search:
                return f"{resource.plural.lower()} cannot be searched by text"
            if "\x00" in value or len(value) > 200:
                return "must be at most 200 characters"
            parsed.search = value.strip() or None
            parsed.raw_filters.append((name, value))
        case _:
            return _read_filter(resource, parsed, name, value)
    return None


def _read_filter(resource: Resource, parsed: ListRequest, name: str, value: str) -> str | None:
    column, _, operator = name.partition("__")
    if column not in resource.filters:
        return f"unknown parameter; filters are {', '.join(resource.filters) or 'none'}"
    if operator not in OPERATORS or (name.endswith("__")):
        return f"unknown operator; there are {', '.join(key for key in OPERATORS if key)}"
    if operator == "contains" and column not in resource.facts.search:
        return "contains works on " + (", ".join(resource.facts.search) or "no column here")
    kind: Any = resource.type_of(column)
    try:
        converted: Any
        if operator == "isnull":
            converted = msgspec.convert(value, bool, strict=False)
        elif operator == "in":
            converted = [msgspec.convert(part, kind, strict=False) for part in value.split(",") if part]
            if len(converted) > MOST:
                return f"must list at most {MOST} values"
        elif operator == "contains":
            converted = value
        else:
            converted = msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        return readable(str(error))
    if "\x00" in value:
        return "must not hold a NUL character"
    parsed.filters.append(Filter(column, operator, converted))
    parsed.raw_filters.append((name, value))
    return None


def _sort(resource: Resource, text: str) -> tuple[list[tuple[str, bool]], str | None]:
    """[(column, descending)], with the key as tie-break unless a column is unique by itself."""
    keys: list[tuple[str, bool]] = []
    for part in text.split(","):
        column, descending = part.lstrip("-"), part.startswith("-")
        if column not in (*resource.sorts, resource.default_sort.lstrip("-"), resource.key):
            offered = dict.fromkeys((*resource.sorts, resource.default_sort.lstrip("-"), resource.key))
            return [], f"cannot sort by {column!r}; sorts are {', '.join(offered)}"
        keys.append((column, descending))
    if not any(resource.is_unique(column) for column, _ in keys):
        keys.append((resource.key, keys[-1][1]))
    return keys, None


def readable(message: str) -> str:
    """msgspec's message as a sentence about one field: `Expected `int`, got `str`` -> `must be int, not str`."""
    message = message.split(" - at `$")[0].replace("`", "")
    if message.startswith("Expected "):
        wanted, _, got = message.removeprefix("Expected ").partition(", got ")
        return f"must be {wanted}" + (f", not {got}" if got else "")
    return message[:1].lower() + message[1:]
