"""HTML forms of a resource: from a row to the texts in the inputs, from posted texts to the API's body."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.presentation import Field, choices_of, field_of

#: A picker lists this many rows; above it the id has to be pasted.
MOST_CHOICES = 1000


@dataclass(slots=True)
class Input:
    """A field with what stands in it."""

    field: Field
    value: str = ""
    error: str | None = None
    options: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def wide(self) -> bool:
        return self.field.kind in ("long_text", "json", "list")


def field_names(resource: Resource, *, creating: bool) -> list[str]:
    """What a person fills in, in the order of the table's columns."""
    names = {*resource.writable, *(resource.create_only if creating else ())}
    return [str(name) for name in resource.table.columns.keys() if name in names]  # noqa: SIM118


async def inputs_of(
    database: Database,
    registry: Registry,
    actor: Actor,
    resource: Resource,
    texts: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    creating: bool,
) -> list[Input]:
    """The form's inputs; references get their choices."""
    found: list[Input] = []
    known: dict[str, list[tuple[str, str]]] = {}
    for name in field_names(resource, creating=creating):
        described = field_of(resource, name, creating=creating)
        made = Input(described, texts.get(name, ""), errors.get(name))
        target = described.target
        if target is not None and target in registry:
            if target not in known:
                known[target] = await choices_of(database, registry, actor, target, MOST_CHOICES)
            made.options = known[target]
            if made.value and made.value not in [key for key, _ in made.options]:
                made.options = [(made.value, f"… {made.value[-8:]}"), *made.options]
        elif described.kind == "choice":
            made.options = [(value, formats.words(value)) for value in described.choices]
        found.append(made)
    return found


def default_texts(resource: Resource) -> dict[str, str]:
    """What an empty form starts with: the columns' own defaults where they are plain values."""
    texts: dict[str, str] = {}
    for name in field_names(resource, creating=True):
        default = resource.column(name).server_default
        text = str(getattr(getattr(default, "arg", None), "text", getattr(default, "arg", "")) or "")
        if text and "(" not in text and "{" not in text:
            texts[name] = text.strip("'")
    return texts


def texts_of(
    resource: Resource, row: Mapping[str, Any], zone: str, *, creating: bool = False
) -> dict[str, str]:
    """A row's values as they stand in the inputs."""
    return {
        name: text_of(field_of(resource, name), row.get(name), zone)
        for name in field_names(resource, creating=creating)
    }


def text_of(described: Field, value: Any, zone: str) -> str:
    if value is None:
        return ""
    match described.kind:
        case "boolean":
            return "true" if value else "false"
        case "time":
            found = formats.moment(value)
            return "" if found is None else f"{found.astimezone(formats.zone_of(zone)):%Y-%m-%dT%H:%M}"
        case "list":
            return "\n".join(str(item) for item in value)
        case "json":
            return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
        case "number":
            return formats.number(value).replace(",", "")
    return str(value)


def body_of(
    resource: Resource, form: Mapping[str, str], zone: str, *, before: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The API's body for a posted form.

    `before` are the texts that the form started with: what still says the same is left alone, so that
    seconds and digits that an input does not show are not lost. Raises: Invalid per field.
    """
    creating = before is None
    body: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for name in field_names(resource, creating=creating):
        described = field_of(resource, name, creating=creating)
        text = form.get(name, "false" if described.kind == "boolean" else "")
        if described.kind != "boolean" and name not in form:
            continue
        text = text.replace("\r\n", "\n").strip()
        if before is not None and text == before.get(name, "").strip():
            continue
        if text == "":
            if creating and not resource.required_on_create(name):
                continue
            body[name] = None if resource.nullable(name) else ""
            if creating and described.kind != "text":
                del body[name]
            continue
        try:
            body[name] = value_of(described, text, zone)
        except ValueError as error:
            problems.append(FieldProblem(name, str(error)))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return body


def value_of(described: Field, text: str, zone: str) -> Any:
    """A posted text as the API's value. Raises: ValueError with a sentence."""
    match described.kind:
        case "boolean":
            return text == "true"
        case "time":
            try:
                local = datetime.fromisoformat(text)
            except ValueError:
                raise ValueError("must be a date and time") from None
            return (local if local.tzinfo else local.replace(tzinfo=formats.zone_of(zone))).isoformat()
        case "list":
            return [line.strip() for line in text.split("\n") if line.strip()]
        case "json":
            try:
                return msgspec.json.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ValueError(f"must be JSON: {error}") from None
    return text
