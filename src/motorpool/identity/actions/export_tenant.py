"""All rows of an organisation in one zip file: for leaving, for the archive, for a look at what is stored.

`<table>.jsonl` has one JSON object a row, `manifest.json` says what is in there. Everything comes from one
snapshot. Secrets (hashes, ciphertexts) stay behind: they are worth nothing elsewhere and much to a thief.
"""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import Table

from motorpool import __version__
from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Connection, Database
from motorpool.core.database.models import facts_of
from motorpool.core.errors import Conflict, NotFound
from motorpool.core.tenancy import Actor

#: Protocol state of this server, not data of the organisation.
_SKIPPED = frozenset({"sessions", "idempotency_keys", "event_log", "derivation_work", "derivation_state"})
_SECRET_ENDINGS = ("password_hash", "token_hash", "_ciphertext", "_blind_index")
_ROWS_AT_ONCE = 5_000


async def export_tenant(database: Database, actor: Actor, target: Path) -> dict[str, int]:
    """Write the actor's tenant to `target` (a zip, readable by this user only); returns rows by table.

    Raises Conflict when the file exists, NotFound for no tenant. A failure leaves no file behind.
    """
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(f"{target} exists already; it is not overwritten.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            return await _write(database, actor, file)
    except BaseException:
        os.unlink(target)
        raise


async def _write(database: Database, actor: Actor, file: IO[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        async with database.connection(actor, audited=False) as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await connection.execute("SET LOCAL statement_timeout = 0")
            for table in sorted(load_metadata().tables.values(), key=lambda table: table.name):
                if _is_exported(table):
                    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as part:
                        counts[table.name] = await _write_table(connection, actor, table, part)
        if not counts["tenants"]:
            raise NotFound("There is no such tenant.")
        manifest = {
            "format": "motorpool tenant export",
            "version": 1,
            "program": __version__,
            "tenant_id": actor.tenant_id,
            "exported_at": datetime.now(UTC),
            "rows": counts,
            "left_out": f"columns that hold secrets, and the tables {', '.join(sorted(_SKIPPED))}",
        }
        archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return counts


async def _write_table(connection: Connection, actor: Actor, table: Table, part: IO[bytes]) -> int:
    columns = ", ".join(
        f'"{column.name}"' for column in table.columns if not str(column.name).endswith(_SECRET_ENDINGS)
    )
    tenant_column = "id" if table.name == "tenants" else "tenant_id"
    key = ", ".join(str(column.name) for column in table.primary_key.columns)
    query = (
        f"SELECT row_to_json(r)::text FROM (SELECT {columns} FROM {table.name} "
        f"WHERE {tenant_column} = %s ORDER BY {key}) r"
    )
    count = 0
    async with connection.cursor(name=f"export_{table.name}") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        await cursor.execute(query, (actor.tenant_id,))
        while rows := await cursor.fetchmany(_ROWS_AT_ONCE):
            part.write(("\n".join(row[0] for row in rows) + "\n").encode())
            count += len(rows)
    return count


def _is_exported(table: Table) -> bool:
    owned = table.name == "tenants" or "tenant_id" in table.columns
    return owned and table.name not in _SKIPPED and facts_of(table).rights != "none"
