"""Whose rows are whose."""

from __future__ import annotations

from motorpool.core.resource.declaration import Scope

OF_DRIVER = "EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id AND d.{column} = ANY ({ids}))"
OF_USER = "EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id AND u.{column} = ANY ({ids}))"
OWN_USER = "t.user_id = %(actor_user)s"
#: Rows about a person who has an account.
ACCOUNT = Scope(
    facility=OF_USER.format(column="facility_id", ids="%(reach_facilities)s"),
    department=OF_USER.format(column="department_id", ids="%(reach_departments)s"),
    own=OWN_USER,
)
#: Rows about a person: a driver by the driver's record, an employee by the account.
PERSON = Scope(
    facility=OF_DRIVER.format(column="home_facility_id", ids="%(reach_facilities)s")
    + f" OR {ACCOUNT.facility}",
    department=OF_DRIVER.format(column="department_id", ids="%(reach_departments)s")
    + f" OR {ACCOUNT.department}",
    own=f"t.driver_id = %(actor_driver)s OR {OWN_USER}",
)
#: Texts of the organisation: everyone who may read them at all reads those in force.
IN_FORCE = Scope(own="t.status IN ('active', 'approved', 'published')")
