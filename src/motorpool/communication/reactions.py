"""What communication does when other domains announce something."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motorpool.communication.actions.tell_due_services import tell_due_services
from motorpool.communication.actions.tell_geofence_alerts import tell_geofence_alerts
from motorpool.communication.actions.tell_reservations import (
    REMINDER_JOB,
    remind,
    tell_decisions,
    tell_requests,
)
from motorpool.communication.actions.tell_waiting_orders import tell_waiting_orders
from motorpool.core.jobs.registry import JobContext, job


@job("communication.tell_geofence_alerts", on="geofence_alerts")
async def react_to_geofence_alerts(context: JobContext, event_ids: list[str]) -> None:
    """Notify people of entries, exits and dwells that a geofence alerts about."""
    async with context.database.transaction(context.actor) as session:
        await tell_geofence_alerts(session, context.actor, [UUID(key) for key in event_ids])


@job("communication.tell_due_services", on="due_work_orders_opened")
async def react_to_due_services(context: JobContext, order_ids: list[str]) -> None:
    """Tell the shop's managers which work orders were opened for services that are due."""
    async with context.database.transaction(context.actor) as session:
        await tell_due_services(session, context.actor, [UUID(key) for key in order_ids])


@job("communication.tell_waiting_orders", on="waiting_work_orders")
async def react_to_waiting_orders(context: JobContext, order_ids: list[str]) -> None:
    """Tell those who answer for the shop which work orders nobody begins with."""
    async with context.database.transaction(context.actor) as session:
        await tell_waiting_orders(session, context.actor, [UUID(key) for key in order_ids])


@job("communication.tell_requests", on="reservations_requested")
async def react_to_requests(context: JobContext, reservation_ids: list[str]) -> None:
    """Tell those who decide that a vehicle is asked for."""
    async with context.database.transaction(context.actor) as session:
        await tell_requests(session, context.actor, [UUID(key) for key in reservation_ids])


@job("communication.tell_decisions", on="reservations_decided")
async def react_to_decisions(context: JobContext, reservation_ids: list[str]) -> None:
    """Tell who asked for a vehicle what became of it, and plan the reminders."""
    async with context.database.transaction(context.actor) as session:
        await tell_decisions(session, context.actor, [UUID(key) for key in reservation_ids])


@job(REMINDER_JOB)
async def remind_reservation(context: JobContext, reservation_id: str, starts_at: str) -> None:
    """A day and an hour before a reservation begins."""
    async with context.database.transaction(context.actor) as session:
        await remind(session, context.actor, UUID(reservation_id), datetime.fromisoformat(starts_at))
