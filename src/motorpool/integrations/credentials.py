"""Secrets of a connection: sealed together as one JSON object, so that a provider may need several (decision 16)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from motorpool.core.errors import ConfigurationError
from motorpool.core.resource.sealed import mask
from motorpool.core.secrets import Keyring, SealedValueError
from motorpool.integrations.connectors.contract import Connector, SignInRefused

TABLE, COLUMN = "api_integrations", "credentials_encrypted"


def seal_credentials(
    keyring: Keyring | None, tenant_id: UUID, integration_id: UUID, secrets: Mapping[str, str]
) -> tuple[str, bytes]:
    """The masked form for people (the end of the first secret) and the sealed one."""
    if keyring is None:
        raise ConfigurationError("secrets cannot be stored without the master key")
    text = msgspec.json.encode({name: value for name, value in secrets.items() if value}).decode()
    first = next((value for value in secrets.values() if value), "")
    return mask(first), keyring.seal(text, tenant_id, TABLE, COLUMN, integration_id)


def open_credentials(
    keyring: Keyring | None, tenant_id: UUID, integration_id: UUID, sealed: bytes | None, connector: Connector
) -> dict[str, str]:
    """The secrets by name. A plain text, as the API takes it, is the connector's first secret.

    Raises SignInRefused when there are none or they cannot be opened.
    """
    if sealed is None or keyring is None:
        raise SignInRefused("No credentials are stored; enter them again.")
    try:
        text = keyring.open(bytes(sealed), tenant_id, TABLE, COLUMN, integration_id)
    except SealedValueError as error:
        raise SignInRefused(f"The stored credentials cannot be opened: {error}") from None
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError:
        name = next(field.name for field in connector.fields if field.is_secret)
        return {name: text}
