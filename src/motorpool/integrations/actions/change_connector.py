"""Pausing a connector, going on, new credentials, and saying who is who."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.integrations.actions.connect_provider import configuration_of
from motorpool.integrations.connectors import CONNECTORS
from motorpool.integrations.connectors.contract import Connector
from motorpool.integrations.credentials import seal_credentials
from motorpool.integrations.jobs import order_poll
from motorpool.integrations.models import ApiIntegration, ConnectorObject

TABLES = {"vehicle": "vehicles", "driver": "drivers"}


async def require_connector(session: AsyncSession, actor: Actor, integration_id: UUID) -> None:
    """Raises Conflict for a connection that no connector serves."""
    provider = await session.scalar(
        text("SELECT provider FROM api_integrations WHERE tenant_id = :tenant AND id = :key"),
        {"tenant": actor.tenant_id, "key": integration_id},
    )
    if provider not in CONNECTORS:
        raise Conflict(
            f"Nothing is fetched from {provider or 'this provider'}: there is no connector for it."
        )


async def pause(session: AsyncSession, actor: Actor, integration_id: UUID) -> None:
    """Fetch nothing more until somebody continues. A poll that runs ends by itself."""
    await require_connector(session, actor, integration_id)
    await session.execute(
        text(
            "INSERT INTO connector_states AS s (tenant_id, integration_id, paused_at, paused_because) "
            "VALUES (:tenant, :key, now(), :why) ON CONFLICT (tenant_id, integration_id) DO UPDATE "
            "SET paused_at = excluded.paused_at, paused_because = excluded.paused_because WHERE s.paused_at IS NULL"
        ),
        {"tenant": actor.tenant_id, "key": integration_id, "why": f"Paused by {actor.name}."},
    )


async def poll_now(session: AsyncSession, actor: Actor, integration_id: UUID) -> None:
    """Go on after a pause, and fetch right away."""
    await require_connector(session, actor, integration_id)
    await session.execute(
        text(
            "INSERT INTO connector_states AS s (tenant_id, integration_id) VALUES (:tenant, :key) "
            "ON CONFLICT (tenant_id, integration_id) DO UPDATE "
            "SET paused_at = NULL, paused_because = NULL, failures = 0, refusals = 0"
        ),
        {"tenant": actor.tenant_id, "key": integration_id},
    )
    await session.execute(
        update(ApiIntegration)
        .where(ApiIntegration.tenant_id == actor.tenant_id, ApiIntegration.id == integration_id)
        .values(next_sync_at=None)
    )
    await order_poll(session, actor.tenant_id, integration_id)


async def change_credentials(
    session: AsyncSession,
    keyring: Keyring | None,
    actor: Actor,
    integration_id: UUID,
    connector: Connector,
    values: Mapping[str, str],
    secrets: Mapping[str, str],
) -> None:
    """Store values and secrets that were tried, and go on."""
    masked, sealed = seal_credentials(keyring, actor.tenant_id, integration_id, secrets)
    await session.execute(
        update(ApiIntegration)
        .where(ApiIntegration.tenant_id == actor.tenant_id, ApiIntegration.id == integration_id)
        .values(
            credentials_encrypted=masked,
            credentials_encrypted_ciphertext=sealed,
            api_endpoint=(values.get("api_endpoint") or connector.endpoint).rstrip("/"),
            configuration=configuration_of(connector, values),
        )
    )
    await poll_now(session, actor, integration_id)


async def map_object(
    session: AsyncSession, actor: Actor, object_id: UUID, internal_id: UUID | None
) -> ConnectorObject:
    """Say which vehicle or driver of ours it is; None: none. It is not ignored any more.

    Raises Invalid when there is no such vehicle or driver, Conflict when it is another one's already.
    """
    found = await _locked(session, actor, object_id)
    place = {
        "tenant": actor.tenant_id,
        "integration": found.integration_id,
        "kind": found.entity_type,
        "external": found.external_id,
    }
    await session.execute(
        text(
            "DELETE FROM external_system_mappings WHERE tenant_id = :tenant AND integration_id = :integration "
            "AND entity_type = :kind AND external_id = :external"
        ),
        place,
    )
    if internal_id is not None:
        values = place | {"internal": internal_id}
        exists = await session.scalar(
            text(f"SELECT 1 FROM {TABLES[found.entity_type]} WHERE tenant_id = :tenant AND id = :internal"),
            values,
        )
        if not exists:
            raise Invalid(
                fields=[FieldProblem("internal_id", f"must be one of your {found.entity_type}s", "unknown")]
            )
        other = await session.scalar(
            text(
                "SELECT coalesce(o.name, m.external_id) FROM external_system_mappings m LEFT JOIN connector_objects o "
                "ON o.tenant_id = :tenant AND o.integration_id = m.integration_id AND o.entity_type = m.entity_type "
                "AND o.external_id = m.external_id "
                "WHERE m.tenant_id = :tenant AND m.integration_id = :integration AND m.entity_type = :kind "
                "AND m.internal_id = :internal"
            ),
            values,
        )
        if other is not None:
            raise Conflict(
                f"This {found.entity_type} is mapped to {other} already; take that away first.",
                fields=[FieldProblem("internal_id", f"is mapped to {other} already", "taken")],
            )
        await session.execute(
            text(
                "INSERT INTO external_system_mappings (tenant_id, integration_id, entity_type, internal_id, external_id, "
                "external_system, metadata) SELECT :tenant, :integration, :kind, :internal, :external, provider, "
                """'{"matched": "by hand"}' FROM api_integrations WHERE tenant_id = :tenant AND id = :integration """
                "RETURNING id"
            ),
            values,
        )
        # What was not stored is fetched again, now that it is known whose it is.
        found.catch_up_from = found.skipped_since
        found.skipped_records, found.skipped_since = 0, None
        await session.execute(
            update(ApiIntegration)
            .where(ApiIntegration.tenant_id == actor.tenant_id, ApiIntegration.id == found.integration_id)
            .values(next_sync_at=None)
        )
    found.is_ignored = False
    await session.flush()
    return found


async def ignore_object(
    session: AsyncSession, actor: Actor, object_id: UUID, ignored: bool
) -> ConnectorObject:
    """Its records are not wanted, or are again."""
    found = await _locked(session, actor, object_id)
    found.is_ignored = ignored
    if ignored:
        found.skipped_records, found.skipped_since, found.catch_up_from = 0, None, None
    await session.flush()
    return found


async def _locked(session: AsyncSession, actor: Actor, object_id: UUID) -> ConnectorObject:
    found = await session.get(ConnectorObject, object_id, with_for_update=True)
    if found is None or found.tenant_id != actor.tenant_id:
        raise Invalid("There is no such vehicle or driver elsewhere.")
    return found
