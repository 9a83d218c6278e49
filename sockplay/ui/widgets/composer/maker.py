"""Makes bytes from drafts, away from the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from sockplay.ui.widgets.composer.composed import Composed, composed
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.payload import Payload

T = TypeVar("T")

LARGEST: Final = 4 << 20
"""Bytes of a payload that is composed here; the command line sends larger ones."""


class Maker:
    """Does one thing after another: a checksum over megabytes takes seconds and cannot be stopped.

    Args:
        read_file: reads a file that a payload names.
    """

    def __init__(self, read_file: Callable[[str], bytes]) -> None:
        self._read_file = read_file
        self._thread = ThreadPoolExecutor(1, "sockplay-composer")

    def payload(self, draft: Draft) -> Payload:
        """A draft's bytes, made at once.

        Raises:
            ValuesError: something in it cannot be bytes.
        """
        return draft.payload(self._read_file, LARGEST)

    async def composed(self, draft: Draft) -> Composed:
        """What a draft comes to, as far as it can be read."""
        return await self.in_turn(partial(composed, draft, self._read_file, LARGEST))

    async def in_turn(self, work: Callable[[], T]) -> T:
        """Do something when what was asked for before is done."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Make nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
