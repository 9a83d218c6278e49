"""A file that an export is written to: whole, or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sockplay.model.errors import SockplayError


@contextmanager
def written(target: Path, over: bool) -> Iterator[BinaryIO]:
    """A new file, which gets its name once all of it is written, and who may read it from the old.

    A pipe or a device is written as it is.

    Args:
        target: its name.
        over: whether a file of this name may be replaced.

    Raises:
        SockplayError: it cannot be written, or is there already and may not be replaced.
    """
    if os.path.exists(target) and not os.path.isfile(target):
        with _said_plainly(target), target.open("wb") as file:
            yield file
        return
    if not over and os.path.lexists(target):
        raise SockplayError(f"{target} exists already. Choose another name.", "EEXIST")
    place = Path(os.path.realpath(target))
    part = place.with_name(f".{place.name[:200]}.{secrets.token_hex(4)}")
    try:
        with _said_plainly(target):
            with part.open("xb") as file:
                if place.exists():
                    part.chmod(stat.S_IMODE(place.stat().st_mode))
                yield file
            part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _said_plainly(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SockplayError(
            f"{target} cannot be written: {reason}. Choose another place."
        ) from error
