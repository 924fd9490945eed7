"""The recordings as a day that repeats for ever.

Each fix has a phase: its place in the day, in seconds after midnight UTC. A cab's 24 hours were chosen so
that it stands at the end where it stood at the beginning, and the drives with an engine computer are round
trips, so that a day can follow itself without a leap. Nothing but the date is changed: a fix recorded at
14:03:20 is sent at 14:03:20. The drives are repeated during the day, with the engine off in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from motorpool.demo.engine import make_readings
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Coded, Columns, Series

DAY_S = 86_400
SOURCE = "demo"
#: When the drives of a car begin within its cycle, in seconds, and how long the cycle is; cycles divide the
#: day.
CYCLES: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {
    1: (3 * 3600, ((0, 0),)),
    2: (6 * 3600, ((1, 0), (2, 4 * 3600))),
    3: (3 * 3600, ((3, 1800),)),
    4: (2 * 3600, ((4, 0),)),
}
FIRST_CAB = 101

Floats = NDArray[np.float64]


def cab_number(cab: int) -> str:
    return f"Cab {FIRST_CAB + cab}"


def car_number(car: int) -> str:
    return f"OBD {car}"


@dataclass(frozen=True)
class DaySeries:
    """One series of the day, by phase (seconds after midnight UTC)."""

    series: Series
    phase: NDArray[np.int64]
    #: Index into `numbers_of`.
    vehicle: NDArray[np.int32]
    numbers_of: list[str]
    values: dict[str, Floats]
    flags: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    texts: dict[str, NDArray[np.object_]] = field(default_factory=dict)

    def between(self, after: int, until: int) -> Columns:
        """What happens later than `after` and not later than `until` (epoch seconds), in order of time."""
        when, rows = [], []
        for day in range(after // DAY_S, until // DAY_S + 1):
            first, last = np.searchsorted(self.phase, (after - day * DAY_S + 1, until - day * DAY_S + 1))
            rows.append(np.arange(first, last))
            when.append(self.phase[first:last] + day * DAY_S)
        chosen = np.concatenate(rows) if rows else np.empty(0, np.intp)
        times = np.concatenate(when) if when else np.empty(0, np.int64)
        return Columns(
            series=self.series,
            recorded_at=times.astype(np.int64) * 1_000_000,
            vehicle=Coded(self.vehicle[chosen], self.numbers_of),
            numbers={name: column[chosen] for name, column in self.values.items()},
            flags={name: column[chosen] for name, column in self.flags.items()},
            texts={name: column[chosen] for name, column in self.texts.items()},
            source=Coded.constant(SOURCE, len(chosen)) if self.series.has_source else None,
        )


@dataclass(frozen=True)
class Recording:
    cabs: DaySeries
    cars: DaySeries
    readings: DaySeries
    #: Made up, see `engine`.
    engines: DaySeries

    @property
    def cab_numbers(self) -> list[str]:
        return self.cabs.numbers_of

    @property
    def car_numbers(self) -> list[str]:
        return self.cars.numbers_of


@cache
def load_recording() -> Recording:
    """Read the files that come with the program; about 10 MB in memory."""
    cabs = _table("sf_cabs_day.parquet")
    present = np.unique(cabs["cab"])
    cab_series = _series(
        POSITIONS,
        cabs["recorded_at"].astype(np.int64) % DAY_S,
        np.searchsorted(present, cabs["cab"]).astype(np.int32),
        [cab_number(int(cab)) for cab in present],
        {"latitude": cabs["latitude_e5"] / 1e5, "longitude": cabs["longitude_e5"] / 1e5},
    )
    drives = _table("polidriving.parquet")
    rows, phase, car = _repeated(drives)
    numbers = [car_number(one) for one in sorted(CYCLES)]
    places = {
        "latitude": drives["latitude_e6"] / 1e6,
        "longitude": drives["longitude_e6"] / 1e6,
        "altitude": drives["altitude_m"],
        "speed": drives["speed_kph"],
    }
    engine = {
        "rpm": drives["rpm"],
        "speed": drives["speed_kph"],
        "engine_load": drives["load_percent"],
        "coolant_temp": drives["coolant_c"],
        "throttle_position": drives["throttle_percent"],
        "battery_voltage": drives["decivolts"] / 10,
    }
    said = ~np.isnan(engine["rpm"][rows])
    return Recording(
        cab_series,
        _series(POSITIONS, phase, car, numbers, {name: column[rows] for name, column in places.items()}),
        _series(
            READINGS,
            phase[said],
            car[said],
            numbers,
            {name: column[rows][said] for name, column in engine.items()},
        ),
        _engines(cab_series),
    )


def _engines(cabs: DaySeries) -> DaySeries:
    places = cabs.values["latitude"], cabs.values["longitude"]
    made = make_readings(cabs.phase, cabs.vehicle, cabs.numbers_of, *places)
    order = np.argsort(made.phase, kind="stable")
    return DaySeries(
        READINGS,
        made.phase[order],
        made.vehicle[order],
        cabs.numbers_of,
        {name: column[order] for name, column in made.values.items()},
        {name: column[order] for name, column in made.flags.items()},
        {"dtc_codes": made.codes[order]},
    )


def _table(name: str) -> dict[str, Floats]:
    """The columns of a file; null becomes NaN."""
    path = resources.files("motorpool.demo") / "data" / name
    with resources.as_file(path) as file:
        table = parquet.read_table(file)
    return {name: np.asarray(table[name].to_numpy(), np.float64) for name in table.column_names}


def _repeated(drives: dict[str, Floats]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Row, phase and car of every fix that the cars send in a day."""
    rows, phases, cars = [], [], []
    for place, car in enumerate(sorted(CYCLES)):
        cycle, plan = CYCLES[car]
        for drive, begin in plan:
            own = np.flatnonzero(drives["drive"] == drive)
            for start in range(begin, DAY_S, cycle):
                rows.append(own)
                phases.append((start + drives["second"][own].astype(np.int64)) % DAY_S)
                cars.append(np.full(len(own), place, np.int32))
    return np.concatenate(rows), np.concatenate(phases), np.concatenate(cars)


def _series(
    series: Series,
    phase: NDArray[Any],
    vehicle: NDArray[Any],
    numbers_of: list[str],
    values: dict[str, Floats],
) -> DaySeries:
    order = np.argsort(phase, kind="stable")
    return DaySeries(
        series,
        np.asarray(phase[order], np.int64),
        np.asarray(vehicle[order], np.int32),
        numbers_of,
        {name: np.asarray(column[order], np.float64) for name, column in values.items()},
    )
