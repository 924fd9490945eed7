"""From a posted form to the API's body: local times, the person's units, structures, and what was left as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import readable
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import Field, field_of
from motorpool.web.forms import Pairs, Texts, field_names
from motorpool.web.structure import draft_of, posted_draft, posted_tree, value_of as structured_value


def posted_texts(resource: Resource, pairs: Pairs, names: Collection[str]) -> dict[str, Any]:
    """What was posted, as it stood in the inputs; what was not posted is left out."""
    single = dict(pairs)
    texts: dict[str, Any] = {}
    for name in names:
        described = field_of(resource, name)
        if described.kind == "structure" and described.node:
            if f"{name}." in single:
                texts[name] = posted_draft(described.node, posted_tree(pairs, name))
        elif described.kind in ("list", "references"):
            if name in single:
                given = [text.replace("\r\n", "\n") for key, text in pairs if key == name]
                texts[name] = "\n".join(
                    line.strip() for text in given for line in text.split("\n") if line.strip()
                )
        elif described.kind == "boolean" and not described.nullable:
            # A form says "false" for each of its boxes, and "true" besides for a ticked one.
            if name in single:
                texts[name] = "true" if (name, "true") in pairs else "false"
        elif name in single:
            texts[name] = single[name].replace("\r\n", "\n").strip()
    return texts


def body_of(
    resource: Resource,
    pairs: Pairs,
    actor: Actor,
    *,
    before: Texts | None = None,
    names: Collection[str] | None = None,
) -> dict[str, Any]:
    """The API's body for a posted form.

    `before` are the texts that the form started with: what still says the same is left alone, so that
    seconds and digits that an input does not show are not lost. Raises: Invalid per field.
    """
    creating = before is None
    wanted = field_names(resource, creating=creating) if names is None else names
    posted = posted_texts(resource, pairs, wanted)
    body: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for name in wanted:
        if name not in posted:
            continue
        described, text = field_of(resource, name, creating=creating), posted[name]
        if before is not None and text == before.get(name, ""):
            continue
        if text in ("", []) or _says_nothing(described, text):
            _empty(resource, described, body, creating=creating)
            continue
        try:
            value = value_of(resource, described, text, pairs, actor, problems)
        except (ValueError, msgspec.ValidationError) as error:
            problems.append(FieldProblem(name, readable(str(error))))
            continue
        if value is None:
            _empty(resource, described, body, creating=creating)
        else:
            body[name] = value
    if problems:
        raise Invalid(
            "Some fields are not valid.",
            fields=problems + _missing(resource, body, problems, wanted, creating),
        )
    return body


def _says_nothing(described: Field, text: Any) -> bool:
    """Whether a structure holds no more than an empty editor does."""
    node = described.node
    return node is not None and text == draft_of(node, None, lambda value: value)


def _missing(
    resource: Resource,
    body: Mapping[str, Any],
    problems: list[FieldProblem],
    wanted: Collection[str],
    creating: bool,
) -> list[FieldProblem]:
    """Whatever else must be given, so that everything is told at once."""
    known = {re.split(r"[.\[]", one.field, maxsplit=1)[0] for one in problems}
    return [
        FieldProblem(name, "is required", "required")
        for name in wanted
        if creating and name not in known and name not in body and resource.required_on_create(name)
    ]


def _empty(resource: Resource, described: Field, body: dict[str, Any], *, creating: bool) -> None:
    """An emptied field is null where it may be; a secret, and what was never given, is left alone."""
    if creating or described.kind == "secret":
        return
    if resource.nullable(described.name) or resource.gives(described.name):
        body[described.name] = None
    elif described.kind in ("list", "references"):
        body[described.name] = []
    elif described.kind == "structure" and described.node:
        body[described.name] = [] if described.node.kind == "rows" else {}
    else:
        body[described.name] = "" if described.kind in ("text", "long_text") else None


def value_of(
    resource: Resource, described: Field, text: Any, pairs: Pairs, actor: Actor, problems: list[FieldProblem]
) -> Any:
    """A posted text as the API's value. Raises: ValueError or ValidationError with a sentence."""

    def instant(local: str) -> str:
        try:
            found = datetime.fromisoformat(local)
        except ValueError:
            raise ValueError("must be a date and time") from None
        aware = found if found.tzinfo else found.replace(tzinfo=formats.zone_of(actor.time_zone))
        return aware.isoformat()

    match described.kind:
        case "structure" if described.node:
            tree = posted_tree(pairs, described.name)
            return structured_value(described.node, tree, described.name, problems, instant)
        case "boolean":
            return text == "true"
        case "time":
            return instant(text)
        case "clock":
            return f"{text}:00" if len(text) == len("08:00") else text
        case "list" | "references":
            kind = resource.type_of(described.name)
            return msgspec.to_builtins(msgspec.convert(text.split("\n"), kind, strict=False))
        case "number":
            return _stored(described, text, formats.factor_of(described.unit_in(dict(pairs)), actor.units))
        case "json":
            try:
                return msgspec.json.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ValueError(f"must be JSON: {error}") from None
    return text


def _stored(described: Field, text: str, factor: Decimal) -> str:
    """A number in the unit that the column keeps, with as many decimals as it has."""
    if factor == 1:
        return text
    try:
        return str(round(Decimal(text) * factor, 6 if described.places is None else described.places))
    except InvalidOperation:
        raise ValueError("must be a number") from None
