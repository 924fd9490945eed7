"""Telematics, complete: fences, behaviour, engine faults, fuel, routes, devices, connectors, road data."""

from __future__ import annotations

from motorpool.migrations.sql import downgrade_by_files, upgrade_by_files

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_by_files(revision)


def downgrade() -> None:
    downgrade_by_files(revision)
