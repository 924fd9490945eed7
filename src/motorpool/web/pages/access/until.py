"""From the choice "until when" of a form to a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.web import formats

#: Value -> (words, days from today at whose end it is over).
CHOICES: dict[str, tuple[str, int | None]] = {
    "": ("Until it is taken away", None),
    "today": ("Until the end of today", 0),
    "tomorrow": ("Until the end of tomorrow", 1),
    "week": ("For a week", 7),
    "month": ("For 30 days", 30),
    "date": ("Until a date of my choice", None),
}
OPTIONS = [(value, words) for value, (words, _) in CHOICES.items()]


def moment_of(form: Mapping[str, str], zone: str, today: date | None = None) -> datetime | None:
    """The chosen end, in UTC; days end at midnight of `zone`. Raises Invalid for a date that is none."""
    chosen = form.get("until", "")
    days = CHOICES.get(chosen, ("", None))[1]
    if days is not None:
        day = (today or formats.today(zone)) + timedelta(days=days + 1)
        return datetime(day.year, day.month, day.day, tzinfo=formats.zone_of(zone)).astimezone(UTC)
    if chosen != "date":
        return None
    try:
        local = datetime.fromisoformat(form.get("until_date", ""))
    except ValueError:
        raise Invalid(fields=[FieldProblem("expires_at", "must be a date and time")]) from None
    return (local if local.tzinfo else local.replace(tzinfo=formats.zone_of(zone))).astimezone(UTC)
