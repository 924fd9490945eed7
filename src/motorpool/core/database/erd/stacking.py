"""Up and down: in which order boxes stand in a column, and how high, so that lines are short and rarely cross."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from motorpool.core.database.erd.shapes import GAP, ROW, Box, Trunk

SWEEPS = 24


def place_boxes(layers: list[list[Box]], trunks: list[Trunk]) -> None:
    """Order the boxes of each column and give them heights: what belongs together comes to lie side by side."""
    for layer in layers:
        layer.sort(key=lambda box: box.name)
        _stack(layer, [0.0] * len(layer))
    best, kept = math.inf, [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        rightward = sweep % 2 == 0
        for index in range(len(layers)) if rightward else reversed(range(len(layers))):
            wishes = _wishes(layers[index], trunks, rightward)
            layers[index].sort(key=lambda box: (wishes[id(box)], box.name))
            _stack(layers[index], [wishes[id(box)] for box in layers[index]])
        cost = strain(trunks) + 250.0 * crossings(trunks)
        if cost < best:
            best, kept = cost, [list(layer) for layer in layers]
    for index, layer in enumerate(kept):
        layers[index] = layer
        _stack(layer, [0.0] * len(layer))
    _swap(layers, trunks)
    # The order stands; now let the boxes move towards what they are connected with.
    for sweep in range(6):
        for layer in layers if sweep % 2 == 0 else list(reversed(layers)):
            left, right = _wishes(layer, trunks, True), _wishes(layer, trunks, False)
            _stack(layer, [(left[id(box)] + right[id(box)]) / 2 for box in layer])


def _wishes(layer: list[Box], trunks: list[Trunk], leftward: bool) -> dict[int, float]:
    """Where each box would have straight lines to its neighbours on one side; where it is, if it has none."""
    found: dict[int, list[float]] = {id(box): [] for box in layer}
    for trunk in trunks:
        for (box, _), end in zip(trunk.branches, trunk.ends(), strict=True):
            if leftward and id(box) in found:
                found[id(box)].append(box.y + trunk.start - end)
            if not leftward and id(trunk.source) in found:
                found[id(trunk.source)].append(trunk.source.y + end - trunk.start)
    return {
        id(box): sum(found[id(box)]) / len(found[id(box)]) if found[id(box)] else float(box.y)
        for box in layer
    }


def _stack(layer: list[Box], wishes: Sequence[float]) -> None:
    """Heights in this order as near to the wishes as possible (pool adjacent violators), then on the grid."""
    offsets, offset = [], 0.0
    for place, box in enumerate(layer):
        offsets.append(offset)
        following = layer[place + 1] if place + 1 < len(layer) else None
        offset += box.height + (GAP if following and (box.table or following.table) else 0)
    pools: list[list[float]] = []  # mean, weight, count
    for place, box in enumerate(layer):
        pools.append([max(0.0, wishes[place]) - offsets[place], 3.0 if box.table else 1.0, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, weight, count = pools.pop()
            before = pools[-1]
            before[0] = (before[0] * before[1] + mean * weight) / (before[1] + weight)
            before[1] += weight
            before[2] += count
    shift = (layer[0].layer % 2) * ROW // 2 if layer else 0
    place = 0
    for mean, _, count in pools:
        for _ in range(int(count)):
            layer[place].y = max(0, round((mean + offsets[place]) / ROW)) * ROW + shift
            if place:
                above = layer[place - 1]
                gap = GAP if above.table or layer[place].table else 0
                layer[place].y = max(layer[place].y, above.y + above.height + gap)
            place += 1


def _swap(layers: list[list[Box]], trunks: list[Trunk]) -> None:
    """Exchange neighbours in a column as long as that helps."""
    for _ in range(6):
        better = False
        for layer in layers:
            near = [
                trunk
                for trunk in trunks
                if trunk.source in layer or any(b in layer for b, _ in trunk.branches)
            ]
            for place in range(len(layer) - 1):
                before = [box.y for box in layer]
                old = strain(near) + 250.0 * crossings(near)
                layer[place], layer[place + 1] = layer[place + 1], layer[place]
                _stack(layer, [float(y) for y in before])
                if strain(near) + 250.0 * crossings(near) < old - 1:
                    better = True
                    continue
                layer[place], layer[place + 1] = layer[place + 1], layer[place]
                for box, y in zip(layer, before, strict=True):
                    box.y = y
        if not better:
            return


def strain(trunks: Iterable[Trunk]) -> float:
    """Length of all upright lines, in pixels."""
    return float(sum(high - low for low, high in (trunk.extent() for trunk in trunks)))


def crossings(trunks: Sequence[Trunk]) -> int:
    """How often lines of two trunks in the same gap must cross, whatever lanes they get."""
    count = 0
    for index, one in enumerate(trunks):
        for other in trunks[index + 1 :]:
            if one.source.layer == other.source.layer:
                count += min(crossed(one, other), crossed(other, one))
    return count


def crossed(left: Trunk, right: Trunk) -> int:
    """Crossings when `left` has the lane further left."""
    low, high = right.extent()
    count = sum(low < end < high for end in left.ends())
    low, high = left.extent()
    return count + (low < right.start < high)
