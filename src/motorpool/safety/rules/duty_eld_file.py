"""The output file of 49 CFR 395 Subpart B, Appendix A, 4.8.2.1: lines of comma-separated values in segments, each with a check value.

Motorpool is not a registered ELD: the file leaves registration, identifier and authentication empty and says so in its comment. What
Motorpool does not record (log-ins, engine starts, malfunctions) has a segment without lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from zoneinfo import ZoneInfo

COMMENT = "Records kept by Motorpool, which is not a registered ELD"
SEGMENTS = (
    "ELD File Header Segment:",
    "User List:",
    "CMV List:",
    "ELD Event List:",
    "ELD Event Annotations or Comments:",
    "Driver's Certification/Recertification Actions:",
    "Malfunctions and Data Diagnostic Events:",
    "ELD Login/Logout Report:",
    "CMV Engine Power-Up and Shut Down Activity:",
    "Unidentified Driver Profile Records:",
    "End of File:",
)
#: 4.5.1: event type 1 and its codes; 3: personal use and yard moves.
STATUS_CODES = {"off_duty": 1, "sleeper_berth": 2, "driving": 3, "on_duty_not_driving": 4}
CATEGORY_CODES = {"personal_conveyance": 1, "yard_move": 2}
#: 7.23 and 7.22.
RECORD_STATUSES = {"active": 1, "inactive_changed": 2, "change_requested": 3, "change_rejected": 4}
ORIGINS = {"automatic": 1, "driver": 2, "carrier": 3, "unidentified": 4}
LONGEST_COMMENT, LONGEST_NAME = 60, 30
#: Who made what belongs to nobody.
UNIDENTIFIED = "unidentified"
#: Comment of the on-duty event that stands for a time without a record: such time counts as on duty, and reads back as no record.
NO_RECORD = "No record: counts as on duty until it is filled in"
EVENT_XOR, LINE_XOR, FILE_XOR = 0xC3, 0x96, 0x969C
NEWLINE = "\r\n"


# -- check values, 4.4.5


def character_sum(text: str) -> int:
    """Table 3: digits and letters count what their code is above that of `0`, anything else nothing."""
    return sum(ord(one) - 48 for one in text if one.isascii() and one.isalnum())


def rotated(byte: int) -> int:
    """Three circular shifts to the left."""
    return (byte << 3 | byte >> 5) & 0xFF


def line_check(text: str) -> str:
    return f"{rotated(character_sum(text) & 0xFF) ^ LINE_XOR:02X}"


def event_check(values: Iterable[object]) -> str:
    return f"{rotated(character_sum(''.join(map(str, values))) & 0xFF) ^ EVENT_XOR:02X}"


def file_check(line_checks: Iterable[str]) -> str:
    total = sum(int(one, 16) for one in line_checks) & 0xFFFF
    return f"{(rotated(total >> 8) << 8 | rotated(total & 0xFF)) ^ FILE_XOR:04X}"


# -- what goes in


@dataclass(frozen=True, slots=True)
class EldUser:
    """Somebody who made records. kind: D for drivers, S for others."""

    username: str
    name: str
    kind: str = "D"

    @property
    def last(self) -> str:
        return self.name.strip().rpartition(" ")[2][:LONGEST_NAME]

    @property
    def first(self) -> str:
        return self.name.strip().rpartition(" ")[0][:LONGEST_NAME]


NOBODY = EldUser(UNIDENTIFIED, "Driver Unidentified")


@dataclass(frozen=True, slots=True)
class EldVehicle:
    number: str
    vin: str = ""


@dataclass(frozen=True, slots=True)
class EldEvent:
    """A record as an event at its start. Latitude and longitude in degrees.

    Personal use and yard moves are events of their own beside that of the status: with a `category` where they begin, and with
    `is_cleared` where they end.
    """

    status: str
    start: datetime
    record_status: str = "active"
    origin: str = "driver"
    category: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    miles: int | None = None
    hours: float | None = None
    vehicle: EldVehicle | None = None
    maker: EldUser | None = None
    comment: str = ""
    place: str = ""
    sequence: int | None = None
    is_cleared: bool = False


@dataclass(frozen=True, slots=True)
class EldCertification:
    day: date
    at: datetime
    vehicle: EldVehicle | None = None


@dataclass(frozen=True, slots=True)
class EldFile:
    """All that the file tells; times are written as the clock at the home terminal shows them."""

    driver: EldUser
    license_state: str
    license_number: str
    carrier: str
    usdot: str
    zone: ZoneInfo
    day_start: time
    multiday: int
    made_at: datetime
    events: Sequence[EldEvent]
    certifications: Sequence[EldCertification] = ()
    unidentified: Sequence[EldEvent] = ()
    co_driver: EldUser | None = None
    trailers: Sequence[str] = ()
    documents: Sequence[str] = ()
    is_exempt: bool = False
    comment: str = COMMENT


# -- the file


def write_eld_file(given: EldFile) -> str:
    """The text of the file."""
    users = list({one.username: one for one in _users(given)}.values())
    vehicles = _vehicles(given)
    numbers, free = _numbers(given)
    checks: list[str] = []
    lines: list[str] = []
    contents: tuple[list[tuple[str, ...]], ...] = (
        _header(given, vehicles),
        [(str(at), one.kind, one.last, one.first) for at, one in enumerate(users, 1)],
        [(str(at), one.number, one.vin) for at, one in enumerate(vehicles, 1)],
        [_event(given, one, numbers, users, vehicles) for one in _latest_first(given.events)],
        [_annotation(given, one, numbers) for one in _latest_first(given.events) if one.comment or one.place],
        [_certification(given, one, next(free), vehicles) for one in _by_time(given)],
        [],
        [],
        [],
        [_unidentified(given, one, numbers, vehicles) for one in _latest_first(given.unidentified)],
    )
    for title, rows in zip(SEGMENTS, contents, strict=False):
        lines.append(title)
        for row in rows:
            text = ",".join(map(_clean, row))
            checks.append(line_check(text))
            lines.append(f"{text},{checks[-1]}")
    lines += [SEGMENTS[-1], file_check(checks)]
    return NEWLINE.join(lines) + NEWLINE


def eld_file_name(given: EldFile, number: int = 0) -> str:
    """4.8.2.2: five letters of the last name, two digits of the license, the sum of its digits, the date, a dash, nine characters."""
    letters = re.sub(r"[^A-Z]", "", given.driver.last.upper())[:5].ljust(5, "_")
    digits = re.sub(r"\D", "", given.license_number)
    total = sum(map(int, digits)) % 100
    return f"{letters}{digits[-2:]:0>2}{total:02}{_date(given, given.made_at)}-{number:09}.csv"


def _header(given: EldFile, vehicles: Sequence[EldVehicle]) -> list[tuple[str, ...]]:
    now = given.made_at
    other = given.co_driver
    vehicle = vehicles[0] if vehicles else EldVehicle("")
    last = max(
        (one for one in given.events if one.record_status == "active"),
        key=lambda one: one.start,
        default=None,
    )
    return [
        (
            given.driver.last,
            given.driver.first,
            given.driver.username,
            given.license_state,
            given.license_number,
        ),
        (other.last, other.first, other.username) if other else ("", "", ""),
        (vehicle.number, vehicle.vin, " ".join(given.trailers)[:32]),
        (
            given.usdot,
            given.carrier[:120],
            str(given.multiday),
            f"{given.day_start:%H%M%S}",
            _offset(given, now),
        ),
        (" ".join(given.documents)[:40], "E" if given.is_exempt else "0"),
        (
            _date(given, now),
            _time(given, now),
            *(_place(last) if last else ("X", "X")),
            _whole(last.miles if last else None),
            _tenth(last.hours if last else None),
        ),
        ("", "", "", given.comment[:LONGEST_COMMENT]),
    ]


def _users(given: EldFile) -> Iterable[EldUser]:
    yield given.driver
    if given.co_driver:
        yield given.co_driver
    yield from (one.maker for one in _latest_first(given.events) if one.maker)
    yield NOBODY


def _vehicles(given: EldFile) -> list[EldVehicle]:
    """The one that was driven last stands first."""
    events = _latest_first([*given.events, *given.unidentified])
    return list(dict.fromkeys(one.vehicle for one in events if one.vehicle))


def _numbers(given: EldFile) -> tuple[dict[int, str], Iterator[str]]:
    """Event -> its sequence number, four hexadecimal digits, and numbers that are left.

    The device's own number, where no event before it has the same; else the next free one in order of time.
    """
    events = sorted([*given.events, *given.unidentified], key=lambda one: one.start)
    taken: dict[int, int] = {}
    for one in events:
        if one.sequence is not None:
            taken.setdefault(one.sequence % 65536, id(one))
    free = (f"{number:04X}" for number in chain(range(1, 65536), [0]) if number not in taken)
    held = {key: f"{number:04X}" for number, key in taken.items()}
    return {id(one): held.get(id(one)) or next(free) for one in events}, free


def _latest_first(events: Sequence[EldEvent]) -> list[EldEvent]:
    """Of events of one moment the last one made stands first too."""
    return sorted(events, key=lambda one: one.start)[::-1]


def _by_time(given: EldFile) -> list[EldCertification]:
    return sorted(given.certifications, key=lambda one: one.at)


def _beginning(
    given: EldFile, one: EldEvent, numbers: dict[int, str], username: str
) -> tuple[tuple[str, ...], str]:
    """The fields up to the longitude, and the event's check value."""
    kind, code = 1, STATUS_CODES[one.status]
    if one.is_cleared or one.category:
        kind, code = 3, CATEGORY_CODES[one.category] if one.category else 0
    what = (
        str(kind),
        str(code),
        _date(given, one.start),
        _time(given, one.start),
        _whole(one.miles),
        _tenth(one.hours),
        *_place(one),
    )
    number = one.vehicle.number if one.vehicle else ""
    fields = (numbers[id(one)], str(RECORD_STATUSES[one.record_status]), str(ORIGINS[one.origin]), *what)
    return fields, event_check((*what, _clean(number), _clean(username)))


def _event(
    given: EldFile,
    one: EldEvent,
    numbers: dict[int, str],
    users: Sequence[EldUser],
    vehicles: Sequence[EldVehicle],
) -> tuple[str, ...]:
    fields, check = _beginning(given, one, numbers, given.driver.username)
    maker = (one.maker or given.driver).username
    order = next(at for at, user in enumerate(users, 1) if user.username == maker)
    return (*fields, "0", _order(one.vehicle, vehicles), str(order), "0", "0", check)


def _unidentified(
    given: EldFile, one: EldEvent, numbers: dict[int, str], vehicles: Sequence[EldVehicle]
) -> tuple[str, ...]:
    fields, check = _beginning(given, one, numbers, UNIDENTIFIED)
    return (*fields, "0", _order(one.vehicle, vehicles), "0", check)


def _annotation(given: EldFile, one: EldEvent, numbers: dict[int, str]) -> tuple[str, ...]:
    return (
        numbers[id(one)],
        (one.maker or given.driver).username,
        one.comment[:LONGEST_COMMENT],
        _date(given, one.start),
        _time(given, one.start),
        one.place[:LONGEST_COMMENT],
    )


def _certification(
    given: EldFile, one: EldCertification, number: str, vehicles: Sequence[EldVehicle]
) -> tuple[str, ...]:
    """The code counts how often the day was certified; what is stored is the last time."""
    return (
        number,
        "1",
        _date(given, one.at),
        _time(given, one.at),
        f"{one.day:%m%d%y}",
        _order(one.vehicle, vehicles),
    )


def _order(vehicle: EldVehicle | None, vehicles: Sequence[EldVehicle]) -> str:
    return str(vehicles.index(vehicle) + 1) if vehicle else ""


def _clean(value: str) -> str:
    """Commas and line ends become semicolons (4.8.2.1(b)); what is not ASCII is left out."""
    text = re.sub(r"\r\n|[\r\n,]", ";", value)
    return re.sub(r" +", " ", re.sub(r"[^\x20-\x7e]", "", text)).strip()


def _place(one: EldEvent) -> tuple[str, str]:
    """Degrees with two decimals; where no position is known M if somebody wrote the place down, else X (4.3.2.7(c), 4.6.1.4(d))."""
    if one.latitude is None or one.longitude is None:
        mark = "M" if one.place else "X"
        return mark, mark
    places = 1 if one.category == "personal_conveyance" else 2
    return _degrees(one.latitude, places), _degrees(one.longitude, places)


def _degrees(value: float, places: int) -> str:
    """Never as minus nothing."""
    return f"{round(value, places) + 0.0:.{places}f}"


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _tenth(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _date(given: EldFile, moment: datetime) -> str:
    return f"{moment.astimezone(given.zone):%m%d%y}"


def _time(given: EldFile, moment: datetime) -> str:
    return f"{moment.astimezone(given.zone):%H%M%S}"


def _offset(given: EldFile, moment: datetime) -> str:
    """Hours that the home terminal is from UTC, without a sign (7.41)."""
    offset = moment.astimezone(given.zone).utcoffset()
    return f"{abs(round((offset.total_seconds() if offset else 0) / 3600)):02}"
