"""Where the boxes of a diagram stand and how their connectors run.

Tables stand in columns so that a table is always to the right of those it refers to (layers, after Sugiyama, Tagawa
and Toda 1981). A referred-to table has one trunk line in each gap between columns, from which a branch leads to every
referring row; where it must pass a column it has a slot between two boxes there. References to other domains are small
boxes right beside their row, so they cross nothing. All rows lie on a grid of ROW pixels, which is shifted by half a
row in every other column: two horizontal lines of different trunks can then never lie on each other.

The height of a column is limited; several limits are tried, and the best-looking result is kept. Nothing is random.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from motorpool.core.database.erd.catalog import ErdColumn, ErdTable
from motorpool.core.database.erd.shapes import (
    CHIP_GAP,
    CLEAR,
    GAP,
    HEAD,
    LANE,
    MARGIN,
    MARK_PX,
    NAME_PX,
    NOTE_PX,
    ROW,
    TITLE_PX,
    TYPE_PX,
    Box,
    Chip,
    Diagram,
    Trunk,
)
from motorpool.core.database.erd.stacking import crossed, crossings, place_boxes, strain

#: Width to height that is aimed at.
ASPECT = 1.45


@dataclass(frozen=True, slots=True)
class _Link:
    child: str
    column: ErdColumn
    parent: str


def arrange(domain: str, tables: Sequence[ErdTable], everything: dict[str, ErdTable]) -> Diagram:
    """The best of several arrangements of one domain's tables."""
    sizes = [_box(table).height + GAP for table in tables]
    total = sum(sizes)
    limits = sorted({max(max(sizes), math.ceil(total / count)) for count in range(1, 9)})
    limits += [round(limit * 1.15) for limit in limits]
    return min(
        (_arranged(domain, tables, everything, limit) for limit in limits), key=lambda diagram: diagram.cost
    )


def _arranged(
    domain: str, tables: Sequence[ErdTable], everything: dict[str, ErdTable], limit: int
) -> Diagram:
    boxes = {table.name: _box(table) for table in tables}
    links, aside = _links(tables)
    _choose_layers(boxes, links, limit)
    trunks = _trunks(boxes, links)
    slots = {id(trunk.source): trunk.source for trunk in trunks if trunk.source.table is None}
    count = 1 + max(box.layer for box in boxes.values())
    layers: list[list[Box]] = [[] for _ in range(count)]
    for box in [*boxes.values(), *slots.values()]:
        layers[box.layer].append(box)
    place_boxes(layers, trunks)
    chips, loops = _across(layers, trunks, aside, everything)
    placed = list(boxes.values())
    width = max(box.x + box.width for box in placed) + MARGIN
    width = max([width, *(trunk.x + MARGIN for trunk in trunks)])
    height = max(box.y + box.height for box in [*placed, *slots.values()])
    shape = abs(math.log(width / height / ASPECT))
    cost = width * height * (1 + shape) + 400.0 * strain(trunks) + 60_000.0 * crossings(trunks)
    return Diagram(domain, placed, chips, trunks, loops, width, height, cost)


def _box(table: ErdTable) -> Box:
    name = max(len(column.name) for column in table.columns) * NAME_PX
    type_ = max(len(type_text(column)) for column in table.columns) * TYPE_PX
    width = math.ceil(max(MARK_PX + name + 16 + type_ + 10, len(table.name) * TITLE_PX + 24))
    note = wrap(table.comment, int((width - 20) / NOTE_PX), max_lines=2, placeholder=" …")
    head = HEAD if len(note) < 2 else HEAD + ROW
    return Box(table.name, table, width, head, head + ROW * len(table.columns), note)


def type_text(column: ErdColumn) -> str:
    return column.type + ("?" if column.nullable else "")


def _links(tables: Sequence[ErdTable]) -> tuple[list[_Link], list[tuple[str, ErdColumn]]]:
    """(connectors, references that are shown beside their row: to elsewhere, and what would close a circle)."""
    inside = {table.name: table for table in tables}
    wanted = [
        _Link(table.name, column, column.target)
        for table in tables
        for column in table.columns
        if column.target
    ]
    drawn = [link.parent in inside and link.column.kept for link in wanted]
    aside = [(link.child, link.column) for link, line in zip(wanted, drawn, strict=True) if not line]
    candidates = [link for link, line in zip(wanted, drawn, strict=True) if line]
    parents: dict[str, set[str]] = {name: set() for name in inside}
    links = []
    # Those that must not be empty first: they are what a table belongs to.
    for link in sorted(candidates, key=lambda link: (link.column.nullable, link.child, link.column.name)):
        if link.child == link.parent or _leads_to(parents, link.parent, link.child):
            aside.append((link.child, link.column))
        else:
            parents[link.child].add(link.parent)
            links.append(link)
    return links, aside


def _leads_to(parents: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, open_ = set(), [start]
    while open_:
        name = open_.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            open_ += parents[name]
    return False


def _choose_layers(boxes: dict[str, Box], links: Iterable[_Link], limit: int) -> None:
    """Each table right of its parents, in the first column that has room for it."""
    parents: dict[str, set[str]] = {name: set() for name in boxes}
    children: dict[str, set[str]] = {name: set() for name in boxes}
    for link in links:
        parents[link.child].add(link.parent)
        children[link.parent].add(link.child)
    used: dict[int, int] = {}

    def put(name: str, layer: int) -> None:
        boxes[name].layer = layer
        used[layer] = used.get(layer, 0) + boxes[name].height + GAP

    done: set[str] = set()
    tied = {name for name in boxes if parents[name] or children[name]}
    while ready := sorted(
        (name for name in tied - done if parents[name] <= done),
        key=lambda name: (
            max((boxes[parent].layer for parent in parents[name]), default=-1),
            -len(children[name]),
            name,
        ),
    ):
        name = ready[0]
        layer = 1 + max((boxes[parent].layer for parent in parents[name]), default=-1)
        while used.get(layer) and used[layer] + boxes[name].height + GAP > limit:
            layer += 1
        put(name, layer)
        done.add(name)
    for name in sorted(set(boxes) - tied, key=lambda name: (-boxes[name].height, name)):
        room = [layer for layer in sorted(used) if used[layer] + boxes[name].height + GAP <= limit]
        put(name, min(room, key=lambda layer: (used[layer], layer)) if room else max(used, default=-1) + 1)


def _trunks(boxes: dict[str, Box], links: Iterable[_Link]) -> list[Trunk]:
    """The lines of every parent, from gap to gap as far as its last child."""
    by_parent: dict[str, list[_Link]] = {}
    for link in links:
        by_parent.setdefault(link.parent, []).append(link)
    trunks = []
    for parent, own in sorted(by_parent.items()):
        source, key = boxes[parent], _key(boxes[parent])
        last = max(boxes[link.child].layer for link in own)
        for layer in range(boxes[parent].layer + 1, last + 1):
            here: list[tuple[Box, ErdColumn | None]] = [
                (boxes[link.child], link.column) for link in own if boxes[link.child].layer == layer
            ]
            trunk = Trunk(parent, source, key, here)
            trunks.append(trunk)
            if layer < last:
                slot = Box(f"{parent} passes {layer}", layer=layer)
                here.append((slot, None))
                source, key = slot, None
    return trunks


def _key(box: Box) -> str | None:
    assert box.table is not None
    names = [column.name for column in box.table.columns]
    return "id" if "id" in names else names[0]


def _across(
    layers: list[list[Box]],
    trunks: list[Trunk],
    aside: Iterable[tuple[str, ErdColumn]],
    everything: dict[str, ErdTable],
) -> tuple[list[Chip], list[tuple[Box, ErdColumn]]]:
    """Widths: columns, the lanes between them, the small boxes before them."""
    beside: dict[str, list[ErdColumn]] = {}
    for name, column in aside:
        beside.setdefault(name, []).append(column)
    chips: list[Chip] = []
    loops: list[tuple[Box, ErdColumn]] = []
    x = MARGIN
    for index, layer in enumerate(layers):
        here = [trunk for trunk in trunks if trunk.source.layer == index - 1]
        if index:
            x += CLEAR
            for lane, trunk in enumerate(_lanes(here)):
                trunk.x = x + lane * LANE
            x += max(0, len(here) - 1) * LANE + CLEAR
        outside = {
            box.name: [column for column in beside.get(box.name, []) if column.target != box.name]
            for box in layer
            if box.table
        }
        widths = [chip_width(str(column.target)) for columns in outside.values() for column in columns]
        before = max(widths) + CHIP_GAP if widths else 0
        inner = max((box.width for box in layer if box.table), default=120)
        for box in layer:
            box.x, box.width = x + (before if box.table else 0), box.width or before + inner
            for column in outside.get(box.name, []):
                width = chip_width(str(column.target))
                chips.append(
                    Chip(
                        column,
                        everything[str(column.target)],
                        box.x - CHIP_GAP - width,
                        box.row_y(column.name),
                        width,
                    )
                )
            loops += [(box, column) for column in beside.get(box.name, []) if column.target == box.name]
        x += before + inner
    return chips, loops


def chip_width(name: str) -> int:
    return math.ceil(len(name) * 6.05) + 18


def _lanes(trunks: list[Trunk]) -> list[Trunk]:
    """Left to right so that few lines cross."""
    order = sorted(trunks, key=lambda trunk: (trunk.extent(), trunk.parent))
    for _ in range(len(order)):
        changed = False
        for place in range(len(order) - 1):
            left, right = order[place], order[place + 1]
            if crossed(right, left) < crossed(left, right):
                order[place], order[place + 1] = right, left
                changed = True
        if not changed:
            break
    return order
