"""One of the kernel's numbers: its name, what it means, where it comes from, how it reads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from sockplay.model.kernel_state import (
    NO_LIMIT,
    NO_THRESHOLD,
    NOT_MEASURED,
    KernelState,
    Kind,
)
from sockplay.ui.widgets.cells import size_text
from sockplay.values.printable import visible

Unit = Literal["bytes", "us", "limit", "ms", "s", "id", "count", "window", "rate", "flag", "text"]
Group = Literal["Queues", "TCP", "Buffers", "Options", "Peer"]

TCP: Final[frozenset[Kind]] = frozenset({"tcp"})
BOTH_TCP: Final[frozenset[Kind]] = frozenset({"tcp", "tcp listening"})
LISTENING: Final[frozenset[Kind]] = frozenset({"tcp listening", "unix listening"})
UDP: Final[frozenset[Kind]] = frozenset({"udp"})
INTERNET: Final[frozenset[Kind]] = BOTH_TCP | UDP
UNIX: Final[frozenset[Kind]] = frozenset({"unix"})
TALKING: Final[frozenset[Kind]] = TCP | UDP | UNIX | {"unix-dgram"}
ANY: Final[frozenset[Kind]] = TALKING | LISTENING

PLATFORM: Final = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}.get(
    sys.platform, sys.platform
)
NOT_AVAILABLE: Final = f"not available on {PLATFORM}"


class Number(msgspec.Struct, frozen=True):
    """What is said of one field of ``KernelState``."""

    field: str
    group: Group
    title: str
    unit: Unit
    kinds: frozenset[Kind]
    """The sorts of sockets that have it."""
    help: str
    """One plain sentence: what it means and why one should care."""
    source: str
    """Where it comes from, in the manual's or the kernel's words."""

    def text(self, state: KernelState) -> str:
        """The number as people read it; it says so where there is none."""
        value = getattr(state, self.field)
        return NOT_AVAILABLE if value is None else _TEXTS[self.unit](value)


def _duration(us: int) -> str:
    if us == NOT_MEASURED:
        return "not measured yet"
    if us < 1_000_000:
        return f"{us / 1000:,.3f} ms"
    return f"{us / 1_000_000:,.3f} s"


_TEXTS: Final[dict[Unit, Callable[..., str]]] = {
    "bytes": lambda size: f"{size:,} B",
    "us": _duration,
    "limit": lambda us: _duration(us) if us else "for ever",
    "ms": lambda ms: f"{ms:,} ms",
    "s": lambda seconds: f"{seconds:,} s",
    "id": str,
    "count": lambda count: f"{count:,}",
    "window": lambda count: "none yet" if count == NO_THRESHOLD else f"{count:,} segments",
    "rate": lambda rate: "no limit" if rate == NO_LIMIT else f"{size_text(rate)}/s",
    "flag": lambda is_on: "on" if is_on else "off",
    "text": visible,
}
