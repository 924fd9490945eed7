"""Bodies of the batch routes: JSON or msgpack into `Columns`.

The whole body is decoded at once into typed structs. msgspec stops at the first item that does not fit, so
only then items are looked at one by one: the good ones stay, and every wrong field of the others gets its own
message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from motorpool.core.errors import BadRequest, PayloadTooLarge
from motorpool.telematics.ingest import times
from motorpool.telematics.ingest.checks import not_numbers
from motorpool.telematics.ingest.records import (
    NO_TIME,
    POSITIONS,
    READINGS,
    Coded,
    Columns,
    Ints,
    Position,
    Problem,
    Reading,
    Series,
)

JSON = "application/json"
MSGPACK = "application/msgpack"
MEDIA = {JSON: JSON, MSGPACK: MSGPACK, "application/x-msgpack": MSGPACK, "application/vnd.msgpack": MSGPACK}


class PositionsBody(msgspec.Struct):
    positions: list[Position]


class ReadingsBody(msgspec.Struct):
    readings: list[Reading]


ITEM: dict[str, type[Position] | type[Reading]] = {POSITIONS.noun: Position, READINGS.noun: Reading}
#: By series, media type and whether the body is a bare array.
DECODERS: dict[tuple[str, str, bool], Any] = {
    (POSITIONS.noun, JSON, False): msgspec.json.Decoder(PositionsBody),
    (POSITIONS.noun, JSON, True): msgspec.json.Decoder(list[Position]),
    (POSITIONS.noun, MSGPACK, False): msgspec.msgpack.Decoder(PositionsBody),
    (POSITIONS.noun, MSGPACK, True): msgspec.msgpack.Decoder(list[Position]),
    (READINGS.noun, JSON, False): msgspec.json.Decoder(ReadingsBody),
    (READINGS.noun, JSON, True): msgspec.json.Decoder(list[Reading]),
    (READINGS.noun, MSGPACK, False): msgspec.msgpack.Decoder(ReadingsBody),
    (READINGS.noun, MSGPACK, True): msgspec.msgpack.Decoder(list[Reading]),
}


def decode(body: bytes, media: str, series: Series, most: int, default_source: str) -> tuple[Columns, int]:
    """The rows of a body and how many items it had, wrong ones included.

    `media` is JSON or MSGPACK. Raises BadRequest when the body as a whole cannot be read, PayloadTooLarge
    when it has more than `most` items.
    """
    try:
        try:
            bare = _is_array(body, media)
            decoded = DECODERS[series.noun, media, bare].decode(body)
            items: Sequence[Any] = decoded if bare else getattr(decoded, series.noun)
            received, index, problems = len(items), np.arange(len(items)), list[Problem]()
        except msgspec.ValidationError:
            untyped = _untyped(body, media, series)
            received = len(untyped)
            _check_size(received, most, series)
            items, index, problems = _one_by_one(untyped, ITEM[series.noun])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"The body is not valid {media.partition('/')[2]}: {error}") from error
    _check_size(received, most, series)
    return columns_of(items, series, default_source, index, problems), received


def _is_array(body: bytes, media: str) -> bool:
    if media == MSGPACK:
        # fixarray, array 16 and array 32 of the msgpack format
        return bool(body) and (0x90 <= body[0] <= 0x9F or body[0] in (0xDC, 0xDD))
    return body[:64].lstrip()[:1] == b"["


def _check_size(received: int, most: int, series: Series) -> None:
    if received > most:
        raise PayloadTooLarge(
            f"{received:,} {series.noun} are too many for one request; send at most {most:,}",
            maximum_items=most,
        )


def _untyped(body: bytes, media: str, series: Series) -> list[Any]:
    module = msgspec.msgpack if media == MSGPACK else msgspec.json
    decoded = module.decode(body)
    if isinstance(decoded, dict):
        decoded = decoded.get(series.noun)
    if not isinstance(decoded, list):
        raise BadRequest(f'The body must be {{"{series.noun}": [...]}} or an array')
    return decoded


def _one_by_one(
    untyped: list[Any], kind: type[msgspec.Struct]
) -> tuple[list[msgspec.Struct], Ints, list[Problem]]:
    """Numbers in quotes, as decimals are written elsewhere in the API, are taken here too."""
    items: list[msgspec.Struct] = []
    index: list[int] = []
    problems: list[Problem] = []
    for place, item in enumerate(untyped):
        try:
            items.append(msgspec.convert(item, kind, strict=False))
            index.append(place)
        except msgspec.ValidationError:
            problems.extend(_field_problems(place, item, kind))
    return items, np.array(index, np.int64), problems


def _field_problems(place: int, item: Any, kind: type[msgspec.Struct]) -> list[Problem]:
    """Every wrong field of one item; at least one, because the item as a whole did not fit."""
    if not isinstance(item, dict):
        return [Problem(place, "", f"must be an object, not {_kind_of(item)}", "wrong_type")]
    problems = []
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name in item:
        if name not in fields:
            shown = str(name)[:60]
            message = f"there is no such field; known are {', '.join(fields)}"
            problems.append(Problem(place, shown, message, "unknown_field"))
    for name, field in fields.items():
        if name not in item:
            if field.required:
                problems.append(Problem(place, name, "is missing", "missing"))
            continue
        try:
            msgspec.convert(item[name], field.type, strict=False)
        except msgspec.ValidationError as error:
            problems.append(Problem(place, name, _plain(str(error)), "wrong_type"))
    return problems or [Problem(place, "", "cannot be read", "wrong_type")]


def _plain(message: str) -> str:
    """msgspec's message without its path, which counts from the field and would mislead."""
    return message.partition(" - at `")[0].replace("Expected", "must be").replace(", got", ", not")


def _kind_of(item: Any) -> str:
    return {"NoneType": "null", "str": "text", "list": "an array", "bool": "true or false"}.get(
        type(item).__name__, "a number"
    )


def columns_of(
    items: Sequence[Any], series: Series, default_source: str, index: Ints, problems: list[Problem]
) -> Columns:
    """Turn structs into columns. A NaN that a sender wrote becomes a problem, because NaN means null from
    here on.
    """
    recorded = times.from_mixed([item.recorded_at for item in items])
    vehicle = Coded.of([item.vehicle for item in items])
    columns = Columns(series, recorded, vehicle, index=index, problems=problems)
    for row in np.flatnonzero(recorded == NO_TIME):
        shown = str(items[int(row)].recorded_at)[:60]
        columns.problems.append(Problem(int(index[row]), "recorded_at", _time_message(shown), "not_a_time"))
    for number in series.numbers:
        values = [getattr(item, number.name) for item in items]
        nulls = values.count(None)
        if nulls == len(values):
            continue
        column = np.array(values, np.float64)
        strange = not_numbers(column, nulls)
        if strange is not None:
            for row in np.flatnonzero(strange):
                if values[row] is not None:
                    problem = Problem(int(index[row]), number.name, "is not a number", "not_a_number")
                    columns.problems.append(problem)
        columns.numbers[number.name] = column
    for name in series.flags:
        flags = [getattr(item, name) for item in items]
        if flags.count(None) < len(flags):
            columns.flags[name] = np.array([-1 if flag is None else flag for flag in flags], np.int8)
    for name in series.texts:
        written = [getattr(item, name) for item in items]
        if written.count(None) < len(written):
            columns.texts[name] = _rendered(written, columns, name)
    if series.has_source:
        sources = [item.source for item in items]
        unnamed = sources.count(None) == len(sources)
        columns.source = (
            Coded.constant(default_source, len(items))
            if unnamed
            else Coded.of([source or default_source for source in sources])
        )
    return columns


def _rendered(values: list[Any], columns: Columns, name: str) -> Any:
    """jsonb and text[] as PostgreSQL reads them."""
    texts = np.full(len(values), None, object)
    for row, value in enumerate(values):
        if value is None:
            continue
        try:
            texts[row] = array_text(value) if isinstance(value, list) else json_text(value)
        except (RecursionError, TypeError, ValueError, msgspec.MsgspecError):
            problem = Problem(int(columns.index[row]), name, "cannot be written as JSON", "wrong_type")
            columns.problems.append(problem)
    return texts


def json_text(value: dict[str, Any]) -> str | None:
    """A JSON object as text, None for an empty one."""
    return msgspec.json.encode(value).decode() if value else None


def array_text(values: Sequence[str]) -> str:
    """A text array as PostgreSQL writes it. An empty one says something: there are no trouble codes."""
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + ",".join(quoted) + "}"


def _time_message(shown: str) -> str:
    return (
        f"{shown!r} is not a time with its offset; "
        "write 2026-05-21T07:30:00Z or seconds or milliseconds since 1970"
    )
