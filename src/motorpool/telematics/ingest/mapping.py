"""From a file's columns to ours: `--map ours=theirs`, and the values of each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from motorpool.core.errors import Invalid
from motorpool.telematics.ingest import times
from motorpool.telematics.ingest.decoding import array_text
from motorpool.telematics.ingest.records import NO_TIME, Coded, Columns, Flags, Floats, Ints, Problem, Series

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$"
TRUE, FALSE = ("true", "1", "yes", "on", "t", "y"), ("false", "0", "no", "off", "f", "n")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which columns of a file make each of ours; several are joined by a blank (a date and a time)."""

    series: Series
    theirs: dict[str, tuple[str, ...]]
    #: The vehicle of every row, for files of one vehicle.
    vehicle: str | None = None
    source: str = "import"
    zone: ZoneInfo | None = None
    wanted: list[str] = field(default_factory=list)

    def columns(self, chunk: pa.RecordBatch, first: int) -> Columns:
        """One chunk of the file as columns; `first` is the place of its first row in the file."""
        index = np.arange(first, first + chunk.num_rows, dtype=np.int64)
        problems: list[Problem] = []
        reader = _Reader(chunk, index, problems)
        vehicle = (
            Coded.constant(self.vehicle, chunk.num_rows)
            if self.vehicle is not None
            else reader.coded("vehicle", self.theirs["vehicle"])
        )
        columns = Columns(
            self.series,
            reader.times(self.theirs["recorded_at"], self.zone),
            vehicle,
            index=index,
            problems=problems,
        )
        for number in self.series.numbers:
            if number.name in self.theirs:
                columns.numbers[number.name] = reader.numbers(number.name, self.theirs[number.name])
        for name in self.series.flags:
            if name in self.theirs:
                columns.flags[name] = reader.flags(name, self.theirs[name])
        for name in self.series.texts:
            if name in self.theirs:
                columns.texts[name] = reader.texts(name, self.theirs[name])
        if self.series.has_source:
            columns.source = self._source(reader, chunk.num_rows)
        return columns

    def _source(self, reader: _Reader, count: int) -> Coded:
        if "source" not in self.theirs:
            return Coded.constant(self.source, count)
        coded = reader.coded("source", self.theirs["source"])
        if (coded.codes < 0).any():
            return Coded(
                np.where(coded.codes < 0, len(coded.values), coded.codes), [*coded.values, self.source]
            )
        return coded


def make_mapping(
    series: Series,
    names: Sequence[str],
    pairs: dict[str, str],
    *,
    vehicle: str | None = None,
    source: str = "import",
    zone: ZoneInfo | None = None,
) -> Mapping:
    """Match a file's columns with ours: first as `pairs` (ours to theirs) say, then by equal names.

    Raises Invalid that names what is missing and what there is.
    """
    ours = ("vehicle", *series.columns)
    theirs: dict[str, tuple[str, ...]] = {name: (name,) for name in ours if name in names}
    for name, given in pairs.items():
        if name not in ours:
            raise Invalid(
                f"--map {name}={given}: there is no column {name} in {series.table}; known are {', '.join(ours)}"
            )
        parts = (given,) if given in names else tuple(part.strip() for part in given.split("+"))
        for part in parts:
            if part not in names:
                raise Invalid(
                    f"--map {name}={given}: the file has no column {part!r}; it has {', '.join(names)}"
                )
        theirs[name] = parts
    if vehicle is not None:
        theirs.pop("vehicle", None)
    required = [
        "recorded_at",
        *(n.name for n in series.numbers if n.required),
        *(["vehicle"] if vehicle is None else []),
    ]
    if missing := [name for name in required if name not in theirs]:
        raise Invalid(
            f"The file has no column for {', '.join(missing)}; it has {', '.join(names)}. "
            f"Say which one it is with --map {missing[0]}=THEIRS"
            + (" or name the vehicle of all rows with --vehicle" if "vehicle" in missing else "")
        )
    wanted = list(dict.fromkeys(part for parts in theirs.values() for part in parts))
    return Mapping(series, theirs, vehicle, source, zone, wanted)


class _Reader:
    """Values of one chunk. What cannot be read becomes null and a problem."""

    def __init__(self, chunk: pa.RecordBatch, index: Ints, problems: list[Problem]) -> None:
        self._chunk, self._index, self._problems = chunk, index, problems

    def _problem(self, row: int, name: str, message: str) -> None:
        self._problems.append(Problem(int(self._index[row]), name, message, "wrong_type"))

    def _column(self, name: str, parts: Sequence[str]) -> pa.Array:
        """A column in its own type, bytes as text."""
        arrays = [self._as_text(self._chunk.column(part), name) for part in parts]
        if len(arrays) == 1:
            return arrays[0]
        return pc.binary_join_element_wise(*(pc.cast(array, pa.string()) for array in arrays), " ")

    def _as_text(self, array: pa.Array, name: str) -> pa.Array:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if not (pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type)):
            return array
        try:
            return pc.cast(array, pa.string())
        except pa.ArrowInvalid:
            texts: list[str | None] = []
            for row, value in enumerate(array.to_pylist()):
                try:
                    texts.append(None if value is None else value.decode())
                except UnicodeDecodeError:
                    texts.append(None)
                    self._problem(row, name, "is not UTF-8 text")
            return pa.array(texts, pa.string())

    def times(self, parts: Sequence[str], zone: ZoneInfo | None) -> Ints:
        array = self._column("recorded_at", parts)
        if pa.types.is_timestamp(array.type):
            whole = pc.cast(array, pa.timestamp("us", array.type.tz), safe=False)
            micros: Ints = pc.fill_null(pc.cast(whole, pa.int64()), NO_TIME).to_numpy(zero_copy_only=False)
            if array.type.tz is not None:
                return micros
            if zone is None:
                raise no_zone(str(array[0]))
            return times.from_local(micros, zone)
        if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
            return times.from_epoch(pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False))
        array = pc.cast(array, pa.string())
        micros = times.from_texts(array, zone)
        if zone is None and len(micros) and (micros == NO_TIME).all():
            sample = next((text for text in array.to_pylist() if text), "")
            if times.from_text(sample, ZoneInfo("UTC")) != NO_TIME:
                raise no_zone(sample)
        return micros

    def coded(self, name: str, parts: Sequence[str]) -> Coded:
        array = pc.utf8_trim_whitespace(pc.cast(self._column(name, parts), pa.string()))
        encoded = array.dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return Coded(codes.astype(np.int32), encoded.dictionary.to_pylist())

    def numbers(self, name: str, parts: Sequence[str]) -> Floats:
        array = self._column(name, parts)
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            try:
                array = pc.cast(array, pa.float64())
            except pa.ArrowInvalid:
                fits = pc.match_substring_regex(array, NUMBER)
                for row in np.flatnonzero(pc.invert(pc.fill_null(fits, True)).to_numpy(zero_copy_only=False)):
                    self._problem(int(row), name, f"is not a number: {str(array[int(row)])[:60]!r}")
                array = pc.if_else(pc.fill_null(fits, False), array, pa.scalar(None, pa.string()))
                array = pc.cast(pc.utf8_trim_whitespace(array), pa.float64())
        values: Floats = pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return values

    def flags(self, name: str, parts: Sequence[str]) -> Flags:
        array = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(self._column(name, parts), pa.string())))
        flags = np.full(len(array), -1, np.int8)
        for row, text in enumerate(array.to_pylist()):
            if text in TRUE or text in FALSE:
                flags[row] = text in TRUE
            elif text is not None:
                self._problem(row, name, f"must be true or false, not {text[:60]!r}")
        return flags

    def texts(self, name: str, parts: Sequence[str]) -> Any:
        """jsonb (`attributes`, an object) or text[] (`dtc_codes`, divided by blanks or punctuation)."""
        texts = np.full(len(self._index), None, object)
        for row, value in enumerate(self._column(name, parts).to_pylist()):
            if value is None:
                continue
            if name == "attributes":
                try:
                    decoded = msgspec.json.decode(value) if isinstance(value, str | bytes) else value
                    if not isinstance(decoded, dict):
                        raise TypeError
                    texts[row] = msgspec.json.encode(decoded).decode()
                except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
                    self._problem(row, name, "must be a JSON object")
            else:
                codes = (
                    value
                    if isinstance(value, list)
                    else [part for part in re.split(r"[\s,;|]+", str(value)) if part]
                )
                if codes or isinstance(value, list):
                    texts[row] = array_text([str(code) for code in codes])
        return texts


def no_zone(sample: str) -> Invalid:
    return Invalid(
        f"The times ({sample}) do not say their time zone; add --time-zone, for example --time-zone America/Guayaquil"
    )
