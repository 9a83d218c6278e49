"""A socket that carries data: it reads by itself or by hand, and sends in order."""

from __future__ import annotations

import asyncio
import errno
from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace

from sockplay.engine import kernel
from sockplay.engine.addresses import SockAddr
from sockplay.engine.automatic import (
    BUDGET,
    REPLIES_OWED_MAX,
    REPLIES_QUEUED_MAX,
    SECOND_LOOKS,
    check_bufsize,
    reads_by_itself,
)
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.exactly import Exactly
from sockplay.engine.journal import Journal
from sockplay.engine.knobs_options import Options
from sockplay.engine.knobs_pace import Pace
from sockplay.engine.outbox import Outbox, Outgoing
from sockplay.engine.waiting import Waiting
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import Role, SocketInfo
from sockplay.model.knobs import Knobs
from sockplay.model.spec import Behaviour, HowSent, HowShut, Protocol


class Talker(Endpoint):
    """What streams and datagram sockets share: the read mode, the reply and the outbox."""

    reads_with: ClassVar[str]
    """The name of the call that reads."""

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        role: Role,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
        behaviour: Behaviour,
    ) -> None:
        super().__init__(name, protocol, role, journal, on_end)
        self.behaviour = behaviour
        self.knobs = Knobs()
        self._options = Options(self)
        self._outbox = Outbox(self._send_one, self._wait_writable, self._sent_all, BUDGET)
        self._waiting = Waiting(self)
        self._exactly: Exactly | None = None
        self._reading = False
        self._reads = Pace()
        self._resting: asyncio.TimerHandle | None = None
        """While it is set, automatic reading has to wait."""

    def start(self) -> None:
        """Begin to live: it is connected or bound."""
        self.state = "open"
        self._read_if_wanted()

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Change how it reads and what it replies."""
        self.behaviour = behaviour
        if behaviour.bufsize is not None:
            self.readiness.end(reads_by_itself(self.name), "read")
        self._read_if_wanted()

    def turn(self, knobs: Knobs) -> None:
        """Hinder it in another way from now on.

        Raises:
            OSError: the kernel refused an option; all else is as it was.
            SockplayError: it is closed, or this platform has no such option.
        """
        self._options.turn(knobs)
        self.knobs = knobs
        self._outbox.pace.turn(knobs.slice, knobs.gap_ms / 1000, knobs.rate)
        self._reads.turn(None, 0.0, knobs.rate)
        if self._outbox:
            self._outbox.pump()
        self._rested()

    @property
    def pace(self) -> Pace:
        """How fast it sends, by its knobs."""
        return self._outbox.pace

    def take_tail(self) -> memoryview:
        """What the last short ``send`` left; it is not kept any longer."""
        tail, self._outbox.tail = self._outbox.tail, memoryview(b"")
        return tail

    async def recv(self, bufsize: int) -> Call:
        """Wait until there is something to read, then make one call that reads it.

        Raises:
            SockplayError: it reads by itself, already waits, was closed meanwhile, or failed.
        """
        if self._exactly is not None:
            raise SockplayError(f"{self.name} already waits in {self._exactly.text}. Let it end.")
        return await self._recv_by_hand(bufsize)

    async def recv_exactly(self, total: int, bufsize: int) -> int:
        """Make as many calls as it takes to read so many bytes; returns how many it took.

        Raises:
            SockplayError: it cannot be read by hand, the peer finished before, or it was given up.
        """
        if self._exactly is not None:
            raise SockplayError(f"{self.name} already waits in {self._exactly.text}. Let it end.")
        self._exactly = Exactly(self._recv_by_hand, total, bufsize)
        try:
            return await self._exactly.run()
        finally:
            self._exactly = None

    async def _recv_by_hand(self, bufsize: int) -> Call:
        check_bufsize(bufsize)
        self._check_connected()
        if self.behaviour.bufsize is not None:
            raise SockplayError(f"{self.name} reads by itself. Set it to read by hand first.")
        began = self.journal.now()
        call = await self._waiting.readable(
            f"{self.reads_with}({bufsize})", lambda: self._recv(bufsize, began)
        )
        if call.error is not None:
            raise SockplayError(call.note, call.error)
        return call

    def stop_waiting(self) -> None:
        """Give up a call that waits."""
        if self._exactly is not None:
            self._exactly.given_up = True
        self._waiting.cancel(f"The {self.reads_with} on {self.name} was given up.")
        self.readiness.end(InterruptedError(errno.EINTR, "It was given up in the workbench"))

    @abstractmethod
    async def shutdown(self, how: HowShut) -> None:
        """Shut down one half or both.

        Raises:
            SockplayError: there is nothing to shut down, or bytes are still being sent.
            OSError: as the call did.
        """

    def close(self, note: str = "") -> None:
        """Close it; says what is lost by it."""
        self._reading = False
        self._rest(None)
        self._waiting.cancel(f"{self.name} was closed.")
        lost = self._outbox.clear(SockplayError(f"{self.name} was closed before all was sent."))
        if lost:
            note = f"{note} {lost:,} bytes were never sent.".strip()
        super().close(note)

    def leave(self) -> None:
        """End without closing the socket; what waited on it ends too."""
        reason = f"{self.name} was detached: its descriptor goes on elsewhere."
        self._rest(None)
        self._waiting.cancel(reason)
        self._outbox.clear(SockplayError(reason))
        super().leave()

    def info(self) -> SocketInfo:
        """Its state, with the kernel's queues as they are now."""
        return replace(
            super().info(),
            bufsize=self.behaviour.bufsize,
            reply=self.behaviour.reply.kind,
            waiting=self._waiting.call or self.readiness.call,
            exactly=self._exactly.progress if self._exactly else None,
            knobs=self.knobs,
            tail=len(self._outbox.tail),
        )

    @abstractmethod
    def _recv(self, bufsize: int, began: int) -> Call:
        """Make one call that reads, and act on what it brought."""

    @abstractmethod
    def _send_one(self, item: Outgoing) -> bool:
        """Make one call that sends; False when it must wait for room."""

    def _may_read(self) -> bool:
        """Whether reading can still bring anything."""
        return self.is_open and self.state not in ("new", "bound", "connecting")

    def _check_connected(self) -> None:
        if self.state == "connecting":
            raise SockplayError(f"{self.name} is still connecting. Wait for it, or close it.")
        if self.state in ("new", "bound"):
            raise SockplayError(
                f"{self.name} is not connected yet. Connect it first, in the console."
            )

    def _sent_all(self) -> None:
        """Nothing is left to send."""
        if not self._reading:
            self._read_if_wanted()

    def _put(
        self, data: bytes | memoryview, how: HowSent, to: SockAddr = None
    ) -> asyncio.Future[int]:
        self._check_connected()
        _ = self.sock
        done: asyncio.Future[int] = self.loop.create_future()
        self._outbox.put(Outgoing(data, how, self.journal.now(), done, to))
        return done

    def _answer(self, data: bytes, to: SockAddr = None) -> None:
        reply = self.behaviour.reply
        if self.behaviour.bufsize is not None and reply.kind in ("echo", "payload"):
            answer = data if reply.kind == "echo" else reply.payload
            item = Outgoing(answer, "sendall", self.journal.now(), None, to)
            if not self._outbox.put(item):
                self._read_if_wanted()

    def _read_if_wanted(self) -> None:
        wanted = (
            self.behaviour.bufsize is not None
            and self._may_read()
            and self._resting is None
            and not self.knobs.stalled
            and self._outbox.bytes < REPLIES_OWED_MAX
            and len(self._outbox) < REPLIES_QUEUED_MAX
        )
        if wanted == self._reading or not self.is_open:
            return
        if wanted:
            self._waiting.cancel(f"{self.name} reads by itself now.")
            self.loop.add_reader(self.sock.fileno(), self._readable)
        else:
            self.loop.remove_reader(self.sock.fileno())
        self._reading = wanted

    def _readable(self) -> None:
        reads, now, looks = self._reads, self.journal.now, SECOND_LOOKS
        for _ in range(BUDGET):
            bufsize, sent = self.behaviour.bufsize, self.bytes_out
            if not self._reading or bufsize is None:
                return
            if reads.free:
                call = self._recv(bufsize, now())
            elif pause := reads.pause:
                self._rest(self.loop.call_later(pause, self._rested))
                self._read_if_wanted()
                return
            else:
                call = self._recv(self._paced(bufsize), now())
                reads.moved(call.moved or 0)
            if call.left:
                continue
            # Who got its answer may have asked again: to look takes a tenth of the loop's turn.
            answered = self._reading and self.bytes_out > sent and looks
            if not answered or not kernel.queued(self.sock):
                return
            looks -= 1

    def _paced(self, bufsize: int) -> int:
        """The bufsize of the next automatic read."""
        return min(bufsize, self._reads.most or bufsize)

    def _rest(self, until: asyncio.TimerHandle | None) -> None:
        if self._resting is not None:
            self._resting.cancel()
        self._resting = until

    def _rested(self) -> None:
        self._rest(None)
        self._read_if_wanted()

    def _wait_writable(self, callback: Callable[[], None] | None) -> None:
        if callback is not None:
            self.readiness.watch("write", callback)
        else:
            self.readiness.unwatch("write", self._outbox.pump)
