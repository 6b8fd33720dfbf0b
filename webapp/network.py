"""Whom an address of the network stands for, where something is counted for each."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from flask import request

IPV6_BITS: Final = 64
"""One line gets at least so many addresses of its own: who has one of them has all."""
UNKNOWN: Final = "unknown"


@lru_cache(4096)
def network_of(address: str) -> str:
    """An IPv4 address as it is, of an IPv6 address the network it is in."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ip_network((read, IPV6_BITS), strict=False))


def of_request() -> str:
    """Where this request comes from, as far as the trusted proxies say so."""
    return network_of(request.remote_addr or "")
