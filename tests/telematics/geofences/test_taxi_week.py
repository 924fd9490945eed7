"""Recorded taxis over some hundred fences, through the database, against the loop of `oracle.py`.

A few cabs of the recorded day; all of its cabs with MOTORPOOL_SOAK=1, and the whole week where CABS_WEEK names its file
(sf_cabs_week_a.csv.gz: vehicle, epoch, latitude, longitude).
"""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID

from motorpool.telematics.derive.replay import check
from motorpool.telematics.rules.definition import DEFAULT

from ..derive.fleet import BEGIN, Fix, add_vehicle, cab_days, derive_everything, store
from ..derive.independent_trips import without_jumps
from . import oracle
from .world import add_fence

SOAK = os.environ.get("MOTORPOOL_SOAK") == "1"
WEEK = os.environ.get("CABS_WEEK") if SOAK else None
FENCES = 300
MARGIN, GAP = 25.0, 300.0


def week(path: str) -> list[list[Fix]]:
    """The fixes of each cab, seconds after BEGIN."""
    cabs: dict[str, dict[float, Fix]] = defaultdict(dict)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            t = float(row["epoch"]) - BEGIN.timestamp()
            # One fix a time, as the table holds it.
            cabs[row["vehicle"]].setdefault(t, (t, float(row["latitude"]), float(row["longitude"])))
    return [sorted(rows.values()) for rows in cabs.values()]


def made_up(chance: random.Random, number: int) -> tuple[dict, oracle.Area]:
    """A fence over San Francisco: circles, triangles, and frames with a hole."""
    lat = min(max(chance.gauss(37.775, 0.025), 37.62), 37.81)
    lng = min(max(chance.gauss(-122.42, 0.025), -122.51), -122.37)
    dwell = chance.choice([None, 1, 5, 30])
    seconds = None if dwell is None else dwell * 60.0
    if number % 3 == 0:
        # As the table keeps it: eight decimals, whole metres.
        lat, lng, radius = round(lat, 8), round(lng, 8), chance.choice([15, 60, 150, 400, 1500])
        values = {"center_lat": lat, "center_lng": lng, "radius_meters": radius}
        return values | {"dwell_minutes": dwell}, oracle.circle(lat, lng, radius, MARGIN, seconds)
    high, wide = chance.uniform(0.0003, 0.012), chance.uniform(0.0003, 0.012)
    ring = [[lng, lat], [lng + wide, lat], [lng + wide * 0.7, lat + high], [lng, lat]]
    rings = [ring]
    if number % 3 == 2:
        ring = [[lng, lat], [lng + wide, lat], [lng + wide, lat + high], [lng, lat + high], [lng, lat]]
        x, y = wide / 4, high / 4
        hole = [[a + (x if a == lng else -x), b + (y if b == lat else -y)] for a, b in ring]
        rings = [ring, hole]
    shape = {"type": "Polygon", "coordinates": rings}
    return {"coordinates": shape, "dwell_minutes": dwell}, oracle.polygon(shape, MARGIN, seconds)


async def test_events_are_those_of_the_loop(database, tenant) -> None:
    actor = tenant.actor
    chance = random.Random(20080517)
    areas: dict[UUID, oracle.Area] = {}
    for number in range(FENCES):
        values, area = made_up(chance, number)
        areas[await add_fence(database, actor, f"F{number}", **values)] = area
    days = week(WEEK) if WEEK else cab_days(1000 if SOAK else 3)
    if not SOAK:
        days = [fixes[:800] for fixes in days]
    vehicles = []
    for number, fixes in enumerate(days):
        vehicles.append(await add_vehicle(database, actor, f"cab {number}"))
        await store(database, actor, vehicles[-1], fixes)
    began = datetime.now(UTC)
    await derive_everything(database, actor)
    derived = datetime.now(UTC)
    ours = expected_count = 0
    for vehicle, fixes in zip(vehicles, days, strict=True):
        rows = await database.read(
            actor,
            "SELECT geofence_id, event_type, extract(epoch FROM recorded_at - %(begin)s::timestamptz)::float8 "
            "FROM geofence_events WHERE tenant_id = %(tenant)s AND vehicle_id = %(vehicle)s",
            {"tenant": actor.tenant_id, "vehicle": vehicle, "begin": BEGIN},
        )
        found: dict[UUID, list[tuple[float, str]]] = defaultdict(list)
        for fence, kind, t in rows:
            found[fence].append((t, kind))
        points = sorted((float(fix[0]), float(fix[1]), float(fix[2])) for fix in fixes)
        kept = without_jumps(points)
        place = {point[0]: at for at, point in enumerate(points)}
        follows = [at > 0 and place[p[0]] == place[kept[at - 1][0]] + 1 for at, p in enumerate(kept)]
        for fence, area in areas.items():
            expected = oracle.events(kept, area, GAP, follows)
            # Of an exit and a dwell at one moment the order does not matter.
            theirs = sorted((kind, t) for kind, t in expected)
            mine = sorted((kind, t) for t, kind in found.pop(fence, []))
            assert [kind for kind, _ in mine] == [kind for kind, _ in theirs], (vehicle, fence)
            for (kind, t), (_, u) in zip(mine, theirs, strict=True):
                assert abs(t - u) < 0.005, (vehicle, fence, kind, t, u)
            ours, expected_count = ours + len(mine), expected_count + len(theirs)
        assert not found
    assert ours == expected_count > 500 * len(days)
    print(
        f"{sum(map(len, days)):,} fixes of {len(days)} cabs, {FENCES} fences: {ours:,} events equal; derived in "
        f"{(derived - began).total_seconds():.1f} s"
    )
    numbered = [(vehicle, f"cab {number}") for number, vehicle in enumerate(vehicles)]
    differences, busy = await check(database, actor, DEFAULT, numbered, None, None, lambda _: None)
    assert (differences, busy) == ([], [])
