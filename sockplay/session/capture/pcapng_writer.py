"""Writes the blocks of a pcapng file (draft-ietf-opsawg-pcapng)."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final, Literal

from sockplay.model.call import Direction

Link = Literal["raw", "unix"]
COMMENTS_MOST: Final = 200
"""Comments of one packet; more of them only say how many there are."""
_LINKS: Final[dict[Link, tuple[int, str]]] = {
    "raw": (101, "Sockets: the headers are made up, the bytes were moved"),  # LINKTYPE_RAW
    "unix": (252, "Unix sockets"),  # LINKTYPE_WIRESHARK_UPPER_PDU
}
_DIRECTIONS: Final[dict[Direction, int]] = {"in": 1, "out": 2}
_BLOCK: Final = struct.Struct("<II")
_OPTION: Final = struct.Struct("<HH")
_COMMENT, _FLAGS = 1, 2
_NAME, _DESCRIPTION, _RESOLUTION = 2, 3, 9
_PROGRAM: Final = 4
_TEXT_MOST: Final = 4_000


class PcapngWriter:
    """Writes packets in the order in which they come.

    The newest one is held back until the next comes, so that comments can still be added to it.

    Args:
        file: where to.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._links: dict[Link, int] = {}
        self._held: tuple[int, int, bytes, int, int] | None = None
        self._comments: list[str] = []
        self._time_ns = 0
        section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
        self._block(0x0A0D0D0A, section + _option(_PROGRAM, b"sockplay") + _END)
        self._link("raw")

    @property
    def has_packets(self) -> bool:
        """Whether there is a packet that comments can be added to."""
        return self._held is not None

    def packet(
        self,
        time_ns: int,
        data: bytes,
        direction: Direction,
        size: int | None = None,
        link: Link = "raw",
    ) -> None:
        """Write a packet.

        Args:
            time_ns: when it was, in ns since the Unix epoch; never before the packet before it.
            data: its bytes, as many as are known.
            direction: whether a socket here sent it.
            size: its real length, where the bytes are only its beginning.
            link: what the bytes begin with.
        """
        self._release()
        self._time_ns = max(self._time_ns, time_ns)
        real = len(data) if size is None else size
        self._held = (self._link(link), self._time_ns, data, real, _DIRECTIONS[direction])

    def comment(self, text: str) -> None:
        """Add a comment to the newest packet."""
        self._comments.append(text)

    def close(self) -> None:
        """Write the last packet."""
        self._release()

    def _release(self) -> None:
        if self._held is None:
            return
        link, time_ns, data, size, direction = self._held
        more = len(self._comments) - COMMENTS_MOST
        comments = self._comments[:COMMENTS_MOST]
        if more > 0:
            comments.append(f"and {more:,} more calls")
        high, low = time_ns >> 32 & 0xFFFFFFFF, time_ns & 0xFFFFFFFF
        options = [_option(_COMMENT, _cut(comment)) for comment in comments]
        self._block(
            6,
            b"".join(
                (
                    struct.pack("<IIIII", link, high, low, len(data), size),
                    data,
                    bytes(-len(data) % 4),
                    _option(_FLAGS, direction.to_bytes(4, "little")),
                    *options,
                    _END,
                )
            ),
        )
        self._held = None
        self._comments.clear()

    def _link(self, link: Link) -> int:
        """The number of an interface, which is described before its first packet.

        Unix sockets have one of their own, made when there are any: tcpdump refuses a file with
        two link types.
        """
        if link not in self._links:
            number, description = _LINKS[link]
            self._links[link] = len(self._links)
            options = (
                _option(_NAME, b"sockplay"),
                _option(_DESCRIPTION, description.encode()),
                _option(_RESOLUTION, b"\x09"),  # nanoseconds
                _END,
            )
            self._block(1, struct.pack("<HHI", number, 0, 0) + b"".join(options))
        return self._links[link]

    def _block(self, kind: int, body: bytes) -> None:
        length = _BLOCK.size + len(body) + 4
        self._file.write(b"".join((_BLOCK.pack(kind, length), body, length.to_bytes(4, "little"))))


def _option(code: int, value: bytes) -> bytes:
    return _OPTION.pack(code, len(value)) + value + bytes(-len(value) % 4)


_END: Final = _option(0, b"")


def _cut(text: str) -> bytes:
    return text[:_TEXT_MOST].encode("utf-8", "backslashreplace")
