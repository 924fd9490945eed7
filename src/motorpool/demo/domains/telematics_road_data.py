"""Cameras, weather stations, charging and tolls round San Francisco Bay, roughly where they are; the weather is made up.

Charging stations of New York and the tolls come from the files in `demo/data`, which tell their sources.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains.inserting import add
from motorpool.telematics.road_data.afdc import read_stations
from motorpool.telematics.road_data.toll_files import read_plazas

CAMERAS = (
    ("Bay Bridge at Treasure Island", "I-80", "E", "San Francisco", "37.81040", "-122.36440", "active"),
    ("Bay Bridge toll plaza", "I-80", "W", "Alameda", "37.82470", "-122.31260", "active"),
    ("Central Freeway at 7th St", "I-80", "W", "San Francisco", "37.77360", "-122.40690", "active"),
    ("Golden Gate Bridge, south tower", "US-101", "N", "San Francisco", "37.81380", "-122.47780", "active"),
    ("US-101 at Cesar Chavez St", "US-101", "S", "San Francisco", "37.74930", "-122.40540", "maintenance"),
    ("I-280 at Alemany Blvd", "I-280", "S", "San Francisco", "37.73090", "-122.42970", "active"),
    ("US-101 at SFO", "US-101", "N", "San Mateo", "37.61870", "-122.39810", "active"),
    ("19th Ave at Winston Dr", "SR-1", "N", "San Francisco", "37.72690", "-122.47510", "inactive"),
)
#: (station, name, latitude, longitude, °F, sky, wind in mph, visibility in mi, road)
STATIONS = (
    (
        "KSFO",
        "San Francisco International Airport",
        "37.61961",
        "-122.36558",
        "58.00",
        "Mostly cloudy",
        "14.00",
        "10.00",
        "dry",
    ),
    (
        "KOAK",
        "Oakland International Airport",
        "37.72126",
        "-122.22114",
        "60.00",
        "Partly cloudy",
        "9.00",
        "10.00",
        "dry",
    ),
    ("KHAF", "Half Moon Bay Airport", "37.51361", "-122.49996", "54.00", "Fog", "6.00", "0.75", "wet"),
    ("KSQL", "San Carlos Airport", "37.51196", "-122.24952", "61.00", "Clear", "8.00", "10.00", "dry"),
    ("KHWD", "Hayward Executive Airport", "37.65928", "-122.12174", "62.00", "Clear", "7.00", "10.00", "dry"),
    ("KDVO", "Novato, Gnoss Field", "38.14356", "-122.55614", "63.00", "Clear", "5.00", "10.00", "dry"),
)
#: (name, address, latitude, longitude, network, ports, levels, kW, price, access)
CHARGERS = (
    (
        "Cab depot, charging hall",
        "Depot",
        "37.75131",
        "-122.39492",
        "own",
        12,
        ("level2",),
        "11.50",
        "Own electricity",
        "private",
    ),
    (
        "City motor pool, fast chargers",
        "Motor pool",
        "37.75022",
        "-122.40371",
        "own",
        4,
        ("dcfast",),
        "150.00",
        "Own electricity",
        "private",
    ),
    (
        "Motor pool, visitors",
        "Motor pool",
        "37.75001",
        "-122.40402",
        "own",
        2,
        ("level2",),
        "7.20",
        "0.25 USD/kWh",
        "restricted",
    ),
    (
        "Civic Center garage",
        "Civic Center",
        "37.77960",
        "-122.41790",
        None,
        8,
        ("level2",),
        "7.20",
        None,
        "public",
    ),
    (
        "Sutter Stockton garage",
        "Union Square",
        "37.78990",
        "-122.40720",
        None,
        10,
        ("level2",),
        "7.20",
        None,
        "public",
    ),
    (
        "Fifth and Mission garage",
        "SoMa",
        "37.78330",
        "-122.40520",
        None,
        14,
        ("level2", "dcfast"),
        "50.00",
        None,
        "public",
    ),
    (
        "SFO long-term parking",
        "San Francisco airport",
        "37.63690",
        "-122.39990",
        None,
        26,
        ("level1", "level2"),
        "7.20",
        None,
        "public",
    ),
)
DATA = Path(__file__).parents[1] / "data"
#: How far back the stations' observations go, so that the weather of a trip can be shown.
HISTORY = timedelta(days=10)


def add_road_data(connection: psycopg.Connection[Any], tenant: UUID, now: datetime) -> None:
    """What the organisation itself keeps about the roads around."""
    cameras = ("name", "road", "direction", "county", "latitude", "longitude", "status")
    add(
        connection,
        "traffic_cameras",
        tenant,
        [
            dict(zip(cameras, values, strict=True)) | {"fdot_id": f"DEMO-{number:03}", "last_updated": now}
            for number, values in enumerate(CAMERAS, 1)
        ],
    )
    weather = (
        "station_id name latitude longitude temperature_f conditions wind_speed_mph visibility_miles road_conditions"
    ).split()
    add(
        connection,
        "weather_stations",
        tenant,
        [
            dict(zip(weather, values, strict=True)) | {"last_updated": now - timedelta(minutes=20)}
            for values in STATIONS
        ],
    )
    chargers = (
        "name address latitude longitude network num_ports charging_levels max_power_kw pricing access_type"
    )
    add(
        connection,
        "ev_charging_stations",
        tenant,
        [
            dict(zip(chargers.split(), values, strict=True))
            | {
                "charging_levels": list(values[6]),
                "station_id": f"DEMO-{number:03}",
                "available_24x7": number < 4,
                "last_updated": now - timedelta(hours=3),
            }
            for number, values in enumerate(CHARGERS, 1)
        ],
    )
    add(connection, "toll_plazas", tenant, read_plazas(DATA / "bay_area_tolls.json").rows)
    add(connection, "ev_charging_stations", tenant, read_stations(DATA / "afdc_ny_2025-02_slice.csv.gz").rows)
    add(connection, "weather_observations", tenant, _history(now))


def _history(now: datetime) -> list[dict[str, Any]]:
    """An observation each hour; warmest at three in the afternoon, foggy mornings at the coast."""
    rows = []
    hours = int(HISTORY / timedelta(hours=1))
    for number, (station, _, _, _, temperature, sky, wind, visibility, road) in enumerate(STATIONS):
        for hour in range(hours):
            at = now.replace(minute=0) - timedelta(hours=hour)
            # Afternoon in California is about 22 h UTC.
            swing = math.cos((at.hour - 22) / 24 * 2 * math.pi)
            fog = station == "KHAF" or (swing < -0.8 and number % 2 == 0)
            rows.append(
                {
                    "station_id": station,
                    "observed_at": at,
                    "temperature_f": round(float(temperature) + 6 * swing, 1),
                    "conditions": "Fog" if fog else sky,
                    "wind_speed_mph": max(0, round(float(wind) + 3 * swing)),
                    "visibility_miles": "0.75" if fog else visibility,
                    "road_conditions": "wet" if fog else road,
                }
            )
    return rows
