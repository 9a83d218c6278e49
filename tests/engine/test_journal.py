"""The record: numbered, in order, and kept soon."""

from __future__ import annotations

import asyncio
import time

from sockplay.engine.journal import TOGETHER_S, Journal
from sockplay.model.call import Call
from sockplay.model.spec import ServerSpec
from tests.engine.world import ECHO, SILENT, World, read_exactly, wait_until


async def test_a_call_is_kept_at_once_and_those_that_follow_closely_a_moment_later(
    world: World,
) -> None:
    _, name, peer = await world.served(ECHO)
    await wait_until(lambda: world.kept.uncommitted == 0)
    before, began = world.kept.commits, time.monotonic()
    for _ in range(200):
        await asyncio.to_thread(peer.sendall, b"ping")
        assert await asyncio.to_thread(read_exactly, peer, 4) == b"ping"
    took = time.monotonic() - began
    await wait_until(lambda: world.kept.uncommitted == 0)
    assert 1 <= world.kept.commits - before <= 2 + took / TOGETHER_S
    assert world.info(name).bytes_in == 800
    waited = [late - early for early, late in world.kept.waits]
    assert max(waited) < 2  # a moment, even where others keep the processor


async def test_calls_do_not_wait_for_a_long_turn_of_the_loop(world: World) -> None:
    before = world.kept.commits
    for milliseconds in range(100):
        world.engine.journal.take(Call(milliseconds + 1, milliseconds * 1_000_000, 0, "a", "b"))
    assert world.kept.commits == before + 2
    world.kept.calls.clear()


async def test_nothing_waits_once_all_sockets_are_closed(world: World) -> None:
    await world.served(SILENT)
    world.engine.close_all()
    assert world.kept.uncommitted == 0


async def test_the_number_of_a_call_that_is_left_out_goes_to_the_next(world: World) -> None:
    world.kept.full = True
    await world.engine.start_server(ServerSpec(behaviour=SILENT))
    world.kept.full = False
    _, name, _ = await world.served(SILENT)
    calls = world.kept.calls
    assert calls[-1].socket == world.info(name).parent
    assert [call.seq for call in calls] == list(range(1, len(calls) + 1))


async def test_a_commit_that_fails_is_tried_again(world: World) -> None:
    Journal.retry_s, before = 0.01, Journal.retry_s
    try:
        world.kept.refusals = 3
        await world.served(SILENT)
        await wait_until(lambda: world.kept.uncommitted == 0)
        assert world.kept.refusals == 0
    finally:
        Journal.retry_s = before


async def test_calls_are_numbered_in_the_order_in_which_they_ended(world: World) -> None:
    _, name, peer = await world.served(ECHO)
    world.engine.set_behaviour(name, SILENT)
    await asyncio.to_thread(peer.sendall, b"x")
    await wait_until(lambda: world.info(name).bytes_in == 1)
    calls = world.kept.calls
    assert [call.seq for call in calls] == list(range(1, len(calls) + 1))
