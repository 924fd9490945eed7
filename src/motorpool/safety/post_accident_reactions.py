"""What follows when incidents and accident reports are made or change: reports, tests, and what is refused."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.open_accident_reports import (
    FACTS,
    carry_facts,
    note_in_register,
    open_accident_reports,
)
from motorpool.safety.actions.order_post_accident_tests import needed_by_law, order_post_accident_tests

TOPIC = "incidents_reported"
#: Columns of an incident on which the register and the tests depend.
DECIDES = {*FACTS, "incident_type", "is_dot_recordable"}
#: And of an accident report.
DECIDES_TESTS = {
    "vehicle_id",
    "driver_id",
    "incident_date",
    "fatalities",
    "injury_treated_away",
    "is_tow_away",
    "citation_issued_at",
    "drug_alcohol_test_required",
}
CITED_BEFORE = text("""
SELECT id FROM accident_reports
WHERE tenant_id = :tenant AND id = ANY (:keys) AND citation_issued_at < incident_date ORDER BY id LIMIT 1
""")
TESTS = text("""
SELECT accident_report_id, driver_id, test_type FROM drug_alcohol_tests
WHERE tenant_id = :tenant AND id = ANY (:keys) AND reason = 'post_accident' AND accident_report_id IS NOT NULL
""")


@reaction("incidents", "create", "update")
async def follow_incident(session: AsyncSession, actor: Actor, change: Change) -> None:
    """An accident gets its report, and its report the facts as they are now."""
    if not change.columns & DECIDES:
        return
    if change.occasion == "update":
        carried = await carry_facts(session, actor, change.keys, change.columns)
        await order_post_accident_tests(session, actor, carried)
    await open_accident_reports(session, actor, change.keys)
    # Who says themselves whether it goes into the register is believed.
    if "is_dot_recordable" not in change.columns:
        await note_in_register(session, actor, change.keys)


@reaction("incidents", "create")
async def announce_incidents(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Those who answer for safety are told once it is committed."""
    connection = await raw_connection(session)
    await announce_rows(connection, TOPIC, actor.tenant_id, "incident_ids", change.keys)


@reaction("accident_reports", "create", "update")
async def follow_accident_report(session: AsyncSession, actor: Actor, change: Change) -> None:
    if not change.columns & DECIDES_TESTS:
        return
    where = {"tenant": actor.tenant_id, "keys": list(change.keys)}
    wrong = (await session.execute(CITED_BEFORE, where)).scalar()
    if wrong is not None:
        place = change.place(wrong, "citation_issued_at")
        problem = FieldProblem(
            place, "must not be before the accident that the citation is for", "out_of_range"
        )
        raise Invalid("Some fields are not valid.", fields=[problem])
    await order_post_accident_tests(session, actor, change.keys)


@foresight("drug_alcohol_tests", "cancel")
async def keep_what_the_law_asks_for(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """A test that the accident calls for is made or missed with its reason, not cancelled."""
    keys = [UUID(str(row["id"])) for row in intent.rows]
    rows = (await session.execute(TESTS, {"tenant": actor.tenant_id, "keys": keys})).all()
    needed = await needed_by_law(session, actor, {report for report, _, _ in rows})
    if any((report, driver, kind) in needed for report, driver, kind in rows):
        raise Conflict(
            "As the accident is described, 49 CFR 382.303 asks for this test: record its result, or why it was missed. "
            "If the description is wrong, correct the accident report; the test is then withdrawn.",
            code="needed_by_law",
        )
