"""Trackers and phones."""

from __future__ import annotations

from motorpool.core.resource.declaration import Computed, Resource, Verb
from motorpool.telematics.models import Device

RESOURCES = (
    Resource(
        model=Device,
        label="Device",
        writable=("name", "vehicle_id", "protocol", "model", "phone", "attributes"),
        create_only=("identifier",),
        hidden=("identifier",),
        computed={
            "identifier_hint": Computed(
                "left(t.identifier, 4) || '...'", str, "The identifier is a secret; `reveal` shows it"
            )
        },
        filters=("id", "status", "vehicle_id", "name"),
        sorts=("name", "status"),
        default_sort="name",
        verbs=(
            Verb("adopt", "Take a quarantined device into use"),
            Verb("disable", "Stop accepting reports of a device"),
            Verb("reveal", "Show a device's secret identifier"),
        ),
        list_columns=("name", "status", "vehicle_id", "protocol", "last_report_at"),
        title_column="name",
    ),
)
