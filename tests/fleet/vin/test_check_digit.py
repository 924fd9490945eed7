"""The check digit of 49 CFR 565.15, model years and patterns; corrupted VINs are found and put right."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from motorpool.fleet.vin.check_digit import (
    ALIKE,
    ALLOWED,
    CHECK,
    DIGITS,
    LETTERS,
    VALUES,
    WEIGHTS,
    check_digit,
    closest,
    is_right,
)
from motorpool.fleet.vin.model_year import CODES, cycle_of, model_years
from motorpool.fleet.vin.patterns import choices, descriptor, fits, weight

#: VINs that are published as examples of a right check digit, and 17 ones, which is right by the arithmetic.
PUBLISHED = (
    "1M8GDM9AXKP042788",
    "11111111111111111",
    "5GZCZ43D13S812715",
    "1G4AH59H45G118341",
    "1FTFW1ET9DFC10312",
    "5YJSA1H12FFP71790",
    "1HD1GP4558K319097",
    "1FV3GFBC0YHA74039",
    "JH4KA2650HC000268",
    "SCFEBBELXDGD17560",
)
CHARACTERS = st.sampled_from(sorted(ALLOWED))


@st.composite
def vins(draw: st.DrawFn) -> str:
    """17 characters with a right check digit."""
    text = "".join(draw(st.lists(CHARACTERS, min_size=17, max_size=17)))
    return text[: CHECK - 1] + check_digit(text) + text[CHECK:]


@pytest.mark.parametrize("vin", PUBLISHED)
def test_published_vins_are_right(vin: str) -> None:
    assert is_right(vin)


def test_the_tables_of_the_regulation() -> None:
    assert len(ALLOWED) == 33 and not {"I", "O", "Q"} & ALLOWED
    assert [VALUES[one] for one in "AJ"] == [1, 1] and [VALUES[one] for one in "BKS"] == [2, 2, 2]
    assert [VALUES[one] for one in "PGX"] == [7, 7, 7] and [VALUES[one] for one in "RZ"] == [9, 9]
    assert sum(WEIGHTS) == 89 and WEIGHTS[CHECK - 1] == 0


@given(vins(), st.integers(0, 16), CHARACTERS)
def test_one_wrong_character_is_noticed(vin: str, place: int, other: str) -> None:
    """Unless the two stand for the same number, modulo 11 times the weight, or it is the check digit's own place."""
    changed = vin[:place] + other + vin[place + 1 :]
    if place == CHECK - 1:
        assert is_right(changed) == (other == vin[place])
    else:
        same = (VALUES[other] - VALUES[vin[place]]) * WEIGHTS[place] % 11 == 0
        assert is_right(changed) == same


@given(vins(), st.integers(0, 16), st.data())
def test_a_misread_character_is_found_again(vin: str, place: int, data: st.DataObject) -> None:
    groups = [group for group in ALIKE if vin[place] in group]
    others = [one for group in groups for one in group if one != vin[place]]
    if not others:
        return
    read = data.draw(st.sampled_from(others))
    changed = vin[:place] + read + vin[place + 1 :]
    if not is_right(changed):
        assert vin in closest(changed)


@given(vins(), st.integers(0, 15))
def test_swapped_neighbours_are_found_again(vin: str, place: int) -> None:
    changed = vin[:place] + vin[place + 1] + vin[place] + vin[place + 2 :]
    if not is_right(changed):
        assert vin in closest(changed)


@given(vins())
def test_suggestions_are_right_and_differ(vin: str) -> None:
    wrong = "X" if vin[8] != "X" else "0"
    for other in closest(vin[:8] + wrong + vin[9:]):
        assert is_right(other)


def test_a_letter_that_no_vin_has_is_replaced_by_what_it_looks_like() -> None:
    assert closest("1FTFW1ET9DFC1O312")[0] == "1FTFW1ET9DFC10312"
    assert closest("IFTFWIET9DFC10312")[0] == "1FTFW1ET9DFC10312"
    assert closest("1FTFW1ET5DFC1031") == []
    assert closest("???") == []


def test_the_cycles_of_model_years() -> None:
    assert len(CODES) == len(set(CODES)) == 30 and not set("IOQUZ0") & set(CODES)
    year = {code: model_years("1FTFW1ET5" + code + "FC10312", 2026) for code in "AY19DT"}
    assert year == {
        "A": [2010, 1980],
        "Y": [2000],
        "1": [2001],
        "9": [2009],
        "D": [2013, 1983],
        "T": [2026, 1996],
    }
    assert model_years("1FTFW1ET5UFC10312", 2026) == []
    # Next year's models are sold already; those of the year after are not.
    assert model_years("1FTFW1ET5VFC10312", 2026) == [2027, 1997]
    assert model_years("1FTFW1ET5WFC10312", 2026) == [1998]
    # Position 7: a letter from 2010 on.
    assert cycle_of("1FTFW1ET5DFC10312", [2013, 1983]) == 2013
    assert cycle_of("1FTFWE15TDFC10312", [2013, 1983]) == 1983


def test_patterns() -> None:
    assert descriptor("1FTFW1ET5DFC10312") == "FW1ET|DFC10312"
    text = "FW1ET|DFC10312"
    for pattern in (
        "FW1",
        "*W1E",
        "FW1ET|D",
        "[E-G]W[0-3]",
        "****T",
        "*****|*F",
        "F[^A-C]1",
        "FW#ET",
        "FW1ET|DFC1",
    ):
        assert fits(pattern, text), pattern
    for pattern in ("FX", "*X", "[A-E]W", "FW[AB]", "F[^W]", "FWA#", "FW1ET|E", "FW1ET|DFC103129", "F[W"):
        assert not fits(pattern, text), pattern
    assert choices("A-C5") == set("ABC5")
    assert choices("^A-Z") == set(DIGITS)
    assert choices("") == frozenset()
    assert weight("FW1") == 3 and weight("*W*") == 1 and weight("*****|D") == 1
    assert weight("F[AB]") > weight("F[A-M]") > weight("F*")


@given(st.text(sorted("*#[]^-|AB12"), max_size=12), vins())
def test_no_pattern_breaks_the_matcher(pattern: str, vin: str) -> None:
    assert fits(pattern, descriptor(vin)) in (True, False)
    assert 0 <= weight(pattern) <= len(pattern)


@given(vins())
def test_a_descriptor_fits_itself_and_every_blank_of_it(vin: str) -> None:
    text = descriptor(vin)
    assert fits(text, text)
    for place in range(len(text)):
        if text[place] != "|":
            assert fits(text[:place] + "*" + text[place + 1 :], text)
            letter = LETTERS[0] if text[place] != LETTERS[0] else LETTERS[1]
            assert not fits(text[:place] + letter, text)
