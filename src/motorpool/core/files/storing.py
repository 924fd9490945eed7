"""Keeping and deleting files, in the caller's transaction."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.models import Base, facts_of
from motorpool.core.errors import FieldProblem, Invalid, NotFound
from motorpool.core.files.media import agreed_type
from motorpool.core.files.models import StoredFile
from motorpool.core.files.names import clean_name, content_disposition, extension_of
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore, new_key
from motorpool.core.tenancy import Actor

_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,49}")


async def store_file(
    session: AsyncSession,
    files: FileStore,
    actor: Actor,
    stream: AsyncIterable[bytes],
    *,
    name: str,
    declared_type: str | None = None,
    purpose: str = "attachment",
    entity: tuple[str, UUID] | None = None,
    expires_at: datetime | None = None,
    only: Collection[str] = (),
    limit_bytes: int | None = None,
    made_as: str | None = None,
) -> StoredFile:
    """Receive a stream and keep it. `entity` is (table, id) of the record it belongs to, `only` allowed media types.

    `made_as`: the media type of what the program itself wrote, which is not looked at and may be of a kind that nobody can send.

    Call it before anything else in the session: a session takes its connection at the first statement, and a slow
    sender would hold it. Raises Invalid (type, name, purpose, entity), PayloadTooLarge, Unavailable.
    """
    async with files.spool(limit_bytes) as spool:
        async for chunk in stream:
            await spool.write(chunk)
        return await keep_received(
            session,
            files,
            actor,
            await spool.finish(),
            name=name,
            declared_type=declared_type,
            purpose=purpose,
            entity=entity,
            expires_at=expires_at,
            only=only,
            made_as=made_as,
        )


async def keep_received(
    session: AsyncSession,
    files: FileStore,
    actor: Actor,
    received: Received,
    *,
    name: str,
    declared_type: str | None = None,
    purpose: str = "attachment",
    entity: tuple[str, UUID] | None = None,
    expires_at: datetime | None = None,
    only: Collection[str] = (),
    made_as: str | None = None,
) -> StoredFile:
    """Check a received file, put it into the store and write its row.

    The object is written first: when the transaction is rolled back it is an orphan, which housekeeping removes.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise _wrong("purpose", "must be a short word in small letters, such as document or photo")
    plain_name = clean_name(name)
    media_type = made_as or ""
    if made_as is None:
        media = await asyncio.to_thread(agreed_type, received.file, plain_name, declared_type, only)
        media_type = media.name
        if not extension_of(plain_name):
            plain_name = f"{plain_name}.{media.extensions[0]}"
    key = new_key(actor.tenant_id)
    headers = {"Content-Type": media_type, "Content-Disposition": content_disposition(plain_name)}
    await files.put(key, received.file, headers)
    if entity is not None:
        await _check_entity(session, actor, *entity)
    row = StoredFile(
        tenant_id=actor.tenant_id,
        name=plain_name,
        media_type=media_type,
        size_bytes=received.size_bytes,
        sha256=received.sha256,
        storage_key=key,
        purpose=purpose,
        entity_type=entity[0] if entity else None,
        entity_id=entity[1] if entity else None,
        uploaded_by_user_id=actor.user_id,
        expires_at=expires_at,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def delete_file(session: AsyncSession, actor: Actor, file_id: UUID) -> None:
    """Mark a file as deleted: it can no longer be read, its content goes some days later. Raises NotFound."""
    row = await session.scalar(
        select(StoredFile)
        .where(StoredFile.tenant_id == actor.tenant_id, StoredFile.id == file_id)
        .where(StoredFile.deleted_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("There is no such file.")
    row.deleted_at = await session.scalar(text("SELECT now()"))
    await session.flush()


async def _check_entity(session: AsyncSession, actor: Actor, kind: str, key: UUID) -> None:
    """No foreign key can hold a pair of table and id."""
    table = Base.metadata.tables.get(kind)
    if table is None or facts_of(table).ownership != "tenant" or "id" not in table.columns:
        raise _wrong("entity_type", "must be the name of a table, such as vehicles or work_orders")
    found = await session.scalar(
        select(table.c.id).where(table.c.tenant_id == actor.tenant_id, table.c.id == key)
    )
    if found is None:
        raise _wrong("entity_id", "does not name anything that exists here", "unknown_reference")


def _wrong(field: str, message: str, code: str = "invalid") -> Invalid:
    return Invalid("Some fields are not valid.", fields=[FieldProblem(field, message, code)])
