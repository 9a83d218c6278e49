"""The lab's fourth page: one message, and three readers that believe different things about it."""

from __future__ import annotations

import textwrap
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes, best_scale, boxes_height, message_boxes
from sockplay.ui.widgets.lab.lab_page import WIDE, LabPage, Subject
from sockplay.values.counted import counted
from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType
from sockplay.values.lab.length_prefix import Belief, Prefix, read_messages
from sockplay.values.lab.misreadings import OTHER
from sockplay.values.lab.number_code import from_bytes
from sockplay.values.printable import visible, visible_bytes

BODY_LONGEST: Final = 200
"""Characters of a body."""
_SHOWN: Final = 12
"""Bytes of a message that are shown; a longer one is cut."""
_MESSAGES: Final = 2
_READERS_HEIGHT: Final = 11
_LABEL: Final = 6
_DEFAULT: Final = IntegerType(16, signed=False)


class ReadersPage(LabPage):
    """A length and a body; each reader's fields, their values, and what it does next."""

    DEFAULT_CSS = """
    ReadersPage {
        & #message-line { height: 1; }
        & .label { width: auto; color: $sock-muted; padding-right: 1; }
        & #body { width: 1fr; max-width: 44; background: $panel; margin-right: 2; }
        & #body-problem { height: auto; color: $sock-error; display: none; }
        & #body-problem.-told { display: block; }
        & #message-bytes { height: auto; }
        & #message-boxes { display: none; margin-top: 1; }
        & #readers { height: auto; layout: vertical; }
        & #readers > Static { height: 4; margin-top: 1; }
        &.-wide #readers { layout: horizontal; }
        &.-wide #readers > Static { width: 1fr; height: auto; margin: 1 2 0 0; }
        &.-roomy #message-boxes { display: block; }
        &.-roomy #message-bytes { display: none; }
    }
    """
    last = 2

    def compose(self) -> ComposeResult:
        """The message, its bytes, three readers."""
        with Horizontal(id="message-line"):
            yield Static("body", classes="label")
            yield Input("hi", id="body", compact=True, max_length=BODY_LONGEST)
            widths = [("8", "u8"), ("16", "u16"), ("32", "u32")]
            yield Choice(widths, "8", label="third reader takes the length as", id="guess")
        yield Static("", id="body-problem")
        yield Static("", id="message-bytes")
        yield ByteBoxes(id="message-boxes")
        with Container(id="readers"):
            yield Static("", id="reader-1")
            yield Static("", id="reader-2")
            yield Static("", id="reader-3")

    def prepare(self, subject: Subject) -> None:
        """Make the message; a body that does not fit leaves the last one."""
        problem = self.query_one("#body-problem", Static)
        prefix = prefix_of(subject)
        body = self.query_one("#body", Input).value.encode("utf-8", "replace")
        try:
            self.message = prefix.frame(body)
            self.prefix = prefix
            problem.set_class(False, "-told")
        except ValuesError as error:
            problem.update(Content(f"✕ {error.message}."))
            problem.set_class(True, "-told")
            if not hasattr(self, "message"):
                self.prefix, self.message = prefix, prefix.frame(b"")
        self.python = from_bytes(self.message[:_SHOWN], self.prefix.type, OTHER[self.prefix.order])

    def draw(self, subject: Subject) -> None:
        """The readers up to a step: the length, the body, what comes next."""
        del subject
        prefix, message = self.prefix, self.message
        self.set_class(self.size.width >= WIDE, "-wide")
        wide = self.has_class("-wide")
        room = self.size.height - _READERS_HEIGHT
        self.set_class(wide and room >= boxes_height(0), "-roomy")
        self.query_one("#message-bytes", Static).update(_bytes_line(message, prefix))
        shown = message[: _SHOWN if wide else 7]
        cut = f"   the first {len(shown)}" if len(shown) < len(message) else ""
        self.query_one(ByteBoxes).show(
            Content.assemble(
                ("the message", "bold"),
                f"  {prefix.name} length, then the body: {counted(len(message), 'byte')}{cut}",
            ),
            message_boxes(shown, prefix.size),
            scale=best_scale(len(shown), self.size.width, room),
        )
        guess = Prefix(
            IntegerType(int(self.query_one("#guess", Choice).value), signed=False), prefix.order
        )
        beliefs = (
            ("right", prefix),
            ("forgot the byte order", Prefix(prefix.type, OTHER[prefix.order])),
            ("wrong width", guess),
        )
        for number, (name, believed) in enumerate(beliefs, 1):
            same = read_messages(message, believed) == read_messages(message, prefix)
            reader = self.query_one(f"#reader-{number}", Static)
            column = self.content_size.width // 3 - 2 if wide else None
            reader.update(_reader(name, believed, message, same, self.at, column))

    @on(Input.Changed, "#body")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.retell()

    @on(Choice.Changed, "#guess")
    def _guessed(self, event: Choice.Changed) -> None:
        event.stop()
        self.retell()


def prefix_of(subject: Subject) -> Prefix:
    """How lengths are written in the lab: in the number's width, without a sign."""
    number_type = subject.number.type
    unsigned = isinstance(number_type, IntegerType)
    return Prefix(
        IntegerType(number_type.bits, signed=False) if unsigned else _DEFAULT, subject.order
    )


def _bytes_line(message: bytes, prefix: Prefix) -> Content:
    length, body = message[: prefix.size], message[prefix.size :]
    return Content.assemble(
        ("sent  ", "$sock-muted"),
        (length.hex(" "), "bold $field-1"),
        (" │ ", "$sock-muted"),
        (_hex(body), "bold $field-2 underline"),
        (f"   {prefix.name} length {len(body)}, then the body", "$sock-muted"),
    )


def _reader(
    name: str, believed: Prefix, message: bytes, same: bool, at: int, width: int | None
) -> Content:
    """What a reader believes, up to a step; in a column of some width, or in four lines."""
    belief = read_messages(message, believed)
    mark, style = ("✓", "$success") if same else ("✕", "$sock-error")
    title = Content.styled(f"{mark} {name}", f"bold {style}")
    cut, length, body = _cut(message, believed, belief), _lengths(belief), _bodies(belief)
    does = belief.does if at == 2 else ()
    if width is None:
        facts = Content.assemble("  ", length, "   " if at else "", body if at else "")
        rest = Content.styled("; ".join(does), f"bold {style}")
        rest = Content.assemble(("  next ", "$sock-muted"), rest) if does else Content("")
        title = Content.assemble(title, (f"  reads {believed.name}", "$sock-muted"))
        return Content("\n").join([title, Content.assemble("  ", cut), facts, rest])
    rows = [("reads", Content(believed.name)), ("bytes", cut), ("", length)]
    rows += [("", body)] if at else []
    for sentence in does:
        for line in textwrap.wrap(sentence, width - _LABEL):
            rows.append(("", Content.styled(line, f"bold {style}")))
    return Content("\n").join(
        [
            title,
            *(Content.assemble((fit(label, _LABEL), "$sock-muted"), row) for label, row in rows),
        ]
    )


def _cut(message: bytes, believed: Prefix, belief: Belief) -> Content:
    parts: list[str | tuple[str, str]] = []
    place = 0
    for number, each in enumerate(belief.messages[:_MESSAGES]):
        end = place + believed.size
        parts.append((" ║ " if number else "", "$sock-muted"))
        parts.append((message[place:end].hex(" "), "$field-1"))
        if each.body:
            parts += [(" │ ", "$sock-muted"), (_hex(each.body), "$field-2 underline")]
        place = end + len(each.body)
    if place < len(message):
        parts.append((f" ║ {_hex(message[place:])}", "$sock-muted"))
    return Content.assemble(*parts)


def _lengths(belief: Belief) -> Content:
    said = ", then ".join(f"{each.length:,}" for each in belief.messages[:_MESSAGES])
    return Content.styled(f"length {said or 'not there yet'}", "bold $field-1")


def _bodies(belief: Belief) -> Content:
    said = ", then ".join(_text(each.body) for each in belief.messages[:_MESSAGES])
    more = len(belief.messages) - _MESSAGES
    missing = belief.messages[-1].missing if belief.messages else 0
    return Content.assemble(
        (f"body {said}", "bold $field-2") if said else "",
        (f", and {more} more" if more > 0 else "", "$sock-muted"),
        (f" + {missing:,} missing" if missing and more <= 0 else "", "$sock-error"),
    )


def _hex(data: bytes) -> str:
    return data[:_SHOWN].hex(" ") + (" …" if len(data) > _SHOWN else "")


def _text(data: bytes) -> str:
    cut = "…" if len(data) > _SHOWN else ""
    return f'"{visible(visible_bytes(data[:_SHOWN]))}"{cut}'
