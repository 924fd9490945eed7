"""Cameras, weather, charging and tolls along the road; shared rows are written by the platform."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import SharedModel, TableFacts, one_of

#: Not every source gives its places an identifier; a made-up one keeps the column usable as the key of imports.
MADE_UP = text("uuidv7()::text")


def on_earth() -> tuple[CheckConstraint, CheckConstraint]:
    """Degrees that exist; `ll_to_earth` would wrap others round silently."""
    return (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_is_within_90_degrees"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_is_within_180_degrees"),
    )


class TrafficCamera(SharedModel):
    """A camera at the roadside, with its picture or live feed."""

    __tablename__ = "traffic_cameras"
    __facts__ = TableFacts(
        ownership="shared_or_own", audit_ignore=("last_updated",), search=("name", "road", "county")
    )
    __unique__ = ("fdot_id",)
    __indexes__ = ("county", "gist (ll_to_earth(latitude, longitude))", "tenant_id, name, id")
    __table_args__ = (
        one_of("status", "active", "inactive", "maintenance"),
        *on_earth(),
        {"comment": "Traffic camera locations and live feeds"},
    )

    fdot_id: Mapped[str] = mapped_column(
        String(50),
        server_default=MADE_UP,
        comment="Its identifier at the road authority; made up if left out",
    )
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    road: Mapped[str | None] = mapped_column(String(100), comment="Such as I-80")
    direction: Mapped[str | None] = mapped_column(String(10), comment="It looks at traffic to N, S, E, W")
    county: Mapped[str | None] = mapped_column(String(50))
    feed_url: Mapped[str | None] = mapped_column(Text, comment="Live video")
    thumbnail_url: Mapped[str | None] = mapped_column(Text, comment="Latest still picture")
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    last_updated: Mapped[datetime | None] = mapped_column(comment="When the source last told about it")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class WeatherStation(SharedModel):
    """A weather station and what it reported last; `weather_observations` keeps what it reported before."""

    __tablename__ = "weather_stations"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        search=("name", "station_id"),
        audit_ignore=(
            "temperature_f",
            "conditions",
            "wind_speed_mph",
            "visibility_miles",
            "road_conditions",
            "last_updated",
        ),
    )
    __unique__ = ("station_id",)
    __indexes__ = ("gist (ll_to_earth(latitude, longitude))", "tenant_id, name, id")
    __table_args__ = (*on_earth(), {"comment": "Weather conditions affecting routes"})

    station_id: Mapped[str] = mapped_column(
        String(50), server_default=MADE_UP, comment="Such as KSFO; made up if left out"
    )
    name: Mapped[str | None] = mapped_column(String(255))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    temperature_f: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Degrees Fahrenheit")
    conditions: Mapped[str | None] = mapped_column(String(100), comment="Such as clear, fog, light rain")
    wind_speed_mph: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="mph")
    visibility_miles: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="mi")
    road_conditions: Mapped[str | None] = mapped_column(String(50), comment="Such as dry, wet, icy, snow")
    last_updated: Mapped[datetime | None] = mapped_column(comment="When the station last reported")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class WeatherObservation(SharedModel):
    """What a station reported at one time. Kept for `MOTORPOOL_ROAD_OBSERVATION_DAYS`, for the weather on a trip."""

    __tablename__ = "weather_observations"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        audited=False,
        reason="a time series of machines, deleted after some months",
    )
    __unique__ = ("station_id, observed_at",)
    __indexes__ = ("tenant_id, observed_at",)
    __table_args__ = (
        CheckConstraint("humidity_percent BETWEEN 0 AND 110", name="humidity_percent_is_between_0_and_110"),
        {"comment": "History of what weather stations reported"},
    )

    station_id: Mapped[str] = mapped_column(
        String(50), comment="station_id of the weather station, of the same owner"
    )
    observed_at: Mapped[datetime]
    temperature_f: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Degrees Fahrenheit")
    dewpoint_f: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Degrees Fahrenheit")
    conditions: Mapped[str | None] = mapped_column(String(100), comment="Such as clear, fog, light rain")
    wind_speed_mph: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="mph")
    wind_gust_mph: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="mph")
    wind_direction_degrees: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Where the wind comes from, degrees from north"
    )
    visibility_miles: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="mi")
    precipitation_inches: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 3), comment="in, of the last hour"
    )
    humidity_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Relative, percent")
    road_conditions: Mapped[str | None] = mapped_column(String(50), comment="Such as dry, wet, icy, snow")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class EvChargingStation(SharedModel):
    """A place to charge electric vehicles, or to fill up with another alternative fuel: `fuel_type` says which."""

    __tablename__ = "ev_charging_stations"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        audit_ignore=("last_updated",),
        search=("name", "address", "operator", "network"),
    )
    __unique__ = ("station_id",)
    __indexes__ = (
        "gist (ll_to_earth(latitude, longitude))",
        "operator",
        "tenant_id, name, id",
        "tenant_id, fuel_type",
    )
    __table_args__ = (
        *on_earth(),
        CheckConstraint("num_ports >= 0", name="num_ports_is_not_negative"),
        CheckConstraint("max_power_kw >= 0", name="max_power_kw_is_not_negative"),
        {"comment": "EV charging station locations and availability"},
    )

    station_id: Mapped[str] = mapped_column(
        String(50), server_default=MADE_UP, comment="Its identifier at the source; made up if left out"
    )
    name: Mapped[str] = mapped_column(String(255))
    address: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    operator: Mapped[str | None] = mapped_column(String(100))
    network: Mapped[str | None] = mapped_column(String(100), comment="Such as ChargePoint, EVgo, own")
    num_ports: Mapped[int | None] = mapped_column(comment="Vehicles that can charge at once")
    charging_levels: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as level1, level2, dcfast"
    )
    max_power_kw: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="kW, of the strongest port")
    pricing: Mapped[str | None] = mapped_column(Text, comment="As the operator puts it")
    access_type: Mapped[str | None] = mapped_column(String(20), comment="Such as public, private, restricted")
    available_24x7: Mapped[bool | None] = mapped_column(comment="Open day and night")
    access_hours: Mapped[str | None] = mapped_column(Text, comment="When it is open, as the operator puts it")
    connector_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as J1772, CCS, CHAdeMO, NACS"
    )
    fuel_type: Mapped[str] = mapped_column(
        String(30),
        server_default="electric",
        comment="electric, or another fuel of an imported register: cng, lng, lpg, e85, biodiesel, renewable_diesel, hydrogen",
    )
    status: Mapped[str] = mapped_column(
        String(20), server_default="available", comment="Such as available, planned, unavailable"
    )
    amenities: Mapped[Any | None] = mapped_column(JSONB, comment="What else is there")
    last_updated: Mapped[datetime | None] = mapped_column(comment="When the source last told about it")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class TollPlaza(SharedModel):
    """A place where tolls are taken."""

    __tablename__ = "toll_plazas"
    __facts__ = TableFacts(ownership="shared_or_own", search=("name", "road", "operator"))
    __unique__ = ("plaza_id",)
    __indexes__ = ("gist (ll_to_earth(latitude, longitude))", "tenant_id, name, id")
    __table_args__ = (
        *on_earth(),
        CheckConstraint("num_lanes > 0", name="num_lanes_is_positive"),
        {"comment": "Toll plaza locations and operators"},
    )

    plaza_id: Mapped[str] = mapped_column(
        String(50), server_default=MADE_UP, comment="Its identifier at the operator; made up if left out"
    )
    name: Mapped[str] = mapped_column(String(255))
    latitude: Mapped[Decimal] = mapped_column(Numeric(10, 8), comment="Degrees, WGS84")
    longitude: Mapped[Decimal] = mapped_column(Numeric(11, 8), comment="Degrees, WGS84")
    road: Mapped[str | None] = mapped_column(String(100), comment="Such as I-80")
    direction: Mapped[str | None] = mapped_column(String(10), comment="Tolled traffic goes to N, S, E, W")
    operator: Mapped[str | None] = mapped_column(String(100))
    supports_sunpass: Mapped[bool | None]
    supports_ezpass: Mapped[bool | None]
    num_lanes: Mapped[int | None]
    toll_rates: Mapped[Any | None] = mapped_column(
        JSONB,
        comment="Amounts by axles, class of vehicle, way of paying, time of day and first day; see docs/road_data.md",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class RoadFeed(SharedModel):
    """Where a source of road data stands: what was asked last, with what success, and what makes the next question short."""

    __tablename__ = "road_feeds"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        audited=False,
        reason="machine state of the pollers, rewritten at each poll",
    )
    __unique__ = ("feed",)
    __indexes__ = ("tenant_id, polled_at DESC",)
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_are_not_negative"),
        {"comment": "State of the pollers of road data"},
    )

    feed: Mapped[str] = mapped_column(String(100), comment="Such as cameras, weather/KSFO")
    address: Mapped[str] = mapped_column(Text, comment="What is asked, without the key")
    etag: Mapped[str | None] = mapped_column(Text, comment="Of the last answer, for If-None-Match")
    last_modified: Mapped[str | None] = mapped_column(
        String(100), comment="Of the last answer, for If-Modified-Since"
    )
    polled_at: Mapped[datetime | None] = mapped_column(comment="When it was asked last")
    succeeded_at: Mapped[datetime | None] = mapped_column(comment="When it last answered well")
    not_before: Mapped[datetime | None] = mapped_column(
        comment="It asked to be left alone until then, or failed often"
    )
    failures: Mapped[int] = mapped_column(server_default="0", comment="Failed questions in a row")
    rows_written: Mapped[int | None] = mapped_column(comment="New or changed rows of the last good answer")
    problem: Mapped[str | None] = mapped_column(Text, comment="What was wrong the last time; null: nothing")
