"""Who came to a meeting: ticked on the list, or added to it; what was signed is only withdrawn, with a reason."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.invite_people import MOST, Ids, unknown
from motorpool.safety.queries.meeting_reach import Meeting, meeting_to_lead, place_on_list

ROWS = text("""
SELECT id, signed_at, withdrawn_at FROM meeting_attendees
WHERE tenant_id = :tenant AND safety_meeting_id = :key AND id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE
""")
CAME = text("""
UPDATE meeting_attendees SET came_at = now(), came_noted_by_user_id = :user
WHERE tenant_id = :tenant AND id = ANY (:ids) AND came_at IS NULL
""")
ABSENT = text("""
UPDATE meeting_attendees SET came_at = NULL, came_noted_by_user_id = NULL
WHERE tenant_id = :tenant AND id = ANY (:ids) AND signed_at IS NULL
""")
THERE = text("""
SELECT a.id, a.withdrawn_at FROM meeting_attendees a
LEFT JOIN drivers d ON d.tenant_id = a.tenant_id AND d.id = a.driver_id
WHERE a.tenant_id = :tenant AND a.safety_meeting_id = :key
  AND (a.driver_id = :driver OR a.user_id = :user OR d.user_id = :user OR lower(a.guest_name) = lower(:guest))
LIMIT 1
""")
DRIVER_OF = text("SELECT id FROM drivers WHERE tenant_id = :tenant AND user_id = :user LIMIT 1")
ADD = text("""
INSERT INTO meeting_attendees (tenant_id, safety_meeting_id, driver_id, user_id, guest_name, guest_company, came_at,
    came_noted_by_user_id)
VALUES (:tenant, :key, :driver, :user, :guest, :company, now(), :noted_by) RETURNING id
""")
COUNT = text("SELECT count(*) FROM meeting_attendees WHERE tenant_id = :tenant AND safety_meeting_id = :key")
WITHDRAW = text("""
UPDATE meeting_attendees SET withdrawn_at = now(), withdrawn_by_user_id = :user, withdrawal_reason = :reason
WHERE tenant_id = :tenant AND id = :key RETURNING training_record_id
""")
NOT_TRAINED = text("""
UPDATE driver_training_records SET status = 'failed', notes = concat_ws(E'\\n', notes, 'Attendance withdrawn: ' || :reason)
WHERE tenant_id = :tenant AND id = :record
""")
REINSTATE = text("""
UPDATE meeting_attendees SET withdrawn_at = NULL, withdrawn_by_user_id = NULL, withdrawal_reason = NULL
WHERE tenant_id = :tenant AND id = :key
""")
REMOVE = text("DELETE FROM meeting_attendees WHERE tenant_id = :tenant AND id = :key")


class Attendance(Struct, forbid_unknown_fields=True):
    """Places on the list."""

    came: Ids = []
    absent: Annotated[Ids, Meta(description="Ticked by mistake; not for whoever has signed")] = []


class Comer(Struct, forbid_unknown_fields=True):
    """Somebody who came without being on the list: a driver, a user or a guest."""

    driver_id: UUID | None = None
    user_id: UUID | None = None
    guest_name: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    guest_company: Annotated[str, Meta(max_length=255)] | None = None


async def note_attendance(session: AsyncSession, actor: Actor, key: UUID, noted: Attendance) -> None:
    """Raises: Conflict before it begins, after it was closed, and for whoever signed; Invalid for ids that are not on the list."""
    await _open_meeting(session, actor, key)
    ids = [*noted.came, *noted.absent]
    where = {"tenant": actor.tenant_id, "key": key, "ids": ids}
    rows = {row.id: row for row in await session.execute(ROWS, where)}
    problems: list[FieldProblem] = []
    for field, wanted in (("came", noted.came), ("absent", noted.absent)):
        for index, one in enumerate(wanted):
            row, place = rows.get(one), f"{field}[{index}]"
            if row is None:
                problems.append(FieldProblem(place, "is not on this meeting's list", "unknown_reference"))
            elif row.withdrawn_at is not None:
                problems.append(FieldProblem(place, "was withdrawn; reinstate it first", "withdrawn"))
            elif field == "absent" and row.signed_at is not None:
                problems.append(FieldProblem(place, "has signed; withdraw it with a reason", "signed"))
    problems += [
        FieldProblem(f"absent[{index}]", "cannot have come and not come", "repeated")
        for index, one in enumerate(noted.absent)
        if one in set(noted.came)
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    who = {"tenant": actor.tenant_id, "user": actor.user_id}
    await session.execute(CAME, who | {"ids": noted.came})
    await session.execute(ABSENT, {"tenant": actor.tenant_id, "ids": noted.absent})


async def add_comer(session: AsyncSession, actor: Actor, key: UUID, comer: Comer) -> UUID:
    """Put somebody who came on the list; the place. Raises: Conflict for somebody who is on it, Invalid."""
    await _open_meeting(session, actor, key)
    name = (comer.guest_name or "").strip() or None
    given = [one for one in (comer.driver_id, comer.user_id, name) if one is not None]
    if len(given) != 1:
        problem = FieldProblem("driver_id", "or user_id or guest_name must be given, and only one of them")
        raise Invalid("Some fields are not valid.", fields=[problem])
    problems = [
        problem
        for table, field, one in (
            ("drivers", "driver_id", comer.driver_id),
            ("users", "user_id", comer.user_id),
        )
        for problem in await unknown(session, actor, table, field, [one] if one else [], many=False)
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    where: dict[str, Any] = {"tenant": actor.tenant_id, "key": key}
    driver, user = comer.driver_id, comer.user_id
    if user is not None:
        # A driver with an account is on the list once, as the driver.
        driver = (await session.execute(DRIVER_OF, {"tenant": actor.tenant_id, "user": user})).scalar()
    there = (await session.execute(THERE, where | {"driver": driver, "user": user, "guest": name})).first()
    if there is not None:
        raise Conflict("This person is on the list already.", code="on_the_list")
    if (await session.execute(COUNT, where)).scalar_one() >= MOST:
        raise Conflict(f"A meeting has at most {MOST} people on its list.", code="too_many")
    made: UUID = (
        await session.execute(
            ADD,
            where
            | {
                "driver": driver,
                "user": None if driver else user,
                "guest": name,
                "company": (comer.guest_company or "").strip() or None if name else None,
                "noted_by": actor.user_id,
            },
        )
    ).scalar_one()
    return made


async def withdraw_attendance(session: AsyncSession, actor: Actor, key: UUID, reason: str) -> None:
    """The person does not count as having been there; what was signed stays on record, with the reason.

    Raises: Conflict for a place without attendance, Invalid without a reason.
    """
    place = await place_on_list(session, actor, key, leading=True)
    if not reason.strip():
        raise Invalid(fields=[FieldProblem("reason", "is required", "required")])
    if place.withdrawn_at is not None:
        raise Conflict("It was withdrawn already.", code="withdrawn")
    if place.came_at is None:
        raise Conflict(
            "This person is not noted as having come; nothing is to be withdrawn.", code="not_there"
        )
    where = {"tenant": actor.tenant_id, "key": key, "user": actor.user_id, "reason": reason.strip()}
    record = (await session.execute(WITHDRAW, where)).scalar()
    if record is not None:
        await session.execute(
            NOT_TRAINED, {"tenant": actor.tenant_id, "record": record, "reason": reason.strip()}
        )


async def reinstate_attendance(session: AsyncSession, actor: Actor, key: UUID) -> None:
    """What was withdrawn by mistake counts again; the audit trail holds both. Raises Conflict for what was not withdrawn."""
    place = await place_on_list(session, actor, key, leading=True)
    if place.withdrawn_at is None:
        raise Conflict("It was not withdrawn.", code="not_withdrawn")
    await session.execute(REINSTATE, {"tenant": actor.tenant_id, "key": key})


async def take_off_list(session: AsyncSession, actor: Actor, key: UUID) -> None:
    """Take somebody off who has not come. Raises Conflict for whoever was there: that is withdrawn with a reason."""
    place = await place_on_list(session, actor, key, leading=True)
    if place.meeting.status != "scheduled":
        raise Conflict("The meeting is closed; its list stays as it is.", code="closed")
    if place.came_at is not None or place.withdrawn_at is not None:
        raise Conflict(
            "This person was there: take the tick off first, or withdraw what was signed with a reason.",
            code="was_there",
        )
    await session.execute(REMOVE, {"tenant": actor.tenant_id, "key": key})


async def _open_meeting(session: AsyncSession, actor: Actor, key: UUID) -> Meeting:
    meeting = await meeting_to_lead(session, actor, key)
    if not meeting.has_begun:
        raise Conflict("The meeting has not begun yet.", code="not_begun")
    return meeting
