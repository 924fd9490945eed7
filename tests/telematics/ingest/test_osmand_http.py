"""Phones over real HTTP: the three forms, unknown devices, adoption, the gateway on its own port."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from motorpool.core.database.database import Database
from motorpool.core.errors import ConfigurationError, Conflict, Invalid, NotFound
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.actions.change_device import adopt_device, disable_device, enable_device
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.gateway import main
from motorpool.telematics.ingest.collecting import Fix, FixCollector

#: Other protocols have tests of their own.
OFF = "teltonika=0 gt06=0 h02=0 gl200=0"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway process's own main function, on a real port."""
    port = free_port()
    stop = asyncio.Event()
    running = asyncio.create_task(main(settings.replace(gateway={"osmand_port": port, "ports": OFF}), stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(200):
            try:
                await client.get("/")
                break
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
        yield client
    stop.set()
    await asyncio.wait_for(running, 20)


@pytest.fixture
async def device(database: Database, tenant: Any, vehicles: Any) -> Any:
    async with database.transaction(tenant.actor) as session:
        return await create_device(session, name="phone", vehicle_id=vehicles["bus"])


async def test_query_form_and_json_are_stored_alike(
    gateway: httpx.AsyncClient, device: Any, tenant: Any, vehicles: Any, sql: Any
) -> None:
    fields = {"id": device.identifier, "lat": "37.78", "lon": "-122.41", "speed": "10", "batt": "80"}
    answers = [
        await gateway.get("/", params=fields | {"timestamp": "1779348600"}),
        await gateway.post("/any/path", params=fields | {"timestamp": "1779348601000"}),
        await gateway.post("/", data=fields | {"timestamp": "2026-05-21T07:30:02Z"}),
        await gateway.put(
            "/x", params={"id": device.identifier}, data={**fields, "timestamp": "2026-05-21 07:30:03"}
        ),
        await gateway.post(
            "/",
            json={
                "device_id": device.identifier,
                "location": {
                    "timestamp": "2026-05-21T07:30:04.000Z",
                    "coords": {"latitude": 37.78, "longitude": -122.41, "speed": 18.52 / 3.6, "heading": -1},
                    "battery": {"level": 0.8},
                },
            },
        ),
    ]
    # 200 means committed: nothing is waited for here.
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "")] * 5
    rows = sql(
        "SELECT vehicle_id, latitude::float, speed::float, source, device_id, (attributes->>'battery_percent')::float::int, "
        "recorded_at FROM vehicle_locations WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )
    assert [row[:6] for row in rows] == [(vehicles["bus"], 37.78, 18.52, "osmand", device.id, 80)] * 5
    assert [row[6] for row in rows] == [
        datetime(2026, 5, 21, 7, 30, second, tzinfo=UTC) for second in range(5)
    ]
    state = sql(
        "SELECT recorded_at, device_id, source FROM vehicle_states WHERE vehicle_id = %s", vehicles["bus"]
    )
    assert state == [(rows[-1][6], device.id, "osmand")]
    again = await gateway.get("/", params=fields | {"timestamp": "1779348600"})
    assert again.status_code == 200
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(5,)]


async def test_messages_that_are_refused(
    gateway: httpx.AsyncClient, device: Any, database: Database, tenant: Any, sql: Any, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG, "motorpool")
    caplog.set_level(logging.DEBUG, "uvicorn")
    good = {"id": device.identifier, "lat": "37.78", "lon": "-122.41"}
    for change in (
        {"id": ""}, {"lat": "x"}, {"lat": "91"}, {"timestamp": "soon"}, {"timestamp": "4000000000"}, {"timestamp": "7"},
    ):  # fmt: skip
        answer = await gateway.get("/", params=good | change)
        assert answer.status_code == 400, change
        assert answer.text
    assert (await gateway.post("/", content=b"{")).status_code == 400
    assert (await gateway.post("/", content=b"id=a&x=" + b"x" * 70_000)).status_code == 400
    homeless = await _create(database, tenant, name="no vehicle")
    assert (await gateway.get("/", params=good | {"id": homeless.identifier})).status_code == 400
    async with database.transaction(tenant.actor) as session:
        off = await create_device(session, name="off", vehicle_id=device.vehicle_id)
        await disable_device(session, off.id)
    assert (await gateway.get("/", params=good | {"id": off.identifier})).status_code == 400
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(0,)]
    # Strange but harmless values of optional fields are left out.
    answer = await gateway.get(
        "/", params=good | {"speed": "1e9", "altitude": "1e12", "x" * 3000: "1", "n": "\x00"}
    )
    assert answer.status_code == 200
    logged = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert device.identifier not in logged


async def _create(database: Database, tenant: Any, **fields: Any) -> Any:
    async with database.transaction(tenant.actor) as session:
        return await create_device(session, **fields)


async def test_a_sign_of_life_moves_nothing(
    gateway: httpx.AsyncClient, device: Any, tenant: Any, sql: Any
) -> None:
    answer = await gateway.get("/", params={"id": device.identifier, "batt": "5"})
    assert answer.status_code == 200
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(0,)]


async def test_sightings_are_noted(pipeline: Any, device: Any, sql: Any) -> None:
    known = await pipeline.devices.find(device.identifier)
    pipeline.devices.saw(known, Report(device.identifier, None, 1.5, 2.5))
    await pipeline.devices.write_sightings()
    pipeline.devices.saw(known, Report(device.identifier))
    await pipeline.devices.write_sightings()
    row = sql(
        "SELECT last_report_at IS NOT NULL, last_latitude::float, last_longitude::float FROM devices WHERE id = %s",
        device.id,
    )
    assert row == [(True, 1.5, 2.5)]
    assert sql(
        "SELECT count(*) FROM audit_trails WHERE record_id = %s AND operation = 'UPDATE'", device.id
    ) == [(0,)]


@pytest.fixture
def lone_tenant(own_database_urls: Any) -> Any:
    """A database with a single tenant, and its vehicle."""
    tenant_id = uuid.uuid4()
    with psycopg.connect(own_database_urls.owner) as connection:
        connection.execute("INSERT INTO tenants (id, slug, name) VALUES (%s, 'only', 'Only')", (tenant_id,))
        row = connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'bus') RETURNING id", (tenant_id,)
        ).fetchone()
    assert row is not None
    return own_database_urls, tenant_id, row[0]


async def test_quarantine_and_adoption(lone_tenant: Any, settings: Settings) -> None:
    urls, tenant_id, vehicle_id = lone_tenant
    actor = system_actor(tenant_id)
    port, stop = free_port(), asyncio.Event()
    here = settings.replace(database={"app_url": urls.app}, gateway={"osmand_port": port, "ports": OFF})
    running = asyncio.create_task(main(here, stop))
    fields = {"id": "unknown-phone-1", "lat": "37.78", "lon": "-122.41"}
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while True:
                try:
                    first = await client.get("/", params=fields)
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.05)
            assert first.status_code == 400
            body = {"device_id": "unknown-phone-1", "location": {"coords": {"latitude": 1, "longitude": 2}}}
            assert (await client.post("/", json=body)).status_code == 404
            database = Database(urls.app, pool_size=2)
            await database.open()
            rows = await database.read(
                actor,
                "SELECT id, status, report_count, last_latitude::float, protocol, last_address FROM devices",
            )
            # The second report came within 10 seconds of the first.
            assert [row[1:] for row in rows] == [("quarantined", 1, 37.78, "osmand", "127.0.0.1")]
            device_id = rows[0][0]
            async with database.transaction(actor) as session:
                with pytest.raises(Invalid):
                    await adopt_device(session, device_id, vehicle_id=uuid.uuid4())
                with pytest.raises(Conflict):
                    await enable_device(session, device_id)
                device = await adopt_device(session, device_id, vehicle_id=vehicle_id, name="Phone of Ana")
                assert (device.status, device.name) == ("active", "Phone of Ana")
                with pytest.raises(Conflict, match="active"):
                    await adopt_device(session, device_id, vehicle_id=vehicle_id)
                with pytest.raises(NotFound):
                    await disable_device(session, uuid.uuid4())
            await asyncio.sleep(10.1)  # the gateway remembers for 10 seconds that the device is unknown
            assert (await client.get("/", params=fields)).status_code == 200
            stored = await database.read(actor, "SELECT vehicle_id, device_id FROM vehicle_locations")
            assert stored == [(vehicle_id, device_id)]
            async with database.transaction(actor) as session:
                await disable_device(session, device_id)
                await enable_device(session, device_id)
            await database.close()
    finally:
        stop.set()
        await asyncio.wait_for(running, 20)


async def test_creating_devices(database: Database, tenant: Any, other_tenant: Any, vehicles: Any) -> None:
    made = [await _create(database, tenant, name=f"phone {number}") for number in range(3)]
    assert len({device.identifier for device in made}) == 3
    assert all(len(device.identifier) == 22 for device in made)
    with pytest.raises(Conflict) as conflict:
        await _create(database, other_tenant, name="thief", identifier=made[0].identifier)
    assert conflict.value.fields[0].field == "identifier"
    for wrong in (
        {"identifier": "x" * 101},
        {"identifier": "a\x00"},
        {"name": " "},
        {"vehicle_id": uuid.uuid4()},
    ):
        with pytest.raises(Invalid):
            await _create(database, tenant, **({"name": "phone"} | wrong))
    with pytest.raises(Invalid):
        await _create(database, other_tenant, name="phone", vehicle_id=vehicles["bus"])


async def test_a_taken_port_is_said(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match="MOTORPOOL_GATEWAY_OSMAND_PORT"):
            await main(settings.replace(gateway={"osmand_port": port}), asyncio.Event())


async def test_one_fix_that_is_refused_fails_alone(pipeline: Any, device: Any, tenant: Any, sql: Any) -> None:
    """Fixes of many phones are stored as one batch; here one vehicle has gone since its device was looked up."""
    known = await pipeline.devices.find(device.identifier)
    gone = known._replace(vehicle_id=str(uuid.uuid4()))
    collector = FixCollector(pipeline, "osmand")
    fixes = [
        Fix(
            Report("x", None, 1.0, 2.0),
            gone if second == 3 else known,
            1_779_348_600_000_000 + second * 1_000_000,
        )
        for second in range(8)
    ]
    answers = await asyncio.gather(*map(collector.store, fixes), return_exceptions=True)
    assert [isinstance(answer, Invalid) for answer in answers] == [second == 3 for second in range(8)]
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(7,)]
