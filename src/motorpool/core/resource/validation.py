"""From a request's body to column values, with one entry for each wrong field."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from motorpool.core.errors import BadRequest, FieldProblem, Invalid
from motorpool.core.resource.columns import check_value
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import readable


def read_body(body: bytes, content_type: str) -> dict[str, Any]:
    """A JSON or msgpack object.

    Raises: BadRequest when it cannot be read or is no object.
    """
    try:
        value = (
            msgspec.msgpack.decode(body)
            if "msgpack" in content_type
            else msgspec.json.decode(body or b"null")
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"The body cannot be read: {error}.", code="malformed_body") from error
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object.", code="malformed_body")
    return value


def validate(resource: Resource, body: dict[str, Any], *, creating: bool) -> dict[str, Any]:
    """Column values from a request's body.

    Raises: Invalid with one entry for each field that is unknown, read-only, missing or wrong.
    """
    values, problems = inspect(resource, body, creating=creating)
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return values


def inspect(
    resource: Resource, body: dict[str, Any], *, creating: bool
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Column values of the fields that are right, and what is wrong with the others."""
    allowed = (*resource.writable, *resource.create_only) if creating else resource.writable
    values, problems = convert(resource, body, allowed)
    if creating:
        problems += [
            FieldProblem(name, "is required", "required")
            for name in allowed
            if resource.required_on_create(name) and name not in body
        ]
    return values, problems


def convert(
    resource: Resource, body: dict[str, Any], allowed: Collection[str]
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Typed values of the allowed fields of a body, and one problem for each other or wrong one."""
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for name, value in body.items():
        if name not in allowed:
            problems.append(_not_allowed(resource, name))
        elif value is None:
            if resource.nullable(name):
                values[name] = None
            elif not resource.gives(name):
                problems.append(FieldProblem(name, "must not be null", "required"))
        else:
            try:
                values[name] = msgspec.convert(
                    value, resource.type_of(name), strict=not isinstance(value, str)
                )
            except msgspec.ValidationError as error:
                problems.append(FieldProblem(name + _path(str(error)), readable(str(error)), "wrong_type"))
                continue
            if problem := check_value(resource.column(name), values[name]):
                problems.append(FieldProblem(name, problem))
    return values, problems


def _path(message: str) -> str:
    """msgspec's path to the wrong place inside a value: "... - at `$[2].price`" -> "[2].price"."""
    _, found, path = message.partition(" - at `$")
    return path.rstrip("`") if found else ""


def _not_allowed(resource: Resource, name: str) -> FieldProblem:
    if name in resource.create_only:
        return FieldProblem(name, "cannot be changed after it was created", "read_only")
    if resource.states and name == resource.states.column:
        verbs = ", ".join(move.verb for move in resource.moves)
        return FieldProblem(name, f"changes by its verbs only: {verbs}", "read_only")
    if name in resource.visible:
        return FieldProblem(name, "is kept by the program and cannot be set", "read_only")
    return FieldProblem(name, "is not a field of this resource", "unknown_field")
