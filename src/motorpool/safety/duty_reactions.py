"""What follows when duty records or unassigned driving change."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.claim_driving import give_to_driver, open_again, refuse_claims, take_back
from motorpool.safety.actions.keep_automatic_driving import refuse_shortened_driving
from motorpool.safety.actions.note_duty_violations import settle_duty_records
from motorpool.safety.resources.drivers import DRIVERS

LOGS = next(one for one in DRIVERS if one.table.name == "hours_of_service_logs")


@reaction("hours_of_service_logs", "create", "accept", "reject", "certify")
async def settle(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "create" and "replaces_log_id" in change.columns:
        await refuse_shortened_driving(session, actor, change)
    if change.occasion == "reject":
        await open_again(session, actor, change.keys)
    await settle_duty_records(session, actor, LOGS, change.keys)


@reaction("unassigned_driving", "claim")
async def give(session: AsyncSession, actor: Actor, change: Change) -> None:
    await refuse_claims(session, actor, change)
    made = await give_to_driver(session, actor, change.keys)
    if made:
        await settle_duty_records(session, actor, LOGS, made)


@reaction("unassigned_driving", "reopen")
async def take(session: AsyncSession, actor: Actor, change: Change) -> None:
    taken = await take_back(session, actor, change.keys)
    if taken:
        await settle_duty_records(session, actor, LOGS, taken)
