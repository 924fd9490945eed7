"""Inspections raise defects; defects follow their work orders, and inspections their defects."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.raise_defects import raise_defects
from motorpool.maintenance.actions.settle_defects import (
    WITH_THE_INSPECTION,
    WITH_THE_ORDER,
    follow_orders,
    tell_inspections,
)


@reaction("safety_inspections", "create", "update")
async def raise_what_was_found(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "create" or "checklist_results" in change.columns:
        await raise_defects(session, actor, change.keys)


@reaction("safety_inspections", *WITH_THE_INSPECTION)
async def defects_follow_their_inspection(session: AsyncSession, actor: Actor, change: Change) -> None:
    await WITH_THE_INSPECTION[change.occasion](session, actor, change.keys)


@reaction("maintenance_records", *WITH_THE_ORDER)
async def defects_follow_their_order(session: AsyncSession, actor: Actor, change: Change) -> None:
    await follow_orders(session, actor, change.keys, change.occasion)


@reaction("defects", "certify", "dismiss", "review", "reopen")
async def inspections_follow(session: AsyncSession, actor: Actor, change: Change) -> None:
    await tell_inspections(session, actor, change.keys, change.occasion)
