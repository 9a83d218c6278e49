"""How long calls by hand on one socket may wait."""

from __future__ import annotations

import msgspec


class Timeout(msgspec.Struct):
    """What ``settimeout`` has set, kept once per socket: all its objects tell and obey the same."""

    seconds: float | None = None
    """None waits for ever, 0 never waits."""
