"""A recorded session while it is open: what is known of its calls grows as they are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.session.index import Index
from sockplay.session.reader import ALL, Reader
from sockplay.session.roster import Roster

_ROSTER_S: Final = 0.2
"""How often the sockets are told of while a long session is read."""


class Opened:
    """The index and the sockets of a session file, block by block, for a view that cannot wait.

    Args:
        path: the file, as the person named it.
        on_change: told, on the reading thread, that more is known.
    """

    def __init__(self, path: Path, on_change: Callable[[], None] | None = None) -> None:
        self.path = path
        self.on_change = on_change
        self.index = Index()
        self.infos: tuple[SocketInfo, ...] = ()
        self.problem = ""
        """Where a damaged file stops; empty when all could be read."""
        self.lacking = ""
        """What of a capture no call was made of, in a sentence."""
        self.reading = True
        """Whether more is to come."""
        self.first_seen = Event()
        """Set when a view shows the first calls, so that the rest may be read."""
        self.share = 0.0
        """Of a file that is converted, how much of it has been."""
        self._roster = Roster()
        self._stopped = False
        self._told = monotonic()

    def read_on(self, reader: Reader, last: int = ALL) -> None:
        """Take note of the calls that were not looked at yet, up to the block that holds ``last``.

        A damaged file ends at the damage.
        """
        try:
            for block in reader.blocks(len(self.index) + 1, last):
                if self._stopped:
                    break
                kinds = reader.kinds_of(block)
                flags = {
                    number: Index.flags_of(kind.op, kind.args, kind.note, kind.error)
                    for number, kind in kinds.items()
                }
                self._roster.add(block, kinds)
                self.index.extend(block.lengths, bytes(map(flags.__getitem__, block.kinds)))
                if monotonic() - self._told > _ROSTER_S:
                    self._tell()
        except SockplayError as error:
            if not self._stopped:
                self.problem = str(error)
        self._tell()

    def finish(self, problem: str = "") -> None:
        """Say that no more is to come, and why not, if it should."""
        self.problem = self.problem or problem
        self.reading = False
        self._tell()

    def commit(self) -> bool:
        """All of it is written already."""
        return True

    def stop(self) -> None:
        """Read no further; called in any thread."""
        self._stopped = True
        self.first_seen.set()

    @property
    def stopped(self) -> bool:
        """Whether it was told to read no further."""
        return self._stopped

    def _tell(self) -> None:
        self._told = monotonic()
        self.infos = self._roster.infos()
        if self.on_change is not None:
            self.on_change()
