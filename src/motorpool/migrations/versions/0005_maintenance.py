"""Maintenance: inspections and their forms, purchase suggestions, plans of the shop, availability."""

from __future__ import annotations

from motorpool.migrations.sql import downgrade_by_files, upgrade_by_files

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_by_files(revision)


def downgrade() -> None:
    downgrade_by_files(revision)
