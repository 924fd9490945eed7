"""Settings of the program itself: where it keeps things, how it is reached, what it may do."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from motorpool.core.settings.section import section


class DataSettings(BaseSettings):
    """Where files live."""

    model_config = section("MOTORPOOL_DATA_")

    dir: Path = Field(
        Path(".motorpool"),
        description="Folder for the embedded database, keys and uploaded files, closed to other users.",
    )


class DatabaseSettings(BaseSettings):
    """Which PostgreSQL 18, and how it is used."""

    model_config = section("MOTORPOOL_DATABASE_")

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

    model_config = section("MOTORPOOL_")

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


class SecuritySettings(BaseSettings):
    """Sessions and keys."""

    model_config = section("MOTORPOOL_")

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

    model_config = section("MOTORPOOL_FILES_")

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

    model_config = section("MOTORPOOL_IMPORT_")

    max_rows: int = Field(500_000, ge=1, description="Rows that one imported table may have.")
    max_columns: int = Field(500, ge=1, le=16_384, description="Columns that one imported table may have.")


class ExportSettings(BaseSettings):
    """Writing tables."""

    model_config = section("MOTORPOOL_EXPORT_")

    pdf_rows: int = Field(
        2_000, ge=1, le=20_000, description="Rows that a PDF may have; longer lists go to CSV or Excel."
    )
    keep_days: float = Field(
        7.0, gt=0, le=365, description="How long the file of an export can be fetched, in days."
    )
    package_mb: float = Field(
        2_000.0, gt=0, description="Files of a compliance package for an auditor, together, in megabytes."
    )


class SmtpSettings(BaseSettings):
    """Sending e-mail."""

    model_config = section("MOTORPOOL_SMTP_")

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


class OutgoingSettings(BaseSettings):
    """What the program asks other servers: connectors, webhooks, road data."""

    model_config = section("MOTORPOOL_OUTGOING_")

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


class LiveSettings(BaseSettings):
    """The live state of vehicles."""

    model_config = section("MOTORPOOL_")

    offline_after_seconds: int = Field(
        600, ge=10, description="A vehicle without a report for this long is shown as offline, in seconds."
    )


class MapSettings(BaseSettings):
    """The base map. Without any of these the built-in map is used, which needs no internet."""

    model_config = section("MOTORPOOL_MAP_")

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


class DemoSettings(BaseSettings):
    """The demonstration fleet."""

    model_config = section("MOTORPOOL_")

    enabled: bool = Field(
        True,
        validation_alias="MOTORPOOL_DEMO",
        description="Load the demonstration fleet when the database is empty and keep replaying it.",
    )
