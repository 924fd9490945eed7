"""Road data: rows of the platform that everybody reads, and an organisation's own."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, READ_ONLY, Resource
from motorpool.telematics.models import (
    EvChargingStation,
    RoadFeed,
    TollPlaza,
    TrafficCamera,
    WeatherObservation,
    WeatherStation,
)
from motorpool.telematics.rules.toll_rates import TollRates

RESOURCES = (
    Resource(
        model=TrafficCamera,
        label="Traffic camera",
        operations=FULL,
        writable=tuple(
            "fdot_id name description latitude longitude road direction county feed_url thumbnail_url status metadata "
            "last_updated".split()
        ),
        default_sort="name",
        list_columns=("name", "road", "direction", "county", "status", "last_updated"),
        title_column="name",
        examples={"name": "I-80 at Treasure Island", "latitude": "37.8199", "longitude": "-122.3656"},
    ),
    Resource(
        model=WeatherStation,
        label="Weather station",
        operations=FULL,
        writable=tuple(
            "station_id name latitude longitude temperature_f conditions wind_speed_mph visibility_miles "
            "road_conditions last_updated".split()
        ),
        default_sort="name",
        list_columns=(
            "name",
            "station_id",
            "temperature_f",
            "conditions",
            "wind_speed_mph",
            "road_conditions",
            "last_updated",
        ),
        title_column="name",
        examples={"station_id": "KSFO", "name": "San Francisco International Airport"},
    ),
    Resource(
        model=WeatherObservation,
        label="Weather observation",
        operations=READ_ONLY,
        default_sort="-observed_at",
        list_columns=(
            "station_id",
            "observed_at",
            "temperature_f",
            "conditions",
            "wind_speed_mph",
            "visibility_miles",
        ),
        title_column="station_id",
    ),
    Resource(
        model=EvChargingStation,
        label="Charging station",
        operations=FULL,
        writable=tuple(
            "station_id name address latitude longitude operator network num_ports charging_levels max_power_kw pricing "
            "access_type access_hours available_24x7 connector_types fuel_type status amenities last_updated".split()
        ),
        default_sort="name",
        list_columns=(
            "name",
            "address",
            "operator",
            "network",
            "charging_levels",
            "num_ports",
            "max_power_kw",
            "access_type",
            "fuel_type",
        ),
        title_column="name",
        examples={"name": "Depot charging hall", "num_ports": 12, "charging_levels": ["level2", "dcfast"]},
    ),
    Resource(
        model=TollPlaza,
        label="Toll plaza",
        operations=FULL,
        writable=tuple(
            "plaza_id name latitude longitude road direction operator supports_sunpass supports_ezpass num_lanes "
            "toll_rates".split()
        ),
        shapes={"toll_rates": TollRates},
        default_sort="name",
        list_columns=("name", "road", "direction", "operator", "num_lanes"),
        title_column="name",
        examples={"name": "Bay Bridge", "latitude": "37.8255", "longitude": "-122.3138"},
    ),
    Resource(
        model=RoadFeed,
        label="Road data feed",
        operations=READ_ONLY,
        default_sort="-polled_at",
        list_columns=("feed", "polled_at", "succeeded_at", "failures", "rows_written", "problem"),
        title_column="feed",
    ),
)
