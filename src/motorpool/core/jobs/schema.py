"""The queue's own tables. They come from the library, as SQL text that it ships; migrations only say when."""

from __future__ import annotations

from importlib.metadata import version

from procrastinate.schema import SchemaManager

TABLES = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)


def schema_text() -> str:
    """All statements that a new database needs for the installed version."""
    return str(SchemaManager.get_schema())


def schema_version() -> str:
    return version("procrastinate")
