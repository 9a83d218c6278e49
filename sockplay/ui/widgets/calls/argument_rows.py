"""Fields for the arguments of calls: those of the chosen method are seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace
from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.ui.widgets.calls.flags import Flags
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.printable import visible

_PREFIX: Final = "argument-"


class Field(msgspec.Struct, frozen=True):
    """A field for an argument, or for a part of one."""

    name: str
    label: str
    value: str = ""
    """What it holds at first."""
    hint: str = ""
    known: tuple[str, ...] = ()
    """Values at hand."""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and their labels, where nothing else can be."""
    flags: tuple[tuple[str, str], ...] = ()
    """Values and their labels, where any of them can be."""
    placeholder: str = ""
    """What stands in it while it is empty."""


class ArgumentRows(VerticalScroll, can_focus=False):
    """A field a line. What was typed for one method stays for the others.

    Args:
        fields: all of them, in order.
    """

    DEFAULT_CSS = """
    ArgumentRows {
        height: auto;
        & > Horizontal { height: auto; }
        & Choice, & Flags { width: 1fr; height: auto; }
        & .label { width: 11; color: $sock-muted; }
        & .hint { width: 1fr; height: 1; color: $sock-muted; padding-left: 1;
                  text-wrap: nowrap; text-overflow: ellipsis; }
        & Input { width: 26; background: $panel; }
        & Input.-long { width: 1fr; }
    }
    """

    class Changed(Message):
        """What the fields hold has changed."""

    class Submitted(Message):
        """Enter was pressed in a field."""

    def __init__(self, fields: Sequence[Field], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fields = list(fields)
        self._rows: dict[str, Horizontal] = {}
        """Those that have been seen."""
        self._controls: dict[str, KnownInput | Choice | Flags] = {}

    def show(self, names: Iterable[str]) -> None:
        """Let these fields be seen; one that never was is made."""
        wanted = set(names)
        for field in reversed(self._fields):
            row = self._rows.get(field.name)
            if row is not None:
                row.display = field.name in wanted
            elif field.name in wanted:
                row = self._rows[field.name] = self._row(field)
                self.mount(row, before=self._after(field))

    def _row(self, field: Field) -> Horizontal:
        control = self._controls[field.name] = _control(field)
        control.set_class(not field.hint, "-long")
        hint = [Static(Content(visible(field.hint)), classes="hint")] if field.hint else []
        return Horizontal(Static(field.label, classes="label"), control, *hint)

    def _after(self, field: Field) -> Horizontal | None:
        """The row before which a new one stands; None at the end."""
        later = self._fields[self._fields.index(field) + 1 :]
        return next((self._rows[one.name] for one in later if one.name in self._rows), None)

    @property
    def typed(self) -> Mapping[str, str]:
        """What each field holds."""
        seen = {name: control.value for name, control in self._controls.items()}
        return {field.name: field.value for field in self._fields} | seen

    def take(self, name: str, value: str) -> None:
        """Have a field hold something else."""
        control = self._controls.get(name)
        if control is None:
            self._change(name, value=value)
        elif not isinstance(control, Flags):
            control.value = value

    def offer(self, name: str, known: Sequence[str]) -> None:
        """Have other values at hand in a field."""
        control = self._controls.get(name)
        if control is None:
            self._change(name, known=tuple(known))
        elif isinstance(control, KnownInput):
            control.offer(known)

    def _change(self, name: str, **changes: object) -> None:
        self._fields = [
            replace(field, **changes) if field.name == name else field for field in self._fields
        ]

    def take_focus(self) -> bool:
        """Have the focus in the first field that is seen; False when there is none."""
        for field in self._fields:
            if field.name in self._rows and self._rows[field.name].display:
                control = self._controls[field.name]
                if control.is_attached:
                    control.focus()
                else:  # a row that was only just made holds its field from the next turn on
                    self.call_after_refresh(control.focus)
                return True
        return False

    @on(Input.Changed)
    @on(Choice.Changed)
    @on(Flags.Changed)
    def _changed(self) -> None:
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.post_message(self.Submitted())


def _control(field: Field) -> KnownInput | Choice | Flags:
    name = _PREFIX + field.name
    if field.choices:
        return Choice(field.choices, field.value, id=name)
    if field.flags:
        return Flags(field.flags, id=name)
    control = KnownInput(field.value, field.known, longest=FIELD_LONGEST, id=name)
    control.placeholder = field.placeholder
    return control
