"""Puts fragments of IP packets together again (RFC 791, RFC 8200)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from msgspec.structs import replace

from sockplay.session.capture.ip_layer import Carried

_PACKETS_MOST: Final = 500
"""Packets of which fragments are kept; the oldest ones are given up."""
_LONGEST: Final = 65_535
_PARTS_MOST: Final = 512
"""Fragments of a packet: 1,500 bytes each make 45 of the longest one."""

_Key = tuple[bytes, bytes, int, int]


class Fragments:
    """Keeps fragments until there are all of a packet."""

    def __init__(self) -> None:
        self._packets: OrderedDict[_Key, dict[int, Carried]] = OrderedDict()
        self.lost = 0
        """Fragments of packets that never became whole."""

    def add(self, part: Carried) -> Carried | None:
        """Take a fragment; returns the packet once it is whole."""
        key = (part.source, part.target, part.protocol, part.number)
        if part.missing or part.start + len(part.payload) > _LONGEST:
            self.lost += 1
            return None
        parts = self._packets.setdefault(key, {})
        parts[part.start] = part
        whole = _joined(parts)
        if whole is not None:
            del self._packets[key]
        elif len(parts) > _PARTS_MOST or sum(len(p.payload) for p in parts.values()) > _LONGEST:
            self.lost += len(self._packets.pop(key))
        elif len(self._packets) > _PACKETS_MOST:
            self.lost += len(self._packets.popitem(last=False)[1])
        return whole

    def close(self) -> None:
        """Give up what is not whole."""
        self.lost += sum(map(len, self._packets.values()))
        self._packets.clear()


def _joined(parts: dict[int, Carried]) -> Carried | None:
    """The packet; fragments that overlap make none, as RFC 5722 has it."""
    payload = bytearray()
    part = parts.get(0)
    while part is not None:
        payload += part.payload
        if not part.more:
            return replace(part, payload=bytes(payload), start=0, protocol=parts[0].protocol)
        part = parts.get(len(payload)) if part.payload else None
    return None
