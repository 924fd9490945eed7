"""The outgoing client against a real server on loopback: what it refuses, how it gives up, what it follows."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.core.http.local_server import Reply, Request, make_certificate, serve

from motorpool.core.errors import ConfigurationError
from motorpool.core.http import Answer, NoAnswer, OutgoingClient, Refused
from motorpool.core.http.addresses import is_allowed, parse_networks, resolve
from motorpool.core.settings import OutgoingSettings, load_settings

LOOPBACK = "127.0.0.0/8"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def options(certificate: tuple[Path, Path], **given: Any) -> OutgoingSettings:
    values = {"networks": LOOPBACK, "ca_file": certificate[0], "timeout_s": 5.0, "max_mb": 0.1} | given
    return OutgoingSettings(_env_file=None, **values)


@pytest.fixture
async def client(certificate: tuple[Path, Path]) -> AsyncIterator[OutgoingClient]:
    async with OutgoingClient(options(certificate)) as client:
        yield client


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 :: "
    "fe80::1 fd00::1 fec0::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 5f00::1 "
    "ff02::1".split(),
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address))


def test_a_setting_allows_a_network_and_nothing_beside_it() -> None:
    networks = parse_networks("10.1.0.0/16, 192.0.2.7")
    assert is_allowed(ipaddress.ip_address("10.1.2.3"), networks)
    assert is_allowed(ipaddress.ip_address("::ffff:10.1.2.3"), networks)
    assert not is_allowed(ipaddress.ip_address("10.2.0.1"), networks)


def test_a_misspelt_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTORPOOL_OUTGOING_NETWORKS", "10.1.0.0/16,here")
    with pytest.raises(ConfigurationError, match="'here' is no network"):
        load_settings(env_file=None)


async def test_loopback_is_refused_unless_a_setting_allows_it(certificate: tuple[Path, Path]) -> None:
    async def handler(_: Request) -> Reply:
        return Reply(body=b"secret")

    async with (
        serve(handler, certificate) as port,
        OutgoingClient(options(certificate, networks="")) as strict,
    ):
        for host in ("localhost", "127.0.0.1", "2130706433", "0x7f.1"):
            with pytest.raises(Refused, match="not a public address"):
                await strict.request("GET", f"https://{host}:{port}/")


async def test_a_name_that_changes_its_meaning_is_not_believed(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the address that was checked: there is one look-up, and it is the one that counts."""
    asked = []

    async def handler(_: Request) -> Reply:
        return Reply(body=b"inside")

    async with serve(handler, certificate) as port:
        loop = asyncio.get_running_loop()
        answers = iter(["8.8.8.8", "127.0.0.1"])

        async def rebinding(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

        monkeypatch.setattr(loop, "getaddrinfo", rebinding)
        reached = []
        monkeypatch.setattr(
            "httpcore.AnyIOBackend.connect_tcp", lambda self, host, *_: reached.append(host) or _refuse()
        )
        async with OutgoingClient(options(certificate, networks="")) as strict:
            with pytest.raises(NoAnswer):
                await strict.request("GET", f"https://example.com:{port}/")
            assert (asked, reached) == (["example.com"], ["8.8.8.8"])
            with pytest.raises(Refused):
                await strict.request("GET", f"https://example.com:{port}/")
            assert reached == ["8.8.8.8"]


async def _refuse() -> None:
    import httpcore

    raise httpcore.ConnectError("nobody there")


async def test_a_name_with_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def mixed(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", mixed)
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        await resolve("two-faced.example", 443)


async def test_request_and_answer(client: OutgoingClient, certificate: tuple[Path, Path]) -> None:
    async def handler(request: Request) -> Reply:
        assert (request.method, request.target) == ("POST", "/a?b=c+d")
        assert request.headers["authorization"] == "Bearer x"
        return Reply(201, request.body, {"X-Seen": "yes"})

    async with serve(handler, certificate) as port:
        answer = await client.request(
            "POST", f"https://localhost:{port}/a", headers={"Authorization": "Bearer x"},
            query={"b": "c d"}, json={"n": 1},
        )  # fmt: skip
    assert (answer.status, answer.json(), answer.headers["x-seen"]) == (201, {"n": 1}, "yes")


async def test_the_certificate_must_be_that_of_the_name(certificate: tuple[Path, Path]) -> None:
    async def handler(_: Request) -> Reply:
        return Reply()

    async with (
        serve(handler, certificate) as port,
        OutgoingClient(options(certificate, ca_file=None)) as other,
    ):
        with pytest.raises(NoAnswer, match=r"(?i)certificate"):
            await other.request("GET", f"https://localhost:{port}/")


async def test_time_and_size_are_capped(client: OutgoingClient, certificate: tuple[Path, Path]) -> None:
    async def handler(request: Request) -> Reply:
        return Reply(wait=5) if request.target == "/slow" else Reply(body=b"x" * 200_000)

    async with serve(handler, certificate) as port:
        with pytest.raises(NoAnswer, match=r"did not answer within 0\.3 s"):
            await client.request("GET", f"https://localhost:{port}/slow", timeout_s=0.3)
        with pytest.raises(NoAnswer, match=r"more than 0\.1 MB"):
            await client.request("GET", f"https://localhost:{port}/large")


async def test_an_answer_that_is_cut_is_none(client: OutgoingClient, certificate: tuple[Path, Path]) -> None:
    async def handler(_: Request) -> Reply:
        return Reply(body=b'{"data": []}', cut=5)

    async with serve(handler, certificate) as port:
        with pytest.raises(NoAnswer, match="broke off"):
            await client.request("GET", f"https://localhost:{port}/")


async def test_redirects_stay_on_the_host(client: OutgoingClient, certificate: tuple[Path, Path]) -> None:
    seen = []

    async def handler(request: Request) -> Reply:
        seen.append(request.target)
        match request.target:
            case "/here":
                return Reply(302, headers={"Location": "/there"})
            case "/away":
                return Reply(302, headers={"Location": "https://127.0.0.1:1/"})
            case "/round":
                return Reply(302, headers={"Location": "/round"})
            case _:
                return Reply(body=b"there")

    async with serve(handler, certificate) as port:
        base = f"https://localhost:{port}"
        assert (await client.request("GET", f"{base}/here")).body == b"there"
        with pytest.raises(Refused, match="another host"):
            await client.request("GET", f"{base}/away")
        with pytest.raises(NoAnswer, match="circles"):
            await client.request("GET", f"{base}/round")
        seen.clear()
        assert (await client.request("POST", f"{base}/here", json={})).status == 302
        assert seen == ["/here"], "a POST is not sent twice"


async def test_plain_http_only_where_a_setting_allows_the_network(certificate: tuple[Path, Path]) -> None:
    async def handler(_: Request) -> Reply:
        return Reply(body=b"plain")

    async with serve(handler) as port, OutgoingClient(options(certificate)) as inside:
        assert (await inside.request("GET", f"http://127.0.0.1:{port}/")).body == b"plain"
        with pytest.raises(Refused, match="https"):
            await inside.request("GET", "http://8.8.8.8/")
    for wrong in ("ftp://example.com/", "https://", "file:///etc/passwd"):
        async with OutgoingClient(options(certificate)) as inside:
            with pytest.raises(Refused, match="https"):
                await inside.request("GET", wrong)


async def test_what_is_no_address_at_all_ends_like_any_other_failure(client: OutgoingClient) -> None:
    for wrong in ("https://[half/", "https://example.com:port/", "https://example.com:70000/"):
        with pytest.raises(Refused, match="no address"):
            await client.request("GET", wrong, query={"a": "b"})
    for nowhere in (f"https://{'a' * 70}.example/", "https://a..example/"):
        with pytest.raises(NoAnswer):
            await client.request("GET", nowhere)


def test_how_long_a_server_asks_to_be_left_alone() -> None:
    def asked(text: str) -> float | None:
        return Answer(429, {"retry-after": text}, b"").retry_after_s()

    assert (asked("1.5"), asked("-3"), asked(" 120 ")) == (1.5, 0.0, 120.0)
    soon = datetime.now(UTC) + timedelta(minutes=10)
    wait = asked(format_datetime(soon, usegmt=True))
    assert wait is not None and 590 < wait <= 600
    assert asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert asked("Wed, 21 Oct") is asked("soon") is asked("") is Answer(429, {}, b"").retry_after_s() is None
