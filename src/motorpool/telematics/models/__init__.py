"""Devices, positions, engine data and what is derived from them."""

from motorpool.telematics.models.derived import DerivationState, DerivationWork, Stop, Trip, VehicleState
from motorpool.telematics.models.devices import Device, DeviceDirectory
from motorpool.telematics.models.series import ObdTelemetry, VehicleLocation

__all__ = [
    "DerivationState",
    "DerivationWork",
    "Device",
    "DeviceDirectory",
    "ObdTelemetry",
    "Stop",
    "Trip",
    "VehicleLocation",
    "VehicleState",
]
