"""Bring a database to the program's version, and tell whether it is."""

from __future__ import annotations

import warnings
from importlib import resources

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.errors import ConfigurationError

LOCK_KEY = 7_305_117_001


def owner_engine(owner_url: str) -> Engine:
    """A synchronous engine of the owner's role; libpq and SQLAlchemy forms of the address are both fine."""
    return create_engine(sqlalchemy_url(owner_url), pool_size=1, max_overflow=0)


def sqlalchemy_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ConfigurationError(
            "MOTORPOOL_DATABASE_URL must look like postgresql://user:password@host:5432/name"
        )
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else url


def alembic_config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("motorpool") / "migrations"))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> set[str]:
    """Every revision that this program has."""
    script = ScriptDirectory.from_config(alembic_config(None))
    return {step.revision for step in script.walk_revisions()}


def upgrade(owner_url: str, revision: str = "head") -> list[str]:
    """Run what is missing, one process at a time; return the revisions that were run."""
    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({LOCK_KEY})"))
            connection.commit()
            before = _current(connection)
            config = alembic_config(connection)
            command.upgrade(config, revision)
            script = ScriptDirectory.from_config(config)
            head = _current(connection)
            connection.execute(text(f"SELECT pg_advisory_unlock({LOCK_KEY})"))
            connection.commit()
            if head is None or head == before:
                return []
            return [step.revision for step in script.iterate_revisions(head, before or "base")]
    finally:
        engine.dispose()


def downgrade(owner_url: str, revision: str) -> None:
    """Undo revisions down to (not including) `revision`; for tests and development."""
    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            command.downgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def pending(owner_url: str) -> list[str]:
    """Revisions that the database lacks."""
    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            script = ScriptDirectory.from_config(alembic_config(connection))
            current = _current(connection)
            return [step.revision for step in script.iterate_revisions("heads", current or "base")]
    finally:
        engine.dispose()


def drift(owner_url: str) -> list[str]:
    """Differences between the models and the live catalog, as sentences; empty when they are in step."""
    from motorpool.migrations.compare import include_object

    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": include_object})
            with warnings.catch_warnings():
                # The operator class of an index on vectors cannot be compared; the catalog test looks at those.
                warnings.filterwarnings("ignore", message=".*include an operator clause")
                return [str(difference) for difference in compare_metadata(context, load_metadata())]
    finally:
        engine.dispose()


def _current(connection: Connection) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    connection.commit()
    return current
