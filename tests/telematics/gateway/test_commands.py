"""Commands to devices: sent when connected, else on the next connection; answered, failed, expired, refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.sql import Sql
from tests.telematics.gateway.conftest import Gateway, eventually
from tests.telematics.gateway.senders import (
    START,
    Line,
    codec12_response,
    gl200_location,
    gt06_frame,
    gt06_heartbeat,
    gt06_login,
    h02_location,
    teltonika_login,
)

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, Invalid, NotFound
from motorpool.core.jobs.registry import JobContext
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.actions.command_device import MOST_QUEUED, command_device
from motorpool.telematics.device_jobs import expire_device_commands

PLACE = (37.78, -122.41)


async def order(database: Database, tenant: Any, device: Any, command: str) -> Any:
    async with database.transaction(tenant.actor) as session:
        queued = await command_device(session, tenant.actor, device.id, command=command, expires_hours=1)
        return queued.id


def state(sql: Sql, key: Any) -> Any:
    return sql("SELECT status, result, attempts FROM device_commands WHERE id = %s", key)[0]


async def test_a_connected_device_gets_its_command_at_once(
    gateway: Gateway, device: Any, imei: str, database: Database, tenant: Any, sql: Sql
) -> None:
    line = await Line.to(gateway["teltonika"])
    await line.say(teltonika_login(imei), 1)
    first = await order(database, tenant, device, "getinfo")
    second = await order(database, tenant, device, "getver")
    told = await asyncio.wait_for(line.reader.readexactly(27), 5)
    # The manufacturer's own example of this command.
    assert told.hex() == "000000000000000f0c010500000007676574696e666f0100004312"
    assert state(sql, first) == ("sent", None, 1) and state(sql, second) == ("queued", None, 0)
    await line.say(codec12_response("INI:2019/7/22 7:22"))
    assert b"getver" in await asyncio.wait_for(line.reader.readexactly(26), 5)
    assert state(sql, first) == ("acknowledged", "INI:2019/7/22 7:22", 1)
    await line.say(codec12_response("Ver:03.18"))
    await eventually(lambda: state(sql, second)[0] == "acknowledged")
    line.hang_up()


async def test_an_answer_may_come_on_the_next_connection(
    gateway: Gateway, device: Any, imei: str, database: Database, tenant: Any, sql: Sql
) -> None:
    line = await Line.to(gateway["teltonika"])
    await line.say(teltonika_login(imei), 1)
    key = await order(database, tenant, device, "getinfo")
    await asyncio.wait_for(line.reader.readexactly(27), 5)
    again = await Line.to(gateway["teltonika"])
    await again.say(teltonika_login(imei), 1)
    assert await line.is_closed()
    await again.say(codec12_response("INI:2019/7/22 7:22"))
    await eventually(lambda: state(sql, key) == ("acknowledged", "INI:2019/7/22 7:22", 1))
    again.hang_up()


async def test_a_command_waits_for_the_device(
    gateway: Gateway, device: Any, imei: str, database: Database, tenant: Any, sql: Sql
) -> None:
    sql("UPDATE devices SET protocol = 'gt06' WHERE id = %s", device.id)
    key = await order(database, tenant, device, "RELAY,1#")
    await asyncio.sleep(0.3)
    assert state(sql, key)[0] == "queued"
    line = await Line.to(gateway["gt06"])
    await line.say(gt06_login(imei), 10)
    told = await line.until(b"\r\n")
    assert told[3] == 0x80 and told[9:17] == b"RELAY,1#"
    flag = told[5:9]
    content = flag + b"Cut off the fuel supply: Success!" + b"\x00\x02"
    await line.say(gt06_frame(0x15, bytes((len(content) - 2,)) + content, 9))
    await eventually(lambda: state(sql, key) == ("acknowledged", "Cut off the fuel supply: Success!", 1))
    assert (await line.say(gt06_heartbeat(True), 10))[3] == 0x13
    line.hang_up()


async def test_h02_and_queclink(
    gateway: Gateway, device: Any, imei: str, database: Database, tenant: Any, sql: Sql
) -> None:
    sql("UPDATE devices SET protocol = 'h02' WHERE id = %s", device.id)
    line = await Line.to(gateway["h02"])
    await line.say(h02_location(imei, START, *PLACE))
    await line.until(b"#")
    key = await order(database, tenant, device, "S20,1,1")
    told = (await line.until(b"#")).decode()
    assert told.startswith(f"*HQ,{imei},S20,") and told.endswith(",1,1#")
    now = datetime.now(UTC)
    fix = h02_location(imei, now, *PLACE).decode().split(",V1,")[1]
    await line.say(f"*HQ,{imei},V4,S20,ERROR,{now:%H%M%S},{fix}".encode())
    await eventually(lambda: state(sql, key) == ("failed", "S20,ERROR", 1))
    line.hang_up()

    line = await Line.to(gateway["gl200"])
    await line.say(gl200_location(imei, START, *PLACE, "0001"))
    await line.until(b"$")
    await eventually(
        lambda: sql("SELECT protocol FROM device_connections WHERE device_id = %s", device.id) == [("gl200",)]
    )
    key = await order(database, tenant, device, "AT+GTRTO=gv,1,,,,,,0001$")
    assert await line.until(b"$") == b"AT+GTRTO=gv,1,,,,,,0001$"
    answer = f"+ACK:GTRTO,2C0204,{imei},gv,RTL,0001,20260521073000,0002$"
    await line.say(answer.encode())
    await eventually(lambda: state(sql, key) == ("acknowledged", answer, 1))
    line.hang_up()


async def test_what_cannot_be_sent_is_refused_when_it_is_asked_for(
    device: Any, database: Database, tenant: Any, other_tenant: Any, sql: Sql
) -> None:
    with pytest.raises(NotFound):
        await order(database, other_tenant, device, "getinfo")
    with pytest.raises(Invalid, match="not valid") as wrong:
        await order(database, tenant, device, "zeile\neins")
    assert wrong.value.fields[0].field == "command"
    for protocol, words in (
        ("osmand", "OsmAnd protocol has no commands"),
        ("owntracks", "OwnTracks"),
        (None, "teltonika"),
    ):
        sql("UPDATE devices SET protocol = %s WHERE id = %s", protocol, device.id)
        with pytest.raises(Invalid, match=words):
            await order(database, tenant, device, "getinfo")
    sql("UPDATE devices SET protocol = 'gl200' WHERE id = %s", device.id)
    with pytest.raises(Invalid):
        await order(database, tenant, device, "AT+GTRTO=gv,1$AT+GTRTO=gv,2$")
    sql("UPDATE devices SET protocol = 'teltonika' WHERE id = %s", device.id)
    for _ in range(MOST_QUEUED):
        await order(database, tenant, device, "getinfo")
    with pytest.raises(Conflict, match="wait for this device"):
        await order(database, tenant, device, "getinfo")
    sql("UPDATE devices SET status = 'disabled' WHERE id = %s", device.id)
    with pytest.raises(Conflict, match="disabled"):
        await order(database, tenant, device, "getinfo")
    assert sql("SELECT count(*) FROM device_commands WHERE device_id = %s", device.id) == [(MOST_QUEUED,)]


async def test_commands_expire(
    device: Any, database: Database, settings: Settings, tenant: Any, sql: Sql
) -> None:
    key, lost = [await order(database, tenant, device, "getinfo") for _ in range(2)]
    sql("UPDATE device_commands SET created_at = now() - interval '2 h', expires_at = now() - interval '1 h' "
        "WHERE id = %s", key)  # fmt: skip
    sql("UPDATE device_commands SET status = 'sent', sent_at = now() - interval '1 h' WHERE id = %s", lost)
    await expire_device_commands(JobContext(database, settings, system_actor(tenant.id)))
    assert state(sql, key)[0] == "expired"
    assert state(sql, lost)[:2] == ("failed", "The device did not answer.")
