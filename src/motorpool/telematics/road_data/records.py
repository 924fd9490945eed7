"""What a source of road data gives: rows to write, and what could not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be used. `row`: its number in the file, from 1, the heading not counted."""

    row: int
    field: str
    value: str
    message: str

    def __str__(self) -> str:
        value = f" {self.value!r}" if self.value else ""
        return f"row {self.row} {self.field}{value}: {self.message}"


@dataclass(slots=True)
class Reading:
    """The rows of one table, by column."""

    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, row: int, name: str, value: object, message: str) -> None:
        self.refusals.append(Refusal(row, name, "" if value is None else str(value)[:100], message))


def place_problem(latitude: object, longitude: object) -> tuple[str, str] | None:
    """(field, sentence) for degrees that are no place on earth; 0, 0 is what an empty form leaves."""
    for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        try:
            number = float(str(value))
        except (TypeError, ValueError):
            return name, "must be a number of degrees"
        if not -most <= number <= most:
            return name, f"must be between -{most} and {most} degrees"
    if float(str(latitude)) == 0 == float(str(longitude)):
        return "latitude", "and longitude are 0: the place is not known"
    return None


def cut(text: object, longest: int) -> str | None:
    """A text without what stands around it, or None; longer ones are cut with an ellipsis."""
    clean = " ".join(str(text).split()) if text is not None else ""
    if not clean:
        return None
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"
