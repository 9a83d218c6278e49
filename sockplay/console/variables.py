"""The variables of a frame, shown so that none of them can be too long or raise an error."""

from __future__ import annotations

import array
import inspect
import reprlib
from collections.abc import Callable, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, ModuleType
from typing import Final, cast

from sockplay.console.standard.play import Fill
from sockplay.console.state import Variable

TEXT_CHARS: Final = 200
DATA_BYTES: Final = 4096
BYTES_SHOWN: Final = 40
COUNT: Final = 200
"""So many variables are shown at most."""
_NO_VARIABLES: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)


class Watch:
    """Looks at variables again and again, and tells which have changed.

    Args:
        given: names that everybody has, shown only when they hold something else.
        socket_name: the name of a socket of sockplay's; None for anything else.
    """

    def __init__(
        self, given: Mapping[str, object], socket_name: Callable[[object], str | None]
    ) -> None:
        self._given = given
        self._short = _Short(socket_name)
        self._before: dict[tuple[str, ...], dict[str, tuple[str, bytes | None]]] = {}

    def look(
        self, names: Mapping[str, object], frame: tuple[str, ...], fills: Sequence[Fill]
    ) -> tuple[Variable, ...]:
        """The variables of a frame now.

        Args:
            names: what its names hold.
            frame: the functions that are being run, the frame's own last.
            fills: the buffers that calls wrote into, the last one last.
        """
        before = self._before.get(frame)
        now = {}
        found: list[Variable] = []
        for name, value in list(names.items()):
            if self._is_variable(name, value) and len(found) < COUNT:
                data = _data_of(value)
                now[name] = (self._short.repr(value), data)
                changed = before is not None and before.get(name) != now[name]
                fresh = _fresh(value, fills)
                found.append(Variable(name, now[name][0], changed, data, fresh))
        callers = {one: kept for one, kept in self._before.items() if frame[: len(one)] == one}
        self._before = {**callers, frame: now}
        return tuple(found)

    def _is_variable(self, name: str, value: object) -> bool:
        if name.startswith("__") or issubclass(type(value), _NO_VARIABLES):
            return False
        return name not in self._given or self._given[name] is not value


class _Short(reprlib.Repr):
    def __init__(self, socket_name: Callable[[object], str | None]) -> None:
        super().__init__()
        self._socket_name = socket_name
        self.maxstring = self.maxother = self.maxlong = 120
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = 12

    def repr(self, x: object) -> str:
        try:
            text = super().repr(x)
        except Exception as error:  # whatever a __repr__ raises is theirs, and said
            text = f"<{type(x).__name__}: its repr raised {type(error).__name__}>"
        return text if len(text) <= TEXT_CHARS else text[: TEXT_CHARS - 1] + "…"

    def repr_instance(self, x: object, level: int) -> str:
        name = self._socket_name(x)
        if name is not None:
            return f"<socket {name}>"
        own = type(x).__repr__
        if isinstance(own, FunctionType) and own.__code__.co_filename.startswith("<"):
            return self._fields(x, level)  # the program's own: to look at it must not run it
        return super().repr_instance(x, level)

    def _fields(self, x: object, level: int) -> str:
        fields: dict[str, object] = {}
        if type(inspect.getattr_static(x, "__dict__", None)) is GetSetDescriptorType:
            fields = object.__getattribute__(x, "__dict__")
        shown = list(fields.items())[: self.maxdict] if level > 0 else []
        inside = ", ".join(f"{name}={self.repr1(value, level - 1)}" for name, value in shown)
        return f"{type(x).__name__}({inside}{', …' if len(shown) < len(fields) else ''})"

    def repr_bytes(self, x: bytes, level: int) -> str:
        shown = x[:BYTES_SHOWN]
        return repr(x) if len(x) <= len(shown) else f"{shown!r}… {len(x):,} bytes"

    def repr_bytearray(self, x: bytearray, level: int) -> str:
        shown = bytes(x[:BYTES_SHOWN])
        return repr(x) if len(x) <= len(shown) else f"bytearray({shown!r}… {len(x):,} bytes)"


def _data_of(value: object) -> bytes | None:
    if type(value) not in (bytearray, array.array):  # isinstance may ask the value for its class
        return None
    view = memoryview(cast("bytearray", value)).cast("B")
    return bytes(view[:DATA_BYTES])


def _fresh(value: object, fills: Sequence[Fill]) -> tuple[int, int] | None:
    for fill in reversed(fills):
        if fill.target is value:
            return fill.start, fill.start + fill.count
    return None
