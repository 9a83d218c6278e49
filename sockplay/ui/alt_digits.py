"""Alt and a digit are a key here, as terminals send it, and no special character."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Final, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

_TAKEN: Final = tuple(f"\x1b{digit}" for digit in "0123456789")


def alt_digits_are_keys() -> None:
    """Have Alt+2, or Esc and 2 in quick succession, be the key alt+2.

    Textual takes it for the ™ that WezTerm on macOS means by it; a terminal elsewhere would have
    it written into the text that is typed.
    """
    if sys.platform != "darwin":
        known = cast("MutableMapping[str, object]", ANSI_SEQUENCES_KEYS)
        for sequence in _TAKEN:
            known.pop(sequence, None)
