"""A small HTTP/1.1 load generator on raw sockets: cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    """Answers and seconds of one run."""

    seconds: float = 0.0
    answers: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def percentile(self, part: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


async def _client(
    host: str, port: int, requests: Iterator[bytes], result: Result, check: Callable[[bytes, bytes], bool]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length) if length else b""
            result.latencies.append(time.perf_counter() - began)
            if check(head, body):
                result.answers += 1
            else:
                result.failures.append(head[:40] + body[:200])
    finally:
        writer.close()


async def run(
    port: int,
    connections: int,
    requests: Iterator[bytes],
    check: Callable[[bytes, bytes], bool] = lambda head, body: b" 200 " in head[:15],
) -> Result:
    """Send all requests over `connections` keep-alive connections, each waiting for its answer."""
    result = Result()
    shared = iter(requests)
    began = time.perf_counter()
    await asyncio.gather(*(_client("127.0.0.1", port, shared, result, check) for _ in range(connections)))
    result.seconds = time.perf_counter() - began
    return result


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n".encode()


def post(path: str, body: bytes, token: str, kind: str = "application/json") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
