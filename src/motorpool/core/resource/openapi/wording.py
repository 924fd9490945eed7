"""Words for the description of the API: names inside of sentences, articles, what columns without a comment hold."""

from __future__ import annotations

import re
from importlib.resources import files

from motorpool.core.resource.declaration import Lock

#: What a column of this name holds in every table, where the table itself does not say.
COMMON = {
    "id": "Made by the program; ids of later rows sort after those of earlier ones (UUIDv7)",
    "created_at": "When the row was added",
    "updated_at": "When the row was last changed",
    "notes": "Free text",
    "metadata": "Anything else that is worth keeping, as a JSON object",
    "tags": "Free labels",
    "created_by_user_id": "Who added it",
    "requested_by_user_id": "Who asked for it",
    "approved_by_user_id": "Who approved it",
    "reviewed_by_user_id": "Who reviewed it",
    "resolved_by_user_id": "Who resolved it",
    "reported_by_user_id": "Who reported it",
    "completed_by_user_id": "Who completed it",
    "verified_by_user_id": "Who verified it",
    "is_active": "False: kept, and no longer used",
    "cost_center": "Where the cost is booked",
    "ip_address": "IPv4 or IPv6 address",
    "latitude": "Degrees north of the equator (WGS 84)",
    "longitude": "Degrees east of Greenwich (WGS 84)",
}
#: Ending of a column's name -> the unit of its values.
UNITS = {
    "l_per_100km": "L/100 km",
    "km": "km",
    "odometer": "km",
    "meters": "m",
    "radius_m": "m",
    "distance_m": "m",
    "odometer_m": "m",
    "feet": "ft",
    "inches": "in",
    "kph": "km/h",
    "mph": "mph",
    "miles": "miles",
    "mileage": "miles",
    "mpg": "miles per US gallon",
    "kg": "kg",
    "pounds": "lb",
    "lbs": "lb",
    "liters": "L",
    "gallons": "US gallons",
    "kwh": "kWh",
    "kw": "kW",
    "seconds": "s",
    "ms": "ms",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "months": "months",
    "years": "years",
    "percent": "percent",
    "percentage": "percent",
    "celsius": "°C",
    "bytes": "bytes",
    "mb": "MB",
    "usd": "US dollars",
    "degrees": "degrees",
    "psi": "psi",
}


#: How comments say a unit that they do not abbreviate.
SPELLED = {
    "km": r"kilomet|\bkm\b",
    "m": r"\bmet(re|er)",
    "s": r"second",
    "L": r"lit(re|er)",
    "percent": r"%|per ?cent",
    "°C": r"celsius",
    "kWh": r"kilowatt|kwh",
    "bytes": r"byte",
    "US gallons": r"gallon",
    "US dollars": r"dollar|usd",
}


def in_sentence(label: str) -> str:
    """A label inside of a sentence: `Work order` -> `work order`; `API token` and `3D model` stay as they are."""
    first, _, rest = label.partition(" ")
    if first[1:].islower() or len(first) == 1:
        first = first.lower()
    return f"{first} {rest}".strip()


def a(label: str) -> str:
    """A label with its article: `a work order`, `an API token`, `a user`."""
    text = in_sentence(label)
    first = text.split()[0]
    if first.isupper() and first[0].isalpha():
        vowel = first[0] in "AEFHILMNORSX"
    else:
        vowel = text[0] in "aeio" or (text[0] == "u" and not re.match(r"us[ei]|uni", text))
    return f"{'an' if vowel else 'a'} {text}"


def one(label: str, plural: str) -> str:
    """One of them: with an article, unless the word has no plural (`equipment`)."""
    return in_sentence(label) if label == plural or label.endswith("preferences") else a(label)


def unit_of(name: str) -> str | None:
    """The unit that a column's name states: `fuel_used_liters` -> `L`."""
    return next(
        (unit for ending, unit in UNITS.items() if name == ending or name.endswith(f"_{ending}")), None
    )


def tells_unit(comment: str, unit: str) -> bool:
    """Whether a comment already says the unit."""
    return re.search(SPELLED.get(unit, re.escape(unit.removesuffix("s"))), comment, re.IGNORECASE) is not None


def sentence(text: str | None) -> str:
    """Text that ends like a sentence; empty stays empty."""
    text = " ".join((text or "").split())
    return text if not text or text[-1] in ".!?:" else text + "."


def domain_text(domain: str) -> str:
    """What a domain is for: the first paragraph of its README."""
    try:
        page = files(f"motorpool.{domain.lower()}").joinpath("README.md").read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return ""
    paragraphs = [part.strip() for part in page.split("\n\n")]
    return " ".join(next((part for part in paragraphs if part and part[0] not in "#*|`"), "").split())


def lock_words(lock: Lock) -> str:
    """When a row is settled, and what can be changed all the same."""
    still = ", ".join(f"`{name}`" for name in lock.open)
    return lock.sentence + (f" Still open: {still}." if still else "")
