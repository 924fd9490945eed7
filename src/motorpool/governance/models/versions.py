"""What tables of texts that come in versions have in common."""

from __future__ import annotations

from sqlalchemy import Index, text

from motorpool.core.database.models import short_name


def one_in_force(table: str, key: str, state: str) -> Index:
    """At most one version of each text in this state, also when two people put theirs into force at the same moment."""
    return Index(
        short_name(f"uq_{table}_tenant_id_{key}_{state}"),
        "tenant_id",
        key,
        unique=True,
        postgresql_where=text(f"status = '{state}'"),
    )
