"""Does a vehicle with its job fit a bay: weight, lift, equipment; and how well. Bays are rated in pounds, vehicles in kilograms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

#: International avoirdupois pound, exact since 1959 (NIST Handbook 44, appendix C).
KG_PER_POUND = 0.45359237
#: Above this a vehicle is heavy-duty, class 7 or 8 (US DOT, Federal Highway Administration).
HEAVY_LBS = 26_000
#: Types of bays that are for anything, and words of a type that say nothing about what it is for.
GENERAL = frozenset(("general", "standard", "service", "universal"))
EMPTY = frozenset(("", "and", "bay", "change", "equipment", "repair", "shop", "vehicle", "work"))
#: What a bay costs that is for anything, one that is for something else, and tools that a job does not need: at most 9 in all.
ANYTHING, SOMETHING_ELSE, MOST_TOOLS = 1, 6, 3


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why something does not fit: the column that would have to be another, a sentence, a code."""

    field: str
    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class Bay:
    id: UUID
    name: str
    facility_id: UUID
    is_operational: bool = True
    #: Pounds.
    max_weight_lbs: int | None = None
    max_lift_lbs: int | None = None
    equipment: frozenset[str] = frozenset()
    facility: str = ""
    #: What it is for, in somebody's words.
    kind: str | None = None

    @property
    def meant_for(self) -> frozenset[str]:
        """Words that say what it is for; none: anything. Who has not said so of a bay for heavy vehicles meant these."""
        words = singular(self.kind or "") - EMPTY
        if not words and (self.max_weight_lbs or 0) > HEAVY_LBS:
            return frozenset(("heavy",))
        return frozenset() if words & GENERAL else words


@dataclass(frozen=True, slots=True)
class Weight:
    """What is known of a vehicle's weight, kg."""

    gvwr_kg: int | None = None
    curb_kg: int | None = None
    payload_kg: int | None = None

    @property
    def heaviest_kg(self) -> int | None:
        """The gross vehicle weight rating: nobody unloads a van before it drives in. Without it the best that is known."""
        if self.gvwr_kg is not None:
            return self.gvwr_kg
        return None if self.curb_kg is None else self.curb_kg + (self.payload_kg or 0)


def word(text: str) -> str:
    """A skill or a tool as it is compared: `Two-post lift` is `two_post_lift`."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def singular(text: str) -> frozenset[str]:
    """The words of a text as they are compared: `Tires, front` and `front_tire` have the same."""
    return frozenset(found.removesuffix("s") for found in re.findall(r"[^\W_]+", text.casefold()))


def words_of(texts: Iterable[str] | None) -> frozenset[str]:
    return frozenset(found for text in texts or () if (found := word(text)))


def pounds(kilograms: int) -> int:
    """The roundest pounds that the books keep as these kilograms: 3,629 kg are the 8,000 lb that were entered, not 8,001."""
    exact = kilograms / KG_PER_POUND
    tried = (round(exact, digits) for digits in (-3, -2, -1))
    return next((round(found) for found in tried if round(found * KG_PER_POUND) == kilograms), round(exact))


def carries(limit_lbs: int | None, weight_kg: int | None) -> bool:
    """Whether a limit in pounds holds a weight in kilograms; what is not known does not refuse.

    A vehicle rated at 10,000 lb stands in the books as 4,536 kg, which is 10,000.2 lb: compared as whole kilograms.
    """
    return limit_lbs is None or weight_kg is None or weight_kg <= round(limit_lbs * KG_PER_POUND)


def needs_lift(equipment: Iterable[str]) -> bool:
    return any("lift" in tool.split("_") for tool in equipment)


def misfits(
    bay: Bay, weight: Weight, equipment: frozenset[str], facility_id: UUID | None = None, facility: str = ""
) -> Iterator[Misfit]:
    """What speaks against a job in a bay. `equipment`: what the job needs, as `words_of` gives it."""
    field = "service_bay_id"
    if not bay.is_operational:
        yield Misfit(field, f"{bay.name} is out of operation", "bay_out_of_operation")
    if facility_id is not None and bay.facility_id != facility_id:
        where = f"{bay.name} is at {bay.facility or 'another facility'}"
        yield Misfit(
            field, f"{where}; the work order is for {facility or 'another facility'}", "other_facility"
        )
    kilograms = weight.heaviest_kg
    if kilograms is not None and not carries(bay.max_weight_lbs, kilograms):
        yield Misfit(
            field,
            f"{bay.name} carries {bay.max_weight_lbs:,} lb; the vehicle weighs up to {pounds(kilograms):,} lb "
            f"({kilograms:,} kg)",
            "too_heavy",
        )
    if kilograms is not None and needs_lift(equipment) and not carries(bay.max_lift_lbs, kilograms):
        yield Misfit(
            field,
            f"the lift of {bay.name} takes {bay.max_lift_lbs:,} lb; the vehicle weighs up to {pounds(kilograms):,} lb "
            f"({kilograms:,} kg)",
            "too_heavy_for_the_lift",
        )
    if missing := sorted(equipment - bay.equipment):
        yield Misfit(field, f"{bay.name} lacks {listed(missing)}", "equipment_missing")


def suits(bay: Bay, weight: Weight, words: frozenset[str]) -> bool | None:
    """Whether a job is what the bay is meant for; None: the bay is for anything. `words`: of the job, as `singular` gives them."""
    meant = bay.meant_for
    if not meant:
        return None
    if "heavy" in meant and not carries(HEAVY_LBS, weight.heaviest_kg):
        return True
    return bool((meant - {"heavy"}) & words)


def waste(bay: Bay, weight: Weight, equipment: frozenset[str], words: frozenset[str]) -> int:
    """How much too good a bay is for a job that it fits, from 0 to 9: between bays that are free the least wasted is best."""
    matched = suits(bay, weight, words)
    price = 0 if matched else ANYTHING if matched is None else SOMETHING_ELSE
    return price + min(len(bay.equipment - equipment), MOST_TOOLS)


def listed(names: Iterable[str]) -> str:
    """`brake lathe, pit and two post lift`."""
    *rest, last = (name.replace("_", " ") for name in names)
    return f"{', '.join(rest)} and {last}" if rest else last
