"""From a cell of a spreadsheet to the value of a column, with the same checks as a value that comes through the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from motorpool.core.database.models import closed_set
from motorpool.core.resource.columns import check_value
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import readable
from motorpool.core.tabular import Cell, split_list
from motorpool.system.rules.numbers_and_dates import (
    parse_clock,
    parse_date,
    parse_moment,
    parse_number,
    parse_whole,
    parse_yes_or_no,
)

#: Most columns hold few different texts; each of them is looked at once.
REMEMBERED = 5_000
Parse = Callable[[Cell], Any]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the file writes what has several meanings."""

    day_first: bool = False
    zone: tzinfo = UTC


class ColumnReader:
    """Reads the cells of one column."""

    def __init__(self, resource: Resource, name: str, habits: Habits) -> None:
        self.column = resource.column(name)
        self.kind = resource.type_of(name)
        self.parse = parser_of(resource, name, habits)
        self._known: dict[Any, tuple[Any, str | None]] = {}

    def read(self, cell: Cell) -> tuple[Any, str | None]:
        """The value and no problem, or nothing and a sentence's end. Empty cells are not read."""
        # True, 1 and 1.0 are equal to a dict and not to a column.
        key = cell if isinstance(cell, str) else (type(cell), cell)
        found = self._known.get(key)
        if found is None:
            found = self._read(cell)
            if len(self._known) < REMEMBERED:
                self._known[key] = found
        return found

    def _read(self, cell: Cell) -> tuple[Any, str | None]:
        try:
            value = msgspec.convert(self.parse(cell), self.kind)
        except msgspec.ValidationError as error:
            return None, readable(str(error))
        except ValueError as error:
            return None, str(error)
        return value, check_value(self.column, value)


def parser_of(resource: Resource, name: str, habits: Habits) -> Parse:
    """What makes a column's kind of value out of a cell. Raises ValueError with the end of a sentence."""
    column = resource.column(name)
    kind = column.type
    if values := closed_set(column):
        return lambda cell: _one_of(values, plain(cell))
    if isinstance(kind, JSONB):
        return _json
    if isinstance(kind, ARRAY):
        item = _simple(kind.item_type, habits)
        return lambda cell: _list(cell, item)
    return _simple(kind, habits)


def _simple(kind: Any, habits: Habits) -> Parse:
    if isinstance(kind, Boolean):
        return lambda cell: cell if isinstance(cell, bool) else parse_yes_or_no(plain(cell))
    if isinstance(kind, Integer):
        return _whole
    if isinstance(kind, Float):
        return lambda cell: float(_number(cell))
    if isinstance(kind, Numeric):
        return _number
    if isinstance(kind, DateTime):
        return lambda cell: _moment(cell, habits)
    if isinstance(kind, Date):
        return lambda cell: _day(cell, habits)
    if isinstance(kind, Time):
        return _clock
    if isinstance(kind, Uuid):
        return _id
    return plain


def plain(cell: Cell) -> str:
    """A cell as text, without what a workbook only shows: 12 rather than 12.0, a date as in ISO 8601."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def _one_of(values: tuple[str, ...], text: str) -> str:
    word = text.casefold().replace(" ", "_").replace("-", "_")
    for value in values:
        if value.casefold() in (word, text.casefold()):
            return value
    raise ValueError(f"must be one of {', '.join(values)}")


def _whole(cell: Cell) -> int:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return parse_whole(cell)
    return parse_whole(plain(cell))


def _number(cell: Cell) -> Decimal:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        # By way of its shortest text: 1.1 was typed, not the binary fraction nearest to it.
        return Decimal(repr(cell))
    return parse_number(plain(cell))


def _moment(cell: Cell, habits: Habits) -> datetime:
    if isinstance(cell, date):
        found = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        return found if found.tzinfo else found.replace(tzinfo=habits.zone)
    return parse_moment(plain(cell), day_first=habits.day_first, zone=habits.zone)


def _day(cell: Cell, habits: Habits) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else parse_date(plain(cell), day_first=habits.day_first)


def _clock(cell: Cell) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, timedelta):  # a workbook's time of day may come as a span since midnight
        return (datetime(2000, 1, 1, tzinfo=UTC) + cell).time()
    return cell if isinstance(cell, time) else parse_clock(plain(cell))


def _id(cell: Cell) -> UUID:
    try:
        return UUID(plain(cell))
    except ValueError:
        raise ValueError("must be an id") from None


def _json(cell: Cell) -> Any:
    try:
        return msgspec.json.decode(plain(cell))
    except msgspec.DecodeError:
        raise ValueError('must be JSON, such as {"key": "value"}') from None


def _list(cell: Cell, item: Parse) -> list[Any]:
    if not isinstance(cell, str):
        return [item(cell)]
    try:
        parts = split_list(cell)
    except ValueError:
        raise ValueError("must be a list, such as red; blue") from None
    if (
        len(parts) == 1
        and isinstance(parts[0], str)
        and "," in parts[0]
        and ";" not in cell
        and cell.lstrip()[0] != "["
    ):
        parts = [part.strip() for part in parts[0].split(",") if part.strip()]
    return [item(part if isinstance(part, str | int | float | bool) else str(part)) for part in parts]
