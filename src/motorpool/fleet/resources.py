"""What the fleet domain offers."""

from __future__ import annotations

from motorpool.core.resource.declaration import (
    APPEND_ONLY,
    FULL,
    READ_ONLY,
    Computed,
    Numbered,
    Resource,
    Scope,
)
from motorpool.fleet.models import (
    Department,
    Driver,
    DriverAssignment,
    Facility,
    MeterReading,
    Vehicle,
    VehicleGroup,
    VehicleMeter,
    VehicleReservation,
    Vendor,
)
from motorpool.fleet.rules.reservation_states import RESERVATION, decided_lock
from motorpool.fleet.shapes import OpeningHours

#: A driver's own vehicles are those assigned now.
DRIVEN_NOW = (
    "EXISTS (SELECT FROM driver_assignments a WHERE a.tenant_id = t.tenant_id AND a.vehicle_id = {vehicle} "
    "AND a.driver_id = %(actor_driver)s AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()))"
)
OF_VEHICLE = "EXISTS (SELECT FROM vehicles v WHERE v.tenant_id = t.tenant_id AND v.id = t.vehicle_id AND v.{column} = ANY ({ids}))"
VEHICLE_AT_FACILITY = OF_VEHICLE.format(column="facility_id", ids="%(reach_facilities)s")
VEHICLE_OF_DEPARTMENT = OF_VEHICLE.format(column="department_id", ids="%(reach_departments)s")
#: Rows that name a facility or a department themselves.
AT_FACILITY = "t.facility_id = ANY (%(reach_facilities)s)"
OF_DEPARTMENT = "t.department_id = ANY (%(reach_departments)s)"


def vehicle_scope(own: str | None = None, vehicle: str = "vehicle_id") -> Scope:
    """Rows that hang on a vehicle, named by the column `vehicle`: reached through its facility or department."""
    column = f"t.{vehicle}"
    return Scope(
        facility=VEHICLE_AT_FACILITY.replace("t.vehicle_id", column),
        department=VEHICLE_OF_DEPARTMENT.replace("t.vehicle_id", column),
        own=own or DRIVEN_NOW.format(vehicle=column),
    )


RESERVATION_WRITABLE = tuple(
    "vehicle_id vehicle_type starts_at ends_at driver_id department_id purpose usage_type destination passengers "
    "cargo pickup_facility_id return_facility_id odometer_out fuel_percent_out condition_out photos_out key_number "
    "odometer_in fuel_percent_in condition_in photos_in notes".split()
)

RESOURCES = (
    Resource(
        model=Vehicle,
        label="Vehicle",
        writable=tuple(
            "vehicle_number name status vin license_plate license_plate_region vehicle_type make model model_year trim "
            "body_class color fuel_type drive_type transmission engine gvwr_kg curb_weight_kg payload_kg height_m seats axles "
            "carries_hazmat tank_capacity_liters battery_capacity_kwh department_id facility_id vendor_id ownership acquired_on "
            "purchase_price in_service_on out_of_service_on disposed_on registration_expires_on speed_limit_kph notes "
            "metadata".split()
        ),
        sorts=("vehicle_number", "created_at", "status"),
        default_sort="vehicle_number",
        expand={"department": "department_id", "facility": "facility_id"},
        scope=Scope(facility=AT_FACILITY, department=OF_DEPARTMENT, own=DRIVEN_NOW.format(vehicle="t.id")),
        list_columns=("vehicle_number", "name", "status", "make", "model", "model_year", "license_plate"),
        title_column="vehicle_number",
        examples={"vehicle_number": "BUS-12", "vin": "1FTFW1ET9DFC10312", "make": "Ford", "model": "F-150"},
    ),
    Resource(
        model=Driver,
        label="Driver",
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
            department=OF_DEPARTMENT,
            own="t.id = %(actor_driver)s",
        ),
        list_columns=("full_name", "driver_number", "status", "license_class", "license_expires_on", "phone"),
        title_column="full_name",
    ),
    Resource(
        model=Facility,
        label="Facility",
        plural="Facilities",
        writable=tuple(
            "name code facility_type status address city region postal_code country latitude longitude time_zone phone "
            "capacity_vehicles opening_hours".split()
        ),
        filters=("id", "status", "code", "name"),
        sorts=("name", "code"),
        default_sort="name",
        shapes={"opening_hours": OpeningHours},
        scope=Scope(facility="t.id = ANY (%(reach_facilities)s)"),
        list_columns=("name", "code", "facility_type", "status", "city"),
        title_column="name",
    ),
    Resource(
        model=Department,
        label="Department",
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
        label="Vendor",
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
        label="Vehicle group",
        operations=FULL,
        writable=("name", "description", "color"),
        sorts=("name",),
        default_sort="name",
        list_columns=("name", "description"),
        title_column="name",
    ),
    Resource(
        model=DriverAssignment,
        label="Driver assignment",
        operations=FULL,
        writable=("starts_at", "ends_at", "source", "notes"),
        create_only=("vehicle_id", "driver_id"),
        filters=("id", "vehicle_id", "driver_id", "starts_at", "ends_at"),
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=("vehicle_id", "driver_id", "starts_at", "ends_at"),
    ),
    Resource(
        model=MeterReading,
        label="Meter reading",
        operations=APPEND_ONLY,
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
        model=VehicleMeter,
        label="Vehicle meter",
        operations=READ_ONLY,
        filters=("id", "vehicle_id"),
        scope=vehicle_scope(),
        list_columns=(
            "vehicle_id",
            "meter_type",
            "true_value",
            "recorded_at",
            "daily_use",
            "ignored_readings",
        ),
    ),
    Resource(
        model=VehicleReservation,
        label="Reservation",
        writable=RESERVATION_WRITABLE,
        locks=(decided_lock(RESERVATION_WRITABLE),),
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
            facility=f"t.pickup_facility_id = ANY (%(reach_facilities)s) OR {VEHICLE_AT_FACILITY}",
            department=OF_DEPARTMENT,
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
