"""A byte from the terminal that is no UTF-8 is typed as U+FFFD."""

from __future__ import annotations

import codecs
import sys
from functools import partial


def stray_bytes_are_typed() -> None:
    """Have pasted or typed bytes in another encoding not end the app.

    Textual decodes what the terminal sends strictly (textual/drivers/linux_driver.py,
    ``run_input_thread``), and shows the error in place of the app.
    """
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.getincrementaldecoder = _replacing  # type: ignore[assignment, attr-defined]


def _replacing(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")
