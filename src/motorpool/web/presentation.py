"""From a row's values to what a page shows: words, units and names follow from the column's declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import Field, field_of
from motorpool.web.structure import Node
from motorpool.web.titles import Titles, choices_of, load_titles, polymorphic_table, titles_of
from motorpool.web.tones import tone_of

__all__ = ["Cell", "Field", "Presenter", "View", "choices_of", "field_of", "load_titles", "titles_of"]

#: Numbers that are names, not amounts: no thousands are told apart.
NAMES = re.compile(r"(year|_lat|_lng|latitude|longitude|period|_number|port)$")
#: A value of an open set as a program writes it: `oil_change`.
NAMED_VALUE = re.compile(r"[a-z][a-z_]*$")
#: Names of columns that hold a web address.
ADDRESS = re.compile(r"(^|_)(url|uri|website|link)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value ready to be shown. `tone` makes it a pill (`is-<tone>` in the styles), `href` a link."""

    field: Field
    text: str
    href: str | None = None
    tone: str | None = None
    #: ISO time for <time datetime>.
    moment: str | None = None
    #: ISO date, which no zone moves.
    day: str | None = None
    #: Symbol inside the pill.
    icon: str | None = None
    #: Several values side by side: (text, address).
    items: tuple[tuple[str, str | None], ...] = ()
    #: A structured value as tables and lists.
    view: View | None = None

    @property
    def missing(self) -> bool:
        return self.text == formats.DASH


@dataclass(frozen=True, slots=True)
class View:
    """A structured value laid out: `facts` and `table` hold further views, `plain` one cell."""

    kind: Literal["facts", "table", "plain"]
    cell: Cell | None = None
    facts: tuple[tuple[str, View], ...] = ()
    #: (label, whether its cells are numbers)
    heads: tuple[tuple[str, bool], ...] = ()
    rows: tuple[tuple[View, ...], ...] = field(default=())


class Presenter:
    """Turns rows into cells for one viewer. `titles` come from `load_titles`."""

    def __init__(self, registry: Registry, actor: Actor, titles: Titles | None = None) -> None:
        self.registry = registry
        self.actor = actor
        self.titles = titles or {}

    def cell(self, resource: Resource, row: Mapping[str, Any], name: str) -> Cell:
        described = field_of(resource, name)
        value = row.get(name)
        if value is None or value == "" or value == [] or value == {}:
            return Cell(described, formats.DASH)
        table = polymorphic_table(row, name, resource)
        if described.kind in ("reference", "record") or table:
            return self._reference(described, table or described.target or "", str(value))
        zone, units = self.actor.time_zone, self.actor.units
        match described.kind:
            case "choice":
                return self._choice(resource, described, str(value))
            case "record_type":
                return Cell(described, self._kind_of_record(described, str(value)))
            case "number" if unit := described.unit_in(row):
                return Cell(described, _measured(described, value, unit, units))
            case "number":
                return Cell(described, _number(name, value))
            case "money":
                currency = row.get(described.currency) if described.currency else self.actor.currency
                return Cell(described, formats.money(value, currency))
            case "boolean":
                return Cell(described, "Yes" if value else "No")
            case "time":
                return Cell(described, formats.local_time(value, zone), moment=str(value))
            case "date":
                return Cell(described, formats.day(value), day=str(value)[:10])
            case "clock":
                return Cell(described, str(value)[:5])
            case "list":
                texts = [_item(name, item) for item in value]
                return Cell(described, ", ".join(texts), items=tuple((text, None) for text in texts))
            case "references":
                items = tuple(self._named(described.target or "", str(key)) for key in value)
                return Cell(described, ", ".join(text for text, _ in items), items=items)
            case "structure" if described.node:
                return Cell(
                    described, summary_of(described.node, value), view=self.view(described.node, value)
                )
            case "structure" | "json":
                return Cell(described, msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
        if name in ("operation", "action_type", "connection"):
            return Cell(described, formats.words(value), tone=tone_of(value))
        if name in ("table_name", "resource_type") and str(value) in self.registry:
            return Cell(described, self.registry[str(value)].label)
        if described.suggestions and NAMED_VALUE.match(str(value)):
            return Cell(described, formats.words(value))
        return Cell(described, str(value), href=address_of(name, value))

    def title(self, resource: Resource, row: Mapping[str, Any]) -> str:
        """What a row is called: its title column, and the record's title where that is a reference."""
        name = resource.title_column
        if name not in ("id", resource.key) and row.get(name):
            if name in resource.references:
                return self.titles.get((resource.references[name], str(row[name])), resource.label)
            cell = self.cell(resource, row, name)
            if cell.field.kind in ("time", "date", "choice", "number"):
                return cell.text
            return str(row[name])
        return f"{resource.label} {str(row[resource.key])[-8:]}"

    def view(self, node: Node, value: Any) -> View:
        """A structured value as tables, lists and cells."""
        if node.kind == "group" and isinstance(value, dict):
            told = [child for child in node.children if value.get(child.name) not in (None, "", [], {})]
            return View("facts", facts=tuple((one.label, self.view(one, value[one.name])) for one in told))
        if node.kind == "map" and isinstance(value, dict) and node.item:
            return View(
                "facts", facts=tuple((formats.label(k), self.view(node.item, v)) for k, v in value.items())
            )
        if node.kind == "rows" and isinstance(value, list) and node.item:
            rows = [one for one in value if isinstance(one, dict)]
            heads = [
                child
                for child in node.item.children
                if any(row.get(child.name) not in (None, "", [], {}) for row in rows)
            ]
            return View(
                "table",
                heads=tuple((head.label, head.is_numeric) for head in heads),
                rows=tuple(tuple(self.view(head, row.get(head.name)) for head in heads) for row in rows),
            )
        return View("plain", cell=self._leaf(node, value))

    def _leaf(self, node: Node, value: Any) -> Cell:
        made = Field(node.name, node.label, "number" if node.is_numeric else "text")
        if value is None or value == "" or value == []:
            return Cell(made, formats.DASH)
        if node.kind == "reference":
            return self._reference(made, node.target or "", str(value))
        if node.kind == "references":
            items = tuple(self._named(node.target or "", str(key)) for key in value)
            return Cell(made, ", ".join(text for text, _ in items), items=items)
        if isinstance(value, bool):
            return Cell(made, "Yes" if value else "No")
        if node.kind == "time":
            return Cell(made, formats.local_time(value, self.actor.time_zone), moment=str(value))
        if node.kind == "date":
            return Cell(made, formats.day(value), day=str(value)[:10])
        if node.kind == "choice":
            return Cell(
                made, formats.words(value), tone=tone_of(value) if node.name in TOLD_BY_TONE else None
            )
        if node.kind == "number":
            return Cell(made, formats.number(value))
        if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
            return Cell(made, ", ".join(map(str, value)), items=tuple((str(one), None) for one in value))
        if isinstance(value, list | dict):
            return Cell(made, msgspec.json.encode(value).decode())
        return Cell(made, str(value), href=address_of(node.name, value))

    def _choice(self, resource: Resource, described: Field, value: str) -> Cell:
        is_state = resource.states is not None and resource.states.column == described.name
        toned = is_state or described.name.rsplit("_", 1)[-1] in TOLD_BY_TONE
        return Cell(described, formats.words(value), tone=tone_of(value) if toned else None)

    def _kind_of_record(self, described: Field, value: str) -> str:
        table = dict(described.targets).get(value, "")
        return self.registry[table].label if table in self.registry else formats.words(value)

    def _reference(self, described: Field, table: str, key: str) -> Cell:
        text, href = self._named(table, key)
        return Cell(described, text, href=href)

    def _named(self, table: str, key: str) -> tuple[str, str | None]:
        title = self.titles.get((table, key))
        if title is None:
            return (f"… {key[-8:]}" if table in self.registry else key), None
        resource = self.registry[table]
        return title, f"/{resource.collection}/{key}" if "get" in resource.operations else None


#: Endings of closed sets that say how well something stands; others are words among words.
TOLD_BY_TONE = frozenset(
    "status severity priority state result decision preventability motion health".split()
)


def summary_of(node: Node, value: Any) -> str:
    """A structured value in a word or two, for lists and the history."""
    if node.kind == "rows" and isinstance(value, list):
        return f"{len(value)} {(node.label if len(value) != 1 else (node.item.label if node.item else node.label)).lower()}"
    if isinstance(value, dict):
        told = [name for name, one in value.items() if one not in (None, "", [], {}, False)]
        return (
            ", ".join(formats.label(name) for name in told[:4]) + (" …" if len(told) > 4 else "")
            or "Nothing set"
        )
    return msgspec.json.encode(value).decode()


def address_of(name: str, value: Any) -> str | None:
    """Where a text leads that is a web address by its column's name."""
    text = str(value)
    return text if ADDRESS.search(name) and text.startswith(("https://", "http://")) else None


def _measured(described: Field, value: Any, unit: str, units: str) -> str:
    places = 1 if described.unit_by else 2 if "." in str(value) else 0
    factor = formats.factor_of(unit, units)
    if factor == 1 or described.places is None:
        return formats.quantity(value, unit, units, places)
    typed = formats.as_typed(value, factor, described.places, places)
    return f"{formats.number(typed, places)} {formats.unit_text(unit, units)}"


def _number(name: str, value: Any) -> str:
    text = str(value) if NAMES.search(name) else formats.number(value)
    return f"{text} %" if "percent" in name.split("_") else text


def _item(name: str, value: Any) -> str:
    return formats.label(str(value)) if name == "changed_fields" else str(value)
