"""Words for damage: kinds, severities, and the sides of a vehicle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

View = Literal["front", "rear", "left", "right", "top", "interior"]
Severity = Literal["cosmetic", "minor", "moderate", "major", "total_loss"]
#: From the lightest to the gravest.
SEVERITIES: tuple[Severity, ...] = ("cosmetic", "minor", "moderate", "major", "total_loss")
KINDS = ("scratch", "dent", "crack", "broken", "missing", "puncture", "corrosion")
#: States of a report whose damage is still on the vehicle.
STANDING = ("reported", "assessed", "repair_scheduled", "accepted")
SIDES = {
    "front": "front",
    "rear": "rear",
    "left": "left side",
    "right": "right side",
    "top": "roof or hood",
    "interior": "inside",
}


def gravest(severities: Iterable[Severity]) -> Severity:
    """The gravest of several; minor where there are none."""
    return max(severities, key=SEVERITIES.index, default="minor")


def title_of(marks: Sequence[tuple[str, str | None]]) -> str:
    """A few words from the marks (side, kind): `Scratch, left side`; `3 marks: left side, rear`."""
    sides = [SIDES.get(side, side) for side, _ in Counter(side for side, _ in marks).most_common()]
    if len(marks) == 1:
        return f"{(marks[0][1] or 'damage').replace('_', ' ').capitalize()}, {sides[0]}"
    return f"{len(marks)} marks: {', '.join(sides)}"


#: Kind of vehicle -> the outline that it is drawn as.
OUTLINES = {
    "car": "car",
    "suv": "car",
    "motorcycle": "car",
    "pickup": "truck",
    "truck": "truck",
    "tractor": "truck",
    "trailer": "truck",
    "equipment": "truck",
    "van": "van",
    "bus": "bus",
}


def outline_of(vehicle_type: str | None) -> str:
    """car, van, truck or bus."""
    return OUTLINES.get(vehicle_type or "", "car")
