"""What vehicles report, and where they are now."""

from __future__ import annotations

from motorpool.core.resource.declaration import READ_ONLY, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import ObdTelemetry, VehicleLocation, VehicleState

RESOURCES = (
    Resource(
        model=VehicleLocation,
        label="Position",
        operations=READ_ONLY,
        filters=("vehicle_id", "recorded_at", "id"),
        default_sort="-recorded_at",
        points_to={"vehicle_id": "vehicles"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "recorded_at", "latitude", "longitude", "speed"),
    ),
    Resource(
        model=ObdTelemetry,
        label="Engine reading",
        operations=READ_ONLY,
        filters=("vehicle_id", "recorded_at", "id"),
        default_sort="-recorded_at",
        points_to={"vehicle_id": "vehicles"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "recorded_at", "rpm", "speed", "coolant_temp"),
    ),
    Resource(
        model=VehicleState,
        label="Vehicle state",
        operations=READ_ONLY,
        key="vehicle_id",
        filters=("vehicle_id", "recorded_at", "motion", "driver_id"),
        default_sort="vehicle_id",
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "motion", "recorded_at", "latitude", "longitude", "speed"),
        title_column="vehicle_id",
    ),
)
