"""JSON schemas of rows and inputs, from columns, their comments and the shapes of jsonb columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ARRAY, Boolean, Column, Integer, Numeric
from sqlalchemy.dialects.postgresql import INET, JSONB

from motorpool.core.database.models import closed_set
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi.wording import COMMON, sentence, tells_unit, unit_of

Json = dict[str, Any]

UUID_SCHEMA: Json = {"type": "string", "format": "uuid"}
#: What only developers want to know.
NOTE = re.compile(r"\s*\(decisions? [\d, and]+\)")
SCHEMAS = "#/components/schemas/"
SIZES = {(-(2**31), 2**31 - 1): "int32", (-(2**63), 2**63 - 1): "int64"}
TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"


def ref(name: str) -> Json:
    return {"$ref": SCHEMAS + name}


def schema_name(resource: Resource) -> str:
    return resource.model.__name__


def row_schema(resource: Resource) -> Json:
    """A row as it is read; what callers cannot set is `readOnly`."""
    settable = {*resource.writable, *resource.create_only}
    properties = {}
    for name in resource.visible:
        properties[name] = property_schema(resource, name)
        if name not in settable:
            properties[name]["readOnly"] = True
    return {
        "type": "object",
        "description": purpose(resource),
        "properties": properties,
        "required": list(properties),
    }


def input_schema(resource: Resource, *, creating: bool) -> Json:
    """What a create or an update takes. An update takes any part of it."""
    names = (*resource.writable, *(resource.create_only if creating else ()))
    properties = {name: given_schema(resource, name, creating=creating) for name in names}
    schema: Json = {"type": "object", "additionalProperties": False, "properties": properties}
    if required := [name for name in names if creating and resource.required_on_create(name)]:
        schema["required"] = required
    return schema


def given_schema(resource: Resource, name: str, *, creating: bool) -> Json:
    """A field of an input: as it is read, with the default that it gets and null where the program fills it."""
    schema = property_schema(resource, name)
    column = resource.column(name)
    if schema.get("type") == "string" and "enum" not in schema and "format" not in schema:
        schema = schema | ({"minLength": 1} if resource.is_text(name) else {})
    if creating and not resource.gives(name) and (value := default_of(column)) is not None:
        schema["default"] = value
    if resource.gives(name) and not resource.nullable(name):
        schema = nullable(schema) | {"description": _joined(schema.get("description"), "given when left out")}
    return schema


def property_schema(resource: Resource, name: str) -> Json:
    """The schema of one field as it is read."""
    schema = value_schema(resource, name)
    if resource.nullable(name):
        schema = nullable(schema)
    if description := describe(resource, name):
        schema["description"] = description
    if unit := None if _is_text_like(schema) else unit_of(name):
        schema["x-unit"] = unit
    return schema


def value_schema(resource: Resource, name: str) -> Json:
    """The type of a value that is there: no null, no words."""
    if name in resource.computed or name in resource.shapes:
        return shape_schema(resource.type_of(name))
    column = resource.column(name)
    if values := closed_set(column):
        return {"type": "string", "enum": list(values)}
    kind = column.type
    if isinstance(kind, JSONB):
        return {"type": ["object", "array"]}
    if isinstance(kind, INET):
        return {"type": "string", "maxLength": 50}
    if isinstance(kind, Numeric) and resource.type_of(name) is Decimal:
        return decimal_schema(kind.precision, kind.scale)
    if resource.type_of(name) is time:
        return {"type": "string", "pattern": TIME_OF_DAY}
    return shape_schema(resource.type_of(name))


def decimal_schema(precision: int | None, scale: int | None) -> Json:
    """An exact number as text: `1234.50`. More decimal places than the column keeps are rounded away."""
    whole = "+" if precision is None else f"{{1,{max(1, precision - (scale or 0))}}}"
    return {"type": "string", "format": "decimal", "pattern": rf"^-?\d{whole}(\.\d+)?$"}


def describe(resource: Resource, name: str) -> str:
    """What a field means: the comment of its column, its unit, what it refers to, how a state changes."""
    if name in resource.computed:
        return _joined(resource.computed[name].description, "worked out at each reading")
    comment = resource.column(name).comment or COMMON.get(name) or ""
    parts = [comment]
    if (unit := unit_of(name)) and not tells_unit(comment, unit) and not _is_text_column(resource, name):
        parts.append(f"in {unit}" if comment else unit)
    if name in resource.references:
        parts.append(
            f"{'a' if comment else 'A'} row of `/api/v1/{resource.references[name].replace('_', '-')}`"
        )
    for pair in resource.facts.polymorphic:
        told = all(target in comment for target in pair.targets)
        if name == pair.type_column and not closed_set(resource.column(name)) and not told:
            parts.append(f"with `{pair.id_column}`: {', '.join(pair.targets)}")
        elif name == pair.id_column:
            parts.append(f"id of the record that `{pair.type_column}` says")
    if name in resource.facts.ref_arrays:
        parts.append(f"ids in `/api/v1/{resource.facts.ref_arrays[name].replace('_', '-')}`")
    if name in resource.facts.sealed:
        parts.append("kept encrypted, only the last four characters can be read")
    if resource.states and name == resource.states.column:
        verbs = ", ".join(move.verb for move in resource.moves)
        parts.append(f"changes by the verbs {verbs}" if verbs else "changed by the program")
    if name in resource.create_only:
        parts.append("cannot be changed afterwards")
    text = _joined(*parts)
    return text if comment or text.startswith(unit_of(name) or "\0") else text[:1].upper() + text[1:]


def purpose(resource: Resource) -> str:
    """What a table is for, as a sentence."""
    words = (resource.model.__doc__ or "").split("\n\n")[0] or resource.table.comment or ""
    return sentence(NOTE.sub("", words))


def shape_schema(kind: Any) -> Json:
    """The schema of a type; structures that it names stand among the components (`shape_components`)."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=SCHEMAS + "{name}")
    made: Json = schema
    limits = (made.get("minimum"), made.get("maximum"))
    if limits in SIZES:
        made = {"type": "integer", "format": SIZES[limits]}
    if "enum" in made and all(isinstance(value, str) for value in made["enum"]):
        made = {"type": "string"} | made
    return made


def shape_components(resources: Iterable[Resource]) -> dict[str, Json]:
    """The structures inside of jsonb columns, by name."""
    kinds = [kind for resource in resources for kind in resource.shapes.values()]
    _, components = msgspec.json.schema_components(kinds, ref_template=SCHEMAS + "{name}")
    for schema in components.values():
        schema.pop("title", None)
    return components


def nullable(schema: Json) -> Json:
    kind = schema.get("type")
    if kind is None:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = [kind] if isinstance(kind, str) else list(kind)
    schema = schema | {"type": [*kinds, "null"]}
    return schema | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def default_of(column: Column[Any]) -> Any:
    """The constant that the database puts in, or None when there is none or it is worked out."""
    if column.server_default is None:
        return None
    text = str(getattr(column.server_default, "arg", "")).split("::")[0].strip()
    if "(" in text:
        return None
    quoted, text = text.startswith("'"), text.strip("'")
    if isinstance(column.type, ARRAY):
        return [] if text == "{}" else None
    if isinstance(column.type, JSONB):
        return {"[]": [], "{}": {}}.get(text)
    if isinstance(column.type, Boolean):
        return text == "true"
    if isinstance(column.type, Integer) and text.lstrip("-").isdigit():
        return int(text)
    return None if not text and not quoted else text


def _is_text_like(schema: Json) -> bool:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return (
        "boolean" in kinds or ("string" in kinds and schema.get("format") != "decimal") or "anyOf" in schema
    )


def _is_text_column(resource: Resource, name: str) -> bool:
    return _is_text_like(value_schema(resource, name))


def _joined(*parts: str | None) -> str:
    """Parts of a description, one behind the other."""
    return "; ".join(part.rstrip(".") for part in parts if part)
