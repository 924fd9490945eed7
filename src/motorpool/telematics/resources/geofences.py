"""Geofences and the log of what vehicles did at them."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Geofence, GeofenceEvent, GeofenceVisit
from motorpool.telematics.shapes import Polygon

RESOURCES = (
    Resource(
        model=Geofence,
        label="Geofence",
        operations=FULL,
        writable=tuple(
            "name description type center_lat center_lng radius_meters coordinates color is_active alert_on_entry "
            "alert_on_exit alert_on_dwell dwell_minutes speed_limit_kph vehicle_group_id applies_from metadata".split()
        ),
        shapes={"coordinates": Polygon},
        rules=(
            (
                "t.type <> 'circle' OR abs(t.center_lat) + t.radius_meters / 111000.0 < 90",
                "radius_meters",
                "a circle must not reach over a pole",
            ),
            (
                "t.type <> 'circle' OR abs(t.center_lng) + t.radius_meters "
                "/ (111000.0 * greatest(cos(radians(t.center_lat::float8)), 0.000001)) < 180",
                "center_lng",
                "a circle must not reach over the antimeridian: draw one on either side",
            ),
        ),
        default_sort="name",
        list_columns=(
            "name",
            "type",
            "is_active",
            "alert_on_entry",
            "alert_on_exit",
            "alert_on_dwell",
            "vehicle_group_id",
        ),
        title_column="name",
        examples={
            "name": "Yellow Cab depot",
            "type": "circle",
            "center_lat": "37.7512",
            "center_lng": "-122.3951",
            "radius_meters": 150,
            "color": "#1f6feb",
            "coordinates": {
                "type": "Polygon",
                "coordinates": [
                    [[-122.396, 37.75], [-122.394, 37.75], [-122.394, 37.752], [-122.396, 37.75]],
                ],
            },
        },
    ),
    Resource(
        model=GeofenceVisit,
        label="Geofence visit",
        operations=READ_ONLY,
        default_sort="-entered_at",
        computed={
            "minutes": Computed(
                "round(extract(epoch FROM coalesce(t.left_at, now()) - t.entered_at) / 60, 1)::float8",
                float,
                "min inside, so far if the vehicle is still there",
            ),
        },
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=("entered_at", "left_at", "minutes", "geofence_id", "vehicle_id", "driver_id"),
    ),
    Resource(
        model=GeofenceEvent,
        label="Geofence event",
        operations=READ_ONLY,
        default_sort="-recorded_at",
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=(
            "recorded_at",
            "geofence_id",
            "event_type",
            "vehicle_id",
            "driver_id",
            "dwell_duration_minutes",
        ),
    ),
)
