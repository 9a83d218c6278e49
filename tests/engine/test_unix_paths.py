"""Unix sockets: whose path it is, and what a path cannot be."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sockplay.model.spec import ClientSpec, Protocol, ServerSpec
from tests.engine.refusal import refused
from tests.engine.world import ECHO, SILENT, World, wait_until


def touch(path: str) -> None:
    Path(path).touch()


@pytest.mark.parametrize("protocol", ["unix", "unix-dgram"])
async def test_a_unix_path_that_is_taken(world: World, protocol: Protocol) -> None:
    path = str(world.folder / "s")
    server = await world.engine.start_server(ServerSpec(protocol, path=path, behaviour=ECHO))
    error = await refused(world, ServerSpec(protocol, path=path))
    assert str(error) == f"{path} is held by this sockplay. Choose another path. (EADDRINUSE)"
    world.engine.close(server)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(path)
    error = await refused(world, ServerSpec(protocol, path=path))
    assert "an ended one may have left it" in error.sentence
    os.unlink(path)
    touch(path)
    error = await refused(world, ServerSpec(protocol, path=path))
    assert error.sentence == f"{path} exists, and is no socket. Choose another path."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "needs a path"),
        ("/tmp/" + "x" * 103, "may have at most"),
        ("/tmp/a\0b", "NUL"),
        ("/tmp/\ud800", "cannot be a file's name"),
        ("/nonexistent/s", "exist|no socket at"),
        ("/dev/null/s", "not a folder"),
    ],
)
@pytest.mark.parametrize("protocol", ["unix", "unix-dgram"])
async def test_a_unix_path_that_cannot_be(
    world: World, protocol: Protocol, path: str, words: str
) -> None:
    for spec in (ServerSpec(protocol, path=path), ClientSpec(protocol, path=path)):
        error = await refused(world, spec)
        assert any(word in error.sentence for word in words.split("|"))


async def test_a_unix_path_of_bytes_that_are_no_text(world: World) -> None:
    path = str(world.folder / "\udcff")
    server, client = await world.engine.start_pair(ServerSpec("unix", path=path), SILENT)
    await wait_until(lambda: len(world.connections(server)) == 1)
    for call in world.kept.calls:
        f"{call.args}{call.local}{call.peer}{call.note}".encode()
    assert world.info(server).local.endswith("\\xff")
    assert world.info(client).state == "open"
    assert "this sockplay" in (await refused(world, ServerSpec("unix", path=path))).sentence


async def test_a_unix_socket_of_the_wrong_type_or_missing(world: World) -> None:
    path = str(world.folder / "s")
    assert (await refused(world, ClientSpec("unix", path=path))).code == "ENOENT"
    await world.engine.start_server(ServerSpec("unix", path=path))
    assert (await refused(world, ClientSpec("unix-dgram", path=path))).code == "EPROTOTYPE"


async def test_a_server_removes_only_the_unix_file_that_it_made(world: World) -> None:
    path = world.folder / "s"
    server = await world.engine.start_server(ServerSpec("unix", path=str(path)))
    path.unlink()
    path.write_text("somebody else's")
    world.engine.close(server)
    assert path.read_text() == "somebody else's"


async def test_a_unix_server_with_a_full_queue(world: World) -> None:
    path = str(world.folder / "s")
    plain = world.keep(socket.socket(socket.AF_UNIX))
    plain.bind(path)
    plain.listen(0)
    await world.engine.start_client(ClientSpec("unix", path=path))
    error = await refused(world, ClientSpec("unix", path=path))
    assert error.code == "EAGAIN"
    assert "queue full" in error.sentence
