"""What all sockets of one program share: the engine, its waiting, its names, its defaults."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, Final, TypeVar

import msgspec

from sockplay.console.standard.naming import names_wanted
from sockplay.console.standard.waits import Waits
from sockplay.engine.hand.birth import Born
from sockplay.engine.hand.hand import Hand, Order
from sockplay.engine.hand.written import arguments, call_written
from sockplay.engine.host import Host
from sockplay.values.printable import short

T = TypeVar("T")
FILLS_KEPT: Final = 8
_OURS: Final = os.path.dirname(__file__)
_SPEC = importlib.util.find_spec("socket")
LIBRARY: Final = _SPEC.origin if _SPEC is not None else None
"""Where CPython's own Lib/socket.py is: its frames are not the program's."""
_WAITS_FOR: Final = {
    "recv": "data",
    "send": "room to send",
    "acce": "a client",
    "conn": "the connection",
}
"""What a call may wait for, by the first letters of its name."""


class Fill(msgspec.Struct, frozen=True):
    """A buffer of the program that a recv_into has written to."""

    target: object
    """The object whose memory it is, also where a memoryview of it was given."""
    start: int
    """Where in it the first byte was written."""
    count: int


class Play:
    """One program's way to the engine.

    Args:
        host: runs the engine.
        hand: makes the calls, on the engine's loop.
        waits: has the program's threads wait.
    """

    def __init__(self, host: Host, hand: Hand, waits: Waits) -> None:
        self.hand = hand
        self.waits = waits
        self.default_timeout: float | None = None
        """As ``setdefaulttimeout`` has set it."""
        self.fills: deque[Fill] = deque(maxlen=FILLS_KEPT)
        self.made: set[str] = set()
        """The names of the sockets that the program made, and did not close by itself."""
        self._host = host
        self._local = threading.local()

    def open(self, family: int, kind: int, proto: int, fileno: int | None) -> Born:
        """Make a socket under the name that the program gives it.

        ``create_connection`` may need several sockets until one is connected: they have one name.
        What ``create_server`` only tries out does not take the name away.
        """
        caller = sys._getframe(3).f_code
        helper = caller.co_name if caller.co_filename == LIBRARY else ""
        connecting = helper == "create_connection"
        before = getattr(self._local, "tried", "") if connecting else ""
        wanted = "probe" if helper == "has_dualstack_ipv6" else before or self.names()[0]
        born = self._made(
            lambda: self.hand.open(family, kind, proto, fileno, wanted, bool(before)),
            "socket()",
            lambda born: self._unmade(born.name),
        )
        self.made.add(born.name)
        self._local.tried = born.name if connecting else ""
        return born

    def pair(self, family: int, kind: int, proto: int) -> tuple[Born, Born]:
        """Make two connected sockets."""
        names = self.names()
        ends = self._made(
            lambda: self.hand.pair(family, kind, proto, names),
            "socketpair()",
            lambda ends: self._unmade(*(born.name for born in ends)),
        )
        self.made.update(born.name for born in ends)
        return ends

    def call(
        self,
        name: str,
        op: str,
        args: tuple[Any, ...],
        keywords: dict[str, Any],
        timeout: float | None,
    ) -> Any:  # noqa: ANN401 as many types as methods
        """Make one call on a socket, in the engine, and wait for it here."""
        wanted = self.names()[0] if op == "accept" else ""
        text = call_written(op, args, keywords)
        written = arguments(op, args, keywords)
        note = _file_sent(sys._getframe(2).f_back) if op == "send" else ""
        order = Order(name, op, args, keywords, timeout, written, text, wanted, note)
        result: Any = self._made(
            lambda: self.hand.call(order),
            f"{name}.{text}",
            lambda made: self._unmade(*self._accepted(op, made)),
            _WAITS_FOR.get(op[:4], ""),
        )
        self.made.update(self._accepted(op, result))
        if op == "connect":
            self._local.tried = ""
        if op.endswith("_into"):
            self._filled(op, args, keywords, result)
        return result

    def _made(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        call: str,
        undo: Callable[[T], Coroutine[Any, Any, None]],
        waits_for: str = "",
    ) -> T:
        """Have the engine do what may make sockets, and wait for it.

        An interruption may come when the engine is done and the program has nothing of it yet: no
        object stands for what was made then, so it is closed.

        Args:
            work: what is to be done.
            call: the same as Python writes it.
            undo: closes what it made.
            waits_for: what it may wait for.
        """
        results: list[T] = []

        async def kept() -> T:
            results.append(await work())
            return results[0]

        async def give_back() -> None:
            for result in results:
                await undo(result)

        try:
            return self.waits.result(self._host, kept(), call, waits_for)
        except (KeyboardInterrupt, SystemExit):
            with suppress(RuntimeError):  # the engine has gone, and every socket with it
                self._host.submit(give_back())
            raise

    async def _unmade(self, *names: str) -> None:
        for name in names:
            await self.hand.close(name, "Interrupted before the program had it: closed.")

    def close(self, name: str) -> None:
        """Close a socket."""
        self.made.discard(name)
        self.waits.result(self._host, self.hand.close(name), f"{name}.close()", "")

    def detach(self, name: str, blocking: bool) -> int:
        """Give a socket's file descriptor away."""
        self.made.discard(name)
        work = self.hand.detach(name, blocking)
        return self.waits.result(self._host, work, f"{name}.detach()", "")

    def dup(self, fd: int) -> int:
        """Duplicate a file descriptor."""

        async def undo(copy: int) -> None:
            os.close(copy)

        return self._made(lambda: self.hand.dup(fd), f"dup({fd})", undo)

    def ask_system(
        self,
        op: str,
        question: Callable[..., T],
        args: Sequence[object],
        keywords: Mapping[str, object],
    ) -> T:
        """Ask the system for names or addresses."""
        self._local.tried = ""
        written = arguments(op, args, keywords)
        work = self.hand.ask_system(op, written, lambda: question(*args, **keywords))
        return self.waits.result(self._host, work, f"{op}({written})", "an answer")

    def dropped(self, name: str) -> None:
        """Close a socket whose object is gone, as CPython does; waits for nothing.

        Whichever thread collects garbage gets here, the engine's own too.
        """
        if name not in self.made or self.hand.socket_of(name) is None:
            return
        self.close_later(name, "Its last reference went away, so Python closed it.")
        warnings.warn(f"unclosed <socket {name}>", ResourceWarning, stacklevel=2)

    def close_later(self, name: str, note: str) -> None:
        """Close a socket at the engine's next turn; waits for nothing."""
        self.made.discard(name)
        work = self.hand.close(name, note)
        with suppress(RuntimeError):  # the engine has gone, and every socket with it
            self._host.submit(work)

    def names(self) -> tuple[str, str]:
        """The names that the program's statement gives to two sockets; empty where it does not."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _is_ours(frame.f_code.co_filename):
            frame = frame.f_back
        wanted = names_wanted(frame) or ("",)
        return wanted[0], wanted[min(1, len(wanted) - 1)]

    def _accepted(self, op: str, result: Any) -> Sequence[str]:  # noqa: ANN401 as many as methods
        return (self.hand.unclaimed(result[0]),) if op == "accept" else ()

    def _filled(
        self, op: str, args: tuple[Any, ...], keywords: dict[str, Any], result: object
    ) -> None:
        left = result[0] if isinstance(result, tuple) else result
        if not isinstance(left, int):
            return
        first = args[0] if args else keywords["buffer"]
        for buffer in first if op == "recvmsg_into" else [first]:
            with memoryview(buffer) as view:
                count = min(left, view.nbytes)
                left -= count
                if count and view.obj is not None:  # makefile's own buffer has no owner
                    self.fills.append(Fill(view.obj, _address(view) - _address(view.obj), count))


def _file_sent(caller: FrameType | None) -> str:
    """What a send is a part of when it is Lib/socket.py's sendfile that makes it."""
    if caller is None or caller.f_code.co_filename != LIBRARY:
        return ""
    if caller.f_code.co_name != "_sendfile_use_send":
        return ""
    name = getattr(caller.f_locals.get("file"), "name", "")
    return f"A block of sendfile, from {short(name)}" if isinstance(name, str) else ""


def _is_ours(filename: str) -> bool:
    return filename == LIBRARY or os.path.dirname(filename) == _OURS


def _address(buffer: Any) -> int:  # noqa: ANN401 anything that has memory
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))
