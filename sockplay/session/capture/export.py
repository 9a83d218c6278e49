"""A session as a pcapng file, for Wireshark and its kin."""

from __future__ import annotations

from pathlib import Path

from sockplay.session.capture.packets import Packets
from sockplay.session.capture.pcapng_writer import PcapngWriter
from sockplay.session.forms.file import written
from sockplay.session.forms.progress import Tell, told
from sockplay.session.reader import Reader


def write_packets(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    """Write the packets that would have carried what the sockets of a session moved.

    Args:
        reader: the session.
        target: the file.
        tell: is told how far it has come, and says whether to go on.
        over: whether a file that is there already may be replaced.

    Raises:
        SockplayError: the session cannot be read, the file not be written, or it was given up.
    """
    with written(target, over) as file:
        writer = PcapngWriter(file)
        packets = Packets(writer)
        for call in told(reader, tell):
            packets.take(call)
        packets.close()
        writer.close()
