"""Every setting of Motorpool, one small frozen class per concern.

A value comes from the environment variable named after it (`MOTORPOOL_PORT`), else from the same name in a
`.env` file in the working directory, else from the default written in its class. `load_settings()` reads them once
at the edge of a program; everything below is handed the `Settings` object and never looks at the
environment.
"""

from __future__ import annotations

from motorpool.core.settings.describing import describe
from motorpool.core.settings.loading import (
    SECTIONS,
    Settings,
    load_settings,
    unknown_variables,
    variable_name,
)
from motorpool.core.settings.program import ExportSettings, OutgoingSettings, SmtpSettings
from motorpool.core.settings.telematics import FootageSettings, GatewaySettings, TripSettings

__all__ = [
    "SECTIONS",
    "ExportSettings",
    "FootageSettings",
    "GatewaySettings",
    "OutgoingSettings",
    "Settings",
    "SmtpSettings",
    "TripSettings",
    "describe",
    "load_settings",
    "unknown_variables",
    "variable_name",
]
