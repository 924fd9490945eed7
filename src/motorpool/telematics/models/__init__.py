"""Devices, positions, engine data and what is derived from them."""

from motorpool.telematics.models.derived import DerivationState, DerivationWork, Stop, Trip, VehicleState
from motorpool.telematics.models.devices import Device, DeviceDirectory
from motorpool.telematics.models.driving import DriverBehaviorEvent, VideoTelematicsFootage
from motorpool.telematics.models.geofences import Geofence, GeofenceEvent
from motorpool.telematics.models.road_data import EvChargingStation, TollPlaza, TrafficCamera, WeatherStation
from motorpool.telematics.models.routes import Route
from motorpool.telematics.models.series import ObdTelemetry, VehicleLocation

__all__ = [
    "DerivationState",
    "DerivationWork",
    "Device",
    "DeviceDirectory",
    "DriverBehaviorEvent",
    "EvChargingStation",
    "Geofence",
    "GeofenceEvent",
    "ObdTelemetry",
    "Route",
    "Stop",
    "TollPlaza",
    "TrafficCamera",
    "Trip",
    "VehicleLocation",
    "VehicleState",
    "VideoTelematicsFootage",
    "WeatherStation",
]
