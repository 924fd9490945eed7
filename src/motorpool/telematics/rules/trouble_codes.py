"""Diagnostic trouble codes: what a code says, how grave it is, and what to do about it.

A code is decoded by its listed text where there is one, and always by its structure (SAE J2012): P1301 is a powertrain code
of the maker, ignition system. Severity and advice are Motorpool's own rule of thumb for a fleet; the workshop decides.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from motorpool.telematics.rules.trouble_codes_more import (
    FAILURE_MODES,
    POWERTRAIN,
    SEVERE_MODES,
    SUSPECTS,
    SYSTEMS,
    TEXTS,
)

Severity = Literal["critical", "major", "minor", "info"]
#: From the gravest on.
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor", "info")
LONGEST = 20
OBD = re.compile(r"([PBCU])([0-3])([0-9A-F])([0-9A-F]{2})(?:[-:]?([0-9A-F]{2}))?")
J1939 = re.compile(r"SPN[ :]*(\d{1,6})[ ,;/-]*FMI[ :]*(\d{1,2})")


@dataclass(frozen=True)
class TroubleCode:
    """What is known of a code. `text` None: it is in no list, and only its structure is known."""

    code: str
    text: str | None
    #: Powertrain, body, chassis, network, heavy vehicle.
    system: str
    #: Narrower: ignition, emissions, transmission ...; the system where nothing narrower is known.
    part: str
    #: Whether the maker defines the code; its text is then that of one maker.
    of_maker: bool
    severity: Severity
    advice: str

    @property
    def description(self) -> str:
        """One line for people."""
        if self.text is not None:
            return f"{self.text} (as Ford uses this code)" if self.of_maker else self.text
        whose = "a code of the maker" if self.of_maker else "a generic code that is not listed"
        return f"{self.part.capitalize()}: {whose}"


def normalise(text: str) -> str | None:
    """A code as it is stored: capitals, no blanks at its ends, at most 20 characters. None for what cannot be one."""
    code = " ".join(text.upper().split())
    return code if 0 < len(code) <= LONGEST else None


def decode(text: str) -> TroubleCode:
    """Raises ValueError for what is no trouble code: neither P, B, C or U with four hexadecimal digits (and perhaps two
    more for the type of failure), the first of them 0 to 3, nor `SPN 110 FMI 0`.
    """
    code = normalise(text) or ""
    if found := J1939.fullmatch(code):
        return _heavy(code, int(found[1]), int(found[2]))
    found = OBD.fullmatch(code)
    if found is None:
        raise ValueError("is no trouble code: P, B, C or U with four digits, such as P0301, or SPN 110 FMI 0")
    plain = "".join(found.groups()[:4])
    letter, kind = found[1], found[2]
    of_maker = _of_maker(letter, kind, found[3])
    listed = TEXTS.get(plain) or _listed().get(plain)
    part = _part(plain, letter)
    severity = _severity(plain, part, of_maker)
    return TroubleCode(
        code, listed, SYSTEMS[letter], part, of_maker, severity, _advice(plain, part, severity)
    )


def describe(text: str) -> tuple[str, str, Severity]:
    """Description, part of the vehicle and severity of whatever a device calls a trouble code."""
    try:
        found = decode(text)
    except ValueError:
        return "A code that only its maker can read", "unknown", "minor"
    return found.description, found.part, found.severity


@cache
def _listed() -> dict[str, str]:
    path = resources.files("motorpool.telematics") / "data" / "trouble_codes.csv"
    return {row["code"]: row["text"] for row in csv.DictReader(path.read_text("utf-8").splitlines())}


def _of_maker(letter: str, kind: str, third: str) -> bool:
    """SAE J2012: 0 is generic, 1 the maker's; 2 is generic for P and the maker's else; P30 to P33 are the maker's."""
    if kind == "2":
        return letter != "P"
    if kind == "3":
        return letter == "P" and third in "0123"
    return kind == "1"


def _part(code: str, letter: str) -> str:
    if letter == "P":
        # A maker's P1 codes keep the third digit's meaning.
        return POWERTRAIN.get(code[:3]) or POWERTRAIN.get(f"P0{code[2]}") or "powertrain"
    if letter == "C":
        return "brakes, steering and suspension"
    if letter == "B":
        return "airbags and restraints" if code.startswith("B00") else "body"
    return "network"


#: What must not wait: beginnings of codes.
CRITICAL = ("P0217", "P0218", "P0524", "P0AA6", "B0051", "C0110", "C0265", "P0868")
MAJOR = (
    "P03", "P0087", "P0088", "P0016", "P0299", "P0562", "P0563", "P0480", "P2263", "P2463", "P2503", "P203F", "P204F", "P20EE",
    "P2101", "P2135", "P2138", "P052", "P06", "P07", "P08", "P09", "P0A", "U0001", "U0073", "U01", "B00", "C0",
)  # fmt: skip
INFO = ("P0457", "P0460", "P0461", "P0462", "P0463", "P0464")


def _severity(code: str, part: str, of_maker: bool) -> Severity:
    if of_maker:
        # Without the maker's book only the part is known.
        grave = part in ("ignition", "transmission", "engine computer", "brakes, steering and suspension")
        return "major" if grave else "minor"
    if code.startswith(CRITICAL):
        return "critical"
    if code.startswith(INFO):
        return "info"
    return "major" if code.startswith(MAJOR) else "minor"


ADVICE = {
    "fuel and air": "The mixture may be wrong: more fuel used, less power. Have it read out within days.",
    "ignition": "Drive gently and have it repaired soon.",
    "emissions": "Safe to drive; it fails an emissions test. Plan a visit to the workshop.",
    "speed and idle control": "The engine may stall at idle. Have it checked within days.",
    "engine computer": "The engine may go into an emergency mode or not start again. Have it checked soon.",
    "transmission": "Avoid heavy loads; gears may slip or stay in emergency mode. Have it checked soon.",
    "hybrid or electric drive": "High voltage: only trained people may open the system. Have it checked soon.",
    "cylinder deactivation": "More fuel used than usual. Have it checked at the next visit.",
    "brakes, steering and suspension": "ABS or stability control may not help. Drive with care and have it checked soon.",
    "airbags and restraints": "An airbag or belt tensioner may not work in a crash. Have it repaired before the next long trip.",
    "body": "Comfort or lights may be affected. Look at it at the next visit.",
    "network": "Parts of the vehicle do not hear each other. If several such codes come together, look at battery and wiring first.",
}
#: Beginning of a code -> what to do; the longest beginning that fits holds.
BY_CODE = {
    "P0300": "Misfire. If the check-engine lamp flashes, stop: unburnt fuel destroys the catalyst. Else drive gently to a workshop.",
    "P030": "Misfire of a cylinder. If the check-engine lamp flashes, stop: unburnt fuel destroys the catalyst. Spark plug, coil "
    "and injector first.",
    "P031": "Misfire. If the check-engine lamp flashes, stop: unburnt fuel destroys the catalyst.",
    "P0217": "The engine is too hot. Stop where it is safe, let it cool, look at coolant and fan. Do not open the hot cap.",
    "P0218": "The transmission is too hot. Stop and let it cool with the engine idling in neutral.",
    "P0524": "Oil pressure is too low. Stop the engine at once and check the oil; driving on ruins it.",
    "P0868": "Transmission pressure is low: it may lose drive. Have it brought to a workshop.",
    "P0562": "Battery or alternator is weak; the vehicle may not start again. Test both today.",
    "P0563": "The alternator charges too high and can damage electronics. Have the regulator checked soon.",
    "P042": "The catalyst cleans too little, often after misfire. Safe to drive; repair the cause first.",
    "P0457": "Close the fuel cap; the code goes after a few trips.",
    "P2463": "The particulate filter is full. Let it regenerate: half an hour of steady fast driving, or at a workshop.",
    "P203F": "Fill up reductant (DEF); the engine will soon be limited by law.",
    "P0AA6": "High-voltage insulation fault. Park it outside, do not touch orange cables, call the maker's workshop.",
    "B0051": "An airbag went off. The vehicle must not be driven until it has been inspected.",
}


def _advice(code: str, part: str, severity: Severity) -> str:
    for length in (5, 4, 3):
        if special := BY_CODE.get(code[:length]):
            return special
    if severity == "critical":
        return "Stop where it is safe and call the workshop before driving on."
    return ADVICE.get(part, "Have it read out at a workshop.")


def _heavy(code: str, suspect: int, mode: int) -> TroubleCode:
    what = SUSPECTS.get(suspect, f"suspect parameter {suspect}")
    how = FAILURE_MODES.get(mode)
    text = f"{what[:1].upper()}{what[1:]}: {how}" if how else None
    severity: Severity = "critical" if mode in SEVERE_MODES else "minor" if mode in (15, 17) else "major"
    advice = _advice("", "heavy vehicle", severity)
    return TroubleCode(code, text, "heavy vehicle", "heavy vehicle", False, severity, advice)
