"""Whose an internet address is: so that one who tries again and again is slowed, from whichever of theirs. Pure."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network


def network(address: str) -> str:
    """Of IPv6 the /64, which anybody has whole, and may write from each address in it; of IPv4 the address."""
    found = _six(address)
    if found is None:
        return address
    return str(found.ipv4_mapped or _first(found, 64))


def site(address: str) -> str:
    """Of IPv6 the /48, which many have (RFC 6177); '' for IPv4."""
    found = _six(address)
    return "" if found is None or found.ipv4_mapped else _first(found, 48)


def _six(address: str) -> IPv6Address | None:
    with suppress(ValueError):
        found = ip_address(address)
        return found if isinstance(found, IPv6Address) else None
    return None


def _first(address: IPv6Address, bits: int) -> str:
    return str(ip_network((address.packed[: bits // 8] + bytes(16 - bits // 8), bits)))
