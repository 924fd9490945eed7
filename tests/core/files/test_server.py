"""Over a real connection, behind the compressor and the security headers of the application."""

from __future__ import annotations

import asyncio
import hashlib
import os
from typing import Any

import httpx
import uvicorn
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.files.routes import route_handlers
from motorpool.core.files.store import FileStore
from motorpool.core.resource.problems import problem_of
from motorpool.core.secrets import Keyring, generate_key
from motorpool.identity.http import PUBLIC_PATHS
from motorpool.web.app import NOT_COMPRESSED
from motorpool.web.headers import SecurityHeaders

from .conftest import PNG


async def test_a_file_there_and_back(database: Any, files: FileStore, settings: Any, actor: Any) -> None:
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    inner = Litestar(
        route_handlers,
        state=State(
            {"settings": settings, "database": database, "keyring": Keyring([generate_key()]), "files": files}
        ),
        exception_handlers={Exception: handle},
        compression_config=CompressionConfig(backend="gzip", minimum_size=100, exclude=NOT_COMPRESSED),
        request_max_body_size=1000,
        openapi_config=None,
    )

    async def with_actor(scope: Any, receive: Any, send: Any) -> None:
        if not scope.get("path", "").startswith(tuple(path for path in PUBLIC_PATHS if path.endswith("/"))):
            scope["actor"] = actor
        await inner(scope, receive, send)

    server = uvicorn.Server(
        uvicorn.Config(
            SecurityHeaders(with_actor, settings),  # type: ignore[arg-type]
            host="127.0.0.1",
            port=0,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
    )
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await _there_and_back(client)
    finally:
        server.should_exit = True
        await running


async def _there_and_back(client: httpx.AsyncClient) -> None:
    content = PNG + os.urandom(500_000) + bytes(1_000_000)
    answer = await client.post("/api/v1/files", files={"file": ("a.png", content, "image/png")})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    whole = await client.get(made["content_url"], headers={"Accept-Encoding": "gzip"})
    assert whole.content == content
    assert "content-encoding" not in whole.headers, "a range counts the file's own bytes"
    assert whole.headers["content-length"] == str(len(content))
    part = await client.get(made["content_url"], headers={"Range": "bytes=1000000-1000009"})
    assert (part.status_code, part.content) == (206, content[1_000_000:1_000_010])
    head = await client.head(made["content_url"])
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))
    shown = await client.get(made["content_url"], params={"inline": "1"})
    policies = shown.headers.get_list("content-security-policy")
    assert len(policies) == 1 and "sandbox" in policies[0], "the file's own policy, not that of our pages"
    assert shown.headers.get_list("x-content-type-options") == ["nosniff"]
    link = (await client.post(f"/api/v1/files/{made['id']}/link")).json()
    assert link["url"].startswith(str(client.base_url).rstrip("/"))
    linked = await client.get(link["url"])
    assert linked.content == content and linked.headers["referrer-policy"] == "no-referrer"
    assert (await client.get(link["url"].replace("signature=", "signature=x"))).status_code == 403
    big = await client.post("/api/v1/files", files={"file": ("b.png", PNG + bytes(2_100_000), "image/png")})
    assert (big.status_code, big.json()["code"]) == (413, "file_too_large")
