"""What a person does, from the key to the bytes that arrive."""

from __future__ import annotations

from pathlib import Path

from tests.ui.desk import at_work


async def test_a_pair_is_one_key_and_what_is_typed_arrives(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("f4")
        await desk.until(lambda: desk.sockets.current and desk.sockets.current.socket == "cli1")
        await desk.press("4", *"hey", "enter")
        await desk.until(lambda: desk.came("conn1") == b"hey")
        await desk.sees("68 65 79")
        await desk.until(lambda: desk.inspector.chosen == b"hey")
        assert desk.editor.text == ""
        await desk.is_sound()
