"""A file as an HTTP answer: whole or in part, safe to show, or a redirect to the object store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.response import Stream

from motorpool.core.files.names import content_disposition
from motorpool.core.files.ranges import matches_etag, wanted_range
from motorpool.core.files.reading import FileRow, open_file
from motorpool.core.files.store import FileStore

#: What a shown file may do: nothing. A PDF is shown by the browser's own viewer, which a sandbox would switch off.
SHOWN = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SHOWN_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


async def serve(
    request: Request[Any, Any, Any],
    files: FileStore,
    row: FileRow,
    *,
    inline: bool,
    valid: timedelta = timedelta(minutes=5),
) -> Response[Any]:
    """Answer GET or HEAD for a file that the caller may read. `valid`: life of a redirect's target at most."""
    inline = inline and row.may_be_inline
    if files.redirects and not inline:
        # The object was stored with `Content-Disposition: attachment`, so the store serves nothing to be shown.
        return Response(
            b"",
            status_code=307,
            headers={"Location": await files.signed_url(row.storage_key, valid), "Cache-Control": "no-store"},
        )
    headers = {
        "ETag": row.etag,
        "Accept-Ranges": "bytes",
        # The browser may keep it, and asks each time whether it may still show it.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition(row.name, inline=inline),
        "X-Content-Type-Options": "nosniff",
    }
    if inline:
        headers["Content-Security-Policy"] = SHOWN_PDF if row.media_type == "application/pdf" else SHOWN
    if matches_etag(request.headers.get("if-none-match"), row.etag):
        return Response(b"", status_code=304, headers=headers)
    part = wanted_range(
        request.headers.get("range"), request.headers.get("if-range"), row.etag, row.size_bytes
    )
    start, end = part or (0, row.size_bytes)
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{row.size_bytes}"
    media_type = f"{row.media_type}; charset=utf-8" if row.media_type == "text/plain" else row.media_type
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(b"", status_code=status, headers=headers, media_type=media_type)
    content = await open_file(files, row, part)
    return Stream(content, status_code=status, headers=headers, media_type=media_type)
