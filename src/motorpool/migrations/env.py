"""Alembic's entry: one connection as the owner, one transaction a revision."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from motorpool.core.database.catalogue import load_metadata
from motorpool.migrations.compare import include_object

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=load_metadata(),
    include_object=include_object,
    transaction_per_migration=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
