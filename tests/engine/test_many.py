"""Thousands of connections on one server."""

from __future__ import annotations

import asyncio
import resource
import socket
import time

import pytest

from sockplay.engine.engine import BACKLOG
from sockplay.model.spec import ServerSpec, Target
from tests.engine.world import ECHO, World, port_of, wait_until

MANY = 2000


async def test_thousands_of_connections_are_served_and_ended(world: World) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * MANY + 200:
        pytest.skip("this computer allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * MANY + 200), hard))
    try:
        server = await world.engine.start_server(ServerSpec(behaviour=ECHO))
        port = port_of(world.info(server))

        def crowd() -> None:
            for _ in range(BACKLOG // 4):
                world.keep(socket.create_connection(("127.0.0.1", port)))

        # No more at once than the queue takes: a SYN that is dropped comes again a second later.
        while len(world.plain) < MANY:
            await asyncio.to_thread(crowd)
            await wait_until(lambda: len(world.calls(server, "accept")) == len(world.plain))
        many = len(world.plain)
        await wait_until(lambda: len(world.connections(server)) == many, 20)
        assert await world.engine.send(Target(server), b"hello") == 5 * many
        began = time.process_time()
        for peer in world.plain:
            peer.close()
        await wait_until(lambda: not world.connections(server), 20)
        assert time.process_time() - began < 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(world.engine.snapshot()) <= 101
