"""Local days as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motorpool.core.errors import BadRequest, FieldProblem


def local_period(first: date, last: date, zone: str, *, most_days: int = 3700) -> tuple[datetime, datetime]:
    """From the beginning of the first local day to the end of the last, as UTC moments, the end exclusive.

    Days are as long as the zone makes them: 23 and 25 hours where clocks change. Raises BadRequest when `last` comes
    before `first` or the period is longer than `most_days`.
    """
    if not 0 <= (last - first).days <= most_days:
        raise BadRequest(
            "Some parameters of the request are wrong.",
            fields=[FieldProblem("to", f"must be a day from `from` on, and at most {most_days} days later")],
            code="bad_parameters",
        )
    where = ZoneInfo(zone)
    try:
        begin, end = (
            datetime.combine(day, time(), where).astimezone(UTC) for day in (first, last + timedelta(days=1))
        )
    except OverflowError as error:
        raise BadRequest(
            "Some parameters of the request are wrong.",
            fields=[FieldProblem("to", "is too far away")],
            code="bad_parameters",
        ) from error
    return begin, end
