"""What one socket does in a conversation, as steps: its calls, less how they happened to be cut."""

from __future__ import annotations

from typing import Final

from sockplay.model.call import Call
from sockplay.session.python.arguments import written
from sockplay.session.python.cast import Part, accepted, plain
from sockplay.session.python.echoes import with_echoes
from sockplay.session.python.step import Kind, Step

UNSETTLED: Final = frozenset(
    {"EAGAIN", "EINPROGRESS", "EALREADY", "EINTR", "EISCONN", "TimeoutError"}
)
"""Calls that failed so have neither moved anything nor told of the peer; another followed them."""
_AT_OPENING: Final = frozenset({"bind", "listen", "connect", "connect_ex", "accept"})
_ASIDE: Final = ("MSG_PEEK", "MSG_OOB")
"""Calls that move nothing of the stream itself: looks ahead, and urgent bytes (RFC 6093)."""
_HALVES: Final = frozenset({"SHUT_RD", "SHUT_WR", "SHUT_RDWR"})


class Steps:
    """Puts the steps of one socket together, call by call.

    TCP's cuts are not kept: receives that follow one another are one, and so are the several
    sends of one sendall.

    Args:
        part: the socket.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.made: list[Step] = []
        self._togo = 0
        """Bytes that the last sendall still has to send."""
        self._meanwhile: list[Step] = []
        """What was received since."""
        self._cut = True
        """Whether the next receive is a step of its own."""
        self._others = 0
        self._moved = [0, 0]
        """How much was sent and received: bytes, or datagrams."""

    def cut_after(self, others: int) -> None:
        """Keep what comes next apart from what came, if others have done something in between.

        Args:
            others: how many things they have done so far.
        """
        self._cut |= others != self._others
        self._others = others

    def add(self, call: Call) -> Step | None:
        """Take the socket's next call; returns its step, if it is one."""
        if call.seq < self.part.made or call.error in UNSETTLED:
            return None
        if any(flag in call.args for flag in _ASIDE):
            return None
        if call.error:
            return self._failure(call)
        if call.direction == "out":
            return self._send(call)
        if call.direction == "in":
            return self._receive(call)
        return self._other(call)

    def finish(self) -> None:
        """Say that no call follows."""
        self._settle()
        self.made = with_echoes(self.made)

    def _settle(self) -> None:
        self.made += self._meanwhile
        self._meanwhile.clear()
        self._togo = 0

    def _append(self, step: Step) -> Step:
        self._settle()
        self.made.append(step)
        self._cut = True
        step.others, step.sent, step.came = self._others, *self._moved
        return step

    def _send(self, call: Call) -> Step:
        datagram = self.part.role == "datagram"
        self._moved[0] += 1 if datagram else len(call.data)
        step = Step("send", call.seq, call.seq, bytearray(call.data), op=call.op)
        if datagram:
            if call.op == "sendto" or (call.peer and not self.part.connected):
                step.kind, step.args, step.peer = "send to", call.args, plain(call.peer or "")
            return self._append(step)
        togo = (call.requested or 0) - len(call.data)
        sent = self._sent
        if sent is not None and call.op == "sendall" and self._togo == call.requested:
            sent.data += call.data
            sent.last, sent.sent, sent.came = call.seq, *self._moved
            for received in self._meanwhile:
                sent.received += received.data
            self._meanwhile.clear()
            self._cut = True
            step = sent
        else:
            self._append(step)
        self._togo = togo if call.op == "sendall" else 0
        return step

    @property
    def _sent(self) -> Step | None:
        """The send that may go on."""
        return self.made[-1] if self._togo and self.made else None

    def _receive(self, call: Call) -> Step | None:
        if self.part.role == "datagram":
            if call.op in ("recv", "recv_into") and not call.requested:
                return None  # Python answers it without the kernel, and takes no datagram
            self._moved[1] += 1
            datagram = Step("datagram", call.seq, call.seq, bytearray(call.data))
            datagram.size, datagram.peer = call.requested or 0, plain(call.peer or "")
            return self._append(datagram)
        if not call.data:
            return self._append(Step("end", call.seq, call.seq)) if call.requested else None
        self._moved[1] += len(call.data)
        step = self._going_on()
        if step is None:
            step = Step("receive", call.seq, call.seq, others=self._others)
            (self._meanwhile if self._togo else self.made).append(step)
        (step.received if step.kind == "send" else step.data).extend(call.data)
        step.last, step.sent, step.came = call.seq, *self._moved
        self._cut = False
        return step

    def _going_on(self) -> Step | None:
        """The step that a receive belongs to, if it begins none of its own."""
        before = self._meanwhile if self._togo else self.made
        last = before[-1] if before else None
        if last is None or last.others != self._others:
            return None
        if last.exchanges and not self._togo:
            return last
        return last if last.kind == "receive" and not self._cut else None

    def _failure(self, call: Call) -> Step | None:
        """A call that failed; while it was opened, only a refusal tells of the conversation."""
        if call.op in _AT_OPENING and not self.part.refused:
            return None
        if call.direction is None and call.op not in ("shutdown", "connect", "connect_ex"):
            return None
        if call.op == "shutdown" and call.args not in _HALVES:
            return None
        step = Step("failure", call.seq, call.seq, args=call.args, error=call.error or "")
        step.op, step.size, step.peer = call.op, call.requested or 0, plain(call.peer or "")
        return self._append(step)

    def _other(self, call: Call) -> Step | None:
        kinds: dict[str, Kind] = {
            "setsockopt": "option",
            "bind": "bind",
            "listen": "listen",
            "accept": "accept",
            "connect": "connect",
            "connect_ex": "connect",
            "shutdown": "shutdown",
            "close": "close",
        }
        kind = kinds.get(call.op)
        if kind is None or (kind == "shutdown" and call.args not in _HALVES):
            return None
        if written(call.args) is None:
            return None
        step = Step(kind, call.seq, call.seq, args=call.args, peer=plain(call.peer or ""))
        if kind == "accept":
            step.args = accepted(call)
        return self._append(step)
