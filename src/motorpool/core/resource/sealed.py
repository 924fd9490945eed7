"""Columns that hold secrets: the column keeps a masked form for people, the value is encrypted beside it (decision 16)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motorpool.core.errors import ConfigurationError
from motorpool.core.resource.declaration import Resource
from motorpool.core.secrets import Keyring

SHOWN = 4
DOTS = "••••"


def mask(value: str) -> str:
    """Only the last four characters, and none of a value so short that they would tell too much."""
    return DOTS + (value[-SHOWN:] if len(value) >= 3 * SHOWN else "")


def seal(
    resource: Resource, keyring: Keyring | None, tenant_id: UUID, key: UUID, values: dict[str, Any]
) -> dict[str, Any]:
    """Replace the secrets among `values` by their masked, encrypted and searchable forms."""
    table = resource.table
    for column in resource.facts.sealed:
        if column not in values:
            continue
        value = values[column]
        if value is not None and keyring is None:
            raise ConfigurationError("secrets cannot be stored without the master key")
        assert keyring is not None or value is None
        filled = value is not None and keyring is not None
        values[column] = mask(value) if filled else None
        values[f"{column}_ciphertext"] = (
            keyring.seal(value, tenant_id, table.name, column, key) if filled and keyring else None
        )
        if f"{column}_blind_index" in table.columns:
            text = keyring.blind_index(value, tenant_id, table.name, column) if filled and keyring else None
            binary = table.columns[f"{column}_blind_index"].type.python_type is bytes
            values[f"{column}_blind_index"] = bytes.fromhex(text) if text and binary else text
    return values
