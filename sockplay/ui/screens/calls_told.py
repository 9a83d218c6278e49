"""What is said of a call that has come back: its result, and what the kernel did."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sockplay.console.state import Line, Variable
from sockplay.model.call import Call
from sockplay.ui.widgets.console.transcript import Said
from sockplay.values.printable import visible

_LINES = 400
_FRAME = ("Traceback (most recent call last):", " ")


def told(lines: Iterable[Line]) -> list[Said]:
    """Lines of a transcript, errors without the frames that led to them: there is but one line."""
    kept = [
        Said(line.kind, line.text)
        for line in lines
        if line.kind != "error" or not line.text.startswith(_FRAME)
    ]
    return kept[-_LINES:]


def kernel_said(calls: Iterable[Call], failed: bool, returned: Collection[str] = ()) -> str:
    """What the kernel did, in a sentence.

    Args:
        calls: those that were recorded meanwhile.
        failed: whether Python raised an error.
        returned: the lines that Python has printed of it, which need not be said twice.
    """
    made = list(calls)
    if not made:
        return "No call was made." if failed else "Python answers that by itself: no call was made."
    # What failed is told, not the close that Python makes after it.
    last = next((call for call in reversed(made) if failed and call.error), made[-1])
    parts = []
    if last.moved is not None and last.requested is not None:
        parts.append(f"{last.moved:,} of {last.requested:,} bytes")
    if last.left is not None:
        parts.append(f"{last.left:,} left in the kernel")
    parts += [badge for badge in last.badges if badge != "error"]
    said = ", ".join(parts)
    note = "" if any(last.note in text for text in returned) else last.note
    sentences = [f"{said[0].upper()}{said[1:]}." if said else "", note]
    nothing = "Done." if not failed else "Failed." if last.error else "Made before it failed."
    return visible(f"#{last.seq}  {' '.join(filter(None, sentences)) or nothing}")


def shown_variables(variables: Iterable[Variable], names: tuple[str, ...]) -> list[str]:
    """What a call has put into variables, a line each; of a buffer, what is new in it."""
    lines = []
    for variable in variables:
        if variable.name not in names:
            continue
        line = f"{variable.name} = {variable.text}"
        if variable.fresh is not None and variable.data is not None:
            start, end = variable.fresh
            stale = len(variable.data) - (end - start)
            line += f"   bytes {start} to {end - 1} are new, {stale:,} are as before"
        lines.append(visible(line))
    return lines
