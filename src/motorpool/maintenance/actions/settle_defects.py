"""Defects follow their work order and their inspection; the inspection is certified when all of its defects are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor

#: Defects of inspections: those that they raised, and those that they found again.
OF_INSPECTIONS = """
(d.inspection_id = ANY (:inspections) OR EXISTS (SELECT FROM defect_sightings s WHERE s.tenant_id = d.tenant_id
 AND s.defect_id = d.id AND s.inspection_id = ANY (:inspections)))
"""
REPAIRED = text("""
UPDATE defects d SET status = 'repaired', repaired_at = coalesce(w.completed_at, now()),
    repaired_by_technician_id = coalesce(d.repaired_by_technician_id, w.assigned_technician_id),
    resolution_notes = coalesce(d.resolution_notes, w.correction)
FROM maintenance_records w
WHERE d.tenant_id = :tenant AND w.tenant_id = d.tenant_id AND w.id = ANY (:keys) AND d.work_order_id = w.id
  AND d.status IN ('open', 'in_repair')
RETURNING d.id
""")
NOT_REPAIRED = text("""
UPDATE defects d SET status = 'in_repair', repaired_at = NULL
WHERE d.tenant_id = :tenant AND d.work_order_id = ANY (:keys) AND d.status = 'repaired'
RETURNING d.id
""")
FREED = text("""
UPDATE defects d SET status = 'open', work_order_id = NULL
WHERE d.tenant_id = :tenant AND d.work_order_id = ANY (:keys) AND d.status = 'in_repair'
RETURNING d.id
""")
NOT_READY = text(f"""
SELECT d.defect_number FROM defects d
WHERE d.tenant_id = :tenant AND d.status IN ('open', 'in_repair', 'deferred') AND {OF_INSPECTIONS}
ORDER BY d.defect_number
""")
CERTIFY = text("""
UPDATE defects d SET status = 'certified', certified_at = now(), certified_by_user_id = :user,
    certifier_signature = i.certifier_signature
FROM safety_inspections i
WHERE d.tenant_id = :tenant AND i.tenant_id = d.tenant_id AND i.id = ANY (:inspections) AND d.status = 'repaired'
  AND (d.inspection_id = i.id OR EXISTS (SELECT FROM defect_sightings s WHERE s.tenant_id = d.tenant_id
       AND s.defect_id = d.id AND s.inspection_id = i.id))
RETURNING d.id
""")
REVIEW = text(f"""
UPDATE defects d SET reviewed_at = now(), reviewed_by_user_id = :user
WHERE d.tenant_id = :tenant AND d.status IN ('certified', 'dismissed') AND d.reviewed_at IS NULL AND {OF_INSPECTIONS}
""")
#: Inspections that these defects belong to, and whether any of their defects is still to be certified or signed.
INSPECTIONS = """
WITH concerned AS (
    SELECT d.inspection_id AS id FROM defects d
    WHERE d.tenant_id = :tenant AND d.id = ANY (:defects) AND d.inspection_id IS NOT NULL
    UNION SELECT s.inspection_id FROM defect_sightings s WHERE s.tenant_id = :tenant AND s.defect_id = ANY (:defects)),
standing AS (
    SELECT c.id, bool_or(d.status NOT IN ('certified', 'dismissed')) AS is_open,
        string_agg(d.defect_number || ': ' || coalesce(d.resolution_notes, 'repaired'), E'\\n' ORDER BY d.defect_number) AS note,
        max(d.certifier_signature) AS signature, bool_and(d.reviewed_at IS NOT NULL) AS is_reviewed
    FROM concerned c JOIN defects d ON d.tenant_id = :tenant AND (d.inspection_id = c.id OR EXISTS (
        SELECT FROM defect_sightings s WHERE s.tenant_id = d.tenant_id AND s.defect_id = d.id AND s.inspection_id = c.id))
    GROUP BY c.id)
"""
TELL_CERTIFIED = text(f"""{INSPECTIONS}
UPDATE safety_inspections i SET repairs_certified_at = now(), repairs_certified_by_user_id = :user,
    repairs_note = coalesce(i.repairs_note, s.note), certifier_signature = coalesce(i.certifier_signature, s.signature)
FROM standing s WHERE i.tenant_id = :tenant AND i.id = s.id AND NOT s.is_open AND i.repairs_certified_at IS NULL
""")
TELL_REVIEWED = text(f"""{INSPECTIONS}
UPDATE safety_inspections i SET reviewed_at = now(), reviewed_by_user_id = :user, reviewed_by_driver_id = :driver
FROM standing s WHERE i.tenant_id = :tenant AND i.id = s.id AND s.is_reviewed AND NOT s.is_open AND i.reviewed_at IS NULL
""")
TELL_OPEN = text(f"""{INSPECTIONS}
UPDATE safety_inspections i SET repairs_certified_at = NULL, repairs_certified_by_user_id = NULL, repairs_note = NULL,
    certifier_name = NULL, certifier_signature = NULL, reviewed_at = NULL, reviewed_by_user_id = NULL,
    reviewed_by_driver_id = NULL, reviewer_name = NULL, reviewer_signature = NULL
FROM standing s WHERE i.tenant_id = :tenant AND i.id = s.id AND s.is_open AND i.repairs_certified_at IS NOT NULL
""")
#: What becomes of a work order -> what becomes of its defects, and the move that this is of theirs. Repaired ones wait to be
#: certified; what was repaired by an order that is opened again, and not certified yet, is in repair again.
WITH_THE_ORDER = {
    "approve": (REPAIRED, "repair"),
    "reopen": (NOT_REPAIRED, "plan_repair"),
    "cancel": (FREED, "reopen"),
}


async def follow_orders(
    session: AsyncSession, actor: Actor, order_ids: Collection[UUID], occasion: str
) -> None:
    """Work orders were approved, opened again or cancelled: the defects that they repair follow."""
    statement, move = WITH_THE_ORDER[occasion]
    keys = (await session.execute(statement, _where(actor, keys=list(order_ids)))).scalars()
    await react(session, actor, Change("defects", move, tuple(keys), frozenset({"status"})))


async def certify_defects(session: AsyncSession, actor: Actor, inspection_ids: Collection[UUID]) -> None:
    """An inspection's repairs were certified by a signature: so are its defects.

    Raises: Conflict that names the defects that are not repaired yet.
    """
    where = _where(actor, inspections=list(inspection_ids))
    waiting = list((await session.execute(NOT_READY, where)).scalars())
    if waiting:
        raise Conflict(
            f"Not repaired yet: {', '.join(waiting)}. Close the work order, or certify that no repair is needed.",
            code="not_repaired",
            defects=waiting,
        )
    keys = tuple((await session.execute(CERTIFY, where)).scalars())
    await react(session, actor, Change("defects", "certify", keys))


async def review_defects(session: AsyncSession, actor: Actor, inspection_ids: Collection[UUID]) -> None:
    """The next driver signed the report of an inspection: its defects are signed with it."""
    await session.execute(REVIEW, _where(actor, inspections=list(inspection_ids)))


#: What becomes of an inspection -> what becomes of its defects.
WITH_THE_INSPECTION = {"certify": certify_defects, "review": review_defects}


async def tell_inspections(
    session: AsyncSession, actor: Actor, defect_ids: Collection[UUID], occasion: str
) -> None:
    """Defects were certified, signed or opened again: the inspections that found them follow."""
    where = _where(actor, defects=list(defect_ids))
    if occasion in ("certify", "dismiss"):
        await session.execute(TELL_CERTIFIED, where)
    elif occasion == "review":
        await session.execute(TELL_REVIEWED, where | {"driver": actor.driver_id})
    else:
        await session.execute(TELL_OPEN, where)


def _where(actor: Actor, **values: Any) -> dict[str, Any]:
    return {"tenant": actor.tenant_id, "user": actor.user_id, **values}
