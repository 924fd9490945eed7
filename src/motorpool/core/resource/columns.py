"""Types: from a PostgreSQL column to Python, msgspec and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from ipaddress import ip_network
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    Text,
    Time,
    Uuid,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from motorpool.core.database.models import TimeZone, closed_set

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
INTEGER = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
BIGINT = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


def is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String)


def python_type(column: Column[Any]) -> Any:
    """The msgspec type of a column's value, without null."""
    kind = column.type
    if values := closed_set(column):
        return Literal[values]
    if isinstance(kind, ARRAY):
        return list[_scalar(kind.item_type)]  # type: ignore[misc]
    return _scalar(kind)


def _scalar(kind: Any) -> Any:
    if isinstance(kind, INET):
        return str
    if isinstance(kind, String | Text):
        return Annotated[str, msgspec.Meta(max_length=kind.length)] if kind.length else str
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, BigInteger):
        return BIGINT
    if isinstance(kind, Integer):
        return INTEGER
    if isinstance(kind, Float):
        return float
    if isinstance(kind, Numeric):
        return Decimal
    if isinstance(kind, DateTime):
        return Moment
    if isinstance(kind, Date):
        return date
    if isinstance(kind, Time):
        return time
    if isinstance(kind, Uuid):
        return UUID
    if isinstance(kind, JSONB):
        return dict[str, Any] | list[Any]
    raise TypeError(f"no Python type for {kind!r}")


def json_expression(column: Column[Any], sql: str) -> str:
    """SQL for the value inside row_to_json: numerics and addresses as text, as the contract of the API wants."""
    kind = column.type
    if isinstance(kind, INET):
        return f"abbrev({sql})"  # without /32
    if isinstance(kind, Numeric) and not isinstance(kind, Float):
        return f"{sql}::text"
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, INET):
        return f"{sql}::text[]"
    return sql


def check_value(column: Column[Any], value: Any) -> str | None:
    """What msgspec cannot say: a sentence for a value that PostgreSQL would refuse, else None."""
    kind = column.type
    if isinstance(value, str):
        if "\x00" in value:
            return "must not hold a NUL character"
        if not column.nullable and not value.strip():
            return "must not be empty"
        if isinstance(kind, TimeZone) and value not in time_zones():
            return "must be the IANA name of a time zone, such as America/Los_Angeles"
        if isinstance(kind, INET) and not _is_network(value):
            return "must be an IP address or network, such as 10.0.0.0/8"
    if isinstance(value, Decimal) and isinstance(kind, Numeric):
        return _check_decimal(kind, value)
    if isinstance(value, datetime) and not 2 <= value.year <= 9998:
        # Another zone's clock would show a year that is none.
        return "must lie between the years 2 and 9998"
    if isinstance(value, float) and not float("-inf") < value < float("inf"):
        return "must be a finite number"
    if isinstance(value, list) and isinstance(kind, ARRAY) and isinstance(kind.item_type, INET):
        wrong = [item for item in value if not _is_network(item)]
        return f"{wrong[0]} is no IP address or network" if wrong else None
    if isinstance(value, list | dict | msgspec.Struct):
        if "\\u0000" in msgspec.json.encode(value).decode():
            return "must not hold a NUL character"
        if any(not number.is_finite() for number in _decimals(value)):
            return "must hold finite numbers only"
    return None


def _decimals(value: Any) -> Iterator[Decimal]:
    """The decimals anywhere in a structured value; JSON's own numbers are always finite."""
    match value:
        case Decimal():
            yield value
        case msgspec.Struct():
            for inner in msgspec.structs.asdict(value).values():
                yield from _decimals(inner)
        case dict():
            for inner in value.values():
                yield from _decimals(inner)
        case list():
            for inner in value:
                yield from _decimals(inner)


def _check_decimal(kind: Numeric[Any], value: Decimal) -> str | None:
    if not value.is_finite():
        return "must be a finite number"
    if kind.precision is not None:
        limit = Decimal(10) ** (kind.precision - (kind.scale or 0))
        # First as it is: what has too many digits cannot be rounded.
        if abs(value) >= limit or abs(round(value, kind.scale or 0)) >= limit:
            return f"must be between -{limit} and {limit}, exclusive"
    return None


@cache
def time_zones() -> frozenset[str]:
    """Names of all time zones that this machine or the tzdata package knows."""
    return frozenset(available_timezones())


def _is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True
