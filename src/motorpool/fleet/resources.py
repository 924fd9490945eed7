"""What the fleet domain offers."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, RETIRED, Computed, Numbered, Resource, Scope
from motorpool.fleet.models import (
    Department,
    Driver,
    DriverAssignment,
    Facility,
    MeterReading,
    Vehicle,
    VehicleGroup,
    VehicleReservation,
    Vendor,
)
from motorpool.fleet.rules.reservation_states import RESERVATION

#: A driver's own vehicles are those assigned now.
DRIVEN_NOW = (
    "EXISTS (SELECT FROM driver_assignments a WHERE a.tenant_id = t.tenant_id AND a.vehicle_id = {vehicle} "
    "AND a.driver_id = %(actor_driver)s AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()))"
)
OF_VEHICLE = "EXISTS (SELECT FROM vehicles v WHERE v.tenant_id = t.tenant_id AND v.id = t.vehicle_id AND v.{column} = ANY ({ids}))"


def vehicle_scope(own: str | None = None) -> Scope:
    """Rows that hang on a vehicle: reached through the vehicle's facility or department."""
    return Scope(
        facility=OF_VEHICLE.format(column="facility_id", ids="%(reach_facilities)s"),
        department=OF_VEHICLE.format(column="department_id", ids="%(reach_departments)s"),
        own=own or DRIVEN_NOW.format(vehicle="t.vehicle_id"),
    )


RESOURCES = (
    Resource(
        model=Vehicle,
        domain="Fleet",
        label="Vehicle",
        plural="Vehicles",
        operations=RETIRED,
        writable=tuple(
            "vehicle_number name status vin license_plate license_plate_region vehicle_type make model model_year trim "
            "body_class color fuel_type drive_type transmission engine gvwr_kg curb_weight_kg payload_kg seats axles "
            "tank_capacity_liters battery_capacity_kwh department_id facility_id vendor_id ownership acquired_on "
            "purchase_price in_service_on out_of_service_on disposed_on registration_expires_on speed_limit_kph notes "
            "metadata".split()
        ),
        filters=(
            "id",
            "vehicle_number",
            "status",
            "vin",
            "license_plate",
            "department_id",
            "facility_id",
            "created_at",
        ),
        sorts=("vehicle_number", "created_at", "status"),
        default_sort="vehicle_number",
        expand={"department": "department_id", "facility": "facility_id"},
        scope=Scope(
            facility="t.facility_id = ANY (%(reach_facilities)s)",
            department="t.department_id = ANY (%(reach_departments)s)",
            own=DRIVEN_NOW.format(vehicle="t.id"),
        ),
        list_columns=("vehicle_number", "name", "status", "make", "model", "model_year", "license_plate"),
        title_column="vehicle_number",
        examples={"vehicle_number": "BUS-12", "vin": "1FTFW1ET5DFC10312", "make": "Ford", "model": "F-150"},
    ),
    Resource(
        model=Driver,
        domain="Fleet",
        label="Driver",
        plural="Drivers",
        writable=tuple(
            "full_name driver_number status user_id department_id home_facility_id email phone date_of_birth hired_on "
            "ended_on license_number license_class license_region license_endorsements license_restrictions "
            "license_expires_on medical_card_expires_on identification_tag emergency_contact_name "
            "emergency_contact_phone notes".split()
        ),
        filters=("id", "status", "driver_number", "department_id", "license_expires_on", "user_id"),
        sorts=("full_name", "driver_number", "license_expires_on"),
        default_sort="full_name",
        expand={"department": "department_id", "home_facility": "home_facility_id"},
        scope=Scope(
            facility="t.home_facility_id = ANY (%(reach_facilities)s)",
            department="t.department_id = ANY (%(reach_departments)s)",
            own="t.id = %(actor_driver)s",
        ),
        list_columns=("full_name", "driver_number", "status", "license_class", "license_expires_on", "phone"),
        title_column="full_name",
    ),
    Resource(
        model=Facility,
        domain="Fleet",
        label="Facility",
        plural="Facilities",
        writable=tuple(
            "name code facility_type status address city region postal_code country latitude longitude time_zone phone "
            "capacity_vehicles opening_hours".split()
        ),
        filters=("id", "status", "code", "name"),
        sorts=("name", "code"),
        default_sort="name",
        scope=Scope(facility="t.id = ANY (%(reach_facilities)s)"),
        list_columns=("name", "code", "facility_type", "status", "city"),
        title_column="name",
    ),
    Resource(
        model=Department,
        domain="Fleet",
        label="Department",
        plural="Departments",
        writable=("name", "code", "parent_department_id", "manager_user_id", "cost_center", "is_active"),
        filters=("id", "code", "name"),
        sorts=("name", "code"),
        default_sort="name",
        scope=Scope(department="t.id = ANY (%(reach_departments)s)"),
        list_columns=("name", "code", "cost_center", "is_active"),
        title_column="name",
    ),
    Resource(
        model=Vendor,
        domain="Fleet",
        label="Vendor",
        plural="Vendors",
        writable=tuple(
            "name vendor_number vendor_types status contact_name email phone website address city region postal_code "
            "country tax_number payment_terms_days currency notes".split()
        ),
        filters=("id", "status", "name", "vendor_number"),
        sorts=("name", "vendor_number"),
        default_sort="name",
        list_columns=("name", "vendor_number", "vendor_types", "status", "phone"),
        title_column="name",
    ),
    Resource(
        model=VehicleGroup,
        domain="Fleet",
        label="Vehicle group",
        plural="Vehicle groups",
        operations=FULL,
        writable=("name", "description", "color"),
        filters=("id", "name"),
        sorts=("name",),
        default_sort="name",
        list_columns=("name", "description"),
        title_column="name",
    ),
    Resource(
        model=DriverAssignment,
        domain="Fleet",
        label="Driver assignment",
        plural="Driver assignments",
        operations=FULL,
        writable=("starts_at", "ends_at", "source", "notes"),
        create_only=("vehicle_id", "driver_id"),
        filters=("id", "vehicle_id", "driver_id", "starts_at", "ends_at"),
        default_sort="-id",
        expand={"vehicle": "vehicle_id", "driver": "driver_id"},
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=("vehicle_id", "driver_id", "starts_at", "ends_at"),
    ),
    Resource(
        model=MeterReading,
        domain="Fleet",
        label="Meter reading",
        plural="Meter readings",
        operations=("list", "get", "create"),
        writable=(
            "meter_type",
            "value",
            "replacement_offset",
            "recorded_at",
            "source",
            "is_replacement",
            "notes",
        ),
        create_only=("vehicle_id",),
        filters=("id", "vehicle_id", "meter_type", "recorded_at"),
        sorts=("recorded_at",),
        default_sort="-recorded_at",
        expand={"vehicle": "vehicle_id"},
        scope=vehicle_scope(),
        list_columns=("vehicle_id", "meter_type", "value", "recorded_at", "source"),
    ),
    Resource(
        model=VehicleReservation,
        label="Reservation",
        writable=tuple(
            "vehicle_id vehicle_type starts_at ends_at driver_id department_id purpose usage_type destination passengers "
            "cargo pickup_facility_id return_facility_id odometer_out fuel_percent_out condition_out odometer_in "
            "fuel_percent_in condition_in notes".split()
        ),
        create_only=("reservation_number",),
        numbered=Numbered("reservation_number", "RES-{year}-{number:05}"),
        made_by=("requested_by_user_id",),
        default_sort="-starts_at",
        states=RESERVATION,
        computed={
            "is_late": Computed(
                "t.status = 'handed_over' AND t.ends_at < now()", bool, "Should have been returned by now"
            )
        },
        scope=Scope(
            facility="t.pickup_facility_id = ANY (%(reach_facilities)s) OR "
            + OF_VEHICLE.format(column="facility_id", ids="%(reach_facilities)s"),
            department="t.department_id = ANY (%(reach_departments)s)",
            own="t.requested_by_user_id = %(actor_user)s OR t.driver_id = %(actor_driver)s",
        ),
        list_columns=tuple(
            "reservation_number status vehicle_id driver_id starts_at ends_at purpose is_late".split()
        ),
        title_column="reservation_number",
        examples={
            "purpose": "Inspection of the Marina storm drains",
            "destination": "Marina",
            "passengers": 2,
        },
    ),
)
