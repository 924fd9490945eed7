"""What the demonstration pays for: stations, cards, orders, bills, budgets. All of it is made up."""

from __future__ import annotations

#: (name, address, latitude, longitude)
STATIONS = (
    ("Harbor Fuel 3rd St", "1400 3rd St, San Francisco", "37.77120000", "-122.38900000"),
    ("Sunset Gas", "1900 Irving St, San Francisco", "37.76360000", "-122.47760000"),
    ("Bayshore Truck Stop", "2500 Bayshore Blvd, San Francisco", "37.71320000", "-122.40150000"),
    ("Geary Service", "5200 Geary Blvd, San Francisco", "37.78080000", "-122.47250000"),
    ("Airport Fuel", "South Airport Blvd, South San Francisco", "37.64410000", "-122.40480000"),
)
#: (fuel, unit, price of one, consumption per 100 km, tank or battery)
DRIVES = (
    ("gasoline", "liters", "1.289", 8.4, 48),
    ("gasoline", "liters", "1.289", 10.1, 60),
    ("diesel", "liters", "1.342", 12.6, 75),
    ("electric", "kwh", "0.3400", 18.5, 62),
)

#: (type, what for, amount, tax, status, days ago)
EXPENSES = (
    ("parking", "Garage at the Moscone Center, two nights", "96.00", None, "pending", 1),
    ("toll", "Bay Bridge, six crossings", "48.00", None, "pending", 2),
    ("toll", "Golden Gate Bridge", "9.75", None, "approved", 4),
    ("parking", "Meter at City Hall", "12.50", None, "approved", 5),
    ("other", "Car wash after the mud of Twin Peaks", "28.00", "2.10", "pending", 6),
    ("other", "Phone holder for the dashboard", "34.90", "2.77", "rejected", 8),
    ("parking", "Airport short term", "42.00", None, "paid", 12),
    ("toll", "San Mateo Bridge", "8.00", None, "paid", 15),
    ("other", "Jump leads", "39.95", "3.17", "paid", 21),
    ("parking", "Union Square garage", "31.00", None, "paid", 26),
    ("toll", "Dumbarton Bridge", "8.00", None, "supervisor_approved", 7),
    ("other", "Windscreen washer, 5 litres", "14.20", "1.13", "paid", 33),
    ("other", "Replacement key cut", "185.00", "14.70", "withdrawn", 19),
    ("parking", "Long term lot, vehicle in transfer", "64.00", None, "paid", 41),
    ("toll", "Carquinez Bridge", "8.00", None, "paid", 47),
)

#: (kind, what its vendor sells, subtotal, discount, terms in days, days ago, status, share paid, lines)
INVOICES = (
    (
        "fuel",
        "fuel",
        "8420.50",
        "126.31",
        15,
        4,
        "received",
        "0",
        (("Fuel of the cards, two weeks", "1", "8420.50"),),
    ),
    (
        "fuel",
        "fuel",
        "8105.10",
        "121.58",
        15,
        18,
        "approved",
        "0",
        (("Fuel of the cards, two weeks", "1", "8105.10"),),
    ),
    (
        "fuel",
        "fuel",
        "7958.40",
        "119.38",
        15,
        32,
        "approved",
        "1",
        (("Fuel of the cards, two weeks", "1", "7958.40"),),
    ),
    (
        "parts",
        "parts",
        "1284.00",
        "0",
        30,
        9,
        "pending_approval",
        "0",
        (("Brake pads, front", "12", "46.50"), ("Brake discs", "8", "90.75")),
    ),
    (
        "parts",
        "parts",
        "642.54",
        "0",
        30,
        38,
        "approved",
        "0",
        (("Oil filters", "36", "8.90"), ("Air filters", "21", "15.34")),
    ),
    (
        "service",
        "body",
        "2310.00",
        "0",
        30,
        24,
        "disputed",
        "0",
        (("Body repair, left doors", "21", "110.00"),),
    ),
    ("service", "towing", "450.00", "0", 30, 62, "approved", "1", (("Towing, Bay Bridge", "2", "225.00"),)),
    (
        "lease",
        "leasing",
        "9870.00",
        "0",
        10,
        6,
        "approved",
        "0",
        (("Lease of 21 sedans, month", "21", "470.00"),),
    ),
    (
        "lease",
        "leasing",
        "9870.00",
        "0",
        10,
        36,
        "approved",
        "1",
        (("Lease of 21 sedans, month", "21", "470.00"),),
    ),
    (
        "insurance",
        "insurance",
        "15350.00",
        "0",
        20,
        12,
        "approved",
        "0.5",
        (("Auto liability, instalment", "1", "15350.00"),),
    ),
    (
        "service",
        "tires",
        "1200.00",
        "0",
        30,
        75,
        "void",
        "0",
        (("Tyre disposal, billed twice", "1", "1200.00"),),
    ),
    ("parts", "tires", "3996.00", "199.80", 45, 52, "approved", "1", (("Tyres 205/55 R16", "36", "111.00"),)),
)

#: (kind, what its vendor sells, lines, shipping, status, days ago, days until delivery)
ORDERS = (
    ("parts", "tires", (("TIR-4001", "Tire 225/60R17 all season", "24", "111.00"),), "45.00", "sent", 6, 5),
    (
        "parts",
        "parts",
        (("BRK-PADF", "Brake pads, front", "12", "46.50"), ("BRK-DISC", "Brake discs", "8", "90.75")),
        "18.00",
        "received",
        20,
        -11,
    ),
    (
        "supplies",
        "parts",
        (("WIP-24", "Wiper blades 24 in", "60", "7.25"),),
        "0.00",
        "partially_received",
        13,
        -3,
    ),
    (
        "equipment",
        "charging",
        (("CHG-22", "Wall charger 22 kW", "4", "1180.00"),),
        "160.00",
        "pending_approval",
        2,
        30,
    ),
    ("service", "body", (("BODY", "Body repair, rear bumper", "1", "2650.00"),), "0.00", "approved", 1, 9),
    (
        "parts",
        "parts",
        (("OIL-5W30", "Engine oil 5W-30, 208 l drum", "2", "612.00"),),
        "35.00",
        "draft",
        0,
        14,
    ),
    ("supplies", "supplies", (("VEST", "Reflective vests", "40", "9.80"),), "12.00", "draft", 0, 10),
    ("parts", "parts", (("BAT-70", "Starter batteries 70 Ah", "10", "98.40"),), "25.00", "received", 44, -36),
    ("equipment", "equipment", (("LIFT", "Two-post lift", "1", "4890.00"),), "380.00", "cancelled", 58, -20),
)

#: (department, category, a quarter's allocation, share spent, share committed)
BUDGETS = (
    ("Taxi operations", "fuel", "52000.00", "0.71", "0.06"),
    ("Taxi operations", "maintenance", "38000.00", "0.66", "0.19"),
    ("Taxi operations", "insurance", "46000.00", "0.98", "0"),
    ("Taxi operations", "tires", "9000.00", "0.44", "0.30"),
    ("Motor pool", "fuel", "14000.00", "0.58", "0.02"),
    ("Motor pool", "maintenance", "12000.00", "1.07", "0.04"),
    ("Motor pool", "depreciation", "21000.00", "0.67", "0"),
    ("Workshop", "equipment", "16000.00", "0.12", "0.35"),
    ("Workshop", "training", "4000.00", "0.83", "0"),
)
COST_CENTERS = {"Taxi operations": "4100", "Motor pool": "4200", "Workshop": "4300"}

#: (name, kind, bank, last four, default)
PAYMENT_METHODS = (
    ("Operating account", "bank_account", "Bank of the Bay", "4021", True),
    ("Fleet purchasing card", "credit_card", "Bank of the Bay", "7716", False),
    ("Petty cash", "cash", None, None, False),
    ("WEX fuel account", "fuel_card", "WEX", "0093", False),
)

#: (price, salvage, years, miles, method, months in use)
DEPRECIATIONS = (
    ("27400.00", "5400.00", 5, None, "straight_line", 20),
    ("27400.00", "5400.00", 5, None, "straight_line", 31),
    ("31900.00", "7000.00", 6, None, "straight_line", 14),
    ("44800.00", "9800.00", 8, None, "straight_line", 9),
    ("36200.00", "6200.00", None, 180_000, "units_of_production", 16),
)
