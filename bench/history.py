"""(d) 90 days of 192 vehicles: the track and the trips of one vehicle's day, through the API."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bench.fixes import per_day, recorded
from bench.import_file import import_csv, write_csv
from bench.ingest_http import wait_until_derived
from bench.load import run
from bench.place import Place

FIRST = datetime(2025, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def measure(place: Place, days: int, samples: int) -> str:
    """A paragraph: median and 99th percentile of both requests, in milliseconds."""
    import_csv(place, write_csv(place, recorded(per_day(), FIRST)))
    repeat_day(place, days)
    with place.web(), place.process("worker"):
        began = time.monotonic()
        wait_until_derived(place, 3600)
        derived = time.monotonic() - began
        vehicles = vehicle_ids(place)
        random.seed(7)
        track: list[float] = []
        trips: list[float] = []
        for _ in range(samples):
            vehicle = random.choice(vehicles)
            start = FIRST + DAY * random.randrange(max(days - 1, 1))
            span = [quote(moment.isoformat()) for moment in (start, start + DAY)]
            for path_, times in (
                (f"/api/v1/vehicles/{vehicle}/track?from={span[0]}&to={span[1]}", track),
                (
                    f"/api/v1/trips?vehicle_id={vehicle}&started_at__gte={span[0]}&started_at__lt={span[1]}&limit=200",
                    trips,
                ),
            ):
                request = (
                    f"GET {path_} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {place.token}\r\n\r\n".encode()
                )
                result = asyncio.run(run(place.settings.http.port, 1, iter([request])))
                if result.failures:
                    raise SystemExit(f"refused: {result.failures[0]!r}")
                times += result.latencies
    with place.owner() as connection:
        stored = connection.execute("SELECT count(*) FROM vehicle_locations").fetchone()
        made = connection.execute("SELECT count(*) FROM trips").fetchone()
    assert stored is not None and made is not None

    def told(name: str, times: list[float]) -> str:
        ordered = sorted(value * 1000 for value in times)
        return f"{name}: median **{statistics.median(ordered):.1f} ms**, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms"

    return (
        f"(d) {days} days x {len(vehicles)} vehicles, {stored[0]:,} positions, {made[0]:,} trips (derived in {derived:.0f} s), "
        f"one vehicle's day through the API, {samples} samples. {told('Track', track)}; {told('trips', trips)}. Aim: under 50 ms."
    )


def repeat_day(place: Place, days: int) -> None:
    """Put the imported day down again for every later day, and ask for all of it to be derived."""
    with place.owner() as connection:
        for month in range(days // 28 + 2):
            connection.execute(
                "SELECT ensure_partition('vehicle_locations', %s)", (FIRST + timedelta(days=28 * month),)
            )
        connection.execute("ANALYZE vehicle_locations")
        for day in range(1, days):
            connection.execute(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at, source) "
                "SELECT tenant_id, vehicle_id, latitude, longitude, recorded_at + make_interval(days => %s), source "
                "FROM vehicle_locations WHERE tenant_id = %s AND recorded_at >= %s AND recorded_at < %s",
                (day, place.tenant_id, FIRST, FIRST + DAY),
            )
        connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) SELECT %s, id, %s FROM vehicles",
            (place.tenant_id, FIRST),
        )
        connection.execute("VACUUM ANALYZE vehicle_locations")


def vehicle_ids(place: Place) -> list[str]:
    with place.owner() as connection:
        return [str(row[0]) for row in connection.execute("SELECT DISTINCT vehicle_id FROM trips ORDER BY 1")]
