"""The demonstration fleet: real recordings, replayed day by day."""

from __future__ import annotations

import asyncio
import re
import stat
import time
from collections import Counter
from pathlib import Path

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner

from motorpool import demo
from motorpool.cli import main
from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, NotFound
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.demo.feeding import fed_until, find_demo_tenant
from motorpool.demo.recording import DAY_S, Recording, load_recording
from motorpool.demo.replayer import run_replay
from motorpool.telematics.rules.track import haversine

SIZE_LIMIT = 3_000_000


@pytest.fixture
def settings(own_database_urls, tmp_path: Path) -> Settings:
    """A database that holds no tenant."""
    urls = own_database_urls
    return load_settings(env_file=None).replace(
        database={"url": urls.owner, "app_url": urls.app}, data={"dir": tmp_path}
    )


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(settings.database.url or "") as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def silent(_: str) -> None:
    pass


# --- the recordings


def test_the_recordings_are_small_and_attributed() -> None:
    folder = Path(demo.__file__).parent / "data"
    files = list(folder.glob("*.parquet"))
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) < SIZE_LIMIT
    text = (folder / "README.md").read_text()
    for words in ("Piorkowski", "COMSNETS", "MIT licence", "Copyright (c) 2024 POLIDriving"):
        assert words in text


def test_a_day_holds_every_fix_once_whatever_it_is_cut_into() -> None:
    recording = load_recording()
    for series in (recording.cabs, recording.cars, recording.readings):
        begin = 1_800_000_000
        whole = series.between(begin, begin + DAY_S)
        assert len(whole) == len(series.phase)
        times = whole.recorded_at // 1_000_000
        assert ((times > begin) & (times <= begin + DAY_S)).all()
        assert (np.diff(times) >= 0).all()
        parts = [series.between(at, at + 7001) for at in range(begin, begin + DAY_S, 7001)]
        joined = np.concatenate([part.recorded_at for part in parts])
        assert joined[: len(whole)].tolist() == whole.recorded_at.tolist()
        assert set((times % DAY_S).tolist()) == set(series.phase.tolist())


@pytest.mark.parametrize("which", ["cabs", "cars"])
def test_one_day_follows_another_without_a_leap(which) -> None:
    """Where a vehicle is at the end of its day it is at the beginning: no leg is one that nothing could drive."""
    series = getattr(load_recording(), which)
    two_days = series.between(DAY_S * 20_000, DAY_S * 20_002)
    for vehicle in range(len(series.numbers_of)):
        own = two_days.vehicle.codes == vehicle
        t = two_days.recorded_at[own] / 1e6
        lat, lng = two_days.numbers["latitude"][own], two_days.numbers["longitude"][own]
        _, once = np.unique(t, return_index=True)
        metres = haversine(lat[once][:-1], lng[once][:-1], lat[once][1:], lng[once][1:])
        gaps = np.diff(t[once])
        if which == "cars":
            assert metres[gaps > 300].max() < 100, series.numbers_of[vehicle]
        else:
            # GPS jumps of the recording itself; a leap at the seam would add one a day to each cab.
            assert np.count_nonzero((metres > 1000) & (metres > 30 + 60 * gaps)) <= 12, series.numbers_of[
                vehicle
            ]


def test_vehicles_of_the_recordings() -> None:
    recording = load_recording()
    assert len(recording.cab_numbers) == 182
    assert recording.cab_numbers[0].startswith("Cab 1")
    assert recording.car_numbers == ["OBD 1", "OBD 2", "OBD 3", "OBD 4"]
    busy = Counter((recording.cabs.phase // 3600).tolist())
    assert len(busy) == 24
    assert min(busy.values()) > 5000


# --- loading


def test_load_and_remove(settings) -> None:
    said: list[str] = []
    demo.load(settings, said.append)
    assert re.search(r"Loaded [\d,]+ positions and readings, [\d,]+ trips, stops and events", said[-1])

    ((tenant, slug, zone, units, is_demo),) = rows(
        settings, "SELECT id, slug, time_zone, units, is_demo FROM tenants WHERE slug <> 'system'"
    )
    assert (slug, zone, units, is_demo) == ("demo", "America/Los_Angeles", "imperial", True)
    ((vehicles, cabs, makes, positions, trips, waiting, age),) = rows(
        settings,
        "SELECT (SELECT count(*) FROM vehicles), (SELECT count(*) FROM vehicles WHERE vehicle_type = 'car'), "
        "(SELECT count(make) FROM vehicles), (SELECT count(*) FROM vehicle_locations), (SELECT count(*) FROM trips), "
        "(SELECT count(*) FROM derivation_work), (SELECT extract(epoch FROM now() - max(recorded_at))::int "
        "FROM vehicle_locations)",
    )
    assert (vehicles, cabs, makes, waiting) == (186, 179, 182, 0), (
        "the cabs' makes are made up, and say so; three are shuttles"
    )
    assert positions > 200_000
    assert trips > 3000
    assert age < 90, "the history ends now"
    ((moving, headed, driven),) = rows(
        settings,
        "SELECT count(*) FILTER (WHERE motion = 'moving'), count(heading) FILTER (WHERE motion = 'moving'), "
        "count(driver_id) FROM vehicle_states",
    )
    assert moving > 20
    assert headed > 0.9 * moving
    assert driven > 20
    ((real_names,),) = rows(
        settings, "SELECT count(*) FROM drivers WHERE full_name !~ '^Demo driver [0-9]+$'"
    )
    assert real_names == 0
    ((idle,),) = rows(settings, "SELECT sum(idle_time_minutes) FROM trips")
    assert idle > 10, "the drives have engine data"
    ((crossings, places, unvisited),) = rows(
        settings,
        "SELECT count(*), count(DISTINCT geofence_id), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM geofence_visits v "
        "WHERE v.vehicle_id = e.vehicle_id AND v.geofence_id = e.geofence_id)) FROM geofence_events e",
    )
    assert crossings > 100 and places > 5 and unvisited == 0, "of the cabs, not made up"
    ((alerts,),) = rows(
        settings,
        "SELECT count(*) FROM geofence_events e JOIN geofences f ON f.id = e.geofence_id "
        "WHERE e.recorded_at > now() - interval '1 day' AND (e.event_type = 'entry' AND f.alert_on_entry "
        "OR e.event_type = 'exit' AND f.alert_on_exit OR e.event_type = 'dwell' AND f.alert_on_dwell)",
    )
    assert 5 < alerts < 150, "a few an hour: a bell that never rests says nothing"
    # A leap before or behind which there is no fix has nothing that contradicts it yet (docs/trips.md): where the history
    # begins and ends, some times of the day have one.
    ((implausible,),) = rows(
        settings,
        "SELECT count(*) FROM trips t WHERE avg_speed_kph > 130 AND distance_km > 5 AND t.ended_at IS NOT NULL "
        "AND EXISTS (SELECT FROM vehicle_locations l WHERE l.vehicle_id = t.vehicle_id AND l.recorded_at < t.started_at)",
    )
    assert implausible == 0

    # A second start does nothing and prints the same password.
    email, password = demo.sign_in(settings)
    said.clear()
    demo.load(settings, said.append)
    assert said == []
    assert demo.sign_in(settings) == (email, password) == ("demo@motorpool.local", password)
    file = settings.data.dir / "demo-password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(Conflict, match="demo"):
        demo.load_demo(settings, silent)
    assert demo.sign_in(settings) == (email, password), "a failed load leaves the password alone"

    fresh = demo.new_password(settings)
    assert fresh[1] != password
    assert demo.sign_in(settings) == fresh

    counts = demo.remove(settings)
    assert counts["vehicle_locations"] == positions
    assert not file.exists()
    assert demo.sign_in(settings) is None
    with psycopg.connect(settings.database.url) as connection:
        tables = connection.execute(
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_name) "
            "WHERE c.column_name = 'tenant_id' AND c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        ).fetchall()
        left = {
            table: connection.execute(
                f'SELECT count(*) FROM "{table}" WHERE tenant_id = %s', (tenant,)
            ).fetchone()[0]
            for (table,) in tables
        }
    assert len(left) > 20
    assert {table: count for table, count in left.items() if count} == {}
    with pytest.raises(NotFound):
        demo.remove(settings)
    # Whoever removed it does not get it back at the next start; asking for it brings it back.
    demo.load(settings, said.append)
    assert said == []
    assert rows(settings, "SELECT count(*) FROM tenants") == [(1,)]


def test_nothing_is_loaded_beside_a_real_organisation(settings) -> None:
    with psycopg.connect(settings.database.url) as connection:
        connection.execute("INSERT INTO tenants (slug, name, status) VALUES ('acme', 'Acme', 'suspended')")
    demo.load(settings, silent)
    assert rows(settings, "SELECT slug FROM tenants WHERE slug <> 'system'") == [("acme",)]
    assert demo.sign_in(settings) is None


def test_a_real_organisation_called_demo_is_left_alone(settings) -> None:
    with psycopg.connect(settings.database.url) as connection:
        connection.execute("INSERT INTO tenants (slug, name) VALUES ('demo', 'Demolition Ltd')")
    with pytest.raises(Conflict, match="not a demonstration"):
        demo.remove(settings)
    assert demo.sign_in(settings) is None


def test_remove_asks_first(settings, monkeypatch) -> None:
    for name, value in (
        ("URL", settings.database.url),
        ("APP_URL", settings.database.app_url),
    ):
        monkeypatch.setenv(f"MOTORPOOL_DATABASE_{name}", value)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(settings.data.dir))
    with psycopg.connect(settings.database.url) as connection:
        connection.execute("INSERT INTO tenants (slug, name, is_demo) VALUES ('demo', 'Demo', true)")
    refused = CliRunner().invoke(main, ["demo", "remove"], input="n\n")
    assert refused.exit_code == 1
    assert rows(settings, "SELECT slug FROM tenants WHERE is_demo") == [("demo",)]
    done = CliRunner().invoke(main, ["demo", "remove"], input="y\n")
    assert done.exit_code == 0, done.output
    assert rows(settings, "SELECT slug FROM tenants WHERE is_demo") == []
    nothing = CliRunner().invoke(main, ["demo", "remove", "--yes"])
    assert (nothing.exit_code, nothing.output.strip()) == (1, "Error: There is no demonstration fleet.")


# --- the replay


@pytest.fixture
def small_recording(monkeypatch) -> Recording:
    """Two cabs, with a fix every second: whatever the time of day, something is sent."""
    whole = load_recording()
    phase = np.repeat(np.arange(DAY_S), 2)
    cabs = type(whole.cabs)(
        whole.cabs.series,
        phase,
        np.tile(np.array([0, 1], np.int32), DAY_S),
        whole.cabs.numbers_of[:2],
        {
            "latitude": 37.7 + 1e-5 * (phase % 1000),
            "longitude": np.full(len(phase), -122.4),
        },
    )
    nothing = {name: column[:0] for name, column in whole.readings.values.items()}
    readings = type(whole.cabs)(
        whole.readings.series, phase[:0], np.empty(0, np.int32), whole.readings.numbers_of, nothing
    )
    cars = type(whole.cabs)(
        whole.cars.series,
        phase[:0],
        np.empty(0, np.int32),
        whole.cars.numbers_of,
        {name: column[:0] for name, column in whole.cars.values.items()},
    )
    small = Recording(cabs, cars, readings, engines=readings)
    monkeypatch.setattr("motorpool.demo.replayer.load_recording", lambda: small)
    return small


async def replay_for(database: Database, settings: Settings, seconds: float) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(run_replay(database, settings, stop))
    await asyncio.sleep(seconds)
    stop.set()
    async with asyncio.timeout(3):
        await task


async def test_the_replay_goes_on_where_stored_data_ends(settings, small_recording) -> None:
    with psycopg.connect(settings.database.url) as connection:
        tenant_id = connection.execute(
            "INSERT INTO tenants (slug, name, is_demo) VALUES ('demo', 'Demo', true) RETURNING id"
        ).fetchone()[0]
        connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) SELECT %s, unnest(%s::text[])",
            (tenant_id, small_recording.cab_numbers),
        )
        # Fed until ten minutes ago: it catches up those, not the day.
        begin = int(time.time()) - 600
        connection.execute(
            "INSERT INTO vehicle_states (tenant_id, vehicle_id, recorded_at, source) "
            "SELECT tenant_id, id, to_timestamp(%s), 'demo' FROM vehicles",
            (begin,),
        )
    database = Database(settings.database.app_url, pool_size=4)
    await database.open()
    try:
        actor = system_actor(tenant_id)
        assert await find_demo_tenant(database, "demo") == tenant_id
        assert await fed_until(database, actor) == begin
        await replay_for(database, settings, 3)
        first = await fed_until(database, actor)
        assert first is not None
        assert first >= begin + 600
        # Two workers: one of them sends.
        await asyncio.gather(replay_for(database, settings, 3), replay_for(database, settings, 3))
        last = await fed_until(database, actor)
        assert last is not None
        assert last > first
        stored = rows(
            settings,
            "SELECT vehicle_id, count(*), count(DISTINCT recorded_at), min(extract(epoch FROM recorded_at))::bigint "
            "FROM vehicle_locations GROUP BY 1",
        )
        assert [row[1:] for row in stored] == [(last - begin, last - begin, begin + 1)] * 2, (
            "no gap, nothing twice"
        )
    finally:
        await database.close()


async def test_only_a_demonstration_is_replayed(settings, small_recording) -> None:
    with psycopg.connect(settings.database.url) as connection:
        tenant_id = connection.execute(
            "INSERT INTO tenants (slug, name) VALUES ('demo', 'Demolition Ltd') RETURNING id"
        ).fetchone()[0]
        connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) SELECT %s, unnest(%s::text[])",
            (tenant_id, small_recording.cab_numbers),
        )
    database = Database(settings.database.app_url, pool_size=4)
    await database.open()
    try:
        assert await find_demo_tenant(database, "demo") is None
        await replay_for(database, settings, 2)
    finally:
        await database.close()
    assert rows(settings, "SELECT count(*) FROM vehicle_locations") == [(0,)]


async def test_the_worker_runs_everything_and_stops_within_two_seconds(settings) -> None:
    from motorpool import worker

    stop = asyncio.Event()
    task = asyncio.create_task(worker.main(settings, stop))
    await asyncio.sleep(1.5)
    assert not task.done()
    began = time.monotonic()
    stop.set()
    await task
    assert time.monotonic() - began < 2
