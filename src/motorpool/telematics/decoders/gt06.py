"""GT06 and its many relatives (Concox, Jimi, and clones): `7878` frames, and `7979` frames with a longer length.

After the manufacturer's "GT06 GPS Tracker Communication Protocol" (Concox). Each frame: start, length, message number,
content, serial number, CRC-ITU, `0D0A`. Login, heartbeats, alarms and requests for the time are answered. Plain positions
have no answer in this protocol: what is lost on the way is lost, the device does not know.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone

from motorpool.telematics.decoders.checksums import crc16_x25
from motorpool.telematics.decoders.protocol import (
    MOST_BYTES,
    Garbage,
    Message,
    Protocol,
    bcd,
    command_text,
    is_on_earth,
    printable,
)
from motorpool.telematics.decoders.report import Happening, Report

LOGIN, GPS, GPS_LBS, HEARTBEAT, COMMAND_ANSWER, ALARM = 0x01, 0x10, 0x12, 0x13, 0x15, 0x16
LONG_ANSWER, GPS_LBS_2, HEARTBEAT_2, ALARM_2, ALARM_3 = 0x21, 0x22, 0x23, 0x26, 0x27
GPS_4G, ALARM_4G, COMMAND, TIME, INFORMATION = 0xA0, 0xA4, 0x80, 0x8A, 0x94
LOCATIONS = (GPS, 0x11, GPS_LBS, GPS_LBS_2, 0x1A, 0x31, 0x32, GPS_4G)
ALARMS = (ALARM, ALARM_2, ALARM_3, ALARM_4G)
ANSWERED = (HEARTBEAT, HEARTBEAT_2, *ALARMS)
#: Alarm byte -> what happened; what is not listed stays in the attributes.
ALARM_CODES = {
    0x01: "sos",
    0x02: "power_cut",
    0x03: "vibration",
    0x06: "overspeed",
    0x09: "tow",
    0x0E: "low_battery",
    0x0F: "low_battery",
    0x13: "tampering",
    0x19: "low_battery",
    0x25: "tampering",
    0x29: "harsh_acceleration",
    0x2A: "harsh_cornering",
    0x2B: "harsh_cornering",
    0x2C: "crash",
    0x30: "harsh_braking",
}
#: Three bits of the terminal's state say the same for older devices.
STATE_ALARMS = {1: "vibration", 2: "power_cut", 3: "low_battery", 4: "sos"}
COORDINATE = 1_800_000  # units per degree: 1/30,000 minute


class Gt06(Protocol):
    """See the module."""

    name = "gt06"
    title = "GT06 (Concox, Jimi and relatives)"
    port = 5023
    command_example = "STATUS#"
    command_help = (
        "The device's text commands, such as STATUS#, WHERE#, RELAY,1# (cuts the fuel), RELAY,0#, RESET#."
    )
    set_up = ("SERVER,0,{host},{port},0#", "APN,internet#", "GMT,E,0,0#")
    devices = "GT06N, TR02, TR06, WeTrack, GV20, JM-VL01 and many others"

    def __init__(self) -> None:
        self._zone: timezone = UTC
        self._serial = 0
        self._ignition: bool | None = None

    def frame(self, buffer: bytes) -> int:
        if len(buffer) < 4:
            if buffer and buffer[0] not in (0x78, 0x79, 0x0D, 0x0A):
                raise Garbage("a message of GT06 begins with 7878 or 7979")
            return 0
        if buffer[:2] == b"\x78\x78":
            whole = buffer[2] + 5
        elif buffer[:2] == b"\x79\x79":
            whole = int.from_bytes(buffer[2:4], "big") + 6
        else:
            raise Garbage("a message of GT06 begins with 7878 or 7979")
        if not 10 <= whole <= MOST_BYTES:
            raise Garbage(f"a message of GT06 cannot be {whole} bytes long")
        if len(buffer) < whole:
            return 0
        if buffer[whole - 2 : whole] != b"\r\n":
            raise Garbage("the message does not end where it says")
        return whole

    def decode(self, frame: bytes, now: int) -> Message:
        wide = 2 if frame[0] == 0x79 else 1
        serial, crc = struct.unpack(">HH", frame[-6:-2])
        if crc16_x25(frame[2:-4]) != crc:
            return Message(problem="the checksum is wrong")
        number, content = frame[2 + wide], frame[3 + wide : -6]
        if number == LOGIN:
            imei = bcd(content[:8]).lstrip("0")
            if not imei:
                raise Garbage("the login has no IMEI")
            self._zone = _zone_of(content)
            return Message(imei, reply=_frame(LOGIN, b"", serial))
        if number in (COMMAND_ANSWER, LONG_ANSWER):
            return _answer(number, content)
        if number == TIME:
            moment = datetime.fromtimestamp(now / 1e6, UTC)
            clock = bytes(
                (moment.year % 100, moment.month, moment.day, moment.hour, moment.minute, moment.second)
            )
            return Message(reply=_frame(TIME, clock, serial))
        message = Message()
        if number in LOCATIONS and not content:
            pass  # some devices send an empty one while they search for satellites
        elif number in LOCATIONS or number in ALARMS:
            message.reports.append(self._location(number, content))
        elif number in (HEARTBEAT, HEARTBEAT_2):
            message.reports.append(self._heartbeat(content, now))
        elif number == INFORMATION and content[:1] == b"\x00" and len(content) >= 3:
            message.reports.append(
                Report("", attributes={"power_v": int.from_bytes(content[1:3], "big") / 100})
            )
        if number in ANSWERED:
            message.reply = _frame(number, b"", serial)
        return message

    def _location(self, number: int, content: bytes) -> Report:
        year, month, day, hour, minute, second, satellites, lat, lon, speed, course = struct.unpack_from(
            ">7BIIBH", content
        )
        moment = datetime(2000 + year, month, day, hour, minute, second, tzinfo=self._zone)
        report = Report("", recorded_at=round(moment.timestamp()) * 1_000_000)
        latitude, longitude = lat / COORDINATE, lon / COORDINATE
        if not course & 0x0400:
            latitude = -latitude
        if course & 0x0800:
            longitude = -longitude
        report.attributes["satellites"] = satellites & 0x0F
        if course & 0x1000 and is_on_earth(latitude, longitude):
            report.latitude, report.longitude = round(latitude, 8), round(longitude, 8)
            report.speed, report.heading = float(speed), float((course & 0x03FF) % 360)
        if course & 0x4000:
            # Some devices tell the ignition in two otherwise reserved bits.
            report.ignition = bool(course & 0x8000)
        rest = content[18:]
        if number in ALARMS:
            self._alarm(report, number, rest)
        elif number == GPS_LBS_2 and len(rest) >= 9:
            report.ignition = rest[8] == 1
            if len(rest) >= 15:
                report.odometer_m = float(int.from_bytes(rest[11:15], "big")) or None
        return report

    def _alarm(self, report: Report, number: int, rest: bytes) -> None:
        """State after the cell: length, MCC, MNC, LAC, cell, then state, voltage, signal, alarm, language."""
        length = rest[0] if number != ALARM_4G else 0
        state = rest[length:] if length else b""
        if len(state) < 5 and len(rest) >= 5:
            state = rest[-5:]
        if len(state) < 5:
            return
        self._terminal(report, state[0], state[1], state[2])
        alarm = state[3]
        code = ALARM_CODES.get(alarm) or STATE_ALARMS.get(state[0] >> 3 & 7)
        if code:
            value = report.speed if code == "overspeed" else None
            report.happenings.append(Happening(code, value, f"alarm {alarm:#04x}"))
        elif alarm:
            report.attributes["alarm"] = alarm

    def _heartbeat(self, content: bytes, now: int) -> Report:
        report = Report("", recorded_at=now)
        if len(content) < 3:
            return report
        if len(content) >= 7:
            # State, voltage in 1/100 V, signal, language (0x23 and later 0x13).
            self._terminal(report, content[0], None, content[3])
            report.attributes["battery_v"] = int.from_bytes(content[1:3], "big") / 100
        else:
            self._terminal(report, content[0], content[1], content[2])
        if report.ignition is not None:
            if self._ignition is not None and self._ignition != report.ignition:
                report.happenings.append(
                    Happening("ignition_on" if report.ignition else "ignition_off", raw="heartbeat")
                )
            self._ignition = report.ignition
        return report

    @staticmethod
    def _terminal(report: Report, state: int, level: int | None, signal: int) -> None:
        report.ignition = bool(state & 0x02)
        report.attributes["charging"] = bool(state & 0x04)
        report.attributes["relay_off"] = bool(state & 0x80)
        report.attributes["gsm_signal"] = signal
        if level is not None and level <= 6:
            report.attributes["battery_percent"] = round(level * 100 / 6)

    def command(self, text: str, identifier: str, now: int) -> bytes:
        content = command_text(text, 200)
        self._serial = self._serial % 0xFFFF + 1
        flag = struct.pack(">I", self._serial)
        return _frame(COMMAND, bytes((4 + len(content),)) + flag + content + b"\x00\x02", self._serial)


def _frame(number: int, content: bytes, serial: int) -> bytes:
    """A short frame from the server."""
    body = bytes((5 + len(content), number)) + content + struct.pack(">H", serial)
    return b"\x78\x78" + body + struct.pack(">H", crc16_x25(body)) + b"\r\n"


def _zone_of(login: bytes) -> timezone:
    """The zone of the device's clock: hours and minutes in the upper 12 bits, bit 3 set west of Greenwich."""
    if len(login) < 12:
        return UTC
    bits = int.from_bytes(login[10:12], "big")
    hours, minutes = divmod(bits >> 4, 100)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset >= timedelta(hours=15) or minutes >= 60:
        return UTC
    return timezone(-offset if bits & 0x08 else offset)


def _answer(number: int, content: bytes) -> Message:
    """A device's answer to a command: length and flag, or flag and encoding, then the text."""
    if number == LONG_ANSWER:
        text = content[5:].decode("utf-16-be" if content[4:5] == b"\x02" else "utf-8", "replace")
    else:
        text = content[5 : 1 + content[0]].decode("utf-8", "replace")
    return Message(answer=printable(text, 2000))
