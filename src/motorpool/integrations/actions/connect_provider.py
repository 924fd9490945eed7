"""A new connection to a provider: its credentials are tried before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.http import OutgoingClient
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.integrations.connectors import CONNECTORS
from motorpool.integrations.connectors.contract import Connector, ConnectorError, SignInRefused
from motorpool.integrations.credentials import seal_credentials
from motorpool.integrations.models import ApiIntegration
from motorpool.integrations.queries.connector_setup import LONGEST_HISTORY_H, account_of

TEST_S = 30.0
LONGEST_VALUE = 500


def connector_of(provider: str) -> Connector:
    """Raises Invalid for a provider without a connector."""
    connector = CONNECTORS.get(provider)
    if connector is None:
        known = ", ".join(sorted(CONNECTORS))
        raise Invalid(fields=[FieldProblem("provider", f"must be one of {known}", "unknown")])
    return connector


def check_values(
    connector: Connector, values: Mapping[str, str], *, kept: frozenset[str] = frozenset()
) -> None:
    """Raises Invalid that names every value that is missing or wrong. Secrets in `kept` may stay as they are."""
    problems = []
    for field in connector.fields:
        value = values.get(field.name, "")
        if field.is_required and not value and field.name not in kept:
            problems.append(FieldProblem(field.name, "is required", "required"))
        elif len(value) > LONGEST_VALUE or not value.isprintable():
            problems.append(
                FieldProblem(field.name, f"must have at most {LONGEST_VALUE} printable characters", "length")
            )
    endpoint = values.get("api_endpoint", "")
    if endpoint and (not endpoint.startswith("https://") or not _host(endpoint)):
        problems.append(FieldProblem("api_endpoint", "must begin with https:// and name a host", "invalid"))
    if (hours := values.get("history_hours", "")) and not _is_hours(hours):
        problems.append(
            FieldProblem("history_hours", f"must be a number from 0 to {LONGEST_HISTORY_H:g}", "out_of_range")
        )
    known = {field.name for field in connector.fields} | {"api_endpoint", "history_hours"}
    problems += [
        FieldProblem(name, f"is not known; there are {', '.join(sorted(known))}", "unknown_field")
        for name in values
        if name not in known
    ]
    if problems:
        raise Invalid("Some values are not valid.", fields=problems)


async def try_sign_in(client: OutgoingClient, connector: Connector, values: Mapping[str, str]) -> str:
    """A sentence about the account. Raises Invalid when the provider refuses, or cannot be reached."""
    account = account_of(
        connector, values.get("api_endpoint") or None, configuration_of(connector, values), values
    )
    try:
        return await connector.open(client, account).check()
    except SignInRefused as error:
        name = next(field.name for field in connector.fields if field.is_secret)
        raise Invalid(
            "Nothing was stored, because the provider refused.",
            fields=[FieldProblem(name, f"was refused: {error}", "refused")],
        ) from None
    except ConnectorError as error:
        raise Invalid(
            "Nothing was stored, because the credentials could not be tried.",
            fields=[FieldProblem("api_endpoint", f"gave no usable answer: {error}", "no_answer")],
        ) from None


def configuration_of(connector: Connector, values: Mapping[str, str]) -> dict[str, Any]:
    """What is stored openly."""
    found: dict[str, Any] = {
        field.name: values[field.name]
        for field in connector.fields
        if not field.is_secret and values.get(field.name)
    }
    if values.get("history_hours"):
        found["history_hours"] = float(values["history_hours"])
    return found


async def store_connection(
    session: AsyncSession,
    keyring: Keyring | None,
    actor: Actor,
    connector: Connector,
    name: str,
    values: Mapping[str, str],
    minutes: int,
) -> UUID:
    """Store a connection that was tried; the first poll is due at once. Raises Invalid, and Conflict for a name that another
    one has.
    """
    name = name.strip()
    if not 0 < len(name) <= 255:
        raise Invalid(fields=[FieldProblem("name", "must have 1 to 255 characters", "length")])
    if not 1 <= minutes <= 1440:
        raise Invalid(fields=[FieldProblem("minutes", "must be from 1 to 1,440", "out_of_range")])
    taken = await session.scalar(
        select(ApiIntegration.id).where(
            ApiIntegration.tenant_id == actor.tenant_id,
            ApiIntegration.integration_name == name,
            ApiIntegration.is_active,
        )
    )
    if taken is not None:
        raise Conflict(
            "Another connection has this name.",
            fields=[FieldProblem("name", "is taken by another connection", "taken")],
        )
    key = uuid4()
    masked, sealed = seal_credentials(keyring, actor.tenant_id, key, secrets_of(connector, values))
    session.add(
        ApiIntegration(
            id=key,
            tenant_id=actor.tenant_id,
            integration_name=name,
            integration_type="telematics",
            provider=connector.provider,
            api_endpoint=(values.get("api_endpoint") or connector.endpoint).rstrip("/"),
            authentication_type=connector.authentication_type,
            credentials_encrypted=masked,
            credentials_encrypted_ciphertext=sealed,
            sync_frequency_minutes=minutes,
            configuration=configuration_of(connector, values),
        )
    )
    await session.flush()
    await session.execute(
        text("INSERT INTO connector_states (tenant_id, integration_id) VALUES (:tenant, :key)"),
        {"tenant": actor.tenant_id, "key": key},
    )
    return key


def secrets_of(connector: Connector, values: Mapping[str, str]) -> dict[str, str]:
    return {field.name: values.get(field.name, "") for field in connector.fields if field.is_secret}


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_hours(text_: str) -> bool:
    try:
        return 0 <= float(text_) <= LONGEST_HISTORY_H
    except ValueError:
        return False
