"""Every setting of Motorpool, one small frozen class per concern.

A value comes from the environment variable named after it (`MOTORPOOL_PORT`), else from the same name in a
`.env` file in the working directory, else from the default written here. `load_settings()` reads them once
at the edge of a program; everything below is handed the `Settings` object and never looks at the
environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from motorpool.core.errors import ConfigurationError

#: Read by the build and the tests, not by the program; listed so that the check for misspelt names knows
#: them.
OTHER_VARIABLES = frozenset(
    {"MOTORPOOL_SKIP_ASSETS", "MOTORPOOL_REQUIRE_BROWSER", "MOTORPOOL_CHROMIUM", "MOTORPOOL_SUPERVISED"}
)


def _section(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )


class DataSettings(BaseSettings):
    """Where files live."""

    model_config = _section("MOTORPOOL_DATA_")

    dir: Path = Field(
        Path(".motorpool"),
        description="Folder for the embedded database, keys and uploaded files, closed to other users.",
    )


class DatabaseSettings(BaseSettings):
    """Which PostgreSQL 18, and how it is used."""

    model_config = _section("MOTORPOOL_DATABASE_")

    url: str | None = Field(
        None,
        repr=False,
        json_schema_extra={"secret": True},
        description="Your own PostgreSQL 18, owner role: postgresql://motorpool_owner:...@host/motorpool. "
        "Empty: Motorpool starts its own server in the data folder.",
    )
    app_url: str | None = Field(
        None,
        repr=False,
        json_schema_extra={"secret": True},
        description="The same server as the application role motorpool_app, which owns nothing. "
        "`motorpool db prepare` prints the SQL that makes both roles.",
    )
    pool_max: int = Field(10, ge=1, le=1000, description="Connections that each process opens at most.")
    start_timeout_s: float = Field(
        60.0,
        gt=0,
        description="How long to wait for the embedded server, recovery after a crash included, in seconds.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.url) != bool(self.app_url):
            raise ValueError(
                "set MOTORPOOL_DATABASE_URL (owner) and MOTORPOOL_DATABASE_APP_URL (application role) "
                "together, or neither"
            )
        return self


class HttpSettings(BaseSettings):
    """The web server."""

    model_config = _section("MOTORPOOL_")

    host: str = Field(
        "127.0.0.1", min_length=1, description="Address that all listeners bind to, the gateway included."
    )
    port: int = Field(8000, ge=1, le=65535, description="Port of the web server.")
    public_url: str | None = Field(
        None,
        description="Where people reach Motorpool (https://fleet.example.org), for links and secure cookies. "
        "Empty: taken from the request.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Reverse proxies whose X-Forwarded-* headers are believed, separated by commas.",
    )
    max_body_mb: float = Field(16.0, gt=0, le=1024, description="Largest request body, in megabytes.")
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="How much is logged: critical, error, warning, info or debug."
    )


class GatewaySettings(BaseSettings):
    """Listeners for tracking devices."""

    model_config = _section("MOTORPOOL_GATEWAY_")

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

    model_config = _section("MOTORPOOL_INGEST_")

    queue_rows: int = Field(
        50_000,
        ge=1_000,
        description="Received rows that may wait for the database before senders are slowed down.",
    )
    commit_rows: int = Field(10_000, ge=1, description="Rows written by one commit at most.")
    batch_rows: int = Field(10_000, ge=1, le=100_000, description="Rows that one request may carry.")


class TripSettings(BaseSettings):
    """What a trip is. Defaults as in Traccar's newer logic; see the telematics documentation."""

    model_config = _section("MOTORPOOL_TRIP_")

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

    model_config = _section("MOTORPOOL_FENCE_")

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


class LiveSettings(BaseSettings):
    """The live state of vehicles."""

    model_config = _section("MOTORPOOL_")

    offline_after_seconds: int = Field(
        600, ge=10, description="A vehicle without a report for this long is shown as offline, in seconds."
    )


class MapSettings(BaseSettings):
    """The base map. Without any of these the built-in map is used, which needs no internet."""

    model_config = _section("MOTORPOOL_MAP_")

    tile_url: str | None = Field(
        None,
        description="Raster tiles, as https://tiles.example.org/{z}/{x}/{y}.png. Empty: built-in map.",
    )
    tile_attribution: str | None = Field(
        None, description="Credit line that the owner of the tiles asks for."
    )
    pmtiles: Path | None = Field(
        None, description="A PMTiles file with vector tiles on this machine. Empty: built-in map."
    )


class SecuritySettings(BaseSettings):
    """Sessions and keys."""

    model_config = _section("MOTORPOOL_")

    session_hours: float = Field(
        12.0, gt=0, le=24 * 90, description="A person stays signed in this long, in hours."
    )
    master_key: SecretStr | None = Field(
        None,
        description="Key that protects stored secrets: 32 bytes in base64 (`openssl rand -base64 32`). "
        "Empty: a file in the data folder, made at the first start.",
    )


class FilesSettings(BaseSettings):
    """Uploaded and generated files."""

    model_config = _section("MOTORPOOL_FILES_")

    url: str | None = Field(
        None,
        description="Where contents are kept: file:///folder, s3://bucket/prefix or az://container/prefix, with "
        "credentials in the usual AWS_* or AZURE_* variables. Empty: the folder files in the data folder.",
    )
    max_mb: float = Field(50.0, gt=0, le=5000, description="Largest file that can be uploaded, in megabytes.")
    redirect: bool = Field(
        False,
        description="Let S3 or Azure serve downloads by their own signed addresses instead of passing them through.",
    )


class ImportSettings(BaseSettings):
    """Reading tables that people upload."""

    model_config = _section("MOTORPOOL_IMPORT_")

    max_rows: int = Field(500_000, ge=1, description="Rows that one imported table may have.")
    max_columns: int = Field(500, ge=1, le=16_384, description="Columns that one imported table may have.")


class ExportSettings(BaseSettings):
    """Writing tables."""

    model_config = _section("MOTORPOOL_EXPORT_")

    pdf_rows: int = Field(
        2_000, ge=1, le=20_000, description="Rows that a PDF may have; longer lists go to CSV or Excel."
    )
    keep_days: float = Field(
        7.0, gt=0, le=365, description="How long the file of an export can be fetched, in days."
    )


class SmtpSettings(BaseSettings):
    """Sending e-mail."""

    model_config = _section("MOTORPOOL_SMTP_")

    host: str | None = Field(
        None, description="Mail server that takes our e-mail, such as smtp.example.org. Empty: none is sent."
    )
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls (usually port 587), tls (usually port 465) or none."
    )
    username: str | None = Field(None, description="Name to sign in with there. Empty: without signing in.")
    password: SecretStr | None = Field(None, description="Password for it.")
    sender: str = Field(
        "Motorpool <motorpool@localhost>", description="From whom e-mail comes, as Name <address>."
    )
    timeout_s: float = Field(20.0, gt=0, le=300, description="Longest wait for its answer, in seconds.")


class RoutingSettings(BaseSettings):
    """Planning routes. Without a service, distances and times are estimates from the straight line."""

    model_config = _section("MOTORPOOL_ROUTING_")

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


class OutgoingSettings(BaseSettings):
    """What the program asks other servers: connectors, webhooks, road data."""

    model_config = _section("MOTORPOOL_OUTGOING_")

    networks: str = Field(
        "",
        description="Private networks that may be spoken to all the same, with commas: 10.1.0.0/16,192.0.2.7. Inside of "
        "them plain http works too. Empty: public addresses only.",
    )
    ca_file: Path | None = Field(
        None, description="PEM file with certificates that are trusted besides the usual ones."
    )
    timeout_s: float = Field(60.0, gt=0, le=600, description="Longest wait for a whole answer, in seconds.")
    max_mb: float = Field(64.0, gt=0, le=2000, description="Largest answer that is read, in megabytes.")

    @model_validator(mode="after")
    def _networks_can_be_read(self) -> Self:
        for part in filter(None, map(str.strip, self.networks.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(
                    f"MOTORPOOL_OUTGOING_NETWORKS: {part!r} is no network such as 10.1.0.0/16"
                ) from None
        return self


class RoadDataSettings(BaseSettings):
    """Where cameras, weather and the like come from. Without an address nothing is asked."""

    model_config = _section("MOTORPOOL_ROAD_")

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

    model_config = _section("MOTORPOOL_FOOTAGE_")

    max_mb: float = Field(
        500.0, gt=0, le=20_000, description="Largest clip that can be uploaded, in megabytes."
    )
    retention_days: int = Field(
        180, ge=1, description="Days after which a film is deleted, unless it is held."
    )
    archive_after_days: int = Field(
        30, ge=1, description="Days after which a film is moved to the archive folder of the file store."
    )


class DemoSettings(BaseSettings):
    """The demonstration fleet."""

    model_config = _section("MOTORPOOL_")

    enabled: bool = Field(
        True,
        validation_alias="MOTORPOOL_DEMO",
        description="Load the demonstration fleet when the database is empty and keep replaying it.",
    )


class Settings(BaseModel):
    """All settings; hand this object on."""

    model_config = ConfigDict(frozen=True)

    data: DataSettings
    database: DatabaseSettings
    http: HttpSettings
    gateway: GatewaySettings
    ingest: IngestSettings
    trips: TripSettings
    fences: FenceSettings
    live: LiveSettings
    map: MapSettings
    security: SecuritySettings
    files: FilesSettings
    imports: ImportSettings
    exports: ExportSettings
    smtp: SmtpSettings
    outgoing: OutgoingSettings
    routing: RoutingSettings
    road_data: RoadDataSettings
    footage: FootageSettings
    demo: DemoSettings

    def replace(self, **sections: dict[str, Any]) -> Settings:
        """A copy with some values changed: `settings.replace(http={"port": 8001})`. Values are not
        validated again.
        """
        return self.model_copy(
            update={name: getattr(self, name).model_copy(update=values) for name, values in sections.items()}
        )


SECTIONS: dict[str, type[BaseSettings]] = {
    "data": DataSettings,
    "database": DatabaseSettings,
    "http": HttpSettings,
    "gateway": GatewaySettings,
    "ingest": IngestSettings,
    "trips": TripSettings,
    "fences": FenceSettings,
    "live": LiveSettings,
    "map": MapSettings,
    "security": SecuritySettings,
    "files": FilesSettings,
    "imports": ImportSettings,
    "exports": ExportSettings,
    "smtp": SmtpSettings,
    "outgoing": OutgoingSettings,
    "routing": RoutingSettings,
    "road_data": RoadDataSettings,
    "footage": FootageSettings,
    "demo": DemoSettings,
}


def variable_name(section: str, field: str) -> str:
    """Name of the environment variable behind a field, for example `MOTORPOOL_TRIP_STOP_GAP_S`."""
    cls = SECTIONS[section]
    alias = cls.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{cls.model_config.get('env_prefix', '')}{field}".upper()


def load_settings(env_file: Path | str | None = ".env") -> Settings:
    """Read all settings from the environment and `env_file` (None: environment only).

    Raises ConfigurationError that names each wrong variable and what is wrong with it.
    """
    loaded: dict[str, BaseSettings] = {}
    problems: list[str] = []
    for name, cls in SECTIONS.items():
        try:
            loaded[name] = cls(_env_file=env_file)
        except ValidationError as error:
            problems.extend(_readable(name, error))
    if problems:
        raise ConfigurationError("; ".join(problems))
    return Settings(**loaded)  # type: ignore[arg-type]


def _readable(section: str, error: ValidationError) -> Iterator[str]:
    names = {variable_name(section, field): field for field in SECTIONS[section].model_fields}
    for problem in error.errors(include_url=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            yield message
            continue
        place = str(problem["loc"][0])
        variable = place if place in names else variable_name(section, place)
        secret = is_secret(SECTIONS[section].model_fields[names[variable]])
        yield f"{variable}: {message}" + ("" if secret else f" (it is {problem['input']!r})")


def unknown_variables(env_file: Path | str | None = ".env") -> list[str]:
    """Names that start with MOTORPOOL_ but that nothing reads: nearly always a misspelling."""
    known = {variable_name(section, field) for section, cls in SECTIONS.items() for field in cls.model_fields}
    given = set(os.environ) | (set(dotenv_values(env_file)) if env_file else set())
    return sorted(
        name for name in given if name.startswith("MOTORPOOL_") and name not in known | OTHER_VARIABLES
    )


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting as `motorpool settings` shows it. Secrets are masked."""

    section: str
    variable: str
    meaning: str
    default: str
    value: str
    changed: bool


def describe(settings: Settings) -> list[SettingLine]:
    """All settings in the order of their declaration, secrets masked."""
    lines: list[SettingLine] = []
    for section, cls in SECTIONS.items():
        for name, field in cls.model_fields.items():
            value = getattr(getattr(settings, section), name)
            default = field.get_default()
            lines.append(
                SettingLine(
                    section=section,
                    variable=variable_name(section, name),
                    meaning=field.description or "",
                    default=_shown(default),
                    value=masked(value) if is_secret(field) else _shown(value),
                    changed=value != default,
                )
            )
    return lines


def is_secret(field: FieldInfo) -> bool:
    """Whether a value must not be printed."""
    extra = field.json_schema_extra
    return "SecretStr" in str(field.annotation) or (isinstance(extra, dict) and bool(extra.get("secret")))


def masked(value: object) -> str:
    """A secret as it may be shown: an address keeps everything but its password, anything else is hidden."""
    if value is None:
        return ""
    if isinstance(value, str):
        parts = urlsplit(value)
        if parts.password and parts.netloc.count("@"):
            who, _, where = parts.netloc.rpartition("@")
            return urlunsplit(parts._replace(netloc=f"{who.split(':', 1)[0]}:********@{where}"))
        if parts.scheme and "password" not in parts.query:
            return value
    return "********"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
