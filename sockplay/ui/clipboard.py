"""Copies to every clipboard that can be reached: the terminal's and the system's."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Final

from textual.app import App

OSC52_MAX: Final = 74_994
"""Bytes of text; 100,000 once in base64, where common terminals stop taking OSC 52."""
_TIMEOUT_S: Final = 2.0
# pyperclip says that it copied even when its tool failed for want of a display, so the child asks
# the clipboard back; what its tools print cannot reach the screen from there.
_CHILD: Final = (
    "import sys, pyperclip\n"
    "text = sys.stdin.buffer.read().decode()\n"
    "pyperclip.copy(text)\n"
    "sys.exit(pyperclip.paste() != text)\n"
)


async def copy(app: App[None], text: str) -> str:
    """Copy a text; returns what was done as a few words for a sentence; empty when nothing was."""
    done = []
    if len(text.encode()) <= OSC52_MAX:
        app.copy_to_clipboard(text)
        done.append("offered to the terminal's clipboard")  # no terminal says whether it took it
    if "SSH_CONNECTION" not in os.environ and await _system_takes(text):
        done.append("copied to the system's clipboard")
    return " and ".join(done)


async def copy_line(app: App[None], text: str) -> None:
    """Copy a line of Python that is shown, and say what was done."""
    places = await copy(app, text)
    if places:
        app.notify(f"The line of Python: {places}.", markup=False)
    else:
        sentence = "No clipboard here takes it. Read it off the screen instead."
        app.notify(sentence, severity="error", markup=False)


async def _system_takes(text: str) -> bool:
    silent = asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=silent,
            stderr=silent,
        )
    except OSError:
        return False  # no more files or processes: the terminal's clipboard must do
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await child.communicate(text.encode())
    except TimeoutError:
        return False
    finally:
        if child.returncode is None:
            child.kill()
    return child.returncode == 0
