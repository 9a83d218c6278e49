"""Long sessions to measure with, recorded as a run would record them."""

from __future__ import annotations

import getpass
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sockplay.model.call import Call
from sockplay.session.recorder import Recorder

NEEDLE = b"needle-in-the-stack"
_BATCH = 2000
_BEGAN = 1_767_323_045_000_000_000
_ENDS = ("127.0.0.1:40000", "127.0.0.1:9000")


def record(path: Path, count: int, size: int) -> Path:
    """A client that sends and a server that reads, so many calls in all; one in 10,000 is marked
    by ``NEEDLE``.
    """
    recorder = Recorder(path)
    for call in calls(count, size):
        recorder.take(call)
        if call.seq % _BATCH == 0:
            recorder.commit()
    recorder.close()
    return path


def kept(count: int, size: int) -> Path:
    """Such a session that stays where temporary files are, so that the next run has it at once."""
    folder = Path(tempfile.gettempdir(), f"sockplay-bench-kept-{getpass.getuser()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{count}-of-{size}.session"
    if not path.exists():
        record(folder / f"{os.getpid()}.session", count, size).rename(path)
    return path


def calls(count: int, size: int) -> Iterator[Call]:
    """The calls of such a session."""
    noise = random.Random(7).randbytes(1 << 16)
    offset = 0
    for seq in range(1, count + 1):
        sent = bool(seq % 2)
        at = (seq // 2) * 7919 % (len(noise) - size)
        data = noise[at : at + size]
        if seq % 10_000 < 2:
            data = NEEDLE + data[len(NEEDLE) :]
        place = 0 if sent else 1
        yield Call(
            seq,
            _BEGAN + seq * 20_000,
            5_000,
            "cli1" if sent else "conn1",
            "sendall" if sent else "recv",
            "",
            size if sent else 65536,
            size,
            None if sent else 0,
            data,
            offset,
            None,
            _ENDS[place],
            _ENDS[1 - place],
        )
        offset += 0 if sent else size
