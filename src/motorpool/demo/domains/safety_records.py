"""What stands in the files of the demonstration: citations, courses, papers, policies, a driver's day. All made up."""

from __future__ import annotations

from typing import Any

#: (type, place, agency, moving, fine, points, days ago, paid, days to court or None)
CITATIONS = (
    ("parking", "Columbus Ave 540", "SFMTA", False, "108.00", 0, 3, False, None),
    (
        "speeding",
        "I-280 near Alemany, 76 in 60 mph",
        "California Highway Patrol",
        True,
        "238.00",
        1,
        9,
        False,
        26,
    ),
    ("red_light", "Geary Blvd and Park Presidio", "SFMTA camera", True, "490.00", 1, 18, False, 12),
    ("parking", "Mission St 2200, bus zone", "SFMTA", False, "350.00", 0, 27, True, None),
    ("stop_sign", "Folsom St and 21st St", "SFPD", True, "238.00", 1, 41, True, None),
    ("parking", "North Point St, street cleaning", "SFMTA", False, "97.00", 0, 55, True, None),
    ("cell_phone", "Van Ness Ave", "SFPD", True, "162.00", 0, 68, False, None),
    ("speeding", "Sunset Blvd, 48 in 35 mph", "SFPD", True, "367.00", 1, 120, True, None),
    ("seatbelt", "3rd St", "SFPD", False, "162.00", 0, 151, True, None),
)

#: (type, provider, hours, valid years or None)
COURSES = (
    ("defensive_driving", "Bay Area Safety Council", "8.0", 3),
    ("smith_system", "Smith System", "6.5", 2),
    ("passenger_assistance", "Paratransit Institute", "16.0", 2),
    ("hazmat", "Pacific Hazmat School", "12.0", 3),
    ("first_aid", "American Red Cross", "7.0", 2),
    ("ev_charging_safety", "In-house", "2.0", None),
)

#: (type, entity, authority, issued days ago, valid days, reminder days)
PAPERS = (
    ("registration", "vehicle", "California DMV", 300, 365, 45),
    ("taxi_medallion", "vehicle", "SFMTA", 200, 365, 60),
    ("smog_certificate", "vehicle", "Bureau of Automotive Repair", 610, 730, 60),
    ("annual_inspection", "vehicle", "Certified inspector", 380, 365, 30),
    ("taximeter_seal", "vehicle", "Weights and Measures", 340, 365, 30),
    ("license", "driver", "California DMV", 900, 1826, 60),
    ("medical_card", "driver", "National Registry examiner", 712, 730, 30),
    ("taxi_driver_permit", "driver", "SFMTA", 352, 365, 30),
    ("drug_clearinghouse_query", "driver", "FMCSA Clearinghouse", 372, 365, 30),
    ("mvr_annual_review", "driver", "California DMV", 330, 365, 30),
    ("hazardous_materials_plan", "facility", "San Francisco DPH", 250, 365, 60),
    ("fire_permit", "facility", "SFFD", 371, 365, 45),
    ("stormwater_permit", "facility", "SFPUC", 100, 1095, 90),
    ("DOT_annual_review", "fleet", "FMCSA", 347, 365, 30),
    ("OSHA_log", "fleet", "Cal/OSHA", 60, 365, 30),
)

#: (type, coverage, carrier, days since start, term in days, premium, deductible, limits)
POLICIES = (
    (
        "auto_liability",
        "liability",
        "Golden Gate Mutual",
        210,
        365,
        "184200.00",
        "0.00",
        {"bodily_injury": "1000000", "property_damage": "500000"},
    ),
    (
        "physical_damage",
        "collision",
        "Golden Gate Mutual",
        210,
        365,
        "96400.00",
        "2500.00",
        {"per_vehicle": "45000"},
    ),
    (
        "workers_comp",
        "statutory",
        "State Compensation Fund",
        330,
        365,
        "71250.00",
        "0.00",
        {"each_accident": "1000000"},
    ),
    ("umbrella", "liability", "Pacific Re", 118, 365, "38000.00", "10000.00", {"aggregate": "5000000"}),
    (
        "garage_keepers",
        "comprehensive",
        "Harbor Insurance",
        372,
        365,
        "12400.00",
        "1000.00",
        {"per_location": "250000"},
    ),
    (
        "auto_liability",
        "liability",
        "Golden Gate Mutual",
        575,
        365,
        "171900.00",
        "0.00",
        {"bodily_injury": "1000000", "property_damage": "500000"},
    ),
)

#: A form of one's own, with numbers.
OWN_FORM: dict[str, Any] = {
    "form_key": "tire_check",
    "form_name": "Tire check",
    "inspection_type": "quarterly",
    "description": "Tread and pressure of each tire, cold.",
    "validity_months": 3,
    "status": "published",
}
OWN_FORM_ITEMS: tuple[dict[str, Any], ...] = (
    *(
        {
            "item_key": f"{key}_{what}",
            "section": place,
            "item_text": f"{label}, {place.lower()}",
            "kind": "number",
            "minimum": least,
            "unit": unit,
            "allows_na": False,
            "severity": "major",
            "is_unsafe": what == "tread",
        }
        for key, place in (
            ("left_front", "Left front"),
            ("right_front", "Right front"),
            ("left_rear", "Left rear"),
            ("right_rear", "Right rear"),
        )
        for what, label, least, unit in (
            ("tread", "Tread depth", "1.6", "mm"),
            ("pressure", "Pressure", "2.0", "bar"),
        )
    ),
    {"item_key": "spare", "section": "Spare", "item_text": "Spare wheel and jack", "severity": "minor"},
    {
        "item_key": "picture",
        "section": "Spare",
        "item_text": "Picture of the worst tire",
        "kind": "photo",
        "is_required": False,
    },
)
