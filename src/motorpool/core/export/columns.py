"""The columns of an export, and their values as text."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec

from motorpool.core.tabular.table import join_list, shield

Kind = Literal[
    "text", "integer", "decimal", "money", "date", "datetime", "time", "boolean", "list", "json", "uuid"
]
#: Chunks of rows; each row has a value for each column, in their order. None is empty.
Rows = AsyncIterable[Sequence[Sequence[Any]]]
NUMBERS = ("integer", "decimal", "money")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the key in JSON, `heading` what people read. Values are Python's own or text as the API writes it."""

    name: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a table, where the format has room for it."""

    title: str
    tenant: str = ""
    #: What the rows were filtered by: (label, value).
    filters: Sequence[tuple[str, str]] = ()
    generated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    #: Time zone in which points in time are written.
    zone: tzinfo = UTC


def number(value: Any) -> Decimal | None:
    """A number, or None for what is none: NaN, infinity, text."""
    if isinstance(value, Decimal):
        found = value
    else:
        try:
            # By way of its shortest text: 1.1 is meant, not the binary fraction nearest to it.
            found = Decimal(value) if isinstance(value, (int, str)) else Decimal(repr(value))
        except (InvalidOperation, ValueError):
            return None
    return found if found.is_finite() else None


def moment(value: Any, zone: tzinfo) -> datetime | None:
    """A point in time in a zone; one without zone is UTC, as in the database."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(zone)
    except (TypeError, ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def time_of_day(value: Any) -> time | None:
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def plain_text(value: Any) -> str:
    """Any value as text, without regard to formulas."""
    if isinstance(value, str):
        return value
    if isinstance(value, (Mapping, list, tuple)):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def as_text(kind: Kind, zone: tzinfo, *, shielded: bool = True) -> Callable[[Any], str]:
    """How a column's values are written as text: ISO 8601 dates and times with offset, numbers with a point and
    without exponent, `true` and `false`, lists as `red; blue`. What does not fit its kind is written as it is.

    `shielded` puts an apostrophe before text that a spreadsheet would run as a formula (see `core.tabular.shield`);
    numbers and dates are none.
    """
    guard = shield if shielded else str

    def text(value: Any) -> str:
        match kind:
            case "integer" | "decimal" | "money":
                found = number(value)
                return guard(plain_text(value)) if found is None else f"{found:f}"
            case "datetime":
                at = moment(value, zone)
                return guard(plain_text(value)) if at is None else at.isoformat().replace("+00:00", "Z")
            case "date" | "time":
                return guard(value) if isinstance(value, str) else str(value.isoformat())
            case "boolean":
                return ("true" if value else "false") if isinstance(value, bool) else guard(plain_text(value))
            case "list":
                return guard(join_list(value) if isinstance(value, (list, tuple)) else plain_text(value))
            case "json":
                return guard(msgspec.json.encode(value, enc_hook=str).decode())
            case _:
                return guard(plain_text(value))

    return lambda value: "" if value is None else text(value)
