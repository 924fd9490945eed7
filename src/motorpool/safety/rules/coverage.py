"""What is covered from when to when: days, both ends included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without cover. `last` None: from `first` on nothing is known."""

    first: date
    last: date | None

    @property
    def days(self) -> int | None:
        return None if self.last is None else (self.last - self.first).days + 1


def covers(span: tuple[date, date], day: date) -> bool:
    return span[0] <= day <= span[1]


def gaps(spans: Iterable[tuple[date, date]], since: date, until: date) -> list[Gap]:
    """The days from `since` to `until` that no span covers, in order. What reaches to `until` has no last day.

    A cover that begins on the day behind another one's last leaves no gap.
    """
    found: list[Gap] = []
    day = since
    for first, last in sorted(spans):
        if last < day:
            continue
        if first > until:
            break
        if first > day:
            found.append(Gap(day, first - ONE_DAY))
        day = last + ONE_DAY
        if day > until:
            return found
    found.append(Gap(day, None))
    return found


def lapses_between(spans: Iterable[tuple[date, date]], since: date, until: date) -> list[Gap]:
    """Gaps that end again: a cover lapses before the next begins."""
    return [gap for gap in gaps(spans, since, until) if gap.last is not None]
