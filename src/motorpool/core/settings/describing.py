"""The settings as `motorpool settings` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from motorpool.core.settings.loading import SECTIONS, Settings, is_secret, variable_name


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
