"""A stand-in ``socket`` module over a real engine, and how it is compared with plain Python's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Wait, Waits
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.call import Call
from sockplay.model.info import SocketInfo
from tests.engine.world import Kept
from tests.waiting import wait_here_until


class Bench:
    """An engine in its thread, and one program's module over it."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.engine = Engine(self.kept)
        self.bugs: list[BaseException] = []
        self.host = Host(self.bugs.append)
        self.host.start()
        self.waits = Waits()
        self.made = SocketModule(self.host, self.engine, self.waits)
        self.module: Any = self.made.module

    def close(self) -> None:
        self.waits.close()
        self.host.ask(self.engine.close_all).result(10)
        self.host.stop()
        assert self.bugs == []

    def info(self, name: str) -> SocketInfo:
        infos = self.host.ask(self.engine.snapshot).result(10)
        return next(info for info in infos if info.name == name)

    def names(self) -> list[str]:
        return [i.name for i in self.host.ask(self.engine.snapshot).result(10)]

    def calls(self, name: str = "", *ops: str) -> list[Call]:
        calls = self.host.ask(lambda: list(self.kept.calls)).result(10)
        return [c for c in calls if name in ("", c.socket) and (not ops or c.op in ops)]

    def last(self, name: str) -> Call:
        return self.calls(name)[-1]

    def waiting(self, call: str) -> Wait:
        """Wait until a call waits, and give it."""
        wait_here_until(lambda: any(wait.call == call for wait in self.waits.current()))
        return next(wait for wait in self.waits.current() if wait.call == call)

    def snapshot(self) -> tuple[SocketInfo, ...]:
        return self.host.ask(self.engine.snapshot).result(10)


def outcome(call: Callable[[], object]) -> object:
    """What came of a call: its result, or its exception in Python's own words."""
    try:
        result = call()
    except Exception as error:
        number = error.errno if isinstance(error, OSError) else None
        return type(error).__name__, number, same(str(error))
    return same(result)


def same(value: object) -> object:
    """A result without what differs from one run to the next: ports and file descriptors."""
    if isinstance(value, str):
        return re.sub(r"\b\d{4,5}\b", "PORT", re.sub(r"fd=\d+", "fd=N", value))
    if isinstance(value, tuple):
        return tuple(map(same, value))
    if isinstance(value, list):
        return [same(one) for one in value]
    if isinstance(value, bool | bytes | bytearray | float | type(None)):
        return value
    if isinstance(value, int):
        return "PORT" if 1024 <= value <= 65535 else int(value)
    return type(value).__name__
