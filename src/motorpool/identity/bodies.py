"""A request's JSON object as a struct, with one problem for each wrong field."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from motorpool.core.errors import FieldProblem, Invalid

Struct = TypeVar("Struct", bound=msgspec.Struct)


def struct_of(body: dict[str, Any], kind: type[Struct]) -> Struct:
    """Raises Invalid that names every field that is unknown, missing or of a wrong type."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    known = ", ".join(fields)
    problems = [
        FieldProblem(name, f"is not known; there are {known}", "unknown_field")
        for name in body
        if name not in fields
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in body:
            if field.required:
                problems.append(FieldProblem(name, "is required", "required"))
            continue
        try:
            values[field.name] = msgspec.convert(body[name], field.type)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `$")
            problems.append(FieldProblem(name + place.rstrip("`"), message))
    if problems:
        raise Invalid(fields=problems)
    return kind(**values)
