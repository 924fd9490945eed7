"""(a) HTTP batches: 500 positions a request, 4 clients; until everything is derived, against the owner's bare COPY."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import psycopg

from bench.fixes import Fixes, batches, recorded
from bench.load import post, run
from bench.place import Place
from bench.table import Row

BATCH = 500
CLIENTS = 4
COLUMNS = "tenant_id, vehicle_id, latitude, longitude, recorded_at, source"


def measure(place: Place, rounds: int, rows: int) -> list[Row]:
    """One row of the table: rows a second until derived, over rows a second of the floor; a second row without derivation."""
    ours: list[float] = []
    acknowledged: list[float] = []
    floor: list[float] = []
    with place.web(), place.process("worker"):
        create_vehicles(place, recorded(rows))
        warm_up(place)
        for number in range(rounds):
            fixes = recorded(rows, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=40 * number))
            bodies = [
                post("/api/v1/telemetry/positions", body(fixes, part), place.token)
                for part in batches(fixes, BATCH)
            ]
            floor.append(bare_copy(place, fixes, number))
            began = time.perf_counter()
            result = asyncio.run(run(place.settings.http.port, CLIENTS, iter(bodies)))
            acknowledged.append(rows / (time.perf_counter() - began))
            if result.failures:
                raise SystemExit(f"a batch was refused: {result.failures[0]!r}")
            wait_until_derived(place)
            ours.append(rows / (time.perf_counter() - began))
            stored = count(place, fixes)
            if stored != rows - repeated(fixes):
                raise SystemExit(f"{rows - repeated(fixes)} rows acknowledged, {stored} stored")
    note = f"{rows:,} rows, {BATCH} a request, {CLIENTS} clients; floor: {CLIENTS} connections of the owner, COPY {BATCH} and commit"
    return [
        Row("(a) HTTP batches, stored and derived", ours, floor, "rows/s", 0.5, note),
        Row(
            "(a) the same, until acknowledged",
            acknowledged,
            floor,
            "rows/s",
            0.5,
            "clock stops at the last answer",
        ),
    ]


def body(fixes: Fixes, part: slice) -> bytes:
    return msgspec.json.encode(
        {
            "positions": [
                {"vehicle": name, "recorded_at": t, "latitude": lat, "longitude": lng}
                for name, t, lat, lng in zip(
                    fixes.vehicle[part],
                    fixes.t[part].tolist(),
                    fixes.latitude[part].tolist(),
                    fixes.longitude[part].tolist(),
                    strict=True,
                )
            ]
        }
    )


def repeated(fixes: Fixes) -> int:
    """Fixes that the recording holds twice."""
    return len(fixes) - len(set(zip(fixes.vehicle, fixes.t.tolist(), strict=True)))


def create_vehicles(place: Place, fixes: Fixes) -> None:
    with place.owner() as connection:
        connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            (place.tenant_id, sorted(set(fixes.vehicle))),
        )


def warm_up(place: Place) -> None:
    fixes = recorded(5_000, datetime(2023, 1, 1, tzinfo=UTC))
    bodies = [
        post("/api/v1/telemetry/positions", body(fixes, part), place.token) for part in batches(fixes, BATCH)
    ]
    asyncio.run(run(place.settings.http.port, CLIENTS, iter(bodies)))
    wait_until_derived(place)


def wait_until_derived(place: Place, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    with place.owner() as connection:
        while connection.execute("SELECT EXISTS (SELECT FROM derivation_work)").fetchone() == (True,):
            if time.monotonic() > deadline:
                raise SystemExit("the derivation did not catch up")
            time.sleep(0.02)


def count(place: Place, fixes: Fixes) -> int:
    span = [datetime.fromtimestamp(t, UTC) for t in (float(fixes.t.min()), float(fixes.t.max()))]
    with place.owner() as connection:
        row = connection.execute(
            "SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s AND recorded_at BETWEEN %s AND %s",
            (place.tenant_id, *span),
        ).fetchone()
    assert row is not None
    return int(row[0])


def bare_copy(place: Place, fixes: Fixes, number: int) -> float:
    """The floor: rows/s of the owner's COPY into a leaf with the same keys and indexes, no rules, no derivation."""
    tenant = uuid.uuid4()
    vehicles = {name: str(uuid.uuid4()) for name in set(fixes.vehicle)}
    months = sorted(
        {datetime.fromtimestamp(t, UTC).strftime("%Y-%m") for t in np.unique(fixes.t // 86_400) * 86_400.0}
    )
    with place.owner() as connection:
        leaves = {
            month: connection.execute(
                "SELECT ensure_partition('vehicle_locations', %s)", (f"{month}-01T00:00:00Z",)
            ).fetchone()[0]  # type: ignore[index]
            for month in months
        }
    pieces: list[tuple[str, list[tuple[str, str, float, float, str, str]]]] = []
    seen: set[tuple[str, float]] = set()
    for part in batches(fixes, BATCH):
        by_leaf: dict[str, list[tuple[str, str, float, float, str, str]]] = {}
        for name, t, lat, lng in zip(
            fixes.vehicle[part],
            fixes.t[part].tolist(),
            fixes.latitude[part].tolist(),
            fixes.longitude[part].tolist(),
            strict=True,
        ):
            if (name, t) in seen:
                continue
            seen.add((name, t))
            moment = datetime.fromtimestamp(t, UTC)
            row = (str(tenant), vehicles[name], lat, lng, moment.isoformat(), f"floor{number}")
            by_leaf.setdefault(leaves[moment.strftime("%Y-%m")], []).append(row)
        pieces += by_leaf.items()
    shared = iter(pieces)
    lock = threading.Lock()
    connections = [psycopg.connect(place.server.owner_url()) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=_copy, args=(connection, shared, lock)) for connection in connections]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    with place.owner() as connection:
        connection.execute("DELETE FROM vehicle_locations WHERE tenant_id = %s", (tenant,))
        for leaf in leaves.values():
            connection.execute(f"VACUUM {leaf}")
    for connection in connections:
        connection.close()
    return len(fixes) / seconds


def _copy(
    connection: psycopg.Connection,
    shared: Iterator[tuple[str, list[tuple[str, str, float, float, str, str]]]],
    lock: threading.Lock,
) -> None:
    while True:
        with lock:
            piece = next(shared, None)
        if piece is None:
            return
        leaf, rows = piece
        with connection.cursor() as cursor, cursor.copy(f"COPY {leaf} ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[arg-type]
            for row in rows:
                copy.write_row(row)
        connection.commit()
