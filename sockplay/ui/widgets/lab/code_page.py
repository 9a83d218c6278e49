"""The lab's second page: the same number in Python, in C and on the wire, in both byte orders."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Static

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes, best_scale, boxes_fit
from sockplay.ui.widgets.lab.lab_page import WIDE, LabPage, Subject
from sockplay.values.floats import FloatType
from sockplay.values.lab.byte_boxes import byte_boxes
from sockplay.values.lab.number_code import alone, c_line, from_bytes, struct_pack, to_bytes
from sockplay.values.lab.typed_numbers import TypedNumber
from sockplay.values.order import ByteOrder

CODE_HEIGHT: Final = 8
"""Lines of the two columns side by side, with a line before them."""
_TITLES: Final[dict[ByteOrder, str]] = {
    "big": "BIG: network order",
    "little": "LITTLE: x86 and ARM",
}
_LABEL: Final = 10


class CodeColumns(Container):
    """Both byte orders, side by side where there is room."""

    DEFAULT_CSS = """
    CodeColumns {
        height: auto;
        layout: vertical;
        &.-wide { layout: horizontal; }
        & Static { width: 1fr; height: auto; }
        & #code-little { margin-top: 1; }
        &.-wide #code-little { margin: 0 0 0 2; }
    }
    """

    def compose(self) -> ComposeResult:
        """A column for each order."""
        yield Static("", id="code-big")
        yield Static("", id="code-little")

    def show(self, number: TypedNumber, back: bool = False) -> None:
        """Show a number's code, and with ``back`` what reads the bytes again."""
        for order in _TITLES:
            self.query_one(f"#code-{order}", Static).update(_code(number, order, back))

    def on_resize(self) -> None:
        """Take the form that fits."""
        self.set_class(self.size.width >= WIDE - 4, "-wide")


class CodePage(LabPage):
    """What a program writes for it, and where there is room the memory that it makes."""

    DEFAULT_CSS = """
    CodePage {
        & #code-boxes { height: auto; margin-top: 1; display: none; }
        &.-roomy #code-boxes { display: block; }
        & #code-boxes > ByteBoxes { width: 1fr; }
        & #boxes-little { margin-left: 2; }
    }
    """

    def compose(self) -> ComposeResult:
        """The two columns."""
        yield CodeColumns()
        with Horizontal(id="code-boxes"):
            yield ByteBoxes(id="boxes-big")
            yield ByteBoxes(id="boxes-little")

    def prepare(self, subject: Subject) -> None:
        """The line of Python is the one for the order that is sent."""
        number = subject.number
        self.python = alone(struct_pack(number, subject.order) or to_bytes(number, subject.order))

    def draw(self, subject: Subject) -> None:
        """Both orders."""
        number = subject.number
        self.query_one(CodeColumns).show(number, back=True)
        column, room = self.content_size.width // 2 - 2, self.size.height - CODE_HEIGHT - 2
        wide = self.size.width >= WIDE
        self.set_class(wide and boxes_fit(number.size, column, room), "-roomy")
        for order in _TITLES:
            self.query_one(f"#boxes-{order}", ByteBoxes).show(
                Content.styled("in memory", "$sock-muted"),
                byte_boxes(number.encode(order), order),
                scale=best_scale(number.size, column, room),
            )


def _code(number: TypedNumber, order: ByteOrder, back: bool) -> Content:
    data = number.encode(order)
    pack = struct_pack(number, order) or f"struct has no code for {number.size} bytes: use to_bytes"
    rows = [("struct", pack), ("C", c_line(number, order))]
    if not isinstance(number.type, FloatType):
        rows.insert(0, ("to_bytes", to_bytes(number, order)))
    wire = "the byte at +0 goes first" if number.size > 1 else "one byte"
    rows.append(("wire", f"{data.hex(' ')}   {wire}"))
    held = "   ".join(f"+{place} {byte:02x}" for place, byte in enumerate(data))
    rows.append(("memory", held))
    if back:
        rows.append(("back", from_bytes(data, number.type, order)))
    parts = [Content.styled(_TITLES[order], "bold $primary")]
    parts += [Content.assemble((fit(label, _LABEL), "$sock-muted"), text) for label, text in rows]
    return Content("\n").join(parts)
