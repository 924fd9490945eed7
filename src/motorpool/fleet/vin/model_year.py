"""The model year of a VIN: position 10, and for light vehicles position 7 (49 CFR 565.15(d), table VII)."""

from __future__ import annotations

#: Position of the model year, and of the character that tells its cycle, from 1.
YEAR, CYCLE = 10, 7
#: 30 characters; the first is 1980 and, a cycle later, 2010. I, O, Q, U, Z and 0 are not used.
CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
FIRST, PERIOD = 1980, 30
#: Model years begin up to so long before their calendar year.
AHEAD = 1


def model_years(vin: str, this_year: int) -> list[int]:
    """Years that position 10 may mean and that have been, the latest first; empty for a character that is no year."""
    place = CODES.find(vin[YEAR - 1])
    if place < 0:
        return []
    years = range(FIRST + place, this_year + AHEAD + 1, PERIOD)
    return list(reversed(years)) or [FIRST + place]


def cycle_of(vin: str, years: list[int]) -> int | None:
    """The year among `years` that position 7 tells: a letter from 2010 on, a digit before.

    It holds for passenger cars, and for multipurpose vehicles and trucks of up to 10,000 lb (4,536 kg).
    """
    later = not vin[CYCLE - 1].isdigit()
    return next((year for year in years if (year >= FIRST + PERIOD) == later), None)
