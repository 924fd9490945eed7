"""Read the output file of an ELD strictly: every line has its place, number of values, formats and check value.

What is wrong is told by line and value, with what would be right. Times stay as the clock of the home terminal; `duty_eld_records.py`
makes records of the events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TypeVar

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.safety.rules.duty_eld_file import (
    CATEGORY_CODES,
    ORIGINS,
    RECORD_STATUSES,
    SEGMENTS,
    STATUS_CODES,
    UNIDENTIFIED,
    event_check,
    file_check,
    line_check,
)
from motorpool.safety.rules.duty_eld_layout import CODES, DATE, HEADER, ROWS, Field

MOST_BYTES, MOST_LINES, LONGEST_LINE = 5_000_000, 50_000, 3_000
#: Problems that are told at once.
MOST_PROBLEMS = 30
WRONG = "This is not a whole and unchanged output file of an ELD."
STATUS_OF = {code: name for name, code in STATUS_CODES.items()}
CATEGORY_OF = {code: name for name, code in CATEGORY_CODES.items()}
RECORD_STATUS_OF = {code: name for name, code in RECORD_STATUSES.items()}
Entry = TypeVar("Entry")
ORIGIN_OF = {code: name for name, code in ORIGINS.items()}
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class ReadVehicle:
    number: str
    vin: str


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """A line of the event list, or of the unidentified driver. `at`: the home terminal's clock, without a zone. Degrees."""

    line: int
    sequence: int
    record_status: str
    origin: str
    type: int
    code: int
    at: datetime
    latitude: float | None
    longitude: float | None
    vehicle: ReadVehicle | None
    comment: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ReadCertification:
    at: datetime
    day: datetime


@dataclass(slots=True)
class ReadFile:
    """What the file says, events in order of time as the file has them (which tells them from the latest on)."""

    last_name: str = ""
    first_name: str = ""
    username: str = ""
    license_state: str = ""
    license_number: str = ""
    usdot: str = ""
    multiday: int = 8
    day_start: time = time(0)
    offset_hours: int = 0
    made_at: datetime = field(default_factory=lambda: datetime.fromisoformat("2000-01-01"))
    registration: str = ""
    identifier: str = ""
    comment: str = ""
    #: Names by their number in the list.
    users: dict[str, str] = field(default_factory=dict)
    vehicles: dict[str, ReadVehicle] = field(default_factory=dict)
    events: list[ReadEvent] = field(default_factory=list)
    unidentified: list[ReadEvent] = field(default_factory=list)
    certifications: list[ReadCertification] = field(default_factory=list)
    #: Lines whose event check value is not that of their values. Devices differ here, so it is told and refuses nothing.
    doubtful: list[int] = field(default_factory=list)
    #: Lines of segments that are checked and not taken: malfunctions, log-ins, engine starts.
    not_taken: int = 0

    @property
    def driver_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def read_eld_file(content: bytes) -> ReadFile:
    """Raises Invalid that names each line and value that is wrong, up to 30 of them."""
    return _Reader(_lines(content)).read()


def _lines(content: bytes) -> list[str]:
    if len(content) > MOST_BYTES:
        raise _refused("file", f"must be at most {MOST_BYTES // 1_000_000} MB")
    if not content.strip():
        raise _refused("file", "is empty")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        at = len(_BREAK.findall(content[: error.start].decode("latin-1"))) + 1
        raise _refused(f"line {at}", "must hold nothing but ASCII characters") from None
    lines = _BREAK.split(text)
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > MOST_LINES:
        raise _refused("file", f"must have at most {MOST_LINES:,} lines")
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise _refused(f"line {number}", f"must be at most {LONGEST_LINE:,} characters long")
        if not line.isprintable():
            raise _refused(f"line {number}", "must hold nothing but printable characters")
    return lines


def _refused(where: str, message: str) -> Invalid:
    return Invalid(WRONG, fields=[FieldProblem(where, message)])


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.problems: list[FieldProblem] = []
        self.checks: list[str] = []
        self.found = ReadFile()
        self.notes: dict[tuple[int, datetime], tuple[str, str]] = {}

    def read(self) -> ReadFile:
        segments = self._segments()
        for title, (first, rows) in segments.items():
            if title == SEGMENTS[-1]:
                self._end(first, rows)
                continue
            if title == SEGMENTS[0]:
                self._header(first, rows)
                continue
            keep = _KEEP.get(title)
            for number, line in enumerate(rows, first):
                values = self._values(number, line, ROWS[title])
                if values is None:
                    continue
                if keep is not None:
                    keep(self, number, values)
                    continue
                self.found.not_taken += 1
                at = next(at for at, one in enumerate(ROWS[title]) if one is DATE)
                self._moment(number, values[at], values[at + 1])
        if self.problems:
            raise Invalid(WRONG, fields=self.problems[:MOST_PROBLEMS])
        self.found.events = self._with_notes(self.found.events)
        return self.found

    def _segments(self) -> dict[str, tuple[int, list[str]]]:
        """Title -> (number of its first line, its lines). Raises Invalid unless all stand there once and in order."""
        places = [(number, line) for number, line in enumerate(self.lines, 1) if line in SEGMENTS]
        for at, title in enumerate(SEGMENTS):
            if at >= len(places) or places[at][1] != title:
                where = f"line {places[at][0]}" if at < len(places) else f"line {len(self.lines) + 1}"
                raise _refused(where, f"must be the title {title!r}: the segments stand in a fixed order")
        if places[0][0] != 1:
            raise _refused("line 1", f"must be the title {SEGMENTS[0]!r}")
        if len(places) > len(SEGMENTS):
            number, line = places[len(SEGMENTS)]
            raise _refused(f"line {number}", f"must not be the title {line!r} a second time")
        ends = [number for number, _ in places[1:]] + [len(self.lines) + 1]
        return {
            title: (number + 1, list(self.lines[number : end - 1]))
            for (number, title), end in zip(places, ends, strict=True)
        }

    # -- one line

    def _values(self, number: int, line: str, layout: Sequence[Field]) -> list[str] | None:
        """The values of a line without its check value; None when something is wrong with it."""
        *values, check = line.split(",")
        if len(values) != len(layout):
            self._wrong(number, f"must have {len(layout)} values and a check value, has {len(values) + 1}")
            self.checks.append(check if re.fullmatch("[0-9A-Fa-f]{1,2}", check) else "0")
            return None
        right = line_check(line.rpartition(",")[0])
        self.checks.append(check if re.fullmatch("[0-9A-Fa-f]{1,2}", check) else "0")
        is_right = True
        if check.upper() != right:
            self._wrong(
                number,
                f"is {check!r}; of these characters it is {right}: the line was changed",
                "check value",
            )
            is_right = False
        for value, wanted in zip(values, layout, strict=True):
            if not wanted.pattern.fullmatch(value):
                shown = value if len(value) <= 40 else f"{value[:40]}…"
                self._wrong(number, f"must be {wanted.right}; is {shown!r}", wanted.name)
                is_right = False
        return values if is_right else None

    def _wrong(self, number: int, message: str, name: str = "") -> None:
        self.problems.append(FieldProblem(f"line {number}, {name}" if name else f"line {number}", message))

    def _moment(self, number: int, date: str, clock: str, name: str = "event") -> datetime | None:
        try:
            month, day, year = date[:2], date[2:4], date[4:]
            return datetime.fromisoformat(f"20{year}-{month}-{day}T{clock[:2]}:{clock[2:4]}:{clock[4:]}")
        except ValueError:
            self._wrong(
                number, f"must be a day and a time that exist; is {date} {clock}", f"{name} date and time"
            )
            return None

    # -- segments

    def _header(self, first: int, rows: Sequence[str]) -> None:
        if len(rows) != len(HEADER):
            self._wrong(first, f"must begin the {len(HEADER)} lines of the header; there are {len(rows)}")
            self.checks += [row.rpartition(",")[2][:2] or "0" for row in rows]
            return
        lines = [
            self._values(number, row, layout)
            for number, (row, layout) in enumerate(zip(rows, HEADER, strict=True), first)
        ]
        if any(one is None for one in lines):
            return
        driver, _, _, carrier, _, now, device = (one or [] for one in lines)
        found = self.found
        found.last_name, found.first_name, found.username, found.license_state, found.license_number = driver
        found.usdot = carrier[0]
        found.multiday, found.offset_hours = int(carrier[2]), int(carrier[4])
        begins = self._moment(first + 3, "010126", carrier[3], "starting")
        found.day_start = begins.time() if begins else time(0)
        found.made_at = self._moment(first + 5, now[0], now[1], "current") or found.made_at
        found.registration, found.identifier, _, found.comment = device

    def _user(self, number: int, values: list[str]) -> None:
        order, _, last, first = values
        if str(int(order)) in self.found.users:
            self._wrong(number, f"must be another one than above; is {order}", "user order number")
        self.found.users[str(int(order))] = f"{first} {last}".strip()

    def _vehicle(self, number: int, values: list[str]) -> None:
        order, unit, vin = values
        if str(int(order)) in self.found.vehicles:
            self._wrong(number, f"must be another one than above; is {order}", "CMV order number")
        self.found.vehicles[str(int(order))] = ReadVehicle(unit, vin)

    def _event(self, number: int, values: list[str]) -> None:
        self._listed(number, values[13], self.found.users, "user order number", "user list")
        event = self._read(number, values, self.found.username)
        if event:
            self.found.events.append(event)

    def _of_nobody(self, number: int, values: list[str]) -> None:
        event = self._read(number, values, UNIDENTIFIED)
        if event:
            self.found.unidentified.append(event)

    def _read(self, number: int, values: list[str], username: str) -> ReadEvent | None:
        sequence, record_status, origin, kind, code, date, clock = values[:7]
        if int(code) not in CODES[int(kind)]:
            told = ", ".join(map(str, CODES[int(kind)]))
            self._wrong(number, f"must be one of {told} for events of type {kind}; is {code}", "event code")
            return None
        at = self._moment(number, date, clock)
        vehicle = self._listed(number, values[12], self.found.vehicles, "CMV order number", "CMV list")
        latitude, longitude = (
            self._degrees(number, values[place], most) for place, most in ((9, 90), (10, 180))
        )
        if at is None:
            return None
        check = event_check((*values[3:11], vehicle.number if vehicle else "", username))
        if values[-1].upper() != check:
            self.found.doubtful.append(number)
        return ReadEvent(
            number,
            int(sequence, 16),
            RECORD_STATUS_OF[int(record_status)],
            ORIGIN_OF[int(origin)],
            int(kind),
            int(code),
            at,
            latitude,
            longitude,
            vehicle,
        )

    def _listed(
        self, number: int, order: str, entries: dict[str, Entry], name: str, where: str
    ) -> Entry | None:
        if not order:
            return None
        found = entries.get(str(int(order)))
        if found is None:
            self._wrong(number, f"must be a number of the {where}; {order} is not there", name)
        return found

    def _degrees(self, number: int, text: str, most: int) -> float | None:
        if text in ("X", "M", "E"):
            return None
        if abs(float(text)) > most:
            self._wrong(
                number,
                f"must be from -{most} to {most}; is {text}",
                "latitude" if most == 90 else "longitude",
            )
        return float(text)

    def _note(self, number: int, values: list[str]) -> None:
        sequence, _, comment, date, clock, place = values
        at = self._moment(number, date, clock)
        if at:
            self.notes.setdefault((int(sequence, 16), at), (comment, place))

    def _certification(self, number: int, values: list[str]) -> None:
        _, _, date, clock, day, order = values
        self._listed(number, order, self.found.vehicles, "CMV order number", "CMV list")
        at, certified = self._moment(number, date, clock), self._moment(number, day, "000000", "certified")
        if at and certified:
            self.found.certifications.append(ReadCertification(at, certified))

    def _end(self, first: int, rows: Sequence[str]) -> None:
        if len(rows) != 1:
            self._wrong(
                first, f"must be the check value of the file and the last line; {len(rows)} lines are there"
            )
            return
        right = file_check(self.checks)
        if rows[0].strip().upper() != right:
            told = f"is {rows[0][:40]!r}; of the check values above it is {right}: a line was changed, added or left out"
            self._wrong(first, told, "file data check value")

    def _with_notes(self, events: Sequence[ReadEvent]) -> list[ReadEvent]:
        """Oldest first, with comments and places. A note whose time is that of writing it belongs to the event of its number."""
        by_number: dict[int, list[tuple[str, str]]] = {}
        for (sequence, _), note in self.notes.items():
            by_number.setdefault(sequence, []).append(note)
        counts: dict[int, int] = {}
        for one in events:
            counts[one.sequence] = counts.get(one.sequence, 0) + 1

        def noted() -> Iterator[ReadEvent]:
            for one in reversed(events):
                note = self.notes.get((one.sequence, one.at))
                if note is None and counts[one.sequence] == 1 and len(by_number.get(one.sequence, ())) == 1:
                    note = by_number[one.sequence][0]
                yield replace(one, comment=note[0], place=note[1]) if note else one

        return list(noted())


_KEEP: dict[str, Callable[[_Reader, int, list[str]], None]] = {
    "User List:": _Reader._user,
    "CMV List:": _Reader._vehicle,
    "ELD Event List:": _Reader._event,
    "ELD Event Annotations or Comments:": _Reader._note,
    "Driver's Certification/Recertification Actions:": _Reader._certification,
    "Unidentified Driver Profile Records:": _Reader._of_nobody,
}
