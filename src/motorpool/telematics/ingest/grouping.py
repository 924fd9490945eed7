"""Many batches into what one transaction writes: per tenant and series, sorted, duplicates inside the group
removed.

Pure. Rows are ordered by vehicle, time and source, so that writers that meet at the same rows lock them in
one order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from motorpool.telematics.ingest.records import Batch, Coded, Codes, Floats, Ints, Mask, Series

CSV = csv.WriteOptions(include_header=False, batch_size=4096)


@dataclass(slots=True)
class Group:
    """Rows of one tenant and series, each key once, and which batch each row came from."""

    series: Series
    tenant_id: UUID
    columns: list[str]
    arrays: list[pa.Array]
    times: Ints
    vehicles: Coded
    #: Position, in the list given to `group_batches`, of the batch of each row.
    origin: Codes
    #: Per batch of that list: rows dropped because the group already had their key.
    repeated: Ints
    numbers: dict[str, Floats]
    source: Coded | None
    device_id: Coded | None

    def __len__(self) -> int:
        return len(self.times)

    def months(self) -> Iterator[tuple[str, Any]]:
        """Each month (`2026-05`) with the rows that fall in it."""
        months = self.times.astype("datetime64[us]").astype("datetime64[M]")
        if months.min() == months.max():
            yield str(months[0]), slice(None)
            return
        for month in np.unique(months):
            yield str(month), np.flatnonzero(months == month)

    def copy_text(self, rows: Any = slice(None), *, numbered: bool = False) -> bytes:
        """The rows as COPY reads them in CSV format; with `numbered` their row number goes first."""
        arrays = self.arrays
        if not isinstance(rows, slice):
            chosen = pa.array(rows, pa.int64())
            arrays = [array.take(chosen) for array in arrays]
        names = self.columns
        if numbered:
            arrays = [pa.array(np.arange(len(self), dtype=np.int32)), *arrays]
            names = ["n", *names]
        sink = pa.BufferOutputStream()
        csv.write_csv(pa.RecordBatch.from_arrays(arrays, names=names), sink, CSV)
        text: bytes = sink.getvalue().to_pybytes()
        return text

    def first_and_last(self, new: Mask | None) -> tuple[Ints, Ints]:
        """Row numbers of the earliest and of the latest new row of each vehicle; `new` None means all are."""
        rows = np.arange(len(self)) if new is None else np.flatnonzero(new)
        vehicle = self.vehicles.codes[rows]
        change = np.flatnonzero(np.diff(vehicle)) + 1
        return rows[np.concatenate(([0], change))], rows[np.concatenate((change - 1, [len(rows) - 1]))]


def group_batches(batches: Sequence[Batch]) -> list[Group]:
    """Groups ordered by tenant and series; `repeated` of each is as long as `batches`."""
    members: dict[tuple[bytes, str], list[int]] = {}
    for place, batch in enumerate(batches):
        if len(batch):
            members.setdefault((batch.tenant_id.bytes, batch.series.table), []).append(place)
    return [_group(batches, members[key]) for key in sorted(members)]


def _group(batches: Sequence[Batch], places: list[int]) -> Group:
    chosen = [batches[place] for place in places]
    series = chosen[0].series
    lengths = [len(batch) for batch in chosen]
    sized = list(zip(chosen, lengths, strict=True))
    times = np.concatenate([batch.recorded_at for batch in chosen])
    vehicles = _joined([batch.vehicle_id for batch in chosen], lengths)
    source = _joined([batch.source for batch in chosen], lengths) if series.has_source else None
    devices = _joined([batch.device_id for batch in chosen], lengths) if series.has_source else None
    origin = np.repeat(np.array(places, np.int32), lengths)

    keys = [times, vehicles.codes] if source is None else [source.codes, times, vehicles.codes]
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), bool)
    for key in keys:
        ordered = key[order]
        same &= ordered[1:] == ordered[:-1]
    keep = np.concatenate(([True], ~same))
    repeated = np.bincount(origin[order[~keep]], minlength=len(batches)).astype(np.int64)
    rows = order[keep]

    numbers: dict[str, Floats] = {}
    columns: dict[str, pa.Array] = {
        "vehicle_id": _coded_array(vehicles.take(rows)),
        "recorded_at": pa.array(times[rows], pa.timestamp("us")),
    }
    for number in series.numbers:
        if any(number.name in batch.numbers for batch in chosen):
            values = [_or_full(b.numbers.get(number.name), n, np.nan) for b, n in sized]
            numbers[number.name] = np.concatenate(values)[rows]
            array = pa.array(numbers[number.name], from_pandas=True)
            columns[number.name] = array.cast(pa.int64()) if number.whole else array
    for name in series.flags:
        if any(name in batch.flags for batch in chosen):
            flags = np.concatenate([_or_full(b.flags.get(name), n, np.int8(-1)) for b, n in sized])[rows]
            columns[name] = pa.array(flags == 1, mask=flags < 0)
    for name in series.texts:
        if any(name in batch.texts for batch in chosen):
            texts = np.concatenate([_or_full(b.texts.get(name), n, None) for b, n in sized])[rows]
            columns[name] = pa.array(texts, pa.string())
    if source is not None:
        source = source.take(rows)
        columns["source"] = _coded_array(source)
    if devices is not None:
        devices = devices.take(rows)
        if devices.values:
            columns["device_id"] = _coded_array(devices)
    return Group(
        series,
        chosen[0].tenant_id,
        list(columns),
        list(columns.values()),
        times[rows],
        vehicles.take(rows),
        origin[rows],
        repeated,
        numbers,
        source,
        devices,
    )


def _or_full(values: Any, count: int, empty: Any) -> Any:
    return np.full(count, empty) if values is None else values


def _joined(parts: Sequence[Coded | None], lengths: Sequence[int]) -> Coded:
    """One column of several; its values are sorted, so that the order of codes is the order of values."""
    values = sorted({value for part in parts if part is not None for value in part.values})
    place = {value: code for code, value in enumerate(values)}
    codes = []
    for part, length in zip(parts, lengths, strict=True):
        if part is None:
            codes.append(np.full(length, -1, np.int32))
        else:
            # The extra last entry is what code -1 finds: null stays null.
            codes.append(np.array([*(place[value] for value in part.values), -1], np.int32)[part.codes])
    return Coded(np.concatenate(codes), values)


def _coded_array(coded: Coded) -> pa.Array:
    codes = pa.array(coded.codes, mask=coded.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(coded.values, pa.string()))
