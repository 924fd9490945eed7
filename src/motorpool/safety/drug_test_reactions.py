"""What is refused when drug and alcohol tests are recorded, missed or put right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.reactions import Intent, foresight
from motorpool.core.tenancy import Actor

TABLE = "drug_alcohol_tests"
#: A clock of a phone or a clinic may run ahead so much.
SKEW = timedelta(minutes=10)
KEPT = text("""
SELECT t.id, t.due_at, t.notes, r.incident_date
FROM drug_alcohol_tests t
LEFT JOIN accident_reports r ON r.tenant_id = t.tenant_id AND r.id = t.accident_report_id
WHERE t.tenant_id = :tenant AND t.id = ANY (:keys)
""")


@foresight(TABLE, "record")
async def look_at_when_it_was_taken(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """A test is taken after the accident that it is about, and not in the future."""
    kept = await _kept(session, actor, intent)
    for row in intent.rows:
        taken: datetime = row["taken_at"]
        began = kept[UUID(str(row["id"]))].incident_date
        if taken > datetime.now(UTC) + SKEW:
            message = "must not be in the future: enter when the sample was given"
        elif began is not None and taken < began:
            message = f"must not be before the accident, which was at {_told(began, actor)}"
        else:
            continue
        raise Invalid(
            "Some fields are not valid.", fields=[FieldProblem("taken_at", message, "out_of_range")]
        )


@foresight(TABLE, "miss")
async def keep_what_can_still_be_made(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Nothing is missed while there is time; who refuses has a result."""
    for row in (await _kept(session, actor, intent)).values():
        if row.due_at is not None and row.due_at > datetime.now(UTC):
            raise Conflict(
                f"The test can still be made until {_told(row.due_at, actor)}; it is missed only after that. "
                "If the driver refuses it, record the result refused.",
                code="still_possible",
            )


@foresight(TABLE, "reopen")
async def ask_why_it_is_put_right(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    kept = await _kept(session, actor, intent)
    for row in intent.rows:
        before = kept[UUID(str(row["id"]))].notes or ""
        if str(row["notes"]).split() == before.split():
            message = "must say why: add the reason to what stands there"
            raise Invalid("Some fields are not valid.", fields=[FieldProblem("notes", message, "required")])


async def _kept(session: AsyncSession, actor: Actor, intent: Intent) -> dict[UUID, Row[tuple[object, ...]]]:
    keys = [UUID(str(row["id"])) for row in intent.rows]
    rows = (await session.execute(KEPT, {"tenant": actor.tenant_id, "keys": keys})).all()
    return {row.id: row for row in rows}


def _told(moment: datetime, actor: Actor) -> str:
    local = moment.astimezone(ZoneInfo(actor.time_zone))
    return f"{local.day} {local:%b %Y, %H:%M}"
