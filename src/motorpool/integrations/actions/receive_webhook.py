"""A message of Samsara's webhook: believed only when its signature is right and it is fresh, stored once."""

from __future__ import annotations

from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database, raw_connection
from motorpool.core.errors import BadRequest, NotFound, Unauthenticated
from motorpool.core.jobs.defer import defer
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.actions.finish_poll import LOG
from motorpool.integrations.actions.store_page import add_events
from motorpool.integrations.connectors import CONNECTORS
from motorpool.integrations.connectors.contract import DrivingEvent, SignInRefused
from motorpool.integrations.queries.connector_setup import read_known, read_setup
from motorpool.integrations.rules.samsara_events import HarshEvent, harsh_events_of, refusal_of

REASONS = {
    "unsigned": "X-Samsara-Timestamp or X-Samsara-Signature is missing or no such thing",
    "forged": "the signature does not belong to this message",
    "stale": "the message is too old, or its time lies in the future",
    "no_secret": "the connection has no webhook secret; enter it as Samsara shows it",
}


class Received(msgspec.Struct):
    """What became of a message: events stored, known already, asked for later, and of vehicles that nobody mapped."""

    stored: int = 0
    repeated: int = 0
    pending: int = 0
    not_mapped: int = 0


async def receive_webhook(
    database: Database,
    tenant_id: UUID,
    integration_id: UUID,
    timestamp: str | None,
    signature: str | None,
    body: bytes,
    now: float,
) -> Received:
    """Check and store one message. `now` is in seconds since 1970.

    Raises NotFound for an unknown connection, Unauthenticated for a message that is not genuine or not fresh, BadRequest
    for a genuine one that cannot be read.
    """
    actor = system_actor(tenant_id, "Samsara webhook")
    setup = await read_setup(database, actor, integration_id)
    if setup is None or setup.provider != "samsara" or not setup.is_wanted:
        raise NotFound("There is no such webhook.")
    try:
        secrets = setup.account(database.keyring, CONNECTORS["samsara"]).credentials
    except SignInRefused:
        secrets = {}
    if refusal := refusal_of(secrets.get("webhook_secret"), timestamp, signature, body, now):
        raise Unauthenticated(f"The message was not accepted: {REASONS[refusal]}.", code=f"webhook_{refusal}")
    try:
        events = harsh_events_of(msgspec.json.decode(body, type=dict[str, object]))
    except (msgspec.DecodeError, ValueError) as error:
        raise BadRequest(f"The message cannot be read: {error}") from None
    if not events:
        return Received()
    async with database.transaction(actor) as session:
        return await _store(session, actor, integration_id, events)


async def _store(
    session: AsyncSession, actor: Actor, integration_id: UUID, events: list[HarshEvent]
) -> Received:
    connection = await raw_connection(session)
    known = await read_known(connection, actor, integration_id)
    done = Received()
    told: list[DrivingEvent] = []
    for event in events:
        place = "vehicle", event.vehicle
        if place not in known.mapped or place in known.ignored:
            done.not_mapped += 1
        elif event.event_type is None:
            done.pending += await defer(
                session,
                "integrations.complete_event",
                actor.tenant_id,
                only_once=f"harsh/{integration_id}/{event.event_id}",
                integration_id=str(integration_id),
                event_id=event.event_id,
                vehicle=event.vehicle,
                driver=event.driver,
                moment=event.recorded_at.isoformat(),
            )
        else:
            told.append(
                DrivingEvent(
                    event.vehicle, event.event_id, event.event_type, event.recorded_at, driver=event.driver
                )
            )
    if told:
        done.stored = await add_events(connection, actor, "samsara", integration_id, told, known)
        done.repeated = len(told) - done.stored
    await connection.execute(
        LOG,
        {
            "tenant": actor.tenant_id,
            "integration": integration_id,
            "type": "webhook",
            "operation": "harsh_event",
            "processed": len(events),
            "succeeded": done.stored,
            "failed": 0,
            "ms": None,
            "status": "success",
            "problem": None,
            "data": Jsonb(msgspec.to_builtins(done) | {"event_ids": [event.event_id for event in events]}),
        },
    )
    return done
