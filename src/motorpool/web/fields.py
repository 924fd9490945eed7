"""What a page knows about a column: the widget that it is entered with, its unit, its choices, its help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric, String, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from motorpool.core.database.models import Polymorphic, closed_set
from motorpool.core.resource.declaration import Resource
from motorpool.web import formats
from motorpool.web.structure import Node, structure_of

Kind = Literal[
    "text",
    "long_text",
    "number",
    "money",
    "boolean",
    "date",
    "clock",
    "time",
    "choice",
    "reference",
    "record",
    "record_type",
    "references",
    "list",
    "structure",
    "json",
    "secret",
    "identifier",
]
#: Words in a column's name, or names, that make an amount of it, where its type has two decimals.
MONEY = frozenset(
    "amount balance book charge cost costs credit deductible depreciation fee fine fines limit paid premium price "
    "reserve revenue salvage settlement subtotal tax total value budget hourly_rate".split()
)
NOT_MONEY = ("_percent", "_hours", "_liters", "_kg", "_km", "_miles", "_count", "_minutes", "_kph", "_m")
#: Columns that a browser offers its own keyboard for.
INPUT_TYPES = {"email": "email", "phone": "tel", "url": "url"}
#: Where a long form or a long record is divided, in this order.
SECTIONS = ("General", "Belongs to", "Dates and times", "Money", "Measures", "Settings", "Notes")
#: More fields than this are shown in sections.
MOST_UNDIVIDED = 12


@dataclass(frozen=True, slots=True)
class Field:
    """A column as a page knows it."""

    name: str
    label: str
    kind: Kind
    help: str | None = None
    #: Key of `formats.UNITS`.
    unit: str | None = None
    #: The column of the row that says which unit it is, where that differs from row to row.
    unit_by: str | None = None
    choices: tuple[str, ...] = ()
    #: Table that a reference points at.
    target: str | None = None
    required: bool = False
    max_length: int | None = None
    step: str | None = None
    #: Usual values of an open set.
    suggestions: tuple[str, ...] = ()
    #: Of `structure`: what the value is made of.
    node: Node | None = None
    #: Of a pair that names a row of any table: column of the other half, and table by value of the type.
    partner: str | None = None
    targets: tuple[tuple[str, str], ...] = ()
    #: The column of the row that says in which currency an amount is, if there is one.
    currency: str | None = None
    #: Filled in by the program when it is left empty.
    is_given: bool = False
    #: Of a boolean: there is a third answer.
    nullable: bool = False

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "money")

    @property
    def places(self) -> int | None:
        """Decimals that the column keeps; None: as many as there are."""
        if self.step == "1":
            return 0
        return len(self.step.partition(".")[2]) or None if self.step else None

    def unit_in(self, row: Mapping[str, Any]) -> str | None:
        """Key of `formats.UNITS` that the value of this row, or of a form's texts, is in; a meter that is not named is an odometer."""
        if self.unit_by is None:
            return self.unit
        return formats.METER_UNITS.get(str(row.get(self.unit_by) or "odometer"))

    @property
    def input_type(self) -> str:
        """`type` of a plain <input>."""
        kinds = {"date": "date", "time": "datetime-local", "clock": "time", "secret": "password"}
        ending = self.name.rsplit("_", 1)[-1]
        return kinds.get(self.kind, INPUT_TYPES.get(ending, "text") if self.kind == "text" else "text")

    @property
    def is_wide(self) -> bool:
        """Whether the field takes a whole row of a form or of a record."""
        return self.kind in ("long_text", "json", "structure")


def field_of(resource: Resource, name: str, *, creating: bool = True) -> Field:
    """The field of a column, computed ones included. `creating`: as the form of a new row asks for it."""
    return _field(_Held(resource), name, creating)


class _Held:
    """A resource as part of a cache's key: by its table, of which there is one."""

    __slots__ = ("resource",)

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.resource is self.resource

    def __hash__(self) -> int:
        return id(self.resource)


@cache
def _field(held: _Held, name: str, creating: bool) -> Field:
    resource = held.resource
    if name in resource.computed:
        return _computed(resource, name)
    column = resource.column(name)
    kind, extra = kind_of(resource, name)
    usual = resource.usual.get(name) or (suggestions(column.comment) if kind == "text" else ())
    required = (creating and resource.required_on_create(name)) or (
        not column.nullable and kind in ("text", "long_text") and not resource.gives(name)
    )
    unit = formats.unit_of(name) if kind == "number" else None
    unit_by = "meter_type" if name in formats.METERED and "meter_type" in resource.table.c else None
    return Field(
        name,
        formats.label(name),
        kind,
        None if usual else help_of(column.comment, unit or unit_by),
        suggestions=usual,
        unit=unit,
        unit_by=unit_by,
        required=bool(required),
        is_given=resource.gives(name),
        nullable=bool(column.nullable),
        **extra,
    )


def _computed(resource: Resource, name: str) -> Field:
    computed = resource.computed[name]
    choices = get_args(computed.python_type) if get_origin(computed.python_type) is Literal else ()
    kinds: dict[Any, Kind] = {
        bool: "boolean",
        int: "number",
        float: "number",
        Decimal: "money" if is_money(name) else "number",
        date: "date",
        datetime: "time",
    }
    kind: Kind = "choice" if choices else kinds.get(computed.python_type, "text")
    return Field(
        name,
        formats.label(name),
        kind,
        computed.description,
        choices=choices,
        unit=formats.unit_of(name) if kind == "number" else None,
        currency="currency" if kind == "money" and "currency" in resource.table.c else None,
    )


_KEPT = (
    r"(metres \(odometer\) or seconds \(engine_hours\)|metres or seconds|metres|m"
    "|kilometres|kilometers|km/h|km|kg|litres)"
)
#: How comments begin or end that name the unit the column keeps; the input says the one that the person types.
KEPT_IN = re.compile(rf"([,:] |^){_KEPT}$|^{_KEPT}[,;]? ", re.IGNORECASE)


#: How comments name a value that is left out.
NOTHING = re.compile(r"\bnull(: | )", re.IGNORECASE)


def help_of(comment: str | None, unit: str | None = None) -> str | None:
    """A column's comment for the people who fill it in: not where it only spells out a type or a unit."""
    if not comment or comment.startswith(("[", "{", "Array of")):
        return None
    return NOTHING.sub("empty\\1", KEPT_IN.sub("", comment) if unit else comment) or None


def suggestions(comment: str | None) -> tuple[str, ...]:
    """The values that a column's comment lists: `car, suv, pickup` and `Such as car, suv, pickup` name three."""
    listed = (comment or "").removeprefix("Such as ").removesuffix(".")
    parts = tuple(part.strip() for part in listed.split(","))
    return (
        parts if len(parts) > 2 and all(part.isidentifier() or part[:1].isdigit() for part in parts) else ()
    )


def pair_of(resource: Resource, name: str) -> Polymorphic | None:
    """The pair that a column is a half of."""
    return next(
        (pair for pair in resource.facts.polymorphic if name in (pair.type_column, pair.id_column)), None
    )


def state_column(resource: Resource) -> str:
    """The column that says where a row stands; there may be none of this name."""
    return resource.states.column if resource.states else "status"


def is_money(name: str) -> bool:
    words = {*name.split("_"), name}
    return bool(words & MONEY) and not name.endswith(NOT_MONEY)


def kind_of(resource: Resource, name: str) -> tuple[Kind, dict[str, Any]]:
    """The widget of a column, with what the widget needs to know."""
    column = resource.column(name)
    facts = resource.facts
    if name in facts.sealed:
        return "secret", {"max_length": getattr(column.type, "length", None)}
    if pair := pair_of(resource, name):
        targets = tuple(pair.targets.items())
        if name == pair.id_column:
            return "record", {"targets": targets, "partner": pair.type_column}
        if not closed_set(column) and len(targets) > 1:
            return "record_type", {
                "choices": tuple(pair.targets),
                "targets": targets,
                "partner": pair.id_column,
            }
    if values := closed_set(column):
        return "choice", {"choices": values}
    if name in resource.references:
        return "reference", {"target": resource.references[name]}
    match column.type:
        case Boolean():
            return "boolean", {}
        case Uuid():
            return "identifier", {}
        case Integer():
            return "number", {"step": "1"}
        case Numeric() | Float():
            scale = getattr(column.type, "scale", None)
            step = "any" if scale is None else f"{10**-scale:.{scale}f}"
            if scale is not None and scale >= 2 and is_money(name) and formats.unit_of(name) is None:
                currency = "currency" if "currency" in resource.table.c else None
                return "money", {"step": step, "currency": currency}
            return "number", {"step": step}
        case DateTime():
            return "time", {}
        case Date():
            return "date", {}
        case Time():
            return "clock", {}
        case ARRAY():
            if target := facts.ref_arrays.get(name):
                return "references", {"target": target}
            return "list", {"step": "1" if isinstance(column.type.item_type, Integer) else None}
        case JSONB():
            node = _node(resource, name)
            return ("structure", {"node": node}) if node and node.kind != "json" else ("json", {})
        case Text():
            return "long_text", {}
        case String():
            return "text", {"max_length": column.type.length}
        case _:
            return "text", {}


def _node(resource: Resource, name: str) -> Node | None:
    if name not in resource.shapes:
        return None
    references = {
        path.removeprefix(name): table
        for path, table in resource.facts.json_refs.items()
        if path == name or path.startswith((f"{name}[", f"{name}."))
    }
    return structure_of(resource.shapes[name], formats.label(name), references)


def sections_of(resource: Resource, names: list[str]) -> list[tuple[str, list[str]]]:
    """Columns under headings, in the order of the table; few of them need none. A structure stands alone."""
    described = {name: field_of(resource, name) for name in names}
    plain = [name for name in names if described[name].kind not in ("structure", "json")]
    alone = [(described[name].label, [name]) for name in names if name not in plain]
    if len(plain) <= MOST_UNDIVIDED:
        return [("", plain)] * bool(plain) + alone
    found: dict[str, list[str]] = {title: [] for title in SECTIONS}
    for name in plain:
        found[_section(resource, described[name])].append(name)
    # A heading over one lonely field tells nothing.
    for title in SECTIONS[1:-1]:
        if len(found[title]) == 1:
            found["General"] += found.pop(title)
    return [(title, held) for title, held in found.items() if held] + alone


def _section(resource: Resource, described: Field) -> str:
    if described.name == resource.title_column:
        return "General"
    if described.kind in ("reference", "references", "record", "record_type"):
        return "Belongs to"
    if described.kind == "long_text":
        return "Notes"
    by_kind: Mapping[str, str] = {
        "date": "Dates and times",
        "time": "Dates and times",
        "clock": "Dates and times",
        "money": "Money",
        "number": "Measures",
        "boolean": "Settings",
    }
    if described.name == "currency":
        return "Money"
    if described.name.endswith("year"):
        return "General"
    return by_kind.get(described.kind, "General")
