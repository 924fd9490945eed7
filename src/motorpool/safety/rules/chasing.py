"""When an action's owner is reminded: some days before the due day, on it, and then each week while it is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

#: Days before the due day.
NOTICE_DAYS = 3
#: Days from one reminder of a late action to the next.
AGAIN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an action stands. `began`: the day from which on this stage's one reminder is due."""

    name: Literal["soon", "today", "late"]
    began: date


def stage_of(due_on: date, today: date) -> Stage | None:
    """None while it is too early. The same arithmetic stands as SQL in `BEGAN`."""
    late = (today - due_on).days
    if late > 0:
        return Stage("late", due_on + timedelta(days=1 + AGAIN_DAYS * ((late - 1) // AGAIN_DAYS)))
    if late == 0:
        return Stage("today", due_on)
    if late >= -NOTICE_DAYS:
        return Stage("soon", due_on - timedelta(days=NOTICE_DAYS))
    return None


#: The day on which the present stage of an action began; {due} and {today} are SQL expressions of dates.
BEGAN = (
    f"CASE WHEN {{due}} < {{today}} THEN {{due}} + 1 + {AGAIN_DAYS} * (({{today}} - {{due}} - 1) / {AGAIN_DAYS}) "
    f"WHEN {{due}} = {{today}} THEN {{due}} ELSE {{due}} - {NOTICE_DAYS} END"
)
