"""Receiving a file: onto a nameless file on disk, counted and hashed on the way, before anything is kept."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from motorpool.core.errors import PayloadTooLarge

#: Bytes collected before a thread writes and hashes them.
BATCH_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A complete file on disk."""

    file: IO[bytes]
    size_bytes: int
    sha256: str


class Spool:
    """`async with Spool(folder, limit) as spool`, `write` as data comes, then `finish`.

    The file has no name, so nothing is left behind when the program is killed. Memory holds one batch at most.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.size_bytes = 0
        self._hash = hashlib.sha256()
        self._batch = bytearray()

    async def __aenter__(self) -> Self:
        self._file: IO[bytes] = await asyncio.to_thread(tempfile.TemporaryFile, dir=self.folder)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(
            f"The file is larger than {self.limit_bytes / 1e6:g} MB.", code="file_too_large"
        )

    async def write(self, data: bytes) -> None:
        """Raises PayloadTooLarge as soon as the limit is passed."""
        self.size_bytes += len(data)
        if self.size_bytes > self.limit_bytes:
            raise self.too_large()
        self._batch += data
        if len(self._batch) >= BATCH_BYTES:
            await self._flush()

    async def finish(self) -> Received:
        await self._flush()
        self._file.seek(0)
        return Received(self._file, self.size_bytes, self._hash.hexdigest())

    async def _flush(self) -> None:
        batch, self._batch = self._batch, bytearray()

        def put() -> None:
            self._hash.update(batch)
            self._file.write(batch)

        await asyncio.to_thread(put)
