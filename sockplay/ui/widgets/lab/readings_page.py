"""The lab's third page: how readers build a number from its bytes, right and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes, best_scale
from sockplay.ui.widgets.lab.lab_page import LabPage, Subject
from sockplay.values.counted import counted
from sockplay.values.floats import FloatType
from sockplay.values.lab.byte_boxes import bits_of_float, byte_boxes, sum_of_bytes
from sockplay.values.lab.misreadings import OTHER, Misreading, misreadings
from sockplay.values.lab.number_code import alone
from sockplay.values.order import ByteOrder

_BELOW: Final = 12
"""Lines below the boxes: two readers, the table and a gap."""
_MISTAKE: Final = 19
_TYPE: Final = 13


class ReadingsPage(LabPage):
    """The bytes as sent, two readers that take them one by one, and every other mistake."""

    DEFAULT_CSS = """
    ReadingsPage {
        & #built { height: auto; }
        & #mistakes { height: auto; }
        &.-roomy #mistakes { margin-top: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Boxes, readers, mistakes."""
        yield ByteBoxes(id="read-boxes")
        yield Static("", id="built")
        yield Static("", id="mistakes")

    def prepare(self, subject: Subject) -> None:
        """A step for each byte that the readers take."""
        self.last = subject.number.size
        right, *wrong = misreadings(subject.number, subject.order)
        self.python = alone((wrong[0] if subject.number.size > 1 else right).python)

    def draw(self, subject: Subject) -> None:
        """What is read after some bytes."""
        number, order = subject.number, subject.order
        data = number.encode(order)
        self.set_class(self.size.height >= 22, "-roomy")
        taken = None if self.at == self.last else self.at
        size = "" if number.size == 1 else f" {order}"
        self.query_one(ByteBoxes).show(
            Content.assemble(
                (f"{number.text} sent as {number.type.name}{size}", "bold"),
                (f"   {data.hex(' ')}", "bold $primary"),
            ),
            byte_boxes(data, order),
            scale=best_scale(number.size, self.size.width, self.size.height - _BELOW),
            taken=taken,
        )
        orders = (order, OTHER[order]) if number.size > 1 else (order,)
        readers = [self._reader(subject, data, each) for each in orders]
        self.query_one("#built", Static).update(Content("\n").join(readers))
        self.query_one("#mistakes", Static).update(
            _table(misreadings(number, order)[1:], self.content_size.width)
        )

    def _reader(self, subject: Subject, data: bytes, order: ByteOrder) -> Content:
        number_type = subject.number.type
        if isinstance(number_type, FloatType):
            built = bits_of_float(data, order, number_type, self.at)
        else:
            built = sum_of_bytes(data, order, number_type, self.at)
        right = order == subject.order
        same = number_type.decode(data, order) == number_type.decode(data, subject.order)
        told = self.at == self.last
        mark, style = ("✓", "$success") if right or same else ("✕", "$sock-error")
        verdict = "right" if right else "right, by luck" if same else "wrong"
        return Content.assemble(
            (f"{mark if told else '·'} {order:<6} reader  ", style if told else "$sock-muted"),
            built,
            (f"   {verdict}" if told else "", style),
        )


def _table(mistakes: Sequence[Misreading], width: int) -> Content:
    outcomes = [_outcome(each) for each in mistakes]
    column = max(len(outcome) for outcome in outcomes) + 3
    fits = all(_MISTAKE + _TYPE + column + len(each.python) <= width for each in mistakes)
    head = fit("assumed instead", _MISTAKE) + fit("reads it as", _TYPE) + fit("result", column)
    lines = [Content.styled(head + ("python" if fits else ""), "$sock-muted")]
    for each, outcome in zip(mistakes, outcomes, strict=True):
        lucky = each.same and not each.left
        lines.append(
            Content.assemble(
                ("✓ ", "$success") if lucky else ("✕ ", "$sock-error"),
                fit(each.mistake, _MISTAKE - 2),
                fit(each.assumed, _TYPE),
                (fit(outcome, column), "bold"),
                (each.python if fits else "", "$sock-muted"),
            )
        )
    return Content("\n").join(lines)


def _outcome(reading: Misreading) -> str:
    if reading.missing:
        return f"waits for {counted(reading.missing, 'more byte')}"
    if reading.left:
        return f"{reading.reads}, and {counted(reading.left, 'byte')} left over"
    return f"{reading.reads}  right, by luck" if reading.same else reading.reads
