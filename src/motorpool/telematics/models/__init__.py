"""Devices, positions, engine data and what is derived from them."""

from motorpool.telematics.models.behaviour import (
    BehaviorThreshold,
    CoachingSession,
    DriverScoreWeight,
    StreetLimit,
)
from motorpool.telematics.models.derived import DerivationState, DerivationWork, Stop, Trip, VehicleState
from motorpool.telematics.models.devices import (
    EVENT_CODES,
    Device,
    DeviceCommand,
    DeviceConnection,
    DeviceDirectory,
    DeviceEvent,
    DeviceSession,
)
from motorpool.telematics.models.driving import DriverBehaviorEvent, VideoTelematicsFootage
from motorpool.telematics.models.engine import FuelEvent, VehicleFault
from motorpool.telematics.models.geofences import Geofence, GeofenceEvent, GeofenceVisit
from motorpool.telematics.models.map_views import MapView
from motorpool.telematics.models.road_data import (
    EvChargingStation,
    RoadFeed,
    TollPlaza,
    TrafficCamera,
    WeatherObservation,
    WeatherStation,
)
from motorpool.telematics.models.routes import Route, RouteStop
from motorpool.telematics.models.series import ObdTelemetry, VehicleLocation
from motorpool.telematics.models.trip_rules import MileageRate, TripEdit, TripRule

__all__ = [
    "EVENT_CODES",
    "BehaviorThreshold",
    "CoachingSession",
    "DerivationState",
    "DerivationWork",
    "Device",
    "DeviceCommand",
    "DeviceConnection",
    "DeviceDirectory",
    "DeviceEvent",
    "DeviceSession",
    "DriverBehaviorEvent",
    "DriverScoreWeight",
    "EvChargingStation",
    "FuelEvent",
    "Geofence",
    "GeofenceEvent",
    "GeofenceVisit",
    "MapView",
    "MileageRate",
    "ObdTelemetry",
    "RoadFeed",
    "Route",
    "RouteStop",
    "Stop",
    "StreetLimit",
    "TollPlaza",
    "TrafficCamera",
    "Trip",
    "TripEdit",
    "TripRule",
    "VehicleFault",
    "VehicleLocation",
    "VehicleState",
    "VideoTelematicsFootage",
    "WeatherObservation",
    "WeatherStation",
]
