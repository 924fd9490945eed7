"""Certifying the repairs of an inspection (49 CFR 396.11(a)(3)), and the next driver's review of it (396.13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.inspection_signature import Signature, signature_problems

#: Reports whose repairs are certified and that no driver has signed yet.
TO_REVIEW = text("""
SELECT id FROM safety_inspections
WHERE tenant_id = :tenant AND vehicle_id = :vehicle AND repairs_certified_at IS NOT NULL AND reviewed_at IS NULL
  AND (inspection_status <> 'passed' OR requires_maintenance) AND id IS DISTINCT FROM :except_id
ORDER BY id FOR NO KEY UPDATE
""")
SIGN_REVIEW = text("""
UPDATE safety_inspections SET reviewed_at = now(), reviewed_by_user_id = :user, reviewed_by_driver_id = :driver,
    reviewer_name = :name, reviewer_signature = :image
WHERE tenant_id = :tenant AND id = ANY (:keys)
""")
STANDING = text(
    "SELECT inspection_status, requires_maintenance, repairs_certified_at, reviewed_at FROM safety_inspections "
    "WHERE tenant_id = :tenant AND id = :key"
)
SIGN_CERTIFICATE = text("""
UPDATE safety_inspections SET repairs_certified_at = now(), repairs_certified_by_user_id = :user, certifier_name = :name,
    certifier_signature = :image, repairs_note = coalesce(:note, repairs_note)
WHERE tenant_id = :tenant AND id = :key
""")


async def certify_inspection(
    session: AsyncSession, actor: Actor, key: UUID, signature: Signature, note: str | None
) -> None:
    """Certify that every defect of an inspection is repaired or needs no repair. The row is locked by the caller.

    What else knows about its defects joins in by a reaction to `certify`, or refuses.
    Raises: Conflict when nothing is to be certified, or a defect is not repaired yet; Invalid for the signature.
    """
    refuse_signature(signature)
    row = (await session.execute(STANDING, {"tenant": actor.tenant_id, "key": key})).one()
    if row.repairs_certified_at is not None:
        raise Conflict("The repairs of this inspection are certified already.", code="certified_before")
    if row.inspection_status == "passed" and not row.requires_maintenance:
        raise Conflict("This inspection found nothing that is to be repaired.", code="nothing_to_certify")
    values = {"user": actor.user_id, "name": signature.name.strip(), "image": signature.image, "note": note}
    await session.execute(SIGN_CERTIFICATE, {"tenant": actor.tenant_id, "key": key} | values)
    await react(session, actor, Change("safety_inspections", "certify", (key,)))


async def review_inspection(session: AsyncSession, actor: Actor, key: UUID, signature: Signature) -> None:
    """Sign a report as the next driver. The row is locked by the caller.

    Raises: Conflict when its repairs are not certified, or somebody signed before; Invalid for the signature.
    """
    refuse_signature(signature)
    row = (await session.execute(STANDING, {"tenant": actor.tenant_id, "key": key})).one()
    if row.reviewed_at is not None:
        raise Conflict("The report was signed by a driver already.", code="reviewed_before")
    if row.repairs_certified_at is None and (row.inspection_status != "passed" or row.requires_maintenance):
        raise Conflict("The repairs are not certified yet; until then nobody signs.", code="not_certified")
    await _sign(session, actor, [key], signature)


async def review_inspections(
    session: AsyncSession, actor: Actor, vehicle_id: UUID, signature: Signature, *, except_id: UUID
) -> int:
    """Sign every report of a vehicle that waits for the next driver; returns how many."""
    where = {"tenant": actor.tenant_id, "vehicle": vehicle_id, "except_id": except_id}
    keys = list((await session.execute(TO_REVIEW, where)).scalars())
    if keys:
        await _sign(session, actor, keys, signature)
    return len(keys)


async def _sign(session: AsyncSession, actor: Actor, keys: Sequence[UUID], signature: Signature) -> None:
    values: dict[str, Any] = {
        "user": actor.user_id,
        "driver": actor.driver_id,
        "name": signature.name.strip(),
    }
    values |= {"tenant": actor.tenant_id, "keys": list(keys), "image": signature.image}
    await session.execute(SIGN_REVIEW, values)
    await react(session, actor, Change("safety_inspections", "review", tuple(keys)))


def refuse_signature(signature: Signature) -> None:
    """Raises Invalid."""
    if problems := signature_problems(signature, "signature"):
        raise Invalid("Some fields are not valid.", fields=problems)
