"""Queclink's text protocol ("@Track"), as GL200, GV and GL devices speak it: `+RESP:GTFRI,...,<count>$`.

After Queclink's "@Track Air Interface Protocol" papers. Fields differ from model to model, but a position always reads
`accuracy, speed, azimuth, altitude, longitude, latitude, time, mcc, mnc, lac, cell`, so it is found by that pattern, as
often as it occurs. `+BUFF` is what a device could not send before. A report is answered with `+SACK:<count>$`, a heartbeat
with `+SACK:GTHBD,<version>,<count>$`; a device that is set to expect that sends again what was not answered.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from motorpool.telematics.decoders.protocol import (
    Garbage,
    Message,
    Protocol,
    Unsendable,
    command_text,
    is_on_earth,
    printable,
)
from motorpool.telematics.decoders.report import Happening, Report

STARTS = (b"+RESP:GT", b"+BUFF:GT", b"+ACK:GT")
HEAD = re.compile(r"\+(RESP|BUFF|ACK):(GT[A-Z0-9]{3}),([0-9A-F]{6,10}),(\d{14,15}|[0-9A-Z]{10,20}),")
FIX = re.compile(
    r",(?P<accuracy>\d{0,2}(?:\.\d+)?),(?P<speed>\d{1,3}(?:\.\d+)?)?,(?P<heading>\d{1,3}(?:\.\d+)?)?,"
    r"(?P<altitude>-?\d{1,5}(?:\.\d+)?)?,(?P<lon>-?\d{1,3}\.\d{4,8}),(?P<lat>-?\d{1,2}\.\d{4,8}),"
    r"(?P<time>\d{14}),"
)
#: After a position: mcc, mnc, lac, cell, one more, then the mileage in km with a decimal point.
MILEAGE = re.compile(r"(?:[0-9A-F]*,){4}(?:\d{0,2},){0,2}(?P<km>\d{1,7}\.\d),", re.IGNORECASE)
SENT = re.compile(r",(\d{14}),([0-9A-F]{4})\$?$")
#: Percent, then (most models) a state field and empty ones, then when it was sent. Only GTFRI reads so in all models.
BATTERY = re.compile(r",(\d{1,3}),(?:(?:[0-9A-F]{6}|\d{1,2}),,,,?)?\d{14},[0-9A-F]{4}\$?$")
#: Report -> what happened. GTHBM and GTSPD need their type field.
EVENTS = {
    "GTSOS": "sos",
    "GTTOW": "tow",
    "GTMPF": "power_cut",
    "GTMPN": "power_restored",
    "GTBPL": "low_battery",
    "GTIGN": "ignition_on",
    "GTVGN": "ignition_on",
    "GTIGF": "ignition_off",
    "GTVGF": "ignition_off",
    "GTIDN": "idling",
    "GTCRA": "crash",
    "GTCRD": "crash",
    "GTJDR": "jamming",
    "GTJDS": "jamming",
    "GTSPD": "overspeed",
}
IGNITION = {"GTIGN": True, "GTVGN": True, "GTIGF": False, "GTVGF": False}
#: Second digit of the type of GTHBM.
BEHAVIOUR = {"0": "harsh_braking", "1": "harsh_acceleration", "2": "harsh_cornering"}
MOST_FIXES = 15


class Gl200(Protocol):
    """See the module."""

    name = "gl200"
    title = "Queclink (@Track text: GL, GV, GB series)"
    port = 5004
    command_example = "AT+GTRTO=gl200,1,,,,,,0001$"
    command_help = "A whole AT command with the device's password; GTRTO with 1 asks for the position now."
    set_up = ("AT+GTSRI=gl200,3,,1,{host},{port},,,,15,1,,,,FFFF$",)
    devices = "GL200, GL300, GL500, GV55, GV65, GV75, GV200, GV300, GV350, GB100 and others"

    def frame(self, buffer: bytes) -> int:
        if buffer[:1] in (b"\r", b"\n", b"\0"):
            return 1
        if not any(start.startswith(buffer[: len(start)]) for start in STARTS):
            raise Garbage("a message of Queclink begins with +RESP, +BUFF or +ACK")
        end = buffer.find(b"$")
        if end < 0:
            if len(buffer) > 4096:
                raise Garbage("a message has no end")
            return 0
        return end + 1

    def decode(self, frame: bytes, now: int) -> Message:
        text = frame.decode("ascii", "replace").strip("\r\n\0 ")
        if not text:
            return Message()
        head = HEAD.match(text)
        if head is None:
            raise ValueError("no version and identifier behind the name of the report")
        sort, kind, version, identifier = head.groups()
        message = Message(identifier)
        count = text.rstrip("$").rpartition(",")[2]
        if sort == "ACK":
            if kind == "GTHBD":
                message.reply = f"+SACK:GTHBD,{version},{count}$".encode()
                message.reports.append(Report("", recorded_at=now))
            else:
                message.answer = printable(text, 500)
            return message
        message.reports = _reports(text, head.end() - 1, kind)
        if re.fullmatch(r"[0-9A-F]{4}", count):
            message.reply = f"+SACK:{count}$".encode()
        return message

    def command(self, text: str, identifier: str, now: int) -> bytes:
        content = command_text(text, 500)
        if not content.startswith(b"AT+GT") or content.count(b"$") > 1 or b"$" in content[:-1]:
            raise Unsendable("a command is a whole AT+GT... line, such as AT+GTRTO=gl200,1,,,,,,0001$")
        return content if content.endswith(b"$") else content + b"$"


def _reports(text: str, start: int, kind: str) -> list[Report]:
    """The positions of a message; one sign of life when there is none."""
    reports: list[Report] = []
    place = start
    while len(reports) < MOST_FIXES and (match := FIX.search(text, place)):
        reports.append(_fix(match, text))
        place = match.end() - 1
    sent = SENT.search(text)
    if not reports:
        reports.append(Report(""))
    last = reports[-1]
    if last.latitude is None:
        # The time of a repeated place is old; what is reported happened when it was sent.
        last.recorded_at = _moment(sent[1]) if sent else None
    if kind == "GTFRI" and (battery := BATTERY.search(text)) and int(battery[1]) <= 100:
        last.attributes["battery_percent"] = int(battery[1])
    last.attributes["report"] = kind
    if kind in IGNITION:
        last.ignition = IGNITION[kind]
    _happen(last, text, start, kind)
    return reports


def _fix(match: re.Match[str], text: str) -> Report:
    report = Report("", recorded_at=_moment(match["time"]))
    latitude, longitude = float(match["lat"]), float(match["lon"])
    # An accuracy of 0 says that the place is the last known one.
    if is_on_earth(latitude, longitude) and match["accuracy"].strip("0.") != "":
        report.latitude, report.longitude = latitude, longitude
        report.speed = float(match["speed"]) if match["speed"] else None
        report.heading = float(match["heading"]) % 360 if match["heading"] else None
        report.altitude = float(match["altitude"]) if match["altitude"] else None
        report.attributes["hdop"] = float(match["accuracy"])
    if mileage := MILEAGE.match(text, match.end()):
        km = float(mileage["km"])
        report.odometer_m = round(km * 1000, 1) if km else None
    return report


def _happen(report: Report, text: str, start: int, kind: str) -> None:
    code = EVENTS.get(kind)
    fields = text[start + 1 :].split(",")
    if kind == "GTHBM":
        # Device name, then (some models) an empty field, then report id and type in two digits.
        found = next((field for field in fields[1:4] if re.fullmatch(r"\d[0-4]", field)), "")
        code = BEHAVIOUR.get(found[1:])
    elif kind == "GTSPD":
        found = next((field for field in fields[1:4] if re.fullmatch(r"\d[01]", field)), "")
        # 1: within the range that was set, 0: outside of it. Only entering the range is an event.
        code = code if found[1:] == "1" else None
    if code:
        value = report.speed if code == "overspeed" else None
        report.happenings.append(Happening(code, value, kind))


def _moment(text: str) -> int:
    """YYYYMMDDhhmmss in UTC as microseconds since 1970. Raises ValueError."""
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return round(moment.timestamp()) * 1_000_000
