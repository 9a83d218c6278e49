"""A memory that does not grow with a session."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, TypeVar

_MOST: Final = 50_000
_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(OrderedDict[_K, _V]):
    """Remembers the newest things; of more than it holds, the one that was set first goes."""

    def __setitem__(self, key: _K, value: _V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > _MOST:
            self.popitem(last=False)
