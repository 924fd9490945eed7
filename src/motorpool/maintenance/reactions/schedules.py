"""Recurring schedules follow their work orders, and themselves."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.advance_schedules import complete_orders, hold_schedules, take_back_orders
from motorpool.maintenance.actions.plan_schedules import plan_schedules

ORDERS = "maintenance_records"
SCHEDULES = "recurring_maintenance_schedules"


@reaction(ORDERS, "approve")
async def move_schedules_on(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A closed work order moves its schedule on."""
    await complete_orders(session, actor, change.keys)


@reaction(ORDERS, "reopen")
async def take_schedules_back(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A reopened one takes that back."""
    await take_back_orders(session, actor, change.keys)


@reaction(ORDERS, "cancel")
async def leave_schedules_due(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A cancelled one leaves it due, and no other is opened by itself at once."""
    await hold_schedules(session, actor, change.keys)


@reaction(SCHEDULES, "create")
async def plan_new_schedules(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A new schedule is due somewhere."""
    await plan_schedules(session, actor, change.keys, change.columns, is_new=True)


@reaction(SCHEDULES, "update")
async def plan_changed_schedules(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Another interval or last completion, another next one."""
    await plan_schedules(session, actor, change.keys, change.columns)
