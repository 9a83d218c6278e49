"""The engine in a thread of its own."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator

import pytest

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, ServerSpec, Target
from tests.engine.world import ECHO, MANUAL, Kept, open_files


class Hosted:
    """A running host and its engine."""

    def __init__(self) -> None:
        self.bugs: list[BaseException] = []
        self.host = Host(self.bugs.append)
        self.host.start()
        self.kept = Kept()
        self.engine = self.host.ask(lambda: Engine(self.kept)).result(5)


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    hosted = Hosted()
    yield hosted
    hosted.host.stop()


def threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "sockplay-engine"]


def test_starting_and_stopping_leaves_no_thread_and_no_file() -> None:
    files = open_files()
    host = Host(lambda _: None)
    host.start()
    assert len(threads()) == 1
    assert host.ask(lambda: 42).result(5) == 42
    host.stop()
    host.stop()
    assert threads() == []
    gc.collect()
    assert open_files() == files
    with pytest.raises(RuntimeError, match="closed"):
        host.ask(lambda: 42)


def test_work_runs_on_the_hosts_thread(hosted: Hosted) -> None:
    server, client = hosted.host.submit(
        hosted.engine.start_pair(ServerSpec(behaviour=ECHO), MANUAL)
    ).result(5)
    assert hosted.host.submit(hosted.engine.send(Target(client), b"hello")).result(5) == 5
    assert hosted.host.submit(hosted.engine.recv(client, 5)).result(5).data == b"hello"
    names = [info.name for info in hosted.host.ask(hosted.engine.snapshot).result(5)]
    assert names[:2] == [server, client]
    with pytest.raises(SockplayError, match="There is no socket"):
        hosted.host.submit(hosted.engine.recv("nobody", 5)).result(5)
    hosted.host.ask(hosted.engine.close_all).result(5)


def test_a_bug_in_a_callback_is_told(hosted: Hosted) -> None:
    def bug() -> None:
        raise ZeroDivisionError("a bug")

    hosted.host.ask(lambda: asyncio.get_running_loop().call_soon(bug)).result(5)
    hosted.host.ask(lambda: None).result(5)
    assert [str(bug) for bug in hosted.bugs] == ["a bug"]


def test_stopping_does_not_wait_for_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted = Hosted()
    asked, answer = threading.Event(), threading.Event()

    def hang(*_: object) -> list[object]:
        asked.set()
        answer.wait(10)
        return []

    monkeypatch.setattr("sockplay.engine.opening.lookup", hang)
    engine = hosted.engine
    _, client = hosted.host.submit(engine.start_pair(ServerSpec(behaviour=ECHO), MANUAL)).result(5)
    recv = hosted.host.submit(engine.recv(client, 5))
    start = hosted.host.submit(engine.start_client(ClientSpec(host="slow.invalid")))
    assert asked.wait(5)
    hosted.host.ask(engine.close_all).result(5)
    with pytest.raises(SockplayError, match="was closed"):
        recv.result(5)
    with pytest.raises(SockplayError, match="was closed"):
        start.result(5)
    again = hosted.host.submit(engine.start_client(ClientSpec(host="slow.invalid")))
    hosted.host.ask(lambda: None).result(5)
    hosted.host.stop()
    assert threads() == []
    assert again.cancelled()
    assert hosted.bugs == []
    answer.set()
    for thread in threading.enumerate():
        if thread.name == "sockplay-lookup":
            thread.join(5)
