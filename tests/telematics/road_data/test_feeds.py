"""The pollers against a local server that answers as a 511 site and the weather service do, with their errors."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from pydantic import SecretStr

from motorpool.core.database.database import Database
from motorpool.core.settings import Settings
from motorpool.telematics.road_data.polling import poll_road_data

DATA = Path(__file__).parents[2] / "data" / "road_data"
KEY = "a-key-of-the-test"
STATION = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-86.25, 40.03]},
    "properties": {"stationIdentifier": "KTYQ", "name": "Indianapolis Executive Airport"},
}


class Source:
    """What the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.cameras: Any = [
            camera(1),
            camera(2),
            {"Id": 3, "Location": "nowhere", "Latitude": None, "Longitude": None},
        ]
        self.refuse: tuple[int, dict[str, str], bytes] | None = None
        self.cut = False
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        self.asked.append((path, headers))
        if self.refuse:
            return self.refuse
        if parts.path.startswith("/stations/"):
            if "User-Agent" not in headers or "Motorpool" not in headers["User-Agent"]:
                return 403, {}, b"a User-Agent is needed"
            if headers.get("If-None-Match") == '"1"':
                return 304, {}, b""
            if parts.path.endswith("/observations/latest"):
                document = json.loads((DATA / "nws_observation_KTYQ.json").read_text())["features"][0]
            else:
                document = STATION
            return 200, {"ETag": '"1"', "Content-Type": "application/geo+json"}, json.dumps(document).encode()
        if parse_qs(parts.query).get("key") != [KEY]:
            return 200, {"Content-Type": "text/xml"}, b"<Error><Message>Invalid Key</Message></Error>"
        body = json.dumps(self.cameras).encode()
        return 200, {"Content-Type": "application/json"}, body[: len(body) // 2] if self.cut else body


def camera(number: int) -> dict[str, Any]:
    return {
        "Id": number, "Roadway": "I-4", "Direction": "Eastbound", "Latitude": 28.5 + number / 100, "Longitude": -81.4,
        "Location": f"I-4 at mile {number}", "Views": [{"Url": f"https://511.example/{number}", "Status": "Enabled"}],
    }  # fmt: skip


@pytest.fixture
def source() -> Iterator[tuple[Source, str]]:
    told = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = told.answer(self.path, dict(self.headers))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_asked_yet(database_urls: Any) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("DELETE FROM road_feeds")
        connection.execute(
            "DELETE FROM traffic_cameras WHERE tenant_id IS NULL AND starts_with(fdot_id, '127-')"
        )
        connection.execute("DELETE FROM weather_stations WHERE tenant_id IS NULL AND station_id = 'KTYQ'")
        connection.execute("DELETE FROM weather_observations WHERE tenant_id IS NULL AND station_id = 'KTYQ'")


def with_cameras(settings: Settings, address: str, key: str = KEY) -> Settings:
    return settings.replace(
        outgoing={"networks": "127.0.0.1"}, road_data={"cameras_url": address, "cameras_key": SecretStr(key)}
    )


def rows(database_urls: Any, sql: str) -> list[Any]:
    with psycopg.connect(database_urls.owner) as connection:
        return connection.execute(sql).fetchall()


FEED = "SELECT failures, problem, not_before, succeeded_at, rows_written, address FROM road_feeds WHERE feed = 'cameras'"
CAMERAS = (
    "SELECT fdot_id FROM traffic_cameras WHERE tenant_id IS NULL AND starts_with(fdot_id, '127-') ORDER BY 1"
)


async def test_cameras_come_in_and_the_ones_left_out_are_told(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    _, address = source
    told = await poll_road_data(database, with_cameras(settings, address))
    assert told["cameras"].startswith("2 rows, 1 left out: row 3 Latitude")
    assert rows(database_urls, CAMERAS) == [("127-1",), ("127-2",)]
    ((failures, problem, _, succeeded, written, asked),) = rows(database_urls, FEED)
    assert (failures, written) == (0, 2) and succeeded and "row 3" in problem
    assert KEY not in asked, "the key is written nowhere"
    again = await poll_road_data(database, with_cameras(settings, address))
    assert again["cameras"].startswith("0 rows")


@pytest.mark.parametrize("answer", [(401, {}, b""), (403, {}, b"no"), None])
async def test_a_refused_key_is_told_and_not_asked_with_again(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str], answer: Any
) -> None:
    told, address = source
    told.refuse = answer
    wrong = with_cameras(settings, address, KEY if answer else "wrong")
    assert "key was refused" in (await poll_road_data(database, wrong))["cameras"]
    ((failures, problem, not_before, succeeded, *_),) = rows(database_urls, FEED)
    assert failures == 1 and "check it" in problem and succeeded is None
    assert not_before > datetime.now(UTC) + timedelta(hours=5)
    count = len(told.asked)
    assert (await poll_road_data(database, wrong))["cameras"] == "nothing new"
    assert len(told.asked) == count


async def test_a_source_that_asks_for_a_pause_gets_it(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    told, address = source
    told.refuse = (429, {"Retry-After": "1800"}, b"")
    assert "429" in (await poll_road_data(database, with_cameras(settings, address)))["cameras"]
    ((_, _, not_before, *_),) = rows(database_urls, FEED)
    assert timedelta(minutes=28) < not_before - datetime.now(UTC) < timedelta(minutes=31)
    told.refuse = None
    assert (await poll_road_data(database, with_cameras(settings, address)))["cameras"] == "nothing new"
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE road_feeds SET not_before = now()")
    assert (await poll_road_data(database, with_cameras(settings, address)))["cameras"].startswith("2 rows")
    assert rows(database_urls, FEED)[0][0] == 0


async def test_half_an_answer_changes_nothing(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    told, address = source
    told.cut = True
    assert "breaks off" in (await poll_road_data(database, with_cameras(settings, address)))["cameras"]
    assert rows(database_urls, CAMERAS) == []
    told.cut, told.cameras = False, {"error": "maintenance"}
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE road_feeds SET not_before = NULL")
    assert "must be a list" in (await poll_road_data(database, with_cameras(settings, address)))["cameras"]
    ((failures, _, not_before, *_),) = rows(database_urls, FEED)
    assert failures == 2 and not_before > datetime.now(UTC)


async def test_nonsense_of_one_source_does_not_keep_others_from_being_asked(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    told, address = source
    both = settings.replace(
        outgoing={"networks": "127.0.0.1"},
        road_data={
            "cameras_url": address, "cameras_key": SecretStr(KEY), "weather_url": address, "weather_stations": "KTYQ"
        },
    )  # fmt: skip
    told.cameras = [camera(1) | {"Location": "a\0b"}]
    found = await poll_road_data(database, both)
    assert "cannot be kept" in found["cameras"] and found["weather/KTYQ"] == "2 rows"
    assert rows(database_urls, CAMERAS) == []
    assert rows(database_urls, FEED)[0][0] == 1
    told.refuse = (200, {}, b'["\xff"]')
    assert "no JSON" in (await poll_road_data(database, with_cameras(settings, address)))["cameras"]


async def test_a_source_that_is_away_is_left_alone_for_longer_each_time(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    told, address = source
    told.refuse = (500, {}, b"")
    pauses = []
    for _ in range(4):
        await poll_road_data(database, with_cameras(settings, address))
        ((_, _, not_before, *_),) = rows(database_urls, FEED)
        pauses.append((not_before or datetime.now(UTC)) - datetime.now(UTC))
        with psycopg.connect(database_urls.owner) as connection:
            connection.execute("UPDATE road_feeds SET not_before = NULL")
    assert pauses[1] < pauses[2] < pauses[3] < timedelta(hours=13)


async def test_weather_is_asked_for_conditionally(
    database: Database, settings: Settings, database_urls: Any, source: tuple[Source, str]
) -> None:
    told, address = source
    here = settings.replace(
        outgoing={"networks": "127.0.0.1"},
        road_data={"weather_url": address, "weather_stations": "ktyq", "contact": "ops@example.test"},
    )
    first = await poll_road_data(database, here)
    assert first["weather/KTYQ"] == "2 rows"
    assert "ops@example.test" in told.asked[0][1]["User-Agent"]
    second = await poll_road_data(database, here)
    assert set(second.values()) == {"nothing new"}
    assert told.asked[-1][1]["If-None-Match"] == '"1"'
    ((name, temperature, latitude),) = rows(
        database_urls,
        "SELECT name, temperature_f::float8, latitude::float8 FROM weather_stations "
        "WHERE tenant_id IS NULL AND station_id = 'KTYQ'",
    )
    assert (name, temperature, latitude) == ("Indianapolis Executive Airport", 75.38, 40.03)
    assert rows(database_urls, "SELECT count(*) FROM weather_observations WHERE station_id = 'KTYQ'") == [
        (1,)
    ]


async def test_nothing_is_asked_when_nothing_is_set_up(database: Database, settings: Settings) -> None:
    assert await poll_road_data(database, settings) == {}
