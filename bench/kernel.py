"""(e) The kernel's reads against a bare handler that returns PostgreSQL's json_agg; start, and the first OpenAPI document."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

from bench.load import Result, run
from bench.place import Place, free_port
from bench.table import Row

CONNECTIONS = 64
VEHICLES = 2_000


def measure(place: Place, rounds: int, requests: int) -> tuple[list[Row], str]:
    """Answers a second of a list of 50 rows and of one row, ours and the floor's in turn."""
    add_vehicles(place)
    rows = {name: ([], []) for name in ("list", "get")}
    with place.web() as address, floor(place) as floor_port:
        port = place.settings.http.port
        first = json.loads(ask(address + "/api/v1/vehicles?limit=50", place.token))
        key = first["items"][7]["id"]
        paths = {"list": "/api/v1/vehicles?limit=50", "get": f"/api/v1/vehicles/{key}"}
        bare = json.loads(ask(f"http://127.0.0.1:{floor_port}/api/v1/vehicles", place.token))
        if bare["items"] != first["items"]:
            raise SystemExit("the floor answers other rows than the kernel")
        for path in paths.values():
            go(port, path, place.token, 500)
            go(floor_port, path.partition("?")[0], place.token, 500)
        for _ in range(rounds):
            for name, path in paths.items():
                rows[name][1].append(go(floor_port, path.partition("?")[0], place.token, requests).rate)
                rows[name][0].append(go(port, path, place.token, requests).rate)
    note = f"{requests:,} requests, {CONNECTIONS} connections; floor: a bare handler, json_agg, same authentication"
    made = [
        Row("(e) list of 50 vehicles", *rows["list"], "req/s", 0.8, note),
        Row("(e) vehicle by id", *rows["get"], "req/s", 0.8, note),
    ]
    return made, starts(place, rounds)


def starts(place: Place, rounds: int) -> str:
    """Seconds from the command to the first ready answer, and of the first OpenAPI document."""
    ready, document, size = [], [], 0
    for _ in range(rounds):
        began = time.perf_counter()
        with place.web() as address:
            ready.append(time.perf_counter() - began)
            began = time.perf_counter()
            size = len(ask(address + "/api/openapi.json", place.token))
            document.append(time.perf_counter() - began)
    return (
        f"(e) Start with all resources: {sorted(ready)[len(ready) // 2]:.2f} s (aim: under 3); first OpenAPI document: "
        f"{sorted(document)[len(document) // 2]:.2f} s for {size / 1e6:.1f} MB (aim: under 5)."
    )


def add_vehicles(place: Place) -> None:
    with place.owner() as connection:
        connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number, name, make, model, model_year, vin, license_plate, gvwr_kg, "
            "purchase_price) SELECT %s, 'V-' || n, 'Vehicle ' || n, 'Ford', 'Transit', 2020 + n %% 6, "
            "'1FT' || lpad(n::text, 14, '0'), 'P' || n, 3500, 41250.50 FROM generate_series(1, %s) n",
            (place.tenant_id, VEHICLES),
        )
        connection.execute("ANALYZE vehicles")


@contextlib.contextmanager
def floor(place: Place) -> Iterator[int]:
    port = free_port()
    other = replace(place, settings=place.settings.replace(http={"port": port}))
    environment = os.environ | {
        "MOTORPOOL_DATABASE_URL": other.settings.database.url or "",
        "MOTORPOOL_DATABASE_APP_URL": other.settings.database.app_url or "",
        "MOTORPOOL_DATA_DIR": str(other.settings.data.dir),
        "MOTORPOOL_PORT": str(port),
        "MOTORPOOL_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.floor_server"], env=environment)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def ask(address: str, token: str) -> bytes:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    answer: bytes = urllib.request.urlopen(request, timeout=60).read()
    return answer


def go(port: int, path: str, token: str, count: int) -> Result:
    one = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    result = asyncio.run(run(port, CONNECTIONS, iter([one] * count)))
    if result.failures:
        raise SystemExit(f"a request was refused: {result.failures[0]!r}")
    return result
