"""The whole way through the database against a slow calculation that shares no code with the program.

With MOTORPOOL_SOAK=1 all recorded days (207,171 fixes), else those of a few cabs.
"""

from __future__ import annotations

import os

import pytest

from motorpool.telematics.rules.definition import DEFAULT

from .fleet import BEGIN, add_vehicle, cab_days, derive_everything, points, store, trips_of
from .independent_trips import independent_trips

SOAK = os.environ.get("MOTORPOOL_SOAK") == "1"


async def test_trips_agree_with_an_independent_calculation(database, tenant) -> None:
    assert DEFAULT.min_distance == 200
    assert (DEFAULT.min_duration, DEFAULT.stop_gap) == (180, 3600)
    days = cab_days(1000 if SOAK else 8)
    vehicles = []
    for number, fixes in enumerate(days):
        vehicles.append(await add_vehicle(database, tenant.actor, f"cab {number}"))
        await store(database, tenant.actor, vehicles[-1], fixes)
    await derive_everything(database, tenant.actor)
    ours = theirs = 0
    kilometres = metres = 0.0
    same = 0
    for vehicle, fixes in zip(vehicles, days, strict=True):
        stored = await trips_of(database, tenant.actor, vehicle, "started_at, ended_at, distance_km")
        expected = independent_trips(points(fixes))
        ours, theirs = ours + len(stored), theirs + len(expected)
        kilometres += sum(float(row[2]) for row in stored)
        metres += sum(trip.metres for trip in expected)
        starts = {round((row[0] - BEGIN).total_seconds()) for row in stored}
        same += len(starts & {round(trip.started_at) for trip in expected})
    assert theirs > 10 * len(days)
    assert ours == pytest.approx(theirs, rel=0.02)
    assert kilometres == pytest.approx(metres / 1000, rel=0.01)
    assert same >= 0.98 * theirs
