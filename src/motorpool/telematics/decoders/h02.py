"""H02 (Sinotrack ST-901 and relatives): text from `*HQ,` to `#`, and a binary form that begins with `$`.

After the manufacturers' "GPRS protocol H02" papers. Text: `*HQ,<id>,V1,hhmmss,A|V,ddmm.mmmm,N|S,dddmm.mmmm,E|W,knots,course,
ddmmyy,<state>,...#`. Binary: identifier, time, date, latitude, battery, longitude with flags, speed and course in decimal
digits, then the state. Times are UTC. A text position is confirmed with V4. The state's bits are low when active.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from motorpool.telematics.decoders.protocol import (
    KNOT,
    Garbage,
    Message,
    Protocol,
    Unsendable,
    bcd,
    command_text,
    is_on_earth,
    printable,
)
from motorpool.telematics.decoders.report import Happening, Report

#: A position inside of a text message; positions of answers to commands (V4) stand behind the answer's own fields.
FIX = re.compile(
    r",(?P<time>\d{6}),(?P<valid>[AVB01]?),(?P<lat>-?\d+(?:-\d+)?\.\d+),(?P<ns>[NS]),"
    r"(?P<lon>-?\d+(?:-\d+)?\.\d+),(?P<ew>[EW]),(?P<speed>\d*\.?\d*),(?P<course>\d*\.?\d*),"
    r"(?P<date>\d{6})(?=[,#]|$)"
)
STATE = re.compile(r",([0-9A-Fa-f]{8})(?=[,#]|$)")
LINK = re.compile(r",LINK,(\d{6}),(\d+),(\d+),(\d+),\d+,\d+,(\d{6})")
#: Bit of the state that is low -> what happened.
STATE_EVENTS = ((0, "vibration"), (1, "sos"), (18, "sos"), (2, "overspeed"), (19, "power_cut"))
IGNITION_BIT = 10
BINARY_LENGTHS = (32, 45)
MOST_TEXT = 1_024


class H02(Protocol):
    """See the module."""

    name = "h02"
    title = "H02 (Sinotrack and relatives)"
    port = 5013
    command_example = "S20,1,1"
    command_help = "The command's name and parameters: S20,1,1 cuts the fuel, S20,1,0 restores it, D1,60 reports each minute, R1."
    set_up = ("8040000 {host} {port}", "8030000 APN")
    devices = "ST-901, ST-902, ST-906, LK210 and relatives"

    def __init__(self) -> None:
        #: Length of the binary messages of this device; one kind of device sends one kind.
        self._binary_length = 0
        #: Alarm bits that are already told: a bit stays low as long as its cause lasts.
        self._alarms: frozenset[str] = frozenset()

    def frame(self, buffer: bytes) -> int:
        first = buffer[:1]
        if first == b"*":
            end = buffer.find(b"#")
            if (len(buffer) if end < 0 else end) > MOST_TEXT:
                raise Garbage("a text message has no end")
            if end < 0:
                return 0
            while end + 1 < len(buffer) and buffer[end + 1] in b"\r\n":
                end += 1
            return end + 1
        if first == b"$":
            return self._binary_frame(buffer)
        if first in (b"\r", b"\n"):
            return 1
        raise Garbage("a message of H02 begins with * or $")

    def _binary_frame(self, buffer: bytes) -> int:
        """The length is written nowhere: 32 bytes, or 45, or up to the next `$` or `*`."""
        if len(buffer) < BINARY_LENGTHS[0]:
            return 0
        if not self._binary_length:
            # The identifier of the longer form has 15 digits; its time would make no sense in the shorter one.
            follows = buffer[BINARY_LENGTHS[0] : BINARY_LENGTHS[0] + 1]
            self._binary_length = BINARY_LENGTHS[0] if follows in (b"", b"$", b"*") else BINARY_LENGTHS[1]
            if follows and self._binary_length == BINARY_LENGTHS[1] and len(buffer) < BINARY_LENGTHS[1]:
                self._binary_length = 0
                return len(buffer) if len(buffer) >= 42 else 0
        return self._binary_length if len(buffer) >= self._binary_length else 0

    def decode(self, frame: bytes, now: int) -> Message:
        if not frame.strip():
            return Message()
        if frame[:1] == b"$":
            return self._news(_binary(frame))
        text = frame.decode("ascii", "replace").strip()
        parts = text.rstrip("#").split(",")
        if len(parts) < 3 or not parts[0].startswith("*"):
            raise ValueError("fewer than three fields")
        maker, identifier, kind = parts[0][1:], parts[1], parts[2]
        if not identifier.isalnum():
            raise ValueError("the identifier is missing")
        message = Message(identifier)
        if kind == "V4" and len(parts) > 4:
            message.answer = printable(",".join(parts[3:5]), 500)
            message.obeyed = "ERROR" not in parts[3:6]
        if match := FIX.search(text):
            message.reports.append(_text_fix(match, text))
            if kind == "V1":
                stamp = match["date"][4:6] + match["date"][2:4] + match["date"][:2] + match["time"]
                message.reply = f"*{maker},{identifier},V4,V1,20{stamp}#".encode()
        elif match := LINK.search(text):
            message.reports.append(_link(match, text))
        return self._news(message)

    def _news(self, message: Message) -> Message:
        """Leave out what the last message told already."""
        for report in message.reports:
            told = self._alarms
            self._alarms = frozenset(happening.code for happening in report.happenings)
            report.happenings = [each for each in report.happenings if each.code not in told]
        return message

    def command(self, text: str, identifier: str, now: int) -> bytes:
        command_text(text, 200)
        if "#" in text or "*" in text:
            raise Unsendable("write the name and the parameters only, such as S20,1,1")
        name, _, parameters = text.partition(",")
        clock = datetime.fromtimestamp(now / 1e6, UTC).strftime("%H%M%S")
        return f"*HQ,{identifier},{name},{clock}{',' if parameters else ''}{parameters}#".encode()


def _moment(time: str, date: str) -> int:
    """hhmmss and ddmmyy in microseconds since 1970. Raises ValueError."""
    moment = datetime.strptime(date + time, "%d%m%y%H%M%S").replace(tzinfo=UTC)
    return round(moment.timestamp()) * 1_000_000


def _degrees(text: str) -> float:
    """`ddmm.mmmm` in degrees; some devices put minus signs before degrees and minutes."""
    whole = text.replace("-", "")
    dot = whole.index(".")
    if text.count("-") == 2:
        # -23-3.3408: the minutes may have one digit.
        degrees, minutes = text[1:].split("-")
        return int(degrees) + float(minutes) / 60
    return int(whole[: dot - 2] or "0") + float(whole[dot - 2 :]) / 60


def _text_fix(match: re.Match[str], text: str) -> Report:
    report = Report("", recorded_at=_moment(match["time"], match["date"]))
    latitude, longitude = _degrees(match["lat"]), _degrees(match["lon"])
    latitude = -latitude if match["ns"] == "S" else latitude
    longitude = -longitude if match["ew"] == "W" else longitude
    if match["valid"] in ("A", "B", "1") and is_on_earth(latitude, longitude):
        report.latitude, report.longitude = round(latitude, 8), round(longitude, 8)
        report.speed = float(match["speed"]) * KNOT if match["speed"].strip(".") else None
        report.heading = float(match["course"]) % 360 if match["course"].strip(".") else None
    if state := STATE.search(text, match.end()):
        _apply_state(report, int(state[1], 16))
    return report


def _link(match: re.Match[str], text: str) -> Report:
    time, signal, satellites, battery, date = match.groups()
    report = Report("", recorded_at=_moment(time, date))
    report.attributes |= {
        "gsm_signal": int(signal),
        "satellites": int(satellites),
        "battery_percent": int(battery),
    }
    if state := STATE.search(text, match.end()):
        _apply_state(report, int(state[1], 16))
    return report


def _apply_state(report: Report, state: int) -> None:
    report.ignition = bool(state >> IGNITION_BIT & 1)
    for bit, code in STATE_EVENTS:
        if not state >> bit & 1 and not any(known.code == code for known in report.happenings):
            value = report.speed if code == "overspeed" else None
            report.happenings.append(Happening(code, value, f"state {state:08X}"))


def _binary(frame: bytes) -> Message:
    """One binary message; identifiers have 10 digits, 15 in the longest form."""
    long_form = len(frame) in (42, 45) and _is_date(frame[12:15])
    after = 9 if long_form and not _is_date(frame[9:12]) else 6
    identifier = bcd(frame[1:after])
    if after == 9:
        identifier = identifier[:15]
    data = frame[after:]
    digits = data.hex()
    time, date = bcd(data[:3]), bcd(data[3:6])
    latitude = int(bcd(data[6:7])) + int(bcd(data[7:10])) / 10_000 / 60
    battery = data[10]
    longitude = int(digits[22:25]) + int(digits[25:31]) / 10_000 / 60
    flags = int(digits[31], 16)
    speed, course = int(digits[32:35]), int(digits[35:38])
    report = Report("", recorded_at=_moment(time, date))
    latitude = latitude if flags & 0x04 else -latitude
    longitude = longitude if flags & 0x08 else -longitude
    report.attributes["battery_level"] = battery
    if flags & 0x02 and is_on_earth(latitude, longitude):
        report.latitude, report.longitude = round(latitude, 8), round(longitude, 8)
        report.speed, report.heading = speed * KNOT, float(course % 360)
    _apply_state(report, int.from_bytes(data[19:23], "big"))
    return Message(identifier, [report])


def _is_date(data: bytes) -> bool:
    """Whether three bytes read as ddmmyy."""
    digits = data.hex()
    return digits.isdecimal() and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12
