"""What follows when citations are entered, decided, paid or taken up again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.order_post_accident_tests import order_post_accident_tests
from motorpool.safety.rules.citations import CONVICTIONS, OUTCOMES, PAYERS

TABLE = "driver_violations"
DAYS = text("""
SELECT t.id, (t.violation_date AT TIME ZONE z.time_zone)::date AS happened
FROM driver_violations t JOIN tenants z ON z.id = t.tenant_id
WHERE t.tenant_id = :tenant AND t.id = ANY (:keys)
""")
#: Before the move, because a payment day without a payment is refused by the table. Who pays without a court is convicted by that
#: (49 CFR 383.5); of parking nobody is.
PAID = text("""
UPDATE driver_violations SET fine_paid = true, fine_amount = coalesce(fine_amount, CAST(:amount AS numeric)),
    outcome = CASE WHEN position('parking' in lower(coalesce(violation_type, ''))) > 0 THEN outcome
                   ELSE coalesce(outcome, 'convicted') END,
    decided_on = CASE WHEN outcome IS NULL AND position('parking' in lower(coalesce(violation_type, ''))) = 0
                      THEN CAST(:day AS date) ELSE decided_on END
WHERE tenant_id = :tenant AND id = ANY (:keys)
""")
CONVICTED = text(
    "UPDATE driver_violations SET outcome = 'convicted' WHERE tenant_id = :tenant AND id = ANY (:keys)"
)
NOT_PAID = text(
    "UPDATE driver_violations SET fine_paid = false WHERE tenant_id = :tenant AND id = ANY (:keys)"
)
#: The driver who enters a conviction tells it by that; the office enters the day on which it was told.
TOLD = text("""
UPDATE driver_violations SET employer_notified_on = :today
WHERE tenant_id = :tenant AND id = ANY (:keys) AND driver_id = :driver AND employer_notified_on IS NULL
  AND outcome = ANY (:convictions)
""")
#: The citation of an accident's own driver for a moving violation decides on tests (49 CFR 382.303).
CITES = text("""
UPDATE accident_reports r SET citation_issued_at = c.at
FROM (SELECT v.accident_report_id, v.driver_id, min(v.violation_date) AS at FROM driver_violations v
      WHERE v.tenant_id = :tenant AND v.id = ANY (:keys) AND v.is_moving_violation AND v.accident_report_id IS NOT NULL
      GROUP BY v.accident_report_id, v.driver_id) AS c
WHERE r.tenant_id = :tenant AND r.id = c.accident_report_id AND r.driver_id = c.driver_id
  AND r.citation_issued_at IS NULL AND c.at >= r.incident_date
RETURNING r.id
""")


@foresight(TABLE, "decide", "report_conviction", "pay")
async def look_at_the_course(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Refuse outcomes, payers and days that cannot be, and prepare the row for the move."""
    keys = [UUID(str(row["id"])) for row in intent.rows]
    where: dict[str, Any] = {"tenant": actor.tenant_id, "keys": keys}
    known = {row.id: row for row in (await session.execute(DAYS, where)).all()}
    problems: list[FieldProblem] = []
    for key, row in zip(keys, intent.rows, strict=True):
        problems += _problems(actor, row, known.get(key))
    if problems:
        raise Invalid("Some fields are not valid.", fields=list(dict.fromkeys(problems)))
    if intent.occasion == "report_conviction":
        await session.execute(CONVICTED, where)
    elif intent.occasion == "pay":
        first = intent.rows[0]
        paid = {"amount": str(first["fine_paid_amount"]), "day": _day(first["fine_paid_date"])}
        await session.execute(PAID, where | paid)


def _problems(actor: Actor, row: dict[str, Any], known: Any) -> list[FieldProblem]:
    found = []
    for name, values in (("outcome", OUTCOMES), ("fine_paid_by", PAYERS)):
        if row.get(name) is not None and row[name] not in values:
            found.append(FieldProblem(name, f"must be one of {', '.join(values)}", "unknown_value"))
    for name in ("decided_on", "fine_paid_date"):
        day = _day(row.get(name))
        if day is None:
            continue
        if day > actor.today:
            found.append(FieldProblem(name, "must not be in the future", "out_of_range"))
        elif known is not None and day < known.happened:
            found.append(FieldProblem(name, "must not be before the violation", "out_of_range"))
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@foresight(TABLE, "create")
async def find_where_it_stands(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """A citation may be entered with what is known of it already. A court day alone contests nothing: most tickets name one."""
    for row in intent.rows:
        row["case_status"] = standing_of(row)


def standing_of(row: dict[str, Any]) -> str:
    if row.get("fine_paid"):
        return "paid"
    if row.get("outcome") is not None:
        return "decided"
    return "contested" if row.get("plea") in ("not_guilty", "no_contest") else "open"


@reaction(TABLE, "create", "report_conviction", "pay")
async def note_that_it_was_told(session: AsyncSession, actor: Actor, change: Change) -> None:
    if actor.driver_id is None:
        return
    await session.execute(
        TOLD,
        {
            "tenant": actor.tenant_id,
            "keys": list(change.keys),
            "driver": actor.driver_id,
            "today": actor.today,
            "convictions": list(CONVICTIONS),
        },
    )


@reaction(TABLE, "reopen")
async def take_back_the_payment(session: AsyncSession, actor: Actor, change: Change) -> None:
    await session.execute(NOT_PAID, {"tenant": actor.tenant_id, "keys": list(change.keys)})


@reaction(TABLE, "create", "update")
async def cite_in_the_accident_report(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A citation that names an accident is told by its report, and the tests follow."""
    if not change.columns & {"accident_report_id", "is_moving_violation", "violation_date", "driver_id"}:
        return
    await session.flush()
    cited = await session.execute(CITES, {"tenant": actor.tenant_id, "keys": list(change.keys)})
    await order_post_accident_tests(session, actor, list(cited.scalars()))
