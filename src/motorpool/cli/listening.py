"""Addresses and ports on which Motorpool listens."""

from __future__ import annotations

import errno
import ipaddress
import socket

from motorpool.core.errors import ConfigurationError

#: How many ports above a taken one are tried.
PORTS_TRIED = 50


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int, *, may_move: bool) -> socket.socket:
    """A listening socket, on the next free port when `port` is taken and `may_move`. ConfigurationError
    otherwise.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ConfigurationError(f"MOTORPOOL_HOST: {host!r} is not an address of this machine") from error
    last = min(port + PORTS_TRIED, 65535) if may_move else port
    for candidate in range(port, last + 1):
        try:
            return socket.create_server((address[0], candidate), family=family, backlog=2048)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise ConfigurationError(
                    f"Port {candidate} may only be used by root; choose one above 1023"
                ) from error
            if error.errno != errno.EADDRINUSE:
                raise ConfigurationError(
                    f"MOTORPOOL_HOST: cannot listen on {host}: {error.strerror}"
                ) from error
    if may_move:
        raise ConfigurationError(f"The ports {port} to {last} are all taken; set another one")
    raise ConfigurationError(f"Port {port} is taken by another program; set another one")


def reachable_host(host: str) -> str:
    """Where to reach a listener of this machine: `0.0.0.0` is no destination."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def base_url(host: str, port: int) -> str:
    """Address for a browser on this machine."""
    shown = reachable_host(host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def lan_address() -> str | None:
    """This machine's address in the local network; None when it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): only the choice of the interface matters
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if is_loopback(address) else address
