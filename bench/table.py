"""The figures as a table, for the terminal and for bench/README.md."""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`ours` and `floor` are medians of alternating runs in the unit named; the ratio is the median of the pairs' ratios."""

    name: str
    ours: list[float]
    floor: list[float]
    unit: str
    target: float
    note: str = ""

    @property
    def ratio(self) -> float:
        return statistics.median(a / b for a, b in zip(self.ours, self.floor, strict=True))


def render(rows: list[Row]) -> str:
    lines = [
        "| what | Motorpool | floor | ratio | aim | runs (ratio) | note |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        pairs = ", ".join(f"{a / b:.2f}" for a, b in zip(row.ours, row.floor, strict=True))
        lines.append(
            f"| {row.name} | {statistics.median(row.ours):,.0f} {row.unit} | {statistics.median(row.floor):,.0f} {row.unit} "
            f"| **{row.ratio:.2f}** | {row.target} | {pairs} | {row.note} |"
        )
    return "\n".join(lines)
