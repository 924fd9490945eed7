"""The inspection forms that every tenant starts with.

Driver vehicle inspection reports name the parts of 49 CFR 396.11(a)(1); the annual inspection follows the groups of
appendix A to part 396. What is unsafe by itself is marked; an inspector may call any defect unsafe.
"""

from __future__ import annotations

from typing import Any, NamedTuple

COUPLED = ("truck", "tractor", "trailer")


class Item(NamedTuple):
    """A line of a form. `unsafe`: a defect here keeps the vehicle from being used."""

    key: str
    text: str
    severity: str = "major"
    unsafe: bool = False
    guidance: str | None = None
    types: tuple[str, ...] = ()
    photo: bool = False


class Form(NamedTuple):
    key: str
    name: str
    inspection_type: str
    legal_basis: str
    description: str
    sections: tuple[tuple[str, tuple[Item, ...]], ...]
    inspector_kind: str = "anyone"
    validity_months: int | None = None


IN_THE_CAB = (
    Item("parking_brake", "Parking brake", "major", True, "Holds the vehicle on a slope"),
    Item("steering", "Steering mechanism", "critical", True, "No unusual play, no noise, no leak"),
    Item("horn", "Horn", "minor"),
    Item("wipers", "Windshield wipers", "major", False, "Wipe clean, washer works"),
    Item("mirrors", "Rear vision mirrors", "major", False, "Clean, whole, adjusted"),
    Item(
        "emergency_equipment",
        "Emergency equipment",
        "major",
        False,
        "Fire extinguisher, spare fuses, warning devices",
    ),
)
AROUND = (
    Item(
        "service_brakes",
        "Service brakes, trailer brake connections included",
        "critical",
        True,
        "Pedal firm, pressure builds up and holds, hoses and connections tight",
    ),
    Item(
        "lights_reflectors",
        "Lighting devices and reflectors",
        "major",
        False,
        "Head, tail, brake, turn, marker and hazard lamps; reflectors clean and whole",
    ),
    Item("tires", "Tires", "major", True, "Tread, pressure, cuts, bulges", (), True),
    Item(
        "wheels_rims", "Wheels and rims", "critical", True, "Nuts tight, no cracks, no rust trails", (), True
    ),
    Item("coupling_devices", "Coupling devices", "critical", True, "Locked, no play, safety chains", COUPLED),
    Item("other", "Anything else", "minor", False, "Leaks, body, glass, doors, load securement"),
)

PRE_TRIP = Form(
    "dvir_pre_trip",
    "Pre-trip inspection (DVIR)",
    "pre_trip",
    "49 CFR 396.13",
    "Before the first trip of the day: be satisfied that the vehicle is in safe operating condition.",
    (("Walk round", AROUND), ("In the cab", IN_THE_CAB)),
)
POST_TRIP = Form(
    "dvir_post_trip",
    "Post-trip inspection (DVIR)",
    "post_trip",
    "49 CFR 396.11",
    "At the end of the day's work: what is defective or deficient and could affect safe operation or lead to a breakdown.",
    (("In the cab", IN_THE_CAB), ("Walk round", AROUND)),
)


def _unsafe(*pairs: tuple[str, str]) -> tuple[Item, ...]:
    return tuple(Item(key, text, "critical", True) for key, text in pairs)


def _plain(*pairs: tuple[str, str]) -> tuple[Item, ...]:
    return tuple(Item(key, text) for key, text in pairs)


ANNUAL = Form(
    "dot_annual",
    "Annual inspection (DOT)",
    "annual",
    "49 CFR 396.17, appendix A to part 396",
    "The periodic inspection of a commercial motor vehicle, by a qualified inspector (49 CFR 396.19).",
    (
        (
            "1 Brake system",
            _unsafe(
                ("service_brakes", "Service brakes"),
                ("parking_brake", "Parking brake system"),
                ("brake_drums_rotors", "Brake drums or rotors"),
                ("brake_hose", "Brake hose"),
                ("brake_tubing", "Brake tubing"),
                ("low_pressure_warning", "Low pressure warning device"),
                ("tractor_protection_valve", "Tractor protection valve"),
                ("air_compressor", "Air compressor"),
                ("electric_brakes", "Electric brakes"),
                ("hydraulic_brakes", "Hydraulic brakes"),
                ("vacuum_systems", "Vacuum systems"),
            )
            + _plain(
                ("antilock_brakes", "Antilock brake system"), ("brake_adjusters", "Automatic brake adjusters")
            ),
        ),
        (
            "2 Coupling devices",
            _unsafe(
                ("fifth_wheel", "Fifth wheels"),
                ("pintle_hook", "Pintle hooks"),
                ("drawbar_eye", "Drawbar and towbar eye"),
                ("drawbar_tongue", "Drawbar and towbar tongue"),
                ("safety_devices", "Safety devices"),
                ("saddle_mounts", "Saddle-mounts"),
            ),
        ),
        ("3 Exhaust system", _plain(("exhaust", "Exhaust system"))),
        ("4 Fuel system", _unsafe(("fuel_system", "Fuel system: no visible leak, cap and tank secure"))),
        ("5 Lighting devices", _plain(("lights_reflectors", "Lighting devices and reflectors"))),
        (
            "6 Safe loading",
            _plain(
                ("parts_and_load", "Parts of the vehicle and condition of the load"),
                ("cargo_shifting", "Protection against shifting cargo"),
                ("container_securement", "Container securement devices"),
            ),
        ),
        (
            "7 Steering mechanism",
            _unsafe(
                ("steering", "Steering wheel free play"),
                ("steering_column", "Steering column"),
                ("front_axle", "Front axle beam and steering components"),
                ("steering_gear_box", "Steering gear box"),
                ("pitman_arm", "Pitman arm"),
                ("power_steering", "Power steering"),
                ("ball_joints", "Ball and socket joints"),
                ("tie_rods", "Tie rods and drag links"),
            ),
        ),
        (
            "8 Suspension",
            _unsafe(
                ("axle_positioning", "U-bolts, spring hangers, axle positioning parts"),
                ("springs", "Spring assembly"),
                ("torque_arms", "Torque, radius or tracking components"),
            ),
        ),
        (
            "9 Frame",
            _unsafe(
                ("frame_members", "Frame members"),
                ("tire_clearance", "Tire and wheel clearance"),
                ("sliding_subframe", "Adjustable axle assemblies"),
            ),
        ),
        (
            "10 Tires",
            _unsafe(("steer_tires", "Tires on the steering axle"), ("tires", "All other tires"))
            + _plain(("restricted_tires", "Speed-restricted tires")),
        ),
        (
            "11 Wheels and rims",
            _unsafe(
                ("lock_ring", "Lock or side ring"),
                ("wheels_rims", "Wheels and rims"),
                ("wheel_fasteners", "Fasteners"),
                ("wheel_welds", "Welds"),
            ),
        ),
        ("12 Windshield glazing", _plain(("glazing", "Windshield glazing"))),
        ("13 Windshield wipers", _plain(("wipers", "Windshield wipers"))),
        ("14 Motorcoach seats", (Item("coach_seats", "Motorcoach seats", types=("bus",)),)),
        (
            "15 Rear impact guard",
            (Item("rear_impact_guard", "Rear impact guard", types=("trailer", "truck")),),
        ),
    ),
    inspector_kind="technician",
    validity_months=12,
)

FORMS = (PRE_TRIP, POST_TRIP, ANNUAL)


def form_rows() -> list[dict[str, Any]]:
    """Columns of `inspection_forms`, and under `items` those of `inspection_form_items`."""
    return [
        {
            "form_key": form.key,
            "form_name": form.name,
            "inspection_type": form.inspection_type,
            "legal_basis": form.legal_basis,
            "description": form.description,
            "inspector_kind": form.inspector_kind,
            "validity_months": form.validity_months,
            "items": [
                {
                    "position": position,
                    "item_key": item.key,
                    "section": section,
                    "item_text": item.text,
                    "guidance": item.guidance,
                    "severity": item.severity,
                    "is_unsafe": item.unsafe,
                    "photo_on_failure": item.photo,
                    "vehicle_types": list(item.types) or None,
                }
                for position, (section, item) in enumerate(
                    ((section, item) for section, items in form.sections for item in items), 1
                )
            ],
        }
        for form in FORMS
    ]
