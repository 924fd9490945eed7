"""Reading the settings from the environment and the `.env` file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from motorpool.core.errors import ConfigurationError
from motorpool.core.settings.program import (
    DatabaseSettings,
    DataSettings,
    DemoSettings,
    ExportSettings,
    FilesSettings,
    HttpSettings,
    ImportSettings,
    LiveSettings,
    MapSettings,
    OutgoingSettings,
    SecuritySettings,
    SmtpSettings,
)
from motorpool.core.settings.telematics import (
    FenceSettings,
    FootageSettings,
    GatewaySettings,
    IngestSettings,
    RoadDataSettings,
    RoutingSettings,
    TripSettings,
)

#: Read by the build and the tests, not by the program; listed so that the check for misspelt names knows
#: them.
OTHER_VARIABLES = frozenset(
    {"MOTORPOOL_SKIP_ASSETS", "MOTORPOOL_REQUIRE_BROWSER", "MOTORPOOL_CHROMIUM", "MOTORPOOL_SUPERVISED"}
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


#: Name of each section -> its class, in the order in which they are shown.
SECTIONS: dict[str, type[BaseSettings]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type)
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


def is_secret(field: FieldInfo) -> bool:
    """Whether a value must not be printed."""
    extra = field.json_schema_extra
    return "SecretStr" in str(field.annotation) or (isinstance(extra, dict) and bool(extra.get("secret")))
