"""A recorded side is had again on real sockets, with a peer that answers as then, or otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from sockplay.engine.engine import Engine
from sockplay.engine.replaying import Pace, replay
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, ClientSpec, Protocol, Reply, ServerSpec
from sockplay.session.replay.score import Score
from sockplay.session.replay.side import Side
from tests.engine.world import ECHO, Kept, wait_until
from tests.session.talk import Talk

RESET = "The peer reset the connection (RST): bytes that were on their way are lost."
SOON = Pace(speed=1000, patience_s=0.3)


async def had_again(
    score: Score, wish: ClientSpec | ServerSpec, pace: Pace = SOON, sink: Kept | None = None
) -> Kept:
    """The calls that a replay made, once it is over."""
    kept = sink or Kept()
    await asyncio.wait_for(replay(wish, score, pace, kept), 20)
    return kept


@contextlib.asynccontextmanager
async def peer(spec: ServerSpec) -> AsyncIterator[SocketInfo]:
    """Where a server of another engine is."""
    engine = Engine(Kept())
    name = await engine.start_server(spec)
    try:
        yield next(info for info in engine.snapshot() if info.name == name)
    finally:
        engine.close_all()


def client_of(info: SocketInfo) -> ClientSpec:
    if info.protocol in ("unix", "unix-dgram"):
        return ClientSpec(info.protocol, path=info.local)
    host, _, port = info.local.rpartition(":")
    return ClientSpec(info.protocol, host=host, port=int(port))


def echoed(folder: Path, protocol: Protocol = "tcp") -> Side:
    """A side that sent twice and had both echoed; a stream then ended."""
    stream = protocol in ("tcp", "unix")
    talk = Talk(not stream).sent(b"hello").read(b"hel" if stream else b"hello")
    talk = (talk.read(b"lo") if stream else talk).sent(bytes(5000)).read(bytes(5000))
    if stream:
        talk = talk.did("shutdown", "SHUT_WR").ended()
    side = talk.did("close").side(folder / "then.session")
    return Side(replace(side.info, protocol=protocol), side.steps)


@pytest.mark.parametrize("protocol", ["tcp", "udp", "unix", "unix-dgram"])
async def test_a_peer_that_answers_as_then_makes_no_difference(
    tmp_path: Path, protocol: Protocol
) -> None:
    score = Score(echoed(tmp_path, protocol))
    spec = ServerSpec(protocol, path=str(tmp_path / "s"), behaviour=replace(ECHO, bufsize=65535))
    async with peer(spec) as info:
        kept = await had_again(score, client_of(info))
    assert [outcome.words for outcome in score.outcomes] == [""] * len(score.outcomes)
    assert not score.differs
    assert score.step is None
    sent = b"".join(call.data for call in kept.calls if call.direction == "out")
    assert sent == b"hello" + bytes(5000)
    assert kept.calls[-1].op == "close"
    assert kept.uncommitted == 0


async def test_another_answer_is_told_and_the_replay_goes_on(tmp_path: Path) -> None:
    score = Score(echoed(tmp_path))
    answers = Behaviour(4096, Reply("payload", b"hexlo"))
    async with peer(ServerSpec(behaviour=answers)) as info:
        await had_again(score, client_of(info))
    told = [outcome.words for outcome in score.outcomes]
    assert told[1] == "5 bytes as then, but other ones"
    assert "5,000 bytes then" in told[2]
    assert told[3] == "", "both ended"


async def test_a_peer_that_ends_it_too_early_is_told_of_by_its_end(tmp_path: Path) -> None:
    talk = Talk().sent(b"one").read(b"one")
    for _ in range(9):  # the first of them may still go out, to be answered by a reset
        talk = talk.sent(b"two").read(b"two")
    score = Score(talk.side(tmp_path / "then.session"))

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(3))
        writer.close()

    async with await asyncio.start_server(leave, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await had_again(score, ClientSpec(host="127.0.0.1", port=port))
    assert score.outcomes[2].words == "3 bytes then, EOF now"
    assert score.problem.startswith(("The peer ended the connection too early.", RESET))
    assert 0 < len(score.side.steps) - len(score.outcomes) < 9


async def test_a_peer_that_never_falls_silent_is_not_listened_to_for_ever(tmp_path: Path) -> None:
    talk = Talk().sent(b"hello").read(b"hello").did("shutdown", "SHUT_WR").ended()
    score = Score(talk.sent(b"more").side(tmp_path / "then.session"))

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        over.set()

    over = asyncio.Event()
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    talker = ClientSpec(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    await had_again(score, talker)
    await over.wait()
    server.close()
    assert [outcome.alike for outcome in score.outcomes[1:3]] == [False, False]
    assert score.problem, "it sent after its end"


async def test_a_peer_that_takes_nothing_more_ends_it(tmp_path: Path) -> None:
    score = Score(echoed(tmp_path))
    begin, send, *_ = score.side.steps
    score = Score(Side(score.side.info, (begin, replace(send, data=bytes(32 << 20)))))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        await had_again(score, ClientSpec(host="127.0.0.1", port=deaf.getsockname()[1]))
    assert score.problem.startswith("The peer takes nothing more: ")
    assert "of 33,554,432 bytes went" in score.problem
    assert score.step is None


async def test_a_flood_between_two_steps_ends_it_before_memory_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sockplay.session.replay.score.HELD", 1 << 20)
    side = Talk().sent(b"hello").read(b"x").sent(b"more").side(tmp_path / "then.session")
    score = Score(side)
    asked, go = asyncio.Queue[None](), asyncio.Queue[None]()

    async def ask() -> None:
        asked.put_nowait(None)
        await go.get()

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            writer.write(b"x")
            await second.wait()
            while True:
                writer.write(bytes(65536))
                await writer.drain()

    second = asyncio.Event()
    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    talker = ClientSpec(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    kept = Kept()
    playing = asyncio.ensure_future(had_again(score, talker, Pace(ask=ask, patience_s=0.3), kept))
    await asked.get()
    go.put_nowait(None)
    await asked.get()
    second.set()
    await wait_until(lambda: bool(score.problem))
    go.put_nowait(None)
    await playing
    server.close()
    assert score.problem.startswith("The peer sent over 1 MiB more than then")
    assert sum(len(outcome.now) for outcome in score.outcomes) <= 1 << 20
    assert sum(len(call.data) for call in kept.calls) < 16 << 20, "it was read no further"


async def test_a_connection_waits_for_a_client_and_speaks_in_its_turn(tmp_path: Path) -> None:
    side = Talk().read(b"you there?").sent(b"yes").side(tmp_path / "then.session")
    serving = Side(replace(side.info, role="connection"), side.steps)
    score, kept = Score(serving), Kept()
    playing = asyncio.ensure_future(had_again(score, ServerSpec(), sink=kept))
    await wait_until(lambda: any(call.op == "listen" for call in kept.calls))
    local = next(call.local for call in kept.calls if call.op == "listen") or ""
    loop = asyncio.get_running_loop()
    with socket.socket() as plain:
        plain.setblocking(False)
        await loop.sock_connect(plain, ("127.0.0.1", int(local.rpartition(":")[2])))
        await loop.sock_sendall(plain, b"you there?")
        assert await loop.sock_recv(plain, 10) == b"yes"
    await playing
    assert [outcome.alike for outcome in score.outcomes] == [True, False], "it hung up"


async def test_step_by_step_nothing_is_sent_before_it_is_asked_for(tmp_path: Path) -> None:
    score, kept = Score(echoed(tmp_path)), Kept()
    go: asyncio.Queue[None] = asyncio.Queue()
    async with peer(ServerSpec(behaviour=ECHO)) as info:
        playing = asyncio.ensure_future(
            had_again(score, client_of(info), Pace(ask=go.get), sink=kept)
        )
        await wait_until(lambda: len(score.outcomes) == 1)
        assert not any(call.direction == "out" for call in kept.calls)
        go.put_nowait(None)
        await wait_until(lambda: len(score.outcomes) == 2)
        assert score.outcomes[1].now == b"hello"
        for _ in score.side.steps[2:]:
            go.put_nowait(None)
        await playing
    assert not score.differs


async def test_a_peer_that_is_not_there_or_leaves_is_said(tmp_path: Path) -> None:
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", 0))
        nobody = ClientSpec(port=plain.getsockname()[1], host="127.0.0.1")
        with pytest.raises(SockplayError, match="ECONNREFUSED"):
            await had_again(Score(echoed(tmp_path)), nobody)
        plain.listen()
        score = Score(echoed(tmp_path / "..", "tcp"))
        playing = asyncio.ensure_future(had_again(score, nobody))
        conn, _ = await asyncio.to_thread(plain.accept)
        conn.close()
        await playing
    assert score.differs
