"""A zip archive that is written while it is sent: memory holds one piece of one file, however large the whole is."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MEDIA_TYPE = "application/zip"


class _Sink(io.RawIOBase):
    """Takes what is written until it is drained. It cannot seek, so sizes stand behind each file and in the directory."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        piece = bytes(data)
        self._held += piece
        return len(piece)

    def drain(self) -> bytes:
        piece, self._held = bytes(self._held), bytearray()
        return piece


class _Zip(zipfile.ZipFile):
    def __del__(self) -> None:
        """Nothing: what was given up in the middle gets no directory."""


class Archive:
    """`add` each file and pass on what it yields, then `finish`. `made`: the time that all files carry."""

    def __init__(self, made: datetime) -> None:
        self._sink = _Sink()
        self._zip = _Zip(self._sink, "w")
        self._made = made.timetuple()[:6]

    async def add(self, path: str, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The bytes of the archive for one file. `path` is relative, with `/`; what `content` raises ends the file and comes out."""
        info = zipfile.ZipInfo(path, self._made)
        # Deflated even where little is won: a stored file whose size stands behind it is not understood everywhere.
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            async for chunk in content:
                await asyncio.to_thread(member.write, chunk)
                if piece := self._sink.drain():
                    yield piece
        if piece := self._sink.drain():
            yield piece

    def finish(self) -> bytes:
        """The directory at the end."""
        self._zip.close()
        return self._sink.drain()


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Bytes that are there already, as a stream."""
    yield content
