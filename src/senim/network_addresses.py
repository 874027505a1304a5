"""Addresses as rules about networks take them: IPv4 is IPv4, also where it comes mapped into IPv6."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


def read(address: str) -> IPv4Address | IPv6Address | None:
    """None for what is no address: a server that listens on a socket file is told none."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def is_in(networks: Iterable[IPv4Network | IPv6Network], address: str) -> bool:
    found = read(address)
    return found is not None and any(found in network for network in networks)
