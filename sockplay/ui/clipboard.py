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
    "text = sys.stdin.buffer.read().decode('utf-8', 'surrogatepass')\n"
    "pyperclip.copy(text)\n"
    "sys.exit(pyperclip.paste() != text)\n"
)


async def copy(app: App[None], text: str) -> str:
    """Copy a text; returns where to, as a few words for a sentence; empty when nowhere."""
    places = []
    if len(text.encode("utf-8", "surrogatepass")) <= OSC52_MAX:
        app.copy_to_clipboard(text)
        places.append("the terminal's clipboard")
    if "SSH_CONNECTION" not in os.environ and await _system_takes(text):
        places.append("the system's clipboard")
    return " and ".join(places)


async def _system_takes(text: str) -> bool:
    silent = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=silent,
        stderr=silent,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await child.communicate(text.encode("utf-8", "surrogatepass"))
    except TimeoutError:
        child.kill()
        await child.wait()
        return False
    return child.returncode == 0
