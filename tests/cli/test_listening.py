"""Ports and addresses."""

from __future__ import annotations

import socket

import pytest

from motorpool.cli.listening import base_url, free_port, is_loopback, listen
from motorpool.core.errors import ConfigurationError


def test_taken_port_moves_or_is_explained() -> None:
    with listen("127.0.0.1", 0, may_move=False) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port, may_move=True) as moved:
            assert port < moved.getsockname()[1] <= port + 50
        assert free_port("127.0.0.1", port, may_move=True) > port
        with pytest.raises(ConfigurationError, match=f"Port {port} is taken"):
            listen("127.0.0.1", port, may_move=False)


def test_inherited_socket_accepts() -> None:
    with listen("127.0.0.1", 0, may_move=False) as listener:
        copy = socket.socket(fileno=socket.dup(listener.fileno()))
        with copy, socket.create_connection(listener.getsockname(), timeout=5), copy.accept()[0]:
            pass


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *((host, True) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.5", "fleet.example.org")),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_foreign_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="MOTORPOOL_HOST"):
        listen("203.0.113.7", 0, may_move=True)


def test_addresses_for_people() -> None:
    assert base_url("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert base_url("::1", 8000) == "http://[::1]:8000"
