"""Which vehicles somebody may inspect: those within reach, and those that they drive, drove or have reserved at the time."""

from __future__ import annotations

from motorpool.core.access import Reach

#: A reservation counts this long before it begins and after it ends.
AROUND = "interval '12 hours'"
#: A report that was filled in offline arrives when the driver may have another vehicle: the time of the inspection counts.
DRIVEN = (
    "EXISTS (SELECT FROM driver_assignments a WHERE a.tenant_id = t.tenant_id AND a.vehicle_id = t.id "
    "AND a.driver_id = %(actor_driver)s AND (a.starts_at <= %(at)s AND (a.ends_at IS NULL OR a.ends_at > %(at)s) "
    "OR a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()))) "
    "OR EXISTS (SELECT FROM vehicle_reservations r WHERE r.tenant_id = t.tenant_id AND r.vehicle_id = t.id "
    "AND r.driver_id = %(actor_driver)s AND r.status IN ('approved', 'handed_over') "
    f"AND r.starts_at <= %(at)s + {AROUND} AND r.ends_at >= %(at)s - {AROUND})"
)


def may_inspect(reach: Reach) -> str:
    """SQL over the vehicle `t`; parameters of `base_parameters`, and %(at)s, the time of the inspection."""
    if reach.everything:
        return "true"
    parts = [
        condition
        for held, condition in (
            (bool(reach.facilities), "t.facility_id = ANY (%(reach_facilities)s)"),
            (bool(reach.departments), "t.department_id = ANY (%(reach_departments)s)"),
            (reach.own, DRIVEN),
        )
        if held
    ]
    return f"({' OR '.join(parts)})" if parts else "false"
