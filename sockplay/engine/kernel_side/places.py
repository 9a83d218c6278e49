"""Addresses of two ends as the screen spells them, compared and packed as the kernel has them."""

from __future__ import annotations

import ipaddress
import socket

import msgspec


class Place(msgspec.Struct, frozen=True):
    """An address and a port. An IPv4 address inside an IPv6 one is the same place as itself."""

    host: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int
    interface: int = 0
    """Of a link-local address."""

    @property
    def packed(self) -> bytes:
        """The address in network order."""
        return self.host.packed

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6."""
        return socket.AF_INET if self.host.version == 4 else socket.AF_INET6

    @property
    def is_loopback(self) -> bool:
        """Whether this computer is meant."""
        return self.host.is_loopback


def place(text: str) -> Place | None:
    """The place that ``address_text`` wrote; None when it is none of TCP or UDP."""
    host, _, port = text.rpartition(":")
    bare, _, scope = host.strip("[]").partition("%")
    try:
        address = ipaddress.ip_address(bare)
        interface = socket.if_nametoindex(scope) if scope else 0
        number = int(port)
    except (OSError, ValueError):
        return None
    return Place(getattr(address, "ipv4_mapped", None) or address, number, interface)
