"""Conversations of one client, written down call by call without any socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.model.info import SocketInfo
from sockplay.session.reader import Reader
from sockplay.session.replay.side import Side, chosen_side, side, sides
from tests.session.calls import recorded

STEP_NS = 100_000_000
START_NS = 1_767_323_045_000_000_000


class Talk:
    """What ``cli1`` did, a tenth of a second between two calls."""

    def __init__(self, datagrams: bool = False) -> None:
        self.datagrams = datagrams
        self.calls: list[Call] = []
        self._sent = self._read = 0
        kind = "SOCK_DGRAM" if datagrams else "SOCK_STREAM"
        self._add("socket", f"AF_INET, {kind}")
        self._add("connect", "('127.0.0.1', 9000)")

    def sent(self, data: bytes) -> Talk:
        place = None if self.datagrams else self._sent
        self._sent += len(data)
        return self._add("send", data=data, offset=place)

    def read(self, data: bytes) -> Talk:
        place = None if self.datagrams else self._read
        self._read += len(data)
        return self._add("recv", data=data, offset=place)

    def ended(self) -> Talk:
        self.read(b"")
        self.calls[-1] = replace(self.calls[-1], badges=("EOF",))
        return self

    def did(self, op: str, args: str = "") -> Talk:
        return self._add(op, args)

    def _add(
        self, op: str, args: str = "", data: bytes | None = None, offset: int | None = None
    ) -> Talk:
        seq = len(self.calls) + 1
        size = None if data is None else len(data)
        known = "127.0.0.1:9000" if seq > 1 else None
        self.calls.append(
            Call(
                seq=seq,
                time_ns=START_NS + seq * STEP_NS,
                took_ns=1000,
                socket="cli1",
                op=op,
                args=args,
                requested=size,
                moved=size,
                data=data or b"",
                offset=offset,
                local=known and "127.0.0.1:40000",
                peer=known,
            )
        )
        return self

    @contextmanager
    def reader(self, path: Path) -> Iterator[Reader]:
        reader = Reader(recorded(path, self.calls), ours=False)
        try:
            yield reader
        finally:
            reader.close()

    def side(self, path: Path) -> Side:
        """The part of cli1, as it is had again."""
        with self.reader(path) as reader:
            info: SocketInfo = chosen_side(sides(reader), "cli1")
            return side(reader, info)
