"""Bays, their bookings, technicians, when these work."""

from __future__ import annotations

from dataclasses import replace

from motorpool.core.resource.declaration import FULL, Computed, Resource, Scope, Verb
from motorpool.fleet.resources import AT_FACILITY, DRIVEN_NOW, VEHICLE_AT_FACILITY, vehicle_scope
from motorpool.maintenance.models import (
    ServiceBay,
    ServiceBaySchedule,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
)
from motorpool.maintenance.resources.scopes import TECHNICIAN_IS_ACTOR
from motorpool.maintenance.rules.shop_states import BAY_BOOKING, TECHNICIAN
from motorpool.maintenance.shapes import Certification

#: What hangs on a technician is reached through the technician's shop; one's own is what is about oneself.
OF_TECHNICIAN = Scope(
    facility="EXISTS (SELECT FROM technicians k WHERE k.tenant_id = t.tenant_id AND k.id = t.technician_id "
    "AND k.facility_id = ANY (%(reach_facilities)s))",
    own=TECHNICIAN_IS_ACTOR.format(column="technician_id"),
)
#: A booking is reached through its shop or its vehicle's home.
BOOKING_SCOPE = replace(
    vehicle_scope(
        own=f"{TECHNICIAN_IS_ACTOR.format(column='technician_id')} "
        f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}"
    ),
    facility=f"{VEHICLE_AT_FACILITY} OR EXISTS (SELECT FROM service_bays y WHERE y.tenant_id = t.tenant_id "
    "AND y.id = t.service_bay_id AND y.facility_id = ANY (%(reach_facilities)s))",
)
EXPIRED_CERTIFICATE = (
    "EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(t.certifications) WHEN 'array' THEN t.certifications END) c "
    "WHERE c ->> 'expiry_date' < %(today)s::text)"
)

RESOURCES = (
    Resource(
        model=ServiceBay,
        label="Service bay",
        operations=FULL,
        writable=tuple(
            "facility_id bay_name bay_number bay_type max_vehicle_weight_lbs max_lift_capacity_lbs equipment_available "
            "is_operational metadata".split()
        ),
        default_sort="bay_name",
        scope=Scope(facility=AT_FACILITY),
        list_columns=tuple(
            "bay_name bay_number facility_id bay_type is_operational current_work_order_id".split()
        ),
        title_column="bay_name",
        examples={"bay_name": "Bay 3, heavy lift", "bay_number": "3", "max_lift_capacity_lbs": 30000},
    ),
    Resource(
        model=ServiceBaySchedule,
        label="Bay booking",
        writable=("service_bay_id", "technician_id", "scheduled_start", "scheduled_end", "notes"),
        create_only=("work_order_id", "vehicle_id"),
        made_by=("created_by_user_id",),
        default_sort="-scheduled_start",
        states=BAY_BOOKING,
        verbs=(Verb("plan", "Plan the shop's open work orders and book the plan"),),
        scope=BOOKING_SCOPE,
        list_columns=tuple(
            "service_bay_id vehicle_id work_order_id technician_id scheduled_start scheduled_end status".split()
        ),
    ),
    Resource(
        model=Technician,
        label="Technician",
        writable=tuple(
            "user_id employee_id first_name last_name email phone facility_id specializations certifications hourly_rate "
            "hire_date metadata".split()
        ),
        filters=tuple("id status facility_id user_id last_name employee_id has_expired_certificate".split()),
        default_sort="last_name",
        states=TECHNICIAN,
        shapes={"certifications": list[Certification]},
        computed={
            "has_expired_certificate": Computed(
                EXPIRED_CERTIFICATE, bool, "One of the certificates is out of date today"
            )
        },
        scope=Scope(facility=AT_FACILITY, own="t.user_id = %(actor_user)s"),
        list_columns=tuple(
            "full_name employee_id status facility_id specializations has_expired_certificate phone".split()
        ),
        title_column="full_name",
        examples={"first_name": "Rosa", "last_name": "Marin", "specializations": ["engine", "brakes"]},
    ),
    Resource(
        model=TechnicianShift,
        label="Technician shift",
        operations=FULL,
        writable=("weekday", "starts_at", "ends_at", "valid_from", "valid_until"),
        create_only=("technician_id",),
        default_sort="weekday",
        scope=OF_TECHNICIAN,
        list_columns=tuple("technician_id weekday starts_at ends_at valid_from valid_until".split()),
        examples={"weekday": 1, "starts_at": "07:00:00", "ends_at": "15:30:00"},
    ),
    Resource(
        model=TechnicianAbsence,
        label="Technician absence",
        operations=FULL,
        writable=("absence_type", "starts_at", "ends_at", "notes"),
        create_only=("technician_id",),
        made_by=("created_by_user_id",),
        default_sort="-starts_at",
        scope=OF_TECHNICIAN,
        list_columns=tuple("technician_id absence_type starts_at ends_at".split()),
        examples={"absence_type": "vacation"},
    ),
)
