"""The 30-minute break: 49 CFR 395.3(a)(3)(ii). Any half hour without driving is one, on duty or off."""

from __future__ import annotations

from dataclasses import dataclass

from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.duty_log import DRIVE
from motorpool.safety.rules.hours_of_service.rulesets import BREAK, BREAK_RULE, DRIVING_BEFORE_BREAK
from motorpool.safety.rules.hours_of_service.timeline import Period


@dataclass(frozen=True, slots=True)
class Breaks:
    """Seconds; `driven` since the last break, `pause`: how long the driver has not driven at the end of the log."""

    violations: tuple[Violation, ...]
    driven: int
    pause: int


def breaks_of(period: Period) -> Breaks:
    found: list[Violation] = []
    driven = pause = 0
    for block, rest in zip(period.blocks, period.rests, strict=True):
        for piece in block.pieces:
            length = piece.end - piece.start
            if piece.kind != DRIVE:
                pause += length
                continue
            if pause >= BREAK:
                driven = 0
            pause = 0
            if piece.is_exempt:
                continue
            lawful = DRIVING_BEFORE_BREAK - driven
            if lawful < length:
                found.append(Violation(BREAK_RULE, piece.start + max(0, lawful), piece.end))
            driven += length
        if rest is not None:
            pause += rest.end - rest.start
    return Breaks(tuple(found), 0 if pause >= BREAK else driven, pause)
