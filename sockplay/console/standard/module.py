"""Builds a program's ``socket`` module: CPython's own Lib/socket.py over the engine's sockets.

Only ``_socket``, the part that is written in C, is another one; so ``create_server``, ``makefile``,
``with``, the enums and all the rest are CPython's own code, whatever its version.
"""

from __future__ import annotations

import _socket
import builtins
import importlib.util
import itertools
import sys
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from sockplay.console.standard.facade import HandSocket, attached, socket_class
from sockplay.console.standard.play import LIBRARY, Fill, Play
from sockplay.console.standard.waits import Waits
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host

_ASKS_SYSTEM: Final = (
    *("getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex", "getnameinfo"),
)
_OWN: Final = ("__name__", "__loader__", "__spec__")
_numbers = itertools.count(1)


class SocketModule:
    """One program's ``socket``.

    Args:
        host: runs the engine.
        engine: owns the sockets.
        waits: has the program's threads wait, and interrupts them.
    """

    def __init__(self, host: Host, engine: Engine, waits: Waits) -> None:
        self._play = Play(host, engine.hand, waits)
        self.low_level = _low_level(self._play)
        self.module = _library_over(self.low_level)
        self._quieten_repr()

    @property
    def fills(self) -> tuple[Fill, ...]:
        """The last buffers that a ``recv_into`` has written to, the newest last."""
        return tuple(self._play.fills)

    def names(self) -> tuple[str, ...]:
        """The names of all open sockets."""
        return self._play.hand.names()

    def name_of(self, value: object) -> str | None:
        """The name of a socket object of a program; None for any other object."""
        return value._born.name if isinstance(value, HandSocket) else None

    def attach(self, name: str) -> HandSocket | None:
        """A socket object for an open socket, by its name."""
        born = self._play.hand.born(name)
        return None if born is None else attached(self.module.socket, born)

    def close(self) -> None:
        """Close what the program left open, as the system does when a program ends."""
        for name in tuple(self._play.made):
            self._play.close_later(name, "Its program ended, so the system closed it.")

    def _quieten_repr(self) -> None:
        """Have ``repr`` ask the real socket for its addresses: a look at it is no call of it."""
        low, hand = self.low_level.socket, self._play.hand
        looks = self.module.socket.__repr__.__code__

        def asking(op: str) -> Any:  # noqa: ANN401 a method
            recorded = getattr(low, op)

            def method(self: HandSocket, *args: object, **keywords: object) -> object:
                real = hand.socket_of(self._born.name)
                if real is not None and sys._getframe(1).f_code is looks:
                    return getattr(real, op)()
                return recorded(self, *args, **keywords)

            method.__name__, method.__doc__ = op, recorded.__doc__
            return method

        low.getsockname, low.getpeername = asking("getsockname"), asking("getpeername")


def _low_level(play: Play) -> ModuleType:
    """The ``_socket`` of one program."""

    def setdefaulttimeout(timeout: float | None, /) -> None:
        probe = _socket.socket()
        try:
            probe.settimeout(timeout)  # which refuses what is no timeout in Python's words
            play.default_timeout = probe.gettimeout()
        finally:
            probe.close()

    def socketpair(*args: int) -> tuple[SimpleNamespace, ...]:
        made = play.pair(*args)
        return tuple(SimpleNamespace(detach=lambda born=born: born.fd) for born in made)

    kind = socket_class(play)
    module = ModuleType("_socket", _socket.__doc__)
    vars(module).update({name: v for name, v in vars(_socket).items() if name not in _OWN})
    vars(module).update(
        socket=kind,
        SocketType=kind,
        dup=play.dup,
        getdefaulttimeout=lambda: play.default_timeout,
        setdefaulttimeout=setdefaulttimeout,
        **{op: _asking(play, op) for op in _ASKS_SYSTEM},
    )
    if hasattr(_socket, "socketpair"):
        vars(module).update(socketpair=socketpair)
    return module


def _asking(play: Play, op: str) -> Any:  # noqa: ANN401 a function
    real = getattr(_socket, op)

    def ask(*args: object, **keywords: object) -> object:
        return play.ask_system(op, real, args, keywords)

    ask.__name__, ask.__doc__ = op, real.__doc__
    return ask


def _library_over(low_level: ModuleType) -> Any:  # noqa: ANN401 a module like no other
    """Lib/socket.py as a new module, with another ``_socket`` to import."""
    name = f"sockplay.console.standard.socket_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, LIBRARY)
    if spec is None or spec.loader is None:
        raise ImportError("The standard library's socket.py is not there. Install Python whole.")
    module: Any = importlib.util.module_from_spec(spec)

    def importing(wanted: str, *args: Any) -> ModuleType:  # noqa: ANN401 as __import__ has them
        if wanted == "_socket":
            return low_level
        found: ModuleType = builtins.__import__(wanted, *args)
        return found

    vars(module)["__builtins__"] = {**vars(builtins), "__import__": importing}
    sys.modules[name] = module  # the enums are made from the names of a module that is there
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    module.__name__ = module.socket.__module__ = "socket"
    if hasattr(module.socket, "_sendfile_use_sendfile"):

        def without(self: Any, *args: object) -> int:  # noqa: ANN401 the library's own class
            self._check_sendfile_params(*args)
            if self.fileno() < 0:
                raise ValueError("Invalid file descriptor: -1")  # as a selector says it
            sent: int = self._sendfile_use_send(*args)  # what os.sendfile moves, nobody sees
            return sent

        module.socket._sendfile_use_sendfile = without
    return module
