"""(c) Single OsmAnd reports, each acknowledged after its commit, against /health/live; 64 connections."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.load import Result, get, run
from bench.place import Place
from bench.table import Row

CONNECTIONS = 64
DEVICES = 192


def measure(place: Place, rounds: int, requests: int) -> list[Row]:
    """Answers a second. The last fix of each run must be in the table when the run ends."""
    identifiers = create_devices(place)
    ours: list[float] = []
    floor: list[float] = []
    late: list[float] = []
    start = int(datetime.now(UTC).timestamp()) - 86_400
    with place.web(), place.process("worker"):
        port = place.settings.http.port
        go(port, reports(identifiers, start - 3600, 2_000))
        go(port, [get("/health/live")] * 2_000)
        for number in range(rounds):
            floor.append(go(port, [get("/health/live")] * requests).rate)
            first = start + number * 7_200
            result = go(port, reports(identifiers, first, requests))
            ours.append(result.rate)
            late.append(result.percentile(0.99) * 1000)
            with place.owner() as connection:
                row = connection.execute(
                    "SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s AND recorded_at >= to_timestamp(%s) "
                    "AND recorded_at < to_timestamp(%s)",
                    (place.tenant_id, first, first + 7_200),
                ).fetchone()
            if row != (requests,):
                raise SystemExit(f"{requests} reports acknowledged, {row} stored")
    note = f"{requests:,} requests, {CONNECTIONS} connections, each durable before its 200; p99 {max(late):.0f} ms"
    return [Row("(c) single OsmAnd reports", ours, floor, "req/s", 0.3, note)]


def go(port: int, requests: list[bytes]) -> Result:
    result = asyncio.run(run(port, CONNECTIONS, iter(requests)))
    if result.failures:
        raise SystemExit(f"a request was refused: {result.failures[0]!r}")
    return result


def reports(identifiers: list[str], start: int, count: int) -> list[bytes]:
    return list(_reports(identifiers, start, count))


def _reports(identifiers: list[str], start: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        device = identifiers[number % len(identifiers)]
        t = start + number // len(identifiers) * 10
        place = f"lat={37.75 + number % 500 / 10_000:.5f}&lon={-122.42 + number % 400 / 10_000:.5f}"
        yield get(
            f"/osmand?id={device}&timestamp={t}&{place}&speed=12.5&bearing=90&altitude=20&accuracy=5&batt=80"
        )


def create_devices(place: Place) -> list[str]:
    identifiers = [uuid.uuid4().hex for _ in range(DEVICES)]
    with place.owner() as connection:
        for number, identifier in enumerate(identifiers):
            row = connection.execute(
                "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, %s) RETURNING id",
                (place.tenant_id, f"PHONE-{number}"),
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO devices (tenant_id, identifier, name, vehicle_id) VALUES (%s, %s, %s, %s)",
                (place.tenant_id, identifier, f"Phone {number}", row[0]),
            )
    return identifiers
