"""What the poller needs to know of a connection before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from motorpool.core.database.database import Connection, Database
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.integrations.actions.store_page import Known
from motorpool.integrations.connectors.contract import Account, Connector, Kind
from motorpool.integrations.credentials import open_credentials

#: How far back a new feed begins, in hours, unless the configuration says `history_hours`; and the most.
HISTORY_H, LONGEST_HISTORY_H = 24.0, 24.0 * 60

SETUP = """
SELECT i.integration_name, i.provider, i.api_endpoint, i.configuration, i.credentials_encrypted_ciphertext,
       i.is_active AND i.sync_enabled, i.sync_frequency_minutes, coalesce(s.failures, 0), coalesce(s.refusals, 0),
       s.paused_at, s.objects_read_at
FROM api_integrations i
LEFT JOIN connector_states s ON s.tenant_id = %(tenant)s AND s.integration_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.id = %(integration)s
"""
WHO = """
SELECT entity_type, external_id, internal_id, false FROM external_system_mappings
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND is_active AND entity_type IN ('vehicle', 'driver')
UNION ALL
SELECT entity_type, external_id, NULL, true FROM connector_objects
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND is_ignored
"""


@dataclass(frozen=True, slots=True)
class Setup:
    """A connection as it is stored; its secrets stay sealed until `account` opens them."""

    tenant_id: UUID
    integration_id: UUID
    name: str
    provider: str
    endpoint: str | None
    configuration: Mapping[str, Any]
    sealed: bytes | None
    is_wanted: bool
    frequency_minutes: int
    failures: int
    refusals: int
    paused_at: datetime | None
    objects_read_at: datetime | None

    def account(self, keyring: Keyring | None, connector: Connector) -> Account:
        """Raises SignInRefused when the secrets cannot be opened."""
        secrets = open_credentials(keyring, self.tenant_id, self.integration_id, self.sealed, connector)
        return account_of(connector, self.endpoint, self.configuration, secrets)


def account_of(
    connector: Connector,
    endpoint: str | None,
    configuration: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> Account:
    given = configuration.get("history_hours")
    hours = given if isinstance(given, int | float) and 0 <= given <= LONGEST_HISTORY_H else HISTORY_H
    address = (endpoint or connector.endpoint).rstrip("/")
    return Account(address, configuration, secrets, timedelta(hours=hours))


async def read_setup(database: Database, actor: Actor, integration_id: UUID) -> Setup | None:
    """None: there is no such connection."""
    parameters = {"tenant": actor.tenant_id, "integration": integration_id}
    rows = await database.read(actor, SETUP, parameters)
    if not rows:
        return None
    name, provider, endpoint, configuration, *others = rows[0]
    return Setup(
        actor.tenant_id,
        integration_id,
        name,
        provider or "",
        endpoint,
        configuration if isinstance(configuration, dict) else {},
        *others,
    )


async def read_known(connection: Connection, actor: Actor, integration_id: UUID) -> Known:
    """Who is who, and whose records are not wanted."""
    cursor = await connection.execute(WHO, {"tenant": actor.tenant_id, "integration": integration_id})
    mapped: dict[tuple[Kind, str], UUID] = {}
    ignored = set()
    for kind, external_id, internal_id, is_ignored in await cursor.fetchall():
        if is_ignored:
            ignored.add((cast(Kind, kind), external_id))
        else:
            mapped[kind, external_id] = internal_id
    return Known(mapped, frozenset(ignored))
