"""Reads a capture of others into a session."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.session.capture.conversations import Conversations
from sockplay.session.capture.packet import Bytes, Packet, StopsHereError
from sockplay.session.capture.pcap_reader import PCAP_MAGICS, pcap_packets
from sockplay.session.capture.pcapng_reader import PCAPNG_MAGIC, pcapng_packets
from sockplay.session.forms.progress import Tell, going_on
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.session.version_1 import convert, is_version_1

_BATCH: Final = 500
"""Packets between two commits."""
_REASONS_MOST: Final = 5


class Summary(msgspec.Struct, frozen=True):
    """What became of a capture."""

    packets: int
    calls: int
    left_out: dict[str, int]
    """Packets that no call was made of, by the reason."""
    stopped: str
    """Why it could not be read to its end, in a sentence; empty when it could."""

    @property
    def sentence(self) -> str:
        """What a person should know of it; empty when there is nothing."""
        reasons = Counter(self.left_out).most_common(_REASONS_MOST)
        out = "; ".join(f"{count:,} {reason}" for reason, count in reasons)
        total = sum(self.left_out.values())
        left_out = f"{total:,} of {self.packets:,} packets are left out: {out}." if total else ""
        return f"{self.stopped} {left_out}".strip()


def is_capture(path: Path) -> bool:
    """Whether a file begins as a pcap or pcapng file does."""
    try:
        if not path.is_file():  # a pipe's first bytes would be gone
            return False
        with path.open("rb") as file:
            return _known(file.read(4))
    except (OSError, ValueError):
        return False


def read(path: Path, recorder: Recorder, tell: Tell | None = None) -> Summary:
    """Read a capture, and record the calls that the clients in it would have made.

    Args:
        path: the capture.
        recorder: takes the calls.
        tell: is told how many bytes are done, and of how many; says whether to go on.

    Returns:
        What was read, and what not; a damaged capture is read as far as it is sound.

    Raises:
        SockplayError: it is no capture, cannot be read, its calls not be recorded, or given up.
    """
    stopped = ""
    conversations = Conversations(recorder.take)
    try:
        with path.open("rb") as opened:
            total = os.fstat(opened.fileno()).st_size
            magic = opened.peek(4)[:4]
            if not _known(magic):
                raise SockplayError(f"{path} is no capture: neither pcap nor pcapng.")
            file = Bytes(opened)
            try:
                for packet in _packets(file, magic):
                    conversations.take(packet)
                    if conversations.packets % _BATCH == 0:
                        _commit(recorder)
                        going_on(tell, file.position, total)
            except StopsHereError as error:
                stopped = error.sentence
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SockplayError(f"{path} cannot be read: {reason}. Check the name.") from error
    conversations.close()
    _commit(recorder)
    going_on(tell, total, total)
    return Summary(
        conversations.packets, conversations.journal.count, dict(conversations.left_out), stopped
    )


@contextmanager
def opened_session(path: Path, tell: Tell | None = None) -> Iterator[tuple[Reader, str]]:
    """Open a session of somebody else, or a capture as if it were one.

    Args:
        path: the file.
        tell: is told how far the reading of a capture, or the conversion of a session of version
            1, has come, and says whether to go on.

    Yields:
        Its reader, and what a person should know about it: what a capture lacks.

    Raises:
        SockplayError: it is neither, cannot be read, or was given up.
    """
    with TemporaryDirectory(prefix="sockplay-") as folder:
        note = ""
        captured = is_capture(path)
        if captured or is_version_1(path):
            recorder = Recorder(Path(folder, f"{path.stem or 'capture'}.session"))
            try:
                note = (
                    read(path, recorder, tell).sentence
                    if captured
                    else convert(path, recorder, tell)
                )
            finally:
                recorder.close()
            path = recorder.path
        reader = Reader(path, ours=False)
        try:
            yield reader, note
        finally:
            reader.close()


def _known(magic: bytes) -> bool:
    return magic == PCAPNG_MAGIC or magic in PCAP_MAGICS


def _packets(file: Bytes, magic: bytes) -> Iterator[Packet]:
    return pcapng_packets(file) if magic == PCAPNG_MAGIC else pcap_packets(file)


def _commit(recorder: Recorder) -> None:
    if not recorder.commit():
        raise SockplayError(recorder.problem)
