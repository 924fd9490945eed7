"""Which columns of a resource a file can fill, and which of the file's columns fills which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from motorpool.core.resource.declaration import Resource

#: Words of a heading that mean the same.
SAME = {
    "no": "number",
    "num": "number",
    "nr": "number",
    "nbr": "number",
    "dept": "department",
    "desc": "description",
    "qty": "quantity",
    "amt": "amount",
    "tel": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "yr": "year",
    "mfr": "make",
    "manufacturer": "make",
    "brand": "make",
    "lic": "license",
    "licence": "license",
    "registration": "license",
    "tag": "plate",
    "colour": "color",
    "state": "region",
    "province": "region",
    "zip": "postal_code",
    "zipcode": "postal_code",
    "postcode": "postal_code",
    "unit": "vehicle",
    "asset": "vehicle",
    "equipment": "vehicle",
    "truck": "vehicle",
    "car": "vehicle",
    "surname": "name",
    "mail": "email",
    "cost": "price",
    "litres": "liters",
    "kilometres": "km",
    "kilometers": "km",
    "remarks": "notes",
    "comment": "notes",
    "comments": "notes",
    "note": "notes",
    "location": "facility",
    "depot": "facility",
    "site": "facility",
    "supplier": "vendor",
    "employee": "driver",
    "badge": "driver",
    "on": "date",
    "at": "date",
    "dob": "date_birth",
    "odo": "odometer",
}
#: Words that carry no meaning of their own.
EMPTY = frozenset(("the", "of", "id", "code", "is", "a"))
ACRONYMS = {"id": "ID", "vin": "VIN", "gvwr": "GVWR", "url": "URL", "kwh": "kWh", "api": "API", "pdf": "PDF"}
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Target:
    """A column that a file can fill."""

    name: str
    label: str
    help: str
    #: Must have a value in a new row.
    required: bool
    #: Rows are recognised by it.
    is_key: bool
    #: Table that it refers to; the file may name the row instead of giving its id.
    refers_to: str | None


def label_of(name: str) -> str:
    """`department_id` -> `Department`, `vin` -> `VIN`."""
    words = name.removesuffix("_id").split("_") if name != "id" else ["id"]
    text = " ".join(ACRONYMS.get(word, word) for word in words)
    return text[:1].upper() + text[1:]


def is_importable(resource: Resource) -> bool:
    return bool({"create", "update"} & set(resource.operations)) and resource.facts.ownership != "global"


def targets_of(resource: Resource) -> list[Target]:
    """In the order of the table's columns; the id, by which existing rows are found, stands first."""
    settable = {*resource.writable, *resource.create_only}
    found = [
        Target("id", "ID", "Finds the row that is there; leave it empty for a new row", False, True, None)
    ]
    for column in resource.table.columns:
        name = str(column.name)
        if name in settable:
            found.append(
                Target(
                    name,
                    label_of(name),
                    column.comment or "",
                    resource.required_on_create(name) and not resource.gives(name),
                    name in resource.business_key,
                    resource.references.get(name) or resource.facts.ref_arrays.get(name),
                )
            )
    return found


def propose_mapping(headings: Sequence[str], targets: Sequence[Target], table: str) -> dict[str, str]:
    """Our column -> the file's heading, for those that are alike enough; each heading is used once."""
    thing = _singular(table)
    scored: list[tuple[float, int, int]] = []
    for place, heading in enumerate(headings):
        for number, target in enumerate(targets):
            score = max(likeness(heading, target.name, thing), likeness(heading, target.label, thing))
            if score >= ALIKE:
                scored.append((-score, number, place))
    mapping: dict[str, str] = {}
    used: set[int] = set()
    for _, number, place in sorted(scored):
        name = targets[number].name
        if name not in mapping and place not in used:
            mapping[name] = headings[place]
            used.add(place)
    return {target.name: mapping[target.name] for target in targets if target.name in mapping}


def likeness(heading: str, name: str, thing: str = "") -> float:
    """0 to 1: how far a heading means a column. `thing`: what a row is, which a heading may leave out or add."""
    plain, wanted = _letters(heading), _letters(name)
    if not plain or not wanted:
        return 0.0
    if plain == wanted:
        return 1.0
    theirs, ours = _words(heading), _words(name)
    if theirs == ours:
        return 0.97
    rest_theirs, rest_ours = theirs - {thing}, ours - {thing}
    if rest_theirs and rest_theirs == rest_ours:
        return 0.92
    if rest_theirs and rest_ours and (rest_theirs < rest_ours or rest_theirs > rest_ours):
        few, many = sorted((len(rest_theirs), len(rest_ours)))
        return 0.75 + 0.15 * few / many
    ratio = SequenceMatcher(None, " ".join(sorted(theirs)), " ".join(sorted(ours))).ratio()
    # A short word differs in a letter and means something else.
    return min(ratio, 0.9) if min(len(plain), len(wanted)) >= 6 and ratio >= 0.87 else 0.0


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _words(text: str) -> frozenset[str]:
    parts = re.findall(r"[a-z]+|#|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).casefold())
    words: list[str] = []
    for part in parts:
        words += SAME.get("num" if part == "#" else part, part).split("_")
    return frozenset(_stem(word) for word in words if word not in EMPTY) or frozenset(parts)


def _stem(word: str) -> str:
    """`hired` and `hire`, `expires` and `expire` are the same word."""
    return word[:-1] if len(word) > 4 and word[-1] in "sd" and not word.endswith("ss") else word


def _singular(table: str) -> str:
    last = table.split("_")[-1]
    if last.endswith("ies"):
        return last[:-3] + "y"
    return last.removesuffix("s")
