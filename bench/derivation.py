"""(h) Positions through the whole derivation, with 5,000 geofences, against their ingest alone.

The file import stores the positions (its clock ends when all are committed); then the rounds of a worker derive them until
nothing is left: trips, stops, fences, behaviour, whatever `derive.parts` holds. Both parts one after the other on the same
server; the floor is the import alone.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bench.fences import fence_rows
from bench.fixes import recorded
from bench.import_file import import_csv, write_csv
from bench.place import Place
from bench.table import Row
from motorpool.core.database.database import Database
from motorpool.core.events.wake import Notifier, Waker
from motorpool.telematics.derive.loop import DerivationLoop
from motorpool.telematics.derive.parts import PARTS
from motorpool.telematics.rules.definition import DEFAULT


def measure(place: Place, rounds: int, rows: int, fences: int = 5_000) -> tuple[list[Row], str]:
    """Positions a second, and where the time of the derivation went."""
    add_fences(place, fences)
    spent: dict[str, float] = {}
    whole: list[float] = []
    stored: list[float] = []
    for number in range(rounds):
        fixes = recorded(rows, datetime(2021, 1, 4, tzinfo=UTC) + timedelta(days=60 * number))
        path = write_csv(place, fixes)
        began = time.perf_counter()
        import_csv(place, path)
        ingested = time.perf_counter() - began
        path.unlink()
        began = time.perf_counter()
        asyncio.run(derive(place, spent))
        derived = time.perf_counter() - began
        spent["all"] = spent.get("all", 0.0) + derived
        stored.append(rows / ingested)
        whole.append(rows / (ingested + derived))
    with place.owner() as connection:
        (events,) = connection.execute("SELECT count(*) FROM geofence_events").fetchone() or (0,)
        (visits,) = connection.execute("SELECT count(*) FROM geofence_visits").fetchone() or (0,)
    note = f"{rows:,} positions, {fences:,} fences, {events:,} fence events, {visits:,} visits; floor: the import alone"
    shares = ", ".join(
        f"{name} {seconds / spent['all']:.0%}" for name, seconds in spent.items() if name != "all"
    )
    return [
        Row("(h) ingest and whole derivation", whole, stored, "rows/s", 0.5, note)
    ], f"(h) of the derivation: {shares}."


async def derive(place: Place, spent: dict[str, float]) -> None:
    """Rounds until nothing is left; the seconds of each part are added up."""
    database = Database(place.settings.database.app_url or "", pool_size=4)
    await database.open()
    originals = [(part, part.load, part.derive, part.write) for part in PARTS]
    for part in PARTS:
        _watch(part, spent)
    try:
        waker = Waker(place.settings.database.app_url or "")
        loop, stop = DerivationLoop(database, DEFAULT, waker, Notifier(database)), asyncio.Event()
        while await loop.pass_over(stop):
            pass
    finally:
        for part, *_ in originals:
            for name in ("load", "derive", "write"):
                vars(part).pop(name, None)
        await database.close()


def _watch(part: Any, spent: dict[str, float]) -> None:
    """Time the methods of a part."""
    name = type(part).__name__
    load, derive_, write = part.load, part.derive, part.write

    async def loading(*arguments: Any) -> Any:
        return await _timed_async(spent, f"{name}.load", load, arguments)

    def deriving(*arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return derive_(*arguments)
        finally:
            spent[f"{name}.derive"] = spent.get(f"{name}.derive", 0.0) + time.perf_counter() - began

    async def writing(*arguments: Any) -> Any:
        return await _timed_async(spent, f"{name}.write", write, arguments)

    vars(part).update(load=loading, derive=deriving, write=writing)


async def _timed_async(spent: dict[str, float], name: str, method: Any, arguments: Any) -> Any:
    began = time.perf_counter()
    try:
        return await method(*arguments)
    finally:
        spent[name] = spent.get(name, 0.0) + time.perf_counter() - began


def add_fences(place: Place, count: int) -> None:
    """The fences of (g), as rows."""
    rows = []
    for number, row in enumerate(fence_rows(count)):
        shape = None if row.geojson is None else msgspec.json.encode(row.geojson).decode()
        lat, lng = row.centre or (None, None)
        kind = "polygon" if row.centre is None else "circle"
        rows.append((row.id, place.tenant_id, f"Fence {number}", kind, lat, lng, row.radius, shape, 5))
    with place.owner() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO geofences (id, tenant_id, name, type, center_lat, center_lng, radius_meters, coordinates, dwell_minutes) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
