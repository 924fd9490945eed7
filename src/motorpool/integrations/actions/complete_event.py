"""A harsh event that a webhook announced without saying which kind: ask the provider, then store it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.http import OutgoingClient
from motorpool.core.tenancy import Actor
from motorpool.integrations.actions.store_page import add_events
from motorpool.integrations.connectors.contract import SignInRefused
from motorpool.integrations.connectors.samsara import Samsara, SamsaraConnection
from motorpool.integrations.queries.connector_setup import read_known, read_setup


async def complete_event(
    database: Database,
    client: OutgoingClient,
    actor: Actor,
    integration_id: UUID,
    event_id: str,
    vehicle: str,
    driver: str | None,
    moment: datetime,
) -> int:
    """How many events were added: 1, or 0 when it is known already or none of ours. Raises TooFast and TryLater, after
    which trying again is right; a refused sign-in is left to the poller, which tells people.
    """
    setup = await read_setup(database, actor, integration_id)
    if setup is None or not setup.is_wanted:
        return 0
    try:
        connection = SamsaraConnection(client, setup.account(database.keyring, Samsara()))
        found = await connection.harsh_event(vehicle, moment)
    except SignInRefused:
        return 0
    if found is None:
        return 0
    async with database.connection(actor) as opened:
        known = await read_known(opened, actor, integration_id)
        if ("vehicle", vehicle) not in known.mapped or ("vehicle", vehicle) in known.ignored:
            return 0
        event = replace(found, external_id=event_id, driver=driver)
        return await add_events(opened, actor, setup.provider, integration_id, [event], known)
