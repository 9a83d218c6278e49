"""The lab's fifth page: the two ways to send a number, as text and as bytes."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes, best_scale, boxes_fit
from sockplay.ui.widgets.lab.lab_page import LabPage, Subject
from sockplay.values.counted import counted
from sockplay.values.floats import FloatType
from sockplay.values.lab.byte_boxes import ByteBox, byte_boxes
from sockplay.values.lab.number_code import alone, to_bytes
from sockplay.values.lab.text_or_bytes import Sizes, ladder
from sockplay.values.lab.typed_numbers import TypedNumber
from sockplay.values.order import ByteOrder

_VALUE, _SIZE = 24, 14
_TABLES_HEIGHT: Final = 17


class TextPage(LabPage):
    """What each form costs, what its receiver must know, and how both grow."""

    DEFAULT_CSS = """
    TextPage {
        & #forms { height: auto; margin-bottom: 1; }
        & #forms > Static { width: 1fr; height: auto; }
        & #growth { height: auto; }
        & #form-boxes { height: auto; margin-bottom: 1; display: none; }
        &.-roomy #form-boxes { display: block; }
        & #form-boxes > ByteBoxes { width: 1fr; }
        & #number-boxes { margin-left: 1; }
        &.-roomy #forms { margin-bottom: 0; }
    }
    """

    def compose(self) -> ComposeResult:
        """Two forms side by side, and a table of sizes."""
        with Horizontal(id="forms"):
            yield Static("", id="as-text")
            yield Static("", id="as-bytes")
        with Horizontal(id="form-boxes"):
            yield ByteBoxes(id="text-boxes")
            yield ByteBoxes(id="number-boxes")
        yield Static("", id="growth")

    def prepare(self, subject: Subject) -> None:
        """Nothing moves here."""
        number = subject.number
        self.python = alone(f"[str({_quoted(number)}).encode(), {to_bytes(number, subject.order)}]")

    def draw(self, subject: Subject) -> None:
        """Both forms of the number."""
        number, order = subject.number, subject.order
        self.query_one("#as-text", Static).update(_as_text(number))
        self.query_one("#as-bytes", Static).update(_as_bytes(number, order))
        self._draw_boxes(number.text.encode(), number.encode(order), order)
        head = fit("  number", _VALUE) + fit("as text + \\n", _SIZE + 2, "right")
        head += fit(f"as {number.type.name}", _SIZE, "right")
        rows = [_size_row(each, each.text == number.text) for each in ladder(number)]
        self.query_one("#growth", Static).update(
            Content("\n").join([Content.styled(head, "$sock-muted"), *rows])
        )

    def _draw_boxes(self, text: bytes, data: bytes, order: ByteOrder) -> None:
        count, column = max(len(text), len(data)), self.content_size.width // 2 - 1
        room = self.size.height - _TABLES_HEIGHT
        self.set_class(boxes_fit(count, column, room), "-roomy")
        scale, title = best_scale(count, column, room), Content.styled("its bytes", "$sock-muted")
        letters = [ByteBox(byte, 0, chr(byte), "") for byte in text]
        self.query_one("#text-boxes", ByteBoxes).show(title, letters, scale=scale)
        boxes = byte_boxes(data, order)
        self.query_one("#number-boxes", ByteBoxes).show(title, boxes, scale=scale)


def _quoted(number: TypedNumber) -> str:
    # str() of a number gives its digits again; of one that a narrower float holds it would not.
    return repr(number.text) if isinstance(number.type, FloatType) else number.text


def _as_text(number: TypedNumber) -> Content:
    data = number.text.encode()
    facts = (
        "its end: a delimiter or a length",
        "decimal digits, in ASCII",
    )
    gains = "any size, legible, no byte order"
    return _form("AS TEXT", f'"{number.text}"', data, facts, gains)


def _as_bytes(number: TypedNumber, order: ByteOrder) -> Content:
    size = number.size
    facts = [f"how wide it is: {counted(size, 'byte')}"]
    if isinstance(number.type, FloatType):
        facts.append("that it is an IEEE 754 float")
    else:
        facts.append(f"its sign: {'signed' if number.type.signed else 'unsigned'}")
    if size > 1:
        facts.append(f"the byte order: {order}")
    gains = "a fixed size, nothing to parse"
    return _form("AS BYTES", number.type.name, number.encode(order), facts, gains)


def _form(
    title: str, shown: str, data: bytes, facts: list[str] | tuple[str, ...], gains: str
) -> Content:
    more = " …" if len(data) > 10 else ""
    lines = [
        Content.assemble((title, "bold $primary"), f"  {shown}"),
        Content.assemble((counted(len(data), "byte"), "bold"), f"   {data[:10].hex(' ')}{more}"),
        Content.styled("the receiver must know", "$sock-muted"),
        *(Content(f"· {fact}") for fact in facts),
        *(Content("") for _ in range(3 - len(facts))),
        Content.styled(gains, "$sock-muted"),
    ]
    return Content("\n").join(lines)


def _size_row(sizes: Sizes, own: bool) -> Content:
    mark = "▸ " if own else "  "
    as_bytes = "does not fit" if sizes.as_bytes is None else str(sizes.as_bytes)
    line = fit(mark + sizes.text, _VALUE) + fit(f"{sizes.as_text} + 1", _SIZE + 2, "right")
    line += fit(as_bytes, _SIZE, "right") + f"   {sizes.verdict}"
    return Content.styled(line, "bold $foreground" if own else "")
