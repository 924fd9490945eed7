"""What the telematics domain offers."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import READ_ONLY, Computed, Resource, Scope, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Device, ObdTelemetry, Stop, Trip, VehicleLocation, VehicleState

OWN_TRIPS = "t.driver_id = %(actor_driver)s"

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
    Resource(
        model=Trip,
        domain="Telematics",
        label="Trip",
        plural="Trips",
        operations=("list", "get", "update"),
        writable=("usage_type", "business_purpose"),
        filters=("id", "vehicle_id", "driver_id", "started_at", "ended_at", "usage_type", "trip_number"),
        sorts=("started_at",),
        default_sort="-started_at",
        computed={
            "status": Computed(
                "CASE WHEN t.ended_at IS NULL THEN 'under_way' ELSE 'ended' END",
                Literal["under_way", "ended"],
                "Whether the vehicle is still on this trip",
            )
        },
        expand={"vehicle": "vehicle_id", "driver": "driver_id"},
        scope=vehicle_scope(own=OWN_TRIPS),
        list_columns=(
            "trip_number",
            "vehicle_id",
            "driver_id",
            "started_at",
            "distance_km",
            "duration_minutes",
        ),
        title_column="trip_number",
    ),
    Resource(
        model=Stop,
        domain="Telematics",
        label="Stop",
        plural="Stops",
        operations=READ_ONLY,
        hidden=("checkpoint",),
        filters=("id", "vehicle_id", "driver_id", "started_at", "ended_at"),
        sorts=("started_at",),
        default_sort="-started_at",
        expand={"vehicle": "vehicle_id", "driver": "driver_id"},
        scope=vehicle_scope(own=OWN_TRIPS),
        list_columns=("vehicle_id", "started_at", "duration_minutes", "idle_minutes"),
    ),
    Resource(
        model=Device,
        domain="Telematics",
        label="Device",
        plural="Devices",
        operations=("list", "get", "create", "update"),
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
        expand={"vehicle": "vehicle_id"},
        scope=Scope(),
        verbs=(
            Verb("adopt", "Take a quarantined device into use"),
            Verb("disable", "Stop accepting reports of a device"),
            Verb("reveal", "Show a device's secret identifier"),
        ),
        list_columns=("name", "status", "vehicle_id", "protocol", "last_report_at"),
        title_column="name",
    ),
)
