"""When to order a part again, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Level:
    """What decides about one part at one facility, in the part's unit."""

    available: Decimal
    on_order: Decimal
    reorder_point: Decimal | None
    reorder_quantity: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def position(self) -> Decimal:
        """What there will be when everything that is ordered has come (inventory position)."""
        return self.available + self.on_order


def suggested_quantity(level: Level) -> Decimal | None:
    """How many to order; None while there is enough.

    At or below the reorder point, as many whole lots of `reorder_quantity` as bring the position above the point; without
    a lot, up to the maximum, or else to twice the point (at least one unit). Never above the maximum: (s, nQ) and (s, S)
    policies of continuous review.
    """
    point, position = level.reorder_point, level.position
    if point is None or position > point:
        return None
    if level.reorder_quantity is not None:
        lots = ((point - position) / level.reorder_quantity).to_integral_value(ROUND_CEILING)
        if position + lots * level.reorder_quantity <= point:
            lots += 1
        quantity = lots * level.reorder_quantity
    elif level.maximum is not None:
        quantity = level.maximum - position
    else:
        quantity = max(point * 2 - position, ONE)
    if level.maximum is not None:
        quantity = min(quantity, level.maximum - position)
    return quantity if quantity > 0 else None
