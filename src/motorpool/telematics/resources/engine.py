"""Engine faults and fuel events, derived from engine readings."""

from __future__ import annotations

from motorpool.core.resource.declaration import READ_ONLY, Resource, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import FuelEvent, VehicleFault

RESOURCES = (
    Resource(
        model=VehicleFault,
        label="Vehicle fault",
        operations=READ_ONLY,
        verbs=(Verb("acknowledge", "Take note of a fault"),),
        default_sort="-first_seen_at",
        scope=vehicle_scope(),
        list_columns=(
            "code",
            "description",
            "severity",
            "status",
            "vehicle_id",
            "first_seen_at",
            "last_seen_at",
            "occurrence",
            "acknowledged_at",
        ),
        title_column="code",
    ),
    Resource(
        model=FuelEvent,
        label="Fuel event",
        operations=READ_ONLY,
        default_sort="-ended_at",
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=(
            "ended_at",
            "kind",
            "vehicle_id",
            "liters",
            "percent",
            "energy_kwh",
            "engine_state",
            "confidence",
        ),
        title_column="kind",
    ),
)
