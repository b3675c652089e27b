"""Who asks: the address that a request comes from, and whether it is this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
_FORWARDED = frozenset({"x-forwarded-for", "forwarded", "x-real-ip"})


def caller(scope: Scope) -> str:
    """The address that asks; of IPv6 its network, as one line has very many addresses."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def of_this_machine(address: str, headers: Mapping[str, str]) -> bool:
    """Whether a request from `address` comes from this machine itself, by no proxy on it.

    A proxy tells of others in its headers; one that does not is known by the name that was asked.
    """
    named = headers.get("host")
    if named is not None and hostname(named) not in LOOPBACK_NAMES:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback and not _FORWARDED & set(headers.keys())
    except ValueError:
        return False


def from_here(scope: Scope) -> bool:
    """Whether the request comes from this machine itself."""
    return of_this_machine(caller(scope), Headers(scope=scope))


def hostname(host: str) -> str | None:
    """The name in a Host header without its port, or None if it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
