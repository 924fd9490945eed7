"""Planned routes."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, Resource, States
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Route
from motorpool.telematics.shapes import RouteStop

RESOURCES = (
    Resource(
        model=Route,
        label="Route",
        writable=tuple(
            "route_name description stops polyline total_distance_km estimated_duration_minutes "
            "optimization_criteria assigned_vehicle_id assigned_driver_id scheduled_date actual_trip_id".split()
        ),
        made_by=("created_by_user_id",),
        shapes={"stops": list[RouteStop]},
        states=States(
            "status",
            (
                Move(
                    "start",
                    "active",
                    leaves=("planned",),
                    summary="Start a route",
                    takes=("assigned_vehicle_id", "assigned_driver_id"),
                    stamps={"started_at": "now"},
                    unless=(
                        ("t.assigned_vehicle_id IS NULL", "a route without a vehicle cannot be started"),
                    ),
                ),
                Move(
                    "complete",
                    "completed",
                    leaves=("active",),
                    summary="Complete a route",
                    takes=("actual_trip_id",),
                    stamps={"completed_at": "now"},
                ),
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("planned", "active"),
                    summary="Cancel a route",
                    final=True,
                ),
                Move(
                    "replan",
                    "planned",
                    leaves=("active", "completed", "cancelled"),
                    summary="Put a route back to planned",
                    takes=("scheduled_date",),
                    stamps={"started_at": None, "completed_at": None},
                ),
            ),
        ),
        default_sort="-scheduled_date",
        scope=vehicle_scope("t.assigned_driver_id = %(actor_driver)s", "assigned_vehicle_id"),
        list_columns=(
            "route_name",
            "scheduled_date",
            "status",
            "assigned_vehicle_id",
            "assigned_driver_id",
            "total_distance_km",
            "estimated_duration_minutes",
        ),
        title_column="route_name",
        examples={
            "route_name": "North side parks",
            "optimization_criteria": "shortest",
            "stops": [
                {"order": 1, "address": "1 Ferry Building", "lat": 37.7955, "lng": -122.3937, "duration": 10}
            ],
        },
    ),
)
