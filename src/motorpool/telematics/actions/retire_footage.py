"""What becomes of old clips: moved to the archive of the file store, and in the end deleted from it. The rows stay.

A clip under legal hold is never deleted. A film is moved by copying it, changing the row, and removing the old object after
the commit; a crash in between leaves an object without a row, which housekeeping removes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motorpool.core.database.database import Connection, Database
from motorpool.core.files.store import FileStore
from motorpool.core.settings import FootageSettings
from motorpool.core.tenancy.actor import system_actor

#: Clips of one round, so that no transaction grows long; the job goes on while rounds are full.
MOST = 500
SETTINGS = ("footage.retention_days", "footage.archive_after_days")
OWN_DAYS = """
SELECT DISTINCT ON (setting_key) setting_key, setting_value FROM system_settings
WHERE (tenant_id = %(tenant)s OR tenant_id IS NULL) AND setting_key = ANY (%(keys)s)
ORDER BY setting_key, tenant_id NULLS LAST
"""
TOO_OLD = """
SELECT f.id FROM video_telematics_footage f
WHERE f.tenant_id = %(tenant)s AND f.content_deleted_at IS NULL AND f.file_id IS NOT NULL AND NOT f.legal_hold
  AND f.recorded_at < now() - %(days)s * interval '1 day'
ORDER BY f.recorded_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
"""
FORGET = """
UPDATE video_telematics_footage f SET content_deleted_at = now(), file_id = NULL, thumbnail_file_id = NULL
FROM video_telematics_footage old
WHERE f.tenant_id = %(tenant)s AND old.tenant_id = %(tenant)s AND old.id = f.id AND f.id = ANY (%(clips)s)
RETURNING old.file_id, old.thumbnail_file_id
"""
#: Films whose clip somebody deleted.
LEFT_OVER = """
DELETE FROM files s WHERE s.tenant_id = %(tenant)s AND s.purpose = 'footage' AND s.created_at < now() - interval '1 day'
  AND NOT EXISTS (SELECT FROM video_telematics_footage f WHERE f.tenant_id = %(tenant)s AND f.file_id = s.id)
  AND NOT EXISTS (SELECT FROM video_telematics_footage f WHERE f.tenant_id = %(tenant)s AND f.thumbnail_file_id = s.id)
RETURNING s.storage_key
"""
TO_ARCHIVE = """
SELECT f.id, s.id, s.storage_key FROM video_telematics_footage f
JOIN files s ON s.tenant_id = %(tenant)s AND s.id = f.file_id
WHERE f.tenant_id = %(tenant)s AND NOT f.is_archived AND f.content_deleted_at IS NULL
  AND f.recorded_at < now() - %(days)s * interval '1 day'
ORDER BY f.recorded_at LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Retired:
    archived: int = 0
    deleted: int = 0


async def retire_footage(
    database: Database, files: FileStore, settings: FootageSettings, tenant_id: UUID
) -> Retired:
    """One round for one tenant."""
    actor = system_actor(tenant_id, "retention of dashcam clips")
    rows = await database.read(actor, OWN_DAYS, {"tenant": tenant_id, "keys": list(SETTINGS)})
    own = {key: value for key, value in rows if isinstance(value, int) and value >= 1}
    keep_days = own.get(SETTINGS[0], settings.retention_days)
    archive_days = own.get(SETTINGS[1], settings.archive_after_days)
    async with database.connection(actor) as connection:
        objects, deleted = await _delete(connection, tenant_id, keep_days)
        left = await connection.execute(LEFT_OVER, {"tenant": tenant_id})
        objects += [row[0] for row in await left.fetchall()]
    await files.delete(*objects)
    archived = 0
    for clip, file, old in await database.read(
        actor, TO_ARCHIVE, {"tenant": tenant_id, "days": archive_days, "most": MOST}
    ):
        new = archive_key(old)
        if new != old:
            try:
                await files.copy(old, new)
            except FileNotFoundError:
                continue  # `find_file` tells whoever asks for it
        async with database.connection(actor) as connection:
            done = await connection.execute(
                "UPDATE files SET storage_key = %s WHERE tenant_id = %s AND id = %s AND storage_key = %s RETURNING id",
                (new, tenant_id, file, old),
            )
            if await done.fetchone() is None:
                continue
            await connection.execute(
                "UPDATE video_telematics_footage SET is_archived = true, archived_at = now() "
                "WHERE tenant_id = %s AND id = %s",
                (tenant_id, clip),
            )
        if new != old:
            await files.delete(old)
        archived += 1
    return Retired(archived, deleted)


def archive_key(key: str) -> str:
    """`<tenant>/archive/<rest>`: a folder for which an object store can be told to use slower, cheaper storage."""
    tenant, _, rest = key.partition("/")
    return key if rest.startswith("archive/") else f"{tenant}/archive/{rest}"


async def _delete(connection: Connection, tenant_id: UUID, days: int) -> tuple[list[str], int]:
    """Forget the films that are too old: the keys of their objects, and how many clips there were."""
    found = await connection.execute(TOO_OLD, {"tenant": tenant_id, "days": days, "most": MOST})
    clips = [row[0] for row in await found.fetchall()]
    if not clips:
        return [], 0
    told = await connection.execute(FORGET, {"tenant": tenant_id, "clips": clips})
    gone = [file for pair in await told.fetchall() for file in pair if file is not None]
    removed = await connection.execute(
        "DELETE FROM files WHERE tenant_id = %s AND id = ANY (%s) RETURNING storage_key", (tenant_id, gone)
    )
    return [row[0] for row in await removed.fetchall()], len(clips)
