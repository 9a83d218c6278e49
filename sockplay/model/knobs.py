"""Knobs: what a person makes go wrong on a socket, to see the bugs that loopback hides."""

from __future__ import annotations

from typing import Literal

import msgspec

Writes = Literal["nagle", "nodelay", "cork"]
"""When small writes leave: as Nagle's algorithm says (RFC 896), at once, or only full segments."""


class Knobs(msgspec.Struct, frozen=True):
    """How a socket is hindered; as made, not at all. Sizes are in bytes."""

    slice: int | None = None
    """The most that one call that sends may carry."""
    gap_ms: int = 0
    """How long it waits after each slice."""
    stalled: bool = False
    """Whether automatic reading pauses."""
    rate: int | None = None
    """Bytes per second, for sending and for automatic reading, each way on its own."""
    sndbuf: int | None = None
    """The SO_SNDBUF asked for."""
    rcvbuf: int | None = None
    """The SO_RCVBUF asked for."""
    writes: Writes = "nagle"

    @property
    def words(self) -> tuple[str, ...]:
        """What is turned, each knob in a few words."""
        pause = f" / {self.gap_ms:,} ms" if self.gap_ms else ""
        told = (
            (self.slice is not None, f"≋ sends {self.slice or 0:,} B{pause}"),
            (self.stalled, "‖ reading stalled"),
            (self.rate is not None, f"≋ at most {self.rate or 0:,} B/s"),
            (self.sndbuf is not None, f"▭ SO_SNDBUF {self.sndbuf or 0:,}"),
            (self.rcvbuf is not None, f"▭ SO_RCVBUF {self.rcvbuf or 0:,}"),
            (self.writes == "nodelay", "⇥ Nagle off"),
            (self.writes == "cork", "⇤ corked"),
        )
        return tuple(words for turned, words in told if turned)


class Granted(msgspec.Struct, frozen=True):
    """The buffers that a socket has, in bytes as the kernel counts them."""

    sndbuf: int
    rcvbuf: int
