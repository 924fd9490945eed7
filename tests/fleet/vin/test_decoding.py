"""The installed catalogue against VINs whose vehicles are known from elsewhere, and what is told of wrong ones."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.fleet.vin import decode, decode_many, installed_catalogue
from motorpool.fleet.vin.check_digit import ALLOWED, check_digit, is_right
from motorpool.fleet.vin.decoding import COLUMNS, is_north_american
from motorpool.fleet.vin.mapping import drive_type, fuel_type, gvwr_kg, lowest_kg, make_name, vehicle_type

from .golden import GOLDEN, Golden


@pytest.mark.parametrize("known", GOLDEN, ids=lambda known: known.vin)
def test_known_vehicles(known: Golden) -> None:
    found = decode(known.vin, this_year=2026)
    assert found.is_valid, found.problems
    assert (found.model_year, found.make, found.vehicle_type) == (known.year, known.make, known.vehicle_type)
    assert known.model.lower() in (found.model or "").lower()
    for name, value in known.facts.items():
        assert getattr(found, name) == value, name


def test_the_known_ones_are_of_many_kinds() -> None:
    assert len(GOLDEN) >= 50 and len({known.vin for known in GOLDEN}) == len(GOLDEN)
    kinds = Counter(known.vehicle_type for known in GOLDEN)
    assert set(kinds) == {"car", "suv", "van", "pickup", "truck", "tractor", "bus", "trailer", "motorcycle"}
    assert sum(known.source == "vpic" for known in GOLDEN) >= 25
    assert len({known.make for known in GOLDEN}) >= 25


def test_a_heavy_vehicle_whose_year_may_be_another() -> None:
    """Position 7 says nothing about a bus: of 1989 and 2019 more is filed that fits for 1989."""
    found = decode("1M8GDM9AXKP042788", this_year=2026)
    assert (found.model_year, found.model_year_is_certain) == (1989, False)
    assert decode("1FTEF14N5KNB35920", this_year=2026).model_year_is_certain


def test_what_people_type_around_a_vin_does_not_matter() -> None:
    assert decode(" 5yjsa1h1 2ffp-71790 \n").vin == "5YJSA1H12FFP71790"


@pytest.mark.parametrize(
    ("vin", "code", "position"),
    [
        ("1FTFW5L86RFB4561", "length", None),
        ("1FTFW5L86RFB456123", "length", None),
        ("", "length", None),
        ("1FTFW5L86RFB4561O", "character", 17),
        ("1FTFW5L86RF*45612", "character", 12),
        ("1FTFW5L87RFB45612", "check_digit", 9),
        ("1FTFW5L86UFB45612", "no_model_year", 10),
        ("1FTFW5L86RFB4S612", "serial", 14),
    ],
)
def test_what_is_wrong_is_said_with_its_position(vin: str, code: str, position: int | None) -> None:
    found = decode(vin)
    assert not found.is_valid
    assert (code, position) in [(one.code, one.position) for one in found.problems]


def test_a_misread_character_is_suggested_first_with_the_vehicle_that_it_makes() -> None:
    found = decode("1FTFWSL86RFB45612")
    assert not found.is_valid
    assert "1FTFW5L86RFB45612" in [one.vin for one in found.suggestions]
    [mine] = [one for one in found.suggestions if one.vin == "1FTFW5L86RFB45612"]
    assert (mine.position, mine.given, mine.meant, mine.vehicle) == (6, "S", "5", "2024 Ford F-150")
    assert all(is_right(one.vin) for one in found.suggestions)
    first = decode("1FTFW5L86RFB4S612").suggestions[0]
    assert (first.vin, first.position) == ("1FTFW5L86RFB45612", 14)


def test_swapped_neighbours_tell_both_characters() -> None:
    found = decode("1FTFW5L86RFB46512")
    [mine] = [one for one in found.suggestions if one.vin == "1FTFW5L86RFB45612"]
    assert (mine.position, mine.given, mine.meant) == (14, "65", "56")


def test_european_vins_need_no_check_digit() -> None:
    """Makers there fill position 9 with what they like, and position 7 tells no cycle."""
    found = decode("WVWZZZ1KZAW123456", this_year=2026)
    assert found.is_valid and found.problems[0].is_warning
    assert (found.make, found.model_year, found.model_year_is_certain) == ("Volkswagen", 2010, False)
    # An American one does.
    assert not decode("1FTFW5L8ZRFB45612").is_valid


def test_who_has_to_have_a_check_digit() -> None:
    """First character 1 to 5, and 7F to 70 (ISO 3780)."""
    for first, demanded in (
        ("1A", 1),
        ("5Z", 1),
        ("6A", 0),
        ("7E", 0),
        ("7F", 1),
        ("7Z", 1),
        ("70", 1),
        ("71", 1),
        ("W0", 0),
    ):
        assert is_north_american(f"{first}2345678901234AB") is bool(demanded), first


def test_an_unknown_maker_is_no_error() -> None:
    text = "1ZZ00000000000000"[:9] + "D" + "0" * 7
    vin = text[:8] + check_digit(text) + text[9:]
    found = decode(vin)
    assert [one.code for one in found.problems] in ([], ["unknown_maker"])
    assert found.make is None or found.maker


def test_only_columns_of_a_vehicle_are_filled() -> None:
    filled = decode("1FV3GFBC0YHA74039").vehicle()
    assert set(filled) <= set(COLUMNS)
    assert filled["gvwr_kg"] == 11_794 and filled["model_year"] == 2000
    assert "seats" not in filled


@settings(max_examples=200, deadline=None)
@given(st.text(sorted(ALLOWED), min_size=17, max_size=17))
def test_anything_is_decoded_without_failing(text: str) -> None:
    vin = text[:8] + check_digit(text) + text[9:]
    found = decode(vin, this_year=2026)
    assert found.check_digit == vin[8]
    assert found.model_year is None or 1980 <= found.model_year <= 2027
    assert len(found.engine or "") <= 100 and len(found.model or "") <= 100


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    found = decode(text)
    assert found.is_valid or found.problems


def test_a_thousand_are_quick() -> None:
    vins = [known.vin for known in GOLDEN] * 20
    installed_catalogue.cache_clear()
    began = time.perf_counter()
    found = decode_many(vins[:1000])
    seconds = time.perf_counter() - began
    assert all(one.is_valid for one in found)
    # 0.8 s on two busy cores; the bound is for machines that are busier still.
    assert seconds < 6, f"{seconds:.1f} s"


def test_words_of_vpic_in_ours() -> None:
    assert vehicle_type("INCOMPLETE VEHICLE", "Incomplete - School Bus Chassis") == "bus"
    assert vehicle_type("TRUCK", "Truck-Tractor") == "tractor"
    assert vehicle_type("Passenger Car", None) == "car"
    assert vehicle_type(None, None) is None
    assert vehicle_type("Truck", "Sport Utility Truck (SUT)") == "pickup"
    assert fuel_type({"FuelTypePrimary": "Gasoline", "FuelTypeSecondary": "Ethanol (E85)"}) == "flex"
    assert fuel_type({"FuelTypePrimary": "Gasoline", "FuelTypeSecondary": "Electric"}) == "hybrid"
    assert fuel_type({"FuelTypePrimary": "Electric", "FuelTypeSecondary": "Gasoline"}) == "plug_in_hybrid"
    assert fuel_type({"FuelTypePrimary": "Compressed Natural Gas (CNG)"}) == "cng"
    assert fuel_type({"FuelTypePrimary": "Fuel Cell"}) == "hydrogen"
    assert fuel_type({}) is None
    assert (drive_type("4WD/4-Wheel Drive/4x4"), drive_type("6x4"), drive_type("Other")) == (
        "4x4",
        "6x4",
        None,
    )
    assert gvwr_kg("Class 2E: 6,001 - 7,000 lb (2,722 - 3,175 kg)") == 3175
    assert gvwr_kg("Class 8: 33,001 lb and above (14,969 kg and above)") is None
    assert gvwr_kg("Class 1A: 3,000 lb or less (1,360 kg or less)") == 1360
    assert lowest_kg("Class 1A: 3,000 lb or less (1,360 kg or less)") == 0
    assert lowest_kg("Class 8: 33,001 lb and above (14,969 kg and above)") == 14_969
    assert [make_name(one) for one in ("FORD", "BMW", "Mercedes-Benz", "AM GENERAL", None)] == [
        "Ford", "BMW", "Mercedes-Benz", "AM General", None,
    ]  # fmt: skip
