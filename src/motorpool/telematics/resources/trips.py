"""Trips and stops, derived from positions."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import READ_ONLY, Computed, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Stop, Trip

OWN_TRIPS = "t.driver_id = %(actor_driver)s"

RESOURCES = (
    Resource(
        model=Trip,
        label="Trip",
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
        label="Stop",
        operations=READ_ONLY,
        hidden=("checkpoint",),
        filters=("id", "vehicle_id", "driver_id", "started_at", "ended_at"),
        sorts=("started_at",),
        default_sort="-started_at",
        scope=vehicle_scope(own=OWN_TRIPS),
        list_columns=("vehicle_id", "started_at", "duration_minutes", "idle_minutes"),
    ),
)
