"""People, suppliers and makes for the demonstration: all made up, since the recordings name none."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains.fleet_of import DemoFleet
from motorpool.demo.domains.inserting import add

#: Role, name. They cannot sign in: nobody knows a password for them.
PEOPLE = (
    ("fleet_manager", "Maria Alvarez"),
    ("dispatcher", "Dennis Okafor"),
    ("technician", "Tom Lindqvist"),
    ("technician", "Aisha Rahman"),
    ("safety_officer", "Grace Chen"),
    ("accountant", "Peter Novak"),
)
SUPPLIERS = (
    ("Bayside Truck & Auto Parts", "VEN-001", ["parts"], "San Francisco", 30),
    ("Golden Gate Fleet Service", "VEN-002", ["service"], "San Francisco", 30),
    ("Pacific Fuel Network", "VEN-003", ["fuel"], "Oakland", 14),
    ("Mission Tire Company", "VEN-004", ["tires"], "San Francisco", 30),
    ("Harbor Mutual Insurance", "VEN-005", ["insurance"], "San Jose", 60),
    ("Embarcadero Body Works", "VEN-006", ["service", "body"], "San Francisco", 45),
    ("Peninsula Fleet Leasing", "VEN-007", ["leasing"], "San Mateo", 10),
    ("Bay Crossing Towing", "VEN-008", ["towing"], "Oakland", 30),
    ("Alcatraz Charging Systems", "VEN-009", ["charging"], "San Francisco", 30),
    ("Dogpatch Workshop Supply", "VEN-010", ["equipment", "supplies"], "San Francisco", 30),
)
#: Make, model, first year, last year, kilograms of gross weight, litres in the tank.
CABS = (
    ("Ford", "Crown Victoria", 2005, 2008, 2480, 72),
    ("Toyota", "Prius", 2005, 2008, 1795, 45),
    ("Ford", "Escape Hybrid", 2006, 2008, 2130, 57),
    ("Toyota", "Sienna", 2005, 2008, 2495, 76),
)


def people(connection: psycopg.Connection[Any], tenant: UUID) -> DemoFleet:
    """Add colleagues and suppliers, complete the vehicles, and gather what the domains refer to."""
    users = add(
        connection,
        "users",
        tenant,
        [
            {
                "email": f"{name.split()[0].lower()}@motorpool.local",
                "display_name": name,
                "status": "active",
            }
            for _, name in PEOPLE
        ],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO user_roles (tenant_id, user_id, role_id) SELECT tenant_id, %s, id FROM roles "
            "WHERE tenant_id = %s AND role_name = %s ON CONFLICT (tenant_id, user_id, role_id) DO NOTHING",
            [(user, tenant, role) for user, (role, _) in zip(users, PEOPLE, strict=True)],
        )
    add(
        connection,
        "vendors",
        tenant,
        [
            {
                "name": name,
                "vendor_number": number,
                "vendor_types": kinds,
                "city": city,
                "region": "California",
                "country": "US",
                "payment_terms_days": days,
                "notes": "Made up for the demonstration",
            }
            for name, number, kinds, city, days in SUPPLIERS
        ],
    )
    _complete_cabs(connection, tenant)
    return gather(connection, tenant)


def _complete_cabs(connection: psycopg.Connection[Any], tenant: UUID) -> None:
    cabs = connection.execute(
        "SELECT v.id FROM vehicles v JOIN facilities f ON f.tenant_id = v.tenant_id AND f.id = v.facility_id "
        "WHERE v.tenant_id = %s AND f.code = 'SF' ORDER BY v.vehicle_number",
        (tenant,),
    ).fetchall()
    rows = []
    for number, (key,) in enumerate(cabs):
        make, model, first, last, weight, tank = CABS[number * 7 % len(CABS)]
        year = first + number % (last - first + 1)
        plate = f"7{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}X{number:03}"
        bought = date(year, 1 + number % 12, 1 + number % 28)
        rows.append((make, model, year, weight, tank, plate, bought, tenant, key))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE vehicles SET make = coalesce(make, %s), model = coalesce(model, %s), model_year = coalesce(model_year, %s), "
            "gvwr_kg = %s, tank_capacity_liters = CASE WHEN battery_capacity_kwh IS NULL THEN %s::numeric END, "
            "license_plate = %s, acquired_on = %s, fuel_type = coalesce(fuel_type, 'gasoline'), seats = 5, ownership = 'owned', "
            "license_plate_region = 'CA', notes = notes || '. Make, model and plate are made up' "
            "WHERE tenant_id = %s AND id = %s",
            rows,
        )


def gather(connection: psycopg.Connection[Any], tenant: UUID) -> DemoFleet:
    """Ids of the demonstration's rows, San Francisco first; for each kind of vendor the one with the lowest number."""

    def ids(table: str, order: str) -> list[UUID]:
        rows = connection.execute(f"SELECT id FROM {table} WHERE tenant_id = %s ORDER BY {order}", (tenant,))
        return [row[0] for row in rows]

    sellers = connection.execute(
        "SELECT id, vendor_types FROM vendors WHERE tenant_id = %s ORDER BY vendor_number", (tenant,)
    ).fetchall()
    return DemoFleet(
        users=ids("users", "created_at, id"),
        vehicles=ids("vehicles", "make IS NULL, vehicle_number"),
        drivers=ids("drivers", "driver_number"),
        facilities=ids("facilities", "code <> 'SF', code"),
        vendors={kind: key for key, kinds in reversed(sellers) for kind in kinds},
        departments=ids("departments", "code"),
    )
