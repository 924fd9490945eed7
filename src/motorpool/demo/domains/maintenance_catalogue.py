"""What the shop of the demonstration stocks, knows how to do, and who works there. All of it is made up."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class PartFacts(NamedTuple):
    number: str
    name: str
    category: str
    unit: str
    cost: str
    #: Left on the shelf, and the level at which more is ordered.
    stock: int
    reorder: int
    code: str
    core: str = "0"
    hazard: str | None = None


PARTS = (
    PartFacts("OIL-5W20", "Engine oil 5W-20", "fluids", "quart", "4.1500", 86, 48, "045-000", hazard="9"),
    PartFacts("FLT-1001", "Oil filter", "filters", "each", "5.8000", 22, 12, "045-001"),
    PartFacts("FLT-1020", "Engine air filter", "filters", "each", "11.4500", 9, 6, "041-001"),
    PartFacts("FLT-1031", "Cabin air filter", "filters", "each", "9.2000", 3, 6, "001-016"),
    PartFacts("BRK-2001", "Brake pad set, front", "brakes", "set", "48.7500", 7, 4, "013-001"),
    PartFacts("BRK-2002", "Brake pad set, rear", "brakes", "set", "41.3000", 5, 4, "013-002"),
    PartFacts("BRK-2010", "Brake rotor, front", "brakes", "each", "62.9000", 6, 4, "013-001"),
    PartFacts("BRK-2030", "Brake fluid DOT 4", "fluids", "liter", "8.6000", 11, 6, "013-000", hazard="8"),
    PartFacts(
        "ELE-3001", "Battery, group 65", "electrical", "each", "138.0000", 3, 2, "032-001", "22.00", "8"
    ),
    PartFacts("ELE-3002", "Alternator, rebuilt", "electrical", "each", "214.5000", 1, 1, "031-001", "65.00"),
    PartFacts("ELE-3010", "Headlamp bulb H11", "lighting", "each", "12.9500", 14, 8, "034-001"),
    PartFacts("ELE-3011", "Tail lamp bulb", "lighting", "each", "2.4000", 31, 12, "034-003"),
    PartFacts("TIR-4001", "Tire 225/60R17 all season", "tires", "each", "127.0000", 10, 8, "017-001"),
    PartFacts("TIR-4010", "Valve stem with pressure sensor", "tires", "each", "34.5000", 6, 4, "017-002"),
    PartFacts("WIP-5001", "Wiper blade 22 in", "hardware", "each", "9.7500", 17, 10, "002-020"),
    PartFacts("CLT-6001", "Coolant, premixed", "fluids", "gallon", "13.2000", 12, 6, "042-000", hazard="9"),
    PartFacts("CLT-6010", "Water pump", "engine", "each", "96.4000", 1, 1, "042-003"),
    PartFacts("BLT-6020", "Serpentine belt", "engine", "each", "31.8000", 4, 3, "042-005"),
    PartFacts("IGN-7001", "Spark plug, iridium", "engine", "each", "10.9000", 24, 16, "044-002"),
    PartFacts("IGN-7002", "Ignition coil", "engine", "each", "57.2500", 2, 3, "044-003"),
    PartFacts("SUS-8001", "Strut assembly, front", "suspension", "each", "164.0000", 2, 2, "016-001"),
    PartFacts("SUS-8010", "Tie rod end, outer", "suspension", "each", "38.6000", 4, 2, "015-003"),
    PartFacts("BDY-9001", "Door mirror, left", "body", "each", "143.0000", 1, 1, "002-005"),
    PartFacts("BDY-9010", "Bumper clip kit", "body", "set", "7.3500", 8, 4, "071-001"),
)


#: On the purchase order that is on its way to the shop (`finance_records.ORDERS`).
ON_ORDER = {"TIR-4001": 24}


class Job(NamedTuple):
    """A kind of work: what a work order of it says, takes and uses."""

    summary: str
    kind: str
    priority: str
    system: str
    complaint: str
    cause: str
    correction: str
    hours: Decimal
    tasks: tuple[str, ...]
    parts: tuple[tuple[str, int], ...] = ()
    outside: str = "0"


JOBS = (
    Job(
        "Oil service",
        "preventive",
        "medium",
        "045",
        "Oil service is due",
        "By the schedule",
        "Oil and filter changed, fluids topped up, belts and hoses looked at",
        Decimal("0.75"),
        ("Drain and refill engine oil", "Replace the oil filter", "Top up fluids and check for leaks"),
        (("OIL-5W20", 6), ("FLT-1001", 1)),
    ),
    Job(
        "Front brakes squeal",
        "corrective",
        "high",
        "013",
        "Driver reports a squeal when braking",
        "Front pads worn to 2 mm, rotors scored",
        "Front pads and rotors replaced, road tested",
        Decimal("2.00"),
        ("Measure pads and rotors", "Replace front pads and rotors", "Road test"),
        (("BRK-2001", 1), ("BRK-2010", 2)),
    ),
    Job(
        "Rear brake pads",
        "corrective",
        "medium",
        "013",
        "Pads at the wear limit at the last inspection",
        "Normal wear",
        "Rear pads replaced, parking brake adjusted",
        Decimal("1.50"),
        ("Replace rear pads", "Adjust the parking brake"),
        (("BRK-2002", 1),),
    ),
    Job(
        "Engine misfires, P0301",
        "corrective",
        "high",
        "044",
        "Check-engine lamp, rough idle",
        "Ignition coil of cylinder 1 failed",
        "Coil and spark plugs replaced, code cleared",
        Decimal("1.25"),
        ("Read codes and freeze frame", "Replace coil 1 and the plugs", "Clear codes and test drive"),
        (("IGN-7002", 1), ("IGN-7001", 4)),
    ),
    Job(
        "Does not start",
        "breakdown",
        "critical",
        "032",
        "Vehicle did not start at the stand, was towed in",
        "Battery below 9 V under load",
        "Battery replaced, charging system tested",
        Decimal("1.00"),
        ("Test battery and alternator", "Replace the battery"),
        (("ELE-3001", 1),),
        "145.00",
    ),
    Job(
        "Four tires",
        "tire",
        "medium",
        "017",
        "Tread below 4/32 in",
        "Normal wear",
        "Four tires mounted and balanced, alignment checked",
        Decimal("1.75"),
        ("Mount and balance four tires", "Check the alignment"),
        (("TIR-4001", 4),),
    ),
    Job(
        "Headlamp out",
        "corrective",
        "medium",
        "034",
        "Right low beam does not light",
        "Bulb burned out",
        "Both bulbs replaced, aim checked",
        Decimal("0.50"),
        ("Replace both low beam bulbs",),
        (("ELE-3010", 2),),
    ),
    Job(
        "Runs hot in traffic",
        "corrective",
        "high",
        "042",
        "Temperature rises at idle",
        "Water pump leaks at the shaft",
        "Water pump and belt replaced, system filled and bled",
        Decimal("3.25"),
        ("Pressure test the cooling system", "Replace water pump and belt", "Fill and bleed"),
        (("CLT-6010", 1), ("BLT-6020", 1), ("CLT-6001", 2)),
    ),
    Job(
        "Annual inspection",
        "inspection",
        "medium",
        "000",
        "Annual inspection is due",
        "By the schedule",
        "Inspected by the checklist, wipers and cabin filter replaced",
        Decimal("1.50"),
        ("Inspect brakes, steering, tires, lights", "Replace wiper blades", "Replace the cabin filter"),
        (("WIP-5001", 2), ("FLT-1031", 1)),
    ),
    Job(
        "Mirror torn off",
        "accident",
        "medium",
        "002",
        "Left mirror hit by a passing truck",
        "Accident damage",
        "Mirror replaced, housing painted by the body shop",
        Decimal("1.00"),
        ("Replace the left mirror",),
        (("BDY-9001", 1),),
        "180.00",
    ),
)


class Person(NamedTuple):
    first: str
    last: str
    rate: str
    skills: tuple[str, ...]
    certificate: str
    #: Days from today on which the certificate ends.
    ends: int


TECHNICIANS = (
    Person("Rosa", "Marin", "46.00", ("engine", "electrical", "diagnosis"), "ASE A6 Electrical", 410),
    Person("Desmond", "Okafor", "44.50", ("brakes", "suspension", "alignment"), "ASE A5 Brakes", 120),
    Person("Linh", "Tran", "42.00", ("engine", "hvac"), "EPA 609 Refrigerants", 20),
    Person("Walter", "Haas", "39.50", ("tires", "brakes"), "ASE A4 Suspension", -12),
    Person("Amara", "Diallo", "41.00", ("bodywork", "electrical"), "I-CAR Steel Structural", 260),
    Person("Mateo", "Quispe", "36.00", ("engine", "tires"), "ASE G1 Maintenance", 700),
)
BAYS = (
    ("1", "Bay 1, quick service", "general", 12_000, 10_000, ["two_post_lift", "oil_drain"]),
    ("2", "Bay 2, brakes", "general", 12_000, 10_000, ["two_post_lift", "brake_lathe"]),
    ("3", "Bay 3, alignment", "alignment", 14_000, 12_000, ["alignment_rack", "tire_changer"]),
    ("4", "Bay 4, heavy", "heavy_equipment", 33_000, 30_000, ["four_post_lift", "pit"]),
    ("5", "Bay 5, body", "bodywork", 12_000, 9_000, ["frame_rack", "paint_prep"]),
)
#: (component, what is wrong, severity, affects safety)
DEFECTS = (
    ("tires", "Left front tire worn on the inner edge", "major", True),
    ("lights", "Right brake light out", "major", True),
    ("wipers", "Wipers smear on the driver's side", "minor", False),
    ("mirrors", "Mirror glass cracked", "minor", False),
    ("service_brakes", "Brake pedal soft, travel too long", "critical", True),
    ("body", "Rear bumper loose on the right", "minor", False),
    ("hvac", "Fan works on the highest setting only", "minor", False),
    ("steering", "Pulls to the right when braking", "major", True),
    ("seat_belts", "Belt of the rear middle seat does not retract", "major", True),
    ("doors", "Left sliding door opens only from outside", "major", False),
    ("horn", "Horn works now and then", "minor", False),
    ("exhaust", "Rattle under the floor at idle", "minor", False),
)
