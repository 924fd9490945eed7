"""HTML forms of a resource: its inputs, and from a row to the texts that stand in them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import Field, field_of, sections_of
from motorpool.web.rendering import dom_id
from motorpool.web.structure import draft_of, draft_references
from motorpool.web.titles import Titles, titles_of

#: A plain list of choices holds so many; what may be longer is looked up by typing.
MOST_CHOICES = 1000
#: What stands in a form: a text for each field, nested texts for a structure.
Texts = Mapping[str, Any]
Pairs = list[tuple[str, str]]


@dataclass(slots=True)
class Input:
    """A field with what stands in it."""

    field: Field
    value: Any = ""
    error: str | None = None
    options: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    #: Of a reference: what the row is called; of several: (id, name) of each.
    title: str = ""
    chosen: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    #: Of a structure: message by path, such as `line_items[2].price`.
    nested: dict[str, str] = dataclasses.field(default_factory=dict)
    #: What stands in the empty field.
    placeholder: str = ""
    #: In what an amount or a number is entered.
    unit: str = ""

    @property
    def wide(self) -> bool:
        return self.field.is_wide


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the summary above a form."""

    label: str
    anchor: str
    message: str


def field_names(resource: Resource, *, creating: bool) -> list[str]:
    """What a person fills in, in the order of the table's columns."""
    names = {*resource.writable, *(resource.create_only if creating else ())}
    return [str(name) for name in resource.table.columns.keys() if name in names]  # noqa: SIM118


async def inputs_of(
    database: Database,
    registry: Registry,
    actor: Actor,
    resource: Resource,
    texts: Texts,
    errors: Mapping[str, str],
    *,
    creating: bool,
    names: Collection[str] | None = None,
    masked: Mapping[str, Any] | None = None,
) -> list[Input]:
    """The form's inputs, with the names of the rows that they refer to; one query.

    `names`: only these, as for a move. `masked`: the row, for what a secret's field shows of it.
    """
    wanted = field_names(resource, creating=creating) if names is None else list(names)
    described = {name: field_of(resource, name, creating=creating) for name in wanted}
    titles = await titles_of(database, registry, actor, _referenced(registry, resource, described, texts))
    return [
        _input(resource, actor, one, texts, errors, titles, (masked or {}).get(name))
        for name, one in described.items()
    ]


def _referenced(
    registry: Registry, resource: Resource, described: Mapping[str, Field], texts: Texts
) -> dict[str, set[UUID]]:
    """Table -> ids that stand in the form."""
    wanted: dict[str, set[UUID]] = {}
    for name, one in described.items():
        text = texts.get(name) or ""
        found: list[tuple[str | None, str]] = []
        if one.kind == "structure" and one.node and text:
            found = list(draft_references(one.node, text))
        elif one.kind == "reference":
            found = [(one.target, text)]
        elif one.kind == "references":
            found = [(one.target, key) for key in text.split("\n")]
        elif one.kind == "record":
            found = [(dict(one.targets).get(texts.get(one.partner or "", "")), text)]
        for table, key in found:
            parsed = parse_uuid(key) if key else None
            if parsed and table in registry and table is not None:
                wanted.setdefault(table, set()).add(parsed)
    return wanted


def _input(
    resource: Resource,
    actor: Actor,
    one: Field,
    texts: Texts,
    errors: Mapping[str, str],
    titles: Titles,
    masked: Any,
) -> Input:
    text = texts.get(one.name, "")
    made = Input(one, text, errors.get(one.name))
    match one.kind:
        case "choice":
            made.options = [(value, formats.words(value)) for value in one.choices]
        case "record_type":
            made.options = [(value, formats.words(value)) for value in one.choices]
        case "reference":
            made.title = _called(titles, one.target, text)
        case "references":
            made.chosen = [(key, _called(titles, one.target, key)) for key in text.split("\n") if key]
        case "record":
            made.title = _called(titles, dict(one.targets).get(texts.get(one.partner or "", "")), text)
        case "structure" if one.node:
            made.value = text if text != "" else draft_of(one.node, None, lambda value: value)
            made.nested = {path: message for path, message in errors.items() if _is_below(path, one.name)}
            made.chosen = [
                (key, _called(titles, table, key)) for table, key in draft_references(one.node, made.value)
            ]
        case "secret":
            made.placeholder = f"{masked}, kept when left empty" if masked else ""
    if one.is_given:
        made.placeholder = "Given by the program"
    if one.unit:
        made.unit = formats.unit_text(one.unit, actor.units)
    elif one.unit_by:
        made.unit = " or ".join(formats.unit_text(unit, actor.units) for unit in formats.METER_UNITS.values())
    elif one.kind == "money":
        made.unit = texts.get(one.currency, "") if one.currency else actor.currency
    elif "percent" in one.name.split("_"):
        made.unit = "%"
    return made


def _called(titles: Titles, table: str | None, key: str) -> str:
    return titles.get((table or "", key), f"… {key[-8:]}" if key else "")


def _is_below(path: str, name: str) -> bool:
    return path.startswith((f"{name}[", f"{name}."))


def form_sections(resource: Resource, inputs: list[Input]) -> list[tuple[str, list[Input]]]:
    """The inputs under headings. What has to be given stands first."""
    by_name = {made.field.name: made for made in inputs}
    found = []
    for title, names in sections_of(resource, list(by_name)):
        held = [by_name[name] for name in names]
        if title in ("", "General"):
            held.sort(key=lambda made: (not made.field.required, made.field.kind == "long_text"))
        found.append((title, held))
    return found


def fold(resource: Resource, inputs: list[Input]) -> tuple[list[Input], list[Input]]:
    """Inputs of a new row that are asked first, and those that can wait: not what has to be given and is not known yet."""
    if not resource.asked_first:
        return inputs, []
    by_name = {made.field.name: made for made in inputs}
    missing = [name for name, made in by_name.items() if made.field.required and not made.value]
    first = dict.fromkeys((*resource.asked_first, *missing))
    return [by_name[name] for name in first], [made for name, made in by_name.items() if name not in first]


def sums_in(resource: Resource, row: Mapping[str, Any]) -> frozenset[str]:
    """Columns that the program sums up in this row: nobody types them in."""
    return frozenset(name for name, flag in resource.summed.items() if row.get(flag))


def wrong_places(resource: Resource, errors: Mapping[str, str], shown: Collection[str]) -> list[Wrong]:
    """The summary above a form: each message with the place that it is about."""
    found = []
    for path, message in errors.items():
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        label = formats.label(name)
        for index, part in re.findall(r"\[(\d+)\]|\.(\w+)", path[len(name) :]):
            label += f", row {int(index) + 1}" if index else f": {formats.label(part).lower()}"
        found.append(Wrong(label, f"field-{dom_id(path)}" if name in shown else "", message))
    return found


def default_texts(resource: Resource) -> dict[str, Any]:
    """What an empty form starts with: the columns' own defaults where they are plain values."""
    texts: dict[str, Any] = {}
    for name in field_names(resource, creating=True):
        if resource.gives(name):
            continue
        default = resource.column(name).server_default
        text = str(getattr(getattr(default, "arg", None), "text", getattr(default, "arg", "")) or "")
        if text and not set("({[") & set(text):
            texts[name] = text.strip("'")
    return texts


def given_text(described: Field, text: str, actor: Actor) -> str:
    """A text of the address as it stands in the input: moments of the API's in the person's own time."""
    if described.kind != "time":
        return text
    try:
        moment = formats.moment(text)
    except ValueError:
        return text
    return (
        text
        if moment is None or moment.tzinfo is None
        else str(text_of(described, {described.name: text}, actor))
    )


def texts_of(
    resource: Resource, row: Mapping[str, Any], actor: Actor, *, names: Collection[str] | None = None
) -> dict[str, Any]:
    """A row's values as they stand in the inputs."""
    wanted = field_names(resource, creating=False) if names is None else names
    return {name: text_of(field_of(resource, name), row, actor) for name in wanted}


def text_of(described: Field, row: Mapping[str, Any], actor: Actor) -> Any:
    value = row.get(described.name)

    def local(instant: str) -> str:
        found = formats.moment(instant)
        return "" if found is None else f"{found.astimezone(formats.zone_of(actor.time_zone)):%Y-%m-%dT%H:%M}"

    if described.kind == "structure" and described.node:
        return draft_of(described.node, value, local)
    if value is None or described.kind == "secret":
        return ""
    match described.kind:
        case "boolean":
            return "true" if value else "false"
        case "time":
            return local(str(value))
        case "clock":
            return str(value)[:5]
        case "list" | "references":
            return "\n".join(str(item) for item in value)
        case "json":
            return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
        case "number":
            factor = formats.factor_of(described.unit_in(row), actor.units)
            exact = value if factor == 1 else formats.as_typed(value, factor, described.places)
            return formats.number(exact).replace(",", "")
        case "money":
            return formats.money(value).replace(",", "")
    return str(value)
