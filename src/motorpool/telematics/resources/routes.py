"""Planned routes and their stops. Whether vehicle and driver can be used is asked by `telematics.reactions`."""

from __future__ import annotations

from motorpool.core.resource.declaration import READ_ONLY, Lock, Move, Resource, Scope, States
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Route, RouteStop
from motorpool.telematics.shapes import PlannedStop

ROUTE_SCOPE = vehicle_scope("t.assigned_driver_id = %(actor_driver)s", "assigned_vehicle_id")
#: Their rows in route_stops are told apart by it.
STOPS_NUMBERED = (
    "t.status <> 'planned' OR CASE WHEN jsonb_typeof(t.stops) = 'array' THEN "
    "(SELECT count(*) = count(DISTINCT s -> 'order') FROM jsonb_array_elements(t.stops) AS s) ELSE true END"
)
WHOLE_START = "(t.start_lat IS NULL) = (t.start_lng IS NULL)"
WHOLE_END = "(t.end_lat IS NULL) = (t.end_lng IS NULL)"

WRITABLE = tuple(
    "route_name description stops polyline total_distance_km estimated_duration_minutes optimization_criteria "
    "assigned_vehicle_id assigned_driver_id scheduled_date actual_trip_id estimate_basis departs_at returns_at start_lat "
    "start_lng end_lat end_lng planned_fuel_liters deviation_threshold_m".split()
)
#: The plan itself; the rest of an active or finished route can still be put right.
PLAN = frozenset("stops polyline departs_at returns_at start_lat start_lng end_lat end_lng".split())

RESOURCES = (
    Resource(
        model=Route,
        label="Route",
        writable=WRITABLE,
        made_by=("created_by_user_id",),
        shapes={"stops": list[PlannedStop]},
        rules=(
            (STOPS_NUMBERED, "stops", "each stop needs an order of its own"),
            (WHOLE_START, "start_lng", "must be given together with start_lat"),
            (WHOLE_END, "end_lng", "must be given together with end_lat"),
        ),
        locks=(
            Lock(
                "t.status <> 'planned'",
                "The plan of a route that was started, completed or cancelled stays as it is; replan it first.",
                open=tuple(name for name in WRITABLE if name not in PLAN),
            ),
        ),
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
        scope=ROUTE_SCOPE,
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
            "deviation_threshold_m": 250,
            "stops": [
                {"order": 1, "address": "1 Ferry Building", "lat": 37.7955, "lng": -122.3937, "duration": 10}
            ],
        },
    ),
    Resource(
        model=RouteStop,
        label="Route stop",
        operations=READ_ONLY,
        default_sort="planned_arrival_at",
        scope=Scope(
            facility="EXISTS (SELECT FROM routes r JOIN vehicles v ON v.tenant_id = r.tenant_id "
            "AND v.id = r.assigned_vehicle_id WHERE r.tenant_id = t.tenant_id AND r.id = t.route_id "
            "AND v.facility_id = ANY (%(reach_facilities)s))",
            department="EXISTS (SELECT FROM routes r JOIN vehicles v ON v.tenant_id = r.tenant_id "
            "AND v.id = r.assigned_vehicle_id WHERE r.tenant_id = t.tenant_id AND r.id = t.route_id "
            "AND v.department_id = ANY (%(reach_departments)s))",
            own="EXISTS (SELECT FROM routes r WHERE r.tenant_id = t.tenant_id AND r.id = t.route_id "
            "AND r.assigned_driver_id = %(actor_driver)s)",
        ),
        list_columns=tuple("route_id position name address planned_arrival_at status arrived_at".split()),
        title_column="name",
    ),
)
