"""Where contents are kept: a folder, S3 or Azure Blob Storage, all behind obstore.

Keys are `<tenant>/<yyyymmdd>/<32 random hex digits>`: nothing of what a user sends gets into a path.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, LocalStore, S3Store, from_url

from motorpool.core.errors import ConfigurationError, Unavailable
from motorpool.core.files.spool import Spool
from motorpool.core.private_files import ensure_data_folder, ensure_folder
from motorpool.core.settings import Settings

#: Upload parts: size in bytes and how many travel at once, so at most 15 MB are in memory for one upload.
PART_BYTES = 5 * 1024 * 1024
PARTS_AT_ONCE = 3
READ_BYTES = 256 * 1024


class FileStore:
    """The store of this installation; `FileStore.of(settings)` makes it. Connections open when they are needed."""

    def __init__(
        self,
        store: LocalStore | S3Store | AzureStore,
        spool_folder: Path,
        *,
        limit_bytes: int,
        redirects: bool = False,
    ) -> None:
        self.store = store
        self.spool_folder = spool_folder
        self.limit_bytes = limit_bytes
        self.is_local = isinstance(store, LocalStore)
        #: Downloads are answered by a redirect to the object store's own signed address.
        self.redirects = redirects and not self.is_local

    @classmethod
    def of(cls, settings: Settings) -> FileStore:
        """Raises ConfigurationError that names MOTORPOOL_FILES_URL."""
        data = settings.data.dir.resolve()
        ensure_data_folder(data)
        spool_folder = data / "incoming"
        ensure_folder(spool_folder, 0o700)
        return cls(
            _open(settings.files.url, data / "files"),
            spool_folder,
            limit_bytes=int(settings.files.max_mb * 1_000_000),
            redirects=settings.files.redirect,
        )

    def spool(self, limit_bytes: int | None = None) -> Spool:
        """For receiving one file of at most `limit_bytes` (default: the setting)."""
        return Spool(self.spool_folder, self.limit_bytes if limit_bytes is None else limit_bytes)

    async def put(self, key: str, file: IO[bytes], attributes: dict[str, str]) -> None:
        """Write an object whole or not at all. `attributes` are headers for object stores; a folder has none."""
        options: dict[str, Any] = {} if self.is_local else {"attributes": attributes}
        file.seek(0)
        try:
            await obstore.put_async(
                self.store, key, file, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE, **options
            )
        except (BaseError, OSError) as error:
            raise Unavailable(
                "The file store cannot be written; try again later.", code="file_store"
            ) from error

    async def get(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Bytes from `start` up to and without `end`. Raises FileNotFoundError, Unavailable before the first of them."""
        try:
            result = await obstore.get_async(self.store, key, options={"range": (start, end)})
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise Unavailable("The file store cannot be read; try again later.", code="file_store") from error
        return _chunks(result)

    async def copy(self, key: str, to: str) -> None:
        """Write an object a second time under another key. Raises FileNotFoundError, Unavailable."""
        try:
            await obstore.copy_async(self.store, key, to)
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise Unavailable(
                "The file store cannot be written; try again later.", code="file_store"
            ) from error

    async def delete(self, *keys: str) -> None:
        """Remove objects; one that is not there is no error."""
        for key in keys:
            try:
                await obstore.delete_async(self.store, key)
            except FileNotFoundError:
                continue

    async def keys(self, prefix: str) -> AsyncIterator[list[tuple[str, datetime]]]:
        """Batches of (key, time of writing) below a folder such as a tenant's id."""
        async for batch in obstore.list(self.store, prefix, chunk_size=1000):
            yield [(meta["path"], meta["last_modified"]) for meta in batch]

    async def tenants(self) -> list[UUID]:
        """The tenants of which the store holds anything."""
        listed = await obstore.list_with_delimiter_async(self.store)
        found = []
        for folder in listed["common_prefixes"]:
            try:
                found.append(UUID(folder))
            except ValueError:
                continue  # somebody else's, in a bucket that is shared
        return found

    async def signed_url(self, key: str, valid: timedelta) -> str:
        """The object store's own address of an object, for whoever has it. Not for a folder."""
        assert isinstance(self.store, (S3Store, AzureStore))
        return await obstore.sign_async(self.store, "GET", key, valid)


def new_key(tenant_id: UUID) -> str:
    return f"{tenant_id}/{datetime.now(UTC):%Y%m%d}/{secrets.token_hex(16)}"


async def _chunks(result: obstore.GetResult) -> AsyncIterator[bytes]:
    async for chunk in result.stream(min_chunk_size=READ_BYTES):
        yield bytes(chunk)


def _open(url: str | None, folder: Path) -> LocalStore | S3Store | AzureStore:
    scheme = urlsplit(url).scheme if url else "file"
    if scheme == "file":
        if url:
            parts = urlsplit(url)
            folder = Path(unquote(parts.path))
            if parts.netloc or not folder.is_absolute():
                raise ConfigurationError(f"MOTORPOOL_FILES_URL: {url} must be file:///an/absolute/path")
            if not folder.parent.is_dir():
                raise ConfigurationError(f"MOTORPOOL_FILES_URL: the folder {folder.parent} does not exist")
        ensure_folder(folder, 0o700)
        return LocalStore(folder, automatic_cleanup=True)
    if scheme not in ("s3", "az") or not urlsplit(url).netloc:
        raise ConfigurationError(
            f"MOTORPOOL_FILES_URL: {url} is not usable; give file:///folder, s3://bucket/prefix or az://container/prefix"
        )
    try:
        store = from_url(url or "")
    except (BaseError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise ConfigurationError(f"MOTORPOOL_FILES_URL: {url} cannot be opened: {reason}") from error
    assert isinstance(store, (S3Store, AzureStore))
    return store
