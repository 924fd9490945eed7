"""Keep drug and alcohol tests in step with the facts of accidents (49 CFR 382.303)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.jobs.defer import defer_reactions
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.post_accident import (
    Accident,
    KeptTest,
    NeededTest,
    is_tested_vehicle,
    steps,
    tests_needed,
    with_note,
)

#: What is announced: tests whose clock began, or was put right.
TOPIC = "post_accident_tests_ordered"
#: Locked, so that two changes of the same accident do not order twice.
REPORTS = text("""
SELECT r.id, r.driver_id, r.incident_date, r.fatalities, r.injury_treated_away, r.is_tow_away, r.citation_issued_at,
       r.drug_alcohol_test_required, v.vehicle_type, v.gvwr_kg, v.seats, v.carries_hazmat
FROM accident_reports r JOIN vehicles v ON v.tenant_id = r.tenant_id AND v.id = r.vehicle_id
WHERE r.tenant_id = :tenant AND r.id = ANY (:reports)
ORDER BY r.id FOR NO KEY UPDATE OF r
""")
KEPT = text("""
SELECT t.accident_report_id, t.id, t.driver_id, t.test_type, t.status, t.ordered_at, t.remind_at, t.due_at,
       t.ordered_by_user_id IS NULL AS by_rule, t.notes
FROM drug_alcohol_tests t
WHERE t.tenant_id = :tenant AND t.accident_report_id = ANY (:reports) AND t.reason = 'post_accident'
ORDER BY t.created_at, t.id
""")
ORDER = text("""
INSERT INTO drug_alcohol_tests
    (tenant_id, driver_id, accident_report_id, test_type, reason, ordered_at, remind_at, due_at, notes)
SELECT :tenant, n.driver_id, n.accident_report_id, n.test_type, 'post_accident', n.ordered_at, n.remind_at, n.due_at, n.notes
FROM jsonb_populate_recordset(NULL::drug_alcohol_tests, CAST(:rows AS jsonb)) AS n
RETURNING id
""")
WITHDRAW = text("""
UPDATE drug_alcohol_tests t SET status = 'cancelled', notes = n.notes
FROM jsonb_populate_recordset(NULL::drug_alcohol_tests, CAST(:rows AS jsonb)) AS n
WHERE t.tenant_id = :tenant AND t.id = n.id
""")
RETIME = text("""
UPDATE drug_alcohol_tests t SET ordered_at = n.ordered_at, remind_at = n.remind_at, due_at = n.due_at,
    status = coalesce(n.status, t.status), notes = coalesce(n.notes, t.notes)
FROM jsonb_populate_recordset(NULL::drug_alcohol_tests, CAST(:rows AS jsonb)) AS n
WHERE t.tenant_id = :tenant AND t.id = n.id
""")


async def order_post_accident_tests(session: AsyncSession, actor: Actor, reports: Collection[UUID]) -> None:
    """Order the tests that are needed now, take back those that no longer are, and put the clocks right. Harmless to repeat."""
    if not reports:
        return
    where = {"tenant": actor.tenant_id, "reports": list(reports)}
    accidents = (await session.execute(REPORTS, where)).all()
    kept: dict[UUID, list[KeptTest]] = {}
    for report, *values in (await session.execute(KEPT, where)).all():
        kept.setdefault(report, []).append(KeptTest(*values))
    order: list[dict[str, Any]] = []
    withdraw: list[dict[str, Any]] = []
    retime: list[dict[str, Any]] = []
    for row in accidents:
        todo = steps(accident_of(row), row.driver_id, kept.get(row.id, ()))
        order += [
            {"driver_id": row.driver_id, "accident_report_id": row.id, "test_type": one.test_type}
            | _times(one)
            | {"notes": one.reason}
            for one in todo.order
        ]
        withdraw += [{"id": one.id, "notes": with_note(one.notes, why)} for one, why in todo.withdraw]
        retime += [{"id": one.id} | _times(needed) for one, needed in todo.retime]
        retime += [
            {"id": one.id, "status": "due", "notes": with_note(one.notes, needed.reason)} | _times(needed)
            for one, needed in todo.restore
        ]
    tell = {row["id"] for row in retime}
    if order:
        made = await session.execute(ORDER, {"tenant": actor.tenant_id, "rows": _json(order)})
        tell |= set(made.scalars())
    for statement, rows in ((WITHDRAW, withdraw), (RETIME, retime)):
        if rows:
            await session.execute(statement, {"tenant": actor.tenant_id, "rows": _json(rows)})
    if tell:
        connection = await raw_connection(session)
        await defer_reactions(connection, TOPIC, actor.tenant_id, test_ids=sorted(tell))


def accident_of(row: Any) -> Accident:
    """What the rule wants to know, from a row of REPORTS."""
    return Accident(
        row.incident_date,
        is_tested_vehicle(row.vehicle_type, row.gvwr_kg, row.seats, row.carries_hazmat) is True,
        row.fatalities,
        row.injury_treated_away,
        row.is_tow_away,
        row.citation_issued_at,
        row.drug_alcohol_test_required,
    )


async def needed_by_law(
    session: AsyncSession, actor: Actor, reports: Collection[UUID]
) -> set[tuple[UUID, UUID, str]]:
    """(report, driver, type) of the tests that the law asks for as the accidents are described now."""
    where = {"tenant": actor.tenant_id, "reports": list(reports)}
    rows = (await session.execute(REPORTS, where)).all() if reports else []
    return {
        (row.id, row.driver_id, one.test_type)
        for row in rows
        for one in tests_needed(accident_of(row))
        if one.basis == "law"
    }


def _times(one: NeededTest) -> dict[str, Any]:
    return {"ordered_at": one.ordered_at, "remind_at": one.remind_at, "due_at": one.due_at}


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
