"""Which of our vehicles and drivers the provider's are: by what both sides know for certain, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from motorpool.integrations.connectors.contract import Found, Kind


@dataclass(frozen=True, slots=True)
class Ours:
    """A vehicle or driver of ours, with what it can be recognised by."""

    kind: Kind
    key: UUID
    vin: str | None = None
    license_plate: str | None = None
    #: Identifiers of the devices in it.
    serials: tuple[str, ...] = ()
    driver_number: str | None = None


def plain(text: str | None) -> str:
    """Letters and digits alone, in capitals: plates and VINs are written with blanks, hyphens and in small letters."""
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


#: In the order in which they are tried: what theirs says, what ours says.
CLUES: dict[Kind, tuple[tuple[Callable[[Found], str], Callable[[Ours], Iterable[str]]], ...]] = {
    "vehicle": (
        (lambda one: _vin(one.vin), lambda one: (_vin(one.vin),)),
        (lambda one: plain(one.license_plate), lambda one: (plain(one.license_plate),)),
        (lambda one: plain(one.serial), lambda one: map(plain, one.serials)),
    ),
    "driver": ((lambda one: plain(one.driver_number), lambda one: (plain(one.driver_number),)),),
}


def match(
    found: Iterable[Found], ours: Iterable[Ours], known: Mapping[tuple[Kind, str], UUID]
) -> dict[tuple[Kind, str], UUID]:
    """(kind, id there) -> our id, for those that are not `known` yet. One to one.

    A clue counts only when it names exactly one on either side: two vehicles with the same plate are left to people.
    """
    theirs, mine = list(found), list(ours)
    matched: dict[tuple[Kind, str], UUID] = {}
    for kind, clues in CLUES.items():
        taken = {key for (one, _), key in known.items() if one == kind}
        open_ = [one for one in theirs if one.kind == kind and (kind, one.external_id) not in known]
        for there, here in clues:
            counted = Counter(clue for one in theirs if one.kind == kind and (clue := there(one)))
            owners: dict[str, set[UUID]] = {}
            for own in mine:
                if own.kind == kind:
                    for clue in filter(None, here(own)):
                        owners.setdefault(clue, set()).add(own.key)
            for one in open_:
                place, clue = (kind, one.external_id), there(one)
                candidates = owners.get(clue, set()) if clue else set()
                if place in matched or len(candidates) != 1 or counted[clue] != 1:
                    continue
                (key,) = candidates
                if key not in taken:
                    matched[place] = key
                    taken.add(key)
    return matched


def _vin(text: str | None) -> str:
    """Some providers send blanks or question marks while they do not know it: only a whole VIN counts."""
    found = plain(text)
    return found if len(found) == 17 else ""
