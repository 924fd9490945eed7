"""Geofences, driving events and routes of the demonstration; dashcam clips are in `demo/clips.py`.

Places are real and roughly where they are; routes and driving events are made up.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add
from motorpool.demo.domains.telematics_road_data import add_road_data

MADE_UP = "Made up for the demonstration"
#: (name, latitude, longitude, radius in m, colour, alert on entry, dwell in min). Cabs pass most of them a thousand times a day:
#: what alerts is rare, so that the bell says something.
CIRCLES = (
    ("Cab depot", "37.75120", "-122.39510", 180, "#1f6feb", False, None),
    ("SFO taxi staging", "37.61630", "-122.38640", 450, "#0ca678", False, 120),
    ("Caltrain station", "37.77640", "-122.39440", 160, "#f59f00", False, 45),
    ("Ferry Building", "37.79550", "-122.39370", 150, "#f59f00", False, 45),
    ("City motor pool, Cesar Chavez", "37.75010", "-122.40380", 220, "#1f6feb", False, None),
    ("Body shop Bayview", "37.73590", "-122.38960", 120, "#ae3ec9", True, None),
)
#: (name, colour, dwell in min, corners as (longitude, latitude))
AREAS = (
    (
        "Union Square, no waiting",
        "#e03131",
        10,
        ((-122.4090, 37.7868), (-122.4060, 37.7872), (-122.4056, 37.7887), (-122.4086, 37.7883)),
    ),
    (
        "Golden Gate Park",
        "#2f9e44",
        None,
        ((-122.5110, 37.7640), (-122.4530, 37.7660), (-122.4530, 37.7745), (-122.5110, 37.7715)),
    ),
    (
        "San Francisco, city limits (simplified)",
        "#868e96",
        None,
        (
            (-122.5150, 37.7080),
            (-122.3930, 37.7080),
            (-122.3560, 37.7290),
            (-122.4050, 37.8110),
            (-122.5150, 37.7900),
        ),
    ),
)
STREETS = (
    ("Mission St and 16th St", "37.76500", "-122.41960"),
    ("Van Ness Ave and Geary Blvd", "37.78560", "-122.42130"),
    ("I-280 at Mariposa St", "37.76430", "-122.39330"),
    ("19th Ave and Lincoln Way", "37.76520", "-122.47710"),
    ("The Embarcadero at Bay St", "37.80640", "-122.40560"),
    ("US-101 at Paul Ave", "37.72260", "-122.40060"),
    ("Market St and Castro St", "37.76270", "-122.43520"),
    ("Broadway Tunnel", "37.79680", "-122.41500"),
)
#: kind -> (how often of 100, lowest and highest g)
KINDS = {
    "harsh_braking": (34, -0.62, -0.38),
    "harsh_acceleration": (16, 0.31, 0.48),
    "harsh_cornering": (20, 0.36, 0.55),
    "speeding": (18, 0.0, 0.0),
    "idle_excess": (7, 0.0, 0.0),
    "distracted_driving": (3, 0.0, 0.0),
    "no_seatbelt": (2, 0.0, 0.0),
}
#: (name, state, days from today, km, min, stops)
ROUTES = (
    ("Parks, north side", "completed", -3, "31.40", 190, (0, 4, 1)),
    ("Mail and papers, city offices", "completed", -1, "22.80", 165, (1, 6, 3, 0)),
    ("Airport shuttle, morning", "completed", -1, "43.60", 110, (4, 5, 2)),
    ("Storm drain inspections, Sunset", "active", 0, "27.90", 240, (3, 6, 1)),
    ("Mail and papers, city offices", "active", 0, "22.80", 165, (1, 6, 3, 0)),
    ("Street fair supplies", "cancelled", 0, "12.30", 75, (0, 6)),
    ("Library books, west", "planned", 1, "35.10", 210, (3, 1, 6, 0)),
    ("Airport shuttle, morning", "planned", 1, "43.60", 110, (4, 5, 2)),
    ("Polling places, first half", "planned", 4, "58.20", 380, (0, 1, 3, 6, 7)),
    ("Polling places, second half", "planned", 4, "61.70", 395, (2, 4, 5, 7)),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; times are relative to now."""
    dice = random.Random(7)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    # What happens at them is derived of the replay.
    add(connection, "geofences", tenant, [*_circles(), *_areas()])
    add(connection, "driver_behavior_events", tenant, _driving(dice, now, fleet))
    add(connection, "routes", tenant, _routes(now, fleet))
    add_road_data(connection, tenant, now)


def _circles() -> list[Row]:
    return [
        {
            "name": name,
            "description": MADE_UP,
            "type": "circle",
            "center_lat": latitude,
            "center_lng": longitude,
            "radius_meters": radius,
            "color": color,
            "alert_on_entry": entry,
            "alert_on_dwell": dwell is not None,
            "dwell_minutes": dwell,
        }
        for name, latitude, longitude, radius, color, entry, dwell in CIRCLES
    ]


def _areas() -> list[Row]:
    return [
        {
            "name": name,
            "description": MADE_UP,
            "type": "polygon",
            "coordinates": {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]},
            "color": color,
            "alert_on_dwell": dwell is not None,
            "dwell_minutes": dwell,
        }
        for name, color, dwell, corners in AREAS
    ]


def _driving(dice: random.Random, now: datetime, fleet: DemoFleet) -> list[Row]:
    rows: list[Row] = []
    names, weights = list(KINDS), [often for often, _, _ in KINDS.values()]
    for number in range(90):
        kind = dice.choices(names, weights)[0]
        address, latitude, longitude = STREETS[dice.randrange(len(STREETS))]
        _, low, high = KINDS[kind]
        force = dice.uniform(low, high)
        limit = 105 if address.startswith(("I-", "US-")) else 48
        speed = limit + dice.randrange(16, 45) if kind == "speeding" else dice.randrange(14, limit)
        grave = (speed - limit > 30) if kind == "speeding" else abs(force) > 0.52
        row: Row = {
            "vehicle_id": fleet.vehicles[number % len(fleet.vehicles)],
            "driver_id": fleet.drivers[number % len(fleet.drivers)] if fleet.drivers else None,
            "event_type": kind,
            "severity": "severe" if grave else "moderate" if number % 3 == 0 else "minor",
            "speed_at_event": 0 if kind == "idle_excess" else speed,
            "speed_limit": None if kind == "idle_excess" else limit,
            "g_force": round(force, 2) if force else None,
            "duration_seconds": {"speeding": 25 + number, "idle_excess": 660 + number * 9}.get(kind),
            "latitude": latitude,
            "longitude": longitude,
            "address": address,
            "source": "camera" if kind in ("distracted_driving", "no_seatbelt") else "device",
            "recorded_at": now - timedelta(minutes=dice.randrange(20, 14 * 1440)),
        }
        rows.append(row)
    return rows


def _routes(now: datetime, fleet: DemoFleet) -> list[Row]:
    rows: list[Row] = []
    for number, (name, status, days, km, minutes, places) in enumerate(ROUTES):
        day = (now + timedelta(days=days)).date()
        begins = now - timedelta(hours=2) if days == 0 else now + timedelta(days=days, hours=-3)
        row: Row = {
            "route_name": name,
            "description": MADE_UP,
            "status": status,
            "scheduled_date": day,
            "total_distance_km": km,
            "estimated_duration_minutes": minutes,
            "optimization_criteria": ("shortest", "fastest", "fuel_efficient")[number % 3],
            "stops": [
                {
                    "order": order,
                    "address": STREETS[place][0],
                    "lat": float(STREETS[place][1]),
                    "lng": float(STREETS[place][2]),
                    "duration": 10 + 5 * (order % 3),
                }
                for order, place in enumerate(places, 1)
            ],
            "created_by_user_id": fleet.users[0],
        }
        if status != "cancelled" and number != 9:
            row["assigned_vehicle_id"] = fleet.vehicles[(number * 3) % len(fleet.vehicles)]
            row["assigned_driver_id"] = fleet.drivers[number % len(fleet.drivers)] if fleet.drivers else None
        if status in ("active", "completed"):
            row["started_at"] = begins
        if status == "completed":
            row["completed_at"] = begins + timedelta(minutes=minutes + 12)
        rows.append(row)
    return rows
