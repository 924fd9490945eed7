"""What each line of the output file of 49 CFR 395 Subpart B, Appendix A, 4.8.2.1 holds: names of its values and what is right.

The regulation itself was not at hand. Order, formats and ranges are those that public code and documentation give which cite it
(docs/hours-of-service.md names them). Where devices are known to differ, more is accepted than the regulation says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Field(NamedTuple):
    """A value of a line. `right`: what it must be, as a sentence goes on after "must be"."""

    name: str
    pattern: re.Pattern[str]
    right: str


def _text(name: str, longest: int, shortest: int = 0) -> Field:
    at_least = f"{shortest} to" if shortest else "at most"
    return Field(name, re.compile(rf".{{{shortest},{longest}}}"), f"{at_least} {longest} characters long")


def _of(name: str, pattern: str, right: str) -> Field:
    return Field(name, re.compile(pattern), right)


SEQUENCE = _of("event sequence id", r"[0-9A-Fa-f]{1,4}", "one to four hexadecimal digits, such as 1A3F")
CHECK = _of("event data check value", r"[0-9A-Fa-f]{2}", "two hexadecimal digits")
DATE = _of("event date", r"\d{6}", "a date MMDDYY, such as 030226")
TIME = _of("event time", r"\d{6}", "a time HHMMSS, such as 143000")
MILES = _of("vehicle miles", r"\d{0,7}", "whole miles, at most 7 digits")
HOURS = _of("engine hours", r"(\d{1,5}(\.\d)?)?", "hours with one decimal, such as 12.5")
LATITUDE = _of("latitude", r"[+-]?\d{1,2}(\.\d{1,2})?|[XME]", "degrees such as 41.32, or X, M or E")
LONGITUDE = _of("longitude", r"[+-]?\d{1,3}(\.\d{1,2})?|[XME]", "degrees such as -72.93, or X, M or E")
DISTANCE = _of("distance since last valid coordinates", r"[0-6]?", "a digit from 0 to 6")
CMV_ORDER = _of("CMV order number", r"\d{0,5}", "a number of the CMV list, or empty")
USER_ORDER = _of("user order number", r"\d{0,5}", "a number of the user list, or empty")
FLAG = "0 or 1"
MALFUNCTION = _of("malfunction indicator", r"[01]?", FLAG)
DIAGNOSTIC = _of("data diagnostic indicator", r"[01]?", FLAG)
USERNAME = _text("ELD username", 320)
NUMBER = _text("power unit number", 50)
VIN = _text("VIN", 18)
LAST, FIRST = _text("last name", 30), _text("first name", 30)
BEGINNING = (
    SEQUENCE,
    _of("record status", "[1-4]", "1 active, 2 changed, 3 change requested or 4 change rejected"),
    _of("record origin", "[1-4]", "1 device, 2 driver, 3 somebody else or 4 unidentified driver"),
    _of("event type", "[1-3]", "1, 2 or 3 in this list"),
    _of("event code", r"\d", "a digit"),
    DATE,
    TIME,
    MILES,
    HOURS,
    LATITUDE,
    LONGITUDE,
    DISTANCE,
    CMV_ORDER,
)
#: The seven lines at the top.
HEADER: tuple[tuple[Field, ...], ...] = (
    (LAST, FIRST, USERNAME, _text("license issuing state", 50), _text("license number", 50)),
    (LAST, FIRST, USERNAME),
    (NUMBER, VIN, _text("trailer numbers", 40)),
    (
        _of("USDOT number", r"\d{0,9}", "at most 9 digits"),
        _text("carrier name", 120),
        _of("multiday basis", "[78]", "7 or 8 days"),
        _of("24-hour period starting time", r"\d{6}", "a time HHMMSS, such as 000000"),
        _of("time zone offset", r"\d{2}", "two digits, the hours that the home terminal is from UTC"),
    ),
    (_text("shipping document number", 50), _of("exempt driver configuration", "[E0]", "E or 0")),
    (DATE, TIME, LATITUDE, LONGITUDE, MILES, HOURS),
    (
        _text("ELD registration id", 10),
        _text("ELD identifier", 10),
        _text("ELD authentication value", 2000),
        _text("output file comment", 60),
    ),
)
ROWS: Mapping[str, Sequence[Field]] = {
    "User List:": (
        _of("user order number", r"\d{1,5}", "a number"),
        _of("account type", "[DS]", "D for drivers or S for others"),
        LAST,
        FIRST,
    ),
    "CMV List:": (_of("CMV order number", r"\d{1,5}", "a number"), NUMBER, VIN),
    "ELD Event List:": (*BEGINNING, USER_ORDER, MALFUNCTION, DIAGNOSTIC, CHECK),
    "ELD Event Annotations or Comments:": (
        SEQUENCE,
        USERNAME,
        _text("comment", 60),
        DATE,
        TIME,
        _text("location description", 60),
    ),
    "Driver's Certification/Recertification Actions:": (
        SEQUENCE,
        _of("event code", "[1-9]", "a digit from 1 to 9"),
        DATE,
        TIME,
        _of("date of the certified record", r"\d{6}", "a date MMDDYY, such as 030226"),
        CMV_ORDER,
    ),
    "Malfunctions and Data Diagnostic Events:": (
        SEQUENCE,
        _of("event code", "[1-4]", "a digit from 1 to 4"),
        _text("malfunction or diagnostic code", 2),
        DATE,
        TIME,
        MILES,
        HOURS,
        CMV_ORDER,
    ),
    "ELD Login/Logout Report:": (
        SEQUENCE,
        _of("event code", "[12]", "1 login or 2 logout"),
        USERNAME,
        DATE,
        TIME,
        MILES,
        HOURS,
    ),
    "CMV Engine Power-Up and Shut Down Activity:": (
        SEQUENCE,
        _of("event code", "[1-4]", "a digit from 1 to 4"),
        DATE,
        TIME,
        MILES,
        HOURS,
        LATITUDE,
        LONGITUDE,
        NUMBER,
        VIN,
        _text("trailer numbers", 40),
        _text("shipping document number", 50),
    ),
    "Unidentified Driver Profile Records:": (*BEGINNING, MALFUNCTION, CHECK),
}
#: Codes of each type of event in the list: changes of status, intermediate records, personal use and yard moves.
CODES = {1: range(1, 5), 2: range(1, 3), 3: range(3)}
