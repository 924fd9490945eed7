"""Vehicles, drivers, places and partners: what every other domain refers to."""

from motorpool.fleet.models.meters import VehicleMeter
from motorpool.fleet.models.organisation import Department, Facility, VehicleGroup, VehicleGroupMember, Vendor
from motorpool.fleet.models.people import Driver, DriverAssignment
from motorpool.fleet.models.reservations import VehicleReservation
from motorpool.fleet.models.vehicles import MeterReading, Vehicle

__all__ = [
    "Department",
    "Driver",
    "DriverAssignment",
    "Facility",
    "MeterReading",
    "Vehicle",
    "VehicleGroup",
    "VehicleGroupMember",
    "VehicleMeter",
    "VehicleReservation",
    "Vendor",
]
