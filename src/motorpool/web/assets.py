"""Built files of the browser: hashed names, served once and kept for ever; an operator's PMTiles file in ranges."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import File

from motorpool.core.errors import NotFound, Unavailable

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
HASHED = re.compile(r"-(?:[0-9A-Z]{8}|[0-9a-f]{10})\.")
FOR_EVER = "public, max-age=31536000, immutable"
RANGE = re.compile(r"bytes=(\d+)-(\d*)$")
#: Largest piece of a PMTiles file that one request gets, in bytes.
LARGEST_RANGE = 4 * 1024 * 1024

mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/geo+json", ".geojson")


class Manifest:
    """Logical name -> address of the built file, as the build wrote it."""

    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        self._names: dict[str, str] = {}
        self._read_at = 0.0

    def refresh(self) -> None:
        """Read again what a build wrote since; once a page, which names hundreds of files. Raises: Unavailable."""
        path = self.folder / "manifest.json"
        try:
            changed = path.stat().st_mtime
            if changed != self._read_at:
                self._names = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
                self._read_at = changed
        except OSError as error:
            raise Unavailable("The pages' files are not built yet; run `make install`.") from error

    def address(self, name: str) -> str:
        """`map.js` -> `/static/map-1A2B3C4D.js`. Raises: Unavailable when the build made no such file."""
        if name not in self._names:
            raise Unavailable(f"The pages' file {name} is not built; run `make install` again.")
        return f"/static/{self._names[name]}"


@get("/static/{path:path}", include_in_schema=False, name="static")
async def static_file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    """A built file, compressed where the build made a `.gz` beside it."""
    file = (DIST / path.lstrip("/")).resolve()
    if not file.is_relative_to(DIST) or not file.is_file() or file.name.startswith("."):
        raise NotFound("There is no such file.")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith("json"):
        kind += "; charset=utf-8"
    headers = {
        "Cache-Control": FOR_EVER if HASHED.search(file.name) else "no-cache",
        "Vary": "Accept-Encoding",
    }
    compressed = file.with_name(file.name + ".gz")
    if "gzip" in request.headers.get("accept-encoding", "") and compressed.is_file():
        headers["Content-Encoding"] = "gzip"
        file = compressed
    return Response(file.read_bytes(), media_type=kind, headers=headers)


@get("/favicon.ico", include_in_schema=False)
async def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    for name in ("favicon.svg", "favicon.ico"):
        if (DIST / name).is_file():
            return await static_file.fn(request, name)  # type: ignore[no-any-return]
    return Response(b"", status_code=204)


@get("/map/tiles.pmtiles", include_in_schema=False)
async def pmtiles(request: Request[Any, Any, Any]) -> Response[bytes] | File:
    """A piece of the operator's PMTiles file (HTTP Range, RFC 9110 section 14)."""
    path: Path | None = request.app.state.settings.map.pmtiles
    if path is None or not path.is_file():  # noqa: ASYNC240 - one stat
        raise NotFound("No PMTiles file is configured; set MOTORPOOL_MAP_PMTILES.")
    wanted = RANGE.match(request.headers.get("range", ""))
    if wanted is None:
        return File(path, media_type="application/vnd.pmtiles", headers={"Accept-Ranges": "bytes"})
    size = path.stat().st_size  # noqa: ASYNC240
    start = int(wanted[1])
    end = min(int(wanted[2]) if wanted[2] else size - 1, size - 1, start + LARGEST_RANGE - 1)
    if start > end:
        return Response(b"", status_code=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(start)
        content = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}", "Accept-Ranges": "bytes"}
    return Response(content, status_code=206, media_type="application/vnd.pmtiles", headers=headers)


route_handlers = [static_file, favicon, pmtiles]
