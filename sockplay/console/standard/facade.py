"""The class below CPython's ``socket.socket``: each method is a call that the engine makes."""

from __future__ import annotations

import _socket
import contextlib
import errno
import operator
import socket
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any, ClassVar, Final, SupportsIndex, cast

from sockplay.console.standard.play import Play
from sockplay.engine.hand.birth import Born

_CALLS: Final = (
    *("bind", "connect", "connect_ex", "getpeername", "getsockname", "getsockopt", "listen"),
    *("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"),
    *("send", "sendall", "sendmsg", "sendto", "setsockopt", "shutdown"),
)
"""Methods of ``_socket.socket`` that become calls as they stand; not every platform has all."""


_MAY_WAIT: Final = frozenset(
    {
        *("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"),
        *("send", "sendall", "sendmsg", "sendto"),
    }
)


class HandSocket:
    """Stands for one socket of the engine, by its name; ``socket_class`` binds it to a program."""

    __slots__ = ("_born", "_owned")
    _play: ClassVar[Play]

    def __init__(
        self,
        family: int = -1,
        type: int = -1,
        proto: int = -1,
        fileno: int | None = None,
    ) -> None:
        self._born: Born = self._play.open(family, type, proto, fileno)
        self._born.timeout.seconds = self._play.default_timeout if self._born.blocking else 0.0
        self._owned = True

    def __del__(self) -> None:
        if getattr(self, "_owned", False):
            self._play.dropped(self._born.name)

    @property
    def family(self) -> int:
        """The address family."""
        return self._born.family

    @property
    def type(self) -> int:
        """The socket's type."""
        return self._born.kind

    @property
    def proto(self) -> int:
        """The protocol's number."""
        return self._born.proto

    @property
    def timeout(self) -> float | None:
        """How long a call may wait, in seconds; None for ever."""
        return self._born.timeout.seconds

    def gettimeout(self) -> float | None:
        """How long a call may wait, in seconds; None for ever."""
        return self.timeout

    def getblocking(self) -> bool:
        """Whether calls may wait at all."""
        return self.timeout != 0.0

    def settimeout(self, *args: object, **keywords: object) -> None:
        """Set how long a call may wait, in seconds; None for ever."""
        self._call("settimeout", args, keywords)

    def setblocking(self, *args: object, **keywords: object) -> None:
        """Set whether calls may wait."""
        self._call("setblocking", args, keywords)

    def fileno(self) -> int:
        """The file descriptor; -1 once it is closed."""
        real = self._play.hand.socket_of(self._born.name)
        return -1 if real is None else real.fileno()

    def close(self) -> None:
        """Close the socket; a closed one stays as it is."""
        self._owned = False  # create_connection may give its name to another one
        self._play.close(self._born.name)

    def detach(self) -> int:
        """Give the file descriptor away; the socket cannot be used any more."""
        self._owned = False
        return self._play.detach(self._born.name, self.timeout is None)

    def _accept(self) -> tuple[int, object]:
        fd, address = self._call("accept", (), {})
        return fd, address

    def _call(self, op: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        play, born = self._play, self._born
        if op in ("recvmsg_into", "sendmsg"):  # an iterator serves one attempt only
            args = (*(list(a) if hasattr(a, "__iter__") else a for a in args[:2]), *args[2:])
        # The data and the buffer are no numbers, though some arrays have an __index__.
        data = 1 if op.startswith("send") or op.endswith("_into") else 0
        args = (*args[:data], *map(_plain, args[data:]))
        keywords = {n: v if n == "buffer" else _plain(v) for n, v in keywords.items()}
        if play.hand.socket_of(born.name) is None and op != "accept":
            return self._on_closed(op, args, keywords)
        if not _needs_look_up(op, args):
            _check(born, op, args, keywords)
        args = tuple(map(_memory, args))
        return play.call(born.name, op, args, keywords, self.timeout)

    def _on_closed(self, op: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> object:
        """Have Python say what it says of a closed socket; EBADF is recorded."""
        with socket.socket(self.family, self.type, self.proto) as closed:
            closed.close()
            try:
                return getattr(socket.socket, op)(closed, *args, **keywords)
            except OSError as error:
                if op in ("settimeout", "setblocking"):
                    self._born.timeout.seconds = closed.gettimeout()  # CPython takes it even so
                if error.errno != errno.EBADF:
                    raise
        return self._play.call(self._born.name, op, args, keywords, self.timeout)


def _plain(value: object) -> object:
    """A value in which no code of the program's runs when the engine's thread uses it as a number.

    Raises:
        Exception: as its ``__index__`` did, here where the program can see it.
    """
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        return type(value)(map(_plain, value))
    if isinstance(value, int) or not hasattr(type(value), "__index__"):
        return value  # of an int's own classes C takes the number without asking
    return operator.index(cast("SupportsIndex", value))


def _memory(value: object) -> object:
    """The memory of an object that lends it by a method of its own (PEP 688)."""
    if isinstance(value, list):
        return [_memory(part) for part in value]
    lends = getattr(type(value), "__buffer__", None)
    return memoryview(value) if isinstance(lends, FunctionType) else value  # type: ignore[arg-type]


def _needs_look_up(op: str, args: tuple[Any, ...]) -> bool:
    """Whether the arguments can hold the name of a computer, which takes long to find."""
    if op == "sendto":
        return bool(args) and isinstance(args[-1], tuple)
    return op not in _MAY_WAIT or (op == "sendmsg" and len(args) > 3)


def _check(born: Born, op: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Have Python say what is wrong with the arguments before anything waits, as it does."""
    with contextlib.suppress(OSError):  # a closed socket
        getattr(socket.socket, op)(_closed(born.family, born.kind), *args, **keywords)


@lru_cache
def _closed(family: int, kind: int) -> socket.socket:
    sock = socket.socket(family, kind)
    sock.close()
    return sock


def _method(op: str) -> Callable[..., object]:
    def method(self: HandSocket, *args: object, **keywords: object) -> object:
        return self._call(op, args, keywords)

    method.__name__ = op
    method.__qualname__ = f"socket.{op}"
    method.__doc__ = getattr(_socket.socket, op).__doc__
    return method


for _op in _CALLS:
    if hasattr(_socket.socket, _op):
        setattr(HandSocket, _op, _method(_op))


def socket_class(play: Play) -> type[HandSocket]:
    """The ``_socket.socket`` of one program."""
    body = {"__slots__": (), "_play": play, "__module__": "_socket"}
    return type("socket", (HandSocket,), body)


def attached(kind: type[HandSocket], born: Born) -> HandSocket:
    """An object of a ``socket.socket`` over ours for a socket that is there already.

    It leaves the socket open when it goes: it is not the program's own.
    """
    made = kind.__new__(kind)
    made._born, made._owned = born, False
    vars_of_library: Any = made
    vars_of_library._io_refs, vars_of_library._closed = 0, False
    return made
