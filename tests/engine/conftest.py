from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.world import TRANSPORTS, Transport, World, has_ipv6, open_files


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, since a Unix socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        yield Path(path)


@pytest.fixture
async def world(folder: Path) -> AsyncIterator[World]:
    """An engine on the test's loop; a bug in any callback, or an fd left open, fails the test."""
    before = open_files()
    loop = asyncio.get_running_loop()
    bugs: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: bugs.append(context))
    world = World(folder)
    yield world
    world.engine.close_all()
    for sock in world.plain:
        sock.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert world.kept.uncommitted == 0
    world.engine.forget_ended()
    assert world.engine.snapshot() == ()
    gc.collect()
    assert bugs == []
    assert open_files() == before
    assert_the_record_is_sound(world)


def assert_the_record_is_sound(world: World) -> None:
    calls = world.kept.calls
    assert [call.seq for call in calls] == list(range(1, len(calls) + 1))
    ends = [call.time_ns + call.took_ns for call in calls]
    assert ends == sorted(ends)
    offsets: dict[tuple[str, str | None], int] = {}
    for call in calls:
        if call.offset is not None:
            key = (call.socket, call.direction)
            assert call.offset == offsets.get(key, 0)
            offsets[key] = call.offset + (call.moved or 0)
        if call.moved is not None:
            assert call.stored == call.moved


@pytest.fixture(params=TRANSPORTS, ids=str)
def transport(request: pytest.FixtureRequest) -> Transport:
    found: Transport = request.param
    if found.needs_ipv6 and not has_ipv6():
        pytest.skip("this computer has no ::1")
    return found


@pytest.fixture(params=[t for t in TRANSPORTS if t.stream], ids=str)
def streaming(request: pytest.FixtureRequest) -> Transport:
    found: Transport = request.param
    if found.needs_ipv6 and not has_ipv6():
        pytest.skip("this computer has no ::1")
    return found


@pytest.fixture(params=[t for t in TRANSPORTS if not t.stream], ids=str)
def datagrams(request: pytest.FixtureRequest) -> Transport:
    found: Transport = request.param
    if found.needs_ipv6 and not has_ipv6():
        pytest.skip("this computer has no ::1")
    return found
