"""Makes captures for tests, reads them, and asks tshark about them."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from sockplay.model.call import Call
from sockplay.session.capture.conversations import Conversations
from sockplay.session.capture.export import write_packets
from sockplay.session.capture.packet import Bytes, Packet
from sockplay.session.capture.packets import Packets
from sockplay.session.capture.pcap_reader import pcap_packets
from sockplay.session.capture.pcapng_reader import PCAPNG_MAGIC, pcapng_packets
from sockplay.session.capture.pcapng_writer import PcapngWriter
from sockplay.session.capture.read import Summary, read
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not here")
_CHECKS = [part for name in ("ip", "tcp", "udp") for part in ("-o", f"{name}.check_checksum:TRUE")]
US = 0xA1B2C3D4
NS = 0xA1B23C4D


def tshark(path: Path, *options: str) -> list[str]:
    """The lines that tshark prints of a capture, having verified every checksum."""
    ended = subprocess.run(
        ["tshark", "-r", path, *_CHECKS, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in ended.stderr.splitlines() if "Running as user" not in line]
    assert (ended.returncode, said) == (0, [])
    return ended.stdout.splitlines()


def followed(path: Path, stream: int) -> tuple[bytes, bytes]:
    """What tshark follows of a TCP stream: the client's bytes, and the server's."""
    client, server = bytearray(), bytearray()
    for line in tshark(path, "-q", "-z", f"follow,tcp,raw,{stream}"):
        digits = line.strip()
        if digits and set(digits) <= set("0123456789abcdef"):
            (server if line.startswith("\t") else client).extend(bytes.fromhex(digits))
    return bytes(client), bytes(server)


def exported(session: Path) -> Path:
    """A session's packets."""
    target = session.with_suffix(".pcapng")
    with closing(Reader(session, ours=False)) as reader:
        write_packets(reader, target, None, over=False)
    return target


def packets_of(calls: Iterable[Call]) -> bytes:
    """The same of calls, without a session."""
    file = io.BytesIO()
    writer = PcapngWriter(file)
    packets = Packets(writer)
    for call in calls:
        packets.take(call)
    packets.close()
    writer.close()
    return file.getvalue()


def packets_in(capture: bytes) -> Iterator[Packet]:
    """The packets of a pcap or pcapng file."""
    file = Bytes(io.BufferedReader(io.BytesIO(capture)))
    return pcapng_packets(file) if capture[:4] == PCAPNG_MAGIC else pcap_packets(file)


def calls_in(capture: bytes) -> list[Call]:
    """The calls that are read from a pcapng file, without a session."""
    calls: list[Call] = []
    conversations = Conversations(calls.append)
    for packet in packets_in(capture):
        conversations.take(packet)
    conversations.close()
    return calls


def imported(capture: Path) -> tuple[list[Call], Summary]:
    """The calls that are read from a capture, once they are in a session."""
    session = capture.with_suffix(".imported")
    session.unlink(missing_ok=True)
    recorder = Recorder(session)
    try:
        summary = read(capture, recorder)
    finally:
        recorder.close()
    with closing(Reader(session, ours=False)) as reader:
        calls = list(reader.calls())
    assert [call.seq for call in calls] == list(range(1, summary.calls + 1))
    return calls, summary


def streams(calls: Iterable[Call]) -> dict[tuple[str, str], bytes]:
    """What went from one address to another; each call's bytes stand behind those before."""
    found: dict[tuple[str, str], bytes] = defaultdict(bytes)
    for call in calls:
        ends = (call.local or "", call.peer or "")
        if call.data:
            found[ends if call.direction == "out" else ends[::-1]] += call.data
    return dict(found)


def pcap(
    frames: Sequence[bytes], link: int, order: Literal["<", ">"] = "<", magic: int = US
) -> bytes:
    """A pcap file of frames that came a second apart."""
    made = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 0, link)
    for number, frame in enumerate(frames):
        made += struct.pack(f"{order}IIII", 1_700_000_000 + number, 5, len(frame), len(frame))
        made += frame
    return made
