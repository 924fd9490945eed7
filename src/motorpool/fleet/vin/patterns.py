"""The patterns of vPIC: which vehicle descriptors a rule of a maker is about.

They are compared with positions 4 to 8, a bar, and positions 10 to 17, such as `FW1ET|DFC10312`, from the left; what a pattern
does not reach may be anything. `*` is any character, `#` a digit, `[A-CE]` one of those, `[^A]` none of them.
"""

from __future__ import annotations

from functools import lru_cache

from motorpool.fleet.vin.check_digit import DIGITS, LETTERS

ORDER = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ANY = "*_"


def descriptor(vin: str) -> str:
    """What patterns are compared with; `vin` has 17 characters."""
    return f"{vin[3:8]}|{vin[9:17]}"


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern holds for a descriptor."""
    at, place, length = 0, 0, len(pattern)
    while place < length:
        if at == len(text):
            return False
        character, mine = pattern[place], text[at]
        if character == "[":
            end = pattern.find("]", place)
            if end < 0 or mine not in choices(pattern[place + 1 : end]):
                return False
            place = end
        elif character != mine and character not in ANY and not (character == "#" and mine in DIGITS):
            return False
        place += 1
        at += 1
    return True


@lru_cache(maxsize=20_000)
def choices(inside: str) -> frozenset[str]:
    """The characters that `A-CE` or `^A` between brackets means."""
    negated = inside.startswith("^")
    body = inside[1:] if negated else inside
    found: set[str] = set()
    place = 0
    while place < len(body):
        character = body[place]
        if place + 2 < len(body) and body[place + 1] == "-":
            low, high = ORDER.find(character), ORDER.find(body[place + 2])
            if 0 <= low <= high:
                found.update(ORDER[low : high + 1])
            place += 3
        else:
            found.add(character)
            place += 1
    return frozenset(DIGITS + LETTERS) - found if negated else frozenset(found)


@lru_cache(maxsize=50_000)
def weight(pattern: str) -> float:
    """How much a pattern says: a character counts 1, a choice less the wider it is, `*` nothing."""
    total, place = 0.0, 0
    while place < len(pattern):
        character = pattern[place]
        if character == "[":
            end = pattern.find("]", place)
            if end < 0:
                break
            total += 1 - len(choices(pattern[place + 1 : end])) / 34
            place = end
        elif character == "#":
            total += 0.5
        elif character not in ANY and character != "|":
            total += 1
        place += 1
    return total
