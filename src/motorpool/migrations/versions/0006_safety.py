"""Safety: meetings, supporting documents, hours worked for OSHA, and what goes with them."""

from __future__ import annotations

from motorpool.migrations.sql import downgrade_by_files, upgrade_by_files

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_by_files(revision)


def downgrade() -> None:
    downgrade_by_files(revision)
