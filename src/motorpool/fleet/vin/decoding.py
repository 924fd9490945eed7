"""From a VIN to what vehicle it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct

from motorpool.fleet.vin import mapping
from motorpool.fleet.vin.catalogue import Catalogue, Maker, installed_catalogue
from motorpool.fleet.vin.check_digit import ALLOWED, CHECK, LENGTH, check_digit, closest
from motorpool.fleet.vin.model_year import YEAR, cycle_of, model_years
from motorpool.fleet.vin.patterns import descriptor, fits, weight

#: kg; 10,000 lb. Up to this, position 7 tells the cycle of the model year.
LIGHT_KG = 4536
#: How much it says that a VIN has an element, as vPIC weighs them.
ELEMENT_WEIGHTS = {
    "Model": 99,
    "BodyClass": 99,
    "DisplacementCC": 98,
    "PlantCity": 98,
    "FuelTypePrimary": 91,
    "EngineCylinders": 88,
    "GVWR": 70,
    "Series": 61,
    "Trim": 61,
    "EngineModel": 55,
    "Axles": 15,
}
OTHER_WEIGHT = 1
#: Problems that a slip of the pen makes.
SLIPS = frozenset({"character", "serial", "check_digit"})
#: Corrections that are offered.
MOST_SUGGESTIONS = 5
#: ISO 3780: the first characters of a VIN by region, where the maker is not known.
REGIONS = (("1457", "North America"), ("23", "North America"), ("ABCDEFGH", "Africa"), ("JKLMNPR", "Asia"),
           ("STUVWXYZ", "Europe"), ("67", "Oceania"), ("89", "South America"))  # fmt: skip


class Problem(Struct):
    """What is wrong with a VIN, or strange about it."""

    code: str
    message: str
    position: Annotated[int | None, Meta(description="Which character, from 1")] = None
    is_warning: Annotated[bool, Meta(description="It may be right all the same")] = False


class Suggestion(Struct):
    """A VIN that may have been meant."""

    vin: str
    position: Annotated[int, Meta(description="Where it differs, from 1")]
    given: str
    meant: str
    vehicle: Annotated[str | None, Meta(description="What it would be, such as 2013 Ford F-150")] = None


class Decoded(Struct, kw_only=True):
    """What a VIN says. Facts that the maker did not file with NHTSA are null."""

    vin: str
    is_valid: Annotated[
        bool, Meta(description="17 characters, all allowed, the right check digit, a model year")
    ]
    problems: list[Problem] = []
    suggestions: Annotated[
        list[Suggestion], Meta(description="One slip away and right by the check digit, the likeliest first")
    ] = []
    check_digit: Annotated[str | None, Meta(description="The one that belongs at position 9")] = None
    wmi: Annotated[str | None, Meta(description="World manufacturer identifier")] = None
    maker: str | None = None
    country: Annotated[
        str | None, Meta(description="Of the maker; the region where the maker is not known")
    ] = None
    make: str | None = None
    model: str | None = None
    model_year: int | None = None
    model_year_is_certain: Annotated[
        bool,
        Meta(
            description="false: the year may be 30 years away, because position 7 does not tell it for heavy vehicles"
        ),
    ] = True
    series: str | None = None
    trim: str | None = None
    body_class: str | None = None
    vehicle_type: str | None = None
    fuel_type: str | None = None
    drive_type: str | None = None
    transmission: str | None = None
    engine: str | None = None
    engine_cylinders: int | None = None
    displacement_l: float | None = None
    doors: int | None = None
    seats: int | None = None
    axles: int | None = None
    battery_capacity_kwh: float | None = None
    gvwr_class: Annotated[str | None, Meta(description="Weight class as it was filed")] = None
    gvwr_kg: Annotated[
        int | None, Meta(description="Upper bound of the weight class, not the rating on the vehicle's plate")
    ] = None
    is_in_catalogue: Annotated[bool, Meta(description="vPIC knows the model")] = False

    def vehicle(self) -> dict[str, Any]:
        """The columns of a vehicle that it fills, those that are known."""
        return {name: value for name in COLUMNS if (value := getattr(self, name)) is not None}

    def title(self) -> str | None:
        """`2013 Ford F-150`, as far as it is known."""
        return (
            " ".join(str(one) for one in (self.model_year, self.make, self.model) if one is not None) or None
        )


#: Columns of vehicles that a VIN fills, in the order of the form.
COLUMNS = (
    *(
        "vehicle_type",
        "make",
        "model",
        "model_year",
        "trim",
        "body_class",
        "fuel_type",
        "drive_type",
        "transmission",
    ),
    *("engine", "gvwr_kg", "seats", "axles", "battery_capacity_kwh"),
)
#: Longest texts of those columns.
WIDTHS = {"make": 100, "model": 100, "trim": 100, "body_class": 100, "drive_type": 20, "transmission": 30}


def cleaned(text: str) -> str:
    """Upper case without blanks and dashes, as people write VINs in groups."""
    return "".join(text.split()).replace("-", "").upper()


def decode(text: str, catalogue: Catalogue | None = None, *, this_year: int | None = None) -> Decoded:
    """What a VIN says. Never fails: what is wrong with it stands in `problems`, and what can be read in spite of it is read.

    catalogue: that of this installation when left out.
    """
    known = catalogue or installed_catalogue()
    year = this_year or datetime.now(UTC).year
    vin = cleaned(text)
    found = _decoded(vin, known, year)
    if any(one.code in SLIPS for one in found.problems):
        found.suggestions = _suggestions(vin, found, known, year)
    return found


def decode_many(
    texts: Iterable[str], catalogue: Catalogue | None = None, *, this_year: int | None = None
) -> list[Decoded]:
    """The same for many, in their order."""
    known = catalogue or installed_catalogue()
    return [decode(text, known, this_year=this_year) for text in texts]


def _decoded(vin: str, catalogue: Catalogue | None, this_year: int) -> Decoded:
    problems = _character_problems(vin)
    made = Decoded(vin=vin, is_valid=False, problems=problems)
    if len(vin) != LENGTH or problems:
        return made
    made.wmi, made.check_digit = vin[:3], check_digit(vin)
    maker = catalogue.maker(vin) if catalogue else None
    if maker:
        made.wmi, made.maker, made.country = maker.wmi, maker.name, maker.country
    else:
        made.country = next((name for letters, name in REGIONS if vin[0] in letters), None)
        if catalogue:
            problems.append(
                Problem("unknown_maker", f"{vin[:3]} is not a maker that vPIC knows", 1, is_warning=True)
            )
    years = model_years(vin, this_year)
    if not years:
        problems.append(Problem("no_model_year", f"{vin[YEAR - 1]} is not a model year", YEAR))
    _describe(made, vin, maker, catalogue, years)
    if letter := serial_letter(vin):
        problems.append(
            Problem("serial", f"{vin[letter - 1]} is a letter where the serial number has digits", letter)
        )
    if vin[CHECK - 1] != made.check_digit:
        problems.append(_wrong_check_digit(vin, made.check_digit))
    made.is_valid = all(one.is_warning for one in problems)
    return made


def _wrong_check_digit(vin: str, right: str) -> Problem:
    """An error where the law demands a check digit, a warning elsewhere: makers in Europe put there what they like."""
    given = vin[CHECK - 1]
    if is_north_american(vin):
        text = f"the check digit is {given} and would be {right}: one of the characters is wrong"
        return Problem("check_digit", text, CHECK)
    text = f"the check digit would be {right}, not {given}: a character is wrong, or the vehicle was not made for North America"
    return Problem("check_digit", text, CHECK, is_warning=True)


def is_north_american(vin: str) -> bool:
    """Made in the United States, Canada or Mexico by the first characters; these have to have a check digit (49 CFR 565.15).

    Digits come after the letters, 0 last (ISO 3780): 7F to 70 is all but 7A to 7E.
    """
    return vin[0] in "12345" or (vin[0] == "7" and vin[1] not in "ABCDE")


def serial_letter(vin: str) -> int | None:
    """The first position with a letter among the last four, which are digits (49 CFR 565.15(d)): an American VIN has none
    there. The three before them name a small maker, whose third character is 9.
    """
    if not is_north_american(vin):
        return None
    first = 15 if vin[2] == "9" else 14
    return next((place for place in range(first, LENGTH + 1) if not vin[place - 1].isdigit()), None)


def _character_problems(vin: str) -> list[Problem]:
    if len(vin) != LENGTH:
        return [Problem("length", f"has {len(vin)} characters and must have {LENGTH}")]
    return [
        Problem("character", f"{character} does not occur in a VIN", place)
        for place, character in enumerate(vin, 1)
        if character not in ALLOWED
    ]


def _describe(
    made: Decoded, vin: str, maker: Maker | None, catalogue: Catalogue | None, years: list[int]
) -> None:
    """Fill in what the maker filed. Of several years that are possible, the one is taken that position 7 tells where it can,
    else the one for which the maker filed most of what this VIN has, the later of equals.
    """
    if not years:
        return
    readings = {
        year: _read(vin, maker, catalogue, year) if maker and catalogue else NOTHING for year in years
    }
    year = max(years, key=lambda one: (readings[one].score, one))
    if len(years) > 1:
        told = cycle_of(vin, years) if is_north_american(vin) or vin[CHECK - 1] == made.check_digit else None
        if told is not None and _is_light(maker, readings[told].facts):
            year = told
        else:
            # One of them is a vehicle that the maker filed and the other is none.
            filed = [one for one, reading in readings.items() if "Model" in reading.facts]
            made.model_year_is_certain = filed == [year]
    made.model_year = year
    _fill(made, maker, readings[year].facts)


def _is_light(maker: Maker | None, facts: Mapping[str, str]) -> bool:
    """Whether position 7 tells the cycle: cars, and multipurpose vehicles and trucks of up to 10,000 lb."""
    kind = ((maker.vehicle_type if maker else None) or "").lower()
    if kind not in mapping.LIGHT_TYPES:
        return False
    lowest = mapping.lowest_kg(facts.get("GVWR"))
    if lowest is not None:
        return lowest < LIGHT_KG
    return kind != "truck" or (maker is not None and maker.is_light)


class Reading(NamedTuple):
    """What a VIN says as one of a model year, and how much that is."""

    facts: Mapping[str, str]
    score: float


NOTHING = Reading({}, 0.0)


def _read(vin: str, maker: Maker, catalogue: Catalogue, year: int) -> Reading:
    """By all schemas of the maker for the year. The schema with a model that says most about this VIN goes first: schemas of
    two models may both have a pattern that fits. Among patterns of like schemas the one counts that fixes most characters,
    of equals the one that was filed later.
    """
    text = descriptor(vin)
    schemas: list[tuple[tuple[bool, float], dict[str, tuple[float, str]]]] = []
    for first, last, schema in maker.schemas:
        if year < first or (last is not None and year > last):
            continue
        found: dict[str, tuple[float, str]] = {}
        for pattern, says in catalogue.rules(schema):
            if fits(pattern, text):
                much = weight(pattern)
                for name, value in says.items():
                    if name not in found or much >= found[name][0]:
                        found[name] = (much, value)
        if found:
            score = sum(ELEMENT_WEIGHTS.get(name, OTHER_WEIGHT) for name in found)
            schemas.append((("Model" in found, score), found))
    if not schemas:
        return NOTHING
    main = max(schemas, key=lambda one: one[0])[1]
    facts = {name: value for name, (_, value) in main.items()}
    best: dict[str, float] = {}
    for _, found in schemas:
        for name, (much, value) in found.items():
            if name not in main and name != "Make" and much >= best.get(name, 0.0):
                best[name] = much
                facts[name] = value
    score = sum(ELEMENT_WEIGHTS.get(name, OTHER_WEIGHT) for name in facts)
    # What the maker filed about the vehicle goes before what is known of its engine.
    if "EngineModel" in facts:
        facts = {**catalogue.engine(facts["EngineModel"]), **facts}
    return Reading(facts, score)


def _fill(made: Decoded, maker: Maker | None, facts: Mapping[str, str]) -> None:
    made.is_in_catalogue = "Model" in facts
    only = maker.makes[0] if maker and len(maker.makes) == 1 else None
    made.make = mapping.make_name(facts.get("Make") or only)
    made.model = facts.get("Model")
    made.series = facts.get("Series") or facts.get("Series2")
    made.trim = facts.get("Trim") or facts.get("Trim2") or made.series
    made.body_class = facts.get("BodyClass")
    kind = facts.get("VehicleType") or (maker.vehicle_type if maker else None)
    made.vehicle_type = mapping.vehicle_type(kind, made.body_class)
    made.fuel_type = mapping.fuel_type(facts)
    made.drive_type = mapping.drive_type(facts.get("DriveType"))
    made.transmission = _transmission(facts)
    made.engine = mapping.engine(facts)
    made.engine_cylinders = mapping.whole(facts.get("EngineCylinders"), 64)
    made.displacement_l = mapping.displacement(facts)
    made.doors = mapping.whole(facts.get("Doors"), 20)
    made.seats = mapping.whole(facts.get("Seats"), 300)
    made.axles = mapping.whole(facts.get("Axles"), 20)
    made.battery_capacity_kwh = _number(facts.get("BatteryKWh"))
    made.gvwr_class = facts.get("GVWR_to") or facts.get("GVWR")
    made.gvwr_kg = mapping.gvwr_kg(made.gvwr_class)
    for name, width in WIDTHS.items():
        value = getattr(made, name)
        if value is not None:
            setattr(made, name, value.strip()[:width].rstrip() or None)


def _transmission(facts: Mapping[str, str]) -> str | None:
    style, speeds = facts.get("TransmissionStyle"), mapping.whole(facts.get("TransmissionSpeeds"), 24)
    if not style:
        return None
    plain = style.split("/")[0].split("(")[0].strip()
    return f"{plain}, {speeds} speed" if speeds else plain


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < 10_000 else None


def _suggestions(vin: str, found: Decoded, catalogue: Catalogue | None, this_year: int) -> list[Suggestion]:
    """Corrections, those first that make a vehicle that the catalogue knows."""
    made = []
    for number, other in enumerate(closest(vin)):
        what = _decoded(other, catalogue, this_year)
        if not what.is_valid or what.model_year is None:
            continue
        differs = [at for at in range(LENGTH) if vin[at] != other[at]]
        place, end = differs[0], differs[-1]
        given, meant = vin[place : end + 1], other[place : end + 1]
        # What is as it was before the slip is likelier than another model.
        same = (what.make, what.model) == (found.make, found.model)
        rank = (not what.is_in_catalogue, not same and found.is_in_catalogue, number)
        made.append((rank, Suggestion(other, place + 1, given, meant, what.title() if what.make else None)))
    return [one for _, one in sorted(made, key=lambda pair: pair[0])][:MOST_SUGGESTIONS]
