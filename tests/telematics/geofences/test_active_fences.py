"""The prepared shapes of a tenant's geofences."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import psycopg
from tests.conftest import TestTenant
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.telematics.queries.active_fences import ActiveFences, active_fences

MARGIN = 20.0
#: A race in GEOS ends the process, so it has one of its own.
LANES = """
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import numpy as np
import shapely
from motorpool.telematics.rules.geofence_shapes import FenceRow, Fences

dice = np.random.default_rng(1)
fence = dice.integers(0, 20, 10_000)
longitude, latitude = fence + dice.uniform(-0.6, 0.6, 10_000), dice.uniform(-0.6, 0.6, 10_000)
lines = shapely.linestrings(np.column_stack((longitude, latitude, longitude + 0.1, latitude + 0.1)).reshape(-1, 2, 2))
turn = np.linspace(0, 2 * np.pi, 2001)
together = Barrier(2)

def round_area(east, dwell_s=None):
    ring = np.column_stack((east + 0.5 * np.cos(turn), 0.5 * np.sin(turn))).tolist()
    ring[-1] = ring[0]
    return FenceRow(uuid.uuid4(), None, None, {"type": "Polygon", "coordinates": [ring]}, dwell_s)

def lane(fences):
    together.wait(30)
    holds = fences.holds(fence, longitude, latitude)
    return holds, fences.nearly_holds(fence, longitude, latitude), fences.touches(fence, lines)

with ThreadPoolExecutor(2) as threads:
    for _ in range(5):
        rows = [round_area(east) for east in range(20)]
        first = Fences.of(rows, 20.0)
        # The other lane has seen a change already: most shapes are the same.
        second = Fences.of([*rows[:19], round_area(19, 60.0)], 20.0, first)
        answers = list(threads.map(lane, (first, second)))
        assert all((one == other).all() for one, other in zip(*answers)), "the lanes disagree"
        holds, nearly, touches = answers[0]
        assert 0.4 < holds.mean() < 0.7 and (nearly >= holds).all() and (touches >= holds).all()
"""


async def test_two_lanes_make_the_shapes_once(
    database: Database, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    async def ask() -> ActiveFences:
        async with database.connection(tenant.actor) as connection:
            return await active_fences(connection, tenant.id, MARGIN)

    for count in (1, 2):
        insert(
            owner,
            "geofences",
            tenant.id,
            name=f"Depot {count}",
            type="circle",
            center_lat=37.75,
            center_lng=-122.39,
            radius_meters=100 * count,
            is_active=True,
        )
        one, other = await asyncio.gather(ask(), ask())
        assert len(one.fences) == count
        assert one.fences is other.fences is (await ask()).fences


def test_two_lanes_compare_with_the_same_shapes() -> None:
    subprocess.run([sys.executable, "-c", LANES], check=True, timeout=120)
