"""When and what a scheduled job may run."""

from __future__ import annotations

#: What a tenant may put on a schedule, by the name under which the job is registered. Nothing else can be named, so a row
#: of a table can never start code of its own choice (decision 17).
HANDLERS: dict[str, str] = {
    "system.expire_transfers": "Remove the files of exports and imports whose time is over",
}

_MINUTE = "[0-5]?[0-9]"
_HOUR = "([01]?[0-9]|2[0-3])"
_DAY = "(0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_WEEKDAY = "([0-7]|mon|tue|wed|thu|fri|sat|sun)"


def _field(value: str) -> str:
    """`*`, a value, a range, each with a step, and lists of them."""
    item = f"([*]|{value}(-{value})?)(/[1-9][0-9]?)?"
    return f"{item}(,{item})*"


#: A crontab line of five fields in small letters; read by Python and by PostgreSQL alike.
CRON_PATTERN = "^" + " ".join(_field(value) for value in (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)) + "$"
