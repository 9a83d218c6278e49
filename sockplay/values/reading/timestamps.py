"""Moments as protocols count them: ticks of some length since some day, in an integer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.(?P<fraction>[0-9]{1,30}))?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)


class TimeType(msgspec.Struct, frozen=True):
    """A way to count time."""

    name: str
    number: IntegerType
    """What the ticks are counted in."""
    since: int
    """When tick 0 was, in seconds since 1970."""
    per_second: int
    """How many ticks a second has."""
    digits: int
    """How many digits its fractions of a second are shown with."""
    means: str
    """What it counts, as people say it."""

    def shown(self, ticks: int) -> str | None:
        """Show a moment in ISO 8601; None before year 1 and after year 9999."""
        seconds, rest = divmod(ticks, self.per_second)
        unit = 10**self.digits
        fraction = (2 * rest * unit + self.per_second) // (2 * self.per_second)
        try:
            when = _UNIX + timedelta(seconds=seconds + self.since + fraction // unit)
        except OverflowError:
            return None
        text = when.replace(tzinfo=None).isoformat()
        if fraction % unit:
            text += "." + f"{fraction:0{self.digits}}".rstrip("0")
        return f"{text}Z"

    def parse(self, text: str) -> int:
        """Read a moment in ISO 8601, in UTC unless it says otherwise, as ticks.

        Raises:
            ValuesError: It is none, has more digits than can be kept, or does not fit.
        """
        text = text.strip()
        match = _ISO.fullmatch(text)
        try:
            if match is None:
                raise ValueError(text)
            zone = "+00:00" if match["zone"] in (None, "Z", "z") else match["zone"]
            when = datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}{zone}")
        except ValueError:
            message = f"{text[:40]!r} is not a time: write one such as 2026-01-02T03:04:05Z"
            raise ValuesError(message) from None
        digits = (match["fraction"] or "").rstrip("0")
        if len(digits) > self.digits:
            kept = f"{self.digits} digits" if self.digits else "no fractions"
            raise ValuesError(f"{self.name} has {kept} of a second: write fewer digits")
        seconds = (when - _UNIX) // timedelta(seconds=1) - self.since
        unit: int = 10**self.digits
        fraction = int(digits.ljust(self.digits, "0") or "0")
        ticks = seconds * self.per_second + (2 * fraction * self.per_second + unit) // (2 * unit)
        if not self.number.low <= ticks <= self.number.high:
            first, last = self.shown(self.number.low), self.shown(self.number.high)
            bounds = f"{first or 'year 1'} to {last or 'year 9999'}"
            raise ValuesError(f"{text} does not fit {self.name} ({bounds})")
        return ticks


_U32, _I64, _U64 = IntegerType(32, False), IntegerType(64, True), IntegerType(64, False)
_1900, _1601 = -2_208_988_800, -11_644_473_600

TIME_TYPES = (
    TimeType("unix32", _U32, 0, 1, 0, "seconds since 1970, unsigned"),
    TimeType("unix64", _I64, 0, 1, 0, "seconds since 1970, signed"),
    TimeType("unix ms", _I64, 0, 1000, 3, "milliseconds since 1970, signed"),
    # RFC 5905, 6: the 64-bit timestamp; era 0 ends in 2036.
    TimeType("ntp", _U64, _1900, 1 << 32, 9, "32.32 seconds since 1900, NTP era 0 (RFC 5905)"),
    # Microsoft's FILETIME: intervals of 100 ns.
    TimeType("filetime", _U64, _1601, 10**7, 7, "100 ns since 1601, Windows FILETIME"),
)
"""Those that are common in protocols and files."""
