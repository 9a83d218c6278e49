"""Which datagrams have been shown as packets already, since both of their ends are here."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from typing import Final

_WAITING_MOST: Final = 10_000
"""Datagrams that were sent here and read nowhere yet; more than kernels queue."""

_Key = tuple[int | str, int, int]


class Shown:
    """Tells whether a datagram that one socket read is one that another here has sent.

    They are told apart by the receiver's port or path, their length and content; of equal ones the
    earliest counts. Since a call is recorded when it returns, either may come first.
    """

    def __init__(self) -> None:
        self._sent: OrderedDict[_Key, int] = OrderedDict()
        self._read: OrderedDict[_Key, int] = OrderedDict()

    def sends(self, receiver: int | str, data: bytes) -> bool:
        """Whether what is sent to a receiver was shown when it was read."""
        return _meet(_key(receiver, len(data), data), self._read, self._sent)

    def reads(self, receiver: int | str, data: bytes, size: int) -> bool:
        """Whether what a receiver reads was shown when it was sent; ``size`` is its real length.

        What is gone of a truncated one is in no checksum, so there the length alone counts.
        """
        key = _key(receiver, size, data)
        if size > len(data):
            key = next((sent for sent in self._sent if sent[:2] == (receiver, size)), key)
        return _meet(key, self._sent, self._read)


def _meet(key: _Key, there: OrderedDict[_Key, int], here: OrderedDict[_Key, int]) -> bool:
    count = there.get(key, 0)
    if count > 1:
        there[key] = count - 1
    elif count:
        del there[key]
    else:
        here[key] = here.get(key, 0) + 1
        if len(here) > _WAITING_MOST:
            here.popitem(last=False)
    return bool(count)


def _key(receiver: int | str, size: int, data: bytes) -> _Key:
    return receiver, size, zlib.crc32(data)
