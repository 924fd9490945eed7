"""VINs of real vehicles with what they are, by somebody else than us.

`source` says who: `vpic`: an answer of NHTSA's own decoder that was published (in the tests of its client libraries, in
sample data of programs that ask it); `listing`: sold or recorded under that name; `published`: the example of an encyclopedia, the
maker or a fleet's list, of which only make and year are known independently; `made up`: see there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Golden(NamedTuple):
    vin: str
    year: int
    make: str
    #: What the model's name holds; "" where it is not known independently.
    model: str
    vehicle_type: str
    source: str
    #: Other facts that were published.
    facts: Mapping[str, object] = MappingProxyType({})


GOLDEN = (
    # Cars.
    Golden(
        "JH4KA2650HC000268", 1987, "Acura", "Legend", "car", "vpic",
        {"trim": "L",
         "body_class": "Sedan/Saloon", "doors": 4, "displacement_l": 2.5, "engine_cylinders": 6},
    ),
    Golden("JH4DC4340RS003205", 1994, "Acura", "Integra", "car", "vpic"),
    Golden("JH4DA3344KS007957", 1989, "Acura", "Integra", "car", "vpic"),
    Golden("1G8ZF52801Z322733", 2001, "Saturn", "SL", "car", "vpic"),
    Golden("4A3AK24F36E026691", 2006, "Mitsubishi", "Eclipse", "car", "vpic"),
    Golden("WAULFAFR6DA001366", 2013, "Audi", "A5", "car", "vpic"),
    Golden("WP0CB29874U669313", 2004, "Porsche", "Boxster", "car", "vpic"),
    Golden("WBSPM9C52BE209978", 2011, "BMW", "M3", "car", "vpic"),
    Golden("4T1BB3EK5AU118081", 2010, "Toyota", "Camry", "car", "vpic"),
    Golden("5NPEB4AC9DH571382", 2013, "Hyundai", "Sonata", "car", "vpic"),
    Golden("3VWSD29M41M067176", 2001, "Volkswagen", "Jetta", "car", "vpic"),
    Golden("2T1BR30E36C599972", 2006, "Toyota", "Corolla", "car", "vpic"),
    Golden("JNKCV51F54M711589", 2004, "Infiniti", "G35", "car", "vpic"),
    Golden("W06VR52R6WR227722", 1998, "Cadillac", "Catera", "car", "vpic"),
    Golden(
        "SCFEBBELXDGD17560", 2013, "Aston Martin", "Vantage", "car", "vpic",
        {"trim": "S", "doors": 2, "displacement_l": 4.7, "engine_cylinders": 8},
    ),
    Golden("JF1VBAL68P9806699", 2023, "Subaru", "WRX", "car", "listing"),
    # Electric and hybrid.
    Golden(
        "5YJSA1H12FFP71790", 2015, "Tesla", "Model S", "car", "vpic",
        {"fuel_type": "electric", "doors": 5,
         "body_class": "Hatchback/Liftback/Notchback"},
    ),
    Golden(
        "5YJ3E1EC1MF062635", 2021, "Tesla", "Model 3", "car", "listing",
        {"fuel_type": "electric"},
    ),
    Golden(
        "1FT6W7L77SWG24842", 2025, "Ford", "F-150", "pickup", "listing",
        {"fuel_type": "electric"},
    ),
    Golden(
        "1FMSK8LYXPE000001", 2023, "Ford", "Explorer", "suv", "vpic",
        {"fuel_type": "plug_in_hybrid", "trim": "King Ranch"},
    ),
    Golden(
        "1FMSK8LW1PE000001", 2023, "Ford", "Explorer", "suv", "vpic",
        {"fuel_type": "hybrid", "trim": "King Ranch"},
    ),
    # Sport utility vehicles and vans.
    Golden(
        "1FMCU0GA1PK000001", 2023, "Ford", "Escape", "suv", "vpic",
        {"trim": "Active"},
    ),
    Golden(
        "1FMJK1FG2PN000001", 2023, "Ford", "Expedition", "suv", "vpic",
        {"trim": "XL"},
    ),
    Golden("1J4BA3H12AL171413", 2010, "Jeep", "Wrangler", "suv", "vpic"),
    Golden("1FMCU14T3JU402061", 1988, "Ford", "Bronco", "suv", "vpic"),
    Golden("1GKLVKED6AJ152841", 2010, "GMC", "Acadia", "suv", "vpic"),
    Golden("4JGAB54E11A277331", 2001, "Mercedes-Benz", "M-Class", "suv", "vpic"),
    Golden("5FNRL38297B007384", 2007, "Honda", "Odyssey", "van", "vpic"),
    Golden("3C6MRVSGXSE503535", 2025, "Ram", "ProMaster", "van", "listing"),
    # Pickups: the models of one maker are told apart, and the cycles of the year.
    Golden("1FTFW5L86RFB45612", 2024, "Ford", "F-150", "pickup", "vpic"),
    Golden("1FTEF14N5KNB35920", 1989, "Ford", "F-150", "pickup", "vpic"),
    Golden("1FTJW36F9TEA02868", 1996, "Ford", "F-350", "pickup", "vpic"),
    Golden("1FT7W2BT3JEB02011", 2018, "Ford", "F-250", "pickup", "listing"),
    Golden("1FT8W3BT6FEB34730", 2015, "Ford", "F-350", "pickup", "listing"),
    Golden("2GCEC19Z0S1245490", 1995, "Chevrolet", "GMT-400", "pickup", "vpic"),
    Golden("1GCHK29U11E231511", 2001, "Chevrolet", "Silverado", "pickup", "vpic"),
    Golden("1B7HF16Y4TS518710", 1996, "Dodge", "Ram", "pickup", "vpic"),
    Golden("1C6SRFETXKN545625", 2019, "Ram", "1500", "pickup", "listing"),
    # Trucks.
    Golden(
        "1FV3GFBC0YHA74039", 2000, "Freightliner", "FL60", "truck", "vpic",
        {"fuel_type": "diesel", "displacement_l": 5.9, "gvwr_kg": 11_794,
         "gvwr_class": "Class 6: 19,501 - 26,000 lb (8,845 - 11,794 kg)"},
    ),
    Golden("1FDUF4GN1RDA21062", 2024, "Ford", "F-450", "truck", "listing"),
    Golden("1FDUF5HT8TDA00915", 2026, "Ford", "F-550", "truck", "listing"),
    Golden("1FUJGLDR3HLHG7532", 2017, "Freightliner", "", "tractor", "published"),
    # Buses.
    Golden("1M8GDM9AXKP042788", 1989, "Motor Coach Industries", "", "bus", "published"),
    Golden("5FYD4FS147B031975", 2007, "New Flyer", "", "bus", "published"),
    Golden("4DRBUAAN38B642964", 2008, "IC Bus", "", "bus", "published"),
    Golden("1T88N3B2321115675", 2002, "Thomas Built", "", "bus", "published"),
    # Trailers: the number is made up, maker and year are those of the characters (49 CFR 565).
    Golden("1JJV532D1NL567890", 2022, "Wabash Vans", "", "trailer", "made up"),
    Golden("1UYVS25398P494801", 2008, "Utility Trailer Manufacturer", "", "trailer", "made up"),
    Golden("3H3V532C37T157084", 2007, "Hyundai Translead Trailers", "", "trailer", "made up"),
    # Motorcycles.
    Golden(
        "1HD1GP4558K319097", 2008, "Harley-Davidson", "Dyna Wide Glide", "motorcycle", "vpic",
        {"body_class": "Motorcycle - Custom", "engine_cylinders": 2, "displacement_l": 1.6},
    ),
    Golden(
        "1HD1MAM20DB857910", 2013, "Harley-Davidson", "", "motorcycle", "vpic",
        {"trim": "FLHTCUTG"},
    ),
)  # fmt: skip
