"""What the pages of the lab share: a number to show, and a story that is told step by step."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

import msgspec
from textual.containers import VerticalScroll
from textual.message import Message
from textual.timer import Timer

from sockplay.values.lab.typed_numbers import TypedNumber
from sockplay.values.order import ByteOrder

WIDE: Final = 116
"""From so many columns on, what stands below each other stands side by side."""
_BEAT_S: Final = 1.2


class Subject(msgspec.Struct, frozen=True):
    """What the lab is about."""

    number: TypedNumber
    order: ByteOrder
    """The byte order in which it is sent."""


class LabPage(VerticalScroll, can_focus=False):
    """A page of the lab.

    A story has steps from 0 to ``last``, and at the last one all is told; so it opens there.
    """

    DEFAULT_CSS = """
    LabPage { padding: 0 1; scrollbar-size-vertical: 1; }
    """
    python = ""
    """One line of Python that does what is seen."""
    last = 0
    """The number of the story's last step; 0 for no story."""

    class Changed(Message):
        """The line of Python or the step is another one now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.subject: Subject | None = None
        self.at = 0
        self._beat: Timer | None = None

    def show(self, subject: Subject) -> None:
        """Show another number, with its story told."""
        if subject != self.subject:
            self.subject = subject
            self.retell()

    def retell(self) -> None:
        """Show all at once, since what is told has changed."""
        if self.subject is not None:
            self._stop()
            self.prepare(self.subject)
            self.at = self.last
            self._draw()

    def step(self, by: int) -> None:
        """Go on or back in the story; after its end it begins again."""
        self._stop()
        self._step(by)

    def play(self) -> None:
        """Tell the story from its beginning, a step a beat; at once without animations."""
        self._stop()
        if self.app.animation_level == "none" or not self.last:
            self.at = self.last
            self._draw()
            return
        self.at = 0
        self._draw()
        self._beat = self.set_interval(_BEAT_S, self._next)

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.subject is not None:
            self.draw(self.subject)

    @abstractmethod
    def prepare(self, subject: Subject) -> None:
        """Take up what is to be shown, and set ``last`` and ``python``."""

    @abstractmethod
    def draw(self, subject: Subject) -> None:
        """Show the story up to step ``at``."""

    def _draw(self) -> None:
        if self.subject is not None:
            self.draw(self.subject)
        self.post_message(self.Changed())

    def _step(self, by: int) -> None:
        self.at = (self.at + by) % (self.last + 1)
        self._draw()

    def _next(self) -> None:
        self._step(1)
        if self.at == self.last:
            self._stop()

    def _stop(self) -> None:
        if self._beat is not None:
            self._beat.stop()
            self._beat = None
