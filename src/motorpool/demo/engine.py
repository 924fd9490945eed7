"""Engine readings of some cabs, MADE UP for the demonstration: the recording of the cabs has none, and that of the test drives
neither fuel nor trouble codes. Each reading goes with a recorded fix and repeats every day like it; places, times and
speeds between the fixes are real, what the engine says is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from motorpool.telematics.ingest.decoding import array_text
from motorpool.telematics.rules.track import haversine

Floats = NDArray[np.float64]
HOUR_S = 3600


@dataclass(frozen=True)
class Cab:
    """What is made up for a cab. `codes`: trouble codes and the hours of the day (UTC) in which they are carried."""

    fuel_type: str = "gasoline"
    tank_liters: float | None = 60.0
    battery_kwh: float | None = None
    #: Litres, or kWh of the traction battery, for 100 km.
    per_100km: float = 9.0
    #: Where the level of the day begins, percent.
    level: float = 74.0
    volts: float = 14.1
    codes: tuple[tuple[str, int, int], ...] = ()
    #: Percent of the tank that are gone after the longest pause without filling up.
    stolen: float = 0.0
    #: Make, model and year, where they are not those of the other cabs.
    model: tuple[str, str, int] | None = None


CABS = {
    "Cab 102": Cab(codes=(("P0301", 5, 13), ("P0171", 6, 13))),
    "Cab 104": Cab(codes=(("P0420", 0, 24),), tank_liters=65.0),
    "Cab 108": Cab(stolen=15.0, volts=14.0),
    "Cab 110": Cab(
        fuel_type="electric",
        tank_liters=None,
        battery_kwh=82.0,
        per_100km=17.0,
        level=80.0,
        model=("Tesla", "Model 3", 2019),
    ),
    "Cab 111": Cab(codes=(("P0457", 18, 24), ("P0455", 0, 2)), volts=12.6),
}
_FACTS = """
UPDATE vehicles v SET fuel_type = w.fuel_type, tank_capacity_liters = w.tank, battery_capacity_kwh = w.battery,
                      make = w.make, model = w.model, model_year = w.year
FROM unnest(%(numbers)s::text[], %(fuels)s::text[], %(tanks)s::float8[], %(batteries)s::float8[], %(makes)s::text[],
            %(models)s::text[], %(years)s::int4[]) AS w (number, fuel_type, tank, battery, make, model, year)
WHERE v.tenant_id = %(tenant)s AND v.vehicle_number = w.number
"""


@dataclass(frozen=True, eq=False)
class Made:
    """Readings by phase: columns of equal length; `codes` as PostgreSQL writes arrays."""

    phase: NDArray[np.int64]
    vehicle: NDArray[np.int32]
    values: dict[str, Floats]
    flags: dict[str, NDArray[np.int8]]
    codes: NDArray[np.object_]


def make_readings(
    phase: NDArray[np.int64],
    vehicle: NDArray[np.int32],
    numbers: list[str],
    latitude: Floats,
    longitude: Floats,
) -> Made:
    """Readings at the fixes of CABS; `numbers`: of the vehicles, by their place in `vehicle`."""
    parts = []
    for number, cab in CABS.items():
        own = np.flatnonzero(vehicle == numbers.index(number))
        parts.append((own, _readings(cab, phase[own], latitude[own], longitude[own])))
    rows = np.concatenate([own for own, _ in parts])
    names = parts[0][1][0]
    return Made(
        phase[rows],
        vehicle[rows],
        {name: np.concatenate([values[name] for _, (values, _, _) in parts]) for name in names},
        {"mil_on": np.concatenate([lamp for _, (_, lamp, _) in parts])},
        np.concatenate([codes for _, (_, _, codes) in parts]),
    )


def _readings(
    cab: Cab, phase: NDArray[np.int64], latitude: Floats, longitude: Floats
) -> tuple[dict[str, Floats], NDArray[np.int8], NDArray[np.object_]]:
    dice = np.random.default_rng(len(phase))
    n = len(phase)
    metres = np.concatenate(([0.0], haversine(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])))
    seconds = np.concatenate(([60.0], np.diff(phase))).astype(float)
    kph = np.minimum(metres / np.maximum(seconds, 1) * 3.6, 110)
    electric = cab.battery_kwh is not None
    level = _levels(cab, metres, seconds)
    none = np.full(n, np.nan)
    sensor = np.clip(np.round(level + dice.normal(0, 0.0 if electric else 0.7, n), 1), 1, 100)
    warming = np.minimum(1, np.cumsum(np.minimum(seconds, 120)) / 900)
    values = {
        "rpm": none if electric else np.rint(760 + 22 * kph + dice.uniform(-30, 30, n)),
        "speed": np.rint(kph),
        "engine_load": np.clip(np.round(18 + 0.6 * kph + dice.normal(0, 6, n), 1), 5, 95),
        "coolant_temp": np.rint(
            (38 if electric else 60) + (4 if electric else 31) * warming + dice.normal(0, 1, n)
        ),
        "battery_voltage": np.round(cab.volts + dice.normal(0, 0.08, n), 2),
        "fuel_level": none if electric else sensor,
        "state_of_charge": sensor if electric else none,
    }
    carried = [
        [code for code, begin, end in cab.codes if begin * HOUR_S <= at < end * HOUR_S]
        for at in phase.tolist()
    ]
    codes = np.array([array_text(some) for some in carried], object)
    return values, np.array([bool(some) for some in carried], np.int8), codes


def _levels(cab: Cab, metres: Floats, seconds: Floats) -> Floats:
    """Percent at each fix. What the day takes is filled up in its longest pause that comes late enough, so that a day can
    follow another.
    """
    capacity = cab.battery_kwh or cab.tank_liters or 60.0
    used = np.cumsum(metres) / 1e5 * cab.per_100km / capacity * 100
    # As much as fits in: the gauge of a real cab would not go on falling below the reserve either.
    scale = min(1.0, 68.0 / max(used[-1] + cab.stolen, 1.0))
    used = used * scale
    late = (used > 0.45 * used[-1]) & (used < 0.85 * used[-1])
    at = int(np.argmax(np.where(late, seconds, 0)))
    stolen = np.zeros(len(used))
    if cab.stolen:
        pauses = seconds.copy()
        pauses[at] = 0
        stolen[int(np.argmax(pauses)) :] = cab.stolen
    filled = np.zeros(len(used))
    filled[at:] = used[-1] + stolen[-1]
    return np.asarray(cab.level - used - stolen + filled, np.float64)


async def add_engine_facts(connection: AsyncConnection[TupleRow], tenant_id: object) -> None:
    """Tank, battery and fuel of the cabs that get made-up readings."""
    cabs = list(CABS.values())
    await connection.execute(
        _FACTS,
        {
            "tenant": tenant_id,
            "numbers": list(CABS),
            "fuels": [one.fuel_type for one in cabs],
            "tanks": [one.tank_liters for one in cabs],
            "batteries": [one.battery_kwh for one in cabs],
            "makes": [one.model and one.model[0] for one in cabs],
            "models": [one.model and one.model[1] for one in cabs],
            "years": [one.model and one.model[2] for one in cabs],
        },
    )
