"""Which addresses of the network the program may speak to.

An address that a person types must not make the server look around in its own network: only public addresses are
allowed, unless a setting names the network. What a name resolves to is checked, and the connection goes to the very
address that was checked, so that a name cannot change its meaning in between.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The IPv6 addresses that are given out as public ones (RFC 4291). NAT64 (64:ff9b::/96), IPv4-compatible and site-local
#: addresses lie outside; `ipaddress` calls some of them global.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
#: Ranges inside of it that reach an IPv4 address: 6to4 (RFC 3056), Teredo (RFC 4380).
TUNNELS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32")))


class Refused(Exception):
    """The program does not speak to this address; the message says why and what would be right."""


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas. Raises ValueError that names the wrong one."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def is_allowed(address: Address, networks: Sequence[Network] = ()) -> bool:
    """Whether an address is public, or inside one of the networks that are allowed on purpose."""
    plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
    if any(plain in network for network in networks if network.version == plain.version):
        return True
    if plain.version == 6 and (plain not in GLOBAL_UNICAST or any(plain in tunnel for tunnel in TUNNELS)):
        return False
    return plain.is_global and not plain.is_multicast


async def resolve(host: str, port: int, networks: Sequence[Network] = ()) -> list[str]:
    """The addresses of a host, as text, in the system's order.

    Raises Refused when any of them is not allowed (a name that leads to both kinds is up to something), OSError when
    the name leads nowhere.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host!r} is no name of a host") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for text in addresses:
        if not is_allowed(ipaddress.ip_address(text.partition("%")[0]), networks):
            raise Refused(
                f"{host} leads to {text}, which is not a public address; MOTORPOOL_OUTGOING_NETWORKS can allow its network"
            )
    return addresses
