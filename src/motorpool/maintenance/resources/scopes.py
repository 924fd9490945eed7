"""Who reaches work orders and what belongs to them, and when those can be changed."""

from __future__ import annotations

from dataclasses import replace

from motorpool.core.resource.declaration import Lock, Scope
from motorpool.fleet.resources import AT_FACILITY, DRIVEN_NOW, VEHICLE_AT_FACILITY, vehicle_scope

TECHNICIAN_IS_ACTOR = (
    "EXISTS (SELECT FROM technicians k WHERE k.tenant_id = t.tenant_id AND k.id = t.{column} "
    "AND k.user_id = %(actor_user)s)"
)
#: A work order is reached through its shop or its vehicle's home; one's own were asked for by or given to oneself. Asking
#: for one takes having the vehicle now.
WORK_ORDER_SCOPE = replace(
    vehicle_scope(),
    facility=f"{AT_FACILITY} OR {VEHICLE_AT_FACILITY}",
    own=f"t.requested_by_user_id = %(actor_user)s OR t.created_by_user_id = %(actor_user)s "
    f"OR {TECHNICIAN_IS_ACTOR.format(column='assigned_technician_id')} "
    f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}",
    new=DRIVEN_NOW.format(vehicle="t.vehicle_id"),
)
OF_WORK_ORDER = (
    "EXISTS (SELECT FROM maintenance_records w JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id "
    "WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id AND ({condition}))"
)


def work_order_line_scope(technician: str = "") -> Scope:
    """Lines are reached as their work order is; one's own are those of the technician that the actor is."""
    return Scope(
        facility=OF_WORK_ORDER.format(
            condition="w.facility_id = ANY (%(reach_facilities)s) OR v.facility_id = ANY (%(reach_facilities)s)"
        ),
        department=OF_WORK_ORDER.format(condition="v.department_id = ANY (%(reach_departments)s)"),
        own=TECHNICIAN_IS_ACTOR.format(column=technician)
        if technician
        else "EXISTS (SELECT FROM maintenance_records w JOIN technicians k ON k.tenant_id = w.tenant_id "
        "AND k.id = w.assigned_technician_id WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id "
        "AND k.user_id = %(actor_user)s)",
    )


ORDER_IS_OPEN = (
    "EXISTS (SELECT FROM maintenance_records w WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id "
    "AND w.status NOT IN ('completed', 'cancelled'))",
    "work_order_id",
    "is closed; reopen it first",
)
TASK_OF_THE_ORDER = (
    "t.task_id IS NULL OR EXISTS (SELECT FROM work_order_tasks k WHERE k.tenant_id = t.tenant_id AND k.id = t.task_id "
    "AND k.work_order_id = t.work_order_id)",
    "task_id",
    "names a task of another work order",
)
LINE_OF_CLOSED_ORDER = Lock(f"NOT {ORDER_IS_OPEN[0]}", "The work order is closed; reopen it first.")
#: Else whoever did the work could say afterwards that nobody has to look at it.
COMPLETED_TASK = Lock(
    "t.status = 'completed'",
    "A task is not changed once it is completed; take it up again first.",
    open=("completion_notes", "metadata"),
)
LIVE = "t.status NOT IN ('completed', 'cancelled')"
