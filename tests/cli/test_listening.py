"""Ports and addresses."""

from __future__ import annotations

import socket

import pytest

from motorpool.cli.listening import base_url, is_loopback, listen
from motorpool.cli.server import _trackers_moved
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings
from motorpool.telematics.gateway.ports import ports_of


def test_taken_port_moves_or_is_explained() -> None:
    with listen("127.0.0.1", 0, may_move=False) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port, may_move=True) as moved:
            assert port < moved.getsockname()[1] <= port + 50
        with pytest.raises(ConfigurationError, match=f"Port {port} is taken"):
            listen("127.0.0.1", port, may_move=False)


def test_trackers_move_in_the_demonstration_only(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with listen("127.0.0.1", 0, may_move=False) as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
        datagram.bind(("127.0.0.1", 0))
        tcp, udp = stream.getsockname()[1], datagram.getsockname()[1]
        here = settings.replace(gateway={"ports": f"teltonika={tcp} gt06={udp} h02=0 gl200=0"})
        with pytest.raises(ConfigurationError, match=f"port {tcp} .*MOTORPOOL_GATEWAY_PORTS"):
            _trackers_moved(here, may_move=False)
        found = ports_of(_trackers_moved(here, may_move=True).gateway.ports)
        assert found["teltonika"] > tcp and found["gt06"] > udp and found["h02"] == found["gl200"] == 0
        told = capsys.readouterr().err
        assert f"Port {tcp} is taken by another program; using {found['teltonika']} for teltonika" in told
        assert f"Port {udp} is taken" in told, "a port is taken for datagrams, too"


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
