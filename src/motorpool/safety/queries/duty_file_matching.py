"""Whose file it is and which vehicles it names: drivers by ELD username, driver number or license, vehicles by VIN or number."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.duty_eld_reading import ReadFile, ReadVehicle

#: A license is that of its state; names are no proof.
DRIVERS = r"""
SELECT t.driver_id, t.full_name, t.by_user OR t.by_license FROM (
    SELECT p.tenant_id, p.id AS driver_id, p.full_name, p.driver_number,
        lower(%(username)s) IN (lower(u.email), lower(p.email), lower(p.driver_number)) AS by_user,
        coalesce(regexp_replace(upper(p.license_number), '[^A-Z0-9]', '', 'g') = %(license)s
          AND upper(coalesce(p.license_region, %(state)s)) = %(state)s, false) AS by_license
    FROM drivers p LEFT JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.tenant_id = %(tenant)s) AS t
WHERE t.tenant_id = %(tenant)s AND (t.driver_id = %(driver)s OR %(driver)s::uuid IS NULL AND (t.by_user OR t.by_license)) AND {scope}
ORDER BY t.full_name LIMIT 5
"""
VEHICLES = """
SELECT v.id, v.vehicle_number, upper(v.vin) FROM vehicles v
WHERE v.tenant_id = %(tenant)s AND (upper(v.vin) = ANY (%(vins)s) OR v.vehicle_number = ANY (%(numbers)s))
"""


async def driver_of(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, read: ReadFile, driver: UUID | None
) -> tuple[UUID, str, bool]:
    """(id, name, whether the file names that driver). `driver`: who was chosen. Raises Invalid, field driver_id.

    resource: of hours_of_service_logs, whose scope says which drivers' logs are in reach.
    """
    connection = await session.connection()
    where = base_parameters(actor, reach) | {
        "username": read.username,
        "license": re.sub("[^A-Z0-9]", "", read.license_number.upper()) or None,
        "state": read.license_state.upper(),
        "driver": driver,
    }
    sql = DRIVERS.format(scope=scope_condition(resource, reach) or "true")
    rows: Any = (await connection.exec_driver_sql(sql, where)).all()
    told = f"ELD username {read.username or 'none'}, license {read.license_state} {read.license_number or 'none'}"
    if driver is not None and not rows:
        message = "does not name a driver whose log you may change"
        raise Invalid(fields=[FieldProblem("driver_id", message, "unknown_reference")])
    if not rows:
        message = f"must be said: the file is of {read.driver_name} ({told}), and no driver here has these"
        raise Invalid(fields=[FieldProblem("driver_id", message, "no_such_driver")])
    if len(rows) > 1:
        names = ", ".join(name for _, name, _ in rows)
        message = f"must be said: the file ({told}) fits {names}"
        raise Invalid(fields=[FieldProblem("driver_id", message, "several_drivers")])
    key, name, fits = rows[0]
    return key, name, bool(fits)


async def vehicles_of(
    session: AsyncSession, actor: Actor, vehicles: Collection[ReadVehicle]
) -> dict[ReadVehicle, tuple[UUID, str]]:
    """Those that are known here: (id, number). The VIN decides; a number counts where it says nothing else."""
    connection = await session.connection()
    where: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "vins": [one.vin.upper() for one in vehicles if one.vin],
        "numbers": [one.number for one in vehicles if one.number],
    }
    rows: Any = (await connection.exec_driver_sql(VEHICLES, where)).all()
    by_vin = {vin: (key, number) for key, number, vin in rows if vin}
    by_number = {number: (key, number, vin) for key, number, vin in rows}
    found: dict[ReadVehicle, tuple[UUID, str]] = {}
    for one in vehicles:
        same = by_number.get(one.number)
        if one.vin and one.vin.upper() in by_vin:
            found[one] = by_vin[one.vin.upper()]
        elif same and not (one.vin and same[2]):
            found[one] = same[:2]
    return found
