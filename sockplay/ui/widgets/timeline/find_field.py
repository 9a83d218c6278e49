"""A field that says what is to be found, with what may be typed next below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST, fit
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible

Propose: TypeAlias = Callable[[str], tuple[int, Sequence[tuple[str, str]]]]
"""Told what stands before the cursor, it says where that begins which could be another text, and
which texts, each with a line of help."""
Check: TypeAlias = Callable[[str], object]
"""Reads what is typed; a ValuesError says what is wrong with it."""


class FindField(Vertical):
    """A label and a field; Tab takes the text that is proposed, Up and Down choose another.

    Args:
        label: what is typed here, in a word.
        hint: what may be typed, shown while nothing is.
        propose: what may be typed next.
        check: reads what was entered; what is wrong is said, and must be mended or taken away.
        field_id: the id of the field itself.
    """

    DEFAULT_CSS = """
    FindField {
        height: auto;
        margin: 0 1;
        & Horizontal { height: 1; }
        & .label { width: auto; color: $primary; margin-right: 1; }
        & Input { width: 1fr; background: $panel; }
        & .below { display: none; height: 1; color: $sock-muted; }
        & .below { text-wrap: nowrap; text-overflow: ellipsis; }
        &.-typing .below, &.-wrong .below { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take", "Take the proposed text", show=False),
        Binding("up", "step(-1)", "Previous proposed text", show=False),
        Binding("down", "step(1)", "Next proposed text", show=False),
    ]

    class OfField(Message):
        """Something about a field."""

        def __init__(self, field: FindField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> FindField:
            """The field."""
            return self.field

    class Changed(OfField):
        """Something else is typed."""

    class Entered(OfField):
        """Enter was pressed."""

    def __init__(
        self, label: str, hint: str, propose: Propose | None, check: Check, *, field_id: str
    ) -> None:
        super().__init__(id=f"{field_id}-line")
        self._label = label
        self._hint = hint
        self._propose = propose
        self._check = check
        self._proposed: Sequence[tuple[str, str]] = ()
        self._start = 0
        self._chosen = 0
        self._error: ValuesError | None = None
        self.field = Input(id=field_id, compact=True, max_length=FIELD_LONGEST)

    def compose(self) -> ComposeResult:
        """The label, the field, the line below."""
        with Horizontal():
            yield Static(self._label, classes="label", markup=False)
            yield self.field
        yield Static(Content(self._hint), classes="below")

    @property
    def text(self) -> str:
        """What is typed."""
        return self.field.value

    def complain(self, error: ValuesError) -> None:
        """Say what is wrong with what is typed, under the place, until something else is."""
        self._error = error
        self.add_class("-wrong")
        self._draw()

    def offer(self) -> None:
        """Look again what may be typed next."""
        self._start, self._proposed, self._chosen = 0, (), 0
        if self._propose is not None:
            before = self.field.value[: self.field.cursor_position]
            self._start, self._proposed = self._propose(before)
        self._draw()

    def action_take(self) -> None:
        """Take the proposed text; where none is, go on to the next pane."""
        if not self._proposed:
            self.screen.focus_next()
            return
        taken = self._proposed[self._chosen][0]
        value, end = self.field.value, self.field.cursor_position
        gap = "" if taken.endswith(".") or value[end : end + 1] == " " else " "
        self.field.value = f"{value[: self._start]}{taken}{gap}{value[end:]}"
        self.field.cursor_position = self._start + len(taken) + 1

    def action_step(self, by: int) -> None:
        """Choose another of the proposed texts."""
        if self._proposed:
            self._chosen = (self._chosen + by) % len(self._proposed)
            self._draw()

    def on_resize(self) -> None:
        """Fit what is below to the width."""
        self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._error = None
        self.remove_class("-wrong")
        self.offer()
        self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self._check(self.text)
        except ValuesError as error:
            self._proposed = ()
            self.complain(error)
        else:
            self.post_message(self.Entered(self))

    @on(events.Click, ".below")
    def _clicked(self, event: events.Click) -> None:
        event.stop()
        if self._proposed:
            self.action_take()
        self.field.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Look what may be typed."""
        del event
        self.add_class("-typing")
        self.offer()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take no room for what may be typed while nothing is; what is wrong stays."""
        del event
        self._proposed = ()
        self._draw()
        self.remove_class("-typing")

    def _draw(self) -> None:
        for below in self.query(".below").results(Static):
            below.update(self._below(below.size.width), layout=False)

    def _below(self, width: int) -> Content:
        error = self._error
        # What is not finished at its end is no mistake while there is something to go on with.
        unfinished = error is not None and (error.column or 0) > max(self._start, 1)
        if error is not None and not (self._proposed and unfinished):
            return self._pointed(error, width)
        if not self._proposed:
            return Content(fit(self._hint, max(0, width)))
        parts: list[tuple[str, str]] = [("Tab ", "$sock-muted")]
        used, place = 0, max(0, self._chosen - 1)
        while place < len(self._proposed) and (not used or used < width // 2):
            text = visible(self._proposed[place][0])
            here = place == self._chosen
            parts.append((f"{'▸' if here else ' '}{text} ", "bold $primary" if here else ""))
            used, place = used + cell_len(text) + 2, place + 1
        parts.append((" …" if place < len(self._proposed) else "", "$sock-muted"))
        parts.append((f"  {visible(self._proposed[self._chosen][1])}", "italic"))
        return Content.assemble(*parts)

    def _pointed(self, error: ValuesError, width: int) -> Content:
        said = visible(error.message)
        if error.column is None:
            return Content.styled(f"✕ {said}", "$sock-error")
        left = cell_len(self._label) + 1 - int(self.field.scroll_offset.x)
        left += cell_len(self.field.value[: error.column - 1])
        if left + 3 + cell_len(said) <= width or left <= width // 2:
            return Content.styled(" " * max(0, left) + f"^ ✕ {said}", "$sock-error")
        room = max(0, left - 1)
        return Content.styled(fit(f"✕ {said}", room, "right") + " ^", "$sock-error")
