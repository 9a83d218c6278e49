"""What still has to be sent on one socket, in order, and where each send stands."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec

from sockplay.engine.addresses import SockAddr
from sockplay.engine.knobs_pace import Pace
from sockplay.model.errors import SockplayError
from sockplay.model.spec import HowSent


class Outgoing(msgspec.Struct):
    """One wish to send. ``done`` is set to the bytes moved, or to the error that ended it."""

    data: bytes | memoryview
    how: HowSent
    began: int
    done: asyncio.Future[int] | None
    """None for an automatic reply, for which nobody waits."""
    to: SockAddr = None
    moved: int = 0
    sends: int = 0
    blocked: bool = False
    """Whether the kernel said EAGAIN; it is recorded once, not at each attempt."""
    short: bool = False
    """Whether it was one ``send``, of which the kernel took less than was offered."""

    @property
    def rest(self) -> memoryview:
        """The bytes that no call has moved yet."""
        return memoryview(self.data)[self.moved :]

    def finish(self) -> None:
        """Say that it is over."""
        if self.done is not None and not self.done.done():
            self.done.set_result(self.moved)

    def fail(self, error: BaseException) -> None:
        """Say that it failed; nobody needs to be listening."""
        if self.done is not None and not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # who sent it may have gone


class Outbox(msgspec.Struct):
    """A queue of sends. ``send_one`` makes one call and returns False when it must wait."""

    send_one: Callable[[Outgoing], bool]
    wait: Callable[[Callable[[], None] | None], None]
    """Given a callback, call it when the socket is writable; given None, stop."""
    on_empty: Callable[[], None]
    budget: int
    pace: Pace = msgspec.field(default_factory=Pace)
    bytes: int = 0
    tail: memoryview = memoryview(b"")
    """What the last short ``send`` left; it is there to be sent by another one."""
    _items: deque[Outgoing] = msgspec.field(default_factory=deque)
    _waiting: bool = False
    _resting: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Outgoing) -> bool:
        """Make its call at once if nothing is in front of it; False when some is left to send."""
        if not self._items and self.pace.free:
            try:
                ready = self.send_one(item)
            except OSError as error:
                item.fail(error)
                return True
            if item.short:
                self.tail = item.rest
            if ready:
                if item.done is not None:
                    item.finish()
                return True
            self._items.append(item)
            self.bytes += len(item.rest)
            self._watch(True)
            return False
        self._items.append(item)
        self.bytes += len(item.data)
        if len(self._items) == 1:
            self.pump()
        return not self._items

    def pump(self) -> None:
        """Make the calls that can be made now, a budget of them."""
        if self._resting is not None:
            self._wake()
        pause, free = 0.0, self.pace.free
        for _ in range(self.budget):
            pause = 0.0 if free else self.pace.pause
            if pause or not self._items:
                break
            item = self._items[0]
            before = item.moved
            try:
                ready = self.send_one(item)
            except OSError as error:
                self._drop(item)
                item.fail(error)
                continue
            self.bytes -= item.moved - before
            if not free:
                self.pace.moved(item.moved - before)
            if not ready:
                break
            if item.short or item.moved == len(item.data):
                self._drop(item)
                item.finish()
        rests = bool(self._items) and pause > 0
        if rests:
            self._resting = asyncio.get_running_loop().call_later(pause, self.pump)
        if self._items or self._waiting:
            self._watch(bool(self._items) and not rests)
        if not self._items:
            self.on_empty()

    def clear(self, reason: SockplayError) -> int:
        """Give up on all that is queued; returns how many bytes that was."""
        lost = self.bytes
        self._wake()
        self._watch(False)
        while self._items:
            self._items.popleft().fail(reason)
        self.bytes = 0
        return lost

    def _drop(self, item: Outgoing) -> None:
        if self._items and self._items[0] is item:
            self._items.popleft()
            self.bytes -= len(item.rest)
            if item.short:
                self.tail = item.rest

    def _wake(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _watch(self, wanted: bool) -> None:
        if wanted != self._waiting:
            self._waiting = wanted
            self.wait(self.pump if wanted else None)
