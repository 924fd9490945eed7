"""Inspections raise defects; defects follow their work orders, and inspections their defects."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.raise_defects import raise_defects
from motorpool.maintenance.actions.settle_defects import (
    certify_defects,
    free_defects,
    repair_defects,
    review_defects,
    tell_inspections,
    unrepair_defects,
)


@reaction("safety_inspections", "create", "update")
async def raise_what_was_found(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "create" or "checklist_results" in change.columns:
        await raise_defects(session, actor, change.keys)


@reaction("safety_inspections", "certify")
async def certify_what_was_repaired(session: AsyncSession, actor: Actor, change: Change) -> None:
    await certify_defects(session, actor, change.keys)


@reaction("safety_inspections", "review")
async def sign_with_the_report(session: AsyncSession, actor: Actor, change: Change) -> None:
    await review_defects(session, actor, change.keys)


@reaction("maintenance_records", "approve")
async def repaired_with_the_order(session: AsyncSession, actor: Actor, change: Change) -> None:
    await repair_defects(session, actor, change.keys)


@reaction("maintenance_records", "reopen")
async def not_repaired_after_all(session: AsyncSession, actor: Actor, change: Change) -> None:
    await unrepair_defects(session, actor, change.keys)


@reaction("maintenance_records", "cancel")
async def open_without_the_order(session: AsyncSession, actor: Actor, change: Change) -> None:
    await free_defects(session, actor, change.keys)


@reaction("defects", "certify", "dismiss", "review", "reopen")
async def inspections_follow(session: AsyncSession, actor: Actor, change: Change) -> None:
    await tell_inspections(session, actor, change.keys, change.occasion)
