"""Whose rows are whose, and what several declarations of governance have in common."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, Scope, States

OWN_USER = "t.user_id = %(actor_user)s"
#: Rows about a person: a driver by the driver's record, an employee by the account.
PERSON = Scope(
    facility="EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id "
    "AND d.home_facility_id = ANY (%(reach_facilities)s)) "
    "OR EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id "
    "AND u.facility_id = ANY (%(reach_facilities)s))",
    department="EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id "
    "AND d.department_id = ANY (%(reach_departments)s)) "
    "OR EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id "
    "AND u.department_id = ANY (%(reach_departments)s))",
    own=f"t.driver_id = %(actor_driver)s OR {OWN_USER}",
)
#: The same where the person always has an account.
ACCOUNT = Scope(
    facility="EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id "
    "AND u.facility_id = ANY (%(reach_facilities)s))",
    department="EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id "
    "AND u.department_id = ANY (%(reach_departments)s))",
    own=OWN_USER,
)
#: Texts of the organisation: everyone who may read them at all reads those in force.
IN_FORCE = Scope(own="t.status IN ('active', 'approved', 'published')")
#: A person is excused from an obligation, or no longer is.
OBLIGATION = States(
    "status",
    (
        Move(
            "waive",
            "waived",
            leaves=("assigned",),
            summary="Excuse from it",
            takes=("waiver_reason",),
            needs=("waiver_reason",),
            stamps={"waived_at": "now", "waived_by_user_id": "actor"},
        ),
        Move(
            "reinstate",
            "assigned",
            leaves=("waived",),
            summary="Demand it again",
            stamps={"waived_at": None, "waived_by_user_id": None, "waiver_reason": None},
        ),
    ),
)
OBLIGATION_STATES = "waived, done, expired (it must be renewed), overdue, due_soon (within 7 days) or open"


def obligation_state(done: str, expired: str) -> str:
    """SQL of where an obligation stands today; `done` and `expired` are conditions over `t`."""
    return (
        f"CASE WHEN t.status = 'waived' THEN 'waived' WHEN {done} THEN 'done' WHEN {expired} THEN 'expired' "
        "WHEN t.due_on < %(today)s THEN 'overdue' WHEN t.due_on <= %(today)s + 7 THEN 'due_soon' ELSE 'open' END"
    )
