"""What the system domain offers."""

from __future__ import annotations

from motorpool.core.audit.models import AuditTrail
from motorpool.core.resource.declaration import READ_ONLY, Resource

RESOURCES = (
    Resource(
        model=AuditTrail,
        domain="System",
        label="Audit entry",
        plural="Audit trail",
        operations=READ_ONLY,
        filters=("id", "table_name", "record_id", "operation", "user_id", "occurred_at"),
        sorts=("occurred_at",),
        default_sort="-occurred_at",
        points_to={"user_id": "users"},
        expand={"user": "user_id"},
        list_columns=("occurred_at", "user_id", "operation", "table_name", "record_id", "changed_fields"),
    ),
)
