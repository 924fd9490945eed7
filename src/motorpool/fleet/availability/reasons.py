"""Why a vehicle or driver may not be used, as the fleet's own tables tell.

Papers are valid on the day of their expiry, counted where the tenant is; the last day of the use decides. A status that
passes (in the shop, on leave) blocks what begins within a day and is only told for later.
"""

from __future__ import annotations

from motorpool.fleet.availability.registry import AT_ONCE, Reasons, Subject, day, during, moment, register
from motorpool.fleet.rules.commercial import HEAVY_KG, IS_COMMERCIAL, PASSENGER_SEATS

#: Days before the expiry from which it is told.
NOTICE_DAYS = 30
#: What passes until then is not held against a use that lies further ahead.
SOON = "%(starts_at)s < now() + interval '24 hours'"

OF_VEHICLE = "FROM vehicles v WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)"
OF_DRIVER = "FROM drivers d WHERE d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)"

VEHICLE_STATUS = f"""
SELECT v.id, v.status NOT IN ('in_shop', 'ordered') OR {SOON},
       CASE v.status WHEN 'ordered' THEN 'Ordered, not in service yet' WHEN 'in_shop' THEN 'In the shop'
                     WHEN 'out_of_service' THEN 'Out of service' WHEN 'retired' THEN 'Retired' ELSE 'Sold' END,
       NULL, NULL, 'vehicles', v.id
{OF_VEHICLE} AND v.status <> 'active'
"""
DRIVER_STATUS = f"""
SELECT d.id, d.status <> 'on_leave' OR {SOON},
       CASE d.status WHEN 'on_leave' THEN 'On leave' WHEN 'suspended' THEN 'Suspended' ELSE 'Does not drive any more' END,
       NULL, NULL, 'drivers', d.id
{OF_DRIVER} AND d.status <> 'active'
"""
DRIVER_LEFT = f"""
SELECT d.id, true, 'Employment ended on ' || {day("d.ended_on")}, NULL, NULL, 'drivers', d.id
{OF_DRIVER} AND d.ended_on < %(last_day)s
"""
HOLDING = (
    "r.tenant_id = %(tenant)s AND r.status IN ('approved', 'handed_over') "
    "AND r.id IS DISTINCT FROM %(except_id)s"
)
SPAN = f"{moment('r.starts_at')} || ' to ' || {moment('r.ends_at')} || ' (' || r.reservation_number || ')'"
RESERVED = f"""
SELECT r.vehicle_id, true, 'Reserved from ' || {SPAN}, r.starts_at, r.ends_at, 'vehicle_reservations', r.id
FROM vehicle_reservations r
WHERE {HOLDING} AND r.vehicle_id = ANY (%(vehicles)s) AND {during("r.starts_at", "r.ends_at")}
  AND (r.driver_id = ANY (%(drivers)s)) IS NOT TRUE
"""
LATE_BACK = f"""
SELECT r.vehicle_id, {AT_ONCE},
       'Not back yet, expected at ' || {moment("r.ends_at")} || ' (' || r.reservation_number || ')',
       r.ends_at, NULL, 'vehicle_reservations', r.id
FROM vehicle_reservations r
WHERE {HOLDING} AND r.vehicle_id = ANY (%(vehicles)s) AND r.status = 'handed_over' AND r.ends_at <= now()
"""
DRIVER_RESERVED = f"""
SELECT r.driver_id, true, 'Has another vehicle from ' || {SPAN}, r.starts_at, r.ends_at, 'vehicle_reservations', r.id
FROM vehicle_reservations r
WHERE {HOLDING} AND r.driver_id = ANY (%(drivers)s) AND {during("r.starts_at", "r.ends_at")}
  AND cardinality(%(vehicles)s) > 0 AND r.vehicle_id <> ALL (%(vehicles)s)
"""
ASSIGNMENT = "a.tenant_id = %(tenant)s AND a.id IS DISTINCT FROM %(except_id)s"
VEHICLE_ASSIGNED = f"""
SELECT a.vehicle_id, false, 'Assigned to another driver', a.starts_at, a.ends_at, 'driver_assignments', a.id
FROM driver_assignments a
WHERE {ASSIGNMENT} AND a.vehicle_id = ANY (%(vehicles)s) AND {during("a.starts_at", "a.ends_at")}
  AND a.driver_id <> ALL (%(drivers)s)
"""
DRIVER_ASSIGNED = f"""
SELECT a.driver_id, false, 'Assigned to another vehicle', a.starts_at, a.ends_at, 'driver_assignments', a.id
FROM driver_assignments a
WHERE {ASSIGNMENT} AND a.driver_id = ANY (%(drivers)s) AND {during("a.starts_at", "a.ends_at")}
  AND cardinality(%(vehicles)s) > 0 AND a.vehicle_id <> ALL (%(vehicles)s)
"""
#: A license by the classes of 49 CFR 383.91 against what the vehicle is; local classes are not judged.
LICENSE_CLASS = f"""
SELECT v.id, true,
       CASE WHEN n.class IS NULL THEN 'Needs a license with the passenger endorsement (P)'
            ELSE 'Needs a license of class ' || n.class || ', the driver''s is ' || upper(d.license_class) END,
       NULL, NULL, 'drivers', d.id
FROM vehicles v
JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)
CROSS JOIN LATERAL (
    SELECT CASE WHEN v.vehicle_type = 'tractor' THEN 'A' ELSE 'B' END AS class
    WHERE CASE WHEN v.vehicle_type = 'tractor' THEN upper(d.license_class) <> 'A'
               ELSE v.gvwr_kg >= {HEAVY_KG} AND upper(d.license_class) NOT IN ('A', 'B') END
    UNION ALL
    SELECT NULL WHERE v.seats >= {PASSENGER_SEATS} AND NOT 'P' = ANY (coalesce(d.license_endorsements, '{{}}'))) AS n
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s) AND upper(d.license_class) IN ('A', 'B', 'C', 'D')
"""
#: 49 CFR 391.41: who drives a commercial vehicle carries a valid medical certificate, where one is kept at all.
MEDICAL_CARD_NEEDED = f"""
SELECT v.id, true, 'Needs a driver with a valid medical card', NULL, NULL, 'drivers', d.id
FROM vehicles v JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)
  AND {IS_COMMERCIAL}
  AND d.medical_card_expires_on < %(last_day)s
"""


def expiry(
    code: str, about: Subject, what: str, column: str, source: str, blocks: bool = True
) -> tuple[Reasons, Reasons]:
    """A paper that has expired, and one that is about to."""
    row = column.partition(".")[0]
    rows = OF_DRIVER if about == "driver" else OF_VEHICLE
    return (
        Reasons(
            f"{code}_expired",
            about,
            f"SELECT {row}.id, {str(blocks).lower()}, '{what} expired on ' || {day(column)}, NULL, NULL, '{source}', {row}.id "
            f"{rows} AND {column} < %(last_day)s",
        ),
        Reasons(
            f"{code}_expires_soon",
            about,
            f"SELECT {row}.id, false, '{what} expires on ' || {day(column)}, NULL, NULL, '{source}', {row}.id "
            f"{rows} AND {column} >= %(last_day)s AND {column} < %(last_day)s + {NOTICE_DAYS}",
        ),
    )


register(
    Reasons("vehicle_not_in_service", "vehicle", VEHICLE_STATUS),
    Reasons("reserved", "vehicle", RESERVED),
    Reasons("late_back", "vehicle", LATE_BACK),
    Reasons("assigned_to_other", "vehicle", VEHICLE_ASSIGNED),
    *expiry("registration", "vehicle", "Registration", "v.registration_expires_on", "vehicles"),
    Reasons("driver_not_active", "driver", DRIVER_STATUS),
    Reasons("driver_left", "driver", DRIVER_LEFT),
    *expiry("license", "driver", "License", "d.license_expires_on", "drivers"),
    *expiry("medical_card", "driver", "Medical card", "d.medical_card_expires_on", "drivers", blocks=False),
    Reasons("driver_reserved", "driver", DRIVER_RESERVED),
    Reasons("driver_assigned", "driver", DRIVER_ASSIGNED),
    Reasons("license_class", "pair", LICENSE_CLASS),
    Reasons("medical_card_needed", "pair", MEDICAL_CARD_NEEDED),
)
