"""The lab's first page: a number's bytes in both orders, and how one becomes the other."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from sockplay.ui.widgets.lab.byte_boxes import (
    SETTLED,
    ByteBoxes,
    best_scale,
    boxes_fit,
    boxes_height,
)
from sockplay.ui.widgets.lab.code_page import CODE_HEIGHT, CodeColumns
from sockplay.ui.widgets.lab.lab_page import WIDE, LabPage, Subject
from sockplay.values.floats import FloatType
from sockplay.values.lab.byte_boxes import byte_boxes, float_parts
from sockplay.values.lab.number_code import both_orders
from sockplay.values.order import ByteOrder

_TITLES: dict[ByteOrder, str] = {
    "big": "BIG: network",
    "little": "LITTLE: x86, ARM",
}


class BytesPage(LabPage):
    """Boxes in big and in little order; the story swaps the bytes pair by pair."""

    DEFAULT_CSS = """
    BytesPage {
        & #orders { height: auto; layout: vertical; }
        &.-side #orders { layout: horizontal; }
        &.-side ByteBoxes { width: 1fr; }
        &.-side #little { margin-left: 2; }
        & #caption { height: auto; }
        & CodeColumns { margin-top: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Both orders, a sentence, and the code where there is room."""
        with Container(id="orders"):
            yield ByteBoxes(id="big")
            yield ByteBoxes(id="little")
        yield Static("", id="caption")
        yield CodeColumns()

    def prepare(self, subject: Subject) -> None:
        """A step for each pair of bytes."""
        self.last = subject.number.size // 2
        self.python = both_orders(subject.number)

    def draw(self, subject: Subject) -> None:
        """The boxes after some swaps."""
        code, size = self.query_one(CodeColumns), subject.number.size
        width, room = self.content_size.width, self.size.height - 1
        code.display = room >= 2 * boxes_height(1) + CODE_HEIGHT and self.size.width >= WIDE
        if code.display:
            code.show(subject.number)
            room -= CODE_HEIGHT
        below = best_scale(size, width, room // 2)
        beside = best_scale(size, width // 2 - 1, room)
        side = boxes_fit(size, width // 2 - 1, room, beside) and beside >= below
        self.set_class(side, "-side")
        scale = beside if side else below
        for order in _TITLES:
            self._draw_boxes(subject, order, scale)
        self.query_one("#caption", Static).update(Content(self._caption(subject)))

    def _draw_boxes(self, subject: Subject, order: ByteOrder, scale: int) -> None:
        boxes = self.query_one(f"#{order}", ByteBoxes)
        number = subject.number
        exponent = 0
        if isinstance(number.type, FloatType):
            exponent = len(float_parts("0" * number.type.bits)[1])
        goal = SETTLED if order == "big" else float(self.at)
        done = order == "big" or self.at == self.last
        title = [(_TITLES[order] if done else "becoming LITTLE", "bold")]
        if done:
            title.append((f"  {number.encode(order).hex(' ')}", "bold $primary"))
        if done and order == subject.order and number.size > 1:
            title.append(("  ▸ sent", "$sock-sent"))
        data = number.encode(order)
        boxes.show(
            Content.assemble(*title), byte_boxes(data, order), scale=scale, exponent=exponent
        )
        if order == "little" and self.at > 0 and goal > boxes.swaps:
            boxes.animate("swaps", goal, duration=0.8, easing="in_out_cubic")
        else:
            boxes.swaps = goal

    def _caption(self, subject: Subject) -> str:
        number, size = subject.number, subject.number.size
        if size == 1:
            return "One byte has no order: both are the same."
        if self.at == 0:
            return f"Step 0 of {self.last}: the same bytes. Space swaps them, pair by pair."
        if self.at < self.last:
            return f"Step {self.at} of {self.last}: {self._swapped(size)}"
        if isinstance(number.type, FloatType):
            bits = "".join(f"{byte:08b}" for byte in number.encode("big"))
            names = "sign | exponent | fraction   " if size < 8 else ""
            return names + " | ".join(float_parts(bits))
        return "The same number. BIG puts its most significant byte first, LITTLE its least."

    def _swapped(self, size: int) -> str:
        return f"the bytes at +{self.at - 1} and +{size - self.at} have changed places."
