"""The forms that a session can be written in, by the suffix of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from sockplay.session.forms.progress import Tell
    from sockplay.session.reader import Reader

Writer = Callable[["Reader", Path, "Tell | None", bool], str | None]
"""Writes a session to a file; is told whether a file that is there may be replaced, and returns
what it left out, as a sentence, if anything."""


class Form(msgspec.Struct, frozen=True):
    """One form."""

    suffix: str
    name: str
    help: str
    """What it is, in a few words."""
    writer: Writer

    def write(
        self, reader: Reader, target: Path, *, tell: Tell | None = None, over: bool = False
    ) -> str:
        """Write a session in this form.

        Args:
            reader: the session.
            target: the file.
            tell: is told how many calls are done, and of how many; says whether to go on.
            over: whether a file that is there already may be replaced.

        Returns:
            What it leaves out, as a sentence; empty when that is nothing.

        Raises:
            SockplayError: the session cannot be read, the file not be written, or it was given
                up; there is no new file then.
        """
        return self.writer(reader, target, tell, over) or ""


def form_of(target: Path) -> Form | None:
    """The form that a file's suffix names."""
    suffix = target.suffix.lower()
    return next((form for form in FORMS if form.suffix == suffix), None)


# What a form needs is imported when it is written: a command line is read without any of it.


def _packets(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    from sockplay.session.capture.export import write_packets

    write_packets(reader, target, tell, over)


def _program(reader: Reader, target: Path, tell: Tell | None, over: bool) -> str:
    from sockplay.session.python.writing import write_program

    return write_program(reader, target, tell=tell, over=over)


def _objects(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    from sockplay.session.forms.lines import write_objects

    write_objects(reader, target, tell, over)


def _text(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    from sockplay.session.forms.lines import write_for_people

    write_for_people(reader, target, tell, over)


def _dump(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    from sockplay.session.forms.lines import write_dump

    write_dump(reader, target, tell, over)


def _table(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    from sockplay.session.forms.table import write_table

    write_table(reader, target, tell, over)


FORMS: Final = (
    Form(".pcapng", "packets", "packets for Wireshark, their headers made up", _packets),
    Form(".py", "program", "a program that has the conversation again", _program),
    Form(".jsonl", "objects", "an object of JSON for each call", _objects),
    Form(".csv", "table", "a row for each call, for spreadsheets", _table),
    Form(".txt", "text", "a line for each call and its bytes, for people", _text),
    Form(".hex", "hex dump", "the bytes that moved, as text2pcap reads them", _dump),
)
