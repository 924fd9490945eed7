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
    """A weather station and what it reported last."""

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


class EvChargingStation(SharedModel):
    """A place to charge electric vehicles."""

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
        JSONB, comment='Such as {"2_axles": {"transponder": "7.25", "cash": "8.25"}}, in USD'
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
