"""Finding a file's row, who may read it, and its content."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from motorpool.core.access import Access
from motorpool.core.access.decision import matches
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.files.media import BY_NAME
from motorpool.core.files.store import FileStore
from motorpool.core.tenancy import Actor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it is read; `media_type` is what the content showed when it was stored."""

    id: UUID
    tenant_id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    storage_key: str
    purpose: str
    entity_type: str | None
    entity_id: UUID | None
    uploaded_by_user_id: UUID | None
    created_at: datetime
    expires_at: datetime | None

    @property
    def etag(self) -> str:
        """Strong: the content decides."""
        return f'"{self.sha256}"'

    @property
    def may_be_inline(self) -> bool:
        media = BY_NAME.get(self.media_type)
        return media is not None and media.inline


_COLUMNS = ", ".join(FileRow.__dataclass_fields__)


async def find_file(database: Database, actor: Actor, file_id: UUID) -> FileRow:
    """A file of the actor's tenant, whoever asks: the caller decides whether they may. Raises NotFound."""
    row = await _find(database, actor, file_id)
    if row is None:
        raise NotFound("There is no such file.")
    return row


async def _find(database: Database, actor: Actor, file_id: UUID) -> FileRow | None:
    rows = await database.read(
        actor,
        f"SELECT {_COLUMNS} FROM files WHERE tenant_id = %s AND id = %s AND deleted_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > now())",
        (actor.tenant_id, file_id),
    )
    return FileRow(*rows[0]) if rows else None


async def find_readable(
    database: Database, actor: Actor, file_id: UUID, permission: str = "files.read"
) -> FileRow:
    """A file that the actor may read, as its uploader or by `files.read`. Raises Forbidden, NotFound.

    With another permission: a file that may be, say, deleted; the uploader then needs the permission for own rows.
    """
    reach = actor.access.reach(permission)
    lacks = Forbidden(f"This needs the permission {permission}.", permission=permission)
    uploader_may = permission == "files.read" and not _refuses(actor.access, permission)
    if reach is None and not uploader_may:
        raise lacks
    row = await _find(database, actor, file_id)
    if row is not None:
        is_uploader = actor.user_id is not None and row.uploaded_by_user_id == actor.user_id
        if is_uploader or (reach is not None and reach.everything):
            return row
    # What is out of reach does not exist; without the permission the answer is the same for every id.
    raise lacks if reach is None else NotFound("There is no such file.")


def _refuses(access: Access, permission: str) -> bool:
    """Whether the permission is denied or outside of an API token's scope, rather than merely not given."""
    if access.narrowed_to is not None and not any(matches(one, permission) for one in access.narrowed_to):
        return True
    return any(rule.deny and matches(rule.pattern, permission) for rule in access.rules)


async def open_file(
    files: FileStore, row: FileRow, part: tuple[int, int] | None = None
) -> AsyncIterator[bytes]:
    """The content, or bytes `part[0]` up to `part[1]` of it. Raises NotFound when the store has lost it, Unavailable."""
    start, end = part or (0, row.size_bytes)
    try:
        return await files.get(row.storage_key, start, end)
    except FileNotFoundError as error:
        log.error("file %s of tenant %s: its content is not in the file store", row.id, row.tenant_id)
        raise NotFound("The content of this file is missing.", code="content_missing") from error


@asynccontextmanager
async def on_disk(files: FileStore, row: FileRow) -> AsyncIterator[IO[bytes]]:
    """The content as a nameless seekable file, for readers that need one. Raises as `open_file`."""
    content = await open_file(files, row)
    async with files.spool(row.size_bytes) as spool:
        async for chunk in content:
            await spool.write(chunk)
        yield (await spool.finish()).file
