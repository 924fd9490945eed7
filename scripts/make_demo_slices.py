"""Make the data of the demonstration fleet from two public recordings.

    python scripts/make_demo_slices.py --cabs sf_cabs_week.csv.gz --drives polidriving.csv.gz --out
    src/motorpool/demo/data

Inputs (CSV, plain or gzipped, with a header):

* cabs: `vehicle,epoch,latitude,longitude` in any order of rows; epoch in seconds UTC. The Cabspotting
recording
  (CRAWDAD epfl/mobility), some days of it.
* drives:
`session,date_local,time,speed,rpm,throttle_position,engine_temperature,system_voltage,engine_load_value,
  altitude,latitude,longitude,id_vehicle`, one row a second; time without zone. The OBD-II drives of
  POLIDriving.

Of each cab it keeps 24 hours, chosen so that the cab stands at the end where it stood at the beginning:
repeated every day, the recording has no leap. Of the drives, which are round trips, it keeps every fifth
second.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from motorpool.telematics.rules.track import haversine

DAY_S = 86_400
#: A day may begin after a silence of at least this long, in seconds.
PAUSE_S = 300
#: Beginning and end of a day that are closer than this, in metres, are the same place.
SAME_PLACE_M = 200.0
#: Cabs without a day that ends this near to its beginning, in metres, are left out.
LARGEST_LEAP_M = 1000.0
DRIVE_STEP_S = 5
CAB_COLUMNS = ("recorded_at", "latitude_e5", "longitude_e5")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cabs", type=Path, required=True, help="recording of the cabs")
    parser.add_argument("--drives", type=Path, required=True, help="recording of the OBD drives")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--begin", default="2008-05-22T06:00", help="days of cabs begin at or after this (UTC)"
    )
    parser.add_argument("--end", default="2008-05-26T12:00", help="and at or before this (UTC)")
    options = parser.parse_args()
    begin, end = (
        datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for text in (options.begin, options.end)
    )
    write(options.out / "sf_cabs_day.parquet", cab_days(read(options.cabs), int(begin), int(end)))
    write(options.out / "polidriving.parquet", drives(read(options.drives)))


def read(path: Path) -> pa.Table:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return csv.read_csv(file)


def write(path: Path, table: pa.Table) -> None:
    """Sorted rows with small differences: delta encoding, then Zstandard."""
    encoding = {name: "DELTA_BINARY_PACKED" for name in table.column_names if table[name].type == pa.int32()}
    parquet.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in table.column_names if name not in encoding],
        column_encoding=encoding,
        write_statistics=False,
        store_schema=False,
    )
    sys.stdout.write(f"{path}: {table.num_rows:,} rows, {path.stat().st_size / 1e6:.2f} MB\n")


def cab_days(table: pa.Table, begin: int, end: int) -> pa.Table:
    """24 hours of each cab, by cab and time; cabs are numbered in the order of their names."""
    names = np.asarray(table["vehicle"].to_pylist())
    t = table["epoch"].to_numpy()
    lat, lng = table["latitude"].to_numpy(), table["longitude"].to_numpy()
    parts = []
    for number, name in enumerate(sorted(set(names.tolist()))):
        own = np.flatnonzero(names == name)
        own = own[np.argsort(t[own], kind="stable")]
        first, last = best_day(t[own], lat[own], lng[own], begin, end)
        chosen = own[first:last]
        if len(chosen):
            parts.append((np.full(len(chosen), number), t[chosen], lat[chosen], lng[chosen]))
    cab, when, north, east = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pa.table(
        {
            "cab": pa.array(cab, pa.int32()),
            "recorded_at": pa.array(when, pa.int32()),
            "latitude_e5": pa.array(np.rint(north * 1e5), pa.int32()),
            "longitude_e5": pa.array(np.rint(east * 1e5), pa.int32()),
        }
    )


def best_day(t: np.ndarray, lat: np.ndarray, lng: np.ndarray, begin: int, end: int) -> tuple[int, int]:
    """The day with the most fixes of those that end where they begin; else the one that ends nearest; else
    nothing (0, 0).
    """
    best, found = (False, -LARGEST_LEAP_M), (0, 0)
    for first in np.flatnonzero(np.diff(t) >= PAUSE_S) + 1:
        last = int(np.searchsorted(t, t[first] + DAY_S))
        if not begin <= t[first] <= end or last - first < 2:
            continue
        apart = float(haversine(lat[first], lng[first], lat[last - 1], lng[last - 1]))
        same = apart < SAME_PLACE_M
        merit = (same, float(last - first) if same else -apart)
        if merit > best:
            best, found = merit, (int(first), last)
    return found


def drives(table: pa.Table) -> pa.Table:
    """Every fifth second of each drive; `second` counts from its first row."""
    session = np.asarray(table["session"].to_pylist())
    clock = np.asarray(
        [f"{day}T{time}" for day, time in zip(table["date_local"], table["time"], strict=True)]
    )
    t = clock.astype("datetime64[s]").astype(np.int64)
    columns: dict[str, list[np.ndarray]] = {}
    for number, name in enumerate(sorted(set(session.tolist()))):
        own = np.flatnonzero(session == name)
        own = own[np.argsort(t[own], kind="stable")]
        second = t[own] - t[own[0]]
        _, keep = np.unique(second // DRIVE_STEP_S, return_index=True)
        own, second = own[keep], second[keep]
        columns.setdefault("drive", []).append(np.full(len(own), number))
        columns.setdefault("car", []).append(table["id_vehicle"].to_numpy()[own])
        columns.setdefault("second", []).append(second)
        for target, source, scale in (
            ("latitude_e6", "latitude", 1e6),
            ("longitude_e6", "longitude", 1e6),
            ("altitude_m", "altitude", 1),
            ("speed_kph", "speed", 1),
            ("rpm", "rpm", 1),
            ("throttle_percent", "throttle_position", 1),
            ("coolant_c", "engine_temperature", 1),
            ("decivolts", "system_voltage", 10),
            ("load_percent", "engine_load_value", 1),
        ):
            columns.setdefault(target, []).append(table[source].to_numpy()[own] * scale)
    return pa.table({name: _whole(np.concatenate(parts)) for name, parts in columns.items()})


def _whole(values: np.ndarray) -> pa.Array:
    """Rounded; NaN becomes null."""
    known = np.isfinite(values)
    return pa.array(np.rint(np.where(known, values, 0)).astype(np.int32), pa.int32(), mask=~known)


if __name__ == "__main__":
    main()
