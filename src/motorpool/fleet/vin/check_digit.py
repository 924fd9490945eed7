"""The check digit of a VIN, and which slip of the pen a wrong one may come from (49 CFR 565.15(c), ISO 3779)."""

from __future__ import annotations

from collections.abc import Iterator

LENGTH = 17
#: Position of the check digit, from 1.
CHECK = 9
DIGITS = "0123456789"
#: I, O and Q are not used, so that nobody takes them for 1 and 0.
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
ALLOWED = frozenset(DIGITS + LETTERS)
#: Number that a character stands for (49 CFR 565.15, table III).
VALUES = {digit: int(digit) for digit in DIGITS} | dict(
    zip(LETTERS, (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
#: Weight of each position; that of the check digit itself is 0 (49 CFR 565.15, table IV).
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: Characters that are mistaken for one another, on paper and by readers of pictures.
ALIKE = ("0DOQU", "1IL7T", "2Z7", "5S6", "8B3", "6GC", "4A", "UV", "MN", "MW", "VY", "KX", "EF", "PR")


def check_digit(vin: str) -> str:
    """The character that belongs at position 9: a digit, or X for 10. `vin`: 17 characters that are allowed.

    The sum of value times weight over all positions, modulo 11. Raises KeyError for a character that is not allowed.
    """
    rest = sum(VALUES[character] * weight for character, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def is_right(vin: str) -> bool:
    """Whether the check digit is the right one; False for what is no VIN."""
    return len(vin) == LENGTH and ALLOWED.issuperset(vin) and vin[CHECK - 1] == check_digit(vin)


def closest(vin: str) -> list[str]:
    """VINs with a right check digit that differ from a wrong one by one likely slip, the likeliest first.

    Slips are a character that looks like another, and two neighbours that changed places. A character that no VIN has
    is replaced by any that fits, those that look like it first. Empty when the number of characters is wrong.
    """
    if len(vin) != LENGTH:
        return []
    wrong = [place for place, character in enumerate(vin) if character not in ALLOWED]
    if wrong:
        return _filled_in(vin, wrong)
    found = dict.fromkeys(one for one in (*_mistaken(vin), *_swapped(vin)) if is_right(one))
    found.pop(vin, None)
    return list(found)


def _filled_in(vin: str, wrong: list[int]) -> list[str]:
    """One or two characters that are not allowed; more are no slip."""
    if len(wrong) > 2:
        return []
    made = [vin]
    for place in wrong:
        made = [
            one[:place] + character + one[place + 1 :]
            for one in made
            for character in (*_like(vin[place]), *(c for c in DIGITS + LETTERS if len(wrong) == 1))
        ]
    return list(dict.fromkeys(one for one in made if is_right(one)))


def _like(character: str) -> list[str]:
    """Allowed characters that look like one."""
    groups = [group for group in ALIKE if character in group]
    return [one for group in groups for one in group if one != character and one in ALLOWED]


def _mistaken(vin: str) -> Iterator[str]:
    for place, character in enumerate(vin):
        for other in _like(character):
            yield vin[:place] + other + vin[place + 1 :]
    # A check digit that was itself misread: any other slip is likelier.
    right = check_digit(vin)
    yield vin[: CHECK - 1] + right + vin[CHECK:]


def _swapped(vin: str) -> Iterator[str]:
    for place in range(LENGTH - 1):
        if vin[place] != vin[place + 1]:
            yield vin[:place] + vin[place + 1] + vin[place] + vin[place + 2 :]
