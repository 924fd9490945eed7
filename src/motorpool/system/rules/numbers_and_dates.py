"""How people write numbers, dates and times in spreadsheets. A ValueError carries the end of a sentence about the cell."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation

#: Signs of money that may stand before or behind an amount, and the blanks that group thousands.
_MONEY = re.compile(r"(?:US\$|CA\$|A\$|\$|€|£|¥|₹|(?:USD|EUR|GBP|CAD|AUD|CHF|MXN)\b)\s*", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(,\d{3})+")
_GROUPED_BY_POINT = re.compile(r"\d{1,3}(\.\d{3}){2,}")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T,]+(.+))?")
_NAMED_DAY = re.compile(r"(\d{1,2})[. -]*([a-z]{3,9})\.?[, -]*(\d{4})(?:[ ,]+(.+))?", re.IGNORECASE)
_NAMED_MONTH = re.compile(
    r"([a-z]{3,9})\.?[ -]*(\d{1,2})(?:st|nd|rd|th)?[, -]+(\d{4})(?:[ ,]+(.+))?", re.IGNORECASE
)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

YES = frozenset(("true", "yes", "y", "t", "1", "on", "x", "✓", "✔"))
NO = frozenset(("false", "no", "n", "f", "0", "off", "-"))


def parse_number(text: str) -> Decimal:
    """`1,234.50`, `1.234,50`, `$ 12`, `12 %`, `(7.20)`, `1 234,5`: one comma alone is a decimal sign unless three digits follow."""
    plain = _MONEY.sub("", text.strip())
    negative = plain.startswith("(") and plain.endswith(")")
    plain = _BLANKS.sub("", plain.strip("()").rstrip("%"))
    if "," in plain and "." in plain:
        thousands, point = (",", ".") if plain.rindex(".") > plain.rindex(",") else (".", ",")
        plain = plain.replace(thousands, "").replace(point, ".")
    elif "," in plain:
        grouped = _GROUPED_BY_COMMA.fullmatch(plain.lstrip("+-"))
        plain = plain.replace(",", "" if grouped else ".", -1 if grouped else 1)
    elif _GROUPED_BY_POINT.fullmatch(plain.lstrip("+-")):
        plain = plain.replace(".", "")
    if not _NUMBER.fullmatch(plain):
        raise ValueError("must be a number, such as 1234.50")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError("must be a number, such as 1234.50") from error
    return -value if negative else value


def parse_whole(value: str | int | float | Decimal) -> int:
    """Raises ValueError for a fraction."""
    try:
        number = parse_number(value) if isinstance(value, str) else Decimal(str(value))
    except ValueError:
        raise ValueError("must be a whole number, such as 12") from None
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError("must be a whole number, such as 12")
    return int(number)


def parse_yes_or_no(text: str) -> bool:
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("must be yes or no")


def parse_date(text: str, *, day_first: bool) -> date:
    """ISO 8601, `3/4/2026` (by `day_first`), `4 Mar 2026`, `March 4, 2026`; a time of day after it is left out."""
    return _day_and_rest(text.strip(), day_first)[0]


def parse_moment(text: str, *, day_first: bool, zone: tzinfo) -> datetime:
    """A point in time; one without an offset is meant in `zone`, one without a time of day is midnight."""
    plain = text.strip()
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        day, rest = _day_and_rest(plain, day_first)
        found = datetime.combine(day, parse_clock(rest) if rest else time())
    return found if found.tzinfo else found.replace(tzinfo=zone)


def parse_clock(text: str) -> time:
    """`14:30`, `2:30 PM`, `14:30:05`."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or not (match[2] or match[4]):
        raise ValueError("must be a time of day, such as 14:30")
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if half := (match[4] or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError("must be a time of day, such as 2:30 PM")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise ValueError("must be a time of day, such as 14:30") from None


def is_day_first(texts: list[str]) -> bool:
    """Whether dates such as 3/4/2026 in a column name the day first: some 13th or later day gives it away."""
    firsts, seconds = [], []
    for text in texts:
        match = _DATE.fullmatch(text.strip())
        if match and len(match[1]) <= 2 and len(match[4]) != 1:
            firsts.append(int(match[1]))
            seconds.append(int(match[3]))
    return max(firsts, default=0) > 12 and max(seconds, default=0) <= 12


def _day_and_rest(text: str, day_first: bool) -> tuple[date, str]:
    try:
        return date.fromisoformat(text[:10]), text[10:].lstrip(" T")
    except ValueError:
        pass
    try:
        if match := _DATE.fullmatch(text):
            first, second, third = int(match[1]), int(match[3]), int(match[4])
            if len(match[1]) == 4:
                return date(first, second, third), match[5] or ""
            # A point between the parts is used where the day comes first.
            day, month = (first, second) if day_first or match[2] == "." else (second, first)
            return date(_year(match[4]), month, day), match[5] or ""
        if match := _NAMED_DAY.fullmatch(text):
            return date(int(match[3]), _month(match[2]), int(match[1])), match[4] or ""
        if match := _NAMED_MONTH.fullmatch(text):
            return date(int(match[3]), _month(match[1]), int(match[2])), match[4] or ""
    except ValueError:
        pass
    raise ValueError("must be a date, such as 2026-03-04")


def _year(text: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 are in the last century."""
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= 69 else 2000)


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1
