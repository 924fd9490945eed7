"""Settings of what comes from vehicles and roads."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from motorpool.core.settings.section import section


class GatewaySettings(BaseSettings):
    """Listeners for tracking devices."""

    model_config = section("MOTORPOOL_GATEWAY_")

    osmand_port: int = Field(
        5055, ge=1, le=65535, description="Port for the OsmAnd protocol (Traccar Client on phones)."
    )
    ports: str = Field(
        "teltonika=5027 gt06=5023 h02=5013 gl200=5004",
        description="Ports of the trackers' protocols, TCP and UDP, separated by blanks; 0 switches one off. What is not "
        "named uses its usual port.",
    )
    idle_s: float = Field(
        900.0, gt=0, description="A connection on which nothing comes for this long is closed, in seconds."
    )
    device_rows_a_second: float = Field(
        200.0,
        gt=0,
        description="Positions per second that one device may send in the long run; a burst of 50 times that is let through.",
    )
    mqtt_url: str | None = Field(
        None,
        repr=False,
        json_schema_extra={"secret": True},
        description="MQTT broker to which phones with OwnTracks report, mqtt://name:password@host:1883 or mqtts://. Empty: none.",
    )
    mqtt_topic: str = Field("owntracks/+/+", min_length=1, description="Topic to subscribe to at the broker.")
    mqtt_client_id: str = Field(
        "motorpool",
        min_length=1,
        max_length=64,
        description="Name at the broker, under which it keeps messages while the gateway is away. One gateway per name.",
    )


class IngestSettings(BaseSettings):
    """From a received batch to committed rows."""

    model_config = section("MOTORPOOL_INGEST_")

    queue_rows: int = Field(
        50_000,
        ge=1_000,
        description="Received rows that may wait for the database before senders are slowed down.",
    )
    commit_rows: int = Field(10_000, ge=1, description="Rows written by one commit at most.")
    batch_rows: int = Field(10_000, ge=1, le=100_000, description="Rows that one request may carry.")


class TripSettings(BaseSettings):
    """What a trip is. Defaults as in Traccar's newer logic; see the telematics documentation."""

    model_config = section("MOTORPOOL_TRIP_")

    min_distance_m: float = Field(200.0, gt=0, description="Shorter movements are no trip, in metres.")
    min_duration_s: float = Field(
        180.0, gt=0, description="Standing still this long ends a trip, in seconds."
    )
    stop_gap_s: float = Field(3600.0, gt=0, description="Silence longer than this ends a trip, in seconds.")
    max_speed_mps: float = Field(
        60.0,
        gt=0,
        description="A fix that implies a higher speed is a GPS jump and is left out, in metres per second.",
    )


class FenceSettings(BaseSettings):
    """When a vehicle is in a geofence; see docs/geofences.md."""

    model_config = section("MOTORPOOL_FENCE_")

    margin_m: float = Field(
        25.0,
        ge=0,
        le=1000,
        description="A vehicle has left when it is this far outside of the fence, in metres.",
    )
    longest_gap_s: float = Field(
        300.0,
        gt=0,
        description="Two fixes further apart than this say nothing about the way between, in seconds.",
    )
    alert_age_s: float = Field(
        900.0,
        gt=0,
        description="Nobody is told about an event that is older than this when it comes out, in seconds.",
    )


class RoutingSettings(BaseSettings):
    """Planning routes. Without a service, distances and times are estimates from the straight line."""

    model_config = section("MOTORPOOL_ROUTING_")

    url: str | None = Field(
        None,
        description="A Valhalla service, such as http://127.0.0.1:8002 (`motorpool routing build` and `serve` make one). Empty: "
        "estimates.",
    )
    timeout_s: float = Field(
        20.0, gt=0, le=300, description="Longest wait for one of its answers, in seconds."
    )
    solver_s: float = Field(
        5.0, gt=0, le=60, description="How long to look for a better order of the stops, in seconds."
    )


class RoadDataSettings(BaseSettings):
    """Where cameras, weather and the like come from. Without an address nothing is asked."""

    model_config = section("MOTORPOOL_ROAD_")

    cameras_url: str | None = Field(
        None,
        description="A 511 site with the keyed camera API, such as https://511.example.gov; its terms of use apply.",
    )
    cameras_key: SecretStr | None = Field(None, description="The key that the 511 site gave you.")
    weather_url: str = Field(
        "https://api.weather.gov", description="The National Weather Service, or a copy of it."
    )
    weather_stations: str = Field(
        "", description="Stations to follow, with commas: KSFO,KOAK. Empty: the weather is not asked for."
    )
    contact: str = Field(
        "",
        description="An address of yours, sent along in User-Agent; the National Weather Service asks for one.",
    )
    observation_days: int = Field(400, ge=1, description="Days that weather observations are kept.")
    toll_radius_m: float = Field(
        150.0, gt=0, le=2000, description="A track this near to a toll plaza, in metres, passes it."
    )
    toll_payment: str = Field("transponder", description="How tolls are paid: transponder, plate or invoice.")


class FootageSettings(BaseSettings):
    """Dashcam clips. Tenants may set their own days: settings footage.retention_days and footage.archive_after_days."""

    model_config = section("MOTORPOOL_FOOTAGE_")

    max_mb: float = Field(
        500.0, gt=0, le=20_000, description="Largest clip that can be uploaded, in megabytes."
    )
    retention_days: int = Field(
        180, ge=1, description="Days after which a film is deleted, unless it is held."
    )
    archive_after_days: int = Field(
        30, ge=1, description="Days after which a film is moved to the archive folder of the file store."
    )
