"""What came back in a replay and belongs to no step yet; taking of it costs what is taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice


class Heard:
    """Bytes of a stream, or datagrams.

    Args:
        stream: which of them.
    """

    def __init__(self, stream: bool) -> None:
        self.size = 0
        self._is_stream = stream
        self._bytes = bytearray()
        self._datagrams: deque[bytes] = deque()

    def add(self, data: bytes) -> None:
        """Take what a read gave."""
        self.size += len(data)
        if self._is_stream:
            self._bytes += data
        else:
            self._datagrams.append(data)

    def lacks(self, back: Sequence[bytes], size: int) -> bool:
        """Whether it is less than what came back then, which was so many bytes."""
        return self.size < size or (not self._is_stream and len(self._datagrams) < len(back))

    def begins(self, back: Sequence[bytes]) -> bool:
        """Whether it begins with all that came back then."""
        if self._is_stream:
            return self._bytes.startswith(b"".join(back))
        return list(islice(self._datagrams, len(back))) == list(back)

    def cut(self, back: Sequence[bytes]) -> list[bytes]:
        """Take as much from its beginning as came back then."""
        if self._is_stream:
            size = sum(map(len, back))
            found = [bytes(self._bytes[:size])]
            del self._bytes[:size]
        else:
            found = [self._datagrams.popleft() for _ in back]
        self.size -= sum(map(len, found))
        return found

    def all(self) -> list[bytes]:
        """Take all of it."""
        found = [bytes(self._bytes)] if self._is_stream else list(self._datagrams)
        self._bytes.clear()
        self._datagrams.clear()
        self.size = 0
        return found
