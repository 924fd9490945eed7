"""What vehicles report, and where they are now."""

from __future__ import annotations

from motorpool.core.resource.declaration import READ_ONLY, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import ObdTelemetry, VehicleLocation, VehicleState

RESOURCES = (
    Resource(
        model=VehicleLocation,
        domain="Telematics",
        label="Position",
        plural="Positions",
        operations=READ_ONLY,
        filters=("vehicle_id", "recorded_at", "id"),
        default_sort="-recorded_at",
        points_to={"vehicle_id": "vehicles"},
        expand={"vehicle": "vehicle_id"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "recorded_at", "latitude", "longitude", "speed"),
    ),
    Resource(
        model=ObdTelemetry,
        domain="Telematics",
        label="Engine reading",
        plural="Engine readings",
        operations=READ_ONLY,
        filters=("vehicle_id", "recorded_at", "id"),
        default_sort="-recorded_at",
        points_to={"vehicle_id": "vehicles"},
        expand={"vehicle": "vehicle_id"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "recorded_at", "rpm", "speed", "coolant_temp"),
    ),
    Resource(
        model=VehicleState,
        domain="Telematics",
        label="Vehicle state",
        plural="Vehicle states",
        operations=READ_ONLY,
        key="vehicle_id",
        filters=("vehicle_id", "recorded_at", "motion", "driver_id"),
        default_sort="vehicle_id",
        expand={"vehicle": "vehicle_id"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "motion", "recorded_at", "latitude", "longitude", "speed"),
        title_column="vehicle_id",
    ),
)
