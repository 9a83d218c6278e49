"""Has a recorded side again on real sockets of its own: step by step, at the pace that is asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from msgspec.structs import replace

from sockplay.engine.engine import Engine
from sockplay.engine.journal import Sink
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.spec import (
    REPLAY_PATIENCE_S,
    WHOLE_DATAGRAM,
    Behaviour,
    ClientSpec,
    ServerSpec,
    Target,
)

_QUIET_S: Final = 0.15
"""Silence after which nothing more is expected of an answer that differs, or of the last one."""
_ENDED: Final = frozenset({"EPIPE", "ENOTCONN"})
"""Nothing goes out any more; connecting again would be another conversation."""
_READS: Final = Behaviour(bufsize=WHOLE_DATAGRAM, keep_open=True)


class Step(Protocol):
    """Something to do."""

    @property
    def act(self) -> str:
        """``begin``, ``send``, ``finish``, ``close`` or ``reset``."""

    @property
    def data(self) -> bytes:
        """What is sent."""

    @property
    def gap_ns(self) -> int:
        """How long after the step before it was done then."""


class Score(Protocol):
    """What is to be done, and is told what comes back."""

    problem: str
    """Why it cannot go on; empty while it can."""

    @property
    def step(self) -> Step | None:
        """The step whose turn it is; None when all were taken."""

    @property
    def lacks(self) -> bool:
        """Whether fewer bytes have come back than did then."""

    @property
    def waits(self) -> bool:
        """Whether less has come back than did then: bytes, or the end."""

    @property
    def settles(self) -> bool:
        """Whether more may come that belongs to this step."""

    def heard(self, data: bytes) -> None:
        """Take what a read gave."""

    def heard_end(self) -> None:
        """Take note that the peer has finished sending."""

    def settle(self) -> object:
        """End the step."""


class Pace:
    """When the next step is taken.

    Args:
        speed: how many times as fast as then; infinite for at once.
        ask: waited for before each step, when a person decides.
        patience_s: how long a peer may be silent that owes an answer, or take nothing of what
            is sent.
    """

    def __init__(
        self,
        speed: float = 1.0,
        ask: Callable[[], Awaitable[None]] | None = None,
        patience_s: float = REPLAY_PATIENCE_S,
    ) -> None:
        self.patience_s = patience_s
        self._speed = speed
        self._ask = ask

    async def wait(self, gap_ns: int, since: float) -> None:
        """Wait until the next step is due, ``gap_ns`` after the last one, done at ``since``."""
        if self._ask is not None:
            await self._ask()
            return
        due = since + gap_ns / 1e9 / self._speed
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))


async def replay(
    wish: ClientSpec | ServerSpec,
    score: Score,
    pace: Pace,
    sink: Sink,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Go to a peer, or wait for one, and have the side again with it.

    Args:
        wish: the client or server to be.
        score: what to do, and what is told of it. Why it broke off is put into its ``problem``.
        pace: when.
        sink: keeps the calls.
        tell: called after each step.

    Raises:
        SockplayError: it could not be started.
    """
    player = _Player(score, sink)
    try:
        await player.start(wish)
        tell()
        try:
            await player.play(pace, tell)
        except SockplayError as error:
            ended = error.code in _ENDED
            player.give_up("The peer ended the connection too early." if ended else str(error))
        tell()
    finally:
        player.engine.close_all()
        sink.commit()


class _Player:
    """Listens to its own socket's calls: it is the sink of its engine."""

    def __init__(self, score: Score, sink: Sink) -> None:
        self.engine = Engine(self)
        self._score = score
        self._sink = sink
        self._name = ""
        self._server = ""
        self._broken = ""
        self._serves = False
        self._news = asyncio.Event()
        self._there = asyncio.Event()

    def commit(self) -> bool:
        return self._sink.commit()

    def take(self, call: Call) -> bool:
        self._overhear(call)
        return self._sink.take(call)

    def _overhear(self, call: Call) -> None:
        if call.op == "accept" and call.socket == self._server and not self._name:
            self._name = call.note.partition(",")[0]
            self._there.set()
        if call.socket != self._name:
            return
        if call.error and call.direction == "in" and "would block" not in call.badges:
            self._broken = call.note or call.error
            self._news.set()
        elif call.direction == "in" and not call.error:
            self._hear(call)

    def _hear(self, call: Call) -> None:
        if "EOF" in call.badges:
            self._score.heard_end()
        else:
            self._score.heard(call.data)
            if self._score.problem:
                self._broken = self._score.problem
                self.engine.set_behaviour(self._name, replace(_READS, bufsize=None))
        self._there.set()
        self._news.set()

    async def start(self, wish: ClientSpec | ServerSpec) -> None:
        wish = replace(wish, behaviour=_READS)
        if isinstance(wish, ClientSpec):
            self._name = await self.engine.start_client(wish)
            return
        self._serves = True
        streams = wish.protocol in ("tcp", "unix")
        started = await self.engine.start_server(wish)
        self._server, self._name = (started, "") if streams else ("", started)

    async def play(self, pace: Pace, tell: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        if self._server:
            await self._there.wait()
        since = loop.time()
        while (step := self._score.step) is not None:
            if step.act != "begin":
                await pace.wait(step.gap_ns, since)
            since = loop.time()
            await self._do(step, pace.patience_s)
            await self._await_answer(
                None if self._serves and step.act == "begin" else pace.patience_s, pace.patience_s
            )
            self._score.settle()
            tell()
            if self._score.problem:
                return

    def give_up(self, problem: str) -> None:
        """What came before it broke off counts."""
        if self._score.step is not None:
            self._score.settle()
        self._score.problem = problem

    async def _do(self, step: Step, patience: float) -> None:
        if self._broken and step.act == "send":
            raise SockplayError(self._broken)
        match step.act:
            case "send":
                await self._send(step.data, patience)
            case "finish":
                await self.engine.shutdown(self._name, "SHUT_WR")
            case "close" | "reset":
                ends = self.engine.close if step.act == "close" else self.engine.abort
                with contextlib.suppress(SockplayError):  # it has ended already
                    ends(self._name)

    async def _send(self, data: bytes, patience: float) -> None:
        """Send it all, as long as the peer takes some of it now and then."""
        endpoint = self.engine.sockets.get(self._name)
        before = endpoint.bytes_out
        sending = asyncio.ensure_future(self.engine.send(Target(self._name), data))
        try:
            while True:
                since = endpoint.bytes_out
                done, _ = await asyncio.wait({sending}, timeout=patience)
                if done:
                    break
                if endpoint.bytes_out == since:
                    raise SockplayError(
                        f"The peer takes nothing more: {since - before:,} of {len(data):,} bytes "
                        f"went, then none for {patience:g} s. Have it read, and start again."
                    )
            await sending
        finally:
            sending.cancel()

    async def _await_answer(self, first: float | None, patience: float) -> None:
        """Wait for what came back then, as long as something comes; then for a little silence.

        A peer that never falls silent is not listened to for ever.
        """
        loop = asyncio.get_running_loop()
        while self._score.lacks and not self._broken:
            if not await self._hears(first):
                return
            first = patience
        until = loop.time() + patience
        while self._score.waits and not self._broken:
            if not await self._hears(None if first is None else until - loop.time()):
                return
            first = patience
        until = loop.time() + patience
        while self._score.settles and not self._broken and loop.time() < until:
            if not await self._hears(_QUIET_S):
                return

    async def _hears(self, limit_s: float | None) -> bool:
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), limit_s)
        except TimeoutError:
            return False
        return True
