"""The lab's last page: its bytes through a real connection, and what recv really returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from sockplay.model.call import Call, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes, best_scale, boxes_fit, message_boxes
from sockplay.ui.widgets.lab.lab_page import LabPage, Subject
from sockplay.values.counted import counted
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.lab.byte_boxes import byte_boxes
from sockplay.values.lab.length_prefix import Prefix
from sockplay.values.lab.misreadings import OTHER
from sockplay.values.lab.number_code import alone, from_bytes
from sockplay.values.lab.typed_numbers import shown
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible

_NAMED: Final = frozenset({"connect", "accept", "send", "sendall", "recv", "close", "shutdown"})
"""Calls that the story is about; the others only set the sockets up."""
_RESULT: Final = 34
_OTHER_LINES: Final = 10
_BODY_SHOWN: Final = 4


class Trial(msgspec.Struct, frozen=True):
    """How a real exchange stands."""

    subject: Subject
    """What was sent, or made up the length before it."""
    data: bytes
    """All that was sent."""
    prefix: Prefix | None = None
    """How the length is written, when it is a message with one; the reader forgot its order."""
    heard: bytes = b""
    """All that recv returned."""
    asked: int = 0
    """Bytes that the reader has yet to get, as it believes."""
    ended: bool = False
    problem: str = ""
    """Why it could not go on."""


class SendPage(LabPage):
    """Starts real exchanges, and shows their calls and what was made of the bytes."""

    DEFAULT_CSS = """
    SendPage {
        & #send-buttons { height: 1; margin-bottom: 1; }
        & Button { margin-right: 2; }
        & #send-intro, & #send-calls, & #send-readings, & #send-waiting { height: auto; }
        & #send-readings { margin-top: 1; }
        & #send-boxes { display: none; margin-top: 1; }
        &.-roomy #send-boxes { display: block; }
        & #send-waiting { color: $sock-partial; text-style: bold; }
    }
    """

    def compose(self) -> ComposeResult:
        """What can be done, the calls, what was made of them."""
        with Horizontal(id="send-buttons"):
            yield Button("Send the number  s", id="do-send", compact=True, action="screen.send")
            yield Button(
                "Let the wrong reader wait  w", id="do-wait", compact=True, action="screen.wrong"
            )
            yield Button(
                "Give up  g", id="do-give-up", compact=True, action="screen.give_up", disabled=True
            )
        yield Static("", id="send-intro")
        yield Static("", id="send-calls")
        yield Static("", id="send-waiting")
        yield ByteBoxes(id="send-boxes")
        yield Static("", id="send-readings")

    def prepare(self, subject: Subject) -> None:
        """What was sent before stays on the page: it happened."""
        number = subject.number
        self.python = _python(number.encode(subject.order), number.type, subject.order)

    def draw(self, subject: Subject) -> None:
        """Say what a send would do."""
        data = subject.number.encode(subject.order)
        self.query_one("#send-intro", Static).update(
            Content.assemble(
                ("a real server and client, and their real calls; s sends ", "$sock-muted"),
                (data.hex(" "), "bold $primary"),
            )
        )

    def show_trial(self, trial: Trial, calls: Sequence[Call], waiting: str) -> None:
        """Show how an exchange stands.

        Args:
            trial: what was heard so far.
            calls: its calls from the record.
            waiting: a sentence about a call that waits; empty when none does.
        """
        rows = [_call_row(call) for call in calls if call.op in _NAMED]
        others = sum(call.op not in _NAMED for call in calls)
        if others:
            rows.append(
                Content.styled(
                    f"{others} more set them up; all stand in the timeline", "$sock-muted"
                )
            )
        self.query_one("#send-calls", Static).update(Content("\n").join(rows))
        self.query_one("#send-waiting", Static).update(Content(waiting))
        for name in ("do-send", "do-wait"):
            self.query_one(f"#{name}", Button).disabled = not trial.ended
        self.query_one("#do-give-up", Button).disabled = trial.ended
        self._draw_boxes(trial, len(rows) + _OTHER_LINES)
        self._tell_python(trial)
        if trial.problem:
            readings = [Content.styled(f"✕ {visible(trial.problem)}", "$sock-error")]
        elif trial.prefix is not None:
            readings = _message_readings(trial, trial.prefix)
        else:
            readings = _number_readings(trial)
        self.query_one("#send-readings", Static).update(Content("\n").join(readings))

    def _tell_python(self, trial: Trial) -> None:
        data, prefix, number = trial.data, trial.prefix, trial.subject.number
        if prefix is None:
            python = _python(data, number.type, trial.subject.order)
        else:
            shown = data[: prefix.size + _BODY_SHOWN]
            python = _python(shown, prefix.type, OTHER[prefix.order])
        if python != self.python:
            self.python = python
            self.post_message(self.Changed())

    def _draw_boxes(self, trial: Trial, above: int) -> None:
        size = trial.prefix.size if trial.prefix is not None else 0
        heard = trial.heard[: size + _BODY_SHOWN] if size else trial.heard
        width, room = self.content_size.width, self.size.height - above
        self.set_class(bool(heard) and boxes_fit(len(heard), width, room), "-roomy")
        order = trial.subject.order
        boxes = message_boxes(heard, size) if size else byte_boxes(heard, order)
        self.query_one(ByteBoxes).show(
            Content.styled("what recv returned", "bold"),
            boxes,
            scale=best_scale(max(1, len(heard)), width, room),
        )


def _python(data: bytes, number_type: IntegerType | FloatType, order: ByteOrder) -> str:
    """A line that sends bytes, and reads the number that they begin with."""
    size = number_type.size
    read = from_bytes(b"", number_type, order).replace(f"b''[:{size}]", f"b.recv({size})")
    return f"import socket; a, b = socket.socketpair(); a.sendall({data!r}); {alone(read)}"


def _call_row(call: Call) -> Content:
    arrow, style = {"out": ("→", "$sock-sent"), "in": ("←", "$sock-recv")}.get(
        call.direction or "", (" ", "$sock-muted")
    )
    result = ""
    if call.direction == "in" and not call.error:
        result = repr(call.data[:24]) + ("…" if call.stored > 24 else "")
    elif call.direction == "out" and not call.error:
        result = f"{call.moved}/{counted(call.requested or 0, 'byte')}"
    if call.error:
        result = f"✕ {call.error}"
    return Content.assemble(
        (fit(visible(call.socket), 8), "bold"),
        (f"{arrow} ", style),
        fit(visible(call_text(call)), _RESULT),
        (visible(result), f"bold {style}"),
    )


def _number_readings(trial: Trial) -> list[Content]:
    number, order = trial.subject.number, trial.subject.order
    if len(trial.heard) < number.size:
        return []
    rows = []
    for each in (order, OTHER[order])[: min(2, number.size)]:
        value = number.type.decode(trial.heard, each)
        right = shown(number.type, value) == number.text
        mark, style = ("✓", "$success") if right else ("✕", "$sock-error")
        rows.append(
            Content.assemble(
                (f"{mark} read as {each:<7}", style),
                (shown(number.type, value), "bold"),
                (f"   {from_bytes(trial.heard, number.type, each)}", "$sock-muted"),
            )
        )
    return rows


def _message_readings(trial: Trial, prefix: Prefix) -> list[Content]:
    if len(trial.heard) < prefix.size:
        return []
    head, body = trial.heard[: prefix.size], trial.heard[prefix.size :]
    right = prefix.type.decode(head, prefix.order)
    wrong = prefix.type.decode(head, OTHER[prefix.order])
    mark, style = ("✓", "$success") if right == wrong else ("✕", "$sock-error")
    rows = [
        Content.assemble(
            (f"{mark} the reader believes ", style),
            (f"length {wrong:,}", "bold"),
            (f"   as {prefix.name} it is {right:,}", "$sock-muted"),
        )
    ]
    if trial.ended:
        rows.append(
            Content(f"It got {counted(len(body), 'byte')}, and {trial.asked:,} never came.")
            if trial.asked
            else Content(f"It got all {counted(len(body), 'byte')}.")
        )
    return rows
