"""People are asked to come to a meeting: one by one, or all of a facility or department at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import raw_connection
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.fleet.resources import RESOURCES as FLEET
from motorpool.identity.resources import RESOURCES as IDENTITY
from motorpool.safety.queries.meeting_reach import meeting_to_lead

INVITED = "meeting_invitations"
MOST = 2000
KNOWN: dict[str, Resource] = {one.table.name: one for one in (*FLEET, *IDENTITY)}
Ids = Annotated[list[UUID], Meta(max_length=MOST)]
#: A driver with an account is on the list once, as the driver.
DRIVERS = text("""
INSERT INTO meeting_attendees (tenant_id, safety_meeting_id, driver_id, is_invited)
SELECT d.tenant_id, :key, d.id, true FROM drivers d
WHERE d.tenant_id = :tenant AND (d.id = ANY (:drivers) OR d.user_id = ANY (:users)
    OR d.status IN ('active', 'on_leave') AND d.id = ANY (:grouped_drivers))
ON CONFLICT (tenant_id, safety_meeting_id, driver_id) DO NOTHING
RETURNING id
""")
USERS = text("""
INSERT INTO meeting_attendees (tenant_id, safety_meeting_id, user_id, is_invited)
SELECT u.tenant_id, :key, u.id, true FROM users u
WHERE u.tenant_id = :tenant AND u.status <> 'disabled' AND (u.id = ANY (:users) OR u.id = ANY (:grouped_users))
  AND NOT EXISTS (SELECT FROM drivers d WHERE d.tenant_id = u.tenant_id AND d.user_id = u.id)
ON CONFLICT (tenant_id, safety_meeting_id, user_id) DO NOTHING
RETURNING id
""")
#: Of a group come those whom the actor may see.
GROUP = "SELECT t.id FROM {table} t WHERE t.tenant_id = %(tenant)s AND ({of}) AND {within}"
THERE = "SELECT t.id FROM {table} t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s) AND {within}"


class Invitation(Struct, forbid_unknown_fields=True):
    """Whom to invite."""

    driver_ids: Ids = []
    user_ids: Annotated[
        Ids, Meta(description="People with an account; drivers among them are invited as drivers")
    ] = []
    facility_ids: Annotated[Ids, Meta(description="All drivers and users of these")] = []
    department_ids: Annotated[Ids, Meta(description="All drivers and users of these")] = []


async def invite_people(session: AsyncSession, actor: Actor, key: UUID, asked: Invitation) -> list[UUID]:
    """Put them on the list, and tell them; the new places. Whoever is on the list already stays as they are.

    Raises: Conflict for a meeting that is closed; Invalid for ids that name nothing.
    """
    await meeting_to_lead(session, actor, key)
    problems = [
        problem
        for table, field, ids in (
            ("drivers", "driver_ids", asked.driver_ids),
            ("users", "user_ids", asked.user_ids),
            ("facilities", "facility_ids", asked.facility_ids),
            ("departments", "department_ids", asked.department_ids),
        )
        for problem in await unknown(session, actor, table, field, ids)
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    where: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "key": key,
        "drivers": asked.driver_ids,
        "users": asked.user_ids,
        "grouped_drivers": await _of_groups(session, actor, "drivers", "home_facility_id", asked),
        "grouped_users": await _of_groups(session, actor, "users", "facility_id", asked),
    }
    made = list((await session.execute(DRIVERS, where)).scalars())
    made += (await session.execute(USERS, where)).scalars()
    count = await session.execute(
        text("SELECT count(*) FROM meeting_attendees WHERE tenant_id = :tenant AND safety_meeting_id = :key"),
        {"tenant": actor.tenant_id, "key": key},
    )
    if count.scalar_one() > MOST:
        raise Conflict(f"A meeting has at most {MOST} people on its list.", code="too_many")
    await tell_invited(session, actor, made)
    return made


async def tell_invited(session: AsyncSession, actor: Actor, places: Sequence[UUID]) -> None:
    connection = await raw_connection(session)
    await announce_rows(connection, INVITED, actor.tenant_id, "attendee_ids", places)


async def unknown(
    session: AsyncSession, actor: Actor, table: str, field: str, ids: Sequence[UUID], *, many: bool = True
) -> list[FieldProblem]:
    """A problem for each id that names nothing which the actor may read."""
    if not ids:
        return []
    reach, within = _readable(actor, table)
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        THERE.format(table=table, within=within), base_parameters(actor, reach) | {"ids": list(ids)}
    )
    there = set(found.scalars())
    message = "does not name anything that exists here"
    return [
        FieldProblem(f"{field}[{index}]" if many else field, message, "unknown_reference")
        for index, one in enumerate(ids)
        if one not in there
    ]


async def _of_groups(
    session: AsyncSession, actor: Actor, table: str, facility: str, asked: Invitation
) -> list[UUID]:
    if not (asked.facility_ids or asked.department_ids):
        return []
    reach, within = _readable(actor, table)
    connection = await session.connection()
    of = f"t.{facility} = ANY (%(facilities)s) OR t.department_id = ANY (%(departments)s)"
    found = await connection.exec_driver_sql(
        GROUP.format(table=table, of=of, within=within),
        base_parameters(actor, reach)
        | {"facilities": asked.facility_ids, "departments": asked.department_ids},
    )
    return list(found.scalars())


def _readable(actor: Actor, table: str) -> tuple[Reach, str]:
    resource = KNOWN[table]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return Reach(), "false"
    return reach, scope_condition(resource, reach) or "true"
