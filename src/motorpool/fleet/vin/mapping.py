"""The words of vPIC in the words of our columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Words of a body class -> our vehicle type; the first that is in it counts.
BODIES = (
    ("truck-tractor", "tractor"),
    ("trailer", "trailer"),
    ("motorcycle", "motorcycle"),
    ("moped", "motorcycle"),
    ("scooter", "motorcycle"),
    ("bus", "bus"),
    ("sport utility truck", "pickup"),
    ("pickup", "pickup"),
    ("minivan", "van"),
    ("van", "van"),
    ("walk-in", "van"),
    ("step van", "van"),
    ("sport utility", "suv"),
    ("crossover", "suv"),
    ("off-road", "equipment"),
    ("street sweeper", "equipment"),
    ("motorhome", "truck"),
    ("ambulance", "truck"),
    ("fire apparatus", "truck"),
    ("truck", "truck"),
    ("chassis cab", "truck"),
    ("cutaway", "truck"),
    ("incomplete", "truck"),
    ("sedan", "car"),
    ("coupe", "car"),
    ("hatchback", "car"),
    ("wagon", "car"),
    ("convertible", "car"),
    ("roadster", "car"),
    ("limousine", "car"),
)
#: vPIC's own vehicle type, where the body says nothing.
TYPES = {
    "motorcycle": "motorcycle",
    "passenger car": "car",
    "truck": "truck",
    "bus": "bus",
    "trailer": "trailer",
    "multipurpose passenger vehicle (mpv)": "suv",
    "low speed vehicle (lsv)": "car",
    "incomplete vehicle": "truck",
    "off road vehicle": "equipment",
}
#: Types whose model year position 7 tells when they weigh up to 10,000 lb.
LIGHT_TYPES = ("passenger car", "multipurpose passenger vehicle (mpv)", "truck")
DRIVES = (
    ("front-wheel", "fwd"),
    ("fwd", "fwd"),
    ("rear-wheel", "rwd"),
    ("rwd", "rwd"),
    ("all-wheel", "awd"),
    ("awd", "awd"),
    ("4wd", "4x4"),
    ("4x4", "4x4"),
)
KILOGRAMS = re.compile(r"\(([\d,]+)\s*(?:-\s*([\d,]+))?\s*kg( or less)?")


def vehicle_type(kind: str | None, body: str | None) -> str | None:
    """Our `vehicle_type` by vPIC's vehicle type and body class."""
    text = (body or "").lower()
    for word, ours in BODIES:
        if word in text:
            return ours
    return TYPES.get((kind or "").lower())


def fuel_type(found: Mapping[str, str]) -> str | None:
    """Our `fuel_type` by primary and secondary fuel and the level of electrification."""
    level = found.get("ElectrificationLevel", "").lower()
    primary, secondary = found.get("FuelTypePrimary", "").lower(), found.get("FuelTypeSecondary", "").lower()
    both = f"{primary} {secondary}"
    if "fuel cell" in both or "hydrogen" in both or "fcev" in level:
        return "hydrogen"
    if level.startswith("bev") or (primary == "electric" and not secondary and "hev" not in level):
        return "electric"
    # A hybrid that makers file as electric first is one that is charged from a socket.
    if "phev" in level or (primary == "electric" and secondary and "hev" not in level):
        return "plug_in_hybrid"
    if "hev" in level or secondary == "electric":
        return "hybrid"
    if "flexible" in both or ("ethanol" in secondary and "gasoline" in primary):
        return "flex"
    for word, ours in (
        ("compressed natural", "cng"),
        ("natural gas", "cng"),
        ("lng", "cng"),
        ("propane", "lpg"),
        ("liquefied petroleum", "lpg"),
        ("diesel", "diesel"),
        ("gasoline", "gasoline"),
        ("ethanol", "flex"),
    ):
        if word in primary:
            return ours
    return None


def drive_type(text: str | None) -> str | None:
    """Our `drive_type`; a heavy vehicle's wheels by driven ones, such as 6x4, are as they are."""
    if not text:
        return None
    lower = text.lower()
    for word, ours in DRIVES:
        if word in lower:
            return ours
    found = re.search(r"\b\d+x\d+\b", lower)
    return found.group() if found else None


def gvwr_kg(weight_class: str | None) -> int | None:
    """The upper bound of a weight class in kg, such as 11794 of `Class 6: 19,501 - 26,000 lb (8,845 - 11,794 kg)`.

    None for the topmost class, which has none.
    """
    found = KILOGRAMS.search(weight_class or "")
    if found is None:
        return None
    highest = found.group(1) if found.group(3) else found.group(2)
    return int(highest.replace(",", "")) if highest else None


def lowest_kg(weight_class: str | None) -> int | None:
    """The lower bound of a weight class, kg."""
    found = KILOGRAMS.search(weight_class or "")
    if found is None:
        return None
    return 0 if found.group(3) else int(found.group(1).replace(",", ""))


def engine(found: Mapping[str, str]) -> str | None:
    """`3.5 L V6 turbo EcoBoost`, as far as it is known; at most 100 characters."""
    words = []
    if liters := displacement(found):
        words.append(f"{liters:g} L")
    cylinders = found.get("EngineCylinders", "")
    shape = found.get("EngineConfiguration", "").lower()
    if cylinders:
        letter = "V" if shape.startswith("v") else "I" if shape.startswith("in") else ""
        words.append(f"{letter}{cylinders}" if letter else f"{cylinders} cylinders")
    if found.get("Turbo", "").lower() == "yes":
        words.append("turbo")
    maker, model = found.get("EngineManufacturer", ""), found.get("EngineModel", "")
    words += [text for text in (maker if maker.lower() not in model.lower() else "", model) if text]
    if not words and found.get("EVDriveUnit"):
        words.append(found["EVDriveUnit"])
    return " ".join(words)[:100].rstrip() or None


def displacement(found: Mapping[str, str]) -> float | None:
    """Litres, one decimal."""
    for name, divisor in (("DisplacementL", 1), ("DisplacementCC", 1000), ("DisplacementCI", 61.0237)):
        try:
            value = float(found[name]) / divisor
        except (KeyError, ValueError):
            continue
        if 0 < value < 100:
            return round(value, 1)
    return None


def whole(text: str | None, most: int) -> int | None:
    """A count; None for what is none."""
    try:
        value = int(float(text or ""))
    except ValueError:
        return None
    return value if 0 < value <= most else None


#: Names that are written in capitals though they are words, and how people write them.
MAKES = {
    "BMW": "BMW",
    "GMC": "GMC",
    "RAM": "Ram",
    "MINI": "MINI",
    "MCI": "MCI",
    "BYD": "BYD",
    "AM GENERAL": "AM General",
    "MERCEDES-BENZ": "Mercedes-Benz",
    "ROLLS-ROYCE": "Rolls-Royce",
    "MCLAREN": "McLaren",
    "E-Z-GO": "E-Z-GO",
    "IC BUS": "IC Bus",
    "UD": "UD",
    "KTM": "KTM",
    "DAF": "DAF",
    "MAN": "MAN",
    "BRP": "BRP",
    "VPG": "VPG",
    "FIAT": "Fiat",
    "HINO": "Hino",
}


def make_name(text: str | None) -> str | None:
    """vPIC writes makes in capitals; `FORD` is `Ford`."""
    if not text:
        return None
    known = MAKES.get(text.upper())
    if known:
        return known
    if not text.isupper():
        return text
    return " ".join(
        "-".join(part.capitalize() for part in word.split("-")) if len(word) > 2 else word
        for word in text.split()
    )
