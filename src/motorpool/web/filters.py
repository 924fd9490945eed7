"""Filters of a list as people set them: controls by type, spans of days, and the chips of what is set.

The address of a list holds the API's filters (`status=open`, `total_amount__gte=100`) and three more that speak of
days where the viewer is: `due_on__within=next_7_days`, `recorded_at__from=2026-05-01`, `recorded_at__to=2026-05-31`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import Field, field_of, state_column

Asked = list[tuple[str, str]]
#: Parameters of the page that are no filters.
OTHERS = frozenset({"sort", "cursor", "limit", "view", "count", "fields", "expand"})
#: Shown beside the search field; the others wait in the panel.
MOST_QUICK = 2
SPANS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last_7_days": "Last 7 days",
    "last_30_days": "Last 30 days",
    "this_month": "This month",
    "last_month": "Last month",
    "this_year": "This year",
    "next_7_days": "Next 7 days",
    "next_30_days": "Next 30 days",
    "past": "Before today",
}
OPERATOR_WORDS = {
    "": "is",
    "in": "is one of",
    "gt": "above",
    "gte": "at least",
    "lt": "below",
    "lte": "at most",
    "contains": "contains",
    "isnull": "is empty:",
    "from": "from",
    "to": "until",
    "within": "",
}


@dataclass(slots=True)
class Control:
    """One filter: the field, what is set, and the choices where there are some."""

    field: Field
    #: `choice`, `boolean`, `reference`, `days`, `number` or `text`.
    kind: str
    #: Value by operator; "" is equality.
    values: dict[str, str]
    options: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    title: str = ""
    is_quick: bool = False
    #: Whether the text is looked for inside of the column, or is all of it.
    is_searched: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its fields in the form, as they stand in the address."""
        endings = {"days": ("__within", "__from", "__to"), "number": ("__gte", "__lte")}
        if self.kind == "text" and self.is_searched:
            return (f"{self.name}__contains",)
        return tuple(f"{self.name}{ending}" for ending in endings.get(self.kind, ("",)))

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_set(self) -> bool:
        return any(self.values.values())


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, with the list without it."""

    label: str
    value: str
    href: str


def api_query(resource: Resource, asked: Asked, actor: Actor) -> Asked:
    """The query that the API understands."""
    found: Asked = []
    for name, value in asked:
        column, _, operator = name.partition("__")
        if name == "view":
            continue
        day = _day(value)
        if operator == "within" and value in SPANS:
            first, last = span(value, actor.today)
            found += _between(resource, column, first, last, actor)
        elif operator == "from" and day:
            found += _between(resource, column, day, None, actor)
        elif operator == "to" and day:
            found += _between(resource, column, None, day, actor)
        else:
            found.append((name, value))
    return found


def _between(resource: Resource, column: str, first: date | None, last: date | None, actor: Actor) -> Asked:
    """Whole days where the viewer is, both ends included."""
    found: Asked = []
    is_moment = column in resource.table.c and field_of(resource, column).kind == "time"
    if first:
        start = formats.day_bounds(first, actor.time_zone)[0].isoformat() if is_moment else first.isoformat()
        found.append((f"{column}__gte", start))
    if last:
        if is_moment:
            found.append((f"{column}__lt", formats.day_bounds(last, actor.time_zone)[1].isoformat()))
        else:
            found.append((f"{column}__lte", last.isoformat()))
    return found


def span(name: str, today: date) -> tuple[date | None, date | None]:
    """First and last day of a span of `SPANS`."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    day = timedelta(days=1)
    spans: dict[str, tuple[date | None, date | None]] = {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "last_7_days": (today - 6 * day, today),
        "last_30_days": (today - 29 * day, today),
        "this_month": (month, next_month - day),
        "last_month": (last_month, month - day),
        "this_year": (today.replace(month=1, day=1), today.replace(month=12, day=31)),
        "next_7_days": (today, today + 7 * day),
        "next_30_days": (today, today + 30 * day),
        "past": (None, today - day),
    }
    return spans[name]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def controls_of(resource: Resource, asked: Asked, titles: Mapping[tuple[str, str], str]) -> list[Control]:
    """The filters that a list offers, closed sets first."""
    given: dict[str, dict[str, str]] = {}
    for name, value in asked:
        column, _, operator = name.partition("__")
        given.setdefault(column, {})[operator] = value
    found = []
    for name in resource.filters:
        made = _control(resource, name, given.get(name, {}))
        if made is None:
            continue
        if made.kind == "reference" and (chosen := made.values.get("")):
            made.title = titles.get((made.field.target or "", chosen), f"… {chosen[-8:]}")
        found.append(made)
    state = state_column(resource)
    kinds = ("choice", "boolean", "reference", "days", "number", "text")
    found.sort(key=lambda made: (made.name != state, kinds.index(made.kind)))
    for made in [one for one in found if one.kind == "choice"][:MOST_QUICK]:
        made.is_quick = True
    return found


def _control(resource: Resource, name: str, values: dict[str, str]) -> Control | None:
    described = field_of(resource, name)
    match described.kind:
        case "choice" | "record_type":
            options = [(value, formats.words(value)) for value in described.choices]
            return Control(described, "choice", values, options)
        case "boolean":
            return Control(described, "boolean", values, [("true", "Yes"), ("false", "No")])
        case "reference":
            return Control(described, "reference", values)
        case "date" | "time":
            return Control(described, "days", values)
        case "number" | "money":
            return Control(described, "number", values)
        case "text" | "long_text" if name != resource.key:
            return Control(described, "text", values, is_searched=name in resource.facts.search)
    return None


def chips_of(resource: Resource, asked: Asked, titles: Mapping[tuple[str, str], str]) -> list[Chip]:
    """What is set, each with a way to take it off again."""
    found = []
    for name, value in asked:
        if name in OTHERS:
            continue
        rest = [(key, one) for key, one in asked if key not in (name, "cursor")]
        href = href_of(resource, rest)
        if name == "q":
            found.append(Chip("Search", f"“{value}”", href))
            continue
        column, _, operator = name.partition("__")
        words = OPERATOR_WORDS.get(operator, operator)
        label = f"{formats.label(column)} {words}".strip()
        found.append(Chip(label, _in_words(resource, column, operator, value, titles), href))
    return found


def _in_words(
    resource: Resource, column: str, operator: str, value: str, titles: Mapping[tuple[str, str], str]
) -> str:
    if operator == "within":
        return SPANS.get(value, value).lower()
    if operator == "isnull":
        return "yes" if value == "true" else "no"
    if column not in resource.visible:
        return value
    described = field_of(resource, column)
    if described.kind in ("reference", "record"):
        tables = [described.target or "", *(one for _, one in described.targets)]
        known = [titles[table, value] for table in tables if (table, value) in titles]
        return known[0] if known else f"… {value[-8:]}"
    if described.kind in ("choice", "record_type"):
        return ", ".join(formats.words(one) for one in value.split(","))
    if described.kind == "boolean":
        return "yes" if value == "true" else "no"
    if described.kind in ("date", "time") and _day(value[:10]):
        return formats.day(value)
    return value


def href_of(resource: Resource, asked: Asked) -> str:
    query = urlencode(asked)
    return f"/{resource.collection}" + (f"?{query}" if query else "")
