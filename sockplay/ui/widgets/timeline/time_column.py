"""The timeline's column of times, in four ways."""

from __future__ import annotations

import time
from typing import Final, Literal

import msgspec

from sockplay.ui.widgets.cells import fit

TimeWay = Literal["clock", "start", "before", "turn"]
"""The time of day; since the session's start; since the call in the row before; since the socket's
last call in the other direction."""
WAYS: Final[tuple[TimeWay, ...]] = ("clock", "start", "before", "turn")
_NAMES: Final[dict[TimeWay, tuple[str, str]]] = {
    "clock": ("time", "time"),
    "start": ("since start", "seconds"),
    "before": ("since prev", "prev"),
    "turn": ("other way", "other way"),
}
UNKNOWN: Final = "·"


class TimeColumn(msgspec.Struct, frozen=True):
    """How times are shown."""

    narrow: bool = False
    way: TimeWay | None = None
    """As the person has chosen; None for what the width has room for."""
    since: int = 0
    """When the session began, in ns since the Unix epoch."""

    @property
    def shown(self) -> TimeWay:
        """The way that is in force."""
        return self.way or ("start" if self.narrow else "clock")

    @property
    def width(self) -> int:
        """Cells of the column."""
        return 9 if self.narrow else 12

    @property
    def name(self) -> str:
        """The column's heading."""
        return fit(_NAMES[self.shown][self.narrow], self.width)

    @property
    def next(self) -> TimeWay:
        """The way after this one."""
        return WAYS[(WAYS.index(self.shown) + 1) % len(WAYS)]

    def text(self, time_ns: int, from_ns: int | None = None) -> str:
        """A call's time.

        Args:
            time_ns: when it was made, in ns since the Unix epoch.
            from_ns: when that was that it is counted from; None where there was nothing.
        """
        if self.shown == "clock":
            seconds, rest = divmod(time_ns, 1_000_000_000)
            clock = time.strftime("%H:%M:%S", time.localtime(seconds))
            return clock.ljust(self.width) if self.narrow else f"{clock}.{rest // 1_000_000:03}"
        if self.shown == "start":
            from_ns = self.since
        if from_ns is None:
            return UNKNOWN.rjust(self.width)
        # A wide column has room for microseconds; how long something took is often less than one
        # thousandth of a second.
        digits = 3 if self.shown == "start" and self.narrow else 6 - self.narrow
        passed = (time_ns - from_ns) / 1e9
        texts = (f"{passed:.{each}f}" for each in range(digits, -1, -1))
        return fit(next((t for t in texts if len(t) <= self.width), "…"), self.width, "right")
