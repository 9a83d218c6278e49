"""The forms in which calls are printed: a line each, with hex rows, as JSON, or not at all."""

from __future__ import annotations

from typing import Literal

from sockplay.cli.standard import StandardOutput
from sockplay.model.call import Call

Form = Literal["json", "hex", "python", "quiet"] | None
"""None is a line for each call."""


def in_form(call: Call, form: Form) -> list[str]:
    """The lines that a call takes."""
    if form == "quiet":
        return []
    if form == "json":
        from sockplay.session.jsonl import call_json

        return [call_json(call)]
    if form == "python":
        from sockplay.session.python.line import WHOLE, line

        return [str(line(call, room=WHOLE))]
    from sockplay.session.lines import call_lines

    return call_lines(call, hex_rows=form == "hex")


def standard_output(form: Form) -> StandardOutput:
    """Standard output in the encoding of such lines: JSON is UTF-8 everywhere (RFC 8259)."""
    return StandardOutput("utf-8" if form == "json" else None)
