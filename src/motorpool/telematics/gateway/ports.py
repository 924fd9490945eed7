"""The ports of the protocols, and sockets on them."""

from __future__ import annotations

import socket

from motorpool.core.errors import ConfigurationError
from motorpool.telematics.decoders.registry import PROTOCOLS

PORTS_SETTING = "MOTORPOOL_GATEWAY_PORTS"


def ports_of(text: str) -> dict[str, int]:
    """Port of each protocol, from `teltonika=5027 gt06=0`; 0 is off. Raises ConfigurationError."""
    ports = {name: kind.port for name, kind in PROTOCOLS.items()}
    for part in text.replace(",", " ").split():
        name, _, number = part.partition("=")
        if name not in ports or not number.isdecimal() or int(number) > 65535:
            raise ConfigurationError(
                f"{PORTS_SETTING}: {part!r} is no protocol with its port; there are "
                + " ".join(f"{known}={kind.port}" for known, kind in PROTOCOLS.items())
            )
        ports[name] = int(number)
    for port in filter(None, ports.values()):
        same = [name for name in ports if ports[name] == port]
        if len(same) > 1:
            raise ConfigurationError(
                f"{PORTS_SETTING}: {' and '.join(same)} have the same port {port}; each needs its own"
            )
    return ports


def text_of(ports: dict[str, int]) -> str:
    """The setting that `ports_of` reads."""
    return " ".join(f"{name}={port}" for name, port in ports.items())


def bind(host: str, port: int, kind: socket.SocketKind, setting: str) -> socket.socket:
    """A bound socket. Raises ConfigurationError that says what to do when it cannot be had."""
    try:
        family, _, protocol, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            if kind == socket.SOCK_STREAM:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.setblocking(False)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen for devices on {host} port {port} ({error.strerror}); set {setting} to a free port"
        ) from error
    return bound
