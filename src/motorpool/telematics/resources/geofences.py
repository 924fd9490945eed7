"""Geofences and the log of what vehicles did at them."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, READ_ONLY, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import Geofence, GeofenceEvent
from motorpool.telematics.shapes import Polygon

RESOURCES = (
    Resource(
        model=Geofence,
        label="Geofence",
        operations=FULL,
        writable=tuple(
            "name description type center_lat center_lng radius_meters coordinates color is_active alert_on_entry "
            "alert_on_exit alert_on_dwell dwell_minutes vehicle_group_id metadata".split()
        ),
        shapes={"coordinates": Polygon},
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
