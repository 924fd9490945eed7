"""The two series as they travel through ingest: column by column, because a Python object per value would
cost more than PostgreSQL does.

`Columns` is what a decoder hands over, nothing of it checked. `Batch` is what the pipeline writes: every
value fits its column and every vehicle belongs to the tenant. `checks.check` and `vehicles.VehicleDirectory`
lead from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

#: A time that could not be read.
NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric column: the least and greatest value that make sense, and the decimals that its column
    keeps.
    """

    name: str
    low: float
    high: float
    unit: str
    decimals: int | None = 2
    required: bool = False

    @property
    def whole(self) -> bool:
        return self.decimals == 0


@dataclass(frozen=True, slots=True)
class Series:
    """One table of the time series and how its rows are told apart."""

    table: str
    #: What the rows are called in messages and bodies.
    noun: str
    numbers: tuple[Number, ...]
    flags: tuple[str, ...] = ()
    #: Free text columns; their values are checked for length and NUL.
    texts: tuple[str, ...] = ()
    #: Whether the table has the columns `source` and `device_id`, and `source` is part of the key.
    has_source: bool = False

    @property
    def permission(self) -> str:
        return f"{self.table}.create"

    @property
    def conflict_key(self) -> str:
        return "tenant_id, vehicle_id, recorded_at" + (", source" if self.has_source else "")

    @property
    def columns(self) -> tuple[str, ...]:
        """What a sender may give, besides `vehicle`."""
        named = (number.name for number in self.numbers)
        return ("recorded_at", *named, *self.flags, *self.texts, *(("source",) if self.has_source else ()))


# Bounds are those of the numeric columns where they are tighter than physics.
POSITIONS = Series(
    "vehicle_locations",
    "positions",
    (
        Number("latitude", -90, 90, "degrees", 8, required=True),
        Number("longitude", -180, 180, "degrees", 8, required=True),
        Number("altitude", -12_000, 100_000, "m"),
        Number("speed", 0, 2_000, "km/h"),
        Number("heading", 0, 360, "degrees"),
        Number("accuracy", 0, 9_999.99, "m"),
        Number("odometer_m", 0, 1e10, "m", None),
    ),
    flags=("ignition",),
    texts=("attributes",),
    has_source=True,
)
READINGS = Series(
    "obd_telemetry",
    "readings",
    (
        Number("rpm", 0, 20_000, "1/min", 0),
        Number("speed", 0, 1_000, "km/h", 0),
        Number("engine_load", 0, 100, "%"),
        Number("coolant_temp", -60, 300, "°C", 0),
        Number("fuel_level", 0, 100, "%"),
        Number("throttle_position", 0, 100, "%"),
        Number("intake_air_temp", -60, 300, "°C", 0),
        Number("maf_rate", 0, 999_999.99, "g/s"),
        Number("battery_voltage", 0, 99.99, "V"),
        Number("fuel_pressure", 0, 9_999.99, "kPa"),
        Number("odometer", 0, 10_000_000, "km", 0),
        Number("fuel_volume", 0, 999_999.99, "L"),
        Number("fuel_rate", 0, 9_999.99, "L/h"),
        Number("fuel_used", 0, 99_999_999.99, "L"),
        Number("state_of_charge", 0, 100, "%"),
    ),
    flags=("mil_on",),
    texts=("dtc_codes",),
)


class Position(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One position fix as a program sends it."""

    vehicle: str
    recorded_at: str | int | float
    latitude: float
    longitude: float
    altitude: float | None = None
    speed: float | None = None
    heading: float | None = None
    accuracy: float | None = None
    odometer_m: float | None = None
    ignition: bool | None = None
    source: str | None = None
    attributes: dict[str, Any] | None = None


class Reading(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One reading of the engine computer as a program sends it."""

    vehicle: str
    recorded_at: str | int | float
    rpm: float | None = None
    speed: float | None = None
    engine_load: float | None = None
    coolant_temp: float | None = None
    fuel_level: float | None = None
    throttle_position: float | None = None
    intake_air_temp: float | None = None
    maf_rate: float | None = None
    battery_voltage: float | None = None
    fuel_pressure: float | None = None
    odometer: float | None = None
    fuel_volume: float | None = None
    fuel_rate: float | None = None
    fuel_used: float | None = None
    state_of_charge: float | None = None
    mil_on: bool | None = None
    dtc_codes: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row was not taken. `index` counts from 0 in what the sender gave."""

    index: int
    field: str
    message: str
    code: str


@dataclass(slots=True)
class Coded:
    """A text column with few different values: `values[codes[row]]`, code -1 for null."""

    codes: Codes
    values: list[str]

    @classmethod
    def constant(cls, value: str, count: int) -> Coded:
        return cls(np.zeros(count, np.int32), [value])

    @classmethod
    def of(cls, items: Sequence[str | None]) -> Coded:
        known: dict[str, int] = {}
        codes = [-1 if item is None else known.setdefault(item, len(known)) for item in items]
        return cls(np.array(codes, np.int32), list(known))

    def take(self, rows: Any) -> Coded:
        return Coded(self.codes[rows], self.values)


@dataclass(slots=True)
class Columns:
    """Rows of a series as somebody sent them. An absent column is null in every row."""

    series: Series
    #: Microseconds since 1970 UTC; NO_TIME where `problems` says why.
    recorded_at: Ints
    vehicle: Coded
    #: NaN is null; a NaN that the sender wrote is already among the problems.
    numbers: dict[str, Floats] = field(default_factory=dict)
    #: 0, 1, or -1 for null.
    flags: dict[str, Flags] = field(default_factory=dict)
    texts: dict[str, Objects] = field(default_factory=dict)
    source: Coded | None = None
    #: Place of each row in what the sender gave.
    index: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.recorded_at)


@dataclass(slots=True)
class Batch:
    """Rows of one tenant and series that can be written as they are."""

    series: Series
    tenant_id: UUID
    recorded_at: Ints
    vehicle_id: Coded
    numbers: dict[str, Floats] = field(default_factory=dict)
    flags: dict[str, Flags] = field(default_factory=dict)
    texts: dict[str, Objects] = field(default_factory=dict)
    source: Coded | None = None
    device_id: Coded | None = None
    #: Alarms and harsh events that came with the rows, or alone; see `ingest.happenings`.
    happenings: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.recorded_at)

    @property
    def nbytes(self) -> int:
        """Roughly what the batch occupies in memory."""
        fixed = len(self) * (24 + 8 * len(self.numbers) + len(self.flags)) + 300 * len(self.happenings)
        return fixed + sum(
            60 + len(text) for column in self.texts.values() for text in column if text is not None
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch, counted exactly: `accepted` rows are new and committed."""

    accepted: int = 0
    duplicates: int = 0

    def __add__(self, other: Receipt) -> Receipt:
        return Receipt(self.accepted + other.accepted, self.duplicates + other.duplicates)
