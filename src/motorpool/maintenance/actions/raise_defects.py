"""What an inspection found becomes defects, and what is grave a work order with a task for each defect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.reactions import Change, react
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_work_orders import NewOrder, open_work_orders
from motorpool.maintenance.resources import defects as declarations
from motorpool.maintenance.rules.inspection_defects import (
    FAILED,
    RANK,
    Failure,
    failure_of,
    order_priority,
    order_summary,
    without_twins,
)

DEFECT: Resource = declarations.RESOURCES[0]
#: A defect in one of these states is found again, not anew.
LIVE = "('open', 'in_repair', 'deferred', 'repaired')"
#: Failed items without a defect; an inspection without a form tells severities beside them, in `defects_found`.
FAILURES = """
SELECT i.id, i.vehicle_id, i.inspection_date, i.odometer, i.inspector_type, i.inspector_id, r.result,
    (SELECT d ->> 'severity' FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(i.defects_found) = 'array' THEN i.defects_found ELSE '[]' END) AS d
     WHERE d ->> 'item' = r.result ->> 'item' LIMIT 1) AS said
FROM safety_inspections i
CROSS JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(i.checklist_results) = 'array' THEN i.checklist_results ELSE '[]' END)
    WITH ORDINALITY AS r (result, place)
WHERE i.tenant_id = %(tenant)s AND i.id = ANY (%(inspections)s) AND lower(r.result ->> 'status') = ANY (%(failed)s)
  AND NOT EXISTS (SELECT FROM defects d WHERE d.tenant_id = i.tenant_id AND d.inspection_id = i.id
                  AND d.inspection_item = left(r.result ->> 'item', 255))
  AND NOT EXISTS (SELECT FROM defect_sightings s WHERE s.tenant_id = i.tenant_id AND s.inspection_id = i.id
                  AND s.inspection_item = left(r.result ->> 'item', 255))
ORDER BY i.inspection_date, i.id, r.place
"""
#: Two inspections of a vehicle that arrive at once wait for each other, or both would raise the same defect.
LOCK_VEHICLES = """
SELECT 1 FROM vehicles WHERE tenant_id = %(tenant)s AND id = ANY (%(vehicles)s) ORDER BY id FOR NO KEY UPDATE
"""
KNOWN = f"""
SELECT DISTINCT ON (d.vehicle_id, lower(coalesce(d.component, d.inspection_item)))
    d.id, d.vehicle_id, lower(coalesce(d.component, d.inspection_item)), d.work_order_id IS NOT NULL AND EXISTS (
        SELECT FROM maintenance_records w WHERE w.tenant_id = d.tenant_id AND w.id = d.work_order_id
        AND w.status NOT IN ('completed', 'cancelled')), d.severity, d.is_unsafe
FROM defects d
WHERE d.tenant_id = %(tenant)s AND d.vehicle_id = ANY (%(vehicles)s) AND d.status IN {LIVE}
  AND lower(coalesce(d.component, d.inspection_item)) = ANY (%(components)s)
ORDER BY d.vehicle_id, lower(coalesce(d.component, d.inspection_item)), d.reported_at DESC
"""
SIGHT = """
INSERT INTO defect_sightings (tenant_id, defect_id, inspection_id, inspection_item, seen_at, reported_by_driver_id, odometer,
    notes, photos)
SELECT %(tenant)s, r.defect_id, r.inspection_id, r.item, r.found_at, r.driver_id, r.odometer, r.notes, r.photos
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (defect_id uuid, inspection_id uuid, item text, found_at timestamptz,
    driver_id uuid, odometer int, notes text, photos text[])
ON CONFLICT (tenant_id, inspection_id, inspection_item) DO NOTHING
"""
#: Found again it is at least as bad as before; a repair that did not hold, or was put off although it is unsafe, is open.
WORSEN = """
UPDATE defects d SET severity = r.severity, is_unsafe = r.is_unsafe,
    status = CASE WHEN d.status = 'repaired' OR d.status = 'deferred' AND r.is_unsafe THEN 'open' ELSE d.status END,
    repaired_at = CASE WHEN d.status = 'repaired' THEN NULL ELSE d.repaired_at END,
    deferred_until = CASE WHEN r.is_unsafe THEN NULL ELSE d.deferred_until END,
    reopen_reason = CASE WHEN d.status = 'repaired' THEN 'Found again by an inspection' ELSE d.reopen_reason END
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (defect_id uuid, severity text, is_unsafe boolean)
WHERE d.tenant_id = %(tenant)s AND d.id = r.defect_id
"""
TASKS = """
INSERT INTO work_order_tasks (tenant_id, work_order_id, task_order, task_description, requires_inspection)
SELECT %(tenant)s, r.order_id, r.place, r.description, r.is_unsafe
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (order_id uuid, place int, description text, is_unsafe boolean)
RETURNING 1
"""
PLAN = """
UPDATE defects d SET status = 'in_repair', work_order_id = r.order_id, deferred_until = NULL
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (order_id uuid, defect_id uuid)
WHERE d.tenant_id = %(tenant)s AND d.id = r.defect_id AND d.status IN ('open', 'deferred')
"""
TELL_INSPECTIONS = """
UPDATE safety_inspections i SET requires_maintenance = true,
    work_order_created_id = coalesce(i.work_order_created_id, r.order_id)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (inspection_id uuid, order_id uuid)
WHERE i.tenant_id = %(tenant)s AND i.id = r.inspection_id
"""


async def raise_defects(session: AsyncSession, actor: Actor, inspection_ids: Collection[UUID]) -> None:
    """Make a defect of every failed item that has none yet, and open one work order an inspection for the grave ones.

    A defect that is open for the same vehicle and item is linked to the inspection instead. May be called again.
    """
    failures = await _failures(session, actor, inspection_ids)
    if not failures:
        return
    vehicles = sorted({one.vehicle_id for one in failures})
    await _run(session, actor, LOCK_VEHICLES, vehicles=vehicles)
    components = sorted({one.component.lower() for one in failures})
    rows = await _run(session, actor, KNOWN, vehicles=vehicles, components=components)
    known: dict[tuple[UUID, str], Any] = {(row[1], row[2]): row for row in rows}
    #: Several inspections that are kept at once may find the same: the first one raises it.
    first = {one.place: one for one in reversed(failures)}
    new = [one for one in failures if one.place not in known and first[one.place] is one]
    again = [one for one in failures if one.place in known or first[one.place] is not one]
    keys = await create_rows(session, DEFECT, actor, Reach(everything=True), [_body(one) for one in new])
    defect_of = {one.place: key for one, key in zip(new, keys, strict=True)}
    defect_of |= {place: row[0] for place, row in known.items()}
    await _see_again(session, actor, again, known, defect_of)
    in_hand = {place for place, row in known.items() if row[3]}
    grave = [one for one in (*new, *again) if one.is_grave and one.place not in in_hand]
    await _open_orders(session, actor, grave, defect_of)
    told = [{"inspection_id": key, "order_id": None} for key in {one.inspection_id for one in failures}]
    await _run(session, actor, TELL_INSPECTIONS, rows=told)


async def _failures(session: AsyncSession, actor: Actor, inspection_ids: Collection[UUID]) -> list[Failure]:
    rows = await _run(session, actor, FAILURES, inspections=list(inspection_ids), failed=list(FAILED))
    columns = ("id", "vehicle_id", "inspection_date", "odometer", "inspector_type", "inspector_id")
    return without_twins(
        failure_of(dict(zip(columns, row[:6], strict=True)), {"severity": row[7], **row[6]}) for row in rows
    )


def _body(one: Failure) -> dict[str, Any]:
    return {
        "vehicle_id": str(one.vehicle_id),
        "description": one.description,
        "severity": one.severity,
        "is_unsafe": one.is_unsafe,
        "component": one.component,
        "source": "inspection",
        "inspection_id": str(one.inspection_id),
        "inspection_item": one.item,
        "reported_at": one.found_at.isoformat(),
        "reported_by_driver_id": str(one.driver_id) if one.driver_id else None,
        "odometer": one.odometer,
        "photos": list(one.photos) or None,
    }


async def _see_again(
    session: AsyncSession,
    actor: Actor,
    again: Sequence[Failure],
    known: dict[tuple[UUID, str], Any],
    defect_of: dict[tuple[UUID, str], UUID],
) -> None:
    if not again:
        return
    rows = [msgspec.to_builtins(one) | {"defect_id": defect_of[one.place]} for one in again]
    await _run(session, actor, SIGHT, rows=rows)
    worst: dict[UUID, dict[str, Any]] = {}
    for one in again:
        key = defect_of[one.place]
        row = known.get(one.place)
        before = worst.get(key) or {
            "severity": row[4] if row is not None else one.severity,
            "is_unsafe": row is not None and row[5],
        }
        worst[key] = {
            "defect_id": key,
            "severity": max(before["severity"], one.severity, key=RANK.__getitem__),
            "is_unsafe": before["is_unsafe"] or one.is_unsafe,
        }
    await _run(session, actor, WORSEN, rows=list(worst.values()))


async def _open_orders(
    session: AsyncSession, actor: Actor, grave: Sequence[Failure], defect_of: dict[tuple[UUID, str], UUID]
) -> None:
    """One order for each inspection; a defect that two of them found belongs to the first."""
    by_inspection: dict[UUID, list[Failure]] = defaultdict(list)
    for one in {one.place: one for one in reversed(grave)}.values():
        by_inspection[one.inspection_id].insert(0, one)
    if not by_inspection:
        return
    groups = list(by_inspection.values())
    orders = await open_work_orders(session, actor, [_order(group, actor) for group in groups])
    pairs = [(order, group) for order, group in zip(orders, groups, strict=True) if order is not None]
    tasks = [
        {"order_id": order, "place": place, "description": one.description, "is_unsafe": one.is_unsafe}
        for order, group in pairs
        for place, one in enumerate(group, 1)
    ]
    planned = [
        {"order_id": order, "defect_id": defect_of[one.place]} for order, group in pairs for one in group
    ]
    told = [{"inspection_id": group[0].inspection_id, "order_id": order} for order, group in pairs]
    await _run(session, actor, TASKS, rows=tasks)
    await _run(session, actor, PLAN, rows=planned)
    await _run(session, actor, TELL_INSPECTIONS, rows=told)
    keys = tuple(row["defect_id"] for row in planned)
    await react(session, actor, Change("defects", "plan_repair", keys, frozenset({"work_order_id"})))


def _order(group: list[Failure], actor: Actor) -> NewOrder:
    unsafe = any(one.is_unsafe for one in group)
    return NewOrder(
        vehicle_id=group[0].vehicle_id,
        summary=order_summary(group),
        work_order_type="corrective",
        priority=order_priority(group),
        source="inspection",
        due_on=actor.today if unsafe else None,
        complaint="\n".join(one.description for one in group),
        driver_id=group[0].driver_id,
        vehicle_unavailable=unsafe,
    )


async def _run(session: AsyncSession, actor: Actor, statement: str, **values: Any) -> list[Any]:
    """Rows of a statement; `rows` is handed over as JSON."""
    if "rows" in values:
        values["rows"] = msgspec.json.encode(values["rows"]).decode()
    connection = await session.connection()
    found = await connection.exec_driver_sql(statement, {"tenant": actor.tenant_id, **values})
    return list(found.all()) if found.returns_rows else []
