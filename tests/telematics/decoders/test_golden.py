"""Published packets, decoded to what their documents say.

Sources of the packets (facts): Teltonika's page "Teltonika Data Sending Protocols" (T1), Concox's "GT06 GPS Tracker
Communication Protocol" (C1), the examples of Queclink's "@Track Air Interface Protocol" papers (Q1), and captured packets in the
public test suite of Traccar (github.com/traccar/traccar, `*ProtocolDecoderTest.java`) (X).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.telematics.gateway.senders import gt06_frame, gt06_location

from motorpool.telematics.decoders.checksums import crc16_ibm, crc16_x25
from motorpool.telematics.decoders.protocol import Garbage, Message, Unsendable
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.decoders.report import Report, Undecodable

NOW = 1_779_348_600_000_000


def read(name: str, packet: str) -> Message:
    raw = packet.encode() if packet[0] in "*+" else bytes.fromhex(packet)
    protocol = PROTOCOLS[name]()
    assert protocol.frame(raw) == len(raw), "the framer finds the whole packet"
    for cut in (1, len(raw) // 2, len(raw) - 1):
        assert protocol.frame(raw[:cut]) == 0 or (name == "h02" and packet.startswith("24"))
    return protocol.read(raw, NOW)


def only(message: Message) -> Report:
    [report] = message.reports
    return report


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def test_checksums() -> None:
    assert crc16_ibm(b"123456789") == 0xBB3D
    assert crc16_x25(b"123456789") == 0x906E


# -- Teltonika


def test_teltonika_handshake() -> None:
    message = read("teltonika", "000F333536333037303432343431303133")  # T1
    assert (message.identifier, message.reply, message.refusal) == ("356307042441013", b"\x01", b"\x00")


CODEC_8_1 = (
    "000000000000003608010000016B40D8EA30010000000000000000000000000000000105021503010101425E0F01F10000601A014E00000000"
    "00000000010000C7CF"
)
CODEC_8_3 = (
    "000000000000004308020000016B40D57B480100000000000000000000000000000001010101000000000000016B40D5C19801000000000000"
    "0000000000000000000101010101000000020000252C"
)
CODEC_8E = (
    "000000000000004A8E010000016B412CEE000100000000000000000000000000000000010005000100010100010011001D00010010015E2C88"
    "0002000B000000003544C87A000E000000001DD7E06A00000100002994"
)


def test_teltonika_codec_8() -> None:
    message = read("teltonika", CODEC_8_1)  # T1, first example
    report = only(message)
    assert message.reply == b"\x00\x00\x00\x01"
    assert report.recorded_at == at("2019-06-10 10:04:46") and report.latitude is None
    assert report.attributes == {
        "priority": 1, "gsm_signal": 3, "input_1": 1, "power_v": 24.079, "operator": 24602, "io78": 0,
    }  # fmt: skip
    message = read("teltonika", CODEC_8_3)  # T1, third example: two records
    assert [report.attributes["input_1"] for report in message.reports] == [0, 1]
    assert message.reply == b"\x00\x00\x00\x02"


def test_teltonika_codec_8_extended() -> None:
    report = only(read("teltonika", CODEC_8E))  # T1
    assert report.recorded_at == at("2019-06-10 11:36:32")
    assert report.odometer_m == 22_949_000
    assert report.attributes == {
        "priority": 1,
        "input_1": 1,
        "io17": 29,
        "io11": 893700218,
        "io14": 500686954,
    }
    # X: an FMB with an OBD dongle; texts (VIN, trouble codes) have lengths of their own.
    packet = (
        "00000000000000a38e0100000178b11c9e1000040bbbc91f03190c002100e113001300000010000600ef0100f00100150300c800004501001e"
        "070005004237e00018000a00ce166200430f970024059f000300f10000665900c70000001e00100000a1b50000000201000011575631"
        "5a5a5a32455a38363031353338380119002950303239392c50303637352c50303637342c50303637322c50303637312c50303437312c503242"
        "41430100001ad8"
    )
    report = only(read("teltonika", packet))
    assert (report.latitude, report.longitude) == (52.0296716, 6.7877833)
    assert (report.altitude, report.heading, report.speed) == (33, 225, 19)
    assert (report.ignition, report.odometer_m, report.readings) == (True, 41_397, {"rpm": 1439})
    assert report.attributes["power_v"] == 14.304 and report.attributes["battery_v"] == 3.991
    assert bytes.fromhex(report.attributes["io281"]).startswith(b"P0299,P0675")
    assert bytes.fromhex(report.attributes["io256"]).startswith(b"WV1ZZZ2EZ860")


def test_teltonika_fix() -> None:
    packet = (
        "000000000000004508010000015eb70a86d00024089d4d21dee3860137005f12005f000e06ef01f00150011503c800450108b5000bb6000642"
        "382718005fcd057ace19d3430f57440000000001000002bf"
    )
    report = only(read("teltonika", packet))  # X
    assert report.recorded_at == at("2017-09-25 03:17:54")
    assert (report.latitude, report.longitude, report.altitude) == (56.8255366, 60.4544333, 311)
    assert (report.speed, report.heading, report.ignition) == (95, 95, True)
    assert (report.attributes["satellites"], report.attributes["hdop"]) == (18, 0.6)


def test_teltonika_over_udp() -> None:
    packet = (
        "003DCAFE0105000F33353230393330383634303336353508010000016B4F815B3001000000000000000000000000000000010302150301010"
        "1425DBC000001"
    )
    [message] = PROTOCOLS["teltonika"]().datagram(bytes.fromhex(packet), NOW)  # T1
    assert message.identifier == "352093086403655" and message.reply == bytes.fromhex("0005CAFE010501")
    assert only(message).attributes["power_v"] == 23.996
    with pytest.raises(Undecodable):
        PROTOCOLS["teltonika"]().datagram(bytes.fromhex(packet)[:-3], NOW)


def test_teltonika_commands() -> None:
    device = PROTOCOLS["teltonika"]()
    assert (
        device.command("getinfo", "", NOW).hex().upper()
        == "000000000000000F0C010500000007676574696E666F0100004312"
    )  # T1
    message = read(
        "teltonika",
        "00000000000000900C010600000088494E493A323031392F372F323220373A3232205254433A323031392F372F323220373A3533205253543A"
        "32204552523A312053523A302042523A302043463A302046473A3020464C3A302054553A302F302055543A3020534D533A30204E4F4750533A"
        "303A3330204750533A31205341543A302052533A332052463A36352053463A31204D443A30010000C78F",
    )  # T1
    assert message.answer is not None and message.answer.startswith(
        "INI:2019/7/22 7:22 RTC:2019/7/22 7:53 RST:2"
    )
    with pytest.raises(Unsendable):
        device.command("", "", NOW)


def test_teltonika_refuses_what_is_broken() -> None:
    message = PROTOCOLS["teltonika"]().read(bytes.fromhex(CODEC_8_1[:-2] + "CE"), NOW)
    assert message.problem and message.reply == bytes(4) and not message.reports
    with pytest.raises(Garbage):
        PROTOCOLS["teltonika"]().frame(b"GET / HTTP/1.1\r\n")


# -- GT06


def test_gt06_login() -> None:
    message = read("gt06", "78780D01012345678901234500018CDD0D0A")  # C1
    assert message.identifier == "123456789012345"
    assert message.reply.hex().upper() == "787805010001D9DC0D0A"  # C1, the server's answer


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        # X: position; south and west.
        ("7878241216040e102c22cf00915ffb04c6016300195a02d402283b00753f400571040001dda4880d0a",
         {"recorded_at": at("2022-04-14 16:44:34"), "latitude": -5.29293944, "longitude": -44.49185944, "speed": 0.0,
          "heading": 346.0}),
        # X: with the ignition behind the cell.
        ("787822220F0C1D023305C9027AC8180C46586000140001CC00287D001F71000001000820860D0A",
         {"recorded_at": at("2015-12-29 02:51:05"), "latitude": 23.11169333, "longitude": 114.40929778,
          "ignition": False}),
        # X: alarm of a 4G device, external power cut.
        ("78782EA4110C0C02281BF6026C18720C38D22800149C1181CC00010000260E000000000615F8012C05041102FF001058FD0D0A",
         {"recorded_at": at("2017-12-12 02:40:27"), "latitude": 22.57698778, "longitude": 113.91689333, "heading": 156.0,
          "happenings": ["power_cut"]}),
        # X: vibration, without a fix.
        ("7878252612030C063816C3026C10540C38C9700144030901CC002866000EEE0C06040302000DA2DB0D0A",
         {"latitude": None, "happenings": ["vibration"], "ignition": False}),
    ],
)  # fmt: skip
def test_gt06_places(packet: str, expected: dict[str, Any]) -> None:
    report = only(read("gt06", packet))
    for name, value in expected.items():
        found = getattr(report, name)
        assert ([each.code for each in found] if name == "happenings" else found) == value, name


def test_gt06_heartbeat_answers_and_commands() -> None:
    message = read("gt06", "78780B23C00122040001000818720D0A")  # X
    assert message.reply[3] == 0x23 and message.reply[4:6] == b"\x00\x08"
    assert only(message).ignition is False
    message = read(
        "gt06", "7878281520000000003c49434349443a38393838323339303030303039373330323635303e00020d446f260d0a"
    )
    assert message.answer == "<ICCID:89882390000097302650>"  # X
    message = read(
        "gt06", "797900262100000000020043006f006d006d0061006e00640020006500720072006f0072002100236e850d0a"
    )
    assert message.answer == "Command error!"  # X
    told = PROTOCOLS["gt06"]().command("DYD#", "", NOW)
    assert told[:4] == b"\x78\x78\x10\x80" and told[9:13] == b"DYD#"
    assert crc16_x25(told[2:-4]) == int.from_bytes(told[-4:-2], "big")


def test_gt06_clock_of_the_device() -> None:
    """A login may name the zone of the device's clock; C1: 0x3200 is 8 hours east."""
    device = PROTOCOLS["gt06"]()
    device.read(gt06_frame(0x01, bytes.fromhex("012345678901234520003200"), 1), NOW)
    [report] = device.read(gt06_location(datetime(2026, 5, 21, 15, 30), 37.5, -122.5), NOW).reports
    assert report.recorded_at == at("2026-05-21 07:30:00")
    answer = device.read(gt06_frame(0x8A, b"", 7), NOW).reply
    assert answer[4:10] == bytes((26, 5, 21, 7, 30, 0))


# -- H02


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        ("*HQ,4210051415,V1,164549,A,0956.3869,N,08406.7068,W,000.00,000,221215,FFFFFBFF,712,01,0,0,6#",
         {"recorded_at": at("2015-12-22 16:45:49"), "latitude": 9.93978167, "longitude": -84.11178, "ignition": False}),
        ("*HQ,1451316409,V1,030149,A,-23-29.0095,S,-46-51.5852,W,2.4,065,070315,FFFFFFFF#",
         {"recorded_at": at("2015-03-07 03:01:49"), "latitude": -23.48349167, "longitude": -46.85975333, "heading": 65.0,
          "ignition": True}),
        ("*HQ,354188045498669,V1,195200,A,701.8915,S,3450.3399,W,0.00,205.70,050213,ffffffff,000243,000000,000000#",
         {"latitude": -7.031525, "longitude": -34.83899833, "heading": 205.7}),
        ("*HQ,355488020119695,V1,050418,,2827.61232,N,07703.84822,E,0.00,0,031015,FFFEFBFF#",
         {"recorded_at": at("2015-10-03 05:04:18"), "latitude": None}),
        ("*TH,2020916012,V4,S20,DONE,130305,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,F7FFFBFF#",
         {"recorded_at": at("2002-09-22 05:03:16"), "latitude": 22.214575, "longitude": 113.77762333}),
        ("2441060116601245431311165035313006004318210e000000fffffbffff0024",
         {"recorded_at": at("2016-11-13 12:45:43"), "latitude": 50.58855, "longitude": 4.53035}),
        ("24410600082621532131081504419390060740418306000000fffffbfdff0015060000002c02dc0c000000001f",
         {"recorded_at": at("2015-08-31 21:53:21"), "latitude": 4.69898333, "longitude": -74.06971667}),
        ("2442091341332059572807175137358006000183640e000000fffffbfdff001f080000000000ea1e0000000021",
         {"latitude": 51.62263333, "longitude": 0.30606667}),
        ("2435248308419329301047591808172627335900074412294E024138FEFFFFFFFF01120064BA73005ECC",
         {"recorded_at": at("2017-08-18 10:47:59"), "latitude": 26.45559833, "longitude": 74.68715667, "heading": 138.0}),
    ],
)  # fmt: skip
def test_h02(packet: str, expected: dict[str, Any]) -> None:
    report = only(read("h02", packet))  # all X
    for name, value in expected.items():
        assert getattr(report, name) == value, name


def test_h02_answers() -> None:
    # All X; the one with ERROR is the one with DONE above, changed.
    message = read(
        "h02", "*HQ,4210051415,V1,164549,A,0956.3869,N,08406.7068,W,000.00,000,221215,FFFFFBFF,712,01,0,0,6#"
    )
    assert message.reply == b"*HQ,4210051415,V4,V1,20151222164549#"
    message = read(
        "h02",
        "*TH,2020916012,V4,S20,ERROR,130305,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF#",
    )
    assert (message.answer, message.obeyed) == ("S20,ERROR", False)
    report = only(read("h02", "*HQ,1700086468,LINK,180902,15,0,84,0,0,240517,FFFFFBFF#"))
    assert report.attributes == {"gsm_signal": 15, "satellites": 0, "battery_percent": 84}
    assert read("h02", "*HQ,353505510948929,V1,,V,,N,,E,0.00,0,,FFFFF7FF,f0,a,11a0,c0c6#").reports == []


def test_h02_tells_an_alarm_once() -> None:
    device = PROTOCOLS["h02"]()
    told = []
    for state in ("FFFFFFFF", "FFFFFFFD", "FFFFFFFD", "FFFFFFFF", "FFFFFFF9"):
        text = f"*HQ,4210051415,V1,164549,A,0956.3869,N,08406.7068,W,060.00,000,221215,{state}#"
        told.append([each.code for each in only(device.read(text.encode(), NOW)).happenings])
    assert told == [[], ["sos"], [], [], ["sos", "overspeed"]]


# -- Queclink


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        ("+BUFF:GTERI,358803,862364030261132,gv200,00000002,,10,1,1,43.4,160,592.2,46.723488,24.590880,20240817131155,0420,"
         "0001,01AE,393D,00,19273.0,,,12,,05,00,2,0,20240817131205,C81A$",
         {"recorded_at": at("2024-08-17 13:11:55"), "latitude": 24.59088, "longitude": 46.723488, "altitude": 592.2,
          "speed": 43.4, "heading": 160.0, "odometer_m": 19_273_000.0}),
        ("+RESP:GTSOS,DF0200,868487004358800,cv100,,00,1,1,0.0,0,138.0,114.015465,22.537372,20210714115224,0460,0001,25F8,"
         "061A7D02,,,20210714195224,20210714195224,03A6$",
         {"latitude": 22.537372, "longitude": 114.015465, "happenings": ["sos"]}),
        ("+RESP:GTHBM,BD0214,869409069481243,cv100,,12,1,1,5.6,344,274.7,-1.601826,6.666228,20250114094616,0620,0001,3EE8,"
         "00016E04,,,20250114094616,20250114094616,2862$",
         {"latitude": 6.666228, "happenings": ["harsh_cornering"]}),
        ("+RESP:GTVGN,C2010D,869653060009939,GV600M,453966,0,0.0,0,163.9,10.239379,45.931389,20231210233723,0222,0010,2F31,"
         "006D7621,,,0.0,20240107182623,143F$",
         {"recorded_at": at("2024-01-07 18:26:23"), "latitude": None, "ignition": True, "happenings": ["ignition_on"]}),
        ("+RESP:GTFRI,DF0200,868487004353181,cv100,14051,10,1,0,0.0,0,264.1,114.015515,22.537178,20210608064328,0460,0001,"
         "25F8,061A7D02,,0.0,,,,100,21,,,,20210608144354,32DB$",
         {"latitude": None, "attributes": {"battery_percent": 100, "report": "GTFRI"}}),
        ("+RESP:GTFRI,423031,866873025895726,,0,1,1,0,1,16,0.0,351,51.6,121.391063,31.164633,20181212072535,460,00,1877,DAE,"
         "00,3,85,20181212072535,002C$",
         {"latitude": 31.164633, "longitude": 121.391063,
          "attributes": {"hdop": 16.0, "battery_percent": 85, "report": "GTFRI"}}),
    ],
)  # fmt: skip
def test_gl200(packet: str, expected: dict[str, Any]) -> None:
    message = read("gl200", packet)  # all X
    assert message.reply == f"+SACK:{packet[-5:-1]}$".encode()
    report = only(message)
    for name, value in expected.items():
        found = getattr(report, name)
        assert ([each.code for each in found] if name == "happenings" else found) == value, name


def test_gl200_answers() -> None:  # Q1
    message = read("gl200", "+ACK:GTHBD,1A0102,135790246811220,,20100214093254,11F0$")
    assert message.reply == b"+SACK:GTHBD,1A0102,11F0$" and message.answer is None
    message = read("gl200", "+ACK:GTRTO,02010B,135790246811220,,GPS,0001,20100214093254,11F0$")
    assert message.answer is not None and message.reply == b""
    with pytest.raises(Unsendable):
        PROTOCOLS["gl200"]().command("reboot", "", NOW)
