"""What the classes of settings have in common."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict


def section(prefix: str) -> SettingsConfigDict:
    """Configuration of a class whose variables begin with `prefix`."""
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )
