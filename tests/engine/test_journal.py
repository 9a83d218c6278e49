"""The record: numbered, in order, kept before the loop sleeps, and never outrun."""

from __future__ import annotations

import asyncio

from sockplay.engine.journal import Journal
from tests.engine.world import ECHO, SILENT, World, read_exactly, wait_until


async def test_what_happened_is_kept_before_the_loop_sleeps(world: World) -> None:
    _, name, peer = await world.served(ECHO)
    for _ in range(20):
        await asyncio.to_thread(peer.sendall, b"ping")
        assert await asyncio.to_thread(read_exactly, peer, 4) == b"ping"
        await asyncio.sleep(0.001)
        assert world.kept.uncommitted == 0
    assert world.kept.commits <= len(world.kept.calls)
    assert world.info(name).bytes_in == 80


async def test_reading_waits_for_a_record_that_is_behind_and_loses_nothing(world: World) -> None:
    _, name, peer = await world.served(SILENT)
    world.kept.behind = True
    data = bytes(range(256)) * 1000
    await asyncio.to_thread(peer.sendall, data)
    await asyncio.sleep(0.15)
    assert world.calls(name, "recv") == []
    assert world.info(name).recv_queue != 0
    world.kept.behind = False
    await wait_until(lambda: world.info(name).bytes_in == len(data))
    assert world.came(name) == data


async def test_a_connection_can_be_closed_while_the_record_is_behind(world: World) -> None:
    _, name, peer = await world.served(SILENT)
    world.kept.behind = True
    await asyncio.to_thread(peer.sendall, b"unread")
    await wait_until(lambda: world.info(name).recv_queue == 6)
    world.engine.close(name)
    await asyncio.sleep(0.1)
    assert world.info(name).state == "closed"


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
