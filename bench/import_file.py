"""(b) `motorpool import positions FILE` against one COPY of the same rows by the owner, read from the same file."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from bench.fixes import Fixes, recorded
from bench.ingest_http import COLUMNS, count, repeated
from bench.place import Place
from bench.table import Row

CHUNK = 10_000


def measure(place: Place, rounds: int, rows: int) -> list[Row]:
    """Rows a second of the whole command, start-up included, over rows a second of the COPY."""
    ours: list[float] = []
    floor: list[float] = []
    for number in range(rounds):
        fixes = recorded(rows, datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=60 * number))
        path = write_csv(place, fixes)
        floor.append(rows / bare_copy(place, fixes))
        began = time.perf_counter()
        import_csv(place, path)
        ours.append(rows / (time.perf_counter() - began))
        stored = count(place, fixes)
        if stored != rows - repeated(fixes):
            raise SystemExit(f"{rows - repeated(fixes)} rows in the file, {stored} stored")
        path.unlink()
    note = f"{rows:,} rows of a csv.gz, the whole command; floor: one connection of the owner, COPY {CHUNK:,} and commit"
    return [Row("(b) file import", ours, floor, "rows/s", 0.6, note)]


def write_csv(place: Place, fixes: Fixes) -> Path:
    path = place.settings.data.dir / f"{uuid.uuid4().hex}.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("vehicle,epoch,latitude,longitude\n")
        for name, t, lat, lng in zip(
            fixes.vehicle, fixes.t.tolist(), fixes.latitude.tolist(), fixes.longitude.tolist(), strict=True
        ):
            file.write(f"{name},{t:.0f},{lat:.5f},{lng:.5f}\n")
    return path


def import_csv(place: Place, path: Path) -> None:
    environment = os.environ | {
        "MOTORPOOL_DATABASE_URL": place.settings.database.url or "",
        "MOTORPOOL_DATABASE_APP_URL": place.settings.database.app_url or "",
        "MOTORPOOL_DATA_DIR": str(place.settings.data.dir),
    }
    command = [sys.executable, "-m", "motorpool.cli", "import", "positions", str(path)]
    command += ["--tenant", "bench", "--create-vehicles", "--map", "recorded_at=epoch"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the import failed: {done.stderr}")


def bare_copy(place: Place, fixes: Fixes) -> float:
    """Seconds of the owner's COPY of the same rows, prepared as text beforehand."""
    tenant = uuid.uuid4()
    vehicles = {name: uuid.uuid4() for name in set(fixes.vehicle)}
    seen: set[tuple[str, float]] = set()
    pieces: dict[str, list[str]] = {}
    for name, t, lat, lng in zip(
        fixes.vehicle, fixes.t.tolist(), fixes.latitude.tolist(), fixes.longitude.tolist(), strict=True
    ):
        if (name, t) not in seen:
            seen.add((name, t))
            moment = datetime.fromtimestamp(t, UTC)
            line = f"{tenant}\t{vehicles[name]}\t{lat:.5f}\t{lng:.5f}\t{moment.isoformat()}\tfloor\n"
            pieces.setdefault(moment.strftime("%Y-%m"), []).append(line)
    with psycopg.connect(place.server.owner_url(), autocommit=True) as connection:
        leaves = {
            month: connection.execute(
                "SELECT ensure_partition('vehicle_locations', %s)", (f"{month}-01T00:00:00Z",)
            ).fetchone()[0]  # type: ignore[index]
            for month in pieces
        }
        began = time.perf_counter()
        for month, lines in pieces.items():
            for start in range(0, len(lines), CHUNK):
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {leaves[month]} ({COLUMNS}) FROM STDIN") as copy,
                ):
                    copy.write("".join(lines[start : start + CHUNK]))
        seconds = time.perf_counter() - began
        connection.execute("DELETE FROM vehicle_locations WHERE tenant_id = %s", (tenant,))
        for leaf in leaves.values():
            connection.execute(f"VACUUM {leaf}")
    return seconds
