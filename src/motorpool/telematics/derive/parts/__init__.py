"""What is derived of a vehicle's fixes beside trips and stops, in this order.

A part is one module here that offers a `Part`; a new one needs its name in `PARTS` and nothing else.
"""

from __future__ import annotations

from motorpool.telematics.derive.parts import behaviour, faults, fences, fuel
from motorpool.telematics.derive.parts.part import Part, Stretch

PARTS: tuple[Part, ...] = (fences.PART, behaviour.PART, faults.PART, fuel.PART)

__all__ = ["PARTS", "Part", "Stretch"]
