"""The client: addresses are checked, size and time are capped, redirects stay on the same host.

async with OutgoingClient(settings.outgoing) as client:
    answer = await client.request("GET", "https://api.example.com/vehicles", headers={"Authorization": ...})
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore
import httpx
import msgspec

from motorpool.core.http.addresses import Network, Refused, parse_networks, resolve
from motorpool.core.settings import OutgoingSettings

__all__ = ["Answer", "NoAnswer", "OutgoingClient", "Refused"]

MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
USER_AGENT = "Motorpool"
TOO_SLOW = (httpx.TimeoutException, httpcore.TimeoutException)
BROKEN = (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError)


class NoAnswer(Exception):
    """The other side could not be reached, was too slow, broke off or sent too much; the message says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self, kind: Any = Any) -> Any:
        """The body as `kind`. Raises ValueError: msgspec.DecodeError (ValidationError for a wrong shape), UnicodeDecodeError."""
        return msgspec.json.decode(self.body, type=kind)

    def retry_after_s(self) -> float | None:
        """Seconds that `Retry-After` asks for, given as a number or as a date (RFC 9110, 10.2.3); None: it says nothing."""
        text = self.headers.get("retry-after", "").strip()
        try:
            wait = float(text)
        except ValueError:
            try:
                wait = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
            except (TypeError, ValueError):
                return None
        return max(0.0, wait)


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only; TLS still asks for the certificate of the name."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self._networks = networks
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolve(host, port, self._networks)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} leads nowhere") from error
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise Refused("there are no sockets of this machine to speak to")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes], close: Callable[[], Awaitable[None]]) -> None:
        self._stream, self._close = stream, close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._close()


class _Transport(httpx.AsyncBaseTransport):
    """A pool whose connections go through the checked network. Proxies of the environment are not used: they would
    resolve names themselves.
    """

    def __init__(self, settings: OutgoingSettings, networks: tuple[Network, ...]) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trusted(settings),
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=15.0,
            network_backend=_CheckedNetwork(networks),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, answer.aclose),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class OutgoingClient:
    """One client with its pool of connections."""

    def __init__(self, settings: OutgoingSettings) -> None:
        self._settings = settings
        self._networks = parse_networks(settings.networks)
        self._client = httpx.AsyncClient(
            transport=_Transport(settings, self._networks),
            trust_env=False,
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        timeout_s: float | None = None,
        most_bytes: int | None = None,
    ) -> Answer:
        """Ask and read the whole answer, whatever its status.

        `timeout_s` is for everything together, redirects included. A GET follows redirects on the same host; another
        redirect is the answer. Raises Refused for an address that is not allowed, NoAnswer when there is none.
        """
        given = dict(headers or {})
        if json is not None:
            content = msgspec.json.encode(json)
            given.setdefault("Content-Type", "application/json")
        limit = timeout_s or self._settings.timeout_s
        most = most_bytes or int(self._settings.max_mb * 1_000_000)
        host = _origin(url)[1] or "?"
        try:
            if query:
                url = str(httpx.URL(url).copy_merge_params(dict(query)))
            async with asyncio.timeout(limit):
                return await self._follow(method, url, given, content, limit, most)
        except (TimeoutError, *TOO_SLOW):
            raise NoAnswer(f"{host} did not answer within {limit:g} s") from None
        except BROKEN as error:
            reason = str(error) or type(error).__name__
            raise NoAnswer(f"{host} broke off or could not be reached: {reason}") from error

    async def _follow(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, limit: float, most: int
    ) -> Answer:
        first = _origin(url)
        for _ in range(MOST_REDIRECTS + 1):
            await self._check(url)
            answer = await self._one(method, url, headers, content, limit, most)
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or target is None or method != "GET":
                return answer
            url = urljoin(url, target)
            if _origin(url) != first:
                raise Refused(
                    f"{first[1]} sends us on to {_origin(url)[1]}, another host; that is not followed"
                )
        raise NoAnswer(f"{first[1]} sends us in circles")

    async def _check(self, url: str) -> None:
        """https, or plain http inside of a network that is allowed on purpose."""
        scheme, host, port = _origin(url)
        if scheme == "https" and host:
            return
        if scheme != "http" or not host:
            raise Refused("the address must begin with https:// and name a host")
        try:
            addresses = await resolve(host, port, self._networks)
        except OSError:
            return
        if not all(_is_inside(address, self._networks) for address in addresses):
            raise Refused(f"the address of {host} must begin with https://")

    async def _one(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, limit: float, most: int
    ) -> Answer:
        host = urlsplit(url).hostname or "?"
        async with self._client.stream(
            method, url, headers=headers, content=content, timeout=httpx.Timeout(limit)
        ) as response:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > most:
                    raise NoAnswer(f"{host} sent more than {most / 1_000_000:g} MB")
            return Answer(response.status_code, dict(response.headers), bytes(body))


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused("this is no address that can be opened") from error
    return parts.scheme.lower(), (parts.hostname or "").lower(), port


def _is_inside(text: str, networks: tuple[Network, ...]) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return any(address.version == network.version and address in network for network in networks)


def _trusted(settings: OutgoingSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    if settings.ca_file is not None:
        context.load_verify_locations(cafile=str(settings.ca_file))
    return context
