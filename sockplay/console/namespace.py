"""The names that code starts with: Python's own, with the engine's sockets for ``socket``."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any

from sockplay.console.standard.module import SocketModule


class Namespace:
    """The globals of one interpreter.

    Args:
        sockets: gives the modules that stand in for ``socket`` and ``_socket``.
    """

    def __init__(self, sockets: SocketModule) -> None:
        self._stand_ins: Mapping[str, ModuleType] = MappingProxyType(
            {"socket": sockets.module, "_socket": sockets.low_level}
        )
        self.builtins: dict[str, Any] = {**vars(builtins), "__import__": self._import}
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": self.builtins}

    def start_with_sockets(self) -> None:
        """Have the socket API there without an import, as after ``from socket import *``."""
        module = self._stand_ins["socket"]
        self.names.update({name: getattr(module, name) for name in module.__all__})
        self.names["socket"] = module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        stand_in = self._stand_ins.get(name)
        if stand_in is not None and not level:
            return stand_in
        module: ModuleType = builtins.__import__(name, globals, locals, fromlist, level)
        return module
