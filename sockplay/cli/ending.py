"""How the system ends a command that leaves something behind if it is not told."""

from __future__ import annotations

import signal
from typing import Final, NoReturn

_SIGNALS: Final = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_KILLED: Final = 128
"""What a shell adds to the number of a signal that ended a program."""


def end_in_order() -> None:
    """Have the system's signals end this command as Ctrl-C does.

    So no half of a file and no folder for a while is left. A signal that is ignored stays so.
    """
    for name in _SIGNALS:
        number = getattr(signal, name)
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(_KILLED + number)
