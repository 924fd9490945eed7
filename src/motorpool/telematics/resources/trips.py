"""Trips and stops, derived from positions, and what people say about them."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Resource, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import MileageRate, Stop, Trip, TripEdit, TripRule
from motorpool.telematics.rules.classification import WeeklyHours

OWN_TRIPS = "t.driver_id = %(actor_driver)s"

RESOURCES = (
    Resource(
        model=Trip,
        label="Trip",
        operations=("list", "get", "update"),
        writable=("usage_type", "business_purpose", "business_percent"),
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
        verbs=(
            Verb("merge", "Join a trip with the ones that follow it"),
            Verb("split", "Cut a trip in two"),
        ),
        scope=vehicle_scope(own=OWN_TRIPS),
        list_columns=(
            "trip_number",
            "driver_id",
            "vehicle_id",
            "started_at",
            "distance_km",
            "duration_minutes",
            "usage_type",
            "business_purpose",
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
    Resource(
        model=TripRule,
        label="Trip rule",
        operations=FULL,
        writable=tuple(
            "name position is_active vehicle_id driver_id vehicle_group_id hours_match hours start_geofence_id "
            "start_facility_id end_geofence_id end_facility_id facility_radius_m usage_type business_purpose".split()
        ),
        shapes={"hours": WeeklyHours},
        default_sort="position",
        verbs=(Verb("apply", "Classify the trips of a period by the rules again"),),
        list_columns=(
            "name",
            "position",
            "is_active",
            "usage_type",
            "business_purpose",
            "hours_match",
            "driver_id",
            "vehicle_id",
        ),
        title_column="name",
        examples={
            "name": "Customer visits in working hours",
            "usage_type": "business",
            "business_purpose": "Customer visits",
            "hours_match": "inside",
            "hours": {"mon": [{"start": "08:00", "end": "18:00"}]},
            "facility_radius_m": 200,
            "position": 10,
        },
    ),
    Resource(
        model=TripEdit,
        label="Trip edit",
        operations=READ_ONLY,
        filters=("id", "vehicle_id", "starts_at", "created_at"),
        sorts=("created_at",),
        default_sort="-created_at",
        verbs=(Verb("undo", "Take a join or a cut of trips back"),),
        scope=vehicle_scope(),
        list_columns=(
            "kind",
            "vehicle_id",
            "starts_at",
            "ends_at",
            "reason",
            "made_by_user_id",
            "created_at",
            "undone_at",
        ),
        title_column="kind",
    ),
    Resource(
        model=MileageRate,
        label="Mileage rate",
        operations=FULL,
        writable=("kind", "valid_from", "rate_per_mile", "currency", "source"),
        default_sort="-valid_from",
        list_columns=("valid_from", "kind", "rate_per_mile", "currency", "source"),
        title_column="kind",
        examples={"kind": "own", "valid_from": "2026-01-01", "rate_per_mile": "0.45", "currency": "USD"},
    ),
)
