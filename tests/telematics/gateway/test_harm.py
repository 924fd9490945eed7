"""One bad sender harms nobody else: garbage, floods, weeks of old points, and a database that does not commit."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.sql import Sql
from tests.telematics.gateway.conftest import Gateway, eventually, listening
from tests.telematics.gateway.senders import (
    START,
    Line,
    avl_packet,
    avl_record,
    gt06_heartbeat,
    gt06_login,
    h02_location,
    teltonika_login,
)

from motorpool.core.database.database import Database
from motorpool.core.settings import Settings
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.gateway.limits import BURST, Rate, Strikes

PLACE = (37.78, -122.41)


@pytest.fixture
async def other(database: Database, tenant: Any, sql: Sql, imei: str) -> str:
    """The identifier of a well-behaved device."""
    vehicle = sql(
        "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'van') RETURNING id", tenant.id
    )[0][0]
    identifier = str(int(imei) + 1)
    async with database.transaction(tenant.actor) as session:
        await create_device(session, name="good", vehicle_id=vehicle, identifier=identifier)
    return identifier


async def greeted(gateway: Gateway, imei: str) -> Line:
    line = await Line.to(gateway["teltonika"])
    assert await line.say(teltonika_login(imei), 1) == b"\x01"
    return line


async def test_nothing_is_acknowledged_before_the_commit(
    gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql, database_urls: Any
) -> None:
    line = await greeted(gateway, imei)
    await line.say(avl_packet([avl_record(START, *PLACE)]), 4)
    with psycopg.connect(database_urls.owner) as blocker:
        blocker.execute("LOCK TABLE vehicle_states IN EXCLUSIVE MODE")
        later = avl_packet([avl_record(START + timedelta(seconds=1), *PLACE)])
        with pytest.raises(TimeoutError):
            await line.say(later, 4, within=1.5)
        blocker.rollback()
    assert await asyncio.wait_for(line.reader.readexactly(4), 10) == b"\x00\x00\x00\x01"
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(2,)]
    line.hang_up()


async def test_garbage_is_cut_off_with_a_growing_pause_and_counted(
    gateway: Gateway, device: Any, imei: str, other: str, sql: Sql
) -> None:
    good = await greeted(gateway, other)
    bad = await greeted(gateway, imei)
    await bad.say(b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n")
    assert await bad.is_closed()
    # Known by its identifier, it is shut out for a while; the same address stays open for others.
    again = await Line.to(gateway["teltonika"])
    assert await again.say(teltonika_login(imei), 1) == b"\x00"
    assert await again.is_closed()
    assert await good.say(avl_packet([avl_record(START, *PLACE)]), 4) == b"\x00\x00\x00\x01"
    await (await greeted(gateway, other)).say(avl_packet([avl_record(START, *PLACE)]), 4)

    def refusals() -> Any:
        return sql(
            "SELECT last_refusal FROM device_connections WHERE device_id = %s AND refused_count >= 2",
            device.id,
        )

    assert (await eventually(refusals))[0][0].startswith(("cut off", "refused: garbage"))
    good.hang_up()


async def test_strangers_who_send_garbage_are_shut_out(gateway: Gateway) -> None:
    for _ in range(2):
        line = await Line.to(gateway["gt06"])
        await line.say(os.urandom(3) + b"\xff" * 60)
        assert await line.is_closed()
    # The second connection was closed before a byte of it was read.
    began = time.monotonic()
    assert await (await Line.to(gateway["gt06"])).is_closed()
    assert time.monotonic() - began < 1


def test_pauses_grow_and_are_forgiven() -> None:
    now = 0.0
    strikes = Strikes(lambda: now)
    pauses = []
    for _ in range(9):
        strikes.add("bad")
        began = now
        while strikes.is_out("bad"):
            now += 1
        pauses.append(now - began)
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert not strikes.is_out("good")
    now += 4_000
    strikes.add("bad")
    now += 4
    assert strikes.is_out("bad")
    now += 1
    assert not strikes.is_out("bad"), "the first pause again"
    strikes.add("bad")
    strikes.trust("bad")
    assert not strikes.is_out("bad")


def test_a_rate_lets_a_burst_through_and_then_slows_down() -> None:
    now = 0.0
    rate = Rate(10, lambda: now)
    assert rate.take(10 * BURST) == 0
    assert rate.take(50) == 5
    now = 5.0
    assert rate.take(0) == 0 and not rate.has_room()
    now = 6.0
    assert rate.has_room()


async def test_a_flood_is_slowed_down_and_a_live_device_is_not(
    gateway: Gateway, device: Any, imei: str, other: str, tenant: Any, sql: Sql
) -> None:
    """A device sends its whole memory, 16,000 old points as fast as it can; another one reports live."""
    memory = await greeted(gateway, imei)
    live = await greeted(gateway, other)
    week_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    sent = 0

    async def catch_up() -> None:
        nonlocal sent
        while sent < 16_000:
            records = [
                avl_record(week_ago + timedelta(seconds=30 * (sent + row)), 37 + row / 1e4, -122)
                for row in range(200)
            ]
            assert await memory.say(avl_packet(records), 4, within=60) == b"\x00\x00\x00\xc8"
            sent += len(records)

    flood = asyncio.create_task(catch_up())
    waits = []
    for number in range(40):
        began = time.monotonic()
        moment = datetime.now(UTC) + timedelta(milliseconds=number)
        assert await live.say(avl_packet([avl_record(moment, *PLACE)]), 4) == b"\x00\x00\x00\x01"
        waits.append(time.monotonic() - began)
        await asyncio.sleep(0.1)
    # 200 rows a second with 10,000 at once: not everything can be through yet, and it is not lost either.
    assert 10_000 <= sent < 16_000
    assert sorted(waits)[len(waits) // 2] < 0.5, waits
    flood.cancel()
    assert sql(
        "SELECT count(*) >= %s FROM vehicle_locations WHERE tenant_id = %s AND source = 'teltonika'", sent, tenant.id
    ) == [(True,)]  # fmt: skip


async def test_a_flood_of_heartbeats_is_slowed_down(
    settings: Settings, device: Any, imei: str, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motorpool.telematics.ingest.devices.SIGHTINGS_EVERY_S", 0.1)
    async with listening(settings, device_rows_a_second=1) as gateway:
        line = await Line.to(gateway["gt06"])
        await line.say(gt06_login(imei), 10)
        began = time.monotonic()
        await line.say(gt06_heartbeat(True) * (BURST + 1), 10 * (BURST + 1))
        assert time.monotonic() - began > 1
        refused = "SELECT last_refusal LIKE 'slowed down%%' FROM device_connections WHERE device_id = %s"
        await eventually(lambda: sql(refused, device.id) == [(True,)])
        line.hang_up()


async def test_a_wrong_clock_is_acknowledged_and_counted(
    gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql
) -> None:
    line = await greeted(gateway, imei)
    records = [avl_record(START, *PLACE), avl_record(datetime(2080, 1, 1, tzinfo=UTC), *PLACE)]
    assert await line.say(avl_packet(records), 4) == b"\x00\x00\x00\x02"
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(1,)]

    def refusal() -> Any:
        return sql("SELECT last_refusal FROM device_connections WHERE device_id = %s", device.id)

    await eventually(lambda: "clock is wrong" in str(refusal()))
    line.hang_up()


async def test_a_device_that_hangs_up_in_mid_message_or_comes_twice(
    gateway: Gateway, device: Any, imei: str, sql: Sql
) -> None:
    first = await greeted(gateway, imei)
    await first.say(avl_packet([avl_record(START, *PLACE)])[:30])
    second = await greeted(gateway, imei)
    assert await first.is_closed()
    assert await second.say(avl_packet([avl_record(START, *PLACE)]), 4) == b"\x00\x00\x00\x01"
    await eventually(
        lambda: sql("SELECT reason FROM device_sessions WHERE device_id = %s", device.id) == [("replaced",)]
    )
    line = await Line.to(gateway["h02"])
    await line.say(h02_location(imei, START, *PLACE)[:40])
    line.hang_up()
    second.hang_up()
