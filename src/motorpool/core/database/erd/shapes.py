"""What a diagram is made of, and its measures in pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

from motorpool.core.database.erd.catalog import ErdColumn, ErdTable

ROW = 18
HEAD = 36
MARGIN = 36
GAP = 36
LANE = 12
#: Between a trunk and what stands beside it.
CLEAR = 22
CHIP_GAP = 14
#: Width of a character, in pixels: column names, types, titles, small boxes.
NAME_PX, TYPE_PX, TITLE_PX, NOTE_PX = 6.65, 6.35, 8.4, 5.9
MARK_PX = 30


@dataclass(eq=False)
class Box:
    """A table, or (without one) a slot in which a trunk passes a column."""

    name: str
    table: ErdTable | None = None
    width: int = 0
    head: int = 0
    height: int = ROW
    note: list[str] = field(default_factory=list)
    layer: int = 0
    x: int = 0
    y: int = 0

    def row_y(self, column: str | None) -> int:
        """Middle of a column's row; of the slot, if it is one."""
        if self.table is None:
            return self.y + ROW // 2
        names = [item.name for item in self.table.columns]
        return self.y + self.head + names.index(column or "id") * ROW + ROW // 2


@dataclass(frozen=True, slots=True)
class Chip:
    """A reference to a table elsewhere, beside its row."""

    column: ErdColumn
    target: ErdTable
    x: int
    y: int
    width: int


@dataclass(eq=False)
class Trunk:
    """A table's line through one gap: from `source` to rows of boxes in the next column."""

    parent: str
    source: Box
    key: str | None
    branches: list[tuple[Box, ErdColumn | None]]
    x: int = 0

    @property
    def start(self) -> int:
        return self.source.row_y(self.key)

    def ends(self) -> list[int]:
        return [box.row_y(column.name if column else None) for box, column in self.branches]

    def extent(self) -> tuple[int, int]:
        levels = [self.start, *self.ends()]
        return min(levels), max(levels)


@dataclass
class Diagram:
    domain: str
    boxes: list[Box]
    chips: list[Chip]
    trunks: list[Trunk]
    loops: list[tuple[Box, ErdColumn]]
    width: int
    height: int
    cost: float
