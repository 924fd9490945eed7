"""Each protocol over a real socket: positions in the database, acknowledged as the device expects."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest
from tests.sql import Sql
from tests.telematics.gateway.conftest import Gateway, eventually
from tests.telematics.gateway.senders import (
    START,
    Line,
    avl_datagram,
    avl_packet,
    avl_record,
    gl200_location,
    gt06_alarm,
    gt06_heartbeat,
    gt06_location,
    gt06_login,
    h02_location,
    teltonika_login,
)

from motorpool.telematics.ingest.sightings import is_text, shown

PLACE = (37.78, -122.41)


def positions(sql: Sql, tenant: Any) -> list[tuple[Any, ...]]:
    return sql(
        "SELECT recorded_at, round(latitude, 4)::float, round(longitude, 4)::float, speed::float, source "
        "FROM vehicle_locations WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )


async def test_teltonika(gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql) -> None:
    line = await Line.to(gateway["teltonika"])
    assert await line.say(teltonika_login(imei), 1) == b"\x01"
    records = [
        avl_record(START, *PLACE, elements={239: 1, 66: 12800, 48: 71}),
        avl_record(START + timedelta(seconds=1), *PLACE, elements={253: 2, 254: 52}, event=253),
    ]
    assert await line.say(avl_packet(records), 4) == b"\x00\x00\x00\x02"
    # What was answered is committed: no waiting here.
    assert positions(sql, tenant) == [
        (START, *PLACE, 36.0, "teltonika"),
        (START + timedelta(seconds=1), *PLACE, 36.0, "teltonika"),
    ]
    assert sql("SELECT ignition, attributes->>'power_v' FROM vehicle_locations WHERE tenant_id = %s "
               "ORDER BY recorded_at LIMIT 1", tenant.id) == [(True, "12.8")]  # fmt: skip
    assert sql("SELECT fuel_level::float FROM obd_telemetry WHERE tenant_id = %s", tenant.id) == [(71.0,)]
    assert sql(
        "SELECT code, value, speed::float, device_id, source, raw FROM device_events WHERE tenant_id = %s",
        tenant.id,
    ) == [("harsh_braking", 0.52, 36.0, device.id, "teltonika", "io 253=2")]
    # Sent again it is acknowledged again and stored once.
    assert await line.say(avl_packet(records), 4) == b"\x00\x00\x00\x02"
    assert len(positions(sql, tenant)) == 2
    assert sql("SELECT count(*) FROM device_events WHERE tenant_id = %s", tenant.id) == [(1,)]
    # A wrong checksum is answered with 0 records.
    broken = avl_packet(records)[:-1] + b"\xff"
    assert await line.say(broken, 4) == bytes(4)
    line.hang_up()


async def test_teltonika_over_udp(gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        udp.connect(("127.0.0.1", gateway["teltonika"]))
        udp.send(avl_datagram(imei, 0xCAFE, [avl_record(START, *PLACE)]))
        answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(udp, 100), 10)
    assert answer == bytes.fromhex("0005CAFE010501")
    assert positions(sql, tenant) == [(START, *PLACE, 36.0, "teltonika")]


async def test_a_new_port_for_each_datagram_is_one_visit(
    gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql
) -> None:
    """So do mobile networks, and devices that open a socket for each report."""
    for second in range(5):
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.setblocking(False)
            udp.connect(("127.0.0.1", gateway["h02"]))
            udp.send(h02_location(imei, START + timedelta(seconds=second), *PLACE) + b"\r\n")
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(udp, 100), 10)
    await eventually(
        lambda: sql("SELECT message_count FROM device_connections WHERE device_id = %s", device.id) == [(5,)]
    )
    assert len(positions(sql, tenant)) == 5
    assert sql("SELECT count(*) FROM device_sessions WHERE device_id = %s", device.id) == [(0,)]


def test_the_last_message_is_shown_without_the_identifier() -> None:
    binary = bytes.fromhex("2441060116601245431311165035313006004318210e000000fffffbffff0024")
    assert not is_text(binary) and is_text(h02_location("4106011660", START, *PLACE) + b"\r\n")
    assert shown(binary, "4106011660", binary=True).startswith("24**********124543")
    # 15 digits of 16 half bytes: the odd one stands behind in H02, in front in GT06.
    for packet in ("24356307042441013f12", "243563070424410130", "0356307042441013"):
        assert "5630704244101" not in shown(bytes.fromhex(packet), "356307042441013", binary=True)


async def test_gt06(gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql) -> None:
    line = await Line.to(gateway["gt06"])
    answer = await line.say(gt06_login(imei), 10)
    assert answer[:4] == bytes.fromhex("78780501") and answer[-2:] == b"\r\n"
    await line.say(gt06_location(START, *PLACE))
    later = START + timedelta(seconds=30)
    assert (await line.say(gt06_alarm(later, *PLACE, alarm=0x01), 10))[3] == 0x16
    assert positions(sql, tenant) == [(START, *PLACE, 40.0, "gt06"), (later, *PLACE, 40.0, "gt06")]
    assert (await line.say(gt06_heartbeat(True), 10))[3] == 0x13
    assert (await line.say(gt06_heartbeat(False), 10))[3] == 0x13
    codes = sql("SELECT code FROM device_events WHERE tenant_id = %s ORDER BY recorded_at", tenant.id)
    assert codes == [("sos",), ("ignition_off",)]
    line.hang_up()


async def test_h02(gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql) -> None:
    line = await Line.to(gateway["h02"])
    message = h02_location(imei, START, *PLACE)
    await line.say(message[:20])
    await line.say(message[20:])
    assert await line.until(b"#") == f"*HQ,{imei},V4,V1,20260521073000#".encode()
    assert positions(sql, tenant) == [(START, *PLACE, 37.04, "h02")]
    line.hang_up()


async def test_gl200(gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql) -> None:
    line = await Line.to(gateway["gl200"])
    later = START + timedelta(minutes=1)
    await line.say(
        gl200_location(imei, START, *PLACE, "0A01") + gl200_location(imei, later, *PLACE, "0A02", sort="BUFF")
    )
    assert await line.until(b"$") == b"+SACK:0A01$"
    assert await line.until(b"$") == b"+SACK:0A02$"
    await line.say(f"+ACK:GTHBD,2C0204,{imei},gv,20260521073500,0A03$".encode())
    assert await line.until(b"$") == b"+SACK:GTHBD,2C0204,0A03$"
    assert positions(sql, tenant) == [(START, *PLACE, 36.0, "gl200"), (later, *PLACE, 36.0, "gl200")]
    line.hang_up()


async def test_what_people_see_of_a_connection(
    gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql
) -> None:
    line = await Line.to(gateway["gt06"])
    await line.say(gt06_login(imei), 10)

    def connection() -> Any:
        found = sql(
            "SELECT connected_until > now(), protocol, transport, last_message_format, last_message, message_count, "
            "remote_address FROM device_connections WHERE tenant_id = %s AND device_id = %s",
            tenant.id, device.id,
        )  # fmt: skip
        return found[0] if found else None

    seen = await eventually(connection)
    assert seen[:4] == (True, "gt06", "tcp", "hex") and seen[5] == 1
    assert seen[4].startswith("78780d01****************0001") and imei not in seen[4]
    assert seen[6].startswith("127.0.0.1:")
    line.hang_up()
    await eventually(lambda: connection()[0] is False)
    ended = sql("SELECT protocol, reason, message_count FROM device_sessions WHERE device_id = %s", device.id)
    assert ended == [("gt06", "closed", 1)]
    assert sql(
        "SELECT count(*) FROM audit_trails WHERE record_id = %s AND operation = 'UPDATE'", device.id
    ) == [(0,)]


@pytest.mark.parametrize("protocol", ["teltonika", "gt06", "h02", "gl200"])
async def test_an_unknown_device_is_quarantined_and_a_disabled_one_refused(
    gateway: Gateway, device: Any, imei: str, tenant: Any, sql: Sql, protocol: str
) -> None:
    def hello(identifier: str) -> bytes:
        return {
            "teltonika": teltonika_login(identifier),
            "gt06": gt06_login(identifier),
            "h02": h02_location(identifier, START, *PLACE),
            "gl200": gl200_location(identifier, START, *PLACE),
        }[protocol]

    stranger = imei[:-4] + str(9999 - int(imei[-4:])).zfill(4)
    line = await Line.to(gateway[protocol])
    await line.say(hello(stranger))
    answered = await asyncio.wait_for(line.reader.read(), 10)
    assert answered == (b"\x00" if protocol == "teltonika" else b"")
    assert sql("SELECT status, protocol FROM devices WHERE identifier = %s", stranger) == [
        ("quarantined", protocol)
    ]

    sql("UPDATE devices SET status = 'disabled' WHERE id = %s", device.id)
    line = await Line.to(gateway[protocol])
    await line.say(hello(imei))
    answered = await asyncio.wait_for(line.reader.read(), 10)
    assert answered == (b"\x00" if protocol == "teltonika" else b"")
    assert positions(sql, tenant) == []
