"""What the telematics domain offers."""

from __future__ import annotations

from motorpool.telematics.resources import (
    behaviour,
    devices,
    driving,
    engine,
    geofences,
    positions,
    road_data,
    routes,
    trips,
)

RESOURCES = (
    *positions.RESOURCES,
    *trips.RESOURCES,
    *devices.RESOURCES,
    *geofences.RESOURCES,
    *driving.RESOURCES,
    *behaviour.RESOURCES,
    *engine.RESOURCES,
    *routes.RESOURCES,
    *road_data.RESOURCES,
)
