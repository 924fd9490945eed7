"""By which ways a person is told, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

IN_APP, EMAIL = "in_app", "email"
#: The ways that a notification can go; others are kept for later channels.
CHANNELS = (IN_APP, EMAIL)


@dataclass(frozen=True, slots=True)
class Preference:
    """One person's wishes; the defaults are those of the table."""

    email_enabled: bool = True
    quiet_hours_enabled: bool = False
    quiet_hours_start: time | None = None
    quiet_hours_end: time | None = None
    #: category -> {channel: wanted}; what is not there is as for everything else.
    by_category: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def wants_email(self, category: str) -> bool:
        """The word for the category, else the general one."""
        wanted = self.by_category.get(category, {}).get(EMAIL)
        return self.email_enabled if wanted is None else bool(wanted)


def channels_for(preference: Preference, category: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    """How this person gets it. The notification centre always does; it disturbs nobody."""
    email = EMAIL in offered and preference.wants_email(category)
    return (IN_APP, EMAIL) if email else (IN_APP,)


def quiet_until(preference: Preference, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the person's quiet hours end, if it is quiet at `now` (aware); None otherwise.

    Start and end are wall-clock times of the person's zone; an end before the start is on the next day. The start
    belongs to the quiet hours, the end does not.
    """
    start, end = preference.quiet_hours_start, preference.quiet_hours_end
    if not preference.quiet_hours_enabled or start is None or end is None or start == end:
        return None
    local = now.astimezone(zone)
    clock = local.time()
    over_night = end < start
    if over_night:
        if end <= clock < start:
            return None
        day = local.date() + timedelta(days=1 if clock >= start else 0)
    else:
        if not start <= clock < end:
            return None
        day = local.date()
    return datetime.combine(day, end, tzinfo=zone)
